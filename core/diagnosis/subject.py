"""What somebody asks about: an own endpoint, an own service, or one of Magento's, found in an inventory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.diagnosis.case import Case
from core.network.filters import MANY
from core.network.index import Index
from core.network.model import EndpointService, Inventory, VendorService
from core.request.identifiers import parse_service_name, same_id
from core.request.offer import Offer


def case_among(
    subject: str, inventories: Iterable[Inventory], offer: Offer, *, ports: tuple[int, ...] = ()
) -> Case | None:
    """The case of a subject in the inventory that has it: one with the endpoint or service itself, else, for a
    service elsewhere, one of the service's own region, else the first. None where none of them knows it.
    """
    cases = [case for one in inventories if (case := case_of(subject, one, offer, ports=ports)) is not None]
    parsed = parse_service_name(subject)
    near = parsed.region if parsed else None
    return min(
        cases,
        key=lambda one: (not (one.service or one.endpoints), near not in (None, one.region)),
        default=None,
    )


def case_of(subject: str, inventory: Inventory, offer: Offer, *, ports: tuple[int, ...] = ()) -> Case | None:
    """The case of an endpoint's id, an own service's id, name or alias, or the name of a service elsewhere.

    Without ``ports``: those that the service answers on, and to Magento those that the endpoint's security
    groups let in. None where the subject is nothing of the kind.
    """
    index = Index(inventory)
    service = _service(index, subject)
    if service is not None:
        return Case(
            inventory, offer, {"from-magento": ports or index.ports_of(service)}, service=service,
            named_service=subject, vendors=vendors_of(inventory, offer) or _owners(inventory, service),
        )  # fmt: skip
    endpoints = tuple(
        one for one in inventory.endpoints if subject.lower() in (one.id.lower(), one.name.lower())
    )[:1]
    if not endpoints:
        parsed = parse_service_name(subject)
        if parsed is None or parsed.platform != inventory.platform:
            return None
        endpoints = tuple(one for one in inventory.endpoints if same_id(one.service_name, subject))
    admitted = {port for one in endpoints for port in _admitted(inventory, one.security_group_ids)}
    return Case(
        inventory, offer, {"to-magento": ports or tuple(sorted(admitted))},
        service_names=(endpoints[0].service_name if endpoints else subject,),
        visible=visible_of(inventory), endpoints=endpoints, vendors=vendors_of(inventory, offer),
    )  # fmt: skip


def subjects(inventory: Inventory) -> tuple[str, ...]:
    """What can be asked about in an inventory, as a person would name it: the endpoints that lead to somebody's
    service, then the own endpoint services.
    """
    azure = inventory.platform == "azure"
    endpoints = (one for one in inventory.endpoints if parse_service_name(one.service_name))
    return tuple(
        name
        for many in (endpoints, inventory.endpoint_services)
        for name in sorted(one.name if azure else one.id for one in many)
    )


def visible_of(inventory: Inventory) -> Mapping[str, VendorService | None]:
    """What the services that own endpoints lead to showed of themselves, None where they did not show themselves."""
    shown: dict[str, VendorService | None] = dict.fromkeys(inventory.hidden_services)
    return shown | {one.service_name: one for one in inventory.vendor_services}


def vendors_of(inventory: Inventory, offer: Offer) -> frozenset[str]:
    """Magento's accounts or subscriptions as far as the offer names them, in lower case."""
    if inventory.platform == "aws":
        return frozenset({offer.aws_account})
    return frozenset(one.lower() for one in offer.azure_subscriptions)


def _owners(inventory: Inventory, service: EndpointService) -> frozenset[str]:
    """Where nobody has said who Magento is (Azure publishes no subscription): whoever is connected."""
    return frozenset(
        one.owner.lower() for one in inventory.connections if same_id(one.service_id, service.id)
    )


def _service(index: Index, subject: str) -> EndpointService | None:
    services = index.inventory.endpoint_services
    return index.service_named(subject) or next(
        (one for one in services if one.name.lower() == subject.lower()), None
    )


def _admitted(inventory: Inventory, groups: tuple[str, ...]) -> tuple[int, ...]:
    """The ports that security groups let in one by one, or in short ranges."""
    return tuple(
        port
        for group in inventory.security_groups
        if group.id in groups
        for rule in group.rules
        if rule.direction == "in" and rule.protocol == "tcp" and rule.to_port - rule.from_port < MANY
        for port in range(rule.from_port, rule.to_port + 1)
    )

"""What somebody asks about: an own endpoint, an own service, or one of Magento's, found in an inventory."""

from __future__ import annotations

from collections.abc import Mapping

from core.cloud import ProbeResult
from core.diagnosis.case import Case
from core.network.model import EndpointService, Inventory, VendorService
from core.request.identifiers import parse_service_name, same_id
from core.request.model import Direction
from core.request.offer import Offer


def case_of(
    subject: str,
    inventory: Inventory,
    offer: Offer,
    *,
    ports: tuple[int, ...] = (),
    visible: Mapping[str, VendorService | None] | None = None,
    vendors: frozenset[str] = frozenset(),
    probes: Mapping[Direction, tuple[ProbeResult, ...]] | None = None,
) -> Case | None:
    """The case of an endpoint's id, an own service's id, name or alias, or the name of a service elsewhere.

    Without ``ports``: those that the load balancers listen on, and to Magento those that the endpoint's security
    groups let in. None where the subject is nothing of the kind.
    """
    service = _service(inventory, subject)
    if service is not None:
        return Case(
            inventory, offer, {"from-magento": ports or _listened(inventory, service)}, service=service,
            named_service=subject, vendors=vendors or vendors_of(inventory, offer), probes=probes or {},
        )  # fmt: skip
    endpoint = next(
        (one for one in inventory.endpoints if subject.lower() in (one.id.lower(), one.name.lower())), None
    )
    name = endpoint.service_name if endpoint else subject
    if endpoint is None and parse_service_name(subject) is None:
        return None
    endpoints = (
        (endpoint,)
        if endpoint
        else tuple(one for one in inventory.endpoints if same_id(one.service_name, subject))
    )
    found = ports or tuple(
        sorted({port for one in endpoints for port in _admitted(inventory, one.security_group_ids)})
    )
    return Case(
        inventory, offer, {"to-magento": found}, service_names=(name,), visible=visible or {}, endpoints=endpoints,
        vendors=vendors or vendors_of(inventory, offer), probes=probes or {},
    )  # fmt: skip


def vendors_of(inventory: Inventory, offer: Offer) -> frozenset[str]:
    """Magento's accounts or subscriptions as far as the offer names them, in lower case."""
    if inventory.platform == "aws":
        return frozenset({offer.aws_account})
    return frozenset(one.lower() for one in offer.azure_subscriptions)


def _service(inventory: Inventory, subject: str) -> EndpointService | None:
    return next(
        (
            one
            for one in inventory.endpoint_services
            if subject.lower() in (one.id.lower(), one.service_name.lower(), one.name.lower())
        ),
        None,
    )


def _listened(inventory: Inventory, service: EndpointService) -> tuple[int, ...]:
    mine = {one.lower() for one in service.load_balancer_ids}
    return tuple(sorted({row.port for row in inventory.listeners if row.load_balancer_id.lower() in mine}))


MANY = 16
"""A rule over more ports than this says nothing of which are meant."""


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

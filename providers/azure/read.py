"""What Azure answers, turned into :mod:`core.network.model`. Pure functions; every field may be missing. Here: states
and Private Link; the network beneath is :mod:`providers.azure.read_ground`.

``spell`` gives an id as its own resource spells it: references to it may look different.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from core.network import model as m
from providers.azure import ids

if TYPE_CHECKING:
    from azure.mgmt.network import models as w

Spell = Callable[[str | None], str]

_STATUS: Mapping[str, m.ConnectionState] = {
    "pending": "pending-acceptance",
    "approved": "available",
    "rejected": "rejected",
    "disconnected": "disconnected",
    "removed": "disconnected",
    "timeout": "expired",
}
"""``privateLinkServiceConnectionState.status``, which is free text."""

_RESOURCE: Mapping[str, str] = {
    "succeeded": "available",
    "updating": "pending",
    "creating": "pending",
    "deleting": "deleting",
    "failed": "failed",
    "canceled": "failed",
}
_BALANCER: Mapping[str, str] = {**_RESOURCE, "succeeded": "active", "updating": "provisioning"}
"""``provisioningState`` → the state of a load balancer."""


def said(value: object) -> str:
    """A word of the wire in lower case; the SDK's enums are strings whose ``str`` is not their value."""
    return str(getattr(value, "value", value) or "").lower()


def location(wire: str | None) -> str:
    """A location's name: answers may say ``West US 2`` for ``westus2``."""
    return (wire or "").replace(" ", "").lower()


def state(provisioning: object, status: str | None) -> m.ConnectionState:
    """An endpoint's or connection's state: what is being done to the resource, then what was decided."""
    told = said(provisioning)
    if told == "deleting":
        return "deleting"
    decided = _STATUS.get((status or "").strip().lower())
    if decided in ("rejected", "disconnected", "expired"):
        return decided
    if told in ("failed", "canceled"):
        return "failed"
    if decided is not None:
        return decided
    return "unknown" if status else "pending"


def resource_state(provisioning: object) -> str:
    """``provisioningState`` as the state of a service."""
    told = said(provisioning)
    return _RESOURCE.get(told, told)


def balancer_state(provisioning: object) -> str:
    """``provisioningState`` as the state of a load balancer."""
    told = said(provisioning)
    return _BALANCER.get(told, told)


def endpoint_service(wire: w.PrivateLinkService, spell: Spell) -> m.EndpointService:
    """A private link service. Subscriptions are in lower case; ``*`` is everybody."""
    told = wire.properties
    fronts = (told.load_balancer_frontend_ip_configurations if told else None) or ()
    placed = [
        item.properties.subnet.id
        for item in (told.ip_configurations if told else None) or ()
        if item.properties and item.properties.subnet
    ]
    seen = told.visibility.subscriptions if told and told.visibility else None
    approved = told.auto_approval.subscriptions if told and told.auto_approval else None
    balancers = (spell(ids.up_to(item.id, "loadBalancers")) for item in fronts if item.id)
    return m.EndpointService(
        id=spell(wire.id),
        name=wire.name or "",
        service_name=(told.alias or "") if told else "",
        state=resource_state(told.provisioning_state if told else ""),
        acceptance_required="*" not in (approved or ()),
        load_balancer_ids=tuple(dict.fromkeys(balancers)),
        zones=(),
        principals=tuple(one.lower() for one in seen or ()),
        auto_approval=tuple(one.lower() for one in approved or ()),
        subnet_ids=tuple(dict.fromkeys(spell(one) for one in placed if one)),
        tags=dict(wire.tags or {}),
        region=location(wire.location),
        proxy_protocol=bool(told.enable_proxy_protocol) if told else None,
        nat_addresses=len((told.ip_configurations if told else None) or ()),
        frontend_ids=tuple(spell(item.id) for item in fronts if item.id),
    )


def connections(wire: w.PrivateLinkService, spell: Spell) -> Iterable[m.Connection]:
    """The connections to a private link service, which its own answer holds."""
    for item in (wire.properties.private_endpoint_connections if wire.properties else None) or ():
        yield connection(item, spell(wire.id))


def connection(wire: w.PrivateEndpointConnection, service_id: str) -> m.Connection:
    """An incoming connection."""
    told = wire.properties
    endpoint_id = (told.private_endpoint.id or "") if told and told.private_endpoint else ""
    decided = told.private_link_service_connection_state if told else None
    return m.Connection(
        service_id=service_id,
        endpoint_id=endpoint_id,
        owner=ids.subscription_of(endpoint_id),
        state=state(told.provisioning_state if told else "", decided.status if decided else None),
        name=wire.name or "",
        description=words(decided.description if decided else None),
        actions_required=words(decided.actions_required if decided else None),
    )


def words(told: str | None) -> str:
    """What a person or Azure wrote; ``None`` is how Azure spells that nothing is required."""
    return "" if told in (None, "None") else told


def link(wire: w.PrivateEndpoint) -> w.PrivateLinkServiceConnectionProperties | None:
    """What a private endpoint asked for: its manual connection, else the automatic one."""
    told = wire.properties
    manual = (told.manual_private_link_service_connections if told else None) or ()
    automatic = (told.private_link_service_connections if told else None) or ()
    return next((item.properties for item in (*manual, *automatic) if item.properties), None)


def interfaces(wire: w.PrivateEndpoint) -> tuple[str, ...]:
    """The ids of a private endpoint's network interfaces."""
    many = (wire.properties.network_interfaces if wire.properties else None) or ()
    return tuple(item.id for item in many if item.id)


def endpoint(wire: w.PrivateEndpoint, addresses: Mapping[str, str], spell: Spell) -> m.Endpoint:
    """A private endpoint. ``addresses`` maps interface ids (case folded) to private addresses, where known.

    ``service_name`` is what was asked for: an alias or a resource id.
    """
    told = wire.properties
    asked = link(wire)
    decided = asked.private_link_service_connection_state if asked else None
    subnet_id = spell(told.subnet.id if told and told.subnet else None)
    reason = " ".join(
        one for one in ((decided.description, decided.actions_required) if decided else ()) if one
    )
    found = state(told.provisioning_state if told else "", decided.status if decided else None)
    return m.Endpoint(
        id=spell(wire.id),
        name=wire.name or "",
        service_name=(asked.private_link_service_id or "") if asked else "",
        network_id=spell(ids.up_to(subnet_id, "virtualNetworks")),
        subnet_ids=(subnet_id,) if subnet_id else (),
        security_group_ids=(),
        state=found,
        dns_names=(),
        addresses=tuple(addresses[one.casefold()] for one in interfaces(wire) if one.casefold() in addresses),
        reason="" if found in ("available", "pending-acceptance") else reason.replace("None", "").strip(),
        tags=dict(wire.tags or {}),
        interface_ids=tuple(spell(one) for one in interfaces(wire)),
        manual=bool(told.manual_private_link_service_connections) if told else None,
        request=(asked.request_message or "") if asked else "",
        actions_required=words(decided.actions_required if decided else None),
        dns_records=tuple(
            m.DnsRecord(one.fqdn or "", tuple(one.ip_addresses or ()))
            for one in (told.custom_dns_configs if told else None) or ()
        ),
        address_type=said(told.ip_version_type if told else ""),
    )

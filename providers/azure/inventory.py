"""Collect what a subscription has in one VNet, or in the whole location: one list per kind, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.cloud import CloudError, OnProgress
from core.network import model as m
from core.network.placing import place
from providers.azure import further, ids, lookups, read, read_balancing, read_ground, registration
from providers.azure.session import Clients
from providers.parts import PATIENCE, Part, by_id, collect

if TYPE_CHECKING:
    from azure.mgmt.network import models as w


@dataclass(slots=True)
class _Found:
    """What the parts found so far. Threads only replace lists of their own."""

    networks: list[w.VirtualNetwork] = field(default_factory=list)
    interfaces: list[w.NetworkInterface] = field(default_factory=list)
    security_groups: list[w.NetworkSecurityGroup] = field(default_factory=list)
    load_balancers: list[w.LoadBalancer] = field(default_factory=list)
    services: list[w.PrivateLinkService] = field(default_factory=list)
    endpoints: list[w.PrivateEndpoint] = field(default_factory=list)
    unregistered: tuple[str, ...] = ()
    more: further.More = field(default_factory=further.More)


def inventory(
    clients: Clients,
    network_id: str | None,
    detail: m.Detail,
    spell: ids.Spelling,
    now: Callable[[], datetime],
    on_progress: OnProgress | None = None,
) -> m.Inventory:
    """One VNet, or the whole location where ``network_id`` is None: six lists, whatever there is, and the
    registration; two lists more for an audit.

    Private link services and the connections to them belong to no VNet: all of the location's are there.
    What may not be read becomes a gap that names the ARM action. Raises CloudError where nothing could be
    read, and ``not-found`` where the VNet is not there.
    """
    found = _Found()
    taken_at = now()
    if detail == "audit":
        collected = collect(
            (*_parts(clients, found), *further.roots(clients, found.more)), on_progress, delays=PATIENCE
        )
    else:
        collected = collect(_parts(clients, found), on_progress)
    if collected.errors and not collected.read:
        raise collected.errors[0]
    spell.learn(_own_ids(found))
    network = spell(network_id) if network_id is not None else None
    readable = not any(gap.what == "networks" for gap in collected.gaps)
    if network is not None and readable and network not in {spell(item.id) for item in found.networks}:
        raise CloudError(
            "not-found",
            f"There is no VNet {network_id} in {clients.location}.",
            "Check the VNet's id, the location, and the subscription that you are signed in to.",
            operation="Microsoft.Network/virtualNetworks/read",
        )
    made = _inventory(clients, found, network, spell, taken_at, collected.gaps)
    made = replace(made, target_groups=place(made))
    return further.add(made, found.interfaces, found.more, spell) if detail == "audit" else made


def _parts(clients: Clients, found: _Found) -> Iterable[Part]:
    def networks() -> int:
        found.networks = lookups.networks(clients)
        return len(found.networks)

    def interfaces() -> int:
        found.interfaces = lookups.interfaces(clients)
        return len(found.interfaces)

    def security_groups() -> int:
        found.security_groups = lookups.security_groups(clients)
        return len(found.security_groups)

    def load_balancers() -> int:
        found.load_balancers = lookups.load_balancers(clients)
        return len(found.load_balancers)

    def services() -> int:
        found.services = lookups.services(clients)
        return len(found.services)

    def endpoints() -> int:
        found.endpoints = lookups.endpoints(clients)
        return len(found.endpoints)

    def provider() -> int:
        found.unregistered = registration.missing(clients)
        return 1

    return (
        Part("networks", networks, lambda: (Part("resource provider", provider),)),
        Part("network interfaces", interfaces),
        Part("security groups", security_groups),
        Part("load balancers", load_balancers),
        Part("private link services", services),
        Part("private endpoints", endpoints),
    )


def _own_ids(found: _Found) -> Iterable[str | None]:
    for network in found.networks:
        yield network.id
        inside = network.properties.subnets if network.properties else None
        yield from (item.id for item in inside or ())
    yield from (item.id for item in found.interfaces)
    yield from (item.id for item in found.security_groups)
    for balancer in found.load_balancers:
        yield from read_balancing.balancer_ids(balancer)
    yield from (item.id for item in found.services)
    yield from (item.id for item in found.endpoints)
    yield from (item.id for item in found.more.route_tables)


def _inventory(
    clients: Clients,
    found: _Found,
    network: str | None,
    spell: ids.Spelling,
    taken_at: datetime,
    gaps: tuple[m.Gap, ...],
) -> m.Inventory:
    def inside(network_id: str) -> bool:
        return network is None or network_id == network

    configurations = read_balancing.members(found.interfaces)
    by_interface = {(item.id or "").casefold(): read_ground.address(item) for item in found.interfaces}
    machines = (read_ground.instance(item, _groups(found, spell), spell) for item in found.interfaces)
    balancers = [
        item for item in found.load_balancers if inside(read_balancing.load_balancer(item, spell).network_id)
    ]
    services = [read.endpoint_service(item, spell) for item in found.services]
    return m.Inventory(
        platform="azure",
        account=clients.subscription,
        region=clients.location,
        taken_at=taken_at,
        networks=by_id(read_ground.network(item, spell) for item in found.networks if inside(spell(item.id))),
        subnets=by_id(
            one
            for item in found.networks
            if inside(spell(item.id))
            for one in read_ground.subnets(item, spell)
        ),
        instances=by_id(one for one in machines if one is not None and inside(one.network_id)),
        # A group that is on no subnet may be on an interface: it belongs to no network.
        security_groups=by_id(
            one
            for one in (read_ground.security_group(item, spell) for item in found.security_groups)
            if not one.network_id or inside(one.network_id)
        ),
        load_balancers=by_id(read_balancing.load_balancer(item, spell) for item in balancers),
        listeners=tuple(
            sorted(
                (one for item in balancers for one in read_balancing.listeners(item, spell)),
                key=lambda one: (one.load_balancer_id, one.port, one.id),
            )
        ),
        target_groups=by_id(
            one for item in balancers for one in read_balancing.target_groups(item, configurations, spell)
        ),
        endpoint_services=by_id(services),
        connections=tuple(
            sorted(
                (one for item in found.services for one in read.connections(item, spell)),
                key=lambda one: (one.service_id, one.endpoint_id),
            )
        ),
        endpoints=by_id(
            one
            for one in (read.endpoint(item, by_interface, spell) for item in found.endpoints)
            if inside(one.network_id)
        ),
        unregistered=found.unregistered,
        gaps=gaps,
        network_id=network or "",
    )


def _groups(found: _Found, spell: ids.Spelling) -> dict[str, str]:
    """Each subnet's id (case folded) → its network security group."""
    return {
        (item.id or "").casefold(): spell(item.properties.network_security_group.id)
        for network in found.networks
        for item in (network.properties.subnets if network.properties else None) or ()
        if item.properties and item.properties.network_security_group
    }

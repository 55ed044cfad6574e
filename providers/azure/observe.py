"""One look at what an enablement watches, in as few calls as the API allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from core.cloud import CloudError, Watch
from core.network import model as m
from providers.azure import ids, lookups, read, read_balancing, read_ground
from providers.azure.session import Clients
from providers.parts import Part, collect

if TYPE_CHECKING:
    from azure.mgmt.network import models as w

_Wire = TypeVar("_Wire")


@dataclass(slots=True)
class Remembered:
    """What cannot change while a program runs, so that only the first look asks for it: the addresses of
    private endpoints' interfaces by id, and the id of each own service's alias.
    """

    addresses: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    load_balancers: list[w.LoadBalancer] = field(default_factory=list)
    services: list[w.PrivateLinkService] = field(default_factory=list)
    endpoints: list[w.PrivateEndpoint] = field(default_factory=list)
    vendor_services: dict[str, m.VendorService | None] = field(default_factory=dict)


def observe(
    clients: Clients, watch: Watch, remembered: Remembered, spell: ids.Spelling, now: Callable[[], datetime]
) -> m.Observation:
    """What the watched resources look like now.

    Own endpoints: one list, and once each interface's address. Own services: one call each, which tells
    their connections too; one list where only an alias is known. Load balancers and the vendor's services:
    one call each. Failures become gaps; what is gone is missing.
    """
    at = now()
    seen = _Seen()
    collected = collect(_parts(clients, watch, remembered, seen))
    spell.learn(item.id for item in seen.services)
    spell.learn(item.id for item in seen.endpoints)
    for balancer in seen.load_balancers:
        spell.learn(read_balancing.balancer_ids(balancer))
    asked = {name.casefold(): name for name in watch.vendor_services}
    endpoints = (read.endpoint(item, remembered.addresses, spell) for item in seen.endpoints)
    services = {item.id: item for item in seen.services}
    return m.Observation(
        at=at,
        load_balancers=tuple(
            sorted(
                (read_balancing.load_balancer(item, spell) for item in seen.load_balancers),
                key=lambda one: one.id,
            )
        ),
        endpoint_services=tuple(
            sorted((read.endpoint_service(item, spell) for item in services.values()), key=lambda one: one.id)
        ),
        connections=tuple(
            sorted(
                (one for item in services.values() for one in read.connections(item, spell)),
                key=lambda one: (one.service_id, one.endpoint_id),
            )
        ),
        endpoints=tuple(
            sorted(
                # An alias or id comes back as the watch spells it, so that the two can be compared.
                (replace(one, service_name=asked[one.service_name.casefold()]) for one in endpoints),
                key=lambda one: one.id,
            )
        ),
        vendor_services=seen.vendor_services,
        gaps=collected.gaps,
    )


def _parts(clients: Clients, watch: Watch, remembered: Remembered, seen: _Seen) -> Iterable[Part]:
    wanted = {name.casefold() for name in watch.vendor_services}

    def endpoints() -> int:
        seen.endpoints = [
            item
            for item in lookups.endpoints(clients)
            if _asked_for(item) in wanted and ids.same(_network(item), watch.network_id)
        ]
        return len(seen.endpoints)

    def service(id: str) -> int:
        seen.services.extend(_if_there(partial(lookups.service, clients, id)))
        return 1

    def services_by_alias() -> int:
        """Every service of the location: an alias cannot be asked for."""
        aliases = {name.casefold() for name in watch.service_names}
        found = lookups.services(clients)
        for item in found:
            alias = ((item.properties.alias if item.properties else None) or "").casefold()
            if alias in aliases:
                remembered.aliases[alias] = item.id or ""
                seen.services.append(item)
        return len(found)

    def load_balancer(id: str) -> int:
        seen.load_balancers.extend(_if_there(partial(lookups.load_balancer, clients, id)))
        return 1

    def vendor_service(name: str) -> int:
        try:
            seen.vendor_services[name] = lookups.vendor_service(clients, name)
        except CloudError as error:
            if error.code != "service-not-visible":
                raise
            seen.vendor_services[name] = None
        return 1

    if watch.network_id and watch.vendor_services:
        yield Part("private endpoints", endpoints, partial(_addresses, clients, remembered, seen))
    known = [remembered.aliases.get(name.casefold(), _as_id(name)) for name in watch.service_names]
    by_id = {id.casefold(): id for id in (*watch.service_ids, *known) if id}
    if not all(known):
        yield Part("private link services", services_by_alias)
    for id in by_id.values():
        yield Part("private link services", partial(service, id))
    for id in dict.fromkeys(watch.load_balancer_ids):
        yield Part("load balancers", partial(load_balancer, id))
    for name in dict.fromkeys(watch.vendor_services):
        yield Part("vendor services", partial(vendor_service, name))


def _as_id(name: str) -> str:
    return name if name.startswith("/") else ""


def _asked_for(wire: w.PrivateEndpoint) -> str:
    asked = read.link(wire)
    return ((asked.private_link_service_id if asked else None) or "").casefold()


def _network(wire: w.PrivateEndpoint) -> str:
    subnet = wire.properties.subnet if wire.properties else None
    return ids.up_to((subnet.id if subnet else None) or "", "virtualNetworks")


def _if_there(look: Callable[[], _Wire]) -> list[_Wire]:
    """One, or none where it is gone or no id of its kind."""
    try:
        return [look()]
    except CloudError as error:
        if error.code not in ("not-found", "invalid"):
            raise
        return []


def _addresses(clients: Clients, remembered: Remembered, seen: _Seen) -> Iterable[Part]:
    def address(id: str) -> int:
        for wire in _if_there(partial(lookups.interface, clients, id)):
            if found := read_ground.address(wire):
                remembered.addresses[id.casefold()] = found
        return 1

    missing = (
        id
        for item in seen.endpoints
        for id in read.interfaces(item)
        if id.casefold() not in remembered.addresses
    )
    return [Part("private addresses", partial(address, id)) for id in missing]

"""One look at what an enablement watches, in as few calls as the API allows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from core.cloud import CloudError, Watch
from core.network import model as m
from providers.aws import lookups, read, read_balancing
from providers.aws.session import Clients
from providers.parts import Part, collect

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2


@dataclass(slots=True)
class Remembered:
    """What cannot change while a program runs, so that only the first look asks for it: the private
    addresses of an endpoint's network interfaces, and which id each zone's name stands for.
    """

    addresses: dict[str, str] = field(default_factory=dict)
    zone_ids: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Seen:
    load_balancers: list[m.LoadBalancer] = field(default_factory=list)
    services: list[ec2.ServiceConfigurationTypeDef] = field(default_factory=list)
    principals: dict[str, list[str]] = field(default_factory=dict)
    connections: list[m.Connection] = field(default_factory=list)
    endpoints: list[ec2.VpcEndpointTypeDef] = field(default_factory=list)
    vendor_services: dict[str, m.VendorService | None] = field(default_factory=dict)


def observe(
    clients: Clients, watch: Watch, remembered: Remembered, now: Callable[[], datetime]
) -> m.Observation:
    """What the watched resources look like now.

    Own endpoints: one call for all. Own services: one call, one for the connections, one each for the
    principals. Load balancers: one call for every 20. The vendor's services: one call where all show
    themselves, else one each. Failures become gaps.
    """
    at = now()
    seen = _Seen()
    collected = collect(_parts(clients, watch, remembered, seen))
    return m.Observation(
        at=at,
        load_balancers=tuple(sorted(seen.load_balancers, key=lambda item: item.id)),
        endpoint_services=tuple(
            read.endpoint_service(item, seen.principals.get(item.get("ServiceId", "")))
            for item in sorted(seen.services, key=lambda item: item.get("ServiceId", ""))
        ),
        connections=tuple(sorted(seen.connections, key=lambda item: (item.service_id, item.endpoint_id))),
        endpoints=tuple(
            read.endpoint(item, remembered.addresses)
            for item in sorted(seen.endpoints, key=lambda item: item.get("VpcEndpointId", ""))
        ),
        vendor_services=seen.vendor_services,
        gaps=collected.gaps,
    )


def _parts(clients: Clients, watch: Watch, remembered: Remembered, seen: _Seen) -> Iterable[Part]:
    services = own_service_ids(watch)

    def endpoints() -> int:
        seen.endpoints.extend(lookups.endpoints(clients, watch.network_id, watch.vendor_services))
        return len(seen.endpoints)

    def configurations() -> int:
        seen.services.extend(lookups.service_configurations(clients, services))
        return len(seen.services)

    def principals(service_id: str) -> int:
        seen.principals[service_id] = lookups.permissions(clients, service_id)
        return len(seen.principals[service_id])

    def principals_of_seen() -> Iterable[Part]:
        for item in seen.services:
            yield Part("endpoint service permissions", partial(principals, item.get("ServiceId", "")))

    def connections() -> int:
        seen.connections.extend(lookups.connections(clients, services))
        return len(seen.connections)

    def load_balancers() -> int:
        found = _load_balancers(clients, watch.load_balancer_ids)
        seen.load_balancers.extend(found)
        return len(found)

    def vendor_services() -> int:
        seen.vendor_services.update(_vendor_services(clients, watch.vendor_services, remembered))
        return len(seen.vendor_services)

    if watch.network_id and watch.vendor_services:
        yield Part("endpoints", endpoints, partial(_addresses, clients, remembered, seen))
    if services:
        yield Part("endpoint services", configurations, principals_of_seen)
        yield Part("connections", connections)
    if watch.load_balancer_ids:
        yield Part("load balancers", load_balancers)
    if watch.vendor_services:
        yield Part("vendor services", vendor_services, partial(_one_by_one, clients, watch, remembered, seen))


def own_service_ids(watch: Watch) -> tuple[str, ...]:
    """The ids of the watched own services. A service name ends in its id
    (``com.amazonaws.vpce.<region>.vpce-svc-<hex>``).
    """
    named = (name.rpartition(".")[2] for name in watch.service_names)
    return tuple(dict.fromkeys((*watch.service_ids, *named)))


def _addresses(clients: Clients, remembered: Remembered, seen: _Seen) -> Iterable[Part]:
    missing = [
        interface
        for item in seen.endpoints
        if read.state(str(item.get("State", ""))) == "available"
        for interface in item.get("NetworkInterfaceIds", ())
        if interface not in remembered.addresses
    ]

    def addresses() -> int:
        found = lookups.interface_addresses(clients, missing)
        remembered.addresses.update(found)
        return len(found)

    return [Part("private addresses", addresses)] if missing else []


def _load_balancers(clients: Clients, arns: Sequence[str]) -> list[m.LoadBalancer]:
    try:
        found = lookups.load_balancers(clients, arns)
    except CloudError as error:
        if error.code != "not-found":
            raise
        # One that is gone fails the call for all: look at everything instead, once.
        found = [item for item in lookups.load_balancers(clients) if item.get("LoadBalancerArn") in arns]
    return [read_balancing.load_balancer(item) for item in found]


def _vendor_services(
    clients: Clients, names: Sequence[str], remembered: Remembered
) -> Mapping[str, m.VendorService | None]:
    """Those that show themselves, where all do or where there is but one; nothing where only some do."""
    try:
        found = lookups.service_details(clients, names)
    except CloudError as error:
        if error.code != "service-not-visible":
            raise
        return {names[0]: None} if len(names) == 1 else {}
    return dict.fromkeys(names) | {
        item.get("ServiceName", ""): vendor_service(clients, item, remembered) for item in found
    }


def _one_by_one(clients: Clients, watch: Watch, remembered: Remembered, seen: _Seen) -> Iterable[Part]:
    """One name that does not show itself hides all the others of the same call."""

    def one(name: str) -> int:
        seen.vendor_services.update(_vendor_services(clients, (name,), remembered))
        return 1

    missing = [name for name in watch.vendor_services if name not in seen.vendor_services]
    return [Part("vendor services", partial(one, name)) for name in missing]


def vendor_service(
    clients: Clients, wire: ec2.ServiceDetailTypeDef, remembered: Remembered
) -> m.VendorService:
    """The other side's service with its zones' ids, which the answer may have as names only."""
    if not wire.get("AvailabilityZoneIds") and not remembered.zone_ids:
        remembered.zone_ids.update(lookups.zone_ids(clients))
    return read.vendor_service(wire, remembered.zone_ids)

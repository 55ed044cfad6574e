"""One model of a cloud network for both clouds: what the plan, the audit and the diagnosis read.

Field names are the field's own terms; where the clouds differ, the docstring says what each calls it.
All ids are the cloud's own (AWS: ``vpc-…``, ``subnet-…``, load balancers and target groups by ARN; Azure:
resource ids). Every text in here came from a cloud: it is data, never markup.

A field that is None was not read, because the inventory's ``detail`` does not ask for it, because it could not
be read (then a :class:`Gap` says so), or because this cloud has no such thing; it is never a guess. Here is
what PrivateLink adds; ``core.network.ground`` and ``core.network.balancing`` hold the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.network.balancing import HealthCheck, Listener, LoadBalancer, Target, TargetGroup
from core.network.ground import (
    Instance,
    Interface,
    Network,
    NetworkAcl,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Tags,
)
from core.request.model import Platform

__all__ = [
    "Connection",
    "ConnectionState",
    "Detail",
    "DnsRecord",
    "Endpoint",
    "EndpointService",
    "Gap",
    "HealthCheck",
    "Instance",
    "Interface",
    "Inventory",
    "Listener",
    "LoadBalancer",
    "Network",
    "NetworkAcl",
    "Observation",
    "Quota",
    "Route",
    "RouteTable",
    "Rule",
    "SecurityGroup",
    "Subnet",
    "Tags",
    "Target",
    "TargetGroup",
    "VendorService",
]

Detail = Literal["setup", "audit"]
"""How much an inventory holds: what a plan needs, or all that the audit and the diagnosis read. The plan does
not pay for the calls of the second.
"""

ConnectionState = Literal[
    "pending-acceptance",
    "pending",
    "available",
    "partial",
    "rejected",
    "disconnected",
    "expired",
    "failed",
    "deleting",
    "deleted",
    "unknown",
]
"""States of an endpoint and of a connection, in one spelling whatever the wire says."""


@dataclass(frozen=True, slots=True)
class EndpointService:
    """An endpoint service (AWS) or private link service (Azure) of the account that was looked at.

    ``state`` is lower case (``available``, ``pending``, ``deleting``, ``deleted``, ``failed``).
    ``service_name`` is what the other side connects to: the service name (AWS) or the alias (Azure).
    ``principals`` are ARNs (AWS) or the subscription ids that see it (Azure); None where they could not be
    read. ``auto_approval``: the subscriptions that need no acceptance (Azure). ``subnet_ids``: where its NAT
    addresses are (Azure). ``region`` is empty where it is the inventory's for certain.

    ``private_dns_state`` is lower case (``pendingverification``, ``verified``, ``failed``), empty where it has
    no private name. ``zone_ids`` are comparable across accounts (AWS). ``proxy_protocol``: proxy protocol v2 is
    on (Azure; on AWS the target groups say it). ``nat_addresses`` are how many addresses it translates to, and
    ``frontend_ids`` the load balancers' frontends that it serves (Azure). ``supported_regions``: where it can
    be connected to from (AWS).
    """

    id: str
    name: str
    service_name: str
    state: str
    acceptance_required: bool
    load_balancer_ids: tuple[str, ...]
    zones: tuple[str, ...]
    principals: tuple[str, ...] | None
    private_dns_name: str = ""
    auto_approval: tuple[str, ...] = ()
    subnet_ids: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)
    region: str = ""
    private_dns_state: str | None = None
    zone_ids: tuple[str, ...] | None = None
    proxy_protocol: bool | None = None
    nat_addresses: int | None = None
    frontend_ids: tuple[str, ...] = ()
    supported_regions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """An incoming connection: somebody's endpoint that asks to be, or is, connected to an own service.

    ``owner`` is the requester's account (AWS) or subscription (Azure), ``name`` the connection's own (Azure).
    ``description`` is what was said when it was asked for or decided, ``actions_required`` what the cloud
    says is to be done (Azure). ``region``: the endpoint's, empty where it is the service's own (AWS).
    """

    service_id: str
    endpoint_id: str
    owner: str
    state: ConnectionState
    created_at: datetime | None = None
    dns_names: tuple[str, ...] = ()
    name: str = ""
    description: str = ""
    actions_required: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A name and the addresses that it is to have, as an endpoint's own answer says (Azure)."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An interface endpoint (AWS) or private endpoint (Azure) of the account that was looked at.

    ``addresses`` are its private addresses, ``reason`` the cloud's words where it failed or was rejected, and
    ``error_code`` the code of its last error (AWS).

    ``manual``: it asks the service's owner (Azure ``manualPrivateLinkServiceConnections``); false where it relies
    on rights over the service. ``request`` is what was written with it, ``actions_required`` what the cloud
    says is to be done, ``dns_records`` the names that it asks to have (Azure). ``service_region`` is empty
    where it is the endpoint's own. ``address_type`` is ``ipv4``, ``ipv6`` or ``dualstack``.
    """

    id: str
    name: str
    service_name: str
    network_id: str
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    state: ConnectionState
    dns_names: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    private_dns: bool = False
    created_at: datetime | None = None
    reason: str = ""
    tags: Tags = field(default_factory=dict)
    interface_ids: tuple[str, ...] = ()
    error_code: str = ""
    manual: bool | None = None
    request: str = ""
    actions_required: str = ""
    dns_records: tuple[DnsRecord, ...] = ()
    service_region: str = ""
    address_type: str = ""


@dataclass(frozen=True, slots=True)
class VendorService:
    """The other side's service, as far as it shows itself to this account.

    ``zone_ids`` are comparable across accounts; empty where the cloud has no such thing.
    """

    service_name: str
    owner: str
    zones: tuple[str, ...]
    zone_ids: tuple[str, ...]
    acceptance_required: bool


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of the account. ``name`` is the cloud's own, ``code`` its id (AWS ``L-…``; Azure's usage name).

    ``used`` is None where nobody counts it. ``scope_id`` is the resource that it holds for (a VPC), empty for
    the whole region. ``source``: ``account`` where the cloud told this account's own limit, ``default`` where
    it is the documented one.
    """

    code: str
    name: str
    limit: int
    used: int | None
    source: Literal["account", "default"]
    scope_id: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read: what, the error's code, and which permission it would take."""

    what: str
    code: str
    message: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was seen of one account and region at one moment. ``gaps`` says what was not.

    ``network_id`` is the one network that was looked at, empty for the whole region. The last six lists are
    read for the audit only. ``vendor_services`` are those of others that the endpoints lead to, as far as they
    show themselves; ``hidden_services`` the names of those that do not (AWS; on Azure asking takes more than the
    right to read).
    ``unregistered`` are the resource providers that the subscription needs and may not use yet (Azure).
    """

    platform: Platform
    account: str
    region: str
    taken_at: datetime
    networks: tuple[Network, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    instances: tuple[Instance, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    load_balancers: tuple[LoadBalancer, ...] = ()
    listeners: tuple[Listener, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()
    endpoint_services: tuple[EndpointService, ...] = ()
    connections: tuple[Connection, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    unregistered: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    network_id: str = ""
    detail: Detail = "setup"
    interfaces: tuple[Interface, ...] = ()
    network_acls: tuple[NetworkAcl, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    quotas: tuple[Quota, ...] = ()
    vendor_services: tuple[VendorService, ...] = ()
    hidden_services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """What one look at the watched resources showed.

    ``vendor_services`` maps each watched vendor service name to what it shows, or None where it does not
    show itself (not allowed yet, other region, or a typo: the clouds answer all three alike).
    """

    at: datetime
    load_balancers: tuple[LoadBalancer, ...] = ()
    endpoint_services: tuple[EndpointService, ...] = ()
    connections: tuple[Connection, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    vendor_services: Mapping[str, VendorService | None] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

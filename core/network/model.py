"""One model of a cloud network for both clouds: what the plan, the audit and the diagnosis read.

Field names are the field's own terms; where the clouds differ, the docstring says what each calls it.
All ids are the cloud's own (AWS: ``vpc-…``, ``subnet-…``, load balancers and target groups by ARN; Azure:
resource ids). Every text in here came from a cloud: it is data, never markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.request.model import Platform

Tags = Mapping[str, str]

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
class Network:
    """A VPC (AWS) or VNet (Azure)."""

    id: str
    name: str
    cidrs: tuple[str, ...]
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet. ``zone_id`` names the zone across accounts (``use1-az1``), ``zone`` only inside this one.

    ``public``: what is launched in it gets a public address (AWS ``MapPublicIpOnLaunch``).
    ``link_policies`` and ``endpoint_policies``: whether Azure's network policies for private link services
    and for private endpoints are on; None where there is no such thing.
    """

    id: str
    name: str
    network_id: str
    cidr: str
    zone: str
    zone_id: str
    free_addresses: int
    public: bool = False
    link_policies: bool | None = None
    endpoint_policies: bool | None = None
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instance:
    """A virtual machine that can be a target. ``interface_id``: its network interface (Azure)."""

    id: str
    name: str
    network_id: str
    subnet_id: str
    zone: str
    address: str
    state: str
    security_group_ids: tuple[str, ...] = ()
    interface_id: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a security group. ``peer`` is a CIDR, a prefix list, a security group id or a service tag.

    ``protocol`` is ``tcp``, ``udp``, ``icmp`` or ``all``; ports are inclusive, 0–65535 for all. Of Azure's rules
    the one of least ``priority`` that fits decides, and ``local`` is the own side's prefix where one is named;
    AWS's all allow and have neither.
    """

    direction: Literal["in", "out"]
    protocol: str
    from_port: int
    to_port: int
    peer: str
    allow: bool = True
    priority: int = 0
    local: str = ""


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group (AWS) or network security group (Azure), its own rules and the default ones in order."""

    id: str
    name: str
    network_id: str
    rules: tuple[Rule, ...]
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener (AWS) or load balancing rule (Azure): ``port`` and ``protocol`` (upper case) to a target
    group or pool. ``target_port`` is where a rule sends to (Azure); None where the group says it (AWS).
    """

    id: str
    load_balancer_id: str
    port: int
    protocol: str
    target_group_id: str | None
    tags: Tags = field(default_factory=dict)
    target_port: int | None = None


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer. ``kind`` is ``network``, ``application``, ``gateway`` (AWS) or the SKU (Azure).

    ``state`` is ``provisioning``, ``active``, ``impaired``, ``failed`` or what the cloud says in lower case.
    ``cross_zone`` is None where it was not read. ``frontend_ids``: its frontend configurations (Azure), and
    ``nat_frontend_ids`` those of them that inbound NAT rules or pools use. ``region`` is empty where it is the
    inventory's for certain.
    """

    id: str
    name: str
    network_id: str
    kind: str
    internal: bool
    state: str
    subnet_ids: tuple[str, ...]
    dns_name: str
    security_group_ids: tuple[str, ...] = ()
    cross_zone: bool | None = None
    frontend_ids: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)
    nat_frontend_ids: tuple[str, ...] = ()
    region: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A registered target: instance id or address; ``health`` as the cloud says, lower case; ``reason`` too."""

    id: str
    port: int
    health: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group (AWS) or back-end pool (Azure). ``target_type`` is ``ip``, ``instance`` or as told."""

    id: str
    name: str
    network_id: str
    protocol: str
    port: int
    target_type: str
    targets: tuple[Target, ...]
    load_balancer_ids: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EndpointService:
    """An endpoint service (AWS) or private link service (Azure) of the account that was looked at.

    ``state`` is lower case (``available``, ``pending``, ``deleting``, ``deleted``, ``failed``).
    ``service_name`` is what the other side connects to: the service name (AWS) or the alias (Azure).
    ``principals`` are ARNs (AWS) or the subscription ids that see it (Azure); None where they could not be
    read. ``auto_approval``: the subscriptions that need no acceptance (Azure). ``subnet_ids``: where its NAT
    addresses are (Azure). ``region`` is empty where it is the inventory's for certain.
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


@dataclass(frozen=True, slots=True)
class Connection:
    """An incoming connection: somebody's endpoint that asks to be, or is, connected to an own service.

    ``owner`` is the requester's account (AWS) or subscription (Azure), ``name`` the connection's own (Azure).
    """

    service_id: str
    endpoint_id: str
    owner: str
    state: ConnectionState
    created_at: datetime | None = None
    dns_names: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An interface endpoint (AWS) or private endpoint (Azure) of the account that was looked at.

    ``addresses`` are its private addresses, ``reason`` the cloud's words where it failed or was rejected.
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
class Gap:
    """Something that could not be read: what, the error's code, and which permission it would take."""

    what: str
    code: str
    message: str
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What was seen of one account and region at one moment. ``gaps`` says what was not."""

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
    gaps: tuple[Gap, ...] = ()


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

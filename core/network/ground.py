"""What a network is made of, for both clouds: networks, subnets, routes, filters, interfaces and machines.

Part of :mod:`core.network.model`, which says what holds for all of it. None means: was not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Network:
    """A VPC (AWS) or VNet (Azure).

    ``dns_support`` and ``dns_hostnames`` are the two attributes that a VPC's private DNS needs (AWS).
    ``dns_servers``: those that answer in the network instead of the cloud's own (Azure). ``peer_ids``: the
    networks that it is peered with and connected to (Azure).
    """

    id: str
    name: str
    cidrs: tuple[str, ...]
    tags: Tags = field(default_factory=dict)
    is_default: bool = False
    dns_support: bool | None = None
    dns_hostnames: bool | None = None
    dns_servers: tuple[str, ...] | None = None
    peer_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet. ``zone_id`` names the zone across accounts (``use1-az1``), ``zone`` only inside this one.

    ``public``: what is launched in it gets a public address (AWS ``MapPublicIpOnLaunch``).
    ``link_policies`` and ``endpoint_policies``: whether Azure's network policies for private link services
    and for private endpoints are on; None where there is no such thing. ``endpoint_policy`` is Azure's own
    word for the second in lower case: ``disabled`` makes network security groups and routes silently
    inactive for private endpoints, ``enabled`` neither; ``networksecuritygroupenabled`` leaves only the
    groups active, ``routetableenabled`` only the routes.

    ``acl_id`` is its network ACL (AWS), ``security_group_id`` its network security group (Azure),
    ``route_table_id`` what routes its traffic (AWS: the main table where none is named). Each is empty where
    the subnet has none, and None where that was not read.
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
    ipv6_cidr: str = ""
    endpoint_policy: str | None = None
    acl_id: str | None = None
    security_group_id: str | None = None
    route_table_id: str | None = None


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
class Interface:
    """A network interface. ``kind`` is what it is there for, in lower case: ``interface`` (a machine's or
    anything's), ``vpc_endpoint``, ``network_load_balancer`` … (AWS ``InterfaceType``); ``machine``,
    ``private-endpoint``, ``private-link-service``, ``free`` (Azure).

    ``owner_id`` is what it belongs to: an instance's, endpoint's or service's id; of a load balancer's (AWS)
    its ARN; empty where nothing is told. ``addresses`` are private, the primary one first;
    ``public_address`` is empty where it has none.
    """

    id: str
    network_id: str
    subnet_id: str
    kind: str
    addresses: tuple[str, ...]
    security_group_ids: tuple[str, ...] = ()
    owner_id: str = ""
    public_address: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a security group or network ACL. ``peer`` is a CIDR, a prefix list, a security group id or a
    service tag.

    ``protocol`` is ``tcp``, ``udp``, ``icmp`` or ``all``; ports are inclusive, 0–65535 for all. Of Azure's rules
    and of a network ACL's the one of least ``priority`` that fits decides; Azure's ``local`` is the own side's
    prefix where one is named. AWS's security groups all allow and have neither.
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
class NetworkAcl:
    """A network ACL (AWS): stateless, its rules in the order in which they decide, the final refusal
    (priority 32767) with them. ``subnet_ids``: the subnets that it filters.
    """

    id: str
    name: str
    network_id: str
    is_default: bool
    subnet_ids: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One route: ``destination`` is a CIDR, a prefix list or a service tag.

    ``target`` is the id of what it leads to (``igw-…``, ``nat-…``, ``pcx-…``, ``local`` …), or Azure's type of
    next hop in lower case (``internet``, ``virtualappliance``, ``none`` …) with the address after a space
    where there is one. ``active`` is false for a route that leads nowhere (AWS ``blackhole``).
    """

    destination: str
    target: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table. ``main``: it is that of every subnet of its network that names none (AWS)."""

    id: str
    name: str
    network_id: str
    routes: tuple[Route, ...]
    subnet_ids: tuple[str, ...] = ()
    main: bool = False

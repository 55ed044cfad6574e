"""What spreads traffic, for both clouds: load balancers, listeners, target groups and their targets.

Part of :mod:`core.network.model`, which says what holds for all of it. None means: was not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.network.ground import Tags


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """How targets are tried: the health check of a target group (AWS), the probe of a rule (Azure).

    ``protocol`` is upper case. ``port`` is None where each target is tried on the port that it serves.
    ``path`` is empty where none is asked. ``interval`` in seconds; ``threshold`` tries make a target unhealthy.
    ``enabled`` is false where nothing is tried at all (Azure: a rule without a probe).
    """

    protocol: str
    port: int | None = None
    path: str = ""
    interval: int = 0
    threshold: int = 0
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener (AWS) or load balancing rule (Azure): ``port`` and ``protocol`` (upper case) to a target
    group or pool. ``target_port`` is where a rule sends to (Azure); None where the group says it (AWS).

    ``idle_timeout`` in seconds. ``certificate_ids`` and ``tls_policy`` belong to a listener that ends TLS
    itself (AWS). ``frontend_id``, ``health_check`` and ``floating_address`` belong to a rule (Azure).
    """

    id: str
    load_balancer_id: str
    port: int
    protocol: str
    target_group_id: str | None
    tags: Tags = field(default_factory=dict)
    target_port: int | None = None
    idle_timeout: int | None = None
    certificate_ids: tuple[str, ...] = ()
    tls_policy: str = ""
    frontend_id: str = ""
    health_check: HealthCheck | None = None
    floating_address: bool | None = None


def over_tcp(listener: Listener) -> bool:
    """Whether TCP comes through it: a rule for all ports (Azure) is for all protocols, too."""
    return listener.protocol not in ("UDP", "QUIC")


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer. ``kind`` is ``network``, ``application``, ``gateway`` (AWS) or the SKU (Azure).

    ``state`` is ``provisioning``, ``active``, ``impaired``, ``failed`` or what the cloud says in lower case.
    ``cross_zone`` is None where it was not read. ``frontend_ids``: its frontend configurations (Azure), and
    ``nat_frontend_ids`` those of them that inbound NAT rules or pools use. ``region`` is empty where it is the
    inventory's for certain.

    A network load balancer (AWS) without ``security_group_ids`` was made without any, and can be given none
    later. ``filters_private_link``: its groups' inbound rules hold for traffic that comes over PrivateLink too
    (``EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic``), where the source is the client's own address.
    ``zones`` are names inside the account, or Azure's zones of its frontends (none: in no zone);
    ``zone_ids`` are the same comparable across accounts (AWS). ``client_routing`` is the attribute
    ``dns_record.client_routing_policy`` (AWS). ``addresses`` are its private ones, sorted. ``port_errors``: the
    connections of the last day that found no free port to a target (AWS ``PortAllocationErrorCount``), read for
    those that serve an endpoint service.
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
    zones: tuple[str, ...] = ()
    zone_ids: tuple[str, ...] | None = None
    filters_private_link: bool | None = None
    deletion_protection: bool | None = None
    client_routing: str | None = None
    access_logs: bool | None = None
    addresses: tuple[str, ...] | None = None
    port_errors: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A registered target: instance id or address; ``health`` as the cloud says, lower case; ``reason`` too.

    ``description`` is the cloud's sentence on its health. ``zone`` is as the cloud says: a zone's name,
    ``all`` for an address outside of the network, or nothing. ``subnet_id`` is where it is, empty where that
    is in no subnet that was seen. ``interface_id`` is its network interface (Azure).
    """

    id: str
    port: int
    health: str
    reason: str = ""
    description: str = ""
    zone: str = ""
    subnet_id: str = ""
    interface_id: str = ""


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group (AWS) or back-end pool (Azure). ``target_type`` is ``ip`` (Azure: a pool by address),
    ``nic``, ``instance`` or as told.

    ``proxy_protocol``: proxy protocol v2 goes before each connection. ``keeps_client_address``: client IP
    preservation, which has no effect on what comes over PrivateLink. ``cross_zone`` is ``on``, ``off`` or
    ``inherited`` from the load balancer. ``deregistration_delay`` in seconds. ``targets_read``: false where
    ``targets`` are empty because they could not be read.
    """

    id: str
    name: str
    network_id: str
    protocol: str
    port: int
    target_type: str
    targets: tuple[Target, ...]
    load_balancer_ids: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)
    health_check: HealthCheck | None = None
    proxy_protocol: bool | None = None
    keeps_client_address: bool | None = None
    cross_zone: str | None = None
    deregistration_delay: int | None = None
    targets_read: bool = True

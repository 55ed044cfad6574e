"""Collect what an account has in one network, or in the whole region, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from core.cloud import CloudError, OnProgress
from core.network import model as m
from providers.aws import lookups, read
from providers.aws.session import Clients
from providers.parts import Part, collect

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2
    from mypy_boto3_elbv2 import type_defs as elb


_Kept = TypeVar(
    "_Kept",
    m.Network,
    m.Instance,
    m.SecurityGroup,
    m.LoadBalancer,
    m.TargetGroup,
    m.EndpointService,
    m.Endpoint,
)


@dataclass(slots=True)
class _Found:
    """What the parts found so far. Threads only append to lists and set keys of their own."""

    account: str = ""
    networks: list[m.Network] = field(default_factory=list)
    subnets: list[m.Subnet] = field(default_factory=list)
    instances: list[m.Instance] = field(default_factory=list)
    security_groups: list[m.SecurityGroup] = field(default_factory=list)
    load_balancers: list[elb.LoadBalancerTypeDef] = field(default_factory=list)
    listeners: list[elb.ListenerTypeDef] = field(default_factory=list)
    target_groups: list[elb.TargetGroupTypeDef] = field(default_factory=list)
    targets: dict[str, list[m.Target]] = field(default_factory=dict)
    cross_zone: dict[str, bool] = field(default_factory=dict)
    tags: dict[str, m.Tags] = field(default_factory=dict)
    services: list[ec2.ServiceConfigurationTypeDef] = field(default_factory=list)
    principals: dict[str, list[str]] = field(default_factory=dict)
    connections: list[m.Connection] = field(default_factory=list)
    endpoints: list[ec2.VpcEndpointTypeDef] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)


def inventory(
    clients: Clients,
    network_id: str | None,
    now: Callable[[], datetime],
    on_progress: OnProgress | None = None,
) -> m.Inventory:
    """One network, or the whole region where ``network_id`` is None.

    Endpoint services and the connections to them belong to no network: all of the account's are there, and
    their load balancers tell which network they serve. What may not be read becomes a gap that names the IAM
    action. Raises CloudError where nothing could be read, and ``not-found`` where the network is not there.
    """
    found = _Found()
    taken_at = now()
    collected = collect(_roots(clients, network_id, found), on_progress)
    # Everybody may ask who they are: that alone is not having read anything.
    if collected.errors and collected.read <= bool(found.account):
        raise collected.errors[0]
    gaps = collected.gaps
    if network_id is not None and not found.networks and not any(gap.what == "networks" for gap in gaps):
        raise CloudError(
            "not-found",
            f"There is no VPC {network_id} in {clients.region}.",
            "Check the VPC's id, the region and the account that you are signed in to.",
            operation="ec2:DescribeVpcs",
        )
    return _inventory(clients, found, taken_at, gaps)


def _roots(clients: Clients, network_id: str | None, found: _Found) -> Iterable[Part]:
    def account() -> int:
        with clients.asking("sts:GetCallerIdentity"):
            found.account = clients.sts.get_caller_identity().get("Account", "")
        return 1

    def networks() -> int:
        found.networks.extend(read.network(item) for item in lookups.vpcs(clients, network_id))
        return len(found.networks)

    def subnets() -> int:
        found.subnets.extend(lookups.subnets(clients, network_id))
        return len(found.subnets)

    def instances() -> int:
        with clients.asking("ec2:DescribeInstances"):
            pages = clients.ec2.get_paginator("describe_instances").paginate(
                Filters=lookups.where(vpc_id=network_id)
            )
            for page in pages:
                for reservation in page["Reservations"]:
                    found.instances.extend(read.instance(item) for item in reservation.get("Instances", ()))
        return len(found.instances)

    def security_groups() -> int:
        with clients.asking("ec2:DescribeSecurityGroups"):
            pages = clients.ec2.get_paginator("describe_security_groups").paginate(
                Filters=lookups.where(vpc_id=network_id)
            )
            for page in pages:
                found.security_groups.extend(read.security_group(item) for item in page["SecurityGroups"])
        return len(found.security_groups)

    def load_balancers() -> int:
        seen = lookups.load_balancers(clients)
        found.load_balancers.extend(item for item in seen if network_id in (None, item.get("VpcId")))
        return len(found.load_balancers)

    def target_groups() -> int:
        with clients.asking("elasticloadbalancing:DescribeTargetGroups"):
            for page in clients.elbv2.get_paginator("describe_target_groups").paginate():
                found.target_groups.extend(
                    item for item in page["TargetGroups"] if network_id in (None, item.get("VpcId"))
                )
        return len(found.target_groups)

    def services() -> int:
        found.services.extend(lookups.service_configurations(clients))
        return len(found.services)

    def connections() -> int:
        found.connections.extend(lookups.connections(clients))
        return len(found.connections)

    def endpoints() -> int:
        found.endpoints.extend(lookups.endpoints(clients, network_id))
        return len(found.endpoints)

    return (
        Part("account", account),
        Part("networks", networks),
        Part("subnets", subnets),
        Part("instances", instances),
        Part("security groups", security_groups),
        Part("load balancers", load_balancers, partial(_of_load_balancers, clients, found)),
        Part("target groups", target_groups, partial(_of_target_groups, clients, found)),
        Part("endpoint services", services, partial(_of_services, clients, found)),
        Part("connections", connections),
        Part("endpoints", endpoints, partial(_of_endpoints, clients, found)),
    )


def _of_load_balancers(clients: Clients, found: _Found) -> Iterable[Part]:
    def listeners(arn: str) -> int:
        seen = lookups.listeners(clients, arn)
        found.listeners.extend(seen)
        return len(seen)

    def listener_tags(arn: str) -> Iterable[Part]:
        return _tags(
            clients,
            found,
            [item.get("ListenerArn", "") for item in found.listeners if item.get("LoadBalancerArn") == arn],
        )

    def cross_zone(arn: str) -> int:
        found.cross_zone[arn] = lookups.cross_zone(clients, arn)
        return 1

    arns = [item.get("LoadBalancerArn", "") for item in found.load_balancers]
    yield from _tags(clients, found, arns)
    for item in found.load_balancers:
        if item.get("Type") == "network":
            arn = item.get("LoadBalancerArn", "")
            yield Part("listeners", partial(listeners, arn), partial(listener_tags, arn))
            yield Part("load balancer attributes", partial(cross_zone, arn))


def _of_target_groups(clients: Clients, found: _Found) -> Iterable[Part]:
    def health(arn: str) -> int:
        found.targets[arn] = lookups.targets(clients, arn)
        return len(found.targets[arn])

    arns = [item.get("TargetGroupArn", "") for item in found.target_groups]
    yield from _tags(clients, found, arns)
    yield from (Part("target health", partial(health, arn)) for arn in arns)


def _of_services(clients: Clients, found: _Found) -> Iterable[Part]:
    def principals(service_id: str) -> int:
        found.principals[service_id] = lookups.permissions(clients, service_id)
        return len(found.principals[service_id])

    return [
        Part("endpoint service permissions", partial(principals, item.get("ServiceId", "")))
        for item in found.services
    ]


def _of_endpoints(clients: Clients, found: _Found) -> Iterable[Part]:
    def addresses() -> int:
        found.addresses.update(lookups.interface_addresses(clients, interfaces))
        return len(found.addresses)

    interfaces = [name for item in found.endpoints for name in item.get("NetworkInterfaceIds", ())]
    return [Part("private addresses", addresses)] if interfaces else []


def _tags(clients: Clients, found: _Found, arns: Sequence[str]) -> Iterable[Part]:
    def read_tags(some: Sequence[str]) -> int:
        found.tags.update(lookups.elb_tags(clients, some))
        return len(some)

    return [Part("load balancer tags", partial(read_tags, some)) for some in lookups.batches(arns, 20)]


def _inventory(clients: Clients, found: _Found, taken_at: datetime, gaps: tuple[m.Gap, ...]) -> m.Inventory:
    def tags(arn: str | None) -> m.Tags:
        return found.tags.get(arn or "", {})

    return m.Inventory(
        platform="aws",
        account=found.account,
        region=clients.region,
        taken_at=taken_at,
        networks=_by_id(found.networks),
        subnets=tuple(sorted(found.subnets, key=lambda item: (item.network_id, item.zone_id, item.id))),
        instances=_by_id(item for item in found.instances if item.state != "terminated"),
        security_groups=_by_id(found.security_groups),
        load_balancers=_by_id(
            read.load_balancer(
                item,
                tags(item.get("LoadBalancerArn")),
                found.cross_zone.get(item.get("LoadBalancerArn", "")),
            )
            for item in found.load_balancers
        ),
        listeners=tuple(
            sorted(
                (read.listener(item, tags(item.get("ListenerArn"))) for item in found.listeners),
                key=lambda item: (item.load_balancer_id, item.port, item.id),
            )
        ),
        target_groups=_by_id(
            read.target_group(
                item, found.targets.get(item.get("TargetGroupArn", ""), ()), tags(item.get("TargetGroupArn"))
            )
            for item in found.target_groups
        ),
        endpoint_services=_by_id(
            read.endpoint_service(item, found.principals.get(item.get("ServiceId", "")))
            for item in found.services
        ),
        connections=tuple(sorted(found.connections, key=lambda item: (item.service_id, item.endpoint_id))),
        endpoints=_by_id(read.endpoint(item, found.addresses) for item in found.endpoints),
        gaps=gaps,
    )


def _by_id(items: Iterable[_Kept]) -> tuple[_Kept, ...]:
    return tuple(sorted(items, key=lambda item: item.id))

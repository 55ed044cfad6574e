"""What the parts of a collection found, and the inventory that it makes. Pure, apart from being filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.network import model as m
from core.network.placing import place
from providers.aws import read, read_balancing, read_ground
from providers.parts import by_id

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2
    from mypy_boto3_elbv2 import type_defs as elb


@dataclass(slots=True)
class Found:
    """What the parts found so far. Threads only append to lists and set keys of their own.

    ``interfaces`` is None while they were not listed; ``quotas`` are complete as they are.
    """

    account: str = ""
    networks: list[m.Network] = field(default_factory=list)
    dns: dict[str, dict[str, bool]] = field(default_factory=dict)
    subnets: list[m.Subnet] = field(default_factory=list)
    zone_ids: dict[str, str] = field(default_factory=dict)
    instances: list[m.Instance] = field(default_factory=list)
    security_groups: list[m.SecurityGroup] = field(default_factory=list)
    network_acls: list[m.NetworkAcl] | None = None
    route_tables: list[m.RouteTable] | None = None
    interfaces: list[ec2.NetworkInterfaceTypeDef] | None = None
    load_balancers: list[elb.LoadBalancerTypeDef] = field(default_factory=list)
    listeners: dict[str, list[elb.ListenerTypeDef]] = field(default_factory=dict)
    target_groups: list[elb.TargetGroupTypeDef] = field(default_factory=list)
    targets: dict[str, list[m.Target]] = field(default_factory=dict)
    attributes: dict[str, read_balancing.Attributes] = field(default_factory=dict)
    port_errors: dict[str, int] = field(default_factory=dict)
    tags: dict[str, m.Tags] = field(default_factory=dict)
    services: list[ec2.ServiceConfigurationTypeDef] = field(default_factory=list)
    principals: dict[str, list[str]] = field(default_factory=dict)
    connections: list[m.Connection] = field(default_factory=list)
    endpoints: list[ec2.VpcEndpointTypeDef] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    vendor_services: list[ec2.ServiceDetailTypeDef] = field(default_factory=list)
    hidden_services: list[str] = field(default_factory=list)


def make(
    found: Found, region: str, network_id: str | None, detail: m.Detail, taken_at: datetime
) -> m.Inventory:
    """The inventory, without its gaps and quotas."""
    zone_ids = {item.zone: item.zone_id for item in found.subnets if item.zone_id} | found.zone_ids
    balancers = {
        read_ground.balancer_part(item.get("LoadBalancerArn", "")): item.get("LoadBalancerArn", "")
        for item in found.load_balancers
    }
    interfaces = _interfaces(found, balancers)
    made = m.Inventory(
        platform="aws",
        account=found.account,
        region=region,
        taken_at=taken_at,
        networks=by_id(_with_dns(found, item) for item in found.networks),
        subnets=tuple(sorted(_subnets(found), key=lambda item: (item.network_id, item.zone_id, item.id))),
        instances=by_id(item for item in found.instances if item.state != "terminated"),
        security_groups=by_id(found.security_groups),
        load_balancers=_load_balancers(found, zone_ids, interfaces),
        listeners=_listeners(found),
        target_groups=_target_groups(found),
        endpoint_services=by_id(
            read.endpoint_service(item, found.principals.get(item.get("ServiceId", "")), zone_ids)
            for item in found.services
        ),
        connections=tuple(sorted(found.connections, key=lambda item: (item.service_id, item.endpoint_id))),
        endpoints=by_id(read.endpoint(item, found.addresses) for item in found.endpoints),
        network_id=network_id or "",
        detail=detail,
        interfaces=by_id(interfaces or ()),
        network_acls=by_id(found.network_acls or ()),
        route_tables=by_id(found.route_tables or ()),
        vendor_services=tuple(
            sorted(
                (read.vendor_service(item, zone_ids) for item in found.vendor_services),
                key=lambda item: item.service_name,
            )
        ),
        hidden_services=tuple(sorted(found.hidden_services)),
    )
    return replace(made, target_groups=place(made))


def _with_dns(found: Found, network: m.Network) -> m.Network:
    told = found.dns.get(network.id)
    if not told:
        return network
    return replace(
        network,
        dns_support=told.get("enableDnsSupport"),
        dns_hostnames=told.get("enableDnsHostnames"),
    )


def _subnets(found: Found) -> Iterable[m.Subnet]:
    """The subnets with what filters and routes them, where that was listed."""
    acls = {subnet: acl.id for acl in found.network_acls or () for subnet in acl.subnet_ids}
    routes = {subnet: table.id for table in found.route_tables or () for subnet in table.subnet_ids}
    main = {table.network_id: table.id for table in found.route_tables or () if table.main}
    for subnet in found.subnets:
        yield replace(
            subnet,
            acl_id=None if found.network_acls is None else acls.get(subnet.id, ""),
            route_table_id=(
                None
                if found.route_tables is None
                else routes.get(subnet.id) or main.get(subnet.network_id, "")
            ),
        )


def _interfaces(found: Found, balancers: Mapping[str, str]) -> list[m.Interface] | None:
    if found.interfaces is None:
        return None
    owners = {
        interface: item.get("VpcEndpointId", "")
        for item in found.endpoints
        for interface in item.get("NetworkInterfaceIds", ())
    }
    seen = (read_ground.interface(item, balancers) for item in found.interfaces)
    return [replace(item, owner_id=owners.get(item.id) or item.owner_id) for item in seen]


def _load_balancers(
    found: Found, zone_ids: Mapping[str, str], interfaces: Iterable[m.Interface] | None
) -> tuple[m.LoadBalancer, ...]:
    addresses: dict[str, list[str]] = {}
    for one in interfaces or ():
        addresses.setdefault(one.owner_id, []).extend(one.addresses)
    made = []
    for item in found.load_balancers:
        arn = item.get("LoadBalancerArn", "")
        seen = read_balancing.load_balancer(
            item,
            found.tags.get(arn),
            found.attributes.get(arn),
            zone_ids,
            None if interfaces is None else addresses.get(arn, ()),
        )
        made.append(replace(seen, port_errors=found.port_errors.get(arn)))
    return by_id(made)


def _listeners(found: Found) -> tuple[m.Listener, ...]:
    made = (
        read_balancing.listener(item, found.tags.get(arn), found.attributes.get(arn))
        for many in found.listeners.values()
        for item in many
        for arn in (item.get("ListenerArn", ""),)
    )
    return tuple(sorted(made, key=lambda item: (item.load_balancer_id, item.port, item.id)))


def _target_groups(found: Found) -> tuple[m.TargetGroup, ...]:
    return by_id(
        read_balancing.target_group(
            item, found.targets.get(arn), found.tags.get(arn), found.attributes.get(arn)
        )
        for item in found.target_groups
        for arn in (item.get("TargetGroupArn", ""),)
    )

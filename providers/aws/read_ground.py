"""What AWS answers about filters, routes and interfaces, turned into :mod:`core.network.model`. Pure functions;
every field may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.network import model as m
from providers.aws import read

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2

_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
)
"""Where a route may lead; each has at most a few of them (``Route`` of the EC2 API)."""

BALANCER_INTERFACE = "ELB "
"""How the description of a load balancer's interface begins; ``net/NAME/ID`` of its ARN follows."""


def network_acl(wire: ec2.NetworkAclTypeDef) -> m.NetworkAcl:
    """A network ACL."""
    return m.NetworkAcl(
        id=wire.get("NetworkAclId", ""),
        name=read.name_of(read.ec2_tags(wire.get("Tags", ()))),
        network_id=wire.get("VpcId", ""),
        is_default=wire.get("IsDefault", False),
        subnet_ids=tuple(sorted(item.get("SubnetId", "") for item in wire.get("Associations", ()))),
        rules=tuple(
            sorted(
                (_entry(item) for item in wire.get("Entries", ())),
                key=lambda rule: (rule.direction, rule.priority, rule.peer),
            )
        ),
    )


def _entry(wire: ec2.NetworkAclEntryTypeDef) -> m.Rule:
    protocol = read.protocol_of(wire.get("Protocol", "-1"))
    ports = wire.get("PortRange", {}) if protocol in ("tcp", "udp") else {}
    return m.Rule(
        "out" if wire.get("Egress") else "in",
        protocol,
        ports.get("From", 0),
        ports.get("To", 65535),
        wire.get("CidrBlock", "") or wire.get("Ipv6CidrBlock", ""),
        allow=wire.get("RuleAction") == "allow",
        priority=wire.get("RuleNumber", 0),
    )


def route_table(wire: ec2.RouteTableTypeDef) -> m.RouteTable:
    """A route table; the subnets are those that name it."""
    ties = wire.get("Associations", ())
    return m.RouteTable(
        id=wire.get("RouteTableId", ""),
        name=read.name_of(read.ec2_tags(wire.get("Tags", ()))),
        network_id=wire.get("VpcId", ""),
        routes=tuple(_route(item) for item in wire.get("Routes", ())),
        subnet_ids=tuple(sorted(item["SubnetId"] for item in ties if item.get("SubnetId"))),
        main=any(item.get("Main", False) for item in ties),
    )


def _route(wire: ec2.RouteTypeDef) -> m.Route:
    told: Mapping[str, object] = {**wire}
    return m.Route(
        destination=wire.get("DestinationCidrBlock", "")
        or wire.get("DestinationIpv6CidrBlock", "")
        or wire.get("DestinationPrefixListId", ""),
        target=next((str(told[name]) for name in _TARGETS if told.get(name)), ""),
        active=wire.get("State", "active") == "active",
    )


def interface(wire: ec2.NetworkInterfaceTypeDef, balancers: Mapping[str, str]) -> m.Interface:
    """A network interface. ``balancers`` maps ``net/NAME/ID`` to the ARNs of load balancers."""
    described = wire.get("Description", "")
    of_balancer = balancers.get(described.removeprefix(BALANCER_INTERFACE), "")
    more = (item.get("PrivateIpAddress", "") for item in wire.get("PrivateIpAddresses", ()))
    v6 = (item.get("Ipv6Address", "") for item in wire.get("Ipv6Addresses", ()))
    return m.Interface(
        id=wire.get("NetworkInterfaceId", ""),
        network_id=wire.get("VpcId", ""),
        subnet_id=wire.get("SubnetId", ""),
        kind=str(wire.get("InterfaceType", "")).lower(),
        addresses=tuple(dict.fromkeys(one for one in (wire.get("PrivateIpAddress", ""), *more, *v6) if one)),
        security_group_ids=tuple(group.get("GroupId", "") for group in wire.get("Groups", ())),
        owner_id=of_balancer or wire.get("Attachment", {}).get("InstanceId", ""),
        public_address=wire.get("Association", {}).get("PublicIp", ""),
        state=str(wire.get("Status", "")).lower(),
    )


def balancer_part(arn: str) -> str:
    """``net/NAME/ID``: what interfaces and metrics call a load balancer by."""
    return arn.partition(":loadbalancer/")[2]

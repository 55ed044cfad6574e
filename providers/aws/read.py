"""What AWS answers, turned into :mod:`core.network.model`. Pure functions; every field may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from core.cloud import NetworkChoice
from core.network import model as m

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2

_STATES: Mapping[str, m.ConnectionState] = {
    "pendingacceptance": "pending-acceptance",
    "pending": "pending",
    "available": "available",
    "partial": "partial",
    "rejected": "rejected",
    "disconnected": "disconnected",
    "expired": "expired",
    "failed": "failed",
    "deleting": "deleting",
    "deleted": "deleted",
}

_PROTOCOLS: Mapping[str, str] = {
    "-1": "all",
    "6": "tcp",
    "17": "udp",
    "1": "icmp",
    "58": "icmp",
    "icmpv6": "icmp",
}


def state(wire: str) -> m.ConnectionState:
    """An endpoint's or connection's state. The wire says ``pendingAcceptance``, the SDK's enum
    ``PendingAcceptance``: compared without case, spaces, dashes and underscores.
    """
    return _STATES.get("".join(c for c in wire.lower() if c not in " -_"), "unknown")


def tags(wire: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """``[{"Key": …, "Value": …}]`` → a mapping."""
    return {tag.get("Key", ""): tag.get("Value", "") for tag in wire or ()}


def ec2_tags(wire: Sequence[ec2.TagTypeDef]) -> dict[str, str]:
    """The same of EC2's own."""
    return {tag.get("Key", ""): tag.get("Value", "") for tag in wire}


def name_of(found: Mapping[str, str]) -> str:
    """A resource's name: its ``Name`` tag."""
    return found.get("Name", "")


def network(wire: ec2.VpcTypeDef) -> m.Network:
    """A VPC with all its associated IPv4 and IPv6 ranges, the primary one first."""
    found = ec2_tags(wire.get("Tags", ()))
    return m.Network(
        wire.get("VpcId", ""), name_of(found), _cidrs(wire), found, is_default=wire.get("IsDefault", False)
    )


def _cidrs(wire: ec2.VpcTypeDef) -> tuple[str, ...]:
    more = [
        item.get("CidrBlock", "")
        for item in wire.get("CidrBlockAssociationSet", ())
        if item.get("CidrBlockState", {}).get("State", "associated") == "associated"
    ] + [
        item.get("Ipv6CidrBlock", "")
        for item in wire.get("Ipv6CidrBlockAssociationSet", ())
        if item.get("Ipv6CidrBlockState", {}).get("State", "associated") == "associated"
    ]
    return tuple(dict.fromkeys(cidr for cidr in (wire.get("CidrBlock", ""), *more) if cidr))


def choice(wire: ec2.VpcTypeDef, subnets: Iterable[m.Subnet]) -> NetworkChoice:
    """A VPC to choose from, with how many zones and subnets it has."""
    seen = network(wire)
    inside = [subnet for subnet in subnets if subnet.network_id == seen.id]
    zones = {subnet.zone for subnet in inside}
    return NetworkChoice(
        seen.id, seen.name, seen.cidrs, wire.get("IsDefault", False), len(zones), len(inside)
    )


def subnet(wire: ec2.SubnetTypeDef) -> m.Subnet:
    """A subnet."""
    found = ec2_tags(wire.get("Tags", ()))
    return m.Subnet(
        id=wire.get("SubnetId", ""),
        name=name_of(found),
        network_id=wire.get("VpcId", ""),
        cidr=wire.get("CidrBlock", ""),
        zone=wire.get("AvailabilityZone", ""),
        zone_id=wire.get("AvailabilityZoneId", ""),
        free_addresses=wire.get("AvailableIpAddressCount", 0),
        public=wire.get("MapPublicIpOnLaunch", False),
        tags=found,
        ipv6_cidr=next(
            (
                item.get("Ipv6CidrBlock", "")
                for item in wire.get("Ipv6CidrBlockAssociationSet", ())
                if item.get("Ipv6CidrBlockState", {}).get("State", "associated") == "associated"
            ),
            "",
        ),
    )


def instance(wire: ec2.InstanceTypeDef) -> m.Instance:
    """An instance."""
    return m.Instance(
        id=wire.get("InstanceId", ""),
        name=name_of(ec2_tags(wire.get("Tags", ()))),
        network_id=wire.get("VpcId", ""),
        subnet_id=wire.get("SubnetId", ""),
        zone=wire.get("Placement", {}).get("AvailabilityZone", ""),
        address=wire.get("PrivateIpAddress", ""),
        state=str(wire.get("State", {}).get("Name", "")),
        security_group_ids=tuple(group.get("GroupId", "") for group in wire.get("SecurityGroups", ())),
    )


def protocol_of(wire: str) -> str:
    """A rule's protocol in one spelling: EC2 has numbers and names."""
    return _PROTOCOLS.get(wire, wire)


def security_group(wire: ec2.SecurityGroupTypeDef) -> m.SecurityGroup:
    """A security group, one :class:`~core.network.model.Rule` for each peer of each permission."""
    return m.SecurityGroup(
        id=wire.get("GroupId", ""),
        name=wire.get("GroupName", ""),
        network_id=wire.get("VpcId", ""),
        rules=(
            *_rules("in", wire.get("IpPermissions", ())),
            *_rules("out", wire.get("IpPermissionsEgress", ())),
        ),
        tags=ec2_tags(wire.get("Tags", ())),
    )


def _rules(
    direction: Literal["in", "out"], permissions: Sequence[ec2.IpPermissionOutputTypeDef]
) -> Iterable[m.Rule]:
    for wire in permissions:
        protocol = protocol_of(wire.get("IpProtocol", "-1"))
        # ICMP keeps a type and a code where other protocols have ports.
        ported = protocol in ("tcp", "udp")
        low = wire.get("FromPort", 0) if ported else 0
        high = wire.get("ToPort", 65535) if ported else 65535
        peers = (
            *(item.get("CidrIp", "") for item in wire.get("IpRanges", ())),
            *(item.get("CidrIpv6", "") for item in wire.get("Ipv6Ranges", ())),
            *(item.get("PrefixListId", "") for item in wire.get("PrefixListIds", ())),
            *(item.get("GroupId", "") for item in wire.get("UserIdGroupPairs", ())),
        )
        for peer in peers:
            yield m.Rule(direction, protocol, low, high, peer)


def endpoint_service(
    wire: ec2.ServiceConfigurationTypeDef,
    principals: Iterable[str] | None,
    zone_ids: Mapping[str, str] = MappingProxyType({}),
) -> m.EndpointService:
    """An own endpoint service; ``principals`` come from a call of their own. ``zone_ids`` maps this account's
    zone names to ids, for an answer that has the names only.
    """
    found = ec2_tags(wire.get("Tags", ()))
    return m.EndpointService(
        id=wire.get("ServiceId", ""),
        name=name_of(found),
        service_name=wire.get("ServiceName", ""),
        state=str(wire.get("ServiceState", "")).lower(),
        acceptance_required=wire.get("AcceptanceRequired", False),
        load_balancer_ids=(
            *wire.get("NetworkLoadBalancerArns", ()),
            *wire.get("GatewayLoadBalancerArns", ()),
        ),
        zones=tuple(dict.fromkeys(wire.get("AvailabilityZones", ()))),
        principals=None if principals is None else tuple(sorted(principals)),
        private_dns_name=wire.get("PrivateDnsName", ""),
        tags=found,
        private_dns_state=str(wire.get("PrivateDnsNameConfiguration", {}).get("State", "")).lower(),
        zone_ids=tuple(dict.fromkeys(wire.get("AvailabilityZoneIds", ())))
        or by_id(wire.get("AvailabilityZones", ()), zone_ids),
        supported_regions=tuple(sorted(item.get("Region", "") for item in wire.get("SupportedRegions", ()))),
    )


def by_id(zones: Iterable[str], zone_ids: Mapping[str, str]) -> tuple[str, ...] | None:
    """The ids of zones by name, in order; None where one of them is not known."""
    found = [zone_ids.get(zone) for zone in dict.fromkeys(zones)]
    known = [zone for zone in found if zone]
    return tuple(sorted(known)) if len(known) == len(found) else None


def _utc(moment: datetime | None) -> datetime | None:
    """In UTC: botocore answers in this machine's time zone."""
    return moment and moment.astimezone(UTC)


def connection(wire: ec2.VpcEndpointConnectionTypeDef) -> m.Connection:
    """An incoming connection."""
    return m.Connection(
        service_id=wire.get("ServiceId", ""),
        endpoint_id=wire.get("VpcEndpointId", ""),
        owner=wire.get("VpcEndpointOwner", ""),
        state=state(str(wire.get("VpcEndpointState", ""))),
        created_at=_utc(wire.get("CreationTimestamp")),
        dns_names=_names(wire.get("DnsEntries", ())),
        region=wire.get("VpcEndpointRegion", ""),
    )


def is_interface(wire: ec2.VpcEndpointTypeDef) -> bool:
    """Whether this is an interface endpoint: gateways to S3 and DynamoDB are endpoints too."""
    return str(wire.get("VpcEndpointType", "Interface")).lower() == "interface"


def endpoint(wire: ec2.VpcEndpointTypeDef, addresses: Mapping[str, str]) -> m.Endpoint:
    """An interface endpoint. ``addresses`` maps network interface ids to private addresses, where known."""
    found = ec2_tags(wire.get("Tags", ()))
    last = wire.get("LastError", {})
    return m.Endpoint(
        id=wire.get("VpcEndpointId", ""),
        name=name_of(found),
        service_name=wire.get("ServiceName", ""),
        network_id=wire.get("VpcId", ""),
        subnet_ids=tuple(wire.get("SubnetIds", ())),
        security_group_ids=tuple(group.get("GroupId", "") for group in wire.get("Groups", ())),
        state=state(str(wire.get("State", ""))),
        dns_names=_names(wire.get("DnsEntries", ())),
        addresses=tuple(
            addresses[interface]
            for interface in wire.get("NetworkInterfaceIds", ())
            if interface in addresses
        ),
        private_dns=wire.get("PrivateDnsEnabled", False),
        created_at=_utc(wire.get("CreationTimestamp")),
        reason=last.get("Message", "") or last.get("Code", "") or wire.get("FailureReason", ""),
        tags=found,
        interface_ids=tuple(wire.get("NetworkInterfaceIds", ())),
        error_code=last.get("Code", ""),
        service_region=wire.get("ServiceRegion", ""),
        address_type=str(wire.get("IpAddressType", "")).lower(),
    )


def _names(wire: Sequence[ec2.DnsEntryTypeDef]) -> tuple[str, ...]:
    return tuple(name for name in (item.get("DnsName", "") for item in wire) if name)


def vendor_service(wire: ec2.ServiceDetailTypeDef, zone_ids: Mapping[str, str]) -> m.VendorService:
    """The other side's service. ``zone_ids`` maps this account's zone names to ids, for an answer that has
    the names only.
    """
    zones = tuple(dict.fromkeys(wire.get("AvailabilityZones", ())))
    told = tuple(wire.get("AvailabilityZoneIds", ())) or tuple(
        zone_ids[zone] for zone in zones if zone in zone_ids
    )
    return m.VendorService(
        service_name=wire.get("ServiceName", ""),
        owner=wire.get("Owner", ""),
        zones=zones,
        zone_ids=told,
        acceptance_required=wire.get("AcceptanceRequired", False),
    )

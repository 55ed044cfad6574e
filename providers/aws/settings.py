"""What making and removing share: settings that one call turns on and off, and targets and ports as AWS takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from typing import TYPE_CHECKING

from core.cloud import CloudError
from core.setup import change as c
from providers.aws import read_balancing
from providers.aws.errors import from_code
from providers.aws.session import Clients

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2
    from mypy_boto3_elbv2 import type_defs as elb


def cross_zone(clients: Clients, load_balancer: str, *, on: bool) -> c.Outcome:
    """``ModifyLoadBalancerAttributes``; the outcome is the load balancer's."""
    with clients.asking("elasticloadbalancing:ModifyLoadBalancerAttributes"):
        clients.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=load_balancer,
            Attributes=[{"Key": read_balancing.CROSS_ZONE, "Value": "true" if on else "false"}],
        )
    return c.Outcome(load_balancer)


def descriptions(spec: c.TargetsSpec) -> list[elb.TargetDescriptionTypeDef]:
    """Targets with their port; addresses outside of the VPC are in all zones."""
    return [
        {"Id": target, "Port": spec.port, "AvailabilityZone": "all"}
        if target in spec.outside
        else {"Id": target, "Port": spec.port}
        for target in spec.targets
    ]


def principals(
    clients: Clients, service: str, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> c.Outcome:
    """``ModifyVpcEndpointServicePermissions``: what is named, and nobody else; the outcome is the service's."""
    with clients.asking("ec2:ModifyVpcEndpointServicePermissions"):
        if add:
            clients.ec2.modify_vpc_endpoint_service_permissions(
                ServiceId=service, AddAllowedPrincipals=list(add)
            )
        if remove:
            clients.ec2.modify_vpc_endpoint_service_permissions(
                ServiceId=service, RemoveAllowedPrincipals=list(remove)
            )
    return c.Outcome(service)


def permission(port: int, cidrs: Iterable[str]) -> ec2.IpPermissionTypeDef:
    """TCP on one port from these ranges, of either version of IP."""
    v4: list[ec2.IpRangeTypeDef] = []
    v6: list[ec2.Ipv6RangeTypeDef] = []
    for cidr in cidrs:
        if ip_network(cidr, strict=False).version == 4:
            v4.append({"CidrIp": cidr})
        else:
            v6.append({"CidrIpv6": cidr})
    # An empty list of ranges is an error on the wire.
    permission: ec2.IpPermissionTypeDef = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    if v4:
        permission["IpRanges"] = v4
    if v6:
        permission["Ipv6Ranges"] = v6
    return permission


def check_unsuccessful(
    clients: Clients, operation: str, items: Iterable[ec2.UnsuccessfulItemTypeDef]
) -> None:
    """Raise the CloudError of the first item of a batch call's ``Unsuccessful`` list, if there is one."""
    for item in items:
        told = item.get("Error", {})
        raise from_code(
            told.get("Code", ""), told.get("Message", ""), operation, clients.profile, clients.region
        )


def incomplete(change: c.Change) -> CloudError:
    """The error of a change that lacks what its call takes."""
    return CloudError(
        "invalid",
        f"The change {change.key} ({change.action} {change.kind}) does not say enough to be made.",
        "Make the plan anew; if it stays so, report it as a bug.",
    )

"""Faults of the emulated AWS on the way to Magento. What an API can break, its API breaks; the rest, which only AWS
itself does (an endpoint that expires), the emulator's state.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from providers.sandbox.faults.aws_stage import Stage
from providers.sandbox.faults.fault import Aside, Fault
from providers.sandbox.faults.names import HOST, STALE_NAME

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2

TLS_PORT = 443
SOME_BYTES = 20
EPHEMERAL: ec2.PortRangeTypeDef = {"From": 1024, "To": 65535}
BEFORE_ALL = 50
"""A rule number before all that a network ACL has at first."""


def not_allowed(stage: Stage) -> Iterator[Aside]:
    """Magento takes its permission back."""
    arn = f"arn:aws:iam::{stage.ground.customer}:root"
    moves = stage.magento.ec2.modify_vpc_endpoint_service_permissions
    moves(ServiceId=stage.world.service_id, RemoveAllowedPrincipals=[arn])
    yield Aside()
    moves(ServiceId=stage.world.service_id, AddAllowedPrincipals=[arn])


def mistyped(stage: Stage) -> Iterator[Aside]:
    """The name that was written down is one digit off."""
    head, digit = stage.world.service_name[:-1], stage.world.service_name[-1]
    yield Aside(service_name=head + ("0" if digit != "0" else "1"))


def other_region(stage: Stage) -> Iterator[Aside]:
    """The name that was written down is of a service in another region."""
    region = stage.ground.region
    other = "eu-west-1" if region != "eu-west-1" else "us-west-2"
    yield Aside(service_name=stage.world.service_name.replace(region, other))


def deleted(stage: Stage) -> Iterator[Aside]:
    """Somebody deleted the endpoint."""
    was = _removed(stage)
    yield Aside()
    _accepted(stage, _made(stage, was))


def unanswered(stage: Stage) -> Iterator[Aside]:
    """The endpoint was made anew, and Magento has not accepted it."""
    made = _made(stage, _removed(stage))
    yield Aside()
    _accepted(stage, made)


def rejected(stage: Stage) -> Iterator[Aside]:
    """Magento rejects the connection that it had accepted."""
    made = stage.endpoint().get("VpcEndpointId", "")
    stage.magento.ec2.reject_vpc_endpoint_connections(ServiceId=stage.world.service_id, VpcEndpointIds=[made])
    yield Aside()
    _accepted(stage, made)


def expired(stage: Stage) -> Iterator[Aside]:
    """Nobody accepted it for two weeks."""
    one = stage.emulated(stage.endpoint().get("VpcEndpointId", ""))
    one.state = "expired"
    yield Aside()
    one.state = "available"


def failed(stage: Stage) -> Iterator[Aside]:
    """AWS could not make the endpoint's interfaces."""
    one = stage.emulated(stage.endpoint().get("VpcEndpointId", ""))
    one.state = "failed"
    one.last_error = {
        "Code": "InsufficientFreeAddressesInSubnet",
        "Message": "The subnet has too few free addresses.",
    }
    yield Aside()
    one.state = "available"
    one.last_error = None


def quota(stage: Stage) -> Iterator[Aside]:
    """The endpoint is gone, and others have taken the places that the quota leaves."""
    was = _removed(stage)
    other = stage.customer.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=was.get("VpcId", ""),
        ServiceName=f"com.amazonaws.{stage.ground.region}.kms",
        SubnetIds=was.get("SubnetIds", []),
        SecurityGroupIds=[group.get("GroupId", "") for group in was.get("Groups", [])],
    )["VpcEndpoint"].get("VpcEndpointId", "")
    stage.ground.quotas["L-29B6F2EB"] = 1.0
    yield Aside()
    del stage.ground.quotas["L-29B6F2EB"]
    stage.customer.ec2.delete_vpc_endpoints(VpcEndpointIds=[other])
    _accepted(stage, _made(stage, was))


def zones_apart(stage: Stage) -> Iterator[Aside]:
    """Magento's load balancer leaves the endpoint's zones."""
    arn = stage.world.magento_load_balancer
    had = stage.customer.ec2.describe_subnets(SubnetIds=stage.endpoint().get("SubnetIds", []))["Subnets"]
    zones = {one.get("AvailabilityZoneId") for one in had}
    theirs = list(stage.world.magento_subnets)
    told = stage.magento.ec2.describe_subnets(SubnetIds=theirs)["Subnets"]
    left = [one.get("SubnetId", "") for one in told if one.get("AvailabilityZoneId") not in zones]
    stage.magento.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=left)
    yield Aside()
    stage.magento.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=theirs)


def group_closed(stage: Stage) -> Iterator[Aside]:
    """The rules of the endpoint's security groups are taken away."""
    ids = [group.get("GroupId", "") for group in stage.endpoint().get("Groups", [])]
    ec2 = stage.customer.ec2
    groups = ec2.describe_security_groups(GroupIds=ids)["SecurityGroups"]
    had = [(one.get("GroupId", ""), one.get("IpPermissions", [])) for one in groups]
    for group, rules in had:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules)
    yield Aside()
    for group, rules in had:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)


def acl_closed(stage: Stage) -> Iterator[Aside]:
    """A network ACL lets clients' requests through, and stops the answers to them."""
    endpoint = stage.endpoint()
    network = endpoint.get("VpcId", "")
    acl = stage.acl(network)
    stage.customer.ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=BEFORE_ALL,
        Egress=True,
        Protocol="6",
        RuleAction="deny",
        CidrBlock=stage.cidr(network),
        PortRange=EPHEMERAL,
    )
    yield Aside()
    stage.customer.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=BEFORE_ALL, Egress=True)


def private_dns(stage: Stage) -> Iterator[Aside]:
    """Magento's service has a name of its own, and the endpoint takes it over."""
    service, endpoint = stage.world.service_id, stage.endpoint().get("VpcEndpointId", "")
    stage.magento.ec2.modify_vpc_endpoint_service_configuration(ServiceId=service, PrivateDnsName=HOST)
    stage.customer.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=True)
    yield Aside()
    stage.customer.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, PrivateDnsEnabled=False)
    stage.magento.ec2.modify_vpc_endpoint_service_configuration(ServiceId=service, RemovePrivateDnsName=True)


def tls_name(stage: Stage) -> Iterator[Aside]:
    """A port into Magento speaks TLS, with a certificate that is not the endpoint's."""
    endpoint = stage.endpoint()
    group = endpoint.get("Groups", [])[0].get("GroupId", "")
    rules: list[ec2.IpPermissionTypeDef] = [
        {
            "IpProtocol": "tcp",
            "FromPort": TLS_PORT,
            "ToPort": TLS_PORT,
            "IpRanges": [{"CidrIp": stage.cidr(endpoint.get("VpcId", ""))}],
        }
    ]
    stage.open_port(TLS_PORT)
    stage.customer.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    yield Aside(tls_port=TLS_PORT)
    stage.customer.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules)


def large_packets(stage: Stage) -> Iterator[Aside]:
    """The first bytes come through, and what follows is lost on the way."""
    stage.endpoint()
    stage.data_path.passes = SOME_BYTES
    yield Aside()
    stage.data_path.passes = None


def _removed(stage: Stage) -> ec2.VpcEndpointTypeDef:
    """Delete the endpoint; answers what it was."""
    was = stage.endpoint()
    stage.customer.ec2.delete_vpc_endpoints(VpcEndpointIds=[was.get("VpcEndpointId", "")])
    return was


def _made(stage: Stage, was: ec2.VpcEndpointTypeDef) -> str:
    """An endpoint like the one that was, with its tags; answers its id."""
    made = stage.customer.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=was.get("VpcId", ""),
        ServiceName=was.get("ServiceName", ""),
        SubnetIds=was.get("SubnetIds", []),
        SecurityGroupIds=[group.get("GroupId", "") for group in was.get("Groups", [])],
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": was.get("Tags", [])}],
    )
    return made["VpcEndpoint"].get("VpcEndpointId", "")


def _accepted(stage: Stage, endpoint: str) -> None:
    """Magento accepts it."""
    stage.magento.ec2.accept_vpc_endpoint_connections(
        ServiceId=stage.world.service_id, VpcEndpointIds=[endpoint]
    )


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        "account-not-allowed",
        "Magento does not allow your account any more",
        not_allowed,
        "to-magento",
        "not-visible",
        "aws-way-service-hidden",
    ),
    Fault(
        "service-name-typo",
        "A typo in Magento's service name",
        mistyped,
        "to-magento",
        "not-visible",
        aside=True,
    ),
    Fault(
        "service-name-region",
        "Magento's service name is of another region",
        other_region,
        "to-magento",
        "regions-differ",
        aside=True,
    ),
    Fault("endpoint-deleted", "Your endpoint is deleted", deleted, "to-magento", "endpoint-missing"),
    Fault("request-unanswered", "Magento has not accepted yet", unanswered, "to-magento", "not-accepted"),
    Fault(
        "request-rejected",
        "Magento rejects your connection",
        rejected,
        "to-magento",
        "endpoint-rejected",
        "aws-endpoint-dead",
    ),
    Fault(
        "request-expired",
        "Your request expired before it was accepted",
        expired,
        "to-magento",
        "endpoint-expired",
        "aws-endpoint-dead",
    ),
    Fault(
        "endpoint-failed",
        "AWS could not make your endpoint",
        failed,
        "to-magento",
        "endpoint-failed",
        "aws-endpoint-dead",
    ),
    Fault(
        "endpoint-quota",
        "The quota of endpoints in the VPC is used up",
        quota,
        "to-magento",
        "quota",
        "aws-quota-near",
    ),
    Fault(
        "zones-apart",
        "Magento's service leaves your endpoint's zones",
        zones_apart,
        "to-magento",
        "zones-differ",
        "aws-way-zones-apart",
    ),
    Fault(
        "security-group-closed",
        "Your endpoint's security group lets nobody in",
        group_closed,
        "to-magento",
        "endpoint-filter",
        "aws-endpoint-group-closed",
    ),
    Fault(
        "acl-stops-answers",
        "A network ACL stops the answers to clients",
        acl_closed,
        "to-magento",
        "network-acl",
        "aws-way-endpoint-stopped",
    ),
    Fault(
        "private-dns-on",
        "Private DNS is on for your endpoint",
        private_dns,
        "to-magento",
        "private-dns",
        "aws-endpoint-private-dns",
    ),
    Fault("tls-name", "The certificate is for another name", tls_name, "to-magento", "tls-name", aside=True),
    STALE_NAME,
    Fault("large-packets", "Large packets are lost on the way", large_packets, "to-magento", "large-packets"),
)

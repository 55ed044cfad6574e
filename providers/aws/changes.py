"""Make, undo and find again: one call for each change, as far as AWS allows it.

Tags go on at creation, a client token along where the API takes one (``CreateVpcEndpoint``,
``CreateVpcEndpointServiceConfiguration``). What AWS says exists already is taken for ours only where it
carries the enablement's tag with this change's key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from core.cloud import CloudError
from core.network.model import Tags
from core.setup import change as c
from providers.aws import read, tagging
from providers.aws.find import find, known
from providers.aws.removals import delete
from providers.aws.session import Clients
from providers.aws.settings import cross_zone, descriptions, incomplete, permission, principals

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2
    from mypy_boto3_ec2.literals import ResourceTypeType
    from mypy_boto3_elbv2 import type_defs as elb
    from mypy_boto3_elbv2.literals import ProtocolEnumType


def apply(clients: Clients, change: c.Change, enablement: str, token: str) -> c.Outcome:
    """Make one change whose refs are resolved; see :meth:`core.cloud.Cloud.apply`.

    ``leave``, and ``adopt`` without a spec, make no call. A ``delete`` of what is not there is done. For the
    kinds that are a property of another resource the outcome's id is that resource's: ``cross-zone`` the
    load balancer, ``targets`` the target group, ``principal`` the service, ``ingress`` the security group.
    """
    if change.action == "leave" or (change.action == "adopt" and change.spec is None):
        return c.Outcome(change.id or "")
    if change.action == "delete":
        return delete(clients, change)
    if change.spec is None:
        raise incomplete(change)
    try:
        return _make(clients, change, change.spec, enablement, token)
    except CloudError as error:
        own = find(clients, change, enablement) if error.code == "already-exists" else None
        if own is None:
            raise
        return own


def _make(clients: Clients, change: c.Change, spec: c.Spec, enablement: str, token: str) -> c.Outcome:
    mark = c.tags(enablement, change.key, change.name)
    match spec:
        case c.LoadBalancerSpec():
            return _load_balancer(clients, spec, mark)
        case c.CrossZoneSpec():
            return cross_zone(clients, known(spec.load_balancer), on=True)
        case c.TargetGroupSpec():
            return _target_group(clients, spec, mark)
        case c.TargetsSpec():
            return _targets(clients, spec)
        case c.ListenerSpec() if change.action == "change":
            return _point_listener(clients, change, spec)
        case c.EndpointServiceSpec() if change.action == "change":
            return _require_acceptance(clients, change)
        case c.ListenerSpec():
            return _listener(clients, spec, mark)
        case c.EndpointServiceSpec():
            return _endpoint_service(clients, spec, mark, token)
        case c.PrincipalSpec():
            return principals(clients, known(spec.service), add=spec.principals)
        case c.SecurityGroupSpec():
            return _security_group(clients, spec, mark)
        case c.IngressSpec():
            return _ingress(clients, spec)
        case c.EndpointSpec():
            return _endpoint(clients, spec, mark, token)
        case c.TagSpec():
            return _tag(clients, change.kind, spec, enablement)
        case _:
            raise incomplete(change)


def _pairs(mark: Tags) -> list[elb.TagTypeDef]:
    return [{"Key": key, "Value": value} for key, value in mark.items()]


def _marked(kind: ResourceTypeType, mark: Tags) -> list[ec2.TagSpecificationTypeDef]:
    tags: list[ec2.TagTypeDef] = [{"Key": key, "Value": value} for key, value in mark.items()]
    return [{"ResourceType": kind, "Tags": tags}]


def _protocol(name: str) -> ProtocolEnumType:
    names: Mapping[str, ProtocolEnumType] = {"TCP": "TCP", "UDP": "UDP", "TLS": "TLS", "TCP_UDP": "TCP_UDP"}
    try:
        return names[name.upper()]
    except KeyError:
        raise CloudError(
            "unsupported",
            f"A network load balancer does not speak {name}.",
            f"Use one of {', '.join(names)}.",
        ) from None


def _load_balancer(clients: Clients, spec: c.LoadBalancerSpec, mark: Tags) -> c.Outcome:
    with clients.asking("elasticloadbalancing:CreateLoadBalancer"):
        made = clients.elbv2.create_load_balancer(
            Name=spec.name,
            Subnets=list(spec.subnets),
            Scheme="internal",
            Type="network",
            Tags=_pairs(mark),
        )["LoadBalancers"][0]
    return c.Outcome(made.get("LoadBalancerArn", ""), str(made.get("State", {}).get("Code", "")).lower())


def _target_group(clients: Clients, spec: c.TargetGroupSpec, mark: Tags) -> c.Outcome:
    with clients.asking("elasticloadbalancing:CreateTargetGroup"):
        made = clients.elbv2.create_target_group(
            Name=spec.name,
            Protocol=_protocol(spec.protocol),
            Port=spec.port,
            VpcId=spec.network,
            TargetType=spec.target_type,
            Tags=_pairs(mark),
        )["TargetGroups"][0]
    return c.Outcome(made.get("TargetGroupArn", ""))


def _tag(clients: Clients, kind: c.Kind, spec: c.TagSpec, enablement: str) -> c.Outcome:
    resource = known(spec.resource)
    tagging.mark(clients, kind, resource, enablement, present=spec.present)
    return c.Outcome(resource)


def _targets(clients: Clients, spec: c.TargetsSpec) -> c.Outcome:
    group = known(spec.target_group)
    with clients.asking("elasticloadbalancing:RegisterTargets"):
        clients.elbv2.register_targets(TargetGroupArn=group, Targets=descriptions(spec))
    return c.Outcome(group)


def _listener(clients: Clients, spec: c.ListenerSpec, mark: Tags) -> c.Outcome:
    with clients.asking("elasticloadbalancing:CreateListener"):
        made = clients.elbv2.create_listener(
            LoadBalancerArn=known(spec.load_balancer),
            Protocol=_protocol(spec.protocol),
            Port=spec.port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": known(spec.target_group)}],
            Tags=_pairs(mark),
        )["Listeners"][0]
    return c.Outcome(made.get("ListenerArn", ""))


def _point_listener(clients: Clients, change: c.Change, spec: c.ListenerSpec) -> c.Outcome:
    """Let a listener that is there forward as the plan says."""
    if change.id is None:
        raise incomplete(change)
    with clients.asking("elasticloadbalancing:ModifyListener"):
        clients.elbv2.modify_listener(
            ListenerArn=change.id,
            Protocol=_protocol(spec.protocol),
            Port=spec.port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": known(spec.target_group)}],
        )
    return c.Outcome(change.id)


def _require_acceptance(clients: Clients, change: c.Change) -> c.Outcome:
    """Let a service that is there ask before it lets anybody in."""
    if change.id is None:
        raise incomplete(change)
    with clients.asking("ec2:ModifyVpcEndpointServiceConfiguration"):
        clients.ec2.modify_vpc_endpoint_service_configuration(ServiceId=change.id, AcceptanceRequired=True)
    return c.Outcome(change.id)


def _endpoint_service(clients: Clients, spec: c.EndpointServiceSpec, mark: Tags, token: str) -> c.Outcome:
    with clients.asking("ec2:CreateVpcEndpointServiceConfiguration"):
        made = clients.ec2.create_vpc_endpoint_service_configuration(
            AcceptanceRequired=True,
            NetworkLoadBalancerArns=[known(spec.load_balancer)],
            TagSpecifications=_marked("vpc-endpoint-service", mark),
            ClientToken=token,
        )["ServiceConfiguration"]
    return c.Outcome(made.get("ServiceId", ""), str(made.get("ServiceState", "")).lower())


def _security_group(clients: Clients, spec: c.SecurityGroupSpec, mark: Tags) -> c.Outcome:
    with clients.asking("ec2:CreateSecurityGroup"):
        made = clients.ec2.create_security_group(
            GroupName=spec.name,
            Description=spec.description,
            VpcId=spec.network,
            TagSpecifications=_marked("security-group", mark),
        )
    return c.Outcome(made["GroupId"])


def _ingress(clients: Clients, spec: c.IngressSpec) -> c.Outcome:
    group = known(spec.security_group)

    def authorize(*permissions: ec2.IpPermissionTypeDef) -> None:
        with clients.asking("ec2:AuthorizeSecurityGroupIngress"):
            clients.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(permissions))

    try:
        authorize(*(permission(port, spec.cidrs) for port in spec.ports))
    except CloudError as error:
        if error.code != "already-exists":
            raise
        # One rule that exists fails the whole call, so the others go in one by one.
        for port in spec.ports:
            for cidr in spec.cidrs:
                try:
                    authorize(permission(port, (cidr,)))
                except CloudError as one:
                    if one.code != "already-exists":
                        raise
    return c.Outcome(group)


def _endpoint(clients: Clients, spec: c.EndpointSpec, mark: Tags, token: str) -> c.Outcome:
    return create_endpoint(
        clients,
        network=spec.network,
        service_name=spec.service_name,
        subnets=spec.subnets,
        groups=tuple(known(group) for group in spec.security_groups),
        mark=mark,
        token=token,
    )


def create_endpoint(
    clients: Clients,
    *,
    network: str,
    service_name: str,
    subnets: Sequence[str],
    groups: Sequence[str],
    mark: Tags,
    token: str,
) -> c.Outcome:
    """``CreateVpcEndpoint``: an interface endpoint without private DNS; the network's default security
    group where ``groups`` is empty.
    """
    with clients.asking("ec2:CreateVpcEndpoint"):
        made = clients.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=network,
            ServiceName=service_name,
            SubnetIds=list(subnets),
            SecurityGroupIds=list(groups),
            PrivateDnsEnabled=False,
            TagSpecifications=_marked("vpc-endpoint", mark),
            ClientToken=token,
        )["VpcEndpoint"]
    return c.Outcome(made.get("VpcEndpointId", ""), read.state(str(made.get("State", ""))))

"""Make, undo and find again: one call for each change, as far as AWS allows it.

Tags go on at creation, a client token along where the API takes one (``CreateVpcEndpoint``,
``CreateVpcEndpointServiceConfiguration``). What AWS says exists already is taken for ours only where it
carries the enablement's tag with this change's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from ipaddress import ip_network
from typing import TYPE_CHECKING

from core.cloud import CloudError
from core.network.model import Tags
from core.setup import change as c
from providers.aws import read, read_balancing, tagging
from providers.aws.errors import from_code
from providers.aws.find import find, known
from providers.aws.session import Clients

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
        return _delete(clients, change)
    if change.spec is None:
        raise _incomplete(change)
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
            return _cross_zone(clients, known(spec.load_balancer), on=True)
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
            return _principals(clients, known(spec.service), add=spec.principals)
        case c.SecurityGroupSpec():
            return _security_group(clients, spec, mark)
        case c.IngressSpec():
            return _ingress(clients, spec)
        case c.EndpointSpec():
            return _endpoint(clients, spec, mark, token)
        case c.TagSpec():
            return _tag(clients, change.kind, spec, enablement)
        case _:
            raise _incomplete(change)


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


def _cross_zone(clients: Clients, load_balancer: str, *, on: bool) -> c.Outcome:
    with clients.asking("elasticloadbalancing:ModifyLoadBalancerAttributes"):
        clients.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=load_balancer,
            Attributes=[{"Key": read_balancing.CROSS_ZONE, "Value": "true" if on else "false"}],
        )
    return c.Outcome(load_balancer)


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


def _descriptions(spec: c.TargetsSpec) -> list[elb.TargetDescriptionTypeDef]:
    return [
        {"Id": target, "Port": spec.port, "AvailabilityZone": "all"}
        if target in spec.outside
        else {"Id": target, "Port": spec.port}
        for target in spec.targets
    ]


def _tag(clients: Clients, kind: c.Kind, spec: c.TagSpec, enablement: str) -> c.Outcome:
    resource = known(spec.resource)
    tagging.mark(clients, kind, resource, enablement, present=spec.present)
    return c.Outcome(resource)


def _targets(clients: Clients, spec: c.TargetsSpec) -> c.Outcome:
    group = known(spec.target_group)
    with clients.asking("elasticloadbalancing:RegisterTargets"):
        clients.elbv2.register_targets(TargetGroupArn=group, Targets=_descriptions(spec))
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
        raise _incomplete(change)
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
        raise _incomplete(change)
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


def _principals(
    clients: Clients, service: str, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> c.Outcome:
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


def _security_group(clients: Clients, spec: c.SecurityGroupSpec, mark: Tags) -> c.Outcome:
    with clients.asking("ec2:CreateSecurityGroup"):
        made = clients.ec2.create_security_group(
            GroupName=spec.name,
            Description=spec.description,
            VpcId=spec.network,
            TagSpecifications=_marked("security-group", mark),
        )
    return c.Outcome(made["GroupId"])


def _permission(port: int, cidrs: Iterable[str]) -> ec2.IpPermissionTypeDef:
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


def _ingress(clients: Clients, spec: c.IngressSpec) -> c.Outcome:
    group = known(spec.security_group)

    def authorize(*permissions: ec2.IpPermissionTypeDef) -> None:
        with clients.asking("ec2:AuthorizeSecurityGroupIngress"):
            clients.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(permissions))

    try:
        authorize(*(_permission(port, spec.cidrs) for port in spec.ports))
    except CloudError as error:
        if error.code != "already-exists":
            raise
        # One rule that exists fails the whole call, so the others go in one by one.
        for port in spec.ports:
            for cidr in spec.cidrs:
                try:
                    authorize(_permission(port, (cidr,)))
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


def check_unsuccessful(
    clients: Clients, operation: str, items: Iterable[ec2.UnsuccessfulItemTypeDef]
) -> None:
    """Raise the CloudError of the first item of a batch call's ``Unsuccessful`` list, if there is one."""
    for item in items:
        told = item.get("Error", {})
        raise from_code(
            told.get("Code", ""), told.get("Message", ""), operation, clients.profile, clients.region
        )


def _delete_load_balancer(clients: Clients, arn: str) -> str:
    with clients.asking("elasticloadbalancing:DeleteLoadBalancer"):
        clients.elbv2.delete_load_balancer(LoadBalancerArn=arn)
    return "deleted"


def _delete_target_group(clients: Clients, arn: str) -> str:
    with clients.asking("elasticloadbalancing:DeleteTargetGroup"):
        clients.elbv2.delete_target_group(TargetGroupArn=arn)
    return "deleted"


def _delete_listener(clients: Clients, arn: str) -> str:
    with clients.asking("elasticloadbalancing:DeleteListener"):
        clients.elbv2.delete_listener(ListenerArn=arn)
    return "deleted"


def _delete_endpoint_service(clients: Clients, service: str) -> str:
    operation = "ec2:DeleteVpcEndpointServiceConfigurations"
    with clients.asking(operation):
        answer = clients.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service])
    check_unsuccessful(clients, operation, answer["Unsuccessful"])
    return "deleted"


def _delete_security_group(clients: Clients, group: str) -> str:
    with clients.asking("ec2:DeleteSecurityGroup"):
        clients.ec2.delete_security_group(GroupId=group)
    return "deleted"


def _delete_endpoint(clients: Clients, endpoint: str) -> str:
    operation = "ec2:DeleteVpcEndpoints"
    with clients.asking(operation):
        answer = clients.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    check_unsuccessful(clients, operation, answer["Unsuccessful"])
    return "deleting"


def _cross_zone_off(clients: Clients, arn: str) -> str:
    _cross_zone(clients, arn, on=False)
    return "off"


_DELETE: Mapping[c.Kind, Callable[[Clients, str], str]] = {
    "load-balancer": _delete_load_balancer,
    "cross-zone": _cross_zone_off,
    "target-group": _delete_target_group,
    "listener": _delete_listener,
    "endpoint-service": _delete_endpoint_service,
    "security-group": _delete_security_group,
    "endpoint": _delete_endpoint,
}
"""What needs no more than the id; each returns the state that the resource is in then."""


def _delete(clients: Clients, change: c.Change) -> c.Outcome:
    try:
        return _take_away(clients, change)
    except CloudError as error:
        if error.code != "not-found":
            raise
        return c.Outcome(change.id or "", "deleted")


def _take_away(clients: Clients, change: c.Change) -> c.Outcome:
    match change.spec:
        case c.PrincipalSpec() as spec:
            return _principals(clients, change.id or known(spec.service), remove=spec.principals)
        case c.TargetsSpec() as spec:
            group = change.id or known(spec.target_group)
            with clients.asking("elasticloadbalancing:DeregisterTargets"):
                clients.elbv2.deregister_targets(TargetGroupArn=group, Targets=_descriptions(spec))
            return c.Outcome(group, "deleted")
        case c.IngressSpec() as spec:
            group = change.id or known(spec.security_group)
            with clients.asking("ec2:RevokeSecurityGroupIngress"):
                clients.ec2.revoke_security_group_ingress(
                    GroupId=group, IpPermissions=[_permission(port, spec.cidrs) for port in spec.ports]
                )
            return c.Outcome(group, "deleted")
    remove = _DELETE.get(change.kind)
    if remove is None or not change.id:
        raise _incomplete(change)
    return c.Outcome(change.id, remove(clients, change.id))


def _incomplete(change: c.Change) -> CloudError:
    return CloudError(
        "invalid",
        f"The change {change.key} ({change.action} {change.kind}) does not say enough to be made.",
        "Make the plan anew; if it stays so, report it as a bug.",
    )

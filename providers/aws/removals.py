"""Undo: one call for each kind of what was made. What is not there is taken for removed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.cloud import CloudError
from core.setup import change as c
from providers.aws.find import known
from providers.aws.session import Clients
from providers.aws.settings import (
    check_unsuccessful,
    cross_zone,
    descriptions,
    incomplete,
    permission,
    principals,
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
    cross_zone(clients, arn, on=False)
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


def delete(clients: Clients, change: c.Change) -> c.Outcome:
    """Remove what a change made; see :func:`providers.aws.changes.apply`."""
    try:
        return _take_away(clients, change)
    except CloudError as error:
        if error.code != "not-found":
            raise
        return c.Outcome(change.id or "", "deleted")


def _take_away(clients: Clients, change: c.Change) -> c.Outcome:
    match change.spec:
        case c.PrincipalSpec() as spec:
            return principals(clients, change.id or known(spec.service), remove=spec.principals)
        case c.TargetsSpec() as spec:
            group = change.id or known(spec.target_group)
            with clients.asking("elasticloadbalancing:DeregisterTargets"):
                clients.elbv2.deregister_targets(TargetGroupArn=group, Targets=descriptions(spec))
            return c.Outcome(group, "deleted")
        case c.IngressSpec() as spec:
            group = change.id or known(spec.security_group)
            with clients.asking("ec2:RevokeSecurityGroupIngress"):
                clients.ec2.revoke_security_group_ingress(
                    GroupId=group, IpPermissions=[permission(port, spec.cidrs) for port in spec.ports]
                )
            return c.Outcome(group, "deleted")
    remove = _DELETE.get(change.kind)
    if remove is None or not change.id:
        raise incomplete(change)
    return c.Outcome(change.id, remove(clients, change.id))

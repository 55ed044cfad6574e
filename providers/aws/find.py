"""Find again what an enablement made: by its tag, whose value is the change's key.

EC2 can be asked for a tag. Elastic Load Balancing cannot: there the name is asked for and the tag compared.
What is a property of another resource and carries no tag is found by being in place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.cloud import CloudError
from core.setup import change as c
from providers.aws import lookups, read, read_balancing, tagging
from providers.aws.session import Clients

if TYPE_CHECKING:
    from mypy_boto3_ec2 import type_defs as ec2

_GONE = ("deleting", "deleted")


def known(value: c.Id) -> str:
    """The id itself. Raises CloudError ``invalid`` where it is still a reference to another change."""
    if isinstance(value, c.Ref):
        raise CloudError("invalid", f"The id of {value.key} is not known yet.", f"Apply {value.key} first.")
    return value


def find(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    """The resource that carries the enablement's tag with this change's key, or None.

    A resource that is being deleted is not found. Two with the same tag can only come from a call that was
    repeated without its token: the first by id is answered, so that every rerun agrees.
    """
    try:
        if isinstance(change.spec, c.TagSpec):
            return _adopted(clients, change.kind, change.spec, enablement)
        return _FIND[change.kind](clients, change, enablement)
    except CloudError as error:
        if error.code != "not-found":
            raise
        return None


def _adopted(clients: Clients, kind: c.Kind, spec: c.TagSpec, enablement: str) -> c.Outcome | None:
    resource = known(spec.resource)
    present = c.tag_key(enablement) in tagging.tags_of(clients, kind, resource)
    return c.Outcome(resource) if present == spec.present else None


def _first(found: Mapping[str, str]) -> c.Outcome | None:
    """``found`` maps ids to states."""
    live = sorted(item for item in found.items() if item[1] not in _GONE)
    return c.Outcome(*live[0]) if live else None


def _filters(change: c.Change, enablement: str) -> list[ec2.FilterTypeDef]:
    return [{"Name": f"tag:{c.tag_key(enablement)}", "Values": [change.key]}]


def _ours(tags: Mapping[str, str], change: c.Change, enablement: str) -> bool:
    return tags.get(c.tag_key(enablement)) == change.key


def _endpoint(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    with clients.asking("ec2:DescribeVpcEndpoints"):
        pages = clients.ec2.get_paginator("describe_vpc_endpoints").paginate(
            Filters=_filters(change, enablement)
        )
        seen = [read.endpoint(item, {}) for page in pages for item in page["VpcEndpoints"]]
    return _first({item.id: item.state for item in seen if _ours(item.tags, change, enablement)})


def _endpoint_service(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    with clients.asking("ec2:DescribeVpcEndpointServiceConfigurations"):
        pages = clients.ec2.get_paginator("describe_vpc_endpoint_service_configurations").paginate(
            Filters=_filters(change, enablement)
        )
        seen = [read.endpoint_service(item, None) for page in pages for item in page["ServiceConfigurations"]]
    return _first({item.id: item.state for item in seen if _ours(item.tags, change, enablement)})


def _security_group(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    with clients.asking("ec2:DescribeSecurityGroups"):
        pages = clients.ec2.get_paginator("describe_security_groups").paginate(
            Filters=_filters(change, enablement)
        )
        seen = [read.security_group(item) for page in pages for item in page["SecurityGroups"]]
    return _first({item.id: "" for item in seen if _ours(item.tags, change, enablement)})


def _tagged(
    clients: Clients, found: Mapping[str, str], change: c.Change, enablement: str
) -> c.Outcome | None:
    """Of these ARNs → states, the one that carries the tag."""
    if not found:
        return None
    tags: dict[str, Mapping[str, str]] = {}
    for some in lookups.batches(found, 20):
        tags.update(lookups.elb_tags(clients, some))
    return _first(
        {arn: state for arn, state in found.items() if _ours(tags.get(arn, {}), change, enablement)}
    )


def _load_balancer(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    name = change.spec.name if isinstance(change.spec, c.LoadBalancerSpec) else change.name
    with clients.asking("elasticloadbalancing:DescribeLoadBalancers"):
        answer = clients.elbv2.describe_load_balancers(Names=[name])
    seen = [read_balancing.load_balancer(item) for item in answer["LoadBalancers"]]
    return _tagged(clients, {item.id: item.state for item in seen}, change, enablement)


def _target_group(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    name = change.spec.name if isinstance(change.spec, c.TargetGroupSpec) else change.name
    with clients.asking("elasticloadbalancing:DescribeTargetGroups"):
        answer = clients.elbv2.describe_target_groups(Names=[name])
    return _tagged(
        clients, {item.get("TargetGroupArn", ""): "" for item in answer["TargetGroups"]}, change, enablement
    )


def _listener(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    if isinstance(change.spec, c.ListenerSpec):
        spec = change.spec
        seen = [
            item
            for item in lookups.listeners(clients, known(spec.load_balancer))
            if item.get("Port") == spec.port
        ]
    elif change.id:
        with clients.asking("elasticloadbalancing:DescribeListeners"):
            seen = clients.elbv2.describe_listeners(ListenerArns=[change.id])["Listeners"]
    else:
        return None
    return _tagged(clients, {item.get("ListenerArn", ""): "" for item in seen}, change, enablement)


def _cross_zone(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    if not isinstance(change.spec, c.CrossZoneSpec):
        return None
    arn = known(change.spec.load_balancer)
    told = lookups.balancer_attributes(clients, arn)
    return c.Outcome(arn) if told.get(read_balancing.CROSS_ZONE) == "true" else None


def _targets(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    if not isinstance(change.spec, c.TargetsSpec):
        return None
    group = known(change.spec.target_group)
    seen = {(item.id, item.port) for item in lookups.targets(clients, group) if item.health != "draining"}
    wanted = {(target, change.spec.port) for target in change.spec.targets}
    return c.Outcome(group) if wanted <= seen else None


def _principal(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    if not isinstance(change.spec, c.PrincipalSpec):
        return None
    service = known(change.spec.service)
    allowed = lookups.permissions(clients, service)
    return c.Outcome(service) if set(change.spec.principals) <= set(allowed) else None


def _ingress(clients: Clients, change: c.Change, enablement: str) -> c.Outcome | None:
    if not isinstance(change.spec, c.IngressSpec):
        return None
    group = known(change.spec.security_group)
    with clients.asking("ec2:DescribeSecurityGroups"):
        answer = clients.ec2.describe_security_groups(GroupIds=[group])
    seen = {
        (rule.from_port, rule.to_port, rule.peer)
        for item in answer["SecurityGroups"]
        for rule in read.security_group(item).rules
        if rule.direction == "in" and rule.protocol == "tcp"
    }
    wanted = {(port, port, cidr) for port in change.spec.ports for cidr in change.spec.cidrs}
    return c.Outcome(group) if wanted <= seen else None


_FIND: Mapping[c.Kind, Callable[[Clients, c.Change, str], c.Outcome | None]] = {
    "load-balancer": _load_balancer,
    "cross-zone": _cross_zone,
    "target-group": _target_group,
    "targets": _targets,
    "listener": _listener,
    "endpoint-service": _endpoint_service,
    "principal": _principal,
    "security-group": _security_group,
    "ingress": _ingress,
    "endpoint": _endpoint,
}

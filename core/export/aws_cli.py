"""A change as the command of the AWS CLI (version 2) that does the same, and a plan as a bash script.

Sources: "AWS CLI Command Reference", sections ``ec2`` and ``elbv2``; "Using shorthand syntax" of the AWS CLI
User Guide for the structures.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from functools import partial

from core.export.shell import bash, quote, quoted_words, ref, title, variable
from core.setup.change import (
    ADOPTED,
    Change,
    CrossZoneSpec,
    EndpointServiceSpec,
    EndpointSpec,
    IngressSpec,
    Kind,
    ListenerSpec,
    LoadBalancerSpec,
    PrincipalSpec,
    Ref,
    RejectSpec,
    SecurityGroupSpec,
    Spec,
    TagSpec,
    TargetGroupSpec,
    TargetsSpec,
    tag_key,
    tags,
)
from core.setup.plan import Plan

PLAIN = re.compile(r"[A-Za-z0-9_.:/@+=-]*")
"""Text that shorthand syntax and a shell both take as it is (``=`` only ends a key once)."""

LB_KINDS: frozenset[Kind] = frozenset({"load-balancer", "target-group", "listener"})
RESOURCE_TYPES: Mapping[Kind, str] = {
    "endpoint-service": "vpc-endpoint-service",
    "security-group": "security-group",
    "endpoint": "vpc-endpoint",
}
"""A kind's ``ResourceType`` in EC2's tag specifications."""

QUERIES: Mapping[Kind, str] = {
    "load-balancer": "LoadBalancers[0].LoadBalancerArn",
    "target-group": "TargetGroups[0].TargetGroupArn",
    "listener": "Listeners[0].ListenerArn",
    "endpoint-service": "ServiceConfiguration.ServiceId",
    "security-group": "GroupId",
    "endpoint": "VpcEndpoint.VpcEndpointId",
}
"""Where the answer of a kind's create command holds the new id (JMESPath)."""


def _tag_list(pairs: Mapping[str, str]) -> str:
    if all(PLAIN.fullmatch(text) for pair in pairs.items() for text in pair):
        return " ".join(f"Key={key},Value={value}" for key, value in pairs.items())
    return quote(json.dumps([{"Key": key, "Value": value} for key, value in pairs.items()]))


def _tag_specification(kind: Kind, pairs: Mapping[str, str]) -> str:
    resource = RESOURCE_TYPES[kind]
    if all(PLAIN.fullmatch(text) for pair in pairs.items() for text in pair):
        listed = ",".join(f"{{Key={key},Value={value}}}" for key, value in pairs.items())
        return quote(f"ResourceType={resource},Tags=[{listed}]")
    listed_tags = [{"Key": key, "Value": value} for key, value in pairs.items()]
    return quote(json.dumps([{"ResourceType": resource, "Tags": listed_tags}]))


def _target(spec: TargetsSpec, target: str) -> str:
    zone = ",AvailabilityZone=all" if target in spec.outside else ""
    return f"Id={target},Port={spec.port}{zone}"


def _permission(port: int, cidrs: tuple[str, ...]) -> str:
    ranges: dict[str, list[str]] = {}
    for cidr in cidrs:
        six = ipaddress.ip_network(cidr, strict=False).version == 6
        ranges.setdefault("Ipv6Ranges" if six else "IpRanges", []).append(
            f"{{{'CidrIpv6' if six else 'CidrIp'}={cidr}}}"
        )
    listed = ",".join(f"{name}=[{','.join(items)}]" for name, items in ranges.items())
    return f"IpProtocol=tcp,FromPort={port},ToPort={port},{listed}"


def _load_balancer(spec: LoadBalancerSpec, own: Mapping[str, str]) -> str:
    return (
        f"elbv2 create-load-balancer --name {quote(spec.name)} --type network --scheme internal "
        f"--subnets {quoted_words(spec.subnets)} --tags {_tag_list(own)}"
    )


def _cross_zone(change: Change, spec: CrossZoneSpec) -> str:
    on = "false" if change.action == "delete" else "true"
    return (
        f"elbv2 modify-load-balancer-attributes --load-balancer-arn {ref(spec.load_balancer)} "
        f"--attributes Key=load_balancing.cross_zone.enabled,Value={on}"
    )


def _target_group(spec: TargetGroupSpec, own: Mapping[str, str]) -> str:
    return (
        f"elbv2 create-target-group --name {quote(spec.name)} --protocol {quote(spec.protocol)} "
        f"--port {spec.port} --vpc-id {quote(spec.network)} --target-type {spec.target_type} "
        f"--tags {_tag_list(own)}"
    )


def _targets(change: Change, spec: TargetsSpec) -> str:
    verb = "deregister-targets" if change.action == "delete" else "register-targets"
    listed = quoted_words(_target(spec, target) for target in spec.targets)
    return f"elbv2 {verb} --target-group-arn {ref(spec.target_group)} --targets {listed}"


def _listener(change: Change, spec: ListenerSpec, own: Mapping[str, str]) -> str:
    actions = f"--default-actions Type=forward,TargetGroupArn={ref(spec.target_group)}"
    if change.action == "change":
        return f"elbv2 modify-listener --listener-arn {ref(change.id or Ref(change.key))} {actions}"
    return (
        f"elbv2 create-listener --load-balancer-arn {ref(spec.load_balancer)} "
        f"--protocol {quote(spec.protocol)} --port {spec.port} {actions} --tags {_tag_list(own)}"
    )


def _endpoint_service(change: Change, spec: EndpointServiceSpec, own: Mapping[str, str]) -> str:
    if change.action == "change":
        service = ref(change.id or Ref(change.key))
        return f"ec2 modify-vpc-endpoint-service-configuration --service-id {service} --acceptance-required"
    return (
        "ec2 create-vpc-endpoint-service-configuration --acceptance-required "
        f"--network-load-balancer-arns {ref(spec.load_balancer)} "
        f"--tag-specifications {_tag_specification(change.kind, own)}"
    )


def _principal(change: Change, spec: PrincipalSpec) -> str:
    option = "remove" if change.action == "delete" else "add"
    return (
        f"ec2 modify-vpc-endpoint-service-permissions --service-id {ref(spec.service)} "
        f"--{option}-allowed-principals {quoted_words(spec.principals)}"
    )


def _security_group(change: Change, spec: SecurityGroupSpec, own: Mapping[str, str]) -> str:
    return (
        f"ec2 create-security-group --group-name {quote(spec.name)} "
        f"--description {quote(spec.description)} --vpc-id {quote(spec.network)} "
        f"--tag-specifications {_tag_specification(change.kind, own)}"
    )


def _ingress(change: Change, spec: IngressSpec) -> str:
    verb = "revoke" if change.action == "delete" else "authorize"
    listed = quoted_words(_permission(port, spec.cidrs) for port in spec.ports)
    return (
        f"ec2 {verb}-security-group-ingress --group-id {ref(spec.security_group)} --ip-permissions {listed}"
    )


def _endpoint(change: Change, spec: EndpointSpec, own: Mapping[str, str]) -> str:
    groups = " ".join(ref(group) for group in spec.security_groups)
    return (
        f"ec2 create-vpc-endpoint --vpc-endpoint-type Interface --vpc-id {quote(spec.network)} "
        f"--service-name {quote(spec.service_name)} --subnet-ids {quoted_words(spec.subnets)} "
        f"--security-group-ids {groups} --no-private-dns-enabled "
        f"--tag-specifications {_tag_specification(change.kind, own)}"
    )


def _tag(change: Change, spec: TagSpec, key: str) -> str:
    resource = ref(spec.resource)
    if change.kind in LB_KINDS:
        if spec.present:
            return f"elbv2 add-tags --resource-arns {resource} --tags {_tag_list({key: ADOPTED})}"
        return f"elbv2 remove-tags --resource-arns {resource} --tag-keys {quote(key)}"
    if spec.present:
        return f"ec2 create-tags --resources {resource} --tags {_tag_list({key: ADOPTED})}"
    return f"ec2 delete-tags --resources {resource} --tags {quote('Key=' + key)}"


DELETES: Mapping[Kind, str] = {
    "load-balancer": "elbv2 delete-load-balancer --load-balancer-arn",
    "target-group": "elbv2 delete-target-group --target-group-arn",
    "listener": "elbv2 delete-listener --listener-arn",
    "endpoint-service": "ec2 delete-vpc-endpoint-service-configurations --service-ids",
    "security-group": "ec2 delete-security-group --group-id",
    "endpoint": "ec2 delete-vpc-endpoints --vpc-endpoint-ids",
}


def _words(change: Change, spec: Spec, own: Mapping[str, str], key: str) -> str:
    match spec:
        case LoadBalancerSpec():
            return _load_balancer(spec, own)
        case CrossZoneSpec():
            return _cross_zone(change, spec)
        case TargetGroupSpec():
            return _target_group(spec, own)
        case TargetsSpec():
            return _targets(change, spec)
        case ListenerSpec():
            return _listener(change, spec, own)
        case EndpointServiceSpec():
            return _endpoint_service(change, spec, own)
        case PrincipalSpec():
            return _principal(change, spec)
        case SecurityGroupSpec():
            return _security_group(change, spec, own)
        case IngressSpec():
            return _ingress(change, spec)
        case EndpointSpec():
            return _endpoint(change, spec, own)
        case TagSpec():
            return _tag(change, spec, key)
        case _:
            raise ValueError(f"AWS has no command for {type(spec).__name__} here")


def _region(region: str) -> str:
    return f"--region {quote(region)}"


def command(change: Change, enablement: str, region: str) -> str:
    """The command of the AWS CLI that does what ``change`` does; empty where it makes no call.

    Raises ValueError for a deletion of something that is neither a resource nor described by a spec.
    """
    if change.spec is None and change.action in ("leave", "adopt"):
        return ""
    if change.action == "delete" and (change.spec is None or isinstance(change.spec, RejectSpec)):
        if change.kind not in DELETES:
            raise ValueError(f"deleting {change.kind} takes a spec")
        gone = f"aws {DELETES[change.kind]} {ref(change.id or Ref(change.key))} {_region(region)}"
        return " && ".join((*_rejections(change, region), gone))
    if change.spec is None:
        raise ValueError(f"{change.action} {change.kind} takes a spec")
    own = tags(enablement, change.key, change.name)
    return f"aws {_words(change, change.spec, own, tag_key(enablement))} {_region(region)}"


def _rejections(change: Change, region: str) -> tuple[str, ...]:
    if not isinstance(change.spec, RejectSpec) or not change.spec.connections:
        return ()
    endpoints = quoted_words(connection.endpoint_id for connection in change.spec.connections)
    service = ref(change.id or Ref(change.key))
    return (
        f"aws ec2 reject-vpc-endpoint-connections --service-id {service} --vpc-endpoint-ids {endpoints} "
        f"{_region(region)}",
    )


def _assigned(change: Change, region: str, enablement: str) -> str:
    """The line that makes a new resource and keeps its id in the variable of its key."""
    made = command(change, enablement, region)
    return f"{variable(change.key)}=$({made} --query '{QUERIES[change.kind]}' --output text)"


def _checked(change: Change, region: str) -> str:
    """A deletion that ends the script where it did not succeed.

    These two EC2 calls list what they could not delete as ``Unsuccessful`` instead of failing.
    """
    made = f"aws {DELETES[change.kind]} {ref(change.id or Ref(change.key))} {_region(region)}"
    return f"[ \"$({made} --query 'length(Unsuccessful || `[]`)' --output text)\" = 0 ]"


def _lines(change: Change, enablement: str, region: str) -> tuple[str, ...]:
    if change.action == "create" and change.kind in QUERIES:
        return (_assigned(change, region, enablement),)
    if change.action == "delete" and change.kind in ("endpoint", "endpoint-service"):
        return (*_rejections(change, region), _checked(change, region))
    made = command(change, enablement, region)
    return (made,) if made else ()


def _before(change: Change, plan: Plan, region: str) -> tuple[str, ...]:
    """What has to be waited for before a change: the clouds answer these creations and deletions early."""
    needed = [other for other in plan.changes if other.key in change.needs]
    lines: list[str] = []
    for other in needed:
        target = ref(other.id or Ref(other.key))
        if change.kind == "endpoint-service" and change.action == "create" and other.kind == "load-balancer":
            lines.append(
                f"aws elbv2 wait load-balancer-available --load-balancer-arns {target} {_region(region)}"
            )
        if change.kind == "target-group" and other.kind == "load-balancer" and other.action == "delete":
            lines.append(
                f"aws elbv2 wait load-balancers-deleted --load-balancer-arns {target} {_region(region)}"
            )
        if change.kind == "security-group" and other.kind == "endpoint" and other.action == "delete":
            look = f"aws ec2 describe-vpc-endpoints --filters Name=vpc-endpoint-id,Values={target}"
            count = f"{look} {_region(region)} --query 'length(VpcEndpoints)' --output text"
            lines.append(f'until [ "$({count})" = 0 ]; do sleep 10; done')
    return tuple(lines)


def _step(change: Change, plan: Plan, enablement: str, region: str) -> tuple[str, ...]:
    made = _lines(change, enablement, region)
    before = _before(change, plan, region) if made else ()
    return (*title(change), *before, *made)


def script(plan: Plan, enablement: str, region: str) -> str:
    """A bash script that makes the plan's changes one by one, in the plan's order, with the AWS CLI.

    Ids of new resources are kept in variables; the script stops at the first failure. For a plan with
    blocking problems it holds only these, as comments, and exits with 1.
    """
    after: tuple[str, ...] = ()
    if any(change.key == "endpoint-service" and change.action == "create" for change in plan.changes):
        show = 'aws ec2 describe-vpc-endpoint-service-configurations --service-ids "$ENDPOINT_SERVICE"'
        after = (
            "",
            "# The service name that Magento needs",
            f"{show} {_region(region)} --query 'ServiceConfigurations[0].ServiceName' --output text",
        )
    step = partial(_step, plan=plan, enablement=enablement, region=region)
    return bash(plan, enablement, region, step, ('export AWS_PAGER=""',), after)

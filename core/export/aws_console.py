"""A change as steps in the AWS console.

Sources: "Elastic Load Balancing, Network Load Balancers" (create a load balancer, target group, listener),
"AWS PrivateLink" guide (create an endpoint service, manage permissions, access a service) and "Security group
rules" of the Amazon VPC User Guide. Addresses open a page of the console in the change's region.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.export.guides import Console, Guide, Scene, escaped, listed
from core.setup.change import (
    CrossZoneSpec,
    EndpointServiceSpec,
    EndpointSpec,
    Id,
    IngressSpec,
    Kind,
    ListenerSpec,
    LoadBalancerSpec,
    PrincipalSpec,
    RejectSpec,
    SecurityGroupSpec,
    TargetGroupSpec,
    TargetsSpec,
)
from core.text import visible

DOMAINS: Mapping[str, str] = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}
"""The console's domain by the beginning of a region's name, where it is not the public one."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where the console shows a kind of resource: its list, and one of them by id (empty: the list again)."""

    word: str
    console: str
    all: str
    one: str = ""


PAGES: Mapping[Kind, Page] = {
    "load-balancer": Page("load balancer", "ec2", "LoadBalancers:", "LoadBalancer:loadBalancerArn="),
    "listener": Page("listener", "ec2", "LoadBalancers:"),
    "target-group": Page("target group", "ec2", "TargetGroups:", "TargetGroup:targetGroupArn="),
    "security-group": Page("security group", "ec2", "SecurityGroups:", "SecurityGroup:groupId="),
    "endpoint-service": Page("endpoint service", "vpcconsole", "EndpointServices:"),
    "endpoint": Page("endpoint", "vpcconsole", "Endpoints:", "EndpointDetails:vpcEndpointId="),
}

TARGET_TYPES: Mapping[str, str] = {"ip": "IP addresses", "instance": "Instances"}


def _at(region: str, console: str, fragment: str) -> str:
    domain = next(
        (one for start, one in DOMAINS.items() if region.startswith(start)), "console.aws.amazon.com"
    )
    name = escaped(region)
    return f"https://{name}.{domain}/{console}/home?region={name}#{fragment}"


def _open(scene: Scene, kind: Kind, value: Id | None) -> str:
    """The page of a resource, or the list of its kind where its id is not known yet."""
    page = PAGES[kind]
    known = value if isinstance(value, str) and value and page.one else ""
    return _at(scene.region, page.console, f"{page.one}{escaped(known)}" if known else page.all)


def _of_listener(scene: Scene) -> str:
    """The page of the load balancer that a listener's ARN names: a listener has none in the list."""
    head, found, tail = (scene.change.id or "").partition(":listener/")
    balancer = f"{head}:loadbalancer/{tail.rpartition('/')[0]}" if found else None
    return _open(scene, "load-balancer", balancer)


def _choose(scene: Scene, kind: Kind, value: Id) -> str:
    return f"Choose the {PAGES[kind].word} {scene.called(value)}."


def _load_balancer(scene: Scene) -> Guide:
    spec = scene.spec(LoadBalancerSpec)
    return Guide(
        _open(scene, "load-balancer", None),
        (
            "Create load balancer; choose Network Load Balancer.",
            f"Name: {visible(spec.name)}. Scheme: Internal. Address type: IPv4.",
            f"Network mapping: the VPC, and in its zones just these subnets: {listed(spec.subnets)}.",
            "Security groups: remove every one, the default too. One that stays can shut Magento out.",
            "Listeners: where the page asks for one, take a listener of this plan; make its target group first.",
            scene.tags,
            "Create load balancer, and wait until its state is Active.",
        ),
    )


def _cross_zone(scene: Scene) -> Guide:
    spec = scene.spec(CrossZoneSpec)
    word = "Disable" if scene.deletes else "Enable"
    return Guide(
        _open(scene, "load-balancer", spec.load_balancer),
        (
            _choose(scene, "load-balancer", spec.load_balancer),
            "Attributes tab: Edit.",
            f"{word} cross-zone load balancing, and save.",
        ),
    )


def _target_group(scene: Scene) -> Guide:
    spec = scene.spec(TargetGroupSpec)
    return Guide(
        _at(scene.region, "ec2", "CreateTargetGroup:"),
        (
            f"Target type: {TARGET_TYPES[spec.target_type]}.",
            f"Name: {visible(spec.name)}. Protocol and port: {visible(spec.protocol)} {spec.port}.",
            f"VPC: {visible(spec.network)}. Health check protocol: TCP.",
            scene.tags,
            "Next; leave the targets to their own step, or register them here.",
            "Create target group.",
        ),
    )


def _targets(scene: Scene) -> Guide:
    spec = scene.spec(TargetsSpec)
    group = spec.target_group
    first = _choose(scene, "target-group", group)
    if scene.deletes:
        steps: tuple[str, ...] = (
            first,
            f"Targets tab: select {listed(spec.targets)} on port {spec.port}, then Deregister.",
        )
        return Guide(_open(scene, "target-group", group), steps)
    inside = tuple(one for one in spec.targets if one not in spec.outside)
    rows = [f"Add {listed(inside)} with port {spec.port}."] if inside else []
    if spec.outside:
        rows.append(
            f"Network: Other private IP address, zone All. Add {listed(spec.outside)} with port {spec.port}."
        )
    steps = (first, "Targets tab: Register targets.", *rows, "Include as pending, then Register.")
    return Guide(_open(scene, "target-group", group), steps)


def _listener(scene: Scene) -> Guide:
    spec = scene.spec(ListenerSpec)
    changes = scene.change.action == "change"
    group = scene.called(spec.target_group)
    steps: tuple[str, ...] = (
        f"Listeners tab: select {visible(spec.protocol)}:{spec.port}, then Actions, Edit listener."
        if changes
        else "Listeners tab: Add listener.",
        f"Protocol and port: {visible(spec.protocol)} {spec.port}. Default action: forward to {group}.",
    )
    last = ("Save changes.",) if changes else (scene.tags, "Add.")
    address = _open(scene, "load-balancer", spec.load_balancer)
    return Guide(address, (_choose(scene, "load-balancer", spec.load_balancer), *steps, *last))


def _endpoint_service(scene: Scene) -> Guide:
    spec = scene.spec(EndpointServiceSpec)
    address = _open(scene, "endpoint-service", None)
    if scene.change.action == "change":
        return Guide(
            address,
            (
                f"Select {scene.id}.",
                "Actions, Modify endpoint acceptance setting.",
                "Select Acceptance required, and save.",
            ),
        )
    return Guide(
        address,
        (
            f"Create endpoint service. Name: {visible(spec.name)}. Load balancer type: Network.",
            f"Available load balancers: {scene.called(spec.load_balancer)}.",
            "Require acceptance for endpoint: select Acceptance required.",
            "Enable private DNS name: leave it off. Supported IP address types: IPv4.",
            scene.tags,
            "Create. Keep its service name (com.amazonaws.vpce…): the ticket needs it.",
        ),
    )


def _principal(scene: Scene) -> Guide:
    spec = scene.spec(PrincipalSpec)
    step = (
        f"Allow principals tab: select {listed(spec.principals)}, then Delete."
        if scene.deletes
        else f"Allow principals tab: Allow principals, add {listed(spec.principals)}. Keep those that are there."
    )
    return Guide(
        _open(scene, "endpoint-service", spec.service),
        (_choose(scene, "endpoint-service", spec.service), step),
    )


def _security_group(scene: Scene) -> Guide:
    spec = scene.spec(SecurityGroupSpec)
    return Guide(
        _at(scene.region, "ec2", "CreateSecurityGroup:"),
        (
            f"Security group name: {visible(spec.name)}.",
            f"Description: {visible(spec.description)}. VPC: {visible(spec.network)}.",
            "Inbound rules: leave them to their own step, or add them here.",
            scene.tags,
            "Create security group.",
        ),
    )


def _ingress(scene: Scene) -> Guide:
    spec = scene.spec(IngressSpec)
    group = spec.security_group
    editor = (
        _at(scene.region, "ec2", f"ModifyInboundSecurityGroupRules:securityGroupId={escaped(group)}")
        if isinstance(group, str)
        else _open(scene, "security-group", group)
    )
    verb = "Delete the rule" if scene.deletes else "Add rule"
    rows = tuple(
        f"{verb}: type Custom TCP, port {port}, source {visible(cidr)}."
        for port in spec.ports
        for cidr in spec.cidrs
    )
    first = (
        ()
        if isinstance(group, str)
        else (_choose(scene, "security-group", group), "Actions, Edit inbound rules.")
    )
    return Guide(editor, (*first, *rows, "Save rules."))


def _endpoint(scene: Scene) -> Guide:
    spec = scene.spec(EndpointSpec)
    groups = ", ".join(scene.called(one) for one in spec.security_groups)
    return Guide(
        _at(scene.region, "vpcconsole", "CreateVpcEndpoint:"),
        (
            f"Name tag: {visible(spec.name)}. Type: Endpoint services that use NLBs and GWLBs.",
            f"Service name: {visible(spec.service_name)}. Verify service: it has to be found.",
            f"VPC: {visible(spec.network)}. Additional settings: Enable DNS name stays off.",
            f"Subnets: {listed(spec.subnets)}. IP address type: IPv4.",
            f"Security groups: {groups}, and no other.",
            scene.tags,
            "Create endpoint. That is the connection request: it is pending until Magento accepts it.",
        ),
    )


def _tag(scene: Scene) -> Guide:
    kind = scene.change.kind
    address = _of_listener(scene) if kind == "listener" else _open(scene, kind, scene.change.id)
    return Guide(address, (f"Choose the {PAGES[kind].word} {scene.id}.", "Tags tab: Manage tags.", scene.tag))


def _delete(scene: Scene) -> Guide:
    kind, spec = scene.change.kind, scene.change.spec
    if kind not in PAGES:
        raise ValueError(f"deleting {kind} takes a spec")
    first: tuple[str, ...] = ()
    if isinstance(spec, RejectSpec) and spec.connections:
        ends = listed(one.endpoint_id for one in spec.connections)
        first = (f"Endpoint connections tab: select {ends}; Actions, Reject endpoint connection request.",)
    address = _of_listener(scene) if kind == "listener" else _open(scene, kind, scene.change.id)
    word = PAGES[kind].word
    return Guide(address, (f"Choose the {word} {scene.id}.", *first, f"Actions, Delete {word}; confirm."))


KINDS: Mapping[Kind, Callable[[Scene], Guide]] = {
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

CONSOLE = Console(KINDS, _tag, _delete)
"""The AWS console."""

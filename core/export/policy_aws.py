"""The IAM policy: every AWS action that the program calls, why, and on what.

Source of resource types and condition keys: "Actions, resources, and condition keys" of Amazon EC2 and of
Elastic Load Balancing V2 in the Service Authorization Reference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.export.permissions import Policy, Purpose, Row, Scope
from core.request.offer import Offer
from core.setup.change import ADOPTED, tag_key

Limit = Literal[
    "anywhere",
    "region",
    "script",
    "new",
    "beside",
    "ours",
    "made",
    "own-service",
    "marks-new",
    "adopts",
    "lets-go",
]
"""What an action may touch.

``anywhere`` everything, in every region, ``region`` everything there. ``script`` AWS's own document for shell lines,
and every instance. ``new`` what is made with our tag, ``beside``
what a creation names besides, ``ours`` what carries our tag, ``made`` what carries it and was not adopted.
``own-service`` what carries it, and the endpoint service that the customer had before. ``marks-new`` puts tags on what
is being made, ``adopts`` puts our tag on what stands, with the value for what is adopted, ``lets-go`` takes that off.
"""
LIMITS: Mapping[Limit, str] = {
    "anywhere": "",
    "region": "in this region",
    "script": "only shell lines, on any instance",
    "new": "only with our tag",
    "beside": "named in a creation",
    "ours": "only what carries our tag",
    "made": "only what was made with our tag",
    "own-service": "only what carries our tag, and your own service",
    "marks-new": "only on what is being made",
    "adopts": "only our tag",
    "lets-go": "only our tag",
}
"""The limits in words."""


@dataclass(frozen=True, slots=True)
class Action:
    """One row: an IAM action, what for, its limit, and the resource types that it is judged on (none: all)."""

    name: str
    purpose: Purpose
    why: str
    limit: Limit = "region"
    on: tuple[str, ...] = ()


_ELB = "elasticloadbalancing"
_NLB, _GROUP, _LISTENER = "loadbalancer/net/*/*", "targetgroup/*/*", "listener/net/*/*/*"
_SHELL = ("document/AWS-RunShellScript", "instance/*")
_SERVICE, _ENDPOINT, _SECURITY = "vpc-endpoint-service/*", "vpc-endpoint/*", "security-group/*"


def _reads(purpose: Purpose, service: str, **what: str) -> tuple[Action, ...]:
    return tuple(Action(f"{service}:Describe{name}", purpose, f"reads {why}") for name, why in what.items())


ACTIONS: tuple[Action, ...] = (
    Action("sts:GetCallerIdentity", "audit", "tells whose credentials these are", "anywhere"),
    *_reads(
        "audit",
        "ec2",
        AvailabilityZones="which id a zone's name stands for",
        Instances="machines that are targets",
        NetworkAcls="what subnets let in and out",
        NetworkInterfaces="private addresses of endpoints and load balancers",
        RouteTables="where subnets send to",
        SecurityGroups="what they let in",
        Subnets="subnets and their zones",
        VpcAttribute="whether VPCs have DNS for private names",
        VpcEndpointConnections="who is connected to your service",
        VpcEndpointServiceConfigurations="your endpoint services",
        VpcEndpointServicePermissions="who may connect to them",
        VpcEndpointServices="the zones of services that endpoints lead to",
        VpcEndpoints="your endpoints",
        Vpcs="your VPCs",
    ),
    *_reads(
        "audit",
        _ELB,
        AccountLimits="quotas of load balancing",
        ListenerAttributes="idle timeouts",
        Listeners="the ports of load balancers",
        LoadBalancerAttributes="whether cross-zone is on",
        LoadBalancers="load balancers",
        Tags="what carries our tag",
        TargetGroupAttributes="whether proxy protocol is on",
        TargetGroups="target groups",
        TargetHealth="targets and their health",
    ),
    Action("cloudwatch:GetMetricData", "audit", "reads whether load balancers ran out of ports"),
    Action("servicequotas:ListServiceQuotas", "audit", "reads quotas of VPCs and endpoints"),
    Action("ssm:SendCommand", "probe", "runs the probes that you agreed to on a machine", "script", _SHELL),
    Action("ssm:GetCommandInvocation", "probe", "reads what they printed"),
    Action("ec2:DescribeRegions", "setup", "lists the regions to choose from", "anywhere"),
    *_reads(
        "setup",
        "ec2",
        Tags="what carries our tag",
    ),
    Action(f"{_ELB}:CreateLoadBalancer", "setup", "makes the load balancer", "new", (_NLB,)),
    Action(f"{_ELB}:CreateTargetGroup", "setup", "makes a target group for each port", "new", (_GROUP,)),
    Action(f"{_ELB}:CreateListener", "setup", "makes a listener for each port", "ours", (_NLB,)),
    Action(f"{_ELB}:ModifyListener", "setup", "points a listener to its targets", "ours", (_LISTENER,)),
    Action(f"{_ELB}:ModifyLoadBalancerAttributes", "setup", "turns cross-zone on", "ours", (_NLB,)),
    Action(f"{_ELB}:RegisterTargets", "setup", "registers the targets", "ours", (_GROUP,)),
    Action(f"{_ELB}:DeregisterTargets", "setup", "undo", "ours", (_GROUP,)),
    Action(f"{_ELB}:DeleteListener", "setup", "undo", "made", (_LISTENER,)),
    Action(f"{_ELB}:DeleteLoadBalancer", "setup", "undo", "made", (_NLB,)),
    Action(f"{_ELB}:DeleteTargetGroup", "setup", "undo", "made", (_GROUP,)),
    Action(f"{_ELB}:AddTags", "setup", "tags what it makes", "marks-new", (_NLB, _GROUP, _LISTENER)),
    Action(f"{_ELB}:AddTags", "setup", "tags what it adopts", "adopts", (_NLB, _GROUP, _LISTENER)),
    Action(f"{_ELB}:RemoveTags", "setup", "undo: takes it off again", "lets-go", (_NLB, _GROUP, _LISTENER)),
    Action(
        "ec2:CreateVpcEndpointServiceConfiguration", "setup", "makes the endpoint service", "new", (_SERVICE,)
    ),
    Action("ec2:ModifyVpcEndpointServiceConfiguration", "setup", "requires acceptance", "ours", (_SERVICE,)),
    Action("ec2:ModifyVpcEndpointServicePermissions", "setup", "lets Magento ask", "ours", (_SERVICE,)),
    Action("ec2:AcceptVpcEndpointConnections", "setup", "accepts Magento", "own-service", (_SERVICE,)),
    Action("ec2:RejectVpcEndpointConnections", "setup", "rejects a stranger", "own-service", (_SERVICE,)),
    Action("ec2:DeleteVpcEndpointServiceConfigurations", "setup", "undo", "made", (_SERVICE,)),
    Action("ec2:CreateSecurityGroup", "setup", "makes the endpoint's security group", "new", (_SECURITY,)),
    Action("ec2:CreateSecurityGroup", "setup", "in your VPC", "beside", ("vpc/*",)),
    Action("ec2:AuthorizeSecurityGroupIngress", "setup", "opens the endpoint's ports", "ours", (_SECURITY,)),
    Action("ec2:RevokeSecurityGroupIngress", "setup", "undo", "ours", (_SECURITY,)),
    Action("ec2:DeleteSecurityGroup", "setup", "undo", "made", (_SECURITY,)),
    Action("ec2:CreateVpcEndpoint", "setup", "asks Magento for the connection", "new", (_ENDPOINT,)),
    Action("ec2:CreateVpcEndpoint", "setup", "in your VPC", "beside", ("vpc/*", "subnet/*", _SECURITY)),
    Action("ec2:DeleteVpcEndpoints", "setup", "undo", "made", (_ENDPOINT,)),
    Action("ec2:CreateTags", "setup", "tags what it makes", "marks-new", (_SERVICE, _ENDPOINT, _SECURITY)),
    Action("ec2:CreateTags", "setup", "tags what it adopts", "adopts", (_SERVICE, _ENDPOINT, _SECURITY)),
    Action(
        "ec2:DeleteTags", "setup", "undo: takes it off again", "lets-go", (_SERVICE, _ENDPOINT, _SECURITY)
    ),
)
"""Every action that the program calls. What only ``setup`` needs comes on top of what ``audit`` needs."""

_TO_A_SERVICE = frozenset({"ec2:CreateVpcEndpoint"})
"""What is limited to Magento's services besides (``ec2:VpceServiceOwner``)."""
_BY_TAG: frozenset[Limit] = frozenset({"new", "ours", "made", "marks-new", "adopts", "lets-go"})
"""Limits whose statement names no types: the tag, or what is being made, decides, and types would not fit in."""
LARGEST = 6_144
"""Characters of a managed policy, white space aside ("IAM and AWS STS quotas")."""

Condition = dict[str, dict[str, object]]


def actions(purpose: Purpose) -> tuple[Action, ...]:
    """The rows for a purpose: each has the reads of ``audit`` too."""
    return tuple(row for row in ACTIONS if row.purpose in (purpose, "audit"))


def policy(purpose: Purpose, scope: Scope, offer: Offer) -> Policy:
    """The IAM policy document, version 2012-10-17."""
    rows = actions(purpose)
    # What has the same limit is one statement a service: the document has to fit into LARGEST.
    grouped: dict[tuple[Limit, str, bool], list[Action]] = {}
    for row in rows:
        service = row.name.partition(":")[0] if row.on else ""
        grouped.setdefault((row.limit, service, row.name in _TO_A_SERVICE), []).append(row)
    statements = [one for some in grouped.values() for one in _statements(some, scope, offer)]
    name = "-".join(("privatelink", *([scope.enablement] if scope.enablement else []), purpose))
    file = f"{name}.json"
    document: dict[str, object] = {"Version": "2012-10-17", "Statement": statements}
    return Policy(
        document,
        tuple(Row(row.name, row.why, LIMITS[row.limit]) for row in rows),
        _notes(purpose, scope, document),
        f"aws iam create-policy --policy-name {name} --policy-document file://{file}",
        file,
    )


def _statements(rows: list[Action], scope: Scope, offer: Offer) -> list[dict[str, object]]:
    """The statement of rows with the same limit; two where your own service is named."""
    types = dict.fromkeys(one for row in rows for one in row.on)
    service = rows[0].name.partition(":")[0]
    arn = f"arn:aws:{service}:{scope.region or '*'}:{scope.account or '*'}:"
    made: dict[str, object] = {
        "Effect": "Allow",
        "Action": sorted(row.name for row in rows),
        "Resource": f"{arn}*" if rows[0].limit in _BY_TAG else [f"{arn}{one}" for one in types] or "*",
    }
    if rows[0].limit == "script":
        # The document is AWS's and belongs to no account; instances are EC2's.
        own = (
            f"arn:aws:ssm:{scope.region or '*'}::",
            f"arn:aws:ec2:{scope.region or '*'}:{scope.account or '*'}:",
        )
        made["Resource"] = [f"{head}{one}" for head, one in zip(own, _SHELL, strict=True)]
    condition = _condition(rows, scope, offer)
    found = [made | ({"Condition": condition} if condition else {})]
    if rows[0].limit == "own-service" and scope.service:
        found.append({**made, "Resource": f"{arn}vpc-endpoint-service/{scope.service}"})
    return found


def _condition(rows: list[Action], scope: Scope, offer: Offer) -> Condition:
    service = rows[0].name.partition(":")[0]
    tag = tag_key(scope.enablement or "*")
    asked, held = f"aws:RequestTag/{tag}", f"aws:ResourceTag/{tag}"
    only: Condition = {"ForAllValues:StringLike": {"aws:TagKeys": tag}}
    new: Condition = {"ForAnyValue:StringLike": {"aws:TagKeys": tag}}
    equal: dict[str, object] = {}
    match rows[0].limit:
        case "region":
            return {"StringEquals": {"aws:RequestedRegion": scope.region}} if scope.region else {}
        case "new":
            if rows[0].name in _TO_A_SERVICE:
                equal = {"ec2:VpceServiceOwner": offer.aws_account}
            return new | ({"StringEquals": equal} if equal else {})
        case "marks-new":
            return {"StringEquals": {f"{service}:CreateAction": list(_creations(service))}}
        case "adopts":
            return only | ({"StringEquals": {asked: ADOPTED}} if scope.enablement else {})
        case "lets-go":
            return only | ({"StringEquals": {held: ADOPTED}} if scope.enablement else {})
        case "ours" | "own-service" if scope.enablement:
            return {"Null": {held: "false"}}
        case "made" if scope.enablement:
            return {"Null": {held: "false"}, "StringNotEquals": {held: ADOPTED}}
    # A condition's key takes no pattern: without the enablement's id there is no tag to ask for.
    return {}


def _creations(service: str) -> tuple[str, ...]:
    found = (row.name.partition(":") for row in ACTIONS if row.name.startswith(f"{service}:Create"))
    return tuple(sorted({name for _, _, name in found if name != "CreateTags"}))


def _notes(purpose: Purpose, scope: Scope, document: Mapping[str, object]) -> tuple[str, ...]:
    notes = []
    size = len("".join(json.dumps(document).split()))
    if size > LARGEST:
        notes.append(
            f"A managed policy has at most {LARGEST:,} characters, this one {size:,}: make it an inline policy of "
            "a role (aws iam put-role-policy)."
        )
    if purpose == "setup":
        if not scope.enablement:
            notes.append(
                "Not limited to what carries our tag: IAM needs the tag's whole key. Begin the enablement "
                "(privatelink new FILE) and name it with --id."
            )
        notes.append(
            "Not in it: the first load balancer of an account also takes iam:CreateServiceLinkedRole for "
            "elasticloadbalancing.amazonaws.com."
        )
    if not scope.region or not scope.account:
        notes.append("Not limited to one account and region: name them with --account and --region, or --id.")
    return tuple(notes)

"""Drift: what somebody changed behind this program's back. Named, and mended by nothing but a plan that is agreed to.

No second planner: what the plan would write although the journal says that it was done has drifted, unless the
request asks for something else since then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import same_id
from core.request.model import DraftService, Platform
from core.setup.change import Change, PrincipalSpec, TagSpec
from core.workflow.model import Drift
from core.workflow.story import Made, Story
from core.workflow.words import moment, state_word

PLANNED = "The plan mends it: look at it (privatelink plan), then agree (privatelink apply)."


_CALLS: Mapping[Platform, Mapping[str, tuple[str, str]]] = {
    "aws": {
        "load-balancer": ("DeleteLoadBalancer", "ModifyLoadBalancerAttributes"),
        "cross-zone": ("", "ModifyLoadBalancerAttributes"),
        "target-group": ("DeleteTargetGroup", ""),
        "targets": ("DeregisterTargets", ""),
        "listener": ("DeleteListener", "ModifyListener"),
        "endpoint-service": (
            "DeleteVpcEndpointServiceConfigurations",
            "ModifyVpcEndpointServiceConfiguration",
        ),
        "principal": ("ModifyVpcEndpointServicePermissions", "ModifyVpcEndpointServicePermissions"),
        "security-group": ("DeleteSecurityGroup", ""),
        "ingress": ("RevokeSecurityGroupIngress", ""),
        "endpoint": ("DeleteVpcEndpoints", ""),
        "connection": ("", "RejectVpcEndpointConnections"),
    },
    "azure": {
        "load-balancer": ("loadBalancers/delete", "loadBalancers/write"),
        "targets": ("networkInterfaces/write", ""),
        "endpoint-service": ("privateLinkServices/delete", "privateLinkServices/write"),
        "principal": ("privateLinkServices/write", "privateLinkServices/write"),
        "endpoint": ("privateEndpoints/delete", ""),
        "subnet-policy": ("", "virtualNetworks/subnets/write"),
        "connection": ("", "privateLinkServices/privateEndpointConnections/write"),
    },
}
"""The operation that takes a thing away, and the one that changes it: as CloudTrail names events, and as Azure's
activity log names operations of Microsoft.Network.
"""

_NOW: Mapping[tuple[str, str], str] = {
    ("load-balancer", "change"): "without a rule or its probe",
    ("cross-zone", "change"): "off",
    ("targets", "create"): "not registered any more",
    ("listener", "change"): "leading elsewhere",
    ("endpoint-service", "change"): "letting in without asking",
    ("principal", "create"): "not on the list of those who may connect any more",
    ("ingress", "create"): "not let in any more",
    ("subnet-policy", "change"): "on again",
}
"""How a thing is where the plan takes this action on it; elsewhere it is gone."""


def by_own_side(platform: Platform, account: str | None, kind: str, *, gone: bool) -> str:
    """Who can have done what only the customer's own side can do, and where it is recorded."""
    told = f"Somebody who may write to {ACCOUNT_NAMES[platform]} {account or 'of yours'}"
    call = _CALLS[platform].get(kind, ("", ""))[0 if gone else 1]
    if not call:
        return f"{told}."
    if platform == "azure":
        return f"{told}; the activity log has it as Microsoft.Network/{call}."
    return f"{told}; CloudTrail has it as {call}."


def left(made: Made, now: datetime) -> str:
    """How a thing was left: made here or used, and when."""
    return f"{'made here' if made.own else 'in use since'} {moment(made.at, now)}"


def of_changes(
    story: Story, changes: Iterable[Change], platform: Platform, now: datetime
) -> tuple[Drift, ...]:
    """The changes of a plan that mend what had been done already. ``now`` is aware, in the person's zone."""
    rows = tuple(changes)
    dead = {row.key.partition("/old")[0]: row.state for row in rows if row.action == "delete"}
    found = []
    for change in rows:
        made = story.made.get(change.key)
        if change.action in ("leave", "delete") or change.key in story.in_doubt:
            continue
        if made is None:
            if not _was_allowed(story, change):
                continue
            was = "seen there before"
        elif _asked_anew(story, change):
            continue
        else:
            was = left(made, now)
        told = _now(change, made, dead.get(change.key, ""), platform)
        if told:
            gone = told.startswith("gone") or change.action == "create"
            found.append(
                Drift(
                    change.key,
                    change.kind,
                    made.id if made else change.id or change.name,
                    was,
                    told,
                    by_own_side(platform, story.draft.cloud.account, change.kind, gone=gone),
                    PLANNED,
                    planned=True,
                )
            )
    return tuple(found)


def _now(change: Change, made: Made | None, dead: str, platform: Platform) -> str:
    """How a thing is, in words; empty where it is as it was left."""
    if dead:
        return state_word(dead, platform == "azure")
    same = made is None or change.id is None or same_id(change.id, made.id)
    if change.action == "adopt":
        if not same:
            return f"gone; {change.name} would be used instead"
        return (
            "without this enablement's tag" if isinstance(change.spec, TagSpec) and made and made.own else ""
        )
    if not same and change.action == "change":
        return ""
    return _NOW.get((change.kind, change.action), "gone")


def _was_allowed(story: Story, change: Change) -> bool:
    """Whether a look once showed that the principals to add were there: a new service was made with them."""
    if not isinstance(change.spec, PrincipalSpec) or not isinstance(change.spec.service, str):
        return False
    ever = {one.lower() for one in story.allowed.get(change.spec.service.lower(), ())}
    return any(one.lower() in ever for one in change.spec.principals)


def _asked_anew(story: Story, change: Change) -> bool:
    """Whether the request asks for something else of this change than when it was made."""
    if change.action == "create" and change.kind not in ("targets", "ingress"):
        return False
    then = story.asked.get(change.key)
    return then is not None and _concerns(change.key, then) != _concerns(change.key, story.draft.services)


def _concerns(key: str, services: tuple[DraftService, ...]) -> frozenset[DraftService | int | None]:
    """What of the request's services a change depends on."""
    kind, _, rest = key.partition("/")
    inward = [one for one in services if one.direction == "from-magento"]
    if kind == "targets":
        return frozenset(one for one in inward if str(one.port) == rest)
    if kind == "ingress":
        return frozenset(one.port for one in services if one.direction == "to-magento")
    if kind in ("cross-zone", "load-balancer"):
        return frozenset(inward)
    return frozenset()

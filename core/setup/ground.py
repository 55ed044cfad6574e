"""What every part of a plan stands on: the request, the account as it was seen, and what is ours in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from core.export.commands import command
from core.network.model import Inventory, Network, Tags
from core.request.identifiers import same_id
from core.request.model import Platform, Problem, Request, Severity
from core.request.offer import Offer
from core.setup.admission import Admitted, admitted
from core.setup.change import Change, Id, Kind, Ref, Spec, TagSpec, other_enablements, tag_key
from core.workflow.story import Story

ELB_NAME = 32
"""Longest name of a load balancer or target group (elbv2 ``CreateLoadBalancer``, ``CreateTargetGroup``)."""


NETWORK_WORDS: Mapping[Platform, str] = {"aws": "VPC", "azure": "VNet"}
"""What each cloud calls a network."""


class Resource(Protocol):
    """Anything of the inventory that has an id and tags."""

    @property
    def id(self) -> str:
        """The cloud's id."""

    @property
    def tags(self) -> Tags:
        """Its tags."""


R = TypeVar("R", bound=Resource)


@dataclass(frozen=True, slots=True)
class Ground:
    """The arguments of a plan, with the request's network looked up."""

    request: Request
    story: Story
    inventory: Inventory
    offer: Offer
    enablement: str
    network: Network

    @property
    def tag(self) -> str:
        """The enablement's tag key."""
        return tag_key(self.enablement)

    @property
    def admitted(self) -> Admitted:
        """Whom an endpoint service may let in."""
        return admitted(self.request.platform, self.request.account, self.story, self.offer)

    def tagged(self, resource: Resource) -> bool:
        """Whether the resource carries the enablement's tag: only then may it be written to."""
        return self.tag in resource.tags

    def own(self, key: str, resource: Resource) -> bool:
        """Whether the resource was made here for this key: it carries the tag with the key as its value."""
        return resource.tags.get(self.tag) == key

    def known(self, key: str, resource: Resource) -> bool:
        """Whether the resource is this enablement's already: tagged, or journaled under this key."""
        made = self.story.made.get(key)
        return self.tagged(resource) or (made is not None and same_id(made.id, resource.id))

    def ours(self, key: str, resources: Iterable[R]) -> R | None:
        """The resource that carries the tag with this key, else the one that the journal knows by it."""
        made = self.story.made.get(key)
        journaled = made.id if made else ""
        rows = sorted(
            resources, key=lambda row: (not self.own(key, row), not same_id(row.id, journaled), row.id)
        )
        first = rows[0] if rows else None
        return first if first and (self.own(key, first) or same_id(first.id, journaled)) else None


def set_here(story: Story, key: str, id: str) -> bool:
    """Whether the setting that this key stands for, which carries no tag, was made here on the resource with this id,
    or may have been: the end of its call is not known, the answer to an earlier one was lost, or the cloud was at work
    on it before it failed.
    """
    made = story.made.get(key)
    if made is not None:
        # A subnet's policy is changed, never made or adopted: what is journaled of it was turned off here.
        return (made.own or made.kind == "subnet-policy") and same_id(made.id, id)
    intent = story.in_doubt.get(key)
    if intent is not None and intent.action != "delete":
        return intent.id is None or same_id(intent.id, id)
    return story.begun.get(key, False)


def problem(code: str, field: str, message: str, remedy: str, severity: Severity = "error") -> Problem:
    """A problem, blocking unless told otherwise."""
    return Problem(code, field, severity, message, remedy)


def make(
    ground: Ground,
    key: str,
    kind: Kind,
    name: str,
    spec: Spec,
    *,
    needs: tuple[str, ...] = (),
    reason: str = "",
    cost: str = "",
) -> Change:
    """A change of action ``create``, with its command."""
    change = Change(key, "create", kind, name, spec, needs=needs, reason=reason, cost=cost)
    return commanded(ground, change)


def commanded(ground: Ground, change: Change) -> Change:
    """The change with the command that does the same."""
    return replace(change, command=command(change, ground.enablement, ground.request.region))


def stand(
    ground: Ground,
    key: str,
    kind: Kind,
    resource: Resource,
    name: str,
    *,
    write: str = "",
    reason: str = "",
    state: str = "",
    cost: str = "",
) -> Change:
    """The change for what stands already: ``leave`` where it is ours, else ``adopt``.

    ``write`` says in words what the plan writes to it, if anything. Only what carries the tag is written to,
    so an untagged resource gets the tag first: that is an ``adopt`` which makes a call. So does what another
    enablement uses: the undo of that one sees by it that this one still needs the resource.
    """
    others = ", ".join(other_enablements(resource.tags, ground.enablement))
    if (write or others) and not ground.tagged(resource):
        why = "It was not made here and carries no tag of this enablement. "
        if others:
            because = f"{write}, and " if write else ""
            why += f"It gets the tag, because {because}enablement {others} uses it too."
        else:
            why += f"It gets the tag, because {write}."
        change = Change(
            key, "adopt", kind, name, TagSpec(resource.id), resource.id, reason=why, cost=cost, state=state
        )
        return commanded(ground, change)
    if ground.known(key, resource):
        return Change(key, "leave", kind, name, id=resource.id, reason=reason, cost=cost, state=state)
    return Change(
        key,
        "adopt",
        kind,
        name,
        id=resource.id,
        reason=reason or "It was not made here; it fits and is used as it is.",
        cost=cost,
        state=state,
    )


def id_of(change: Change) -> Id:
    """How a spec names another change's resource: its id, or a reference where it is still to be made."""
    return Ref(change.key) if change.action == "create" or change.id is None else change.id


def foreign(ground: Ground, key: str, resource: Resource, why: str) -> str:
    """The reason of a write, which says so where the resource was not made here."""
    if ground.own(key, resource):
        return why
    untagged = "" if ground.tagged(resource) else " and is not tagged by this enablement"
    return f"{why} {resource.id} was not made here{untagged}."


def elb_name(enablement: str, suffix: str) -> str:
    """``<enablement>-<suffix>`` as a load balancer or target group may be called.

    At most 32 letters, digits and hyphens, no hyphen at an end, not beginning with ``internal-`` (elbv2
    ``CreateLoadBalancer``). Where the enablement's id does not fit, a short hash keeps two of them apart:
    elbv2 answers a creation under a taken name with the resource that has it.
    """
    clean = re.sub(r"[^A-Za-z0-9]+", "-", enablement).strip("-") or "privatelink"
    if clean.startswith("internal"):
        clean = f"pl-{clean}"
    room = ELB_NAME - len(suffix) - 1
    if clean == enablement and len(clean) <= room:
        return f"{clean}-{suffix}"
    mark = hashlib.sha256(enablement.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{clean[: room - 7].rstrip('-')}-{mark}-{suffix}"

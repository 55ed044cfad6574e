"""Undo: a plan that removes what an enablement made, and nothing else.

Deleted is what carries the enablement's tag with its own key as the value **and** is in the journal as made
here, or as a creation whose answer was lost or that failed. From what was adopted only the additions and the
tag are taken away again. AWS deletes what hangs together in one order only: endpoints before their security
groups; endpoint service, then listeners and load balancer, then target groups. Azure: private link service, then
pool members, then load balancer; the subnet's policy is turned on again once no private link service is left in
the subnet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from core.export.commands import command
from core.network.model import Connection, ConnectionState, EndpointService, Inventory
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import id_part, same_id
from core.request.model import Problem
from core.request.offer import Offer
from core.setup.attempt import THINGS
from core.setup.azure_places import in_pool, member_key, pools_of
from core.setup.base import balancer_of
from core.setup.change import (
    ADOPTED,
    Change,
    Kind,
    PoolMemberSpec,
    PrincipalSpec,
    RejectSpec,
    SubnetPolicySpec,
    TagSpec,
    other_enablements,
    tag_key,
)
from core.setup.ground import Resource, problem
from core.setup.plan import Plan
from core.workflow.story import Story, vendor_subscriptions

LIVE: frozenset[ConnectionState] = frozenset({"pending-acceptance", "pending", "available", "partial"})
CUTS = frozenset({"connection-live", "endpoint-live"})
"""Codes of the problems that ``force`` is the answer to."""

STATES_ONLY = frozenset({"connections", "target health"})
"""What an inventory reads that is never made here: where it could not be read, nothing can be left over."""

NEVER_MADE = frozenset({"resource provider"})
"""What an inventory reads and undo never removes: where it could not be read, nothing is said of it."""

UNSEEN_STATE = "state-unread"

GONE = frozenset({"deleting", "deleted"})


@dataclass(frozen=True, slots=True)
class _Scene:
    inventory: Inventory
    enablement: str
    story: Story

    def value(self, row: Resource) -> str | None:
        """The value of the enablement's tag on a resource."""
        return row.tags.get(tag_key(self.enablement))

    def made(self, row: Resource) -> bool:
        """Whether the tag and the journal both have the resource as made here, its creation in doubt, or failed:
        Azure keeps what it could not set up. A removal that failed changes nothing of that.
        """
        key = self.value(row)
        if key is None or key == ADOPTED:
            return False
        made = self.story.made.get(key)
        if made is not None and same_id(made.id, row.id):
            return made.own
        return key in self.story.begun

    def delete(self, kind: Kind, row: Resource, name: str, needs: Iterable[str] = ()) -> Change:
        """The deletion of a resource that was made here."""
        key = self.value(row) or ""
        return Change(key, "delete", kind, name, id=row.id, needs=tuple(needs), reason="It was made here.")


def plan_undo(
    inventory: Inventory,
    enablement: str,
    story: Story,
    *,
    force: bool = False,
    offer: Offer | None = None,
) -> Plan:
    """Plan the removal of what an enablement made.

    A live connection, either way, is a blocking problem unless ``force``: then it is cut. ``offer`` tells
    which principal was added to an adopted service (default: the published one). A plan without changes
    means: there is nothing left.
    """
    scene = _Scene(inventory, enablement, story)
    service = _service(scene, offer or Offer())
    members = _members(scene, service)
    balancers = _balancers(scene, (*service, *members))
    planned = _distinct(
        (*_endpoints(scene), *service, *members, *balancers, *_policy(scene, (*service, *balancers)))
    )
    changes = tuple(replace(row, command=command(row, enablement, inventory.region)) for row in planned)
    found = (
        *_live(scene, force),
        *_shared(scene, changes),
        *_needed_by_others(scene, changes),
        *_blind(inventory),
    )
    return Plan(changes, found, _notes(scene, changes))


def unseen(inventory: Inventory, enablement: str, story: Story, since: datetime) -> frozenset[str]:
    """The keys of what was made since then, or perhaps made, and is not in the inventory: somebody deleted it, it
    was never made, or the cloud does not show it yet. So too the policy of a subnet that is still shown as on.
    """
    rows = _resources(inventory)
    shown = {row.id.lower() for row in rows}
    marked = {row.tags.get(tag_key(enablement)) for row in rows}
    made = {
        key
        for key, one in story.made.items()
        if one.own and one.kind in THINGS and one.at > since and one.id.lower() not in shown
    }
    doubtful = {
        key
        for key, intent in story.in_doubt.items()
        if intent.action == "create" and intent.kind in THINGS and intent.at > since and key not in marked
    }
    on = {row.id.lower() for row in inventory.subnets if row.link_policies}
    policy = story.made.get("subnet-policy") or story.in_doubt.get("subnet-policy")
    turned = {"subnet-policy"} if policy and policy.at > since and (policy.id or "").lower() in on else set()
    return frozenset(made | doubtful | turned)


def _distinct(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes with unique keys, also where a call that was made twice left two of one key."""
    seen: dict[str, int] = {}
    rows = []
    for row in changes:
        seen[row.key] = seen.get(row.key, 0) + 1
        rows.append(row if seen[row.key] == 1 else replace(row, key=f"{row.key}/again/{seen[row.key]}"))
    return tuple(rows)


def _endpoints(scene: _Scene) -> tuple[Change, ...]:
    rows = [row for row in scene.inventory.endpoints if row.state not in GONE and scene.made(row)]
    endpoints = [scene.delete("endpoint", row, row.name or row.id) for row in rows]
    groups = [
        scene.delete(
            "security-group",
            group,
            group.name,
            needs=(
                change.key
                for row, change in zip(rows, endpoints, strict=True)
                if group.id in row.security_group_ids
            ),
        )
        for group in scene.inventory.security_groups
        if scene.made(group)
    ]
    adopted = [
        _untag(scene, "endpoint", row, row.name or row.id)
        for row in scene.inventory.endpoints
        if row.state not in GONE and scene.value(row) == ADOPTED
    ]
    return (*endpoints, *groups, *adopted)


def _service(scene: _Scene, offer: Offer) -> tuple[Change, ...]:
    changes: list[Change] = []
    for row in scene.inventory.endpoint_services:
        if row.state in GONE:
            continue
        if scene.value(row) == ADOPTED:
            changes.extend(_taken_back(scene, row, offer))
        elif scene.made(row):
            change = scene.delete("endpoint-service", row, row.name or row.service_name)
            live = _connections(scene, row.id)
            if live:
                why = f"It was made here. {len(live)} of its connections are live: they are rejected first."
                change = replace(change, spec=RejectSpec(live), reason=why)
            changes.append(change)
    return tuple(changes)


def _taken_back(scene: _Scene, row: EndpointService, offer: Offer) -> tuple[Change, ...]:
    """What was added to an adopted service, and the tag."""
    changes = []
    name = row.name or row.service_name
    made = scene.story.made.get("principal")
    vendors: tuple[str, ...] = (offer.aws_principal,)
    if scene.inventory.platform == "azure":
        vendors = vendor_subscriptions(scene.story, offer)
    principals = tuple(one for one in row.principals or () if one.lower() in vendors)
    if made is not None and made.own and same_id(made.id, row.id) and principals:
        changes.append(
            Change(
                "principal",
                "delete",
                "principal",
                f"{', '.join(principals)} on {name}",
                PrincipalSpec(row.id, principals),
                row.id,
                reason="It was added here to a service that was not made here.",
            )
        )
    needs = tuple(change.key for change in changes)
    return (*changes, _untag(scene, "endpoint-service", row, name, needs))


def _untag(scene: _Scene, kind: Kind, row: Resource, name: str, needs: tuple[str, ...] = ()) -> Change:
    made = scene.story.made.items()
    key = next((key for key, one in made if same_id(one.id, row.id) and one.kind == kind), f"{kind}/{row.id}")
    why = "It was not made here and stays; only this enablement's tag is taken off."
    return Change(key, "change", kind, name, TagSpec(row.id, present=False), row.id, needs, reason=why)


def _balancers(scene: _Scene, service: tuple[Change, ...]) -> tuple[Change, ...]:
    seen = scene.inventory
    names = {row.id: row.name for row in seen.load_balancers}
    after = tuple(
        row.key for row in service if row.action == "delete" and row.kind in ("endpoint-service", "targets")
    )
    listeners = [
        scene.delete(
            "listener",
            row,
            f"{row.protocol} {row.port} on {names.get(row.load_balancer_id, row.load_balancer_id)}",
            after,
        )
        for row in seen.listeners
        if scene.made(row)
    ]
    listened = tuple(change.key for change in listeners)
    adopted = [
        _untag(scene, "load-balancer", row, row.name, listened)
        for row in seen.load_balancers
        if scene.value(row) == ADOPTED
    ]
    balancers = [
        scene.delete("load-balancer", row, row.name, (*after, *listened))
        for row in seen.load_balancers
        if scene.made(row)
    ]
    gone = tuple(change.key for change in balancers)
    groups = [
        scene.delete("target-group", row, row.name, (*listened, *gone))
        for row in seen.target_groups
        if scene.made(row)
    ]
    untagged = [
        _untag(scene, "target-group", row, row.name)
        for row in seen.target_groups
        if scene.value(row) == ADOPTED
    ]
    return (*listeners, *adopted, *balancers, *groups, *untagged)


def _members(scene: _Scene, service: tuple[Change, ...]) -> tuple[Change, ...]:
    """The network interfaces that joined a pool here, to be taken out of it again (Azure)."""
    after = tuple(row.key for row in service if row.action == "delete" and row.kind == "endpoint-service")
    made = scene.story.made.get("load-balancer")
    used = made.id if made else next((r.id for r in scene.inventory.load_balancers if scene.made(r)), None)
    balancer = next((row for row in scene.inventory.load_balancers if used and same_id(row.id, used)), None)
    if scene.inventory.platform != "azure" or balancer is None:
        return ()
    pools = pools_of(scene.inventory, balancer)
    changes = {}
    for row in scene.inventory.instances:
        if not row.interface_id:
            continue
        key = member_key(row.interface_id)
        joined, intent = scene.story.made.get(key), scene.story.in_doubt.get(key)
        ours = joined.own if joined else intent is not None and intent.action == "create"
        if ours and any(in_pool(scene.inventory, pool, row.interface_id, row.address) for pool in pools):
            changes[key] = Change(
                key,
                "delete",
                "targets",
                f"{id_part(row.interface_id, 'networkInterfaces')} in the pool of {balancer.name}",
                PoolMemberSpec(balancer.id, row.interface_id),
                row.interface_id,
                after,
                reason="It joined the pool here; the network interface itself stays.",
            )
    return tuple(changes.values())


def _policy(scene: _Scene, before: tuple[Change, ...]) -> tuple[Change, ...]:
    """The policy of the NAT subnet, on again where it was turned off here and nothing needs it off (Azure)."""
    made = scene.story.made.get("subnet-policy") or scene.story.in_doubt.get("subnet-policy")
    changed = made.id if made else None
    subnet = next((r for r in scene.inventory.subnets if changed and same_id(r.id, changed)), None)
    if subnet is None or subnet.link_policies is not False:
        return ()
    gone = {row.id for row in before if row.action == "delete"}
    needed = any(
        same_id(one, subnet.id)
        for row in scene.inventory.endpoint_services
        if row.id not in gone and row.state not in GONE
        for one in row.subnet_ids
    )
    if needed:
        return ()
    return (
        Change(
            "subnet-policy",
            "change",
            "subnet-policy",
            f"private link service policies of subnet {subnet.name}",
            SubnetPolicySpec(subnet.id, enabled=True),
            subnet.id,
            tuple(row.key for row in before if row.action == "delete"),
            reason="They were on before this enablement turned them off.",
        ),
    )


def _connections(scene: _Scene, service_id: str) -> tuple[Connection, ...]:
    rows = (row for row in scene.inventory.connections if same_id(row.service_id, service_id))
    return tuple(row for row in rows if row.state in LIVE)


def _live(scene: _Scene, force: bool) -> tuple[Problem, ...]:
    if force:
        return ()
    remedy = (
        "Magento's side and the customer agree that the connection ends, by ticket; "
        "then the customer undoes with --force, which cuts it."
    )
    waiting = (
        "Nothing comes through it before the customer accepts it: the customer rejects it, or undoes with "
        "--force, which does that."
    )
    found: list[Problem] = []
    for service in scene.inventory.endpoint_services:
        if scene.value(service) is None:
            continue
        found.extend(
            problem(
                "connection-live",
                "",
                f"Connection {row.endpoint_id} of {ACCOUNT_NAMES[scene.inventory.platform]} {row.owner} "
                f"to {service.id} is {row.state}.",
                waiting if row.state == "pending-acceptance" else remedy,
            )
            for row in _connections(scene, service.id)
        )
    found.extend(
        problem("endpoint-live", "", f"Endpoint {row.id} to Magento is {row.state}.", remedy)
        for row in scene.inventory.endpoints
        if row.state in LIVE and scene.made(row)
    )
    return tuple(found)


def _shared(scene: _Scene, changes: tuple[Change, ...]) -> tuple[Problem, ...]:
    """Somebody else's endpoint service in front of a load balancer that would be deleted."""
    deleted = {row.id for row in changes if row.action == "delete"}
    roots = {balancer_of(row.id) for row in changes if row.action == "delete" and row.id}
    return tuple(
        problem(
            "load-balancer-shared",
            "",
            f"{one} was made here, but endpoint service {service.id}, which was not, is in front of it.",
            "Whoever made that service moves it to another load balancer first.",
        )
        for service in scene.inventory.endpoint_services
        if service.id not in deleted and service.state not in GONE
        for one in service.load_balancer_ids
        if balancer_of(one) in roots
    )


def _needed_by_others(scene: _Scene, changes: tuple[Change, ...]) -> tuple[Problem, ...]:
    """What would be deleted and carries another enablement's tag too."""
    deleted = {row.id.lower() for row in changes if row.action == "delete" and row.id}
    return tuple(
        problem(
            "used-by-another-enablement",
            "",
            f"{row.id} was made here, and enablement {', '.join(others)} uses it.",
            f"Undo {others[0]} first (privatelink undo {others[0]}), then this one.",
        )
        for row in _resources(scene.inventory)
        if row.id.lower() in deleted and (others := other_enablements(row.tags, scene.enablement))
    )


def _resources(inventory: Inventory) -> tuple[Resource, ...]:
    """Everything that may carry a tag and still stands."""
    return (
        *(row for row in inventory.endpoints if row.state not in GONE),
        *(row for row in inventory.endpoint_services if row.state not in GONE),
        *inventory.security_groups,
        *inventory.load_balancers,
        *inventory.listeners,
        *inventory.target_groups,
    )


def _blind(inventory: Inventory) -> tuple[Problem, ...]:
    return tuple(
        problem(
            UNSEEN_STATE if gap.what in STATES_ONLY else "inventory-gap",
            "cloud.account",
            f"{gap.what} could not be read ({gap.code}): {gap.message}".rstrip(". ") + ".",
            "Whether a connection is live was not seen; the cloud itself refuses to remove what is in use."
            if gap.what in STATES_ONLY
            else "What was made here may be left over; undo again with a role that may read it.",
            "warning",
        )
        for gap in inventory.gaps
        if gap.what not in NEVER_MADE
    )


def _notes(scene: _Scene, changes: tuple[Change, ...]) -> tuple[str, ...]:
    planned = {row.id for row in changes}
    notes = [
        f"{row.id} carries this enablement's tag, but the journal does not have it as made here: it stays."
        for row in _resources(scene.inventory)
        if scene.value(row) not in (None, ADOPTED) and row.id not in planned
    ]
    notes.extend(
        f"{row.name} was not made here: targets that were registered in it stay."
        for row in scene.inventory.target_groups
        if scene.value(row) == ADOPTED
    )
    return tuple(notes)

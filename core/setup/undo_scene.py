"""What undo stands on: the account as it was seen, and what of it the journal and the tag have as made here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.network.model import Connection, ConnectionState, Inventory
from core.request.identifiers import same_id
from core.setup.attempt import THINGS
from core.setup.azure_places import in_pool, member_key
from core.setup.change import ADOPTED, Change, Kind, tag_key
from core.setup.ground import Resource
from core.workflow.story import Story

LIVE: frozenset[ConnectionState] = frozenset({"pending-acceptance", "pending", "available", "partial"})
GONE = frozenset({"deleting", "deleted"})


@dataclass(frozen=True, slots=True)
class Scene:
    """An enablement's undo: the account, the enablement's id, its story."""

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


def connections(scene: Scene, service_id: str) -> tuple[Connection, ...]:
    """The live connections of an endpoint service."""
    rows = (row for row in scene.inventory.connections if same_id(row.service_id, service_id))
    return tuple(row for row in rows if row.state in LIVE)


def resources(inventory: Inventory) -> tuple[Resource, ...]:
    """Everything that may carry a tag and still stands."""
    return (
        *(row for row in inventory.endpoints if row.state not in GONE),
        *(row for row in inventory.endpoint_services if row.state not in GONE),
        *inventory.security_groups,
        *inventory.load_balancers,
        *inventory.listeners,
        *inventory.target_groups,
    )


def unseen(inventory: Inventory, enablement: str, story: Story, since: datetime) -> frozenset[str]:
    """The keys of what was made since then, or perhaps made, and is not in the inventory: somebody deleted it, it
    was never made, or the cloud does not show it yet. So too the policy of a subnet that is still shown as on, and
    the interface that is in no pool yet.
    """
    rows = resources(inventory)
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
    joined = _recent_members(story, since) - _members(inventory) if inventory.platform == "azure" else set()
    return frozenset(made | doubtful | turned | joined)


def _recent_members(story: Story, since: datetime) -> set[str]:
    made = {key for key, one in story.made.items() if one.own and one.kind == "targets" and one.at > since}
    return made | {
        key
        for key, intent in story.in_doubt.items()
        if (intent.action, intent.kind) == ("create", "targets") and intent.at > since
    }


def _members(inventory: Inventory) -> set[str]:
    return {
        member_key(row.interface_id)
        for row in inventory.instances
        if row.interface_id
        and any(in_pool(inventory, pool, row.interface_id, row.address) for pool in inventory.target_groups)
    }

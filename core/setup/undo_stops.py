"""What stands in the way of undo, what it could not see, and what it leaves where it is."""

from __future__ import annotations

from core.network.model import Inventory
from core.request.facts import ACCOUNT_NAMES
from core.request.model import Problem
from core.setup.base import balancer_of
from core.setup.change import ADOPTED, Change, other_enablements
from core.setup.ground import problem
from core.setup.undo_scene import GONE, LIVE, Scene, connections, resources

CUTS = frozenset({"connection-live", "endpoint-live"})
"""Codes of the problems that ``force`` is the answer to."""

STATES_ONLY = frozenset({"connections", "target health"})
"""What an inventory reads that is never made here: where it could not be read, nothing can be left over."""

NEVER_MADE = frozenset({"resource provider"})
"""What an inventory reads and undo never removes: where it could not be read, nothing is said of it."""

UNSEEN_STATE = "state-unread"


def stops(scene: Scene, changes: tuple[Change, ...], force: bool) -> tuple[Problem, ...]:
    """The problems of a removal. ``force``: a live connection is none."""
    return (
        *(() if force else _live(scene)),
        *_shared(scene, changes),
        *_needed_by_others(scene, changes),
        *_blind(scene.inventory),
    )


def notes(scene: Scene, changes: tuple[Change, ...]) -> tuple[str, ...]:
    """What stays where it is, and why."""
    planned = {row.id for row in changes}
    rows = [
        f"{row.id} carries this enablement's tag, but the journal does not have it as made here: it stays."
        for row in resources(scene.inventory)
        if scene.value(row) not in (None, ADOPTED) and row.id not in planned
    ]
    rows.extend(
        f"{row.name} was not made here: targets that were registered in it stay."
        for row in scene.inventory.target_groups
        if scene.value(row) == ADOPTED
    )
    return tuple(rows)


def _live(scene: Scene) -> tuple[Problem, ...]:
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
            for row in connections(scene, service.id)
        )
    found.extend(
        problem("endpoint-live", "", f"Endpoint {row.id} to Magento is {row.state}.", remedy)
        for row in scene.inventory.endpoints
        if row.state in LIVE and scene.made(row)
    )
    return tuple(found)


def _shared(scene: Scene, changes: tuple[Change, ...]) -> tuple[Problem, ...]:
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


def _needed_by_others(scene: Scene, changes: tuple[Change, ...]) -> tuple[Problem, ...]:
    """What would be deleted and carries another enablement's tag too."""
    deleted = {row.id.lower() for row in changes if row.action == "delete" and row.id}
    return tuple(
        problem(
            "used-by-another-enablement",
            "",
            f"{row.id} was made here, and enablement {', '.join(others)} uses it.",
            f"Undo {others[0]} first (privatelink undo {others[0]}), then this one.",
        )
        for row in resources(scene.inventory)
        if row.id.lower() in deleted and (others := other_enablements(row.tags, scene.enablement))
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

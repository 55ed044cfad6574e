"""What a plan of either cloud needs before anything else: the right region, the network, and eyes to see it."""

from __future__ import annotations

from collections.abc import Callable

from core.network.model import Inventory
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import same_id
from core.request.model import Problem, Request
from core.request.offer import Offer
from core.setup.ground import NETWORK_WORDS, Ground, problem
from core.setup.places import subnet_problems
from core.workflow.story import Story

Needed = Callable[[str], bool]
"""Whether a plan of this request needs what a gap's name (lower case) says could not be read."""


def premises(
    request: Request, story: Story, inventory: Inventory, offer: Offer, enablement: str, needed: Needed
) -> tuple[Ground | None, tuple[Problem, ...]]:
    """What the parts of a plan stand on, None where nothing can be planned, and what is wrong."""
    wrong = (*_misplaced(request, inventory), *_blind(inventory, needed))
    network = next((row for row in inventory.networks if same_id(row.id, request.network)), None)
    if network is None:
        return None, wrong or (_no_network(request, inventory),)
    ground = Ground(request, story, inventory, offer, enablement, network)
    unfit = subnet_problems(ground)
    return (None if unfit else ground), (*wrong, *unfit)


def _no_network(request: Request, inventory: Inventory) -> Problem:
    account = ACCOUNT_NAMES[request.platform]
    return problem(
        "network-not-found",
        "cloud.network",
        f"{request.network} is not in {account} {inventory.account}, region {inventory.region}.",
        f"The customer chooses a {NETWORK_WORDS[request.platform]} of this {account} and region.",
    )


def _misplaced(request: Request, inventory: Inventory) -> tuple[Problem, ...]:
    if inventory.region == request.region:
        return ()
    return (
        problem(
            "wrong-region",
            "cloud.region",
            f"The {ACCOUNT_NAMES[request.platform]} was read in {inventory.region}, "
            f"the request names {request.region}.",
            "The customer chooses the request's region, or corrects the region.",
        ),
    )


def _blind(inventory: Inventory, needed: Needed) -> tuple[Problem, ...]:
    found = []
    for gap in inventory.gaps:
        if not needed(gap.what.lower()):
            continue
        ask = f" with the permission {gap.permission}" if gap.permission else ""
        found.append(
            problem(
                "inventory-gap",
                "cloud.account",
                f"{gap.what} could not be read ({gap.code}): {gap.message}".rstrip(". ") + ".",
                f"Whoever grants permissions in the {ACCOUNT_NAMES[inventory.platform]} provides a role{ask}; "
                "without it the plan could make a second one of what exists.",
            )
        )
    return tuple(found)

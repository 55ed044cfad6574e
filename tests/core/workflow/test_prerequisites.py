"""Prerequisites: what may be read was tried, and the command that prints what set-up takes is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.network.model import Gap, Inventory
from core.request.model import Draft, DraftCloud, DraftConnection, Platform, Problem
from core.setup.change import Change
from core.setup.plan import Plan
from core.workflow.prerequisites import Known, prerequisites
from tests.core.setup.account import INVENTORY

DENIED = Gap("subnets", "access-denied", "words", "ec2:DescribeSubnets")
SLOW = Gap("quotas", "throttled", "words")


@pytest.mark.parametrize(
    ("inventory", "state", "told"),
    [
        (None, "not-checked", "was not read yet"),
        (INVENTORY, "ok", "everything could be read"),
        (replace(INVENTORY, gaps=(DENIED,)), "warning", "ec2:DescribeSubnets is not allowed"),
        (replace(INVENTORY, gaps=(DENIED, SLOW, DENIED)), "warning", "is not allowed (and 1 more)"),
        (replace(INVENTORY, gaps=(SLOW,)), "not-checked", "quotas could not be read"),
    ],
)
@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_permissions(inventory: Inventory | None, state: str, told: str, platform: Platform) -> None:
    known = Known(Draft(cloud=DraftCloud(platform=platform)), (), None, inventory, None)
    (found,) = (one for one in prerequisites(known) if one.code == "permissions")
    assert found.state == state
    assert told in found.detail
    assert f"privatelink policy --cloud {platform}" in found.detail + found.remedy


LATER = Change("load-balancer", "create", "load-balancer", "pl-x-nlb")
ASKED = Change("endpoint", "create", "endpoint", "pl-x-endpoint")
WRONG = Problem("name-taken", "", "error", "It exists.", "Rename it.")


@pytest.mark.parametrize(
    ("plan", "state", "told"),
    [
        (None, "not-checked", "there is no plan yet"),
        (Plan((LATER, ASKED)), "later", "1 change, the first: create load balancer pl-x-nlb"),
        (Plan((ASKED,)), "ok", "everything stands"),
        (Plan((LATER,), (WRONG,)), "problem", "It exists."),
        (Plan((), (WRONG,)), "problem", "It exists."),
    ],
)
def test_what_a_later_page_makes_is_no_failure(plan: Plan | None, state: str, told: str) -> None:
    """The connection request is not counted: it comes after the ticket. What stands in the way is one."""
    draft = Draft(cloud=DraftCloud(platform="aws"), connection=DraftConnection(type="bidirectional"))
    (found,) = (one for one in prerequisites(Known(draft, (), None, None, plan)) if one.code == "setup")
    assert (found.state, told in found.detail) == (state, True)

"""Undo removes what was made here, in an order that the cloud accepts, and gives back what was changed. No more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.journal import events as e
from core.network.model import Gap, Inventory
from core.request.model import Request
from core.setup import change as c
from core.setup.change import ADOPTED, Change, tag_key
from core.setup.plan import Plan, blocking
from core.setup.undo_scene import unseen
from tests.core.setup import account as aws
from tests.core.setup import azure_account as azure
from tests.core.setup.account import ENABLEMENT, NOW, TAG, Desk, Killed
from tests.core.setup.clouds import AWS, AZURE, Cloud, on_each_cloud, per_cloud


def change(planned: Plan, key: str) -> Change:
    return next(row for row in planned.changes if row.key == key)


ONE_SUBNET = replace(azure.INVENTORY, subnets=(azure.subnet("app", 99, policies=False),))


@pytest.mark.parametrize(
    ("cloud", "inventory", "wanted"),
    [
        *((one, one.inventory, one.both) for one in (AWS, AZURE)),
        *((one, one.inventory, one.request(one.web)) for one in (AWS, AZURE)),
        *((one, one.theirs, one.both) for one in (AWS, AZURE)),
        *((one, one.theirs, one.named) for one in (AWS, AZURE)),
        (AZURE, azure.STANDING, AZURE.both),
        (AZURE, ONE_SUBNET, AZURE.both),
    ],
)
def test_everything_made_here_goes_and_nothing_else(
    cloud: Cloud, inventory: Inventory, wanted: Request
) -> None:
    desk = cloud.applied(inventory, wanted)
    assert desk.account.seen != inventory
    planned = desk.undo()
    assert all(row.command.startswith(cloud.tool) for row in planned.changes)
    result = desk.execute(planned)
    assert result.ok, result
    assert desk.account.seen == inventory
    assert not desk.undo().changes
    own = {key for key, one in desk.story.made.items() if one.own}
    assert not own & {"load-balancer", "endpoint-service", "endpoint/1"}


@per_cloud(
    {
        "aws": {
            "security-group/1": {"endpoint/1"},
            "load-balancer": {"endpoint-service", "listener/3306"},
            "target-group/3306": {"listener/3306", "load-balancer"},
        },
        "azure": {
            "targets/shop-rg/db-a-nic": {"endpoint-service"},
            "load-balancer": {
                "endpoint-service",
                "targets/shop-rg/db-a-nic",
                "targets/shop-rg/db-b-nic",
            },
            "subnet-policy": {"endpoint-service", "load-balancer"},
        },
    }
)
def test_order(cloud: Cloud, expected: Mapping[str, set[str]]) -> None:
    planned = cloud.applied().undo()
    keys = [row.key for row in planned.changes]
    for index, row in enumerate(planned.changes):
        assert set(row.needs) <= set(keys[:index])
    assert {key: set(change(planned, key).needs) for key in expected} == expected


def test_what_is_given_back_on_azure() -> None:
    planned = AZURE.applied().undo()
    member, policy = change(planned, "targets/shop-rg/db-a-nic"), change(planned, "subnet-policy")
    balancer = change(planned, "load-balancer").id or ""
    assert member.spec == c.PoolMemberSpec(balancer, azure.nic("db-a-nic"))
    assert isinstance(policy.spec, c.SubnetPolicySpec)
    assert policy.spec.enabled


@per_cloud(
    {
        "aws": {
            "endpoint/1": ("delete", None),
            "security-group/1": ("delete", None),
            "principal": ("delete", c.PrincipalSpec("vpce-svc-0their", (aws.MAGENTO,))),
            "endpoint-service": ("change", c.TagSpec("vpce-svc-0their", present=False)),
            "listener/3306": ("delete", None),
            "load-balancer": ("change", c.TagSpec("arn:lb/theirs", present=False)),
            "target-group/3306": ("delete", None),
        },
        "azure": {
            "endpoint/1": ("delete", None),
            "principal": ("delete", c.PrincipalSpec(azure.PLS, (azure.MAGENTO,))),
            "endpoint-service": ("change", c.TagSpec(azure.PLS, present=False)),
            "targets/shop-rg/db-b-nic": ("delete", c.PoolMemberSpec(azure.LB, azure.nic("db-b-nic"))),
        },
    }
)
def test_from_what_was_adopted_only_the_additions_and_the_tag_are_taken(
    cloud: Cloud, expected: Mapping[str, tuple[str, object]]
) -> None:
    desk = cloud.applied(cloud.theirs, cloud.named)
    assert [row.tags for row in desk.account.seen.endpoint_services] == [{TAG: ADOPTED}]
    assert {row.key: (row.action, row.spec) for row in desk.undo().changes} == expected


@on_each_cloud
def test_a_principal_that_was_there_before_stays(cloud: Cloud) -> None:
    there = replace(cloud.theirs, endpoint_services=(cloud.service(),))
    assert there.endpoint_services[0].principals == (cloud.principal,)
    desk = cloud.applied(there, cloud.named)
    assert "principal" not in {row.key for row in desk.undo().changes}
    assert desk.execute(desk.undo()).ok
    assert desk.account.seen == there


@on_each_cloud
@pytest.mark.parametrize("state", ["pending-acceptance", "available"])
def test_a_live_connection_of_magento_is_not_cut_unless_forced(cloud: Cloud, state: str) -> None:
    desk = cloud.applied(wanted=cloud.request(cloud.database))
    theirs = cloud.connection(desk, state)
    desk.account.seen = replace(desk.account.seen, endpoints=(), connections=(theirs,))
    (found,) = blocking(desk.undo(force=False))
    assert found.code == "connection-live"
    assert theirs.endpoint_id in found.message
    planned = desk.undo()
    assert not blocking(planned)
    assert cloud.rejects in change(planned, "endpoint-service").command
    assert desk.execute(planned).ok
    assert not desk.account.seen.endpoint_services
    calls = desk.account.calls
    assert calls.index(f"reject {theirs.endpoint_id}") < calls.index("delete endpoint-service")


@on_each_cloud
@pytest.mark.parametrize(("state", "stops"), [("available", True), ("pending", True), ("rejected", False)])
def test_a_live_endpoint_to_magento_is_not_deleted_unless_forced(
    cloud: Cloud, state: str, stops: bool
) -> None:
    desk = cloud.applied(wanted=cloud.request(cloud.web))
    (row,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, state=state),))
    assert [found.code for found in blocking(desk.undo(force=False))] == ["endpoint-live"] * stops
    assert not blocking(desk.undo())


def front(id: str) -> str:
    """A load balancer's frontend, spelled otherwise than the load balancer itself: as Azure does."""
    return f"{id.upper()}/frontendIPConfigurations/frontend"


@per_cloud({"aws": str, "azure": front})
def test_a_load_balancer_that_somebody_else_uses_too_blocks(
    cloud: Cloud, expected: Callable[[str], str]
) -> None:
    desk = cloud.applied()
    seen = desk.account.seen
    (balancer,) = seen.load_balancers
    other = cloud.service(load_balancer_ids=(expected(balancer.id),))
    desk.account.seen = replace(seen, endpoint_services=(*seen.endpoint_services, other))
    assert [row.code for row in blocking(desk.undo())] == ["load-balancer-shared"]


@on_each_cloud
def test_what_another_enablement_adopted_is_undone_there_first(cloud: Cloud) -> None:
    desk = cloud.applied()
    (balancer,) = desk.account.seen.load_balancers
    tags = {**balancer.tags, tag_key("pl-second"): ADOPTED}
    desk.account.seen = replace(desk.account.seen, load_balancers=(replace(balancer, tags=tags),))
    (stops,) = blocking(desk.undo())
    assert stops.code == "used-by-another-enablement"
    assert "privatelink undo pl-second" in stops.remedy
    assert change(desk.undo(), "load-balancer").action == "delete", "the plan still shows what would go"


@on_each_cloud
def test_a_tag_alone_is_no_leave_to_delete(cloud: Cloud) -> None:
    copied = cloud.balancer(tags={TAG: "load-balancer"})
    planned = cloud.desk(replace(cloud.inventory, load_balancers=(copied,)), cloud.both).undo()
    assert not planned.changes
    assert copied.id in planned.notes[0]


@on_each_cloud
def test_what_the_journal_has_as_adopted_is_not_deleted_whatever_its_tag_says(cloud: Cloud) -> None:
    there = replace(cloud.inventory, endpoints=(cloud.endpoint(),))
    desk = cloud.applied(there, cloud.request(cloud.web))
    (row,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, tags={TAG: "endpoint/1"}),))
    assert not desk.undo().changes


@on_each_cloud
def test_the_journal_alone_is_no_leave_to_delete(cloud: Cloud) -> None:
    desk = cloud.applied()
    (row,) = desk.account.seen.endpoints
    assert "endpoint/1" in {row.key for row in desk.undo().changes}
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, tags={}),))
    assert "endpoint/1" not in {row.key for row in desk.undo().changes}


@on_each_cloud
def test_what_a_lost_call_made_is_removed_too(cloud: Cloud) -> None:
    desk = cloud.applied()
    desk.events = [
        row for row in desk.events if not (isinstance(row, e.ChangeDone) and row.key == "load-balancer")
    ]
    assert "load-balancer" in desk.story.in_doubt
    assert change(desk.undo(), "load-balancer").action == "delete"


@on_each_cloud
def test_a_gap_is_told(cloud: Cloud) -> None:
    desk = cloud.applied()
    desk.account.seen = replace(desk.account.seen, gaps=(Gap("load balancers", "access-denied", "no"),))
    assert [row.code for row in desk.undo().problems] == ["inventory-gap"]


@on_each_cloud
@pytest.mark.parametrize("moment", ["before", "after", "record"])
def test_killed_at_any_point_a_second_undo_finishes(cloud: Cloud, moment: str) -> None:
    def length(desk: Desk) -> int:
        return len(desk.events) if moment == "record" else len(desk.account.calls)

    whole = cloud.applied(cloud.theirs, cloud.named)
    begun = length(whole)
    assert whole.execute(whole.undo(), workers=1).ok
    assert length(whole) - begun >= 4
    for number in range(begun, length(whole)):
        desk = cloud.applied(cloud.theirs, cloud.named)

        def die(at: int, name: str = "", number: int = number) -> None:
            if at == number:
                raise Killed

        if moment == "record":
            desk.on_record = die
        else:
            setattr(desk.account, moment, die)
        try:
            desk.execute(desk.undo(), workers=1)
        except Killed:
            desk.on_record = lambda number: None
            desk.account.before = desk.account.after = lambda number, name: None
            assert desk.execute(desk.undo()).ok
        assert desk.account.seen == cloud.theirs, (moment, number)


@on_each_cloud
def test_undone_and_applied_again(cloud: Cloud) -> None:
    desk = cloud.applied()
    assert desk.execute(desk.undo()).ok
    assert desk.apply().ok
    seen = desk.account.seen
    assert [len(row) for row in (seen.load_balancers, seen.endpoint_services, seen.endpoints)] == [1, 1, 1]


SETTINGS: Mapping[str, Any] = {
    "aws": {"security-group/1", "target-group/3306", "listener/3306"},
    "azure": {"targets/shop-rg/db-a-nic", "targets/shop-rg/db-b-nic", "subnet-policy"},
}


@per_cloud(SETTINGS)
def test_what_a_late_inventory_does_not_show_is_named(cloud: Cloud, expected: set[str]) -> None:
    desk = cloud.desk(cloud.inventory, cloud.both)
    before = desk.account.seen
    assert desk.apply().ok
    early, late = NOW - timedelta(minutes=1), NOW + timedelta(days=1)
    hidden = {"load-balancer", "endpoint-service", "endpoint/1"} | expected
    assert unseen(before, ENABLEMENT, desk.story, early) == hidden
    assert unseen(before, ENABLEMENT, desk.story, late) == set(), "what was made long ago is shown"
    assert unseen(desk.account.seen, ENABLEMENT, desk.story, early) == set()

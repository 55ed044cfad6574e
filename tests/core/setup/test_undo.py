"""Undo removes what was made here, in an order that the cloud accepts, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.journal import events as e
from core.network.model import Connection, Gap, Inventory
from core.request.model import Request
from core.setup.change import ADOPTED, Change, PrincipalSpec, TagSpec, tag_key
from core.setup.plan import Plan, blocking
from core.setup.undo import plan_undo
from tests.core.setup.account import (
    DATABASE,
    ENABLEMENT,
    INVENTORY,
    MAGENTO,
    TAG,
    WEB,
    Account,
    Desk,
    Killed,
    balancer,
    endpoint,
    group,
    listener,
    request,
    service,
)

BOTH = request(WEB, DATABASE)
NAMED = request(WEB, DATABASE, service_name="com.amazonaws.vpce.us-west-2.vpce-svc-0their")
THEIRS = replace(
    INVENTORY,
    load_balancers=(balancer(),),
    listeners=(listener(port=9999),),
    target_groups=(group(("10.20.0.9", 3306)),),
    endpoint_services=(service(principals=()),),
    endpoints=(endpoint(service_name="com.amazonaws.us-west-2.s3"),),
)


def applied(inventory: Inventory = INVENTORY, wanted: Request = BOTH) -> Desk:
    desk = Desk(Account(inventory), wanted)
    assert desk.apply().ok
    return desk


def undo(desk: Desk, *, force: bool = True) -> Plan:
    return plan_undo(desk.account.seen, ENABLEMENT, desk.story, force=force)


def change(planned: Plan, key: str) -> Change:
    return next(row for row in planned.changes if row.key == key)


@pytest.mark.parametrize("inventory", [INVENTORY, THEIRS])
def test_everything_made_here_goes_and_nothing_else(inventory: Inventory) -> None:
    desk = applied(inventory)
    planned = undo(desk)
    assert {row.action for row in planned.changes} == {"delete"}
    assert all(row.command for row in planned.changes)
    result = desk.execute(planned)
    assert result.ok, result
    assert desk.account.seen == inventory
    assert not undo(desk).changes
    assert not desk.story.made.keys() & {"load-balancer", "endpoint-service", "endpoint/1"}


def test_order() -> None:
    planned = undo(applied())
    keys = [row.key for row in planned.changes]
    for index, row in enumerate(planned.changes):
        assert set(row.needs) <= set(keys[:index])
    assert change(planned, "security-group/1").needs == ("endpoint/1",)
    assert set(change(planned, "load-balancer").needs) == {"endpoint-service", "listener/3306"}
    assert set(change(planned, "target-group/3306").needs) == {"listener/3306", "load-balancer"}


def test_from_what_was_adopted_only_the_additions_and_the_tag_are_taken() -> None:
    desk = applied(THEIRS, NAMED)
    assert {TAG: "adopted"} in [row.tags for row in desk.account.seen.load_balancers]
    planned = undo(desk)
    assert {row.key: row.action for row in planned.changes} == {
        "endpoint/1": "delete",
        "security-group/1": "delete",
        "principal": "delete",
        "endpoint-service": "change",
        "listener/3306": "delete",
        "load-balancer": "change",
        "target-group/3306": "delete",
    }
    assert change(planned, "load-balancer").spec == TagSpec("arn:lb/theirs", present=False)
    assert change(planned, "principal").spec == PrincipalSpec("vpce-svc-0their", (MAGENTO,))
    assert desk.execute(planned).ok
    assert desk.account.seen == THEIRS
    assert not undo(desk).changes


def test_a_principal_that_was_there_before_stays() -> None:
    there = replace(THEIRS, endpoint_services=(service(),))
    desk = applied(there, NAMED)
    assert "principal" not in {row.key for row in undo(desk).changes}
    assert desk.execute(undo(desk)).ok
    assert desk.account.seen == there


def connection(desk: Desk, state: str = "available") -> Connection:
    return Connection(desk.account.seen.endpoint_services[0].id, "vpce-0magento", "402592597372", state)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["pending-acceptance", "available"])
def test_a_live_connection_of_magento_is_not_cut_unless_forced(state: str) -> None:
    desk = applied(wanted=request(DATABASE))
    desk.account.seen = replace(desk.account.seen, endpoints=(), connections=(connection(desk, state),))
    (found,) = blocking(undo(desk, force=False))
    assert found.code == "connection-live"
    assert "vpce-0magento" in found.message
    planned = undo(desk)
    assert not blocking(planned)
    assert "reject-vpc-endpoint-connections" in change(planned, "endpoint-service").command
    assert desk.execute(planned).ok
    assert not desk.account.seen.endpoint_services
    assert desk.account.calls.index("reject vpce-0magento") < desk.account.calls.index(
        "delete endpoint-service"
    )


@pytest.mark.parametrize(("state", "stops"), [("available", True), ("pending", True), ("rejected", False)])
def test_a_live_endpoint_to_magento_is_not_deleted_unless_forced(state: str, stops: bool) -> None:
    desk = applied(wanted=request(WEB))
    (row,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, state=state),))
    assert [found.code for found in blocking(undo(desk, force=False))] == ["endpoint-live"] * stops
    assert not blocking(undo(desk))


def test_a_load_balancer_that_somebody_else_uses_too_blocks() -> None:
    desk = applied()
    other = service(load_balancer_ids=(desk.account.seen.load_balancers[0].id,))
    desk.account.seen = replace(
        desk.account.seen, endpoint_services=(*desk.account.seen.endpoint_services, other)
    )
    assert [row.code for row in blocking(undo(desk))] == ["load-balancer-shared"]


def test_what_another_enablement_adopted_is_undone_there_first() -> None:
    desk = applied()
    tagged = [
        replace(row, tags={**row.tags, tag_key("pl-second"): ADOPTED})
        for row in desk.account.seen.load_balancers
    ]
    desk.account.seen = replace(desk.account.seen, load_balancers=tuple(tagged))
    (stops,) = blocking(undo(desk))
    assert stops.code == "used-by-another-enablement"
    assert "privatelink undo pl-second" in stops.remedy
    assert change(undo(desk), "load-balancer").action == "delete", "the plan still shows what would go"


def test_a_tag_alone_is_no_leave_to_delete() -> None:
    copied = replace(INVENTORY, load_balancers=(balancer(tags={TAG: "load-balancer"}),))
    desk = Desk(Account(copied), BOTH)
    planned = undo(desk)
    assert not planned.changes
    assert "arn:lb/theirs" in planned.notes[0]


def test_what_the_journal_has_as_adopted_is_not_deleted_whatever_its_tag_says() -> None:
    desk = Desk(Account(replace(INVENTORY, endpoints=(endpoint(),))), request(WEB))
    assert desk.apply().ok
    (row,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, tags={TAG: "endpoint/1"}),))
    assert not undo(desk).changes


def test_the_journal_alone_is_no_leave_to_delete() -> None:
    desk = applied()
    (row,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, tags={}),))
    assert "endpoint/1" not in {row.key for row in undo(desk).changes}


def test_what_a_lost_call_made_is_removed_too() -> None:
    desk = applied()
    desk.events = [
        row for row in desk.events if not (isinstance(row, e.ChangeDone) and row.key == "load-balancer")
    ]
    assert "load-balancer" in desk.story.in_doubt
    assert change(undo(desk), "load-balancer").action == "delete"


def test_a_gap_is_told() -> None:
    desk = applied()
    desk.account.seen = replace(desk.account.seen, gaps=(Gap("listeners", "access-denied", "no"),))
    assert [row.code for row in undo(desk).problems] == ["inventory-gap"]


@pytest.mark.parametrize("moment", ["before", "after", "record"])
def test_killed_at_any_point_a_second_undo_finishes(moment: str) -> None:
    for point in range(30):
        desk = applied(THEIRS, NAMED)
        base = len(desk.events) if moment == "record" else len(desk.account.calls)

        def die(number: int, name: str = "", point: int = base + point) -> None:
            if number == point:
                raise Killed

        if moment == "record":
            desk.on_record = die
        else:
            setattr(desk.account, moment, die)
        try:
            desk.execute(undo(desk), workers=1)
        except Killed:
            desk.on_record = lambda number: None
            desk.account.before = desk.account.after = lambda number, name: None
            assert desk.execute(undo(desk)).ok
        assert desk.account.seen == THEIRS, (moment, point)


def test_undone_and_applied_again() -> None:
    desk = applied()
    assert desk.execute(undo(desk)).ok
    assert desk.apply().ok
    assert len(desk.account.seen.endpoints) == 1
    assert len(desk.account.seen.load_balancers) == 1

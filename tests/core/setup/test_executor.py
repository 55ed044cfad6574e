"""The executor against an account in memory: order, retries, cancelling, and being killed anywhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.cloud import CloudError
from core.journal import events as e
from core.network.model import Gap, Observation
from core.request.model import Request
from core.setup.attempt import attempt
from core.setup.change import Outcome
from core.setup.executor import ExecutorEvent
from core.setup.plan import Plan, complete, pending
from tests.core.setup.account import (
    DATABASE,
    ENABLEMENT,
    INVENTORY,
    NOW,
    SECURE,
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
from tests.core.setup.clouds import AWS, Cloud, on_each_cloud

UNIDIRECTIONAL = request(WEB, SECURE)
BIDIRECTIONAL = request(WEB, DATABASE)


def lost(code: str) -> CloudError:
    return CloudError(code, "the answer was lost", "try again")  # type: ignore[arg-type]


def shape(account: Account) -> dict[str, int]:
    seen = account.seen
    return {
        "load balancers": len(seen.load_balancers),
        "listeners": len(seen.listeners),
        "target groups": len(seen.target_groups),
        "targets": sum(len(row.targets) for row in seen.target_groups),
        "services": len(seen.endpoint_services),
        "principals": sum(len(row.principals or ()) for row in seen.endpoint_services),
        "groups": len(seen.security_groups),
        "rules": sum(len(row.rules) for row in seen.security_groups),
        "endpoints": len(seen.endpoints),
    }


@pytest.mark.parametrize("wanted", [UNIDIRECTIONAL, BIDIRECTIONAL])
def test_every_call_has_its_intent_before_it_and_its_outcome_after_it(wanted: Request) -> None:
    desk = Desk(Account(), wanted)
    journaled: list[tuple[str, set[str]]] = []
    desk.account.before = lambda number, name: journaled.append(
        (name, {row.key for row in desk.events if isinstance(row, e.ChangeIntended)})
    )
    planned = desk.plan()
    result = desk.execute(planned)
    assert result.ok
    assert set(result.done) == {row.key for row in pending(planned)}
    for name, intended in journaled:
        if name != "observe":
            assert name.split()[1] in intended
    done = {row.key: row.id for row in desk.events if isinstance(row, e.ChangeDone)}
    assert done == result.done
    assert not desk.story.in_doubt
    assert all(made.own for made in desk.story.made.values())


def test_adopting_makes_no_call_and_is_journaled_once() -> None:
    inventory = replace(
        INVENTORY,
        load_balancers=(balancer(),),
        listeners=(listener(),),
        target_groups=(group(("10.20.0.4", 3306), ("i-0b", 3306)),),
        endpoint_services=(service(),),
        endpoints=(endpoint(),),
    )
    desk = Desk(Account(inventory), BIDIRECTIONAL)
    assert desk.apply().ok
    assert desk.account.calls == []
    assert {row.key for row in desk.events if isinstance(row, e.ChangeDone)} == set(desk.story.made)
    assert not any(made.own for made in desk.story.made.values())
    before = len(desk.events)
    assert desk.apply().ok
    assert len(desk.events) == before


def test_a_blocked_plan_is_not_made() -> None:
    desk = Desk(Account(), replace(BIDIRECTIONAL, network="vpc-none"))
    with pytest.raises(ValueError, match="network-not-found"):
        desk.apply()
    assert desk.account.calls == []


@on_each_cloud
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("moment", ["before", "after", "record"])
@pytest.mark.parametrize("workers", [1, 8])
def test_killed_at_any_point_a_rerun_ends_with_exactly_one_of_each(
    cloud: Cloud, both: bool, moment: str, workers: int
) -> None:
    one_way = UNIDIRECTIONAL if cloud is AWS else cloud.request(cloud.web)
    wanted = cloud.both if both else one_way
    whole = cloud.desk(cloud.inventory, wanted)
    first = len(whole.events) if moment == "record" else 0
    assert whole.apply().ok
    expected = shape(whole.account)
    points = len(whole.events) if moment == "record" else len(whole.account.calls)
    assert points > first
    for point in range(first, points):
        desk = cloud.desk(cloud.inventory, wanted)

        def die(number: int, name: str = "", point: int = point) -> None:
            if number == point:
                raise Killed

        if moment == "record":
            desk.on_record = die
        else:
            setattr(desk.account, moment, die)
        with pytest.raises(Killed):
            desk.apply(workers=workers)
        desk.on_record = lambda number: None
        desk.account.before = desk.account.after = lambda number, name: None
        assert desk.apply(workers=workers).ok
        assert shape(desk.account) == expected, (moment, point)
        assert complete(desk.plan())
        assert not desk.story.in_doubt
        assert desk.account.made == whole.account.made


@pytest.mark.parametrize("point", range(12))
def test_killed_with_an_old_inventory_a_rerun_finds_what_the_lost_call_made(point: int) -> None:
    """The inventory may lag behind; then the tag and the token keep a second one from being made."""
    desk = Desk(Account(), BIDIRECTIONAL)
    planned = desk.plan()

    def die(number: int, name: str) -> None:
        if number == point:
            raise Killed

    desk.account.after = die
    try:
        desk.execute(planned, workers=1)
    except Killed:
        desk.account.after = lambda number, name: None
        doubtful = set(desk.story.in_doubt)
        left = Plan(tuple(row for row in planned.changes if row.key not in desk.story.made))
        assert desk.execute(left, workers=1).ok
        creators = {row.key for row in planned.changes if row.action == "create"}
        for key in doubtful & creators:
            assert f"find {key}" in desk.account.calls
    assert complete(desk.plan())
    assert desk.account.made == 6


def test_what_was_made_a_moment_ago_is_not_made_again_because_the_cloud_does_not_show_it() -> None:
    desk = Desk(Account(), BIDIRECTIONAL)
    before = desk.plan()
    assert desk.execute(before).ok
    made = dict(desk.account.__dict__)["made"]
    assert desk.execute(before, recent=set(desk.story.made)).ok
    assert desk.account.made == made
    assert complete(desk.plan())


def test_what_a_lost_call_made_is_journaled_though_a_later_call_was_refused() -> None:
    """A late look showed the later run nothing, and its call was refused; the run after that sees what stands."""
    desk = Desk(Account(INVENTORY), BIDIRECTIONAL)

    def end(number: int, name: str) -> None:
        if name == "create endpoint-service":
            raise Killed

    desk.account.after = end
    with pytest.raises(Killed):
        desk.apply(workers=1)
    desk.record(desk.story.in_doubt["endpoint-service"])
    desk.record(
        e.ChangeFailed(
            at=NOW,
            key="endpoint-service",
            action="create",
            kind="endpoint-service",
            code="invalid",
            message="words",
            remedy="remedy",
        )
    )
    assert "endpoint-service" not in desk.story.in_doubt
    desk.account.after = lambda number, name: None
    assert desk.apply().ok
    assert desk.story.made["endpoint-service"].own
    assert len(desk.account.seen.endpoint_services) == 1


def test_a_creation_that_may_not_be_looked_for_stays_in_doubt() -> None:
    desk = Desk(Account(), UNIDIRECTIONAL)

    def die(number: int, name: str) -> None:
        raise Killed

    desk.account.after = die
    with pytest.raises(Killed):
        desk.apply(workers=1)
    desk.account.after = lambda number, name: None

    def forbid(number: int, name: str) -> None:
        if name.startswith("find"):
            raise lost("access-denied")

    desk.account.before = forbid
    planned = Desk(Account(), UNIDIRECTIONAL).plan()
    assert desk.execute(planned).failed["security-group/1"].code == "access-denied"
    assert "security-group/1" in desk.story.in_doubt
    assert desk.account.made == 1


def test_wall_time_is_the_longest_chain() -> None:
    delay = 0.03
    for _ in range(8):
        account = Account(delay=delay)
        desk = Desk(account, request(WEB, SECURE, DATABASE, replace(DATABASE, name="more", port=5432)))
        planned = desk.plan()
        begin = time.perf_counter()
        assert desk.execute(planned).ok
        spent = time.perf_counter() - begin
        assert len(account.calls) == len(pending(planned)) + 2
        assert account.calls.count("observe") == 2
        # Load balancer, two looks whether it is active, endpoint service, principal. A busy machine only adds
        # to that: once in several runs is proof.
        if spent < 5 * delay * 1.3:
            return
    raise AssertionError(f"{spent:.3f} s")


def test_an_active_load_balancer_is_not_looked_at() -> None:
    desk = Desk(Account(provisioning=0), BIDIRECTIONAL)
    assert desk.apply().ok
    assert "observe" not in desk.account.calls


def test_waiting_for_the_load_balancer_is_told_and_gets_slower() -> None:
    desk = Desk(Account(provisioning=9), BIDIRECTIONAL)
    told: list[ExecutorEvent] = []
    threads: set[int] = set()

    def on_event(event: ExecutorEvent) -> None:
        told.append(event)
        threads.add(threading.get_ident())

    assert desk.apply(on_event=on_event).ok
    waits = [row for row in told if row.state == "waiting"]
    assert len(waits) == 9
    assert {row.key for row in waits} == {"endpoint-service"}
    assert "provisioning" in waits[0].text
    assert threads == {threading.get_ident()}
    assert sum(desk.pauses) > 9 * 0.5
    assert told[-1].done == told[-1].total


def test_a_load_balancer_still_provisioning_is_waited_for_by_a_later_run_too() -> None:
    desk = Desk(Account(provisioning=3), BIDIRECTIONAL)
    cancelled = desk.apply(pause=lambda seconds: seconds > 0)
    assert cancelled.cancelled
    assert "endpoint-service" in cancelled.skipped
    assert "listener/3306" in desk.story.made or "listener/3306" in cancelled.skipped
    assert desk.apply().ok
    assert complete(desk.plan())


def test_a_failed_load_balancer_fails_the_service_only() -> None:
    desk = Desk(Account(), BIDIRECTIONAL)
    desk.account._observe = lambda watch: Observation(  # type: ignore[method-assign]
        NOW, load_balancers=tuple(replace(row, state="failed") for row in desk.account.seen.load_balancers)
    )
    result = desk.apply()
    assert set(result.failed) == {"endpoint-service"}
    assert set(result.skipped) == {"principal"}
    assert result.failed["endpoint-service"].remedy
    assert {"listener/3306", "endpoint/1"} <= set(result.done)


def test_a_load_balancer_that_may_not_be_looked_at_fails_with_the_permission() -> None:
    desk = Desk(Account(), BIDIRECTIONAL)
    desk.account._observe = lambda watch: Observation(  # type: ignore[method-assign]
        NOW,
        gaps=(Gap("load balancers", "access-denied", "no", "elasticloadbalancing:DescribeLoadBalancers"),),
    )
    failure = desk.apply().failed["endpoint-service"]
    assert failure.code == "access-denied"
    assert "DescribeLoadBalancers" in failure.remedy


def test_a_load_balancer_that_went_away_is_told() -> None:
    desk = Desk(Account(), BIDIRECTIONAL)
    desk.account._observe = lambda watch: Observation(NOW)  # type: ignore[method-assign]
    assert desk.apply().failed["endpoint-service"].code == "not-found"


@pytest.mark.parametrize("code", ["throttled", "unreachable", "unavailable"])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_call_that_may_work_next_time_is_made_again_without_doubling(code: str, moment: str) -> None:
    desk = Desk(Account(), BIDIRECTIONAL)
    met: dict[str, int] = {}
    guard = threading.Lock()

    def fail(number: int, name: str) -> None:
        with guard:
            met[name] = met.get(name, 0) + 1
            first = met[name] == 1
        if first and name.startswith(("create", "find")):
            raise lost(code)

    setattr(desk.account, moment, fail)
    assert desk.apply().ok
    assert desk.account.made == 6
    assert complete(desk.plan())
    assert any(name.startswith("find") for name in desk.account.calls)


def test_retries_end_and_only_dependants_are_skipped() -> None:
    desk = Desk(Account(), BIDIRECTIONAL)

    def fail(number: int, name: str) -> None:
        if name.endswith("target-group/3306"):
            raise lost("unavailable")

    desk.account.before = fail
    result = desk.apply()
    assert set(result.failed) == {"target-group/3306"}
    assert set(result.skipped) == {"targets/3306", "listener/3306"}
    assert "target-group/3306" in result.skipped["listener/3306"]
    assert {"load-balancer", "endpoint-service", "principal", "endpoint/1"} <= set(result.done)
    assert not result.ok
    assert desk.story.failed["target-group/3306"].code == "unavailable"
    desk.account.before = lambda number, name: None
    assert desk.apply().ok
    assert complete(desk.plan())


@pytest.mark.parametrize(("after", "waits"), [(0, 0.5), (0.1, 0.5), (30, 30), (121, None)])
def test_a_cloud_that_says_how_long_is_left_alone_as_long_and_not_for_ever(
    after: float, waits: float | None
) -> None:
    desk = Desk(Account(), UNIDIRECTIONAL)

    def fail(number: int, name: str) -> None:
        if number == 0:
            raise CloudError("throttled", "slow down", "wait", after=after)

    desk.account.before = fail
    assert desk.apply(workers=1).ok is (waits is not None)
    assert sum(desk.pauses) == (waits or 0)


@pytest.mark.parametrize("code", ["access-denied", "quota-exceeded", "invalid"])
def test_an_answer_that_stays_is_not_asked_for_again(code: str) -> None:
    desk = Desk(Account(), UNIDIRECTIONAL)

    def fail(number: int, name: str) -> None:
        raise lost(code)

    desk.account.before = fail
    assert set(desk.apply().failed) == {"security-group/1"}
    assert len(desk.account.calls) == 1


def test_an_unforeseen_error_is_a_failure_with_its_cause() -> None:
    desk = Desk(Account(), UNIDIRECTIONAL)

    def fail(number: int, name: str) -> None:
        raise KeyError("surprise")

    desk.account.before = fail
    failure = desk.apply().failed["security-group/1"]
    assert failure.code == "unexpected"
    assert failure.remedy
    assert isinstance(failure.__cause__, KeyError)


class Broken(Exception):
    pass


@pytest.mark.parametrize("point", range(14))
def test_a_journal_that_fails_stops_everything_new_and_is_raised(point: int) -> None:
    desk = Desk(Account(), BIDIRECTIONAL)
    calls: list[int] = []

    def fail(number: int) -> None:
        if number == point + 1:
            calls.append(len(desk.account.calls))
            raise Broken

    desk.on_record = fail
    with pytest.raises(Broken):
        desk.apply(workers=1)
    # At most the calls that were handed to a worker already, each with its intent, are still made.
    intents = sum(isinstance(row, e.ChangeIntended) for row in desk.events)
    made = [name for name in desk.account.calls if name != "observe"]
    assert len(made) <= intents
    desk.on_record = lambda number: None
    assert desk.apply().ok
    assert complete(desk.plan())


def cancel_after(calls: int, desk: Desk) -> Callable[[float], bool]:
    return lambda seconds: len(desk.account.calls) >= calls


@pytest.mark.parametrize("calls", range(1, 9))
def test_cancelling_starts_nothing_new_and_a_rerun_goes_on(calls: int) -> None:
    desk = Desk(Account(), BIDIRECTIONAL)
    result = desk.apply(pause=cancel_after(calls, desk), workers=1)
    assert result.cancelled
    assert not result.failed
    assert set(result.skipped) | set(result.done) == {row.key for row in pending(desk.plan())} | set(
        result.done
    )
    assert desk.apply().ok
    assert complete(desk.plan())


def test_a_deletion_in_doubt_whose_resource_stands_did_not_happen() -> None:
    desk = Desk(Account(), UNIDIRECTIONAL)
    assert desk.apply().ok
    made = desk.story.made["endpoint/1"]
    desk.events.append(
        e.ChangeIntended(
            at=NOW, key="endpoint/1", action="delete", kind="endpoint", name="x", token="t", id=made.id
        )
    )
    assert desk.apply().ok
    assert not desk.story.in_doubt
    assert desk.story.made["endpoint/1"].own


@pytest.mark.parametrize("state", ["rejected", "failed", "expired"])
def test_a_dead_endpoint_is_replaced(state: str) -> None:
    desk = Desk(Account(), UNIDIRECTIONAL)
    assert desk.apply().ok
    (old,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(old, state=state),))
    assert desk.apply().ok
    (new,) = desk.account.seen.endpoints
    assert new.id != old.id
    assert desk.story.made["endpoint/1"].id == new.id
    assert complete(desk.plan())


def test_a_second_try_of_a_call_in_doubt_has_the_first_ones_token() -> None:
    desk = Desk(Account(), UNIDIRECTIONAL)

    def die(number: int, name: str) -> None:
        if name == "create endpoint/1":
            raise Killed

    desk.account.before = die
    with pytest.raises(Killed):
        desk.apply()
    desk.account.before = lambda number, name: None
    assert desk.apply().ok
    tokens = [
        row.token for row in desk.events if isinstance(row, e.ChangeIntended) and row.key == "endpoint/1"
    ]
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
    assert set(desk.account.tokens) == set(tokens)


@pytest.mark.timeout(20)
def test_a_run_that_cannot_go_on_does_not_sit_out_its_waits() -> None:
    """The load balancer would never be active; the journal's failure ends the wait for it all the same."""
    desk = Desk(Account(provisioning=10**9), BIDIRECTIONAL)

    def pause(seconds: float) -> bool:
        time.sleep(0.001)
        return False

    def fail(number: int) -> None:
        if len(desk.account.calls) > 30:
            raise Broken

    def on_event(event: ExecutorEvent) -> None:
        if len(desk.account.calls) > 30:
            raise Broken

    desk.on_record = fail
    with pytest.raises(Broken):
        desk.apply(pause=pause, on_event=on_event)


def test_what_the_plan_deletes_does_not_count_as_found() -> None:
    """A tag may still show on a resource whose deletion is under way."""
    account = Account()
    planned = Desk(account, UNIDIRECTIONAL).plan()
    create = next(row for row in planned.changes if row.key == "security-group/1")
    account._find = lambda change, enablement: Outcome("sg-old")  # type: ignore[method-assign]

    def outcome(gone: frozenset[str]) -> Outcome:
        return attempt(
            account,  # type: ignore[arg-type]
            create,
            ENABLEMENT,
            "token",
            doubtful=True,
            gone=gone,
            rest=lambda seconds: False,
            tell=lambda text: None,
        )

    assert outcome(frozenset()).id == "sg-old"
    assert outcome(frozenset({"sg-old"})).id != "sg-old"

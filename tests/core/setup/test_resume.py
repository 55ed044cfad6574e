"""Long-running operations that outlive the program: journaled once taken, and waited for by the next run."""

from __future__ import annotations

from core.cloud import OnOperation
from core.journal import events as e
from core.setup import change as c
from tests.core.setup.account import DATABASE, ENABLEMENT, INVENTORY, WEB, Account, Desk, request

WANTED = request(WEB, DATABASE)
KEY = "load-balancer"


class Resuming(Account):
    """The account in memory, whose changes are operations that have a token."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self.carried: list[tuple[str, str, str | None, bool]] = []

    def carry_out(
        self,
        change: c.Change,
        enablement: str,
        token: str,
        continuation: str | None,
        on_operation: OnOperation,
    ) -> c.Outcome:
        assert enablement == ENABLEMENT
        self.carried.append((change.key, change.action, continuation, change.spec is None))
        if change.spec is None:
            return c.Outcome(change.id or "", "active")
        on_operation(f"operation of {change.key}")
        return self.apply(change, enablement, token)


def intents(desk: Desk, key: str) -> list[tuple[str, str | None]]:
    rows = (one for one in desk.events if isinstance(one, e.ChangeIntended) and one.key == key)
    return [(one.token, one.continuation) for one in rows]


def until_operation(desk: Desk) -> list[e.Event]:
    """The events up to the first journaled operation of the load balancer: what a kill there leaves."""
    for number, one in enumerate(desk.events):
        if isinstance(one, e.ChangeIntended) and one.key == KEY and one.continuation:
            return desk.events[: number + 1]
    raise AssertionError("no operation was journaled")


def test_an_operation_is_in_the_journal_as_soon_as_the_cloud_has_taken_it() -> None:
    desk = Desk(Resuming(INVENTORY), WANTED)
    assert desk.apply().ok
    before, after = intents(desk, KEY)
    assert (before[1], after[1]) == (None, f"operation of {KEY}")
    assert before[0] == after[0], "it is the same intent"
    assert KEY not in desk.story.in_doubt


def test_what_stands_and_is_still_being_made_is_waited_for() -> None:
    first = Desk(Resuming(INVENTORY), WANTED)
    first.apply()
    account = Resuming(first.account.seen)
    desk = Desk(account, WANTED)
    desk.events = until_operation(first)
    assert desk.story.in_doubt[KEY].continuation == f"operation of {KEY}"
    assert desk.apply().ok
    assert [one for one in account.carried if one[0] == KEY] == [
        (KEY, "create", f"operation of {KEY}", True)
    ], "nothing is begun anew"
    assert desk.story.made[KEY].own
    assert desk.story.in_doubt == {}


def test_what_is_not_to_be_seen_yet_is_asked_for_by_its_operation() -> None:
    first = Desk(Resuming(INVENTORY), WANTED)
    first.apply()
    account = Resuming(INVENTORY)
    desk = Desk(account, WANTED)
    desk.events = until_operation(first)
    assert desk.apply().ok
    assert (KEY, "create", f"operation of {KEY}", False) in account.carried
    told = intents(desk, KEY)
    assert len({token for token, _ in told}) == 1
    assert told[2][1] == f"operation of {KEY}", "a second kill before the answer loses nothing"

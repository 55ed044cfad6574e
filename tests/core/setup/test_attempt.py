"""What a lost call may have made is looked for until a cloud that shows it late would show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from core.cloud import CloudError, ErrorCode
from core.setup.attempt import SETTLING, Cancelled, InDoubt, attempt
from core.setup.change import Change, Outcome

ENDPOINT = Change("endpoint/1", "create", "endpoint", "endpoint")
INGRESS = Change("ingress/1", "create", "ingress", "rules")
SETTING = Change("subnet-policy", "change", "subnet-policy", "policies", id="subnet-1")
MADE = Outcome("vpce-1")


def error(code: ErrorCode) -> CloudError:
    return CloudError(code, "words", "remedy")


@dataclass
class Slow:
    """A cloud of one resource. ``blind``: so many looks do not show it yet. ``answers``: the errors of calls and
    of looks, in turn; None for none.
    """

    there: bool = False
    blind: int = 0
    calls: list[CloudError | None] = field(default_factory=list)
    looks: list[CloudError | None] = field(default_factory=list)
    made: int = 0
    seen: int = 0
    rested: list[float] = field(default_factory=list)

    def apply(self, change: Change, enablement: str, token: str) -> Outcome:
        told = self.calls.pop(0) if self.calls else None
        if told is None or told.code == "unavailable":
            self.made += 1
            self.there = True
        if told is not None:
            raise told
        return MADE

    def find(self, change: Change, enablement: str) -> Outcome | None:
        self.seen += 1
        told = self.looks.pop(0) if self.looks else None
        if told is not None:
            raise told
        return MADE if self.there and self.seen > self.blind else None

    def rest(self, seconds: float) -> bool:
        self.rested.append(seconds)
        return False

    def attempt(
        self, change: Change = ENDPOINT, *, doubtful: bool, rest: Callable[[float], bool] | None = None
    ) -> Outcome:
        return attempt(
            self,  # type: ignore[arg-type]
            change,
            "pl-1",
            "token",
            doubtful=doubtful,
            gone=frozenset(),
            rest=rest or self.rest,
            tell=lambda text: None,
        )


@pytest.mark.parametrize("blind", [0, 1, len(SETTLING)])
def test_it_is_found_however_late_it_shows(blind: int) -> None:
    slow = Slow(there=True, blind=blind)
    assert slow.attempt(doubtful=True) == MADE
    assert (slow.made, slow.rested) == (0, list(SETTLING[:blind]))


@pytest.mark.parametrize("blind", [0, len(SETTLING)])
def test_a_call_that_was_lost_here_is_looked_for_as_long(blind: int) -> None:
    slow = Slow(blind=blind, calls=[error("unavailable")])
    assert slow.attempt(doubtful=False) == MADE
    assert slow.made == 1


def test_what_was_never_made_is_made_once() -> None:
    slow = Slow()
    assert slow.attempt(doubtful=True) == MADE
    assert (slow.made, slow.seen, slow.rested) == (1, len(SETTLING) + 1, list(SETTLING))


def test_a_setting_is_made_again_at_once() -> None:
    """It can be made twice: there is nothing to wait for."""
    slow = Slow()
    assert slow.attempt(INGRESS, doubtful=True) == MADE
    assert (slow.made, slow.rested) == (1, [])


def test_what_is_there_by_its_name_may_be_ours_and_not_shown_yet() -> None:
    slow = Slow(there=True, blind=3, calls=[error("already-exists")])
    assert slow.attempt(doubtful=False) == MADE
    assert slow.made == 0


def test_somebody_elses_of_the_same_name_is_told() -> None:
    slow = Slow(calls=[error("already-exists"), error("already-exists")])
    with pytest.raises(CloudError) as told:
        slow.attempt(doubtful=False)
    assert told.value.code == "already-exists"
    assert slow.made == 0


def test_where_it_may_not_be_looked_for_it_stays_in_doubt_and_is_not_made_again() -> None:
    slow = Slow(there=True, looks=[error("access-denied")])
    with pytest.raises(InDoubt) as told:
        slow.attempt(doubtful=True)
    assert told.value.error.code == "access-denied"
    assert slow.made == 0


def test_a_refusal_after_looking_is_no_doubt() -> None:
    slow = Slow(calls=[error("access-denied")])
    with pytest.raises(CloudError):
        slow.attempt(doubtful=True)


@pytest.mark.parametrize(("doubtful", "told"), [(True, InDoubt), (False, CloudError)])
def test_a_refused_change_of_a_setting_stays_in_doubt_where_an_earlier_one_was_lost(
    doubtful: bool, told: type[Exception]
) -> None:
    """No look of ours shows whether that one took effect."""
    with pytest.raises(told):
        Slow(calls=[error("access-denied")]).attempt(SETTING, doubtful=doubtful)


def test_after_a_refusal_one_look_is_enough() -> None:
    slow = Slow(calls=[error("throttled")])
    assert slow.attempt(doubtful=False) == MADE
    assert (slow.made, slow.seen, slow.rested) == (1, 1, [0.5])


def test_it_ends_while_looking() -> None:
    with pytest.raises(Cancelled):
        Slow().attempt(doubtful=True, rest=lambda seconds: True)

"""The virtual clock: stands, runs, leaps, and never goes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.walkthrough.clock import RUNNING, VirtualClock

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Ticks:
    """Real seconds, by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_five_business_days_in_a_minute() -> None:
    ticks = Ticks()
    clock = VirtualClock(START, ticks)
    ticks.now += 30
    assert clock() == START
    clock.run(RUNNING)
    ticks.now += 60
    assert clock() == START + timedelta(days=7)
    clock.run(0.0)
    ticks.now += 60
    clock.leap(timedelta(hours=1))
    assert clock() == START + timedelta(days=7, hours=1)


MOVES = st.lists(
    st.tuples(st.sampled_from(["run", "leap", "wait"]), st.integers(-10_000, 10_000)), max_size=20
)


@given(MOVES)
def test_it_never_goes_back(moves: list[tuple[str, int]]) -> None:
    ticks = Ticks()
    clock = VirtualClock(START, ticks)
    seen = [clock()]
    for what, by in moves:
        if what == "run":
            clock.run(abs(by))
        elif what == "leap":
            clock.leap(timedelta(seconds=by))
        else:
            ticks.now += abs(by)
        seen.append(clock())
    assert seen == sorted(seen)

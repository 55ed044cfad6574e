"""How long to wait until the next look."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workflow.model import Turn
from core.workflow.pace import DEFAULT, JITTER, Limits, backoff, next_look

MIDDLE = 0.5  # no jitter
turns = st.sampled_from(get_args(Turn))
shares = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("quiet", "turn", "seconds"),
    [
        (0, "magento", 1.5),
        (10, "nobody", 1.5),
        (100, "nobody", 10),
        (3_600, "nobody", 60),
        (3_600, "customer", 60),
        (600, "magento", 60),
        (86_400, "magento", 300),
        (86_400, "cta", 300),
        (-5, "magento", 1.5),
    ],
)
def test_quick_after_a_change_and_slow_when_nothing_moves(quiet: float, turn: Turn, seconds: float) -> None:
    assert next_look(timedelta(seconds=quiet), turn, MIDDLE) == pytest.approx(seconds)


@given(st.timedeltas(timedelta(days=-1), timedelta(days=4000)), turns, shares, st.floats(0.01, 1))
def test_it_stays_within_its_bounds(quiet: timedelta, turn: Turn, random: float, scale: float) -> None:
    wait = next_look(quiet, turn, random, scale=scale)
    assert wait > 0
    quickest, slowest = DEFAULT.bounds(turn)
    assert quickest * scale * (1 - JITTER) <= wait <= slowest * scale * (1 + JITTER)


@pytest.mark.parametrize(
    ("quiet", "turn", "seconds"), [(0, "cta", 20), (86_400, "nobody", 30), (86_400, "cta", 600)]
)
def test_the_limits_can_be_others(quiet: float, turn: Turn, seconds: float) -> None:
    limits = Limits(quickest=20, slowest=30, slowest_for_others=600)
    assert next_look(timedelta(seconds=quiet), turn, MIDDLE, limits=limits) == pytest.approx(seconds)


def test_the_slowest_is_never_quicker_than_the_quickest() -> None:
    assert Limits(quickest=60, slowest=5).bounds("nobody") == (60, 60)


def test_two_watchers_are_not_in_step() -> None:
    quiet = timedelta(hours=1)
    waits = {next_look(quiet, "magento", share / 10) for share in range(10)}
    assert len(waits) == 10
    assert min(waits) == pytest.approx(240)


@given(st.floats(0, 10_000), shares, turns)
def test_what_the_cloud_asked_for_is_kept(asked: float, random: float, turn: Turn) -> None:
    assert next_look(timedelta(0), turn, random, retry_after=asked) >= asked


def test_backing_off_grows_up_to_a_bound() -> None:
    assert [backoff(failures) for failures in (-1, 0, 1, 2, 3, 50)] == [1, 1, 2, 4, 8, 300]

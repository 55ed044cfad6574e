"""Much to watch for a long time: work that grows with what there is, and memory that does not grow with time."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.load import KEPT, Hour, held, watched
from core.request.offer import Offer
from core.workflow.facts import news
from core.workflow.timeline import timeline
from tests.growth import assert_linear

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_eight_times_as_many_watched_resources_take_eight_times_as_long() -> None:
    def look(count: int) -> None:
        story, observation, watch = watched(count)
        assert len(news(story, observation, watch)) == 1, "one moved"
        line = timeline(story, observation, NOW, Offer(), watch)
        assert len(line.resources) == count
        assert [step.state for step in line.steps if step.number in ("4", "5")] == ["done", "waiting"]

    assert_linear(look, 1_000)


@pytest.mark.slow
def test_an_hour_of_looks_takes_no_more_memory_than_its_first_minutes(tmp_path: Path) -> None:
    """The clock is virtual: an hour of waiting, in which something moves every five minutes."""
    hour = Hour(tmp_path, resources=3)
    sizes: dict[timedelta, int] = {}

    def weigh(passed: timedelta) -> None:
        sizes[passed] = held()

    tracemalloc.start()
    try:
        looks, events = hour.run(weigh)
    finally:
        tracemalloc.stop()
    assert looks > 100
    assert len(sizes) == 12, "weighed every five minutes"
    first, last = sizes[timedelta(minutes=10)], sizes[timedelta(minutes=60)]
    # What moved stays in the journal: an event each time, and nothing for the looks that saw nothing.
    assert events == 12
    assert last - first < events * KEPT, sizes

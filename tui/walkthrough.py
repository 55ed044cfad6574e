"""A walkthrough from its beginning: the scenario, the sandbox, the clock and the session that it is played on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from core.request.model import Draft, DraftCloud, DraftConnection, Platform
from core.request.offer import Offer
from core.walkthrough.clock import PaceName, VirtualClock
from core.walkthrough.scenario import Scenario
from providers.worker import Worker
from tui.session import Session
from tui.walk import Kept, Walk

TICK = 0.02
"""Real seconds between looks at whether the walkthrough can go on."""


def clock_of(scenario: Scenario, pace: PaceName) -> VirtualClock:
    """The clock, at the scenario's beginning in the person's time zone. Only at pace live it runs by itself."""
    start = scenario.begins.astimezone()
    clock = VirtualClock(start, time.monotonic if pace == "live" else _standing)
    if pace == "live":
        clock.run(1.0)
    return clock


def _standing() -> float:
    return 0.0


def practice_of(scenario: Scenario, cloud: Platform) -> Draft:
    """What stands in the fields at the beginning."""
    return Draft(cloud=DraftCloud(platform=cloud), connection=DraftConnection(type=scenario.type))


@contextmanager
def session(
    home: Path, worker: Worker, clock: Callable[[], datetime], draft: Draft, changed: Callable[[], None]
) -> Iterator[Session]:
    """A session without a screen: its work goes on in threads, and is over when this is left."""
    threads: list[threading.Thread] = []

    def start(name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        threads.append(thread)
        thread.start()

    one = Session(
        home=home, offer=Offer(), clock=clock, start=start, changed=changed, rehearsal=worker, draft=draft
    )
    try:
        yield one
    finally:
        one.close()
        for thread in threads:
            thread.join()


def play(
    scenario: Scenario,
    cloud: Platform,
    pace: PaceName,
    worker: Worker,
    home: Path,
    told: Callable[[Walk], None],
    kept: Callable[[Kept], None] = lambda _kept: None,
) -> Walk:
    """Play a scenario to its end without a screen. ``told`` is called whenever checkpoint or phase changed."""
    clock = clock_of(scenario, pace)
    news = threading.Event()
    with session(home, worker, clock, practice_of(scenario, cloud), news.set) as one:
        walk = Walk(scenario, one, clock, pace, time.monotonic, kept)
        told(walk)
        while not walk.ended:
            if walk.phase in ("to-do", "over"):
                walk.forward()
                told(walk)
                continue
            if walk.tick():
                told(walk)
                continue
            news.wait(TICK)
            news.clear()
        return walk

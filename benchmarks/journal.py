"""Opening a long journal, and appending durably."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Figure, median, ms
from core.journal import events as e
from core.journal import store
from core.request.model import Draft
from core.request.offer import Offer
from core.workflow.enablement import Enablement

EVENTS = 10_000
ROUNDS = 9
EXTRA_SECONDS = 0.1
"""What ten thousand events may add to opening a journal and telling where it stands."""


def _now() -> datetime:
    return datetime.now(UTC)


def _event(number: int) -> e.Event:
    """What a long wait is made of: looks that saw something change."""
    look, endpoint = divmod(number, 50)
    state = "available" if look % 2 else "pending"
    fact = e.Fact(kind="connection", id=f"vpce-{endpoint:017x}", state=state, detail="222233334444")
    return e.Observed(at=_now(), facts=(fact,))


def _begin(home: Path, events: int) -> tuple[str, float]:
    """A journal with so many events: its id, and the seconds that an append took."""
    name = store.new_id(os.urandom(16))
    with store.create(home, name, "benchmarks") as journal:
        journal.append(e.RequestSaved(at=_now(), request=Draft()))
        made = [_event(number) for number in range(events)]
        before = perf_counter()
        for event in made:
            journal.append(event)
        return name, (perf_counter() - before) / max(events, 1)


def _open(home: Path, name: str) -> float:
    before = perf_counter()
    with store.open_to_read(home, name) as journal:
        Enablement(journal, Offer(), _now).timeline()
    return perf_counter() - before


def figures() -> Iterator[Figure]:
    """A journal of ten thousand events beside an empty one, opened in turn."""
    with tempfile.TemporaryDirectory(prefix="privatelink-bench-") as folder:
        home = Path(folder)
        (empty, _), (full, append) = _begin(home, 0), _begin(home, EVENTS)
        short: list[float] = []
        long: list[float] = []
        for _ in range(ROUNDS):
            short.append(_open(home, empty))
            long.append(_open(home, full))
    extra = median(long) - median(short)
    yield Figure(
        f"journal of {EVENTS:,} events: open and first timeline",
        ms(median(long)),
        f"{ms(median(short))}: empty; {ms(EXTRA_SECONDS)} more allowed",
        (extra / EXTRA_SECONDS,),
        (1.0,),
    )
    yield Figure("journal: durable append", f"{ms(append)}, {1 / append:,.0f} a second")

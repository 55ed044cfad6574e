"""Much at once and for long: two hundred enablements at home, a thousand watched resources, an hour of looks."""

from __future__ import annotations

import gc
import random
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Figure, median, ms
from benchmarks.start import HOME, LAST, MINIMAL, TITLE, fill, painted
from core.cloud import Watch
from core.journal import events as e
from core.journal import store
from core.network.model import Endpoint, Observation, VendorService
from core.request.model import Draft, DraftCloud, DraftConnection
from core.request.offer import Offer
from core.workflow import connections
from core.workflow.enablement import Enablement
from core.workflow.facts import news
from core.workflow.pace import DEFAULT
from core.workflow.story import Story, tell
from core.workflow.timeline import timeline
from tui.watch import Watch as Looking

ENABLEMENTS = 200
RESOURCES = 1_000
ROUNDS = 7
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
EVERY = timedelta(minutes=5)
"""How often something moves in the virtual hour, and how often memory is weighed."""
KEPT = 4_000
"""Bytes that an event of the journal may take in memory; the looks that see nothing new may keep nothing."""


def _names(count: int) -> tuple[str, ...]:
    return tuple(f"com.amazonaws.vpce.us-west-2.vpce-svc-{number:017x}" for number in range(count))


def _endpoints(count: int) -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(f"vpce-{number:017x}", "", name, "vpc-1", (), (), "available", (f"{number}.vpce",))
        for number, name in enumerate(_names(count))
    )


def _begun(count: int) -> tuple[e.Event, ...]:
    """The events of an enablement with so many endpoints."""
    cloud = DraftCloud(platform="aws", account="111122223333", region="us-west-2", network="vpc-1")
    draft = Draft(cloud=cloud, connection=DraftConnection(type="unidirectional"))
    return (
        e.RequestSaved(at=BEGIN, request=draft),
        e.TicketFiled(at=BEGIN, ticket="1"),
        e.DetailsReceived(at=BEGIN, service_names=_names(count)),
        *(
            e.ChangeDone(
                at=BEGIN, key=f"endpoint/{number}", action="create", kind="endpoint", id=f"vpce-{number:017x}"
            )
            for number in range(count)
        ),
    )


def watched(count: int) -> tuple[Story, Observation, Watch]:
    """A story that saw so many endpoints, and a look that shows that one of them moved."""
    watch = Watch("vpc-1", vendor_services=_names(count))
    rows = _endpoints(count)
    story = tell(_begun(count))
    story = tell((e.Observed(at=BEGIN, facts=news(story, Observation(BEGIN, endpoints=rows), watch)),), story)
    moved = (*rows[:-1], replace(rows[-1], state="pending-acceptance"))
    return story, Observation(BEGIN, endpoints=moved), watch


class Hour:
    """The real loop of looks on a real journal, in an hour that passes as fast as it can be computed."""

    def __init__(self, home: Path, *, resources: int) -> None:
        self._journal = store.create(home, "pl-1", "benchmarks")
        for event in _begun(resources):
            self._journal.append(event)
        self._now = BEGIN
        self._rows = _endpoints(resources)
        self._one = Enablement(self._journal, Offer(), lambda: self._now)
        self._line = self._one.timeline()
        self._looking = Looking(
            lambda _name, work: work(),
            self._look,
            lambda: self._line.turn,
            lambda _due: None,
            clock=lambda: self._now,
            random=random.Random(7).random,
            limits=DEFAULT,
            rehearsal=False,
        )
        self._looking._kick = _Kick(self)  # type: ignore[assignment]  # waits in virtual time
        self._looks = 0
        self._weigh: Callable[[timedelta], None] = lambda _passed: None

    def observe(self, watch: Watch) -> Observation:
        """The cloud: one endpoint comes and goes."""
        swings = int((self._now - BEGIN) / EVERY) % 2 == 1
        last = replace(self._rows[-1], state="pending-acceptance" if swings else "available")
        visible = dict.fromkeys(watch.vendor_services, VendorService("", "", (), (), True))
        return Observation(self._now, endpoints=(*self._rows[:-1], last), vendor_services=visible)

    def _look(self) -> object:
        self._looks += 1
        connections.look(self._one, self)  # type: ignore[arg-type]  # what is used of a cloud
        self._line = self._one.timeline()
        return self._one.story.seen

    def wait(self, seconds: float) -> None:
        """Let time pass, and weigh at every full five minutes."""
        before = int((self._now - BEGIN) / EVERY)
        self._now += timedelta(seconds=seconds)
        for mark in range(before + 1, min(int((self._now - BEGIN) / EVERY), 12) + 1):
            self._weigh(mark * EVERY)
        if self._now - BEGIN >= timedelta(hours=1):
            self._looking.end()

    def run(self, weigh: Callable[[timedelta], None]) -> tuple[int, int]:
        """Look for an hour; ``weigh`` is called every five minutes. Answers how many looks there were, and how many
        events they added to the journal.
        """
        self._weigh = weigh
        before = len(self._journal.events())
        with self._journal:
            self._looking.begin()
            return self._looks, len(self._journal.events()) - before


class _Kick:
    """What the loop waits on, in virtual time."""

    def __init__(self, hour: Hour) -> None:
        self._hour = hour

    def set(self) -> None:
        pass

    def clear(self) -> None:
        pass

    def wait(self, seconds: float) -> None:
        self._hour.wait(seconds)


def _home() -> Iterator[Figure]:
    """Home with two hundred enablements: painted at once, and filled from beside the screen."""
    with tempfile.TemporaryDirectory(prefix="privatelink-bench-") as folder:
        home = Path(folder)
        fill(home, ENABLEMENTS)
        first = store.names(home)[0]
        least: list[float] = []
        ours: list[float] = []
        listed: list[float] = []
        for number in range(ROUNDS + 1):
            pair = painted(MINIMAL, "the minimal app", home=home), painted(HOME, TITLE, LAST, home=home)
            filled = painted(HOME, first, home=home)
            if number:  # the first one warms the file cache
                least.append(pair[0])
                ours.append(pair[1])
                listed.append(filled)
    yield Figure(
        f"start → home painted, {ENABLEMENTS} enablements",
        ms(median(ours)),
        f"{ms(median(least))}: the minimal app",
        (median(ours) / median(least),),
        (1.6,),
    )
    yield Figure(f"start → {ENABLEMENTS} enablements listed", ms(median(listed)))


def _look() -> Figure:
    """One look at a thousand resources: what is new, told, and where it stands then."""
    times: dict[int, list[float]] = {}
    for count in (1, RESOURCES):
        story, observation, watch = watched(count)
        for _ in range(ROUNDS):
            before = perf_counter()
            timeline(story, observation, BEGIN, Offer(), watch)
            times.setdefault(count, []).append(perf_counter() - before)
    return Figure(
        f"one look at {RESOURCES:,} watched resources: fold and timeline",
        ms(median(times[RESOURCES])),
        f"{ms(median(times[1]))}: at one",
    )


def held() -> int:
    """Bytes that are held, without Python's own stock of freed tuples, which grows to a bound of its own."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _hour() -> Figure:
    """Memory after ten minutes and after an hour of looks at a hundred resources."""
    sizes: dict[timedelta, int] = {}
    with tempfile.TemporaryDirectory(prefix="privatelink-bench-") as folder:
        hour = Hour(Path(folder), resources=100)
        tracemalloc.start()
        try:
            looks, events = hour.run(lambda passed: sizes.update({passed: held()}))
        finally:
            tracemalloc.stop()
    first, last = sizes[2 * EVERY], sizes[12 * EVERY]
    return Figure(
        "an hour of looks (virtual), 100 resources: kept",
        f"{last / 1000:.0f} kB after {looks} looks",
        f"{first / 1000:.0f} kB: after 10 minutes",
        ((last - first) / (KEPT * events),),
        (1.0,),
    )


def figures() -> Iterator[Figure]:
    """Home, one look, an hour."""
    yield from _home()
    yield _look()
    yield _hour()

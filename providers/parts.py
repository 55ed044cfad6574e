"""Reading many things side by side: a list of parts, each of which may name further parts when it is done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Protocol, TypeVar

from core.cloud import CloudError, OnProgress, Progress
from core.network.model import Gap


class Identified(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """The cloud's own."""


Kept = TypeVar("Kept", bound=Identified)

WORKERS = 24
"""Calls side by side: more gain nothing, since parsing answers holds the interpreter's lock."""


def _nothing() -> Iterable[Part]:
    return ()


PATIENCE = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds between tries where a collection of thousands of calls is refused as too many: APIs refill their
allowance by the second ("Request throttling for the Amazon EC2 API", "Throttling Resource Manager requests").
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to read: ``read`` keeps what it found and returns how many; ``then`` names what can be read
    after it. Where ``read`` raises CloudError the part becomes a gap, and ``then`` is not asked.
    """

    what: str
    read: Callable[[], int]
    then: Callable[[], Iterable[Part]] = _nothing


@dataclass(frozen=True, slots=True)
class Collected:
    """What collecting gave besides what the parts kept: how many parts were read, and what failed."""

    read: int
    gaps: tuple[Gap, ...]
    errors: tuple[CloudError, ...]


@dataclass(slots=True)
class _Pace:
    """How many parts are read at once, and from when on: fewer and later where the cloud asks for it, slowly
    more again while it does not.
    """

    delays: Sequence[float]
    room: float = WORKERS
    calm: float = 0.0

    def may_begin(self, running: int) -> bool:
        return running < int(self.room) and monotonic() >= self.calm

    def until(self) -> float:
        """Seconds until more may begin."""
        return max(0.0, self.calm - monotonic())

    def faster(self) -> None:
        self.room = min(WORKERS, self.room + 1 / self.room)

    def slower(self, error: CloudError, tries: int) -> bool:
        """Whether a refused part is worth another try. What was asked side by side is refused side by side: that
        is one refusal.
        """
        if error.code != "throttled" or tries >= len(self.delays) or error.after > max(self.delays):
            return False
        if monotonic() >= self.calm:
            self.room = max(1.0, self.room / 2)
        self.calm = max(self.calm, monotonic() + max(error.after, self.delays[tries]))
        return True


def collect(
    parts: Iterable[Part],
    on_progress: OnProgress | None = None,
    last: Callable[[], Iterable[Part]] = _nothing,
    delays: Sequence[float] = (),
) -> Collected:
    """Read all parts and the parts they lead to, up to 24 at once. ``last`` is asked once, when nothing else is
    left to read: what goes into few calls only where it is known whole.

    ``on_progress`` is called in this thread; what it raises ends the collection and is raised here (a way to
    cancel). A failure that many parts share becomes one gap. A part that is refused because of too many calls is
    read again after each of ``delays`` (seconds), with fewer at once; so ``read`` keeps nothing before it is done.
    """
    gaps: dict[Gap, None] = {}
    errors: list[CloudError] = []
    waiting: deque[tuple[Part, int]] = deque((part, 0) for part in parts)
    ended: SimpleQueue[tuple[Part, int, Future[int]]] = SimpleQueue()
    total, done, running = len(waiting), 0, 0
    pace = _Pace(delays)
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="reading")

    def end(part: Part, tries: int, future: Future[int]) -> None:
        ended.put((part, tries, future))

    if not waiting:
        waiting.extend((part, 0) for part in last())
        total, last = len(waiting), _nothing
    try:
        while done < total:
            while waiting and pace.may_begin(running):
                part, tries = waiting.popleft()
                pool.submit(part.read).add_done_callback(partial(end, part, tries))
                running += 1
            try:
                part, tries, future = ended.get(timeout=None if running else pace.until())
            except Empty:
                continue
            running -= 1
            count = 0
            try:
                count = future.result()
            except CloudError as error:
                if pace.slower(error, tries):
                    waiting.append((part, tries + 1))
                    continue
                errors.append(error)
                gaps[Gap(part.what, error.code, error.message, error.operation)] = None
            else:
                pace.faster()
                waiting.extend((one, 0) for one in part.then())
            done += 1
            if not (running or waiting):
                further, last = last, _nothing
                waiting.extend((one, 0) for one in further())
            total = done + running + len(waiting)
            if on_progress is not None:
                on_progress(Progress(done, total, part.what, count))
    finally:
        pool.shutdown(cancel_futures=True)
    return Collected(done - len(errors), tuple(gaps), tuple(errors))


def by_id(items: Iterable[Kept]) -> tuple[Kept, ...]:
    """In the order of their ids: whatever comes first, an inventory is the same."""
    return tuple(sorted(items, key=lambda item: item.id))

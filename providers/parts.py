"""Reading many things side by side: a list of parts, each of which may name further parts when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
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


def collect(
    parts: Iterable[Part],
    on_progress: OnProgress | None = None,
    last: Callable[[], Iterable[Part]] = _nothing,
) -> Collected:
    """Read all parts and the parts they lead to, up to 24 at once. ``last`` is asked once, when nothing else is
    left to read: what goes into few calls only where it is known whole.

    ``on_progress`` is called in this thread; what it raises ends the collection and is raised here (a way to
    cancel). A failure that many parts share becomes one gap.
    """
    gaps: dict[Gap, None] = {}
    errors: list[CloudError] = []
    ended: SimpleQueue[tuple[Part, Future[int]]] = SimpleQueue()
    total = done = 0
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="reading")

    def end(part: Part, future: Future[int]) -> None:
        ended.put((part, future))

    def begin(waiting: Iterable[Part]) -> int:
        begun = 0
        for part in waiting:
            pool.submit(part.read).add_done_callback(partial(end, part))
            begun += 1
        return begun

    try:
        total += begin(parts)
        while done < total:
            part, future = ended.get()
            count = 0
            try:
                count = future.result()
            except CloudError as error:
                errors.append(error)
                gaps[Gap(part.what, error.code, error.message, error.operation)] = None
            else:
                total += begin(part.then())
            done += 1
            if done == total:
                further, last = last, _nothing
                total += begin(further())
            if on_progress is not None:
                on_progress(Progress(done, total, part.what, count))
    finally:
        pool.shutdown(cancel_futures=True)
    return Collected(done - len(errors), tuple(gaps), tuple(errors))


def by_id(items: Iterable[Kept]) -> tuple[Kept, ...]:
    """In the order of their ids: whatever comes first, an inventory is the same."""
    return tuple(sorted(items, key=lambda item: item.id))

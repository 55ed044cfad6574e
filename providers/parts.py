"""Reading many things side by side: a list of parts, each of which may name further parts when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from core.cloud import CloudError, OnProgress, Progress
from core.network.model import Gap

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


def collect(parts: Iterable[Part], on_progress: OnProgress | None = None) -> Collected:
    """Read all parts and the parts they lead to, up to 24 at once.

    ``on_progress`` is called in this thread; what it raises ends the collection and is raised here (a way to
    cancel). A failure that many parts share becomes one gap.
    """
    running: dict[Future[int], Part] = {}
    gaps: dict[Gap, None] = {}
    errors: list[CloudError] = []
    total = done = 0
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="reading")
    try:
        waiting = list(parts)
        while waiting or running:
            total += len(waiting)
            running.update({pool.submit(part.read): part for part in waiting})
            waiting = []
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                part = running.pop(future)
                count = 0
                try:
                    count = future.result()
                except CloudError as error:
                    errors.append(error)
                    gaps[Gap(part.what, error.code, error.message, error.operation)] = None
                else:
                    waiting.extend(part.then())
                done += 1
                if on_progress is not None:
                    on_progress(Progress(done, total + len(waiting), part.what, count))
    finally:
        pool.shutdown(cancel_futures=True)
    return Collected(done - len(errors), tuple(gaps), tuple(errors))

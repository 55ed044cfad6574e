"""How the work grows with what it is given: true on a loaded machine as well, where no second is like another."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMES = 8
"""How much larger the larger piece of work is."""
MOST = 24.0
"""More than this many times the work for it is not linear any more: eight is, sixty-four is quadratic."""
NOTHING = 0.02
"""Seconds of processor time that are too few to say anything about growth."""


def assert_linear(work: Callable[[int], object], size: int) -> None:
    """The work for ``size`` takes this thread no more processor time than a few times that for an eighth.

    Measured up to three times, the least counts: what else runs makes it only slower.
    """
    small = large = float("inf")
    for _ in range(3):
        small = min(small, _spent(work, size // TIMES))
        large = min(large, _spent(work, size))
        if large <= MOST * max(small, NOTHING / TIMES):
            return
    raise AssertionError(f"{large:.3f} s for {size}, {small:.3f} s for an eighth of it")


def _spent(work: Callable[[int], object], size: int) -> float:
    begun = time.thread_time()
    work(size)
    return time.thread_time() - begun

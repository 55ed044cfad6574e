"""How long to wait until the next look: quick after a change, slow when nothing moves."""

from __future__ import annotations

from datetime import timedelta

from core.workflow.model import Turn

QUICKEST = 1.5
"""Seconds until the next look right after a change."""
SLOWEST: dict[Turn, float] = {"nobody": 60.0, "customer": 60.0, "cta": 300.0, "magento": 300.0}
"""Seconds between looks once nothing moves: for the cloud's own work, and for people of another company."""
JITTER = 0.2
"""Share by which each wait is made longer or shorter, so that several watchers do not call in step."""
SHARE = 0.1
"""The wait is this share of how long it has been quiet: a change is noticed late by a tenth at most."""


def next_look(
    quiet_for: timedelta, turn: Turn, random: float, *, scale: float = 1.0, retry_after: float | None = None
) -> float:
    """Seconds until the next look.

    ``quiet_for`` is the time since the last change, ``turn`` whose move is awaited, ``random`` in [0, 1).
    ``scale`` below 1 is for a rehearsal, where days pass in minutes. ``retry_after`` is what the cloud asked
    for when it throttled, in seconds: the wait is never shorter than that, and the jitter only lengthens it.
    """
    quiet = max(0.0, quiet_for.total_seconds())
    wait = min(max(QUICKEST, quiet * SHARE), SLOWEST[turn]) * scale * (1 + JITTER * (2 * random - 1))
    if retry_after is None:
        return wait
    return max(wait, max(0.0, retry_after) * (1 + JITTER * random))


def backoff(failures: int) -> float:
    """Seconds to ask for as ``retry_after`` when the cloud throttled that many times and named no time."""
    return min(2.0 ** min(max(failures, 0), 10), 300.0)

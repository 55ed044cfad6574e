"""How long to wait until the next look: quick after a change, slow when nothing moves."""

from __future__ import annotations

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from core.workflow.model import Turn

OTHERS: tuple[Turn, ...] = ("cta", "magento")
"""People of another company: their moves take hours."""


class Limits(BaseModel):
    """Seconds between looks: ``quickest`` right after a change; once nothing moves, ``slowest`` for the cloud's own
    work and the customer's, and ``slowest_for_others`` while another company has the move.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    quickest: float = Field(default=1.5, ge=1, le=60)
    slowest: float = Field(default=60.0, ge=5, le=3600)
    slowest_for_others: float = Field(default=300.0, ge=5, le=3600)

    def bounds(self, turn: Turn) -> tuple[float, float]:
        """The shortest and the longest wait while it is ``turn``'s move."""
        return self.quickest, max(self.quickest, self.slowest_for_others if turn in OTHERS else self.slowest)


DEFAULT = Limits()
JITTER = 0.2
"""Share by which each wait is made longer or shorter, so that several watchers do not call in step."""
SHARE = 0.1
"""The wait is this share of how long it has been quiet: a change is noticed late by a tenth at most."""


def next_look(
    quiet_for: timedelta,
    turn: Turn,
    random: float,
    *,
    limits: Limits = DEFAULT,
    scale: float = 1.0,
    retry_after: float | None = None,
) -> float:
    """Seconds until the next look.

    ``quiet_for`` is the time since the last change, ``turn`` whose move is awaited, ``random`` in [0, 1).
    ``scale`` below 1 is for a rehearsal, where days pass in minutes. ``retry_after`` is what the cloud asked
    for when it throttled, in seconds: the wait is never shorter than that, and the jitter only lengthens it.
    """
    quiet = max(0.0, quiet_for.total_seconds())
    quickest, slowest = limits.bounds(turn)
    wait = min(max(quickest, quiet * SHARE), slowest) * scale * (1 + JITTER * (2 * random - 1))
    if retry_after is None:
        return wait
    return max(wait, max(0.0, retry_after) * (1 + JITTER * random))


def backoff(failures: int) -> float:
    """Seconds to ask for as ``retry_after`` when the cloud throttled that many times and named no time."""
    return min(2.0 ** min(max(failures, 0), 10), 300.0)

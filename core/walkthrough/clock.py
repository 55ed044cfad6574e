"""The virtual clock of a walkthrough: it stands, runs fast, or leaps, and is shown as what it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

PaceName = Literal["live", "step", "fast"]
PACES: tuple[PaceName, ...] = ("live", "step", "fast")
"""``live``: the other party moves by itself and its days run by; ``step``: each move by a key, the clock leaps;
``fast``: all of it by itself, without a pause.
"""
WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)
RUNNING = WEEK / MINUTE
"""How fast the clock runs while somebody is waited for: five business days, a week, in a minute."""


class VirtualClock:
    """A moment that is moved on. ``ticks`` are real seconds that only grow. Safe to use from several threads."""

    def __init__(self, start: datetime, ticks: Callable[[], float]) -> None:
        """``start`` is aware, in the person's time zone. It stands until it is told to run."""
        self._at = start
        self._ticks = ticks
        self._since = ticks()
        self._rate = 0.0
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """The virtual moment."""
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        return self._at + timedelta(seconds=(self._ticks() - self._since) * self._rate)

    def run(self, rate: float) -> None:
        """Go on ``rate`` times as fast as real time; 0 stands still."""
        with self._lock:
            if rate != self._rate:
                self._at, self._since, self._rate = self._now(), self._ticks(), rate

    def leap(self, by: timedelta) -> None:
        """Move on at once. A leap back is none."""
        with self._lock:
            self._at += max(by, timedelta(0))

    @property
    def rate(self) -> float:
        """How many times as fast as real time it goes."""
        return self._rate

"""Looking again and again: quick after a change, slow when nothing moves."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from core.workflow.enablement import Clock
from core.workflow.model import Turn
from core.workflow.pace import Limits, next_look
from tui.jobs import Start

REHEARSAL_LOOK = 0.7
"""Seconds between looks in a rehearsal: there a wait of days takes moments."""


class Watch:
    """One loop in a thread of its own that looks until it is ended. Safe to use from several threads."""

    def __init__(
        self,
        start: Start,
        look: Callable[[], object],
        turn: Callable[[], Turn],
        announce: Callable[[datetime], None],
        *,
        clock: Clock,
        random: Callable[[], float],
        limits: Limits,
        rehearsal: bool,
    ) -> None:
        """``look`` looks once and gives what it saw, the same object while nothing moved; it does not raise.

        ``turn`` says whose move is awaited, ``announce`` is told when the next look is due.
        """
        self._start = start
        self._look = look
        self._turn = turn
        self._announce = announce
        self._clock = clock
        self._random = random
        self._limits = limits
        self._rehearsal = rehearsal
        self._lock = threading.Lock()
        self._started = False
        self._asked = self._looked = 0
        self._kick = threading.Event()
        self._over = threading.Event()

    def begin(self) -> None:
        """Look from now on, if that has not begun already."""
        with self._lock:
            if self._started:
                return
            self._started = True
        self._start("watch", self._loop)

    def now(self) -> None:
        """Look at once rather than when it is due."""
        with self._lock:
            self._asked += 1
        self._kick.set()
        self.begin()

    @property
    def owes(self) -> bool:
        """Whether a look that was asked for is not over."""
        return self._asked != self._looked

    def end(self) -> None:
        """Look no more; a look that is under way ends by itself."""
        self._over.set()
        self._kick.set()

    def _loop(self) -> None:
        changed_at, last = self._clock(), None
        while not self._over.is_set():
            self._kick.clear()
            asked = self._asked
            seen = self._look()
            self._looked = asked
            if seen is not last:
                last, changed_at = seen, self._clock()
            seconds = self._wait(self._clock() - changed_at)
            self._announce(self._clock() + timedelta(seconds=seconds))
            self._kick.wait(seconds)

    def _wait(self, quiet: timedelta) -> float:
        if self._rehearsal:
            return REHEARSAL_LOOK
        return next_look(quiet, self._turn(), self._random(), limits=self._limits)

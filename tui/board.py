"""What the screen shows, and the jobs that change it: one model, replaced whole, under one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.workflow.enablement import Clock
from tui.jobs import Jobs, Start
from tui.model import Failure, Job, LogLine, Model

LOG_LINES = 500


class Board:
    """A session's model. ``changed`` is told, from any thread, that :attr:`model` is a new one."""

    def __init__(self, model: Model, clock: Clock, start: Start, changed: Callable[[], None]) -> None:
        self.model = model
        self.clock = clock
        self.lock = threading.RLock()
        self.jobs = Jobs(start, self._jobs_changed, self.log, self.lock)
        self._changed = changed

    def set(self, **fields: Any) -> None:  # the fields of Model, which replace() checks by name
        """Show these. In the thread of a job that was cancelled it raises instead, and nothing is shown."""
        with self.lock:
            self.jobs.check()
            self.model = replace(self.model, now=self.clock(), **fields)
        self._changed()

    def log(self, text: str) -> None:
        """Add a line to what happened."""
        with self.lock:
            self.set(log=(*self.model.log, LogLine(self.clock(), text))[-LOG_LINES:])

    def _jobs_changed(self, jobs: frozenset[Job], failures: Mapping[Job, Failure]) -> None:
        self.model = replace(self.model, now=self.clock(), jobs=jobs, failures=failures)
        self._changed()

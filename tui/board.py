"""What the wizard shows, and the jobs that change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.workflow.enablement import Clock
from tui.jobs import Start
from tui.model import LogLine, Model
from tui.working import Working

LOG_LINES = 500


class Board(Working[Model]):
    """A session's model: it knows when it was made, and keeps a log."""

    def __init__(self, model: Model, clock: Clock, start: Start, changed: Callable[[], None]) -> None:
        super().__init__(model, start, changed)
        self.clock = clock

    def log(self, text: str) -> None:
        """Add a line to what happened."""
        with self.lock:
            self.set(log=(*self.model.log, LogLine(self.clock(), text))[-LOG_LINES:])

    def _always(self) -> dict[str, Any]:
        return {"now": self.clock()}

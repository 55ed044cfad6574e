"""A screen's model and the jobs that change it: one model, replaced whole, under one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tui.jobs import Jobs, Start
from tui.model import Failure, Job

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    M = TypeVar("M", bound=DataclassInstance)
else:
    M = TypeVar("M")


class Working(Generic[M]):
    """Base: ``model`` has the fields ``jobs`` and ``failures``; ``changed`` is told, from any thread, that it is a new
    one.
    """

    def __init__(self, model: M, start: Start, changed: Callable[[], None]) -> None:
        self.model = model
        self.lock = threading.RLock()
        self.jobs = Jobs(start, self._jobs_changed, self.log, self.lock)
        self._changed = changed

    def set(self, **fields: Any) -> None:  # the fields of the model, which replace() checks by name
        """Show these. In the thread of a job that was cancelled it raises instead, and nothing is shown."""
        with self.lock:
            self.jobs.check()
            self.model = replace(self.model, **self._always(), **fields)
        self._changed()

    def log(self, text: str) -> None:
        """Take a line of what happened; a model without a log shows its failures alone."""

    def _always(self) -> dict[str, Any]:
        """The fields that every change brings with it."""
        return {}

    def _jobs_changed(self, jobs: frozenset[Job], failures: Mapping[Job, Failure]) -> None:
        self.model = replace(self.model, jobs=jobs, failures=failures, **self._always())
        self._changed()

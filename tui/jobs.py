"""Work beside the screen: one thread a job, at most one of a kind, failures in words, and a way to cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from core.cloud import CloudError
from core.journal.errors import JournalError
from core.workflow.enablement import NotYet
from tui.model import Failure, Job

Start = Callable[[str, Callable[[], None]], object]
"""Starts a function in a thread under a name."""


class Cancelled(Exception):
    """Raised in the thread of a job that a person cancelled: what it would still tell is not wanted."""


class Told(Protocol):
    """Who is told which jobs run and which failed."""

    def __call__(self, jobs: frozenset[Job], failures: Mapping[Job, Failure]) -> None:
        """Take the news; called under the lock, from any thread."""


class Jobs:
    """The jobs of one session. Safe to use from several threads."""

    def __init__(self, start: Start, told: Told, log: Callable[[str], None], lock: threading.RLock) -> None:
        self._start = start
        self._told = told
        self._log = log
        self._lock = lock
        self._running: dict[Job, object] = {}
        self._again: dict[Job, Callable[[], None]] = {}
        self._failures: dict[Job, Failure] = {}
        self._mine = threading.local()
        self.stopping = threading.Event()

    def run(self, job: Job, work: Callable[[], None]) -> None:
        """Run work beside the screen; where one of its kind runs already, once more after it."""
        with self._lock:
            if job in self._running:
                self._again[job] = work
                return
            token = object()
            self._running[job] = token
            self._tell()
        self._start(job, lambda: self._thread(job, token, work))

    def _thread(self, job: Job, token: object, work: Callable[[], None]) -> None:
        self._mine.job, self._mine.token = job, token
        failure: Failure | None = None
        try:
            work()
        except Cancelled:
            return
        except (CloudError, JournalError, NotYet) as error:
            failure = failure_of(error)
        finally:
            self._mine.token = None
            again = self._end(job, token, failure)
        if again is not None and not self.stopping.is_set():
            self.run(job, again)

    def _end(self, job: Job, token: object, failure: Failure | None) -> Callable[[], None] | None:
        with self._lock:
            if self._running.get(job) is not token:
                return None
            del self._running[job]
            self._failures.pop(job, None)
            if failure is not None:
                self._failures[job] = failure
            self._tell()
            again = self._again.pop(job, None)
        if failure is not None:
            self._log(f"{job}: {failure.message}")
        return again

    def cancel(self, job: Job) -> None:
        """End a job as far as the screen goes: it counts as over now, and whatever it still finds is dropped."""
        with self._lock:
            self._again.pop(job, None)
            if self._running.pop(job, None) is not None:
                self._failures.pop(job, None)
                self._tell()

    def check(self) -> None:
        """Raise Cancelled in the thread of a job that was cancelled; elsewhere nothing happens."""
        token = getattr(self._mine, "token", None)
        if token is not None and self._running.get(self._mine.job) is not token:
            raise Cancelled

    def note(self, job: Job, failure: Failure | None) -> None:
        """Show, or take back, the failure of work that is no job of its own."""
        with self._lock:
            if self._failures.get(job) != failure:
                self._failures.pop(job, None)
                if failure is not None:
                    self._failures[job] = failure
                self._tell()

    def _tell(self) -> None:
        self._told(frozenset(self._running), dict(self._failures))


def failure_of(error: CloudError | JournalError | NotYet) -> Failure:
    """A failure as pages show it."""
    return Failure(error.code, error.message, error.remedy, getattr(error, "detail", ""))

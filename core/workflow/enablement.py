"""One enablement at work: its journal, and what the journal says so far."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.journal.events import Event
from core.journal.store import Journal
from core.network.model import Observation
from core.request.model import Request
from core.request.offer import Offer
from core.request.rules import check, request_of
from core.workflow.story import Story, tell
from core.workflow.timeline import Timeline, timeline

Clock = Callable[[], datetime]
"""Answers the present moment, aware, in the person's time zone."""


class NotYet(Exception):
    """A move that cannot be made now: ``message`` says why, ``remedy`` who does what, ``turn`` whose it is.

    ``code`` is that of the problem that stands in its way, where there is one.
    """

    def __init__(self, message: str, remedy: str, turn: str = "customer", code: str = "not-yet") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.turn = turn
        self.code = code


@dataclass
class Enablement:
    """The one place where an enablement's events are written and read. Safe to use from several threads."""

    journal: Journal
    offer: Offer
    clock: Clock
    story: Story = field(init=False)
    observation: Observation | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.story = tell(self.journal.events())

    @property
    def id(self) -> str:
        """The enablement's id."""
        return self.journal.id

    @property
    def on_azure(self) -> bool:
        """Whether the request is for Azure; where it does not say yet, AWS is meant."""
        return self.story.draft.cloud.platform == "azure"

    def now(self) -> datetime:
        """This moment as events record it: UTC."""
        return self.clock().astimezone(UTC)

    def record(self, event: Event) -> None:
        """Append an event; when this returns, it is on disk. Raises JournalError."""
        with self._lock:
            self.journal.append(event)
            self.story = tell((event,), self.story)

    def request(self) -> Request | None:
        """The request, or None while the rules still object."""
        if any(problem.severity == "error" for problem in check(self.story.draft, self.offer)):
            return None
        return request_of(self.story.draft, self.offer)

    def timeline(self) -> Timeline:
        """Where the enablement stands at this moment."""
        return timeline(self.story, self.observation, self.clock(), self.offer)


def complete_request(enablement: Enablement) -> Request:
    """The request. Raises NotYet while rules object to it."""
    request = enablement.request()
    if request is None:
        raise NotYet(
            "the request is not complete",
            f"See what is missing: privatelink status {enablement.id}; then correct it in the wizard.",
        )
    return request

"""What is known at one moment of a walkthrough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.workflow.model import StepNumber, StepState, Timeline


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known at one moment of a walkthrough: all that the acts are judged by.

    ``complete``: the request is in the journal, no rule objects, and the network was read. ``messages`` are those
    in the ticket, ``asking`` the strangers' connections that wait; ``broken``: the scenario's fault is there.
    ``codes`` are those of problems in the reply, of causes in the diagnosis and of the audit's findings; ``replies``,
    ``diagnoses`` and ``audits`` how many of each there were so far: the same may be found again.
    """

    now: datetime
    signed_in: bool = False
    complete: bool = False
    messages: int = 0
    asking: int = 0
    broken: bool = False
    timeline: Timeline | None = None
    codes: frozenset[str] = frozenset()
    replies: int = 0
    diagnoses: int = 0
    audits: int = 0

    def state(self, number: StepNumber) -> StepState:
        """A step's state; ``todo`` while there is no story."""
        steps = self.timeline.steps if self.timeline else ()
        return next((one.state for one in steps if one.number == number), "todo")

    def shown(self) -> frozenset[str]:
        """Every word that a scenario can expect: codes, the state of the enablement, ``overdue``, ``stranger``."""
        words = set(self.codes)
        if self.timeline is not None:
            words.add(self.timeline.state)
            if self.timeline.overdue:
                words.add("overdue")
        if self.asking:
            words.add("stranger")
        return frozenset(words)

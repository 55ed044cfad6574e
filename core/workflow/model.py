"""What a timeline is made of: steps with their actor and state, resources, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Turn = Literal["customer", "cta", "magento", "nobody"]
StepNumber = Literal["0", "1", "2", "3", "4", "5", "6", "7a", "7b", "7c"]
StepState = Literal["done", "active", "waiting", "todo", "problem", "not-needed"]
"""``active``: the customer can act now. ``waiting``: somebody else's turn. ``todo``: not reached yet."""
State = Literal[
    "preparing", "requested", "connecting", "accepting", "verifying", "verified", "problem", "undone"
]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the enablement workflow: who acts, how far it is, since when and what shows it."""

    number: StepNumber
    actor: Turn
    title: str
    state: StepState
    since: datetime | None
    evidence: str


@dataclass(frozen=True, slots=True)
class ResourceState:
    """A resource of the enablement and its state, in the cloud's words made lower case."""

    kind: str
    id: str
    state: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Drift:
    """Something that is not as this enablement left it.

    ``key`` is that of the change that made it, ``was`` and ``now`` say in words how it was left and how it is.
    ``who`` can have done it, as far as is known; ``mend`` says who does what. ``since`` is when a look first
    showed it, None where only this one does. ``planned``: a change of the plan with this key mends it.
    """

    key: str
    kind: str
    id: str
    was: str
    now: str
    who: str
    mend: str
    since: datetime | None = None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where an enablement stands.

    ``next`` says in one sentence what happens next and who does it; ``due`` is when five business days are
    over (None while the clock does not run), ``overdue`` whether they are, ``nudge`` what to write then. ``drift`` is
    what looks show to have been changed behind this program's back; a plan may find more.
    """

    state: State
    turn: Turn
    next: str
    due: datetime | None
    overdue: bool
    nudge: str
    steps: tuple[Step, ...]
    resources: tuple[ResourceState, ...]
    drift: tuple[Drift, ...] = ()

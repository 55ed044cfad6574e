"""What the wizard knows at a moment: one frozen value, from which every page paints itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from core.audit.finding import Report
from core.cloud import Account, Identity, Message, NetworkChoice, ProbeReport, Progress, Region, SignInCode
from core.diagnosis.model import Diagnosis
from core.handoff.reply import Reply
from core.handoff.ticket import Missing, Ticket
from core.journal.events import Probed
from core.network.model import Inventory, Observation
from core.request.model import Draft, Problem
from core.setup.plan import Plan
from core.workflow.connections import Incoming
from core.workflow.diagnosing import Run
from core.workflow.prerequisites import Prerequisite
from core.workflow.story import Story
from core.workflow.timeline import Timeline

Job = Literal[
    "connect",
    "networks",
    "collect",
    "plan",
    "apply",
    "keep",
    "look",
    "file",
    "details",
    "accept",
    "probe",
    "vendor",
    "diagnose",
    "audit",
    "save-report",
    "desk",
    "desk-move",
]
"""Work that goes on beside the screen. At most one of each at a time."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure to show: stable code, what happened, what to do, and the SDK's own words."""

    code: str
    message: str
    remedy: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """How far one change of the running plan is: ``waiting``, ``running``, ``done``, ``failed``, ``skipped``; in words,
    and what to do about a failure.
    """

    state: str
    text: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the event log."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Model:
    """Everything the wizard's pages show.

    ``id`` is None until the first answer was kept. ``jobs`` are the ones under way; ``failures`` the last
    failure of a job that has not succeeded since. ``removal`` is the plan of an undo, once one was asked for;
    ``diagnosing``: a diagnosis was. ``audit`` is what the audit of the network found, once it was asked for.
    ``replies``, ``diagnoses`` and ``audits`` count those that were read, or made. ``runs`` are
    the probes that could be run, one for each machine. ``rehearsal`` is true on the sandbox. ``accounts`` are those
    that the sign-in reaches, where there is a choice; ``code`` is what a person enters elsewhere to sign in.
    """

    now: datetime
    rehearsal: bool = False
    id: str | None = None
    draft: Draft = field(default_factory=Draft)
    problems: tuple[Problem, ...] = ()
    story: Story = field(default_factory=Story)
    identity: Identity | None = None
    regions: tuple[Region, ...] = ()
    profiles: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    code: SignInCode | None = None
    networks: tuple[NetworkChoice, ...] = ()
    progress: Progress | None = None
    inventory: Inventory | None = None
    plan: Plan | None = None
    removal: Plan | None = None
    executing: Mapping[str, Execution] = field(default_factory=dict)
    prerequisites: tuple[Prerequisite, ...] = ()
    ticket: Ticket | Missing | None = None
    reply: Reply | None = None
    replies: int = 0
    inbox: tuple[Message, ...] = ()
    observation: Observation | None = None
    incoming: Incoming | None = None
    timeline: Timeline | None = None
    looked_at: datetime | None = None
    next_look: datetime | None = None
    report: ProbeReport | None = None
    read_back: tuple[Probed, ...] = ()
    commands: Mapping[str, str] = field(default_factory=dict)
    script: str = ""
    diagnosing: bool = False
    diagnosis: Diagnosis | None = None
    diagnoses: int = 0
    audit: Report | None = None
    audits: int = 0
    runs: tuple[Run, ...] = ()
    log: tuple[LogLine, ...] = ()
    jobs: frozenset[Job] = frozenset()
    failures: Mapping[Job, Failure] = field(default_factory=dict)

    @property
    def bidirectional(self) -> bool:
        """Whether the type chosen so far is bidirectional."""
        return self.draft.connection.type == "bidirectional"

    def problems_in(self, *prefixes: str) -> tuple[Problem, ...]:
        """The problems of fields that start with one of these paths."""
        return tuple(problem for problem in self.problems if problem.field.startswith(prefixes))

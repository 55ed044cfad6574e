"""Many enablements in one order: what was sent and what is kept here, each with whose turn it is, the late first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from core.audit.catalogue import audit_all
from core.audit.formats.words import amount
from core.desk.asking import ask, ask_again, worth_telling
from core.desk.judge import Verdict, judge
from core.desk.received import Received
from core.journal.errors import JournalError
from core.journal.events import Event, Noted
from core.journal.merging import gained, ordered
from core.journal.transfer import Packed
from core.network.model import Inventory
from core.network.saved import Saved
from core.request.model import Draft, DraftCloud, Problem
from core.request.offer import Offer
from core.request.read import Reading, check_reading
from core.request.rules import check
from core.workflow.model import Timeline, Turn
from core.workflow.story import tell
from core.workflow.timeline import STATES, timeline

Kind = Literal["enablement", "request", "history", "inventory", "unreadable"]
Move = Literal["keep", "file", "note"]
"""What the CTA can do with a case: take what the file says into an enablement here; tell the ticket's number; note
something.
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """An enablement that is kept here: the JSON of its events, or why it cannot be read."""

    id: str
    lines: tuple[bytes, ...] = ()
    broken: JournalError | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One customer's enablement on the desk.

    ``files`` are the received files in it, ``id`` the enablement here that it is or would become part of, empty for
    none. ``state`` is a timeline's, or ``incomplete`` (data is missing or wrong), ``ready`` (the ticket can be
    filed), ``unreadable``. ``ask`` is the text to send to the customer, ``nudge`` what to write where somebody else
    is late; both may be empty. ``can`` is what can be done with it.
    """

    name: str
    kind: Kind
    files: tuple[str, ...]
    id: str
    draft: Draft
    verdict: Verdict
    state: str
    turn: Turn
    next: str
    due: datetime | None = None
    overdue: bool = False
    ask: str = ""
    nudge: str = ""
    filed: str | None = None
    notes: tuple[Noted, ...] = ()
    can: frozenset[Move] = frozenset()

    @property
    def wrong(self) -> bool:
        """Whether something is to be asked of the customer before the enablement can go on."""
        bad = any(one.severity in ("critical", "high") for one in self.verdict.report.findings)
        return bool(self.verdict.errors) or bad or self.state in ("unreadable", "problem")


def cases(
    received: Sequence[Received],
    kept: Sequence[Kept],
    offer: Offer,
    now: datetime,
    company: str | None = None,
) -> tuple[Case, ...]:
    """Every case of these files and enablements, the late first. ``now`` is aware, in the person's zone.

    An inventory goes with each request and enablement of its account. A request file that says what an enablement here
    says already is part of that one's case.
    """
    seen = [
        (one.name, inventory, one.content.redacted)
        for one in received
        if isinstance(one.content, Saved)
        for inventory in one.content.inventories
    ]
    desk = _Desk(tuple(one for _, one, redacted in seen if not redacted), offer, now, company)
    whole = {one.id: one for one in kept if one.broken is None}
    drafts = {id: tell(ordered(id, one.lines)).draft for id, one in whole.items()}
    found = [_damaged(one, one.broken) for one in kept if one.broken is not None]
    files: dict[str, tuple[str, ...]] = {}
    for name, content in ((one.name, one.content) for one in received):
        if isinstance(content, Reading):
            same = next((id for id, one in drafts.items() if one == content.draft), "")
            if same and not content.problems:
                files[same] = (*files.get(same, ()), name)
            else:
                found.append(desk.request(name, content, _home_of(content.draft, drafts)))
        elif isinstance(content, Packed):
            here = next((one for one in kept if one.id == content.id), None)
            found.append(desk.history(name, content, here))
        elif isinstance(content, Problem):
            found.append(_unreadable(name, content))
    found += [desk.enablement(one, files.get(id, ())) for id, one in whole.items()]
    used = {id(one.verdict.seen) for one in found}
    found += [desk.inventory(*row) for row in seen if id(row[1]) not in used]
    return late_first(found)


def late_first(found: Iterable[Case]) -> tuple[Case, ...]:
    """Overdue ones first, the longest overdue on top; then by due date; then what waits for the CTA, what for the
    customer, for Magento, for nobody.
    """
    return tuple(sorted(found, key=_urgency))


_TURNS: tuple[Turn, ...] = ("cta", "customer", "magento", "nobody")


def _urgency(one: Case) -> tuple[bool, bool, float, int, str]:
    due = one.due.timestamp() if one.due else 0.0
    return not one.overdue, one.due is None, due, _TURNS.index(one.turn), one.name


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every case is judged with."""

    inventories: tuple[Inventory, ...]
    offer: Offer
    now: datetime
    company: str | None

    def request(self, name: str, reading: Reading, home: str) -> Case:
        problems = check_reading(reading, self.offer)
        verdict = judge(reading.draft, problems, self.inventories, self.offer, company=self.company)
        state, turn, next_ = _request_stands(verdict)
        if home:
            next_ = f"{next_} It is about {home}, and says something else."
        return Case(
            name,
            "request",
            (name,),
            home,
            reading.draft,
            verdict,
            state,
            turn,
            next_,
            ask=ask(reading.draft, verdict, self.offer),
            can=frozenset({"keep"}),
        )

    def enablement(self, kept: Kept, files: tuple[str, ...]) -> Case:
        events = ordered(kept.id, kept.lines)
        return self._told(kept.id, "enablement", files, kept.id, events, frozenset({"file", "note"}))

    def history(self, name: str, packed: Packed, kept: Kept | None) -> Case:
        events = ordered(packed.id, packed.lines)
        try:
            said, new = _against(packed, kept, self.now)
        except JournalError as error:
            return _unreadable(name, Problem(error.code, "", "error", error.message, error.remedy))
        told = self._told(name, "history", (name,), packed.id, events, frozenset({"keep"} if new else ()))
        return replace(told, next=f"{said} {told.next}")

    def inventory(self, name: str, inventory: Inventory, redacted: bool) -> Case:
        cloud = DraftCloud(platform=inventory.platform, account=inventory.account, region=inventory.region)
        draft = Draft(cloud=cloud)
        problems = () if redacted else check(draft, self.offer)
        verdict = Verdict(problems, None, inventory, audit_all((inventory,), self.offer))
        told = _findings(verdict)
        if redacted:
            next_ = f"Redacted, so that no request fits it. {told}"
        else:
            next_ = f"Ask for the request that goes with it. {told}"
        text = ask(draft, verdict, self.offer, "inventory")
        return Case(name, "inventory", (name,), "", draft, verdict, "incomplete", "customer", next_, ask=text)

    def _told(
        self,
        name: str,
        kind: Kind,
        files: tuple[str, ...],
        id: str,
        events: Sequence[Event],
        can: frozenset[Move],
    ) -> Case:
        story = tell(events)
        line = timeline(story, None, self.now, self.offer)
        verdict = judge(
            story.draft,
            check(story.draft, self.offer),
            self.inventories,
            self.offer,
            story=story,
            company=self.company,
        )
        asked = line.state not in ("verified", "undone") and bool(
            story.ticket is None or verdict.errors or verdict.seen
        )
        state: str = line.state
        turn, next_ = line.turn, line.next
        if story.ticket is None and story.sent_at is not None and verdict.ticket is not None:
            # The data is here and complete; that nobody looked at the customer's side holds up no ticket.
            state, turn, next_ = "ready", "cta", "Complete: file the Support ticket."
        elif verdict.ticket is not None and _unseen_side(line):
            # The request names the service that the ticket needs; what is waited for comes first here.
            waiting = next((step for step in line.steps if step.state == "waiting"), None)
            if waiting is not None:
                state, turn, next_ = STATES[waiting.number], waiting.actor, waiting.evidence
        elif story.ticket is None and verdict.errors and turn == "customer":
            state, next_ = "incomplete", _to_ask(verdict)
        return Case(
            name,
            kind,
            files,
            id,
            story.draft,
            verdict,
            state,
            turn,
            next_,
            line.due,
            line.overdue,
            ask=ask(story.draft, verdict, self.offer) if asked else "",
            nudge=line.nudge if line.overdue else "",
            filed=story.ticket,
            notes=tuple(one for one in events if isinstance(one, Noted)),
            can=can,
        )


def _unseen_side(line: Timeline) -> bool:
    """Whether the customer's side counts as not set up only because nobody looked at it from here."""
    return line.turn == "customer" and any(one.number == "0" and one.state == "active" for one in line.steps)


def _request_stands(verdict: Verdict) -> tuple[str, Turn, str]:
    if verdict.errors:
        return "incomplete", "customer", _to_ask(verdict)
    besides = f" {_findings(verdict)}" if worth_telling(verdict.report) else ""
    return "ready", "cta", f"Complete: file the Support ticket.{besides}"


def _to_ask(verdict: Verdict) -> str:
    first = verdict.errors[0]
    more = f" (and {len(verdict.errors) - 1} more)" if len(verdict.errors) > 1 else ""
    return f"Ask back: {first.message.rstrip('.')}{more}."


def _findings(verdict: Verdict) -> str:
    return f"The inventory has {amount(len(worth_telling(verdict.report)), 'finding')} to tell."


def _against(packed: Packed, kept: Kept | None, now: datetime) -> tuple[str, bool]:
    """What a received history has that the one here has not, and whether it can be taken in. Raises JournalError."""
    if kept is None:
        return "Not kept here yet.", True
    if kept.broken is not None:
        return f"{kept.id} here is damaged: recover it first.", False
    more = gained(packed.id, kept.lines, packed.lines, now)
    if not more.events:
        return "All of it is known here.", False
    both = " Both sides began changes in the cloud since the two parted." if more.both_changed else ""
    return f"It has {amount(more.events, 'event')} more than {kept.id} here.{both}", True


def _unreadable(name: str, problem: Problem) -> Case:
    verdict = Verdict((problem,), None)
    return Case(
        name,
        "unreadable",
        (name,),
        "",
        Draft(),
        verdict,
        "unreadable",
        "customer",
        f"Ask for it again: {problem.message}",
        ask=ask_again(name, problem),
    )


def _damaged(kept: Kept, error: JournalError) -> Case:
    problem = Problem(error.code, "", "error", error.message, error.remedy)
    verdict = Verdict((problem,), None)
    return Case(
        kept.id,
        "enablement",
        (),
        kept.id,
        Draft(),
        verdict,
        "unreadable",
        "cta",
        f"{error.message}. {error.remedy}",
    )


def _home_of(draft: Draft, kept: Mapping[str, Draft]) -> str:
    """The one enablement here that is of the same project and environment; empty where there is none, or several."""
    mine = whose(draft)
    found = [id for id, one in kept.items() if mine and whose(one) == mine]
    return found[0] if len(found) == 1 else ""


def whose(draft: Draft) -> tuple[str, str] | None:
    """The project and environment that a request is about, None where it does not say."""
    project, environment = (
        (text or "").strip().lower() for text in (draft.project.id, draft.project.environment)
    )
    return (project, environment) if project else None

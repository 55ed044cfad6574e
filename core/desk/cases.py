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
from core.request.model import Draft, DraftCloud, Problem, differing
from core.request.offer import Offer
from core.request.read import Reading, check_reading
from core.request.rules import check
from core.workflow.model import Timeline, Turn
from core.workflow.story import Story, tell
from core.workflow.surveying import ALL
from core.workflow.timeline import STATES, timeline

FEW = 3
"""Fields that are named one by one; of more it is said how many there are."""

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
    is late; both may be empty. ``can`` is what can be done with it. ``differs`` are the paths of the fields of which a
    request does not say what the enablement ``id`` says; ``whole``: all of the request's file could be read.
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
    differs: tuple[str, ...] = ()
    whole: bool = True

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
    says already is part of that one's case. What was undone takes no request in: the next one begins anew.
    """
    seen = [
        (one.name, inventory, one.content.redacted)
        for one in received
        if isinstance(one.content, Saved)
        for inventory in one.content.inventories
    ]
    whole = {one.id: one for one in kept if one.broken is None}
    stories = {id: tell(ordered(id, one.lines)) for id, one in whole.items()}
    standing = {id: one.draft for id, one in stories.items() if one.undone_at is None}
    undone = {id: one.draft for id, one in stories.items() if one.undone_at is not None}
    readable = tuple(one for _, one, redacted in seen if not redacted)
    desk = _Desk(readable, standing, undone, offer, now, company)
    found = [_damaged(one, one.broken) for one in kept if one.broken is not None]
    files: dict[str, tuple[str, ...]] = {}
    for name, content in ((one.name, one.content) for one in received):
        if isinstance(content, Reading):
            home = _home_of(content.draft, standing)
            if home and standing[home] == content.draft and not content.problems:
                files[home] = (*files.get(home, ()), name)
            else:
                found.append(desk.request(name, content, home))
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
    standing: Mapping[str, Draft]
    undone: Mapping[str, Draft]
    offer: Offer
    now: datetime
    company: str | None

    def request(self, name: str, reading: Reading, home: str) -> Case:
        problems = check_reading(reading, self.offer)
        verdict = judge(
            reading.draft, problems, self.inventories, self.offer, enablement=home, company=self.company
        )
        state, turn, next_ = _request_stands(verdict)
        whole = not reading.problems
        differs = differing(self.standing[home], reading.draft) if home else ()
        before = next((id for id, one in self.undone.items() if one == reading.draft), "")
        if home:
            also = f", and says something else: {few(differs)}" if differs else ""
            next_ = f"{next_} It is about {home}{also}."
        elif before:
            next_ = f"{next_} It says what {before} said, which was undone."
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
            # What could not be read would be missing where it was said before.
            can=frozenset({"keep"} if whole or not home else ()),
            differs=differs,
            whole=whole,
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
        region = inventory.region if inventory.region != ALL else None
        cloud = DraftCloud(platform=inventory.platform, account=inventory.account, region=region)
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
            enablement=id,
            story=story,
            company=self.company,
        )
        asked = line.state not in ("verified", "undone") and bool(
            story.ticket is None or verdict.errors or verdict.seen
        )
        state, turn, next_ = _stands(story, line, verdict)
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


def _stands(story: Story, line: Timeline, verdict: Verdict) -> tuple[str, Turn, str]:
    """An enablement's state, whose turn it is and what comes next, as far as a desk that sees only its journal can
    tell.
    """
    if line.state in ("undone", "problem"):
        return line.state, line.turn, line.next
    if story.ticket is None and story.sent_at is not None and verdict.ticket is not None:
        # The data is here and complete; that nobody looked at the customer's side holds up no ticket.
        return "ready", "cta", "Complete: file the Support ticket."
    waiting = next((step for step in line.steps if step.state == "waiting"), None)
    if verdict.ticket is not None and _unseen_side(line) and waiting is not None:
        # The request names the service that the ticket needs; what is waited for comes first here.
        return STATES[waiting.number], waiting.actor, waiting.evidence
    if story.ticket is None and verdict.errors and line.turn == "customer":
        return "incomplete", line.turn, _to_ask(verdict)
    return line.state, line.turn, line.next


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
    """The enablement here that says the same, else the one that is of the same project and environment; empty where
    there is none, or several of these.
    """
    same = next((id for id, one in kept.items() if one == draft), "")
    if same:
        return same
    mine = whose(draft)
    found = [id for id, one in kept.items() if mine and whose(one) == mine]
    return found[0] if len(found) == 1 else ""


def few(paths: Sequence[str]) -> str:
    """Some of the fields by name, and how many more there are."""
    more = f" and {len(paths) - FEW} more" if len(paths) > FEW else ""
    return ", ".join(paths[:FEW]) + more


def whose(draft: Draft) -> tuple[str, str] | None:
    """The project and environment that a request is about, None where it does not say."""
    project, environment = (
        (text or "").strip().lower() for text in (draft.project.id, draft.project.environment)
    )
    return (project, environment) if project else None

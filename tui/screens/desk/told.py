"""What the desk says of a case: how it stands, what to ask, its ticket. Plain text, to read and to copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from core.audit.formats.words import summary
from core.desk.cases import Case
from core.text import visible
from tui.widgets.durations import day
from tui.widgets.state import SEVERITIES, TURNS, look
from tui.words import words_of


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a case: what its button says, the title, and the text, empty where there is none."""

    label: str
    title: Callable[[Case], str]
    text: Callable[[Case], str]
    otherwise: str


def first_view(case: Case) -> str:
    """The view that a case opens with: what the CTA sends next."""
    if case.nudge:
        return "late"
    if case.ask:
        return "ask"
    return "ticket" if case.verdict.ticket is not None and case.filed is None else "state"


def due_words(case: Case) -> str:
    """When it is due, as it follows whose turn it is; empty while no clock runs."""
    if case.due is None:
        return ""
    return f", {'OVERDUE since' if case.overdue else 'due'} {day(case.due)}"


def turn_words(case: Case) -> str:
    """Whose turn it is, as a person."""
    return "" if case.turn == "nobody" else TURNS[case.turn]


def _state(case: Case) -> str:
    return "\n".join(_lines(case))


def _lines(case: Case) -> Iterator[str]:
    words, draft = words_of(case.draft.cloud.platform), case.draft
    others = [name for name in case.files if name != case.name]
    yield visible(case.name) + (f", from {', '.join(map(visible, others))}" if others else "")
    about = (
        ("Project", draft.project.id, draft.project.environment),
        (f"{words.cloud} {words.account}", draft.cloud.account, draft.cloud.region),
        ("Connection", draft.connection.type, None),
        ("Support ticket", case.filed, None),
    )
    for title, first, second in about:
        if first or second:
            yield f"{title}: {', '.join(visible(one) for one in (first, second) if one)}"
    actor = turn_words(case)
    yield f"{actor}{due_words(case)}{': ' if actor else ''}{visible(case.next)}"
    if case.verdict.problems:
        yield ""
    for one in case.verdict.problems:
        where = f"{visible(one.field)}: " if one.field else ""
        yield f"{look(SEVERITIES, one.severity).symbol} {where}{visible(one.message)} [{one.code}]"
    if case.verdict.seen is not None:
        yield ""
        yield f"Inventory of {day(case.verdict.seen.taken_at)}: {summary(case.verdict.report)}"
    if case.notes:
        yield ""
    for note in case.notes:
        yield f"{day(note.at)}  {visible(note.text)}"


def _ticket(case: Case) -> str:
    made = case.verdict.ticket
    return f"Subject: {made.subject}\n\n{made.plain}" if made is not None else ""


VIEWS: Mapping[str, View] = {
    "state": View("State", lambda case: case.name, _state, ""),
    "ask": View(
        "To ask", lambda _: "To send to the customer", lambda case: case.ask, "Nothing has to be asked."
    ),
    "ticket": View(
        "Ticket",
        lambda case: "Support ticket" + (f" {case.filed}, filed" if case.filed else ""),
        _ticket,
        "The ticket cannot be filed yet: something is missing or wrong.",
    ),
    "late": View(
        "Late", lambda _: "To write, because it is late", lambda case: case.nudge, "Nothing is late."
    ),
}
"""By the key that the screen knows them by, in the order of their buttons."""

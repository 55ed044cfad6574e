"""``desk``, ``note``: the CTA's desk without a screen, and words kept with an enablement."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC

import click

from core.audit.catalogue import CHECKS
from core.audit.formats.values import finding_value, not_checked_value
from core.desk import keeping
from core.desk.cases import Case, cases, few
from core.journal.events import Noted
from core.text import visible
from tui.cli import desk
from tui.cli.output import (
    DONE,
    JSON,
    PROBLEMS,
    UNUSABLE,
    formatted,
    note,
    problem_value,
    put,
    say,
    stop,
)
from tui.received import read_received
from tui.widgets.durations import count, day, day_and_time
from tui.widgets.state import CASES, TURNS, look


@click.command("desk")
@click.argument("files", nargs=-1)
@click.option("--ask", is_flag=True, help="Print what to ask back, and to write where it is late.")
@click.option("--ticket", is_flag=True, help="Print the ticket of what is complete and not filed.")
@click.option("--company", help="The company's name, for the ticket's subject.")
@click.option("--keep", is_flag=True, help="Take what they say into enablements; tells the ids.")
@formatted
def desk_(
    files: tuple[str, ...], ask: bool, ticket: bool, company: str | None, keep: bool, form: str
) -> None:
    """Judge what customers send, and show whose turn it is in every enablement, the late ones first. FILES are
    requests, saved inventories and exported histories, or folders of them; an inventory is held against the requests
    of its account. Files are never changed.

    --keep begins an enablement with a request, or corrects the one of the same project and environment; a history
    is merged in.
    """
    received = read_received(files)
    offer, now = desk.offer(), desk.now()
    found = cases(received, keeping.kept(desk.home()), offer, now, company)
    if keep:
        who = "privatelink desk"
        for one, taken in keeping.keep_all(
            desk.home(), found, received, now.astimezone(UTC), os.urandom, who
        ):
            before = f", which said something else: {few(one.differs)}" if one.differs else ""
            note(f"privatelink: {visible(one.name)} is kept as {taken.id}{before}")
            if taken.caution:
                note(f"! {taken.caution}")
        found = cases(received, keeping.kept(desk.home()), offer, now, company)
    if form == JSON:
        put([case_value(one) for one in found])
    elif ask or ticket:
        _say_texts(found, ask, ticket)
    else:
        for one in found:
            _say(one)
        say(_counted(found))
    stop(_exit_code(found))


def case_value(one: Case) -> dict[str, object]:
    """A case's stable JSON keys."""
    cloud, project, made = one.draft.cloud, one.draft.project, one.verdict.ticket
    return {
        "name": one.name,
        "kind": one.kind,
        "files": list(one.files),
        "id": one.id or None,
        "differs": list(one.differs),
        "project": project.id,
        "environment": project.environment,
        "platform": cloud.platform,
        "account": cloud.account,
        "region": cloud.region,
        "type": one.draft.connection.type,
        "state": one.state,
        "turn": one.turn,
        "next": one.next,
        "due": one.due.isoformat() if one.due else None,
        "overdue": one.overdue,
        "filed": one.filed,
        "problems": [problem_value(problem) for problem in one.verdict.problems],
        "findings": [finding_value(finding, CHECKS) for finding in one.verdict.report.findings],
        "not_checked": [not_checked_value(told) for told in one.verdict.report.not_checked],
        "ask": one.ask,
        "nudge": one.nudge,
        "ticket": made and {"subject": made.subject, "markdown": made.markdown, "plain": made.plain},
        "notes": [{"at": told.at.isoformat(), "text": told.text} for told in one.notes],
    }


def _say(one: Case) -> None:
    """A case in two lines: which it is and how far; whose turn, until when, and what comes next."""
    shown, project, cloud = look(CASES, one.state), one.draft.project, one.draft.cloud
    which = " · ".join(
        text for text in (project.id, project.environment, cloud.platform, cloud.region) if text
    )
    files = "" if one.name in one.files else "".join(f" + {name}" for name in one.files)
    say(f"{shown.symbol} {visible(one.name)}{visible(files)}  {visible(which)}  {shown.word}")
    due = ""
    if one.due is not None:
        due = f", {'OVERDUE since' if one.overdue else 'due'} {day(one.due)}"
    say(f"    {TURNS[one.turn]}{due}: {visible(one.next)}")


def _say_texts(found: Sequence[Case], ask: bool, ticket: bool) -> None:
    """The texts to send, each under its case's name where there are several."""
    texts = [(one, text) for one in found for text in _texts(one, ask, ticket)]
    for one, text in texts:
        if len(texts) > 1:
            say(f"---- {visible(one.name)}")
        say(text)
    if not texts:
        note("privatelink: there is nothing to ask or to file")


def _texts(one: Case, ask: bool, ticket: bool) -> tuple[str, ...]:
    made = one.verdict.ticket
    to_file = f"Subject: {made.subject}\n\n{made.plain}" if made and ticket and one.filed is None else ""
    return tuple(text for text in (*((one.nudge, one.ask) if ask else ()), to_file) if text)


def _counted(found: Sequence[Case]) -> str:
    late = sum(one.overdue for one in found)
    turns = {who: sum(one.turn == turn for one in found) for turn, who in TURNS.items()}
    told = ", ".join(f"{many} with {who}" for who, many in turns.items() if many)
    return f"{count(len(found), 'case')}{f': {told}' if told else ''}; {late} overdue"


def _exit_code(found: Sequence[Case]) -> int:
    """2 where a file cannot be read, 1 where something has to be asked back or is overdue."""
    if any(one.kind == "unreadable" for one in found):
        return UNUSABLE
    return PROBLEMS if any(one.wrong or one.overdue for one in found) else DONE


@click.command("note")
@click.argument("id")
@click.argument("text", required=False)
@formatted
def note_(id: str, text: str | None, form: str) -> None:
    """Keep TEXT with the story of ID (- reads it from standard input); without it, show what was noted."""
    if text is not None:
        with desk.enablement(id, write=True) as one, desk.given():
            keeping.note(one, desk.read_text("-") if text == "-" else text)
    with desk.enablement(id, write=False) as one:
        found = [told for told in one.journal.events() if isinstance(told, Noted)]
    if form == JSON:
        put([{"at": told.at.isoformat(), "text": told.text} for told in found])
        return
    for told in found:
        say(f"{day_and_time(told.at, desk.now())}  {visible(told.text)}")

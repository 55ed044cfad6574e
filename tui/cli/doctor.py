"""``doctor``: why a connection does not carry traffic, hop by hop, with the causes ranked. Read-only."""

from __future__ import annotations

import click

from core.cloud import Progress
from core.diagnosis.causes import CAUSES
from core.diagnosis.diagnose import diagnose
from core.diagnosis.model import Cause, Diagnosis, Evidence
from core.request.model import Problem
from core.text import visible
from core.workflow.diagnosing import collect_case
from core.workflow.enablement import NotYet
from tui.cli import desk
from tui.cli.output import DONE, JSON, PROBLEMS, formatted, note, put, say, stop
from tui.widgets.state import VERDICTS


@click.command()
@click.argument("id")
@click.option("--ask", "only_ask", is_flag=True, help="Print only the text for the Support ticket.")
@formatted
def doctor(id: str, only_ask: bool, form: str) -> None:
    """Find out why the connection of ID does not carry traffic. Changes nothing."""
    with desk.enablement(id, write=False) as one:
        cloud = desk.account_of(one)
        case = collect_case(one, cloud, _tell)
    if isinstance(case, Problem):
        raise NotYet(case.message, case.remedy)
    found = diagnose(case)
    if form == JSON:
        put(diagnosis_value(found))
    elif only_ask:
        say(found.ask or "Nothing has to be asked of Magento.")
    else:
        say_diagnosis(found)
    stop(DONE if found.healthy else PROBLEMS)


def _tell(progress: Progress) -> None:
    note(f"reading {progress.what}: {progress.count} ({progress.done} of {progress.total})")


def _evidence(rows: tuple[Evidence, ...]) -> list[dict[str, str]]:
    return [{"resource": row.resource, "field": row.field, "value": row.value} for row in rows]


def _cause_value(cause: Cause) -> dict[str, object]:
    return {
        "code": cause.code,
        "title": CAUSES[cause.code].title,
        "direction": cause.direction,
        "hop": cause.hop,
        "certainty": cause.certainty,
        "message": cause.message,
        "evidence": _evidence(cause.evidence),
        "fix": cause.fix,
        "command": cause.command,
        "source": CAUSES[cause.code].source,
    }


def diagnosis_value(found: Diagnosis) -> dict[str, object]:
    """A diagnosis's stable JSON keys."""
    return {
        "ok": found.healthy,
        "causes": [_cause_value(cause) for cause in found.causes],
        "paths": [
            {
                "direction": path.direction,
                "ends": path.ends,
                "ports": list(path.ports),
                "hops": [
                    {
                        "key": hop.key,
                        "title": hop.title,
                        "place": hop.place,
                        "verdict": hop.verdict,
                        "words": hop.words,
                        "evidence": _evidence(hop.evidence),
                    }
                    for hop in path.hops
                ],
            }
            for path in found.paths
        ],
        "ask": found.ask,
        "gaps": [
            {"what": gap.what, "code": gap.code, "message": gap.message, "permission": gap.permission}
            for gap in found.gaps
        ],
    }


def say_diagnosis(found: Diagnosis) -> None:
    """A diagnosis as lines: the paths, then the causes, then what to ask."""
    for path in found.paths:
        say(f"{path.direction}: {path.ends}")
        for hop in path.hops:
            say(f"  {VERDICTS[hop.verdict].symbol} {hop.title}: {hop.words}")
        say()
    certain = [cause for cause in found.causes if cause.certainty != "possible"]
    for number, cause in enumerate(certain, 1):
        say(f"{number}. {CAUSES[cause.code].title} ({cause.certainty}). {cause.message}")
        for row in cause.evidence:
            say(f"     {row.resource}  {row.field} = {row.value}")
        say(f"     {cause.fix}")
        if cause.command:
            say(f"     $ {cause.command}")
    if not certain:
        say("No cause was found on your side.")
    for cause in found.causes:
        if cause.certainty == "possible":
            say(f"  possible: {cause.message} {cause.fix}")
    for gap in found.gaps:
        note(f"not checked: {visible(gap.what)}, because {gap.message} [{gap.code}]")
    if found.ask:
        say(f"\nTo write in the ticket:\n{found.ask}")

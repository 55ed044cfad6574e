"""A report as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.audit.check import Check
from core.audit.finding import Report, Severity
from core.audit.formats.words import amount, moment, place, subject, summary, unmade_by_reason
from core.text import visible

MARKS: Mapping[Severity, str] = {"critical": "✗", "high": "✗", "medium": "!", "low": "!", "info": "·"}
"""A symbol for each severity; the word stands beside it."""

NAMED = 4
"""More checks than these that were not made for one reason are only counted; JSON names them all."""


def write(report: Report, checks: Mapping[str, Check]) -> str:
    """The lines: where it was looked, each finding with its evidence and command, and what was not checked."""
    return "\n".join(map(visible, _lines(report, checks))) + "\n"


def _lines(report: Report, checks: Mapping[str, Check]) -> Iterator[str]:
    for scope in report.scopes:
        yield f"{place(scope)}, {moment(scope)}"
    many = len(report.scopes) > 1
    for one in report.findings:
        yield ""
        yield f"{MARKS[one.severity]} {one.severity:<8}  {checks[one.check].title}  [{one.check}]"
        yield f"    {subject(one)}" + (f", {place(one.scope)}" if many else "")
        yield f"    {one.message}"
        for fact in one.evidence:
            yield f"      {fact.field} = {fact.value}"
        yield f"    {checks[one.check].remedy}"
        if one.command:
            yield f"    $ {one.command}"
    if report.suppressed:
        yield ""
        for kept in report.suppressed:
            until = f", until {kept.expires}" if kept.expires else ""
            yield f"- suppressed  {kept.finding.check}  {kept.finding.resource.id}: {kept.reason}{until}"
    if report.not_checked:
        yield ""
        for (why, scope), ids in unmade_by_reason(report).items():
            which = ", ".join(ids) if len(ids) <= NAMED else amount(len(ids), "check")
            yield f"? {which}: {why}" + (f" ({place(scope)})" if many else "")
    yield ""
    for note in report.notes:
        yield f"note: {note}"
    yield summary(report)

"""A report as Markdown: for tickets, pull requests and wikis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.audit.check import Check
from core.audit.finding import SEVERITIES, Finding, Report
from core.audit.formats.words import moment, place, subject, summary, unmade_by_reason
from core.handoff.markup import markdown as plain


def write(report: Report, checks: Mapping[str, Check]) -> str:
    """The Markdown text (CommonMark with GitHub's tables). Everything that came from outside stays text."""
    return "\n".join(_lines(report, checks)) + "\n"


def _lines(report: Report, checks: Mapping[str, Check]) -> Iterator[str]:
    yield "# PrivateLink audit"
    yield ""
    for scope in report.scopes:
        yield f"- {plain(place(scope))}, {plain(moment(scope))}"
    yield ""
    yield f"{plain(summary(report))}."
    for severity in SEVERITIES:
        found = [one for one in report.findings if one.severity == severity]
        if found:
            yield ""
            yield f"## {severity.capitalize()} ({len(found)})"
        for one in found:
            yield from _finding(one, checks[one.check], len(report.scopes) > 1)
    if report.suppressed:
        yield ""
        yield "## Suppressed"
        yield ""
        yield "| Check | Resource | Reason | Until |"
        yield "|---|---|---|---|"
        for kept in report.suppressed:
            until = kept.expires.isoformat() if kept.expires else ""
            cells = (kept.finding.check, kept.finding.resource.id, kept.reason, until)
            yield "| " + " | ".join(map(plain, cells)) + " |"
    if report.not_checked:
        yield ""
        yield "## Not checked"
        yield ""
        for (why, scope), ids in unmade_by_reason(report).items():
            yield f"- {plain(place(scope))}, {plain(why)}: {plain(', '.join(ids))}"
    for note in report.notes:
        yield ""
        yield f"Note: {plain(note)}"


def _finding(one: Finding, check: Check, many: bool) -> Iterator[str]:
    yield ""
    yield f"### {plain(check.title)}"
    yield ""
    where = f", {place(one.scope)}" if many else ""
    yield f"{plain(subject(one))}{plain(where)}. {plain(one.message)}"
    yield ""
    yield "| Read | Value |"
    yield "|---|---|"
    for fact in one.evidence:
        yield f"| {plain(fact.field)} | {plain(fact.value)} |"
    yield ""
    yield f"{plain(check.rationale)} {plain(check.remedy)}"
    if one.command:
        yield ""
        yield f"Command: <code>{plain(one.command)}</code>"
    yield ""
    yield f"Check {plain(one.check)}. Source: [{plain(check.source.title)}](<{check.source.url}>)"

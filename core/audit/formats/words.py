"""What all forms of a report say alike."""

from __future__ import annotations

from collections.abc import Mapping

from core.audit.finding import Finding, NotChecked, Report, Scope
from core.request.facts import ACCOUNT_NAMES, CLOUD_NAMES
from core.workflow.surveying import region_words


def amount(count: int, word: str) -> str:
    """A count with its word, in the plural where it is one."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def place(scope: Scope) -> str:
    """Where it was looked, in words."""
    cloud, account = CLOUD_NAMES[scope.platform], ACCOUNT_NAMES[scope.platform]
    return f"{cloud} {account} {scope.account or 'unknown'}, {region_words(scope.region)}"


def moment(scope: Scope) -> str:
    """When it was looked."""
    return scope.taken_at.isoformat(sep=" ", timespec="seconds")


def subject(one: Finding) -> str:
    """What a finding is about: kind, id and name."""
    named = f" ({one.resource.name})" if one.resource.name not in ("", one.resource.id) else ""
    return f"{one.resource.kind} {one.resource.id}{named}"


def unmade(one: NotChecked) -> str:
    """Why a check was not made."""
    many = f" of {amount(len(one.resources), 'resource')}" if one.resources else ""
    takes = f"; it takes {one.permission}" if one.permission else ""
    return f"not checked, because {one.because}{many}{takes}"


def unmade_by_reason(report: Report) -> Mapping[tuple[str, Scope], tuple[str, ...]]:
    """Why and where checks were not made → which, by their ids. One look that fails concerns many."""
    found: dict[tuple[str, Scope], list[str]] = {}
    for one in report.not_checked:
        found.setdefault((unmade(one), one.scope), []).append(one.check)
    return {reason: tuple(ids) for reason, ids in found.items()}


def summary(report: Report) -> str:
    """The report in one line."""
    counts = [f"{count} {severity}" for severity, count in report.counts.items() if count]
    parts = [amount(len(report.findings), "finding") + (f" ({', '.join(counts)})" if counts else "")]
    if report.known:
        parts.append(f"{report.known} known from the baseline")
    if report.suppressed:
        parts.append(f"{len(report.suppressed)} suppressed")
    if report.not_checked:
        unmade_checks = len({one.check for one in report.not_checked})
        parts.append(f"{amount(unmade_checks, 'check')} not made in full")
    parts.append(f"{amount(len(report.held), 'check')} held")
    return ", ".join(parts)

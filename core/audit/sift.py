"""Which findings are shown: what is new and not suppressed; by severity, by words, by where in the account they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.audit import baseline, suppress
from core.audit.check import Check
from core.audit.finding import RANKS, SEVERITIES, Finding, Report, Severity
from core.audit.formats.words import place

_DEEPEST = 4
_SEPARATOR = "\0"
"""Between the parts of a branch's key: no cloud has it in an id."""


def unhidden(
    report: Report, suppressions: Iterable[suppress.Suppression], known: Collection[str], today: date
) -> Report:
    """The report without what somebody lives with (:mod:`core.audit.suppress`), and of the rest without what a
    baseline has already (:mod:`core.audit.baseline`).
    """
    return baseline.apply(suppress.apply(report, suppressions, today), known)


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is let through. ``words`` all have to occur; ``branch`` is the key of a :class:`Branch`, empty for all."""

    severities: frozenset[Severity] = frozenset(SEVERITIES)
    words: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the tree of resources: everything, account, network, kind, resource.

    ``title`` is what stands there, ``count`` how many findings it holds, ``worst`` the worst of them.
    """

    key: str
    depth: int
    title: str
    count: int
    worst: Severity


def searchable(finding: Finding, checks: Mapping[str, Check]) -> str:
    """What words are looked for in, in lower case."""
    one = finding.resource
    parts = (
        finding.check,
        checks[finding.check].title,
        one.kind,
        one.id,
        one.name,
        one.network,
        finding.message,
    )
    return "\n".join(parts).lower()


def sifted(findings: Sequence[Finding], texts: Sequence[str], sieve: Sieve) -> tuple[Finding, ...]:
    """The findings that the sieve lets through, in their order. ``texts`` are theirs (:func:`searchable`)."""
    words = sieve.words.lower().split()
    return tuple(
        one
        for one, text in zip(findings, texts, strict=True)
        if one.severity in sieve.severities
        and all(word in text for word in words)
        and (not sieve.branch or sieve.branch in _keys(one))
    )


def _parts(finding: Finding) -> tuple[str, str, str, str]:
    one = finding.resource
    return place(finding.scope), one.network or "no network", one.kind, one.id


def _keys(finding: Finding) -> tuple[str, ...]:
    parts = _parts(finding)
    return tuple(_SEPARATOR.join(parts[: depth + 1]) for depth in range(len(parts)))


def branches(findings: Sequence[Finding], most: int = 1000) -> tuple[Branch, ...]:
    """The tree of what has findings, as rows in order; the first is all of them, and its key is empty. Beyond
    ``most`` rows single resources are left out.
    """
    if not findings:
        return ()
    found: dict[str, list[Finding]] = {}
    for one in findings:
        for key in _keys(one):
            found.setdefault(key, []).append(one)
    rows = [_branch(key, ones) for key, ones in sorted(found.items())]
    if len(rows) > most:
        rows = [row for row in rows if row.depth < _DEEPEST]
    return (Branch("", 0, "everything", len(findings), _worst(findings)), *rows)


def _branch(key: str, findings: Sequence[Finding]) -> Branch:
    parts = key.split(_SEPARATOR)
    title, named = parts[-1], findings[0].resource
    if len(parts) == _DEEPEST and named.name not in ("", title):
        title = named.name
    return Branch(key, len(parts), title, len(findings), _worst(findings))


def _worst(findings: Sequence[Finding]) -> Severity:
    return min((one.severity for one in findings), key=RANKS.__getitem__)

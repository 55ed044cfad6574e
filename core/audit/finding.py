"""What an audit says: findings, what was not checked and why, and the report that holds both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from core.request.model import Platform

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
"""The worst first."""

RANKS: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written: a document's title and its address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read: the API's own field, and its value."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Resource:
    """What a finding is about. ``kind`` is the cloud's word for it, ``network`` the id of its VPC or VNet, empty
    where it is in none.
    """

    kind: str
    id: str
    name: str
    network: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where it was looked, and when."""

    platform: Platform
    account: str
    region: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with one resource.

    ``command`` is the exact command that mends it, with ids in place; what only the person can choose stands in
    it between angle brackets. ``key`` tells two findings of one check about one resource apart.
    """

    check: str
    severity: Severity
    scope: Scope
    resource: Resource
    message: str
    evidence: tuple[Evidence, ...]
    command: str = ""
    key: str = ""

    @property
    def fingerprint(self) -> str:
        """The same in every report in which this finding stands, whenever it was made."""
        scope, one = self.scope, self.resource
        parts = (self.check, scope.platform, scope.account, scope.region, one.id.lower(), self.key)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A check that could not be made, or not of everything. It is not a pass.

    ``permission`` is what it would take, where a permission is. ``resources`` are the ids that it could not be
    said of; empty where not even they are known.
    """

    check: str
    scope: Scope
    because: str
    permission: str = ""
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that somebody decided to live with, why, and until when."""

    finding: Finding
    reason: str
    expires: date | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found. ``findings`` has the worst first; ``held`` are the checks that were made of everything
    and found nothing. ``known`` counts findings that a baseline has already. ``notes`` tells of suppressions that
    have expired or fit nothing.
    """

    scopes: tuple[Scope, ...]
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    held: tuple[str, ...]
    suppressed: tuple[Suppressed, ...] = ()
    known: int = 0
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings there are of each severity."""
        counts = dict.fromkeys(SEVERITIES, 0)
        for one in self.findings:
            counts[one.severity] += 1
        return counts


def at_least(severity: Severity, least: Severity) -> bool:
    """Whether a severity is as bad as another, or worse."""
    return RANKS[severity] <= RANKS[least]

"""A report as JSON with stable keys; a baseline is one of these."""

from __future__ import annotations

import json
from collections.abc import Mapping

from core.audit.check import Check
from core.audit.finding import Finding, NotChecked, Report, Scope, Suppressed

VERSION = 1
"""Of the keys' meaning: a change that a reader would notice makes it another."""


def write(report: Report, checks: Mapping[str, Check]) -> str:
    """The JSON text, ASCII only, so that no terminal can be tricked by what it holds."""
    return json.dumps(value(report, checks), indent=2, ensure_ascii=True) + "\n"


def value(report: Report, checks: Mapping[str, Check]) -> dict[str, object]:
    """A report's keys."""
    return {
        "version": VERSION,
        "scopes": [_scope(one) | {"taken_at": one.taken_at.isoformat()} for one in report.scopes],
        "counts": dict(report.counts),
        "findings": [finding_value(one, checks) for one in report.findings],
        "suppressed": [_suppressed(one, checks) for one in report.suppressed],
        "known": report.known,
        "not_checked": [not_checked_value(one) for one in report.not_checked],
        "held": list(report.held),
        "notes": list(report.notes),
    }


def check_value(check: Check) -> dict[str, object]:
    """A check's keys."""
    return {
        "id": check.id,
        "platform": check.platform,
        "severity": check.severity,
        "title": check.title,
        "rationale": check.rationale,
        "remedy": check.remedy,
        "source": {"title": check.source.title, "url": check.source.url},
    }


def _scope(one: Scope) -> dict[str, object]:
    return {"platform": one.platform, "account": one.account, "region": one.region}


def finding_value(one: Finding, checks: Mapping[str, Check]) -> dict[str, object]:
    """A finding's keys."""
    check = checks[one.check]
    return {
        "check": one.check,
        "severity": one.severity,
        "title": check.title,
        **_scope(one.scope),
        "resource": {
            "kind": one.resource.kind,
            "id": one.resource.id,
            "name": one.resource.name,
            "network": one.resource.network,
        },
        "message": one.message,
        "evidence": [{"field": fact.field, "value": fact.value} for fact in one.evidence],
        "rationale": check.rationale,
        "remedy": check.remedy,
        "command": one.command,
        "source": {"title": check.source.title, "url": check.source.url},
        "fingerprint": one.fingerprint,
    }


def _suppressed(one: Suppressed, checks: Mapping[str, Check]) -> dict[str, object]:
    return {
        "finding": finding_value(one.finding, checks),
        "reason": one.reason,
        "expires": one.expires.isoformat() if one.expires else None,
    }


def not_checked_value(one: NotChecked) -> dict[str, object]:
    """The keys of what was not checked."""
    return {
        "check": one.check,
        **_scope(one.scope),
        "because": one.because,
        "permission": one.permission,
        "resources": list(one.resources),
    }

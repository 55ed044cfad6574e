"""A report as SARIF 2.1.0: for GitHub code scanning and other dashboards.

Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from datetime import UTC

from core.audit.check import Check
from core.audit.finding import Evidence, Finding, NotChecked, Report, Severity
from core.audit.formats.words import place, subject, unmade
from core.text import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Mapping[Severity, str] = {
    "critical": "error",
    "high": "error",
    "medium": "warning",
    "low": "note",
    "info": "note",
}
SCORES: Mapping[Severity, str] = {
    "critical": "9.5",
    "high": "8.0",
    "medium": "5.5",
    "low": "3.0",
    "info": "0.0",
}
"""``security-severity`` as GitHub sorts by it: a number from 0 to 10 as text."""

_UNRESERVED = frozenset(f"{string.ascii_letters}{string.digits}-._~/".encode())


def write(report: Report, checks: Mapping[str, Check]) -> str:
    """The SARIF text, ASCII only."""
    return json.dumps(value(report, checks), indent=2, ensure_ascii=True) + "\n"


def value(report: Report, checks: Mapping[str, Check]) -> dict[str, object]:
    """The SARIF log. What was not checked is told as notifications of the tool."""
    platforms = {scope.platform for scope in report.scopes}
    rules = [
        check for check in sorted(checks.values(), key=lambda one: one.id) if check.platform in platforms
    ]
    places = {check.id: number for number, check in enumerate(rules)}
    results = [_result(one, places[one.check]) for one in report.findings]
    for kept in report.suppressed:
        told = {"kind": "external", "status": "accepted", "justification": visible(kept.reason)}
        results.append(_result(kept.finding, places[kept.finding.check]) | {"suppressions": [told]})
    invocation: dict[str, object] = {
        "executionSuccessful": True,
        "toolExecutionNotifications": [_notification(one, places[one.check]) for one in report.not_checked],
    }
    if report.scopes:
        taken = max(scope.taken_at for scope in report.scopes)
        invocation["endTimeUtc"] = taken.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    run: dict[str, object] = {
        "tool": {"driver": {"name": "privatelink", "rules": [_rule(check) for check in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": results,
        "invocations": [invocation],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, object]:
    return {
        "id": check.id,
        "name": "".join(part.capitalize() for part in check.id.split("-")),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.rationale},
        "help": {"text": f"{check.remedy} Source: {check.source.title}, {check.source.url}"},
        "helpUri": check.source.url,
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {
            "tags": ["security", check.platform],
            "precision": "very-high",
            "security-severity": SCORES[check.severity],
        },
    }


def _result(one: Finding, place_in_rules: int) -> dict[str, object]:
    scope = one.scope
    uri = "/".join(
        _quoted(part.strip("/"))
        for part in (scope.platform, scope.account, scope.region, one.resource.id)
        if part
    )
    return {
        "ruleId": one.check,
        "ruleIndex": place_in_rules,
        "level": LEVELS[one.severity],
        "message": {"text": _plain(f"{subject(one)}: {one.message}")},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
                "logicalLocations": [
                    {
                        "name": visible(one.resource.name or one.resource.id),
                        "fullyQualifiedName": visible(one.resource.id),
                        "kind": "resource",
                    }
                ],
            }
        ],
        "partialFingerprints": {"privatelink/v1": one.fingerprint},
        "properties": {
            "severity": one.severity,
            "place": visible(place(scope)),
            "resourceKind": one.resource.kind,
            "evidence": [_fact(fact) for fact in one.evidence],
            "command": visible(one.command),
        },
    }


def _quoted(text: str) -> str:
    """A path of a URI: everything but unreserved characters and ``/`` percent-encoded (RFC 3986)."""
    data = text.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in data)


def _plain(text: str) -> str:
    """Text that stays text: in a message ``{0}`` stands for an argument and ``[text](1)`` for a link (sections
    3.11.5 and 3.11.6).
    """
    doubled = visible(text).replace("{", "{{").replace("}", "}}")
    return doubled.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _fact(fact: Evidence) -> str:
    return visible(f"{fact.field} = {fact.value}")


def _notification(one: NotChecked, place_in_rules: int) -> dict[str, object]:
    return {
        "level": "warning",
        "message": {"text": _plain(f"{one.check}: {unmade(one)} ({place(one.scope)})")},
        "associatedRule": {"id": one.check, "index": place_in_rules},
    }

"""Only what is new: an earlier report, as JSON, whose findings are known already."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace

from core.audit.finding import Report
from core.audit.formats.values import VERSION
from core.unusable import UnusableFile

_REMEDY = "Name a report that privatelink audit --format json wrote."


def read(data: bytes) -> frozenset[str]:
    """The fingerprints of a JSON report's findings, suppressed ones too. Raises UnusableFile."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnusableFile("it is not JSON", _REMEDY) from error
    if not isinstance(value, dict) or "findings" not in value:
        raise UnusableFile("it is no audit report", _REMEDY)
    if value.get("version") != VERSION:
        raise UnusableFile(
            f"its version is {value.get('version')!r:.20}, this program reads {VERSION}",
            "Write it anew with this program, or use the program that wrote it.",
        )
    try:
        found = [one["fingerprint"] for one in value["findings"]]
        found += [one["finding"]["fingerprint"] for one in value.get("suppressed", ())]
        return frozenset(map(str, found))
    except (TypeError, KeyError) as error:
        raise UnusableFile("one of its findings has no fingerprint", _REMEDY) from error


def apply(report: Report, known: Collection[str]) -> Report:
    """The report without what is known; how many those are is told."""
    new = tuple(one for one in report.findings if one.fingerprint not in known)
    return replace(report, findings=new, known=report.known + len(report.findings) - len(new))

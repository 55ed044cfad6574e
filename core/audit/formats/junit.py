"""A report as JUnit XML: a suite for each place, a case for each check, for CI systems.

Source: the form that Jenkins and GitLab read (``testsuites``, ``testsuite``, ``testcase`` with ``failure`` or
``skipped``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from core.audit.check import Check
from core.audit.finding import Finding, NotChecked, Report, Scope
from core.audit.formats.words import place, subject, unmade
from core.text import visible

_NO_XML = re.compile(r"[\ufffe\uffff]")
"""What XML 1.0 cannot hold and :func:`visible` leaves."""


def write(report: Report, checks: Mapping[str, Check]) -> str:
    """The XML text. A check with findings fails, one that was not made is skipped."""
    root = ElementTree.Element("testsuites", name="privatelink audit")
    totals = {"tests": 0, "failures": 0, "skipped": 0}
    for scope in report.scopes:
        suite = _suite(root, report, scope, checks)
        for name in totals:
            totals[name] += int(suite.get(name, "0"))
    for name, count in totals.items():
        root.set(name, str(count))
    root.set("errors", "0")
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", visible(text))


def _suite(
    root: ElementTree.Element, report: Report, scope: Scope, checks: Mapping[str, Check]
) -> ElementTree.Element:
    found: dict[str, list[Finding]] = {}
    for one in report.findings:
        if one.scope == scope:
            found.setdefault(one.check, []).append(one)
    gaps: dict[str, list[NotChecked]] = {}
    for gap in report.not_checked:
        if gap.scope == scope:
            gaps.setdefault(gap.check, []).append(gap)
    made = [check for check in checks.values() if check.platform == scope.platform]
    suite = ElementTree.SubElement(root, "testsuite", name=_text(place(scope)))
    suite.set("timestamp", scope.taken_at.replace(tzinfo=None).isoformat(timespec="seconds"))
    failures = skipped = 0
    for check in sorted(made, key=lambda one: one.id):
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"privatelink.{check.severity}", name=check.id
        )
        for one in found.get(check.id, ()):
            failure = ElementTree.SubElement(case, "failure", type=check.severity)
            failure.set("message", _text(f"{subject(one)}: {one.message}"))
            failure.text = "\n".join(
                (
                    "",
                    _text(check.title),
                    *(_text(f"{fact.field} = {fact.value}") for fact in one.evidence),
                    _text(check.remedy),
                    _text(one.command),
                    "",
                )
            )
        if check.id in found:
            failures += 1
        elif check.id in gaps:
            skipped += 1
            because = "; ".join(_text(unmade(gap)) for gap in gaps[check.id])
            ElementTree.SubElement(case, "skipped", message=because)
    for name, count in (("tests", len(made)), ("failures", failures), ("skipped", skipped), ("errors", 0)):
        suite.set(name, str(count))
    return suite

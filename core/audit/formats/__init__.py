"""A report as text of one form: tables, JSON, SARIF, HTML, Markdown, JUnit. Same report, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.audit.check import Check
from core.audit.finding import Report

Checks = Mapping[str, Check]
"""Checks by their ids."""

Writer = Callable[[Report, Checks], str]


def _table(report: Report, checks: Checks) -> str:
    from core.audit.formats.table import write

    return write(report, checks)


def _json(report: Report, checks: Checks) -> str:
    from core.audit.formats.values import write

    return write(report, checks)


def _sarif(report: Report, checks: Checks) -> str:
    from core.audit.formats.sarif import write

    return write(report, checks)


def _html(report: Report, checks: Checks) -> str:
    from core.audit.formats.html import write

    return write(report, checks)


def _markdown(report: Report, checks: Checks) -> str:
    from core.audit.formats.markdown import write

    return write(report, checks)


def _junit(report: Report, checks: Checks) -> str:
    from core.audit.formats.junit import write

    return write(report, checks)


FORMATS: Mapping[str, Writer] = {
    "table": _table,
    "json": _json,
    "sarif": _sarif,
    "html": _html,
    "markdown": _markdown,
    "junit": _junit,
}
"""Each form by its name; what it takes is imported when it is written."""

SUFFIXES: Mapping[str, str] = {
    "table": ".txt",
    "json": ".json",
    "sarif": ".sarif",
    "html": ".html",
    "markdown": ".md",
    "junit": ".xml",
}
"""How a file of each form is called."""

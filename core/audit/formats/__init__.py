"""A report as text of one form: tables, JSON, SARIF, HTML, Markdown, JUnit. Same report, same bytes."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import partial

from core.audit.check import Check
from core.audit.finding import Report

Checks = Mapping[str, Check]
"""Checks by their ids."""

Writer = Callable[[Report, Checks], str]


def _write(module: str, report: Report, checks: Checks) -> str:
    writer: Writer = importlib.import_module(f"core.audit.formats.{module}").write
    return writer(report, checks)


FORMATS: Mapping[str, Writer] = {
    "table": partial(_write, "table"),
    "json": partial(_write, "values"),
    "sarif": partial(_write, "sarif"),
    "html": partial(_write, "html"),
    "markdown": partial(_write, "markdown"),
    "junit": partial(_write, "junit"),
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

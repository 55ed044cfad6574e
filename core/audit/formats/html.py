"""A report as one HTML page that needs nothing else: no address is asked for anything when it is opened."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from core.audit.check import Check
from core.audit.finding import SEVERITIES, Report
from core.audit.formats.words import moment, place, subject, summary, unmade_by_reason
from core.pages import template

if TYPE_CHECKING:
    from jinja2 import Template


def write(report: Report, checks: Mapping[str, Check]) -> str:
    """The page. Everything that came from outside is escaped by the template and made visible before."""
    script = _file("report.js")
    used = {one.check for one in report.findings}
    return _template().render(
        report=report,
        checks=checks,
        used=sorted(used),
        severities=SEVERITIES,
        style=_file("report.css"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        place=place,
        moment=moment,
        subject=subject,
        summary=summary,
        unmade=unmade_by_reason(report),
    )


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    return template(_file("report.html"))

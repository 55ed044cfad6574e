"""Findings that somebody decided to live with: a TOML file, each entry with its reason and its last day.

[[suppress]]
check = "aws-nlb-one-zone"
resource = "arn:aws:elasticloadbalancing:*:loadbalancer/net/shop/*"
reason = "the application runs in one zone, decided in CHG-123"
expires = 2026-12-31
"""

from __future__ import annotations

import fnmatch
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.audit.finding import Finding, Report, Suppressed
from core.text import excerpt
from core.unusable import UnusableFile

MOST = 1 << 20
"""Bytes of a file that are read at the most."""


class Suppression(BaseModel):
    """One entry. ``check`` and ``resource`` are patterns with ``*``, without case; a resource fits by its id or
    its name. ``expires`` is the last day on which it holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    check: str = Field(min_length=1)
    resource: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    expires: date


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    suppress: tuple[Suppression, ...] = ()


def read(data: bytes) -> tuple[Suppression, ...]:
    """The entries of a file. Raises UnusableFile that names the place."""
    remedy = "Each [[suppress]] has check, resource, reason and expires (a date)."
    try:
        return _File.model_validate(tomllib.loads(data.decode("utf-8-sig"))).suppress
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UnusableFile(f"{excerpt(where)}: {first['msg']}", remedy) from error
    except ValueError as error:
        # No UTF-8, no TOML, or a number with thousands of digits.
        raise UnusableFile(excerpt(str(error), 200), remedy) from error
    except RecursionError as error:
        raise UnusableFile("nested too deeply", remedy) from error


@dataclass(frozen=True, slots=True)
class _Entry:
    given: Suppression
    fits_check: Callable[[str], re.Match[str] | None]
    fits_resource: Callable[[str], re.Match[str] | None]

    def fits(self, one: Finding) -> bool:
        """Whether it is about this finding."""
        named = (one.resource.id, one.resource.name)
        return bool(self.fits_check(one.check)) and any(self.fits_resource(name.lower()) for name in named)


def _pattern(text: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(fnmatch.translate(text.lower().replace("[", "[[]"))).match


def apply(report: Report, suppressions: Iterable[Suppression], today: date) -> Report:
    """The report without what is suppressed. What has expired suppresses nothing and is told, and so is what fits
    nothing.
    """
    entries = [_Entry(one, _pattern(one.check), _pattern(one.resource)) for one in suppressions]
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    used: set[int] = set()
    for finding in report.findings:
        fitting = [number for number, entry in enumerate(entries) if entry.fits(finding)]
        used.update(fitting)
        holding = next((entries[n].given for n in fitting if today <= entries[n].given.expires), None)
        if holding is None:
            kept.append(finding)
        else:
            suppressed.append(Suppressed(finding, holding.reason, holding.expires))
    notes = [note for n, entry in enumerate(entries) if (note := _note(entry.given, n in used, today))]
    return replace(
        report,
        findings=tuple(kept),
        suppressed=(*report.suppressed, *suppressed),
        notes=(*report.notes, *notes),
    )


def _note(one: Suppression, used: bool, today: date) -> str:
    what = f"the suppression of {one.check} for {one.resource}"
    if used and today > one.expires:
        return f"{what} expired on {one.expires.isoformat()}: {one.reason}"
    return "" if used else f"{what} fits nothing that was found"

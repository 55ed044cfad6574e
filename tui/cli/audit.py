"""``audit``: every check of accounts and regions, or of saved inventories. Read-only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from core.audit import baseline, suppress
from core.audit.catalogue import CHECKS, audit_all
from core.audit.finding import SEVERITIES, Report, at_least
from core.audit.formats import FORMATS
from core.audit.formats.values import check_value
from core.audit.sift import unhidden
from core.journal import files
from core.network import saved
from core.request.model import Platform
from core.text import visible
from core.unusable import UnusableFile
from tui.cli import desk, places
from tui.cli.output import DONE, FAILED, JSON, PROBLEMS, Unusable, form_option, note, put, say, stop

T = TypeVar("T")
NEVER = "never"


@click.command()
@places.placed
@click.option(
    "--from", "saved_files", multiple=True, metavar="FILE", help="A saved inventory instead. Repeatable."
)
@form_option(tuple(FORMATS), "table", "Form.")
@click.option("--out", metavar="FILE", help="A new file for the report.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, NEVER]),
    default="low",
    show_default=True,
    help="Exit 1.",
)
@click.option(
    "--suppress", "suppressions", metavar="FILE", help="TOML: [[suppress]] check, resource, reason, expires."
)
@click.option("--baseline", "known", metavar="FILE", help="Show only what this JSON report has not.")
@click.option("--list", "listing", is_flag=True, help="List the checks, and look at nothing.")
def audit(
    cloud: Platform | None,
    profiles: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    network: str | None,
    saved_files: tuple[str, ...],
    form: str,
    out: str | None,
    fail_on: str,
    suppressions: str | None,
    known: str | None,
    listing: bool,
) -> None:
    """Check whether networks are fit for PrivateLink, and safe. Changes nothing. What cannot be seen is told as not
    checked, and never as a pass.
    """
    if listing:
        _list(form, cloud)
        stop(DONE)
    kept = _file(suppressions, suppress.read, suppress.MOST) if suppressions else ()
    before = _file(known, baseline.read, saved.MOST) if known else frozenset()
    if saved_files:
        if cloud or profiles or accounts or regions or network:
            raise Unusable("--from names files, and other options an account", "Choose one of the two.")
        seen = tuple(one for name in saved_files for one in _file(name, saved.read, saved.MOST).inventories)
        status = DONE if not any(one.gaps for one in seen) else PROBLEMS
    else:
        found = places.look(places.places(cloud, profiles, accounts, regions, network))
        seen, status = tuple(one.inventory for one in found), places.status_of(found)
    report = unhidden(audit_all(seen, desk.offer()), kept, before, desk.now().date())
    _tell(FORMATS[form](report, CHECKS), out)
    stop(_status(report, status, fail_on))


def _file(name: str, read: Callable[[bytes], T], most: int) -> T:
    try:
        return read(desk.read_bytes(name, most))
    except UnusableFile as error:
        raise Unusable(f"{name}: {error.message}", error.remedy) from error


def _tell(text: str, out: str | None) -> None:
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        files.write_new(Path(out), text.encode())
        note(f"privatelink: the report is in {visible(out)}")


def _status(report: Report, looked: int, fail_on: str) -> int:
    """1 for findings that are bad enough, and where not everything could be looked at: that is no pass."""
    if looked == FAILED or fail_on == NEVER:
        return FAILED if looked == FAILED else DONE
    least = next(one for one in SEVERITIES if one == fail_on)
    return PROBLEMS if any(at_least(one.severity, least) for one in report.findings) else looked


def _list(form: str, cloud: Platform | None) -> None:
    shown = [check for check in CHECKS.values() if cloud in (None, check.platform)]
    if form == JSON:
        put([check_value(check) for check in shown])
        return
    for check in shown:
        say(f"{check.severity:<9}{check.id:<36}{check.title}")
    say(f"{len(shown)} checks")

"""``inventory``: everything that the audit and the diagnosis read, as one file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from core.journal import files
from core.network import saved
from core.network.model import Inventory
from core.request.facts import ACCOUNT_NAMES, CLOUD_NAMES
from core.request.model import Platform
from core.workflow.surveying import Surveyed
from tui.cli import places
from tui.cli.output import FAILED, JSON, Unusable, formatted, note, put, say, stop

COUNTED = {
    "networks": "networks",
    "subnets": "subnets",
    "load_balancers": "load balancers",
    "target_groups": "target groups",
    "endpoint_services": "services",
    "connections": "connections",
    "endpoints": "endpoints",
}
"""What is counted, by the inventory's field, in words."""


@click.command()
@places.placed
@click.option(
    "--out", required=True, help="The file to write; it must not be there yet. - is standard output."
)
@formatted
def inventory(
    cloud: Platform | None,
    profiles: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    network: str | None,
    out: str,
    form: str,
) -> None:
    """Read everything about PrivateLink in accounts and regions, and save it as a file. Changes nothing.

    audit and doctor can work from such a file without any cloud. What could not be read is told, with the
    permission that it takes; the file says so too.
    """
    wanted = places.places(cloud, profiles, accounts, regions, network)
    if out != "-" and os.path.lexists(out):
        raise Unusable(f"{out} is there already", "Name a file that is not there yet.")
    found = places.look(wanted)
    status = places.status_of(found)
    data = saved.write([one.inventory for one in found])
    if out == "-":
        sys.stdout.buffer.write(data)
        stop(status)
    written = status != FAILED
    if written:
        files.write_new(Path(out), data)
    if form == JSON:
        put(
            {
                "ok": status == 0,
                "file": out if written else None,
                "inventories": [_value(one) for one in found],
            }
        )
    else:
        for one in found:
            say(_line(one.inventory))
        if written:
            say(f"saved in {out}")
    if not written:
        note("privatelink: nothing could be read, and nothing was written")
    stop(status)


def _counts(inventory: Inventory) -> dict[str, int]:
    return {name: len(getattr(inventory, name)) for name in COUNTED}


def _value(one: Surveyed) -> dict[str, object]:
    """An inventory's stable JSON keys."""
    seen = one.inventory
    return {
        "cloud": seen.platform,
        "account": seen.account,
        "region": seen.region,
        "profile": one.place.profile,
        "counts": _counts(seen),
        "gaps": [
            {"what": gap.what, "code": gap.code, "message": gap.message, "permission": gap.permission}
            for gap in seen.gaps
        ],
    }


def _line(seen: Inventory) -> str:
    counts = ", ".join(f"{count} {COUNTED[name]}" for name, count in _counts(seen).items())
    whose = f"{ACCOUNT_NAMES[seen.platform]} {seen.account}" if seen.account else CLOUD_NAMES[seen.platform]
    return f"{whose}, {seen.region}: {counts}"

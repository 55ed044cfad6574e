"""``inventory``: everything that the audit and the diagnosis read, as one file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from core.journal import files
from core.network import saved
from core.network.model import Inventory
from core.request.facts import ACCOUNT_NAMES, CLOUD_NAMES
from core.request.model import Platform
from core.workflow.surveying import region_words
from tui.cli import desk, places
from tui.cli.output import DONE, FAILED, JSON, PROBLEMS, Unusable, formatted, note, put, say, stop

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
@click.option("--from", "source", metavar="FILE", help="A saved file instead of looking; - is stdin.")
@click.option("--redact", is_flag=True, help="Stand-ins for numbers, ids, names and addresses.")
@click.option("--map", "mapped", metavar="FILE", help="With --redact: what stands for what.")
@click.option("--out", required=True, help="A new file; - is stdout.")
@formatted
def inventory(
    cloud: Platform | None,
    profiles: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    network: str | None,
    source: str | None,
    redact: bool,
    mapped: str | None,
    out: str,
    form: str,
) -> None:
    """Read everything about PrivateLink in accounts and regions, and save it as a file. Changes nothing. What cannot
    be read is told, with the permission that it takes. A redacted file can be given away: in it are the same faults.
    """
    _check(out, mapped, redact)
    if source is None:
        found = places.look(places.places(cloud, profiles, accounts, regions, network))
        status, held = places.status_of(found), saved.Saved(tuple(one.inventory for one in found))
    else:
        if profiles or accounts or regions or network:
            raise Unusable("--from takes the place of looking", "Leave out what says where to look.")
        held = desk.read_inventories(source)
        status = PROBLEMS if any(one.gaps for one in held.inventories) else DONE
    written, originals = _redacted(held.inventories) if redact else (held.inventories, {})
    content = saved.write(written, redacted=redact or held.redacted)
    if out == "-":
        sys.stdout.buffer.write(content)
    elif status != FAILED:
        files.write_new(Path(out), content)
    if mapped is not None and status != FAILED:
        files.write_new(Path(mapped), json.dumps(dict(sorted(originals.items())), indent=1).encode())
    if out != "-":
        _tell(held.inventories, None if status == FAILED else out, form)
    stop(status)


def _check(out: str, mapped: str | None, redact: bool) -> None:
    """Before minutes of looking: that the files can be written. Raises Unusable."""
    if mapped is not None and not redact:
        raise Unusable("--map goes with --redact", "See privatelink inventory --help.")
    for path in (out, mapped):
        if path and path != "-" and os.path.lexists(path):
            raise Unusable(f"{path} is there already", "Name a file that is not there yet.")


def _redacted(inventories: Sequence[Inventory]) -> tuple[tuple[Inventory, ...], Mapping[str, str]]:
    """With a key that is nowhere else and gone afterwards; Magento's own numbers are no secret."""
    from core.network.redact import redact

    offer = desk.offer()
    return redact(inventories, os.urandom(32), (offer.aws_account, *offer.azure_subscriptions))


def _tell(inventories: Sequence[Inventory], file: str | None, form: str) -> None:
    """What was seen, and where it was saved; None: nowhere, since nothing could be read."""
    if form == JSON:
        whole = not any(one.gaps for one in inventories)
        put({"ok": whole, "file": file, "inventories": [_value(one) for one in inventories]})
    else:
        for one in inventories:
            say(_line(one))
        if file is not None:
            say(f"saved in {file}")
    if file is None:
        note("privatelink: nothing could be read, and nothing was written")


def _counts(inventory: Inventory) -> dict[str, int]:
    return {name: len(getattr(inventory, name)) for name in COUNTED}


def _value(seen: Inventory) -> dict[str, object]:
    """An inventory's stable JSON keys."""
    return {
        "cloud": seen.platform,
        "account": seen.account,
        "region": seen.region,
        "counts": _counts(seen),
        "gaps": [
            {"what": gap.what, "code": gap.code, "message": gap.message, "permission": gap.permission}
            for gap in seen.gaps
        ],
    }


def _line(seen: Inventory) -> str:
    counts = ", ".join(f"{count} {COUNTED[name]}" for name, count in _counts(seen).items())
    whose = f"{ACCOUNT_NAMES[seen.platform]} {seen.account}" if seen.account else CLOUD_NAMES[seen.platform]
    return f"{whose}, {region_words(seen.region)}: {counts}"

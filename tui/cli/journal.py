"""``journal export``, ``import``, ``verify``: an enablement's history as one file, and whether it holds."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path

import click

from core.journal import files, transfer
from tui.cli import desk
from tui.cli.output import DONE, JSON, PROBLEMS, formatted, note, put, say, stop


@click.group()
def journal() -> None:
    """Hand an enablement's history on as a file, take one in, or see whether it holds together."""


@journal.command()
@click.argument("id")
@click.option("--out", help="The file to write; it must not be there yet. Without it: standard output.")
@formatted
def export(id: str, out: str | None, form: str) -> None:
    """Write the journal of ID as JSON lines, with the chain of hashes. Changes nothing."""
    content, events = transfer.export(desk.home(), id)
    if out is None:
        sys.stdout.buffer.write(content)
        stop(DONE)
    files.write_new(Path(out), content)
    if form == JSON:
        put({"id": id, "events": events, "file": out})
    else:
        say(f"{events} events of {id} are in {out}")


@journal.command("import")
@click.argument("file")
@click.option("--merge", is_flag=True, help="Where both went on since they parted: join the two.")
@formatted
def take_in(file: str, merge: bool, form: str) -> None:
    """Take an exported FILE in (- for standard input).

    One that was edited is refused. What it has more than the history here is added. Where both went on, --merge
    joins them in the order of time: no event of either is lost, and taking in the same again adds nothing. Send
    your export back, and both sides tell the same.
    """
    packed = transfer.unpack(desk.read_bytes(file, transfer.MOST), file)
    taken = transfer.take_in(
        desk.home(), packed, "privatelink journal import", desk.now().astimezone(UTC) if merge else None
    )
    if form == JSON:
        put({name: getattr(taken, name) for name in ("id", "added", "events", "merged", "both_changed")})
    else:
        how = ", joined with those here" if taken.merged and taken.added else ""
        say(f"{taken.id}: {taken.added} events are new{how}, {taken.events} in all")
    if taken.caution:
        note(f"! {taken.caution}")


@journal.command()
@click.argument("id", required=False)
@formatted
def verify(id: str | None, form: str) -> None:
    """See whether the chain of ID's journal holds, or of all; names the first event that does not.

    A history that was cut at its end holds: compare the last hash with that of an export.
    """
    names = files.names(desk.home()) if id is None else (id,)
    found = [transfer.verify(desk.home(), name) for name in names]
    if form == JSON:
        put([_value(one) for one in found])
    else:
        for one in found:
            _say(one)
    stop(PROBLEMS if any(one.broken for one in found) else DONE)


def _value(one: transfer.Verified) -> dict[str, object]:
    """A verdict's stable JSON keys."""
    broken = one.broken and {
        "event": one.events + 1 if one.broken.code == "damaged" else None,
        "code": one.broken.code,
        "message": one.broken.message,
        "remedy": one.broken.remedy,
    }
    return {
        "id": one.id,
        "ok": one.broken is None,
        "events": one.events,
        "hash": one.hash.hex(),
        "broken": broken,
    }


def _say(one: transfer.Verified) -> None:
    if one.broken is None:
        say(f"✓ {one.id}  {one.events} events hold; the last one's hash is {one.hash.hex()}")
    else:
        say(f"✗ {one.id}  {one.events} events hold; {one.broken.message}\n    {one.broken.remedy}")

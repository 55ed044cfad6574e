"""A journal as one file, to keep or to hand on: exported, imported, and a journal's chain verified.

JSON lines in ASCII. The first line says whose journal it is, how many events follow and the hash of the last; each
of the others is one event as ``{"hash": …, "event": …}``. The event is the JSON text that the journal has, as a
string, because the hash covers its bytes: whatever tool rewrites the file, the chain can still be checked.

Promised of version 1: every event's exact JSON, its place and its hash. So two files of one enablement can be
compared event by event, and the place found where they part. The chain shows an edit, a gap and a cut end, but not
who wrote: whoever rewrites every hash makes another history that holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.journal.chain import Lines, Part, decode, first_link, next_link, read, read_lines
from core.journal.database import latest, open_checked, version
from core.journal.errors import JournalError
from core.journal.files import ID, paths
from core.journal.store import create, must_exist, open_to_write

FORMAT = "privatelink-journal"
VERSION = 1
"""Of the file. The journal's own version (:func:`core.journal.database.latest`) stands beside it."""
MOST = 64 << 20
"""Bytes of a file that are read at the most: some two hundred thousand events."""

_ASK = "Nothing was taken from it. Ask whoever sent it to export it again."


@dataclass(frozen=True, slots=True)
class Packed:
    """An exported journal whose chain holds: the enablement's id, the JSON of its events, the last one's hash."""

    id: str
    lines: tuple[bytes, ...]
    hash: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a journal's chain holds: how many events do, the last one's hash, and what breaks it, if anything.

    The first broken event is the one after those.
    """

    id: str
    events: int
    hash: bytes
    broken: JournalError | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did: how many events were new, and how many there are.

    ``merged``: both copies went on since they parted. ``both_changed``: both then began changes in the cloud.
    """

    id: str
    added: int
    events: int
    merged: bool = False
    both_changed: bool = False

    @property
    def caution(self) -> str:
        """What a person has to look at before anything else is done; empty for nothing."""
        if not self.both_changed:
            return ""
        return (
            "both sides began changes in the cloud since the two histories parted. Look before you go on: "
            f"privatelink plan {self.id}, privatelink drift {self.id}"
        )


def pack(id: str, lines: Sequence[bytes]) -> bytes:
    """The file of an enablement's journal, from the JSON of its events, oldest first."""
    link = first_link(id)
    rows = []
    for line in lines:
        link = next_link(link, line)
        rows.append({"hash": link.hex(), "event": line.decode()})
    head = {
        "format": FORMAT,
        "version": VERSION,
        "journal": latest(),
        "id": id,
        "events": len(rows),
        "hash": link.hex(),
    }
    return b"".join(json.dumps(row).encode("ascii") + b"\n" for row in (head, *rows))


def unpack(data: bytes, name: str) -> Packed:
    """Read an exported file; ``name`` is what to call it.

    Raises JournalError: ``not-a-journal``, ``future-version``, or ``damaged`` naming the first event that does not
    hold.
    """
    if len(data) > MOST:
        raise _other(name, f"is larger than {MOST >> 20} MiB")
    head, *rows = data.removesuffix(b"\n").split(b"\n")
    id, count, last = _head(_object(head), name)
    link = first_link(id)
    lines: list[bytes] = []
    for number, row in enumerate(rows, 1):
        told = _object(row)
        event, hash = told.get("event"), told.get("hash")
        line = event.encode("utf-8", "surrogatepass") if isinstance(event, str) else b""
        link = next_link(link, line)
        if told.keys() != {"event", "hash"} or hash != link.hex():
            raise _edited(
                name, f"event {number} does not follow from the one before it: it was edited or damaged"
            )
        lines.append(line)
    if (len(lines), link.hex()) != (count, last):
        raise _edited(name, f"it has {len(lines)} events and says that it has {count}")
    broken = decode(Lines(lines, link), 0, name).broken
    if broken is not None:
        raise _edited(name, broken.message.removeprefix(f"{name}: ")) from broken.__cause__
    return Packed(id, tuple(lines), link)


def _object(line: bytes) -> Mapping[str, object]:
    """A line's JSON object; empty where it is none."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _head(head: Mapping[str, object], name: str) -> tuple[str, int, str]:
    """The id, the number of events and the last hash that the first line tells."""
    if head.get("format") != FORMAT:
        raise _other(name, "is no exported journal")
    for key, known in (("version", VERSION), ("journal", latest())):
        told = head.get(key)
        if type(told) is not int or told < 1:
            raise _edited(name, f"its first line tells no {key}")
        if told > known:
            raise JournalError(
                "future-version",
                f"{name} was written by a newer privatelink ({key} {told}, this one knows up to {known})",
                "Update privatelink on this machine; nothing was taken from the file.",
            )
    id, count, last = head.get("id"), head.get("events"), head.get("hash")
    if not isinstance(id, str) or not ID.fullmatch(id) or type(count) is not int or not isinstance(last, str):
        raise _edited(name, "its first line tells no enablement")
    return id, count, last


def _other(name: str, why: str) -> JournalError:
    return JournalError(
        "not-a-journal", f"{name} {why}", "Name a file that privatelink journal export wrote."
    )


def _edited(name: str, why: str) -> JournalError:
    return JournalError("damaged", f"{name}: {why}", _ASK)


def export(home: Path, id: str) -> tuple[bytes, int]:
    """An enablement's journal as a file's bytes, and how many events it has. Raises JournalError."""
    lines = history(home, id)
    return pack(id, lines), len(lines)


def history(home: Path, id: str) -> tuple[bytes, ...]:
    """The JSON of a journal's events, oldest first, whole and checked. Raises JournalError."""
    found = _lines(home, id)
    broken = found.broken or decode(found, 0, f"the journal of {id}").broken
    if broken is not None:
        raise broken
    return tuple(found.lines)


def _lines(home: Path, id: str) -> Lines:
    files = paths(home, id)
    must_exist(files)
    with closing(open_checked(files)) as connection:
        if not version(connection, id):
            return Lines([], first_link(id))
        return read_lines(connection, id, 0, first_link(id))


def verify(home: Path, id: str) -> Verified:
    """See whether a journal's chain holds. Raises JournalError where there is none or it may not be read."""
    files = paths(home, id)
    must_exist(files)
    try:
        with closing(open_checked(files)) as connection:
            part = (
                read(connection, id, 0, first_link(id))
                if version(connection, id)
                else Part([], first_link(id))
            )
    except JournalError as error:
        if error.code not in ("damaged", "not-a-journal", "future-version"):
            raise
        return Verified(id, 0, first_link(id), error)
    return Verified(id, len(part.events), part.hash, part.broken)


def take_in(home: Path, packed: Packed, who: str, merge_at: datetime | None = None) -> Taken:
    """Have an exported journal here: whole where there is none, else what it has more than the one that is here.

    A history that is the same, or the beginning of the one here, changes nothing. Where the two part they are
    merged, if ``merge_at`` (this moment, aware) says so; else JournalError ``other-history``. Raises JournalError
    as :func:`core.journal.store.create` and ``open_to_write`` do.
    """
    try:
        with create(home, packed.id, who, packed.lines) as journal:
            events = len(journal.events())
            return Taken(packed.id, events, events)
    except JournalError as error:
        if error.code != "exists":
            raise
    with open_to_write(home, packed.id, who) as journal:
        before = len(journal.events())
        found = journal.catch_up(packed.lines, merge_at)
        events = len(journal.events())
        return Taken(packed.id, events - before, events, found.merged, found.both_changed)

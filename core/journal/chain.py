"""The chain of hashes that holds a journal's rows together, and the rows read along it.

A row's hash is the SHA-256 of the row before's hash and this event's JSON.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from core.journal.errors import JournalError, damaged, from_sqlite
from core.journal.events import EVENT, Event

_MANY = 1_000
"""Events read at once from which on their making is not interrupted."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A stretch of a journal's rows that hold together: each event's JSON, the hash of the last, what breaks it."""

    lines: list[bytes]
    hash: bytes
    broken: JournalError | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a journal that holds together: its events, the hash of its last row, what breaks it.

    Nothing may be appended behind a part whose ``broken`` is set.
    """

    events: list[Event]
    hash: bytes
    broken: JournalError | None = None


def first_link(id: str) -> bytes:
    """The hash that stands before the first row of an enablement's journal."""
    return hashlib.sha256(b"privatelink:" + id.encode()).digest()


def next_link(link: bytes, line: bytes) -> bytes:
    """The hash of the row that holds ``line`` (an event's JSON) behind the row with the hash ``link``."""
    return hashlib.sha256(link + line).digest()


def read_lines(connection: sqlite3.Connection, id: str, known: int, link: bytes) -> Lines:
    """The rows after the first ``known``, whose last has the hash ``link``, as far as they hold together.

    The connection gives text as bytes. Never raises: what is wrong is told with what was read.
    """
    what = f"the journal of {id}"
    lines: list[bytes] = []
    broken: JournalError | None = None
    try:
        rows = connection.execute("SELECT seq, json, hash FROM events WHERE seq > ? ORDER BY seq", (known,))
        for number, (seq, line, stored) in enumerate(rows, known + 1):
            if seq != number or not isinstance(line, bytes):
                broken = damaged(what, f"event {number} is missing{_why(connection)}")
                break
            expected = next_link(link, line)
            if stored != expected:
                broken = damaged(
                    what,
                    f"event {number} does not follow from the one before it: "
                    f"the history was edited or damaged{_why(connection)}",
                )
                break
            link = expected
            lines.append(line)
    except sqlite3.Error as error:
        broken = from_sqlite(error, what)
        broken.__cause__ = error
    return Lines(lines, link, broken)


def read(connection: sqlite3.Connection, id: str, known: int, link: bytes) -> Part:
    """The events after the first ``known``, read as :func:`read_lines` does."""
    return decode(read_lines(connection, id, known, link), known, f"the journal of {id}")


@functools.cache
def _batch() -> TypeAdapter[list[Event]]:
    return TypeAdapter(list[Event])


def decode(read: Lines, known: int, what: str) -> Part:
    """The events of lines that come after the first ``known``; ``what`` names the journal.

    All are read at once, which is fast; only where one is not an event, one by one up to it.
    """
    with suppress(ValidationError), _no_collection(len(read.lines)):
        events = _batch().validate_json(b"[" + b",".join(read.lines) + b"]")
        if len(events) == len(read.lines):
            return Part(events, read.hash, read.broken)
    events, broken = [], read.broken
    for line in read.lines:
        try:
            events.append(EVENT.validate_json(line))
        except ValidationError as error:
            broken = damaged(what, f"event {known + len(events) + 1} is none that this program can read")
            broken.__cause__ = error
            break
    return Part(events, read.hash, broken)


@contextmanager
def _no_collection(count: int) -> Iterator[None]:
    """Let many objects be made that all stay: looking for garbage among them meanwhile costs as much as they do."""
    if count < _MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _why(connection: sqlite3.Connection) -> str:
    """What SQLite itself finds wrong with the file, asked only once something is."""
    try:
        row = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return f" (SQLite: {error})"
    found = row[0].decode("utf-8", "replace") if row and isinstance(row[0], bytes) else "ok"
    return "" if found == "ok" else f" (SQLite: {found})"

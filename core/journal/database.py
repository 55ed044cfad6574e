"""The database under a journal: how it is opened, what marks it, and how an older one is migrated."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from core.journal.errors import JournalError, damaged, from_os, from_sqlite
from core.journal.files import Paths, beside

APPLICATION_ID = 0x504C6A6E
"""Marks a database as a journal of this program (``PRAGMA application_id``): "PLjn"."""

MIGRATIONS: Mapping[int, Sequence[str]] = {
    0: (
        "CREATE TABLE events ("
        " seq INTEGER PRIMARY KEY,"
        " json TEXT NOT NULL,"
        " hash BLOB NOT NULL,"
        " at TEXT GENERATED ALWAYS AS (json_extract(json, '$.at')) VIRTUAL,"
        " type TEXT GENERATED ALWAYS AS (json_extract(json, '$.type')) VIRTUAL)",
    ),
    1: (),
}
"""What leads from each version (``PRAGMA user_version``) to the next. Version 0 is an empty journal;
version 2 has the event ``merged``.

Every version keeps ``seq``, ``json`` and ``hash``, so an older journal can be read without being changed.
A program that writes event types which this one does not know raises the version.
"""

_BUSY_MS = 5_000
_WRITE_VERSION, _WAL = 18, 2
"""Where a header says which format the file is written in, and the highest (https://www.sqlite.org/fileformat.html);
SQLite calls a file of a higher one read-only."""
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"


def connect(path: Path, query: str = "mode=rw") -> sqlite3.Connection:
    """Open a database that is there, for any thread, one statement a transaction, text as bytes.

    ``query`` is the query part of SQLite's file URI. Raises sqlite3.Error.
    """
    connection = sqlite3.connect(
        f"{path.as_uri()}?{query}",
        uri=True,
        timeout=_BUSY_MS / 1000,
        isolation_level=None,
        check_same_thread=False,
    )
    # Bytes, because a damaged file need not hold text.
    connection.text_factory = bytes
    try:
        connection.execute("PRAGMA synchronous = FULL")
    except UnicodeDecodeError as error:
        # SQLite cites the damaged schema in its message, and the message then is no text.
        connection.close()
        raise sqlite3.DatabaseError("malformed database schema") from error
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_checked(files: Paths) -> sqlite3.Connection:
    """Open for reading only, and see that it is a journal of a version that this program knows.

    Raises JournalError: ``damaged``, ``not-a-journal``, ``future-version``, or what the system refused.
    """
    try:
        size = files.journal.stat().st_size
        if not size:
            raise damaged(f"the journal of {files.id}", "the file is empty")
        with files.journal.open("rb") as file:
            header = file.read(_WRITE_VERSION + 1)
    except OSError as error:
        raise from_os(error, f"the journal of {files.id} cannot be read") from error
    connection = _open_reading(files)
    try:
        if header[_WRITE_VERSION:] > bytes([_WAL]):
            raise damaged(f"the journal of {files.id}", "its header names a file format that there is not")
        if size % _pragma(connection, "page_size", files.id) and _without_log(files):
            # SQLite reads what is missing of a last page as zeros: a history without an event.
            raise damaged(f"the journal of {files.id}", "its end is cut off in the middle of a page")
        application = _pragma(connection, "application_id", files.id)
        if application != APPLICATION_ID:
            raise JournalError(
                "not-a-journal",
                f"{files.journal} is a database, but no journal of privatelink",
                "Move it away from this folder; it was left as it is.",
            )
        found = version(connection, files.id)
        if found < 0:
            raise damaged(f"the journal of {files.id}", f"there is no journal version {found}")
        if found > latest():
            raise JournalError(
                "future-version",
                f"the journal of {files.id} was written by a newer privatelink "
                f"(journal version {found}, this one knows up to {latest()})",
                "Update privatelink on this machine; the journal was left as it is.",
            )
        _must_be_as_made(connection, found, files.id)
    except BaseException:
        connection.close()
        raise
    return connection


def _must_be_as_made(connection: sqlite3.Connection, version: int, id: str) -> None:
    """See that the tables are those of their version, letter for letter: others can be read, and not written to.

    Raises JournalError ``damaged``.
    """
    try:
        found = connection.execute(_SCHEMA).fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise damaged(f"the journal of {id}", "its table of tables cannot be read") from error
    # An automatic vacuum needs pages that a journal has not.
    if found != _schema(version) or _pragma(connection, "auto_vacuum", id):
        raise damaged(f"the journal of {id}", f"its tables are not those of journal version {version}")


@cache
def _schema(version: int) -> list[tuple[bytes, ...]]:
    with closing(sqlite3.connect(":memory:")) as made:
        made.text_factory = bytes
        for step in range(version):
            for statement in MIGRATIONS[step]:
                made.execute(statement)
        return made.execute(_SCHEMA).fetchall()


def _open_reading(files: Paths) -> sqlite3.Connection:
    """A read-only connection.

    In a folder without write permission SQLite cannot make the log's index and has to take the file as
    immutable, which is right only while there is no log (https://www.sqlite.org/wal.html, "Read-only").
    """
    try:
        return _reading(files, "mode=ro")
    except sqlite3.Error as error:
        if _refused(error) and _without_log(files):
            with suppress(sqlite3.Error):
                return _reading(files, "mode=ro&immutable=1")
        raise from_sqlite(error, f"the journal of {files.id}") from error


def _reading(files: Paths, query: str) -> sqlite3.Connection:
    connection = connect(files.journal, query)
    try:
        # Opening a database reads nothing yet.
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _refused(error: sqlite3.Error) -> bool:
    name = getattr(error, "sqlite_errorname", None) or ""
    return name.startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY"))


def _without_log(files: Paths) -> bool:
    log = beside(files.journal)[0]
    try:
        return not log.stat().st_size
    except FileNotFoundError:
        return True
    except OSError:
        return False


def latest() -> int:
    """The journal version that this program writes."""
    return max(MIGRATIONS) + 1


def _pragma(connection: sqlite3.Connection, name: str, id: str) -> int:
    try:
        (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    except sqlite3.Error as error:
        raise from_sqlite(error, f"the journal of {id}") from error
    return int(value)


def version(connection: sqlite3.Connection, id: str) -> int:
    """The version of a journal. Raises JournalError."""
    return _pragma(connection, "user_version", id)


def migrate(connection: sqlite3.Connection, version: int, id: str) -> None:
    """Bring a journal to the present version, all steps in one transaction. Raises JournalError."""
    if version == latest():
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
        for step in range(version, latest()):
            for statement in MIGRATIONS[step]:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {latest()}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise from_sqlite(error, f"the journal of {id} could not be brought to this version") from error

"""The journal on disk: one SQLite database per enablement, ``<home>/enablements/<id>.db``.

One row is one event. Each row's hash covers the row before's hash and this event's JSON, so a history that
was edited, reordered or cut in the middle is noticed; the first link is the id's own hash, so a file under
another enablement's name is noticed too. (A cut end is not: nothing after it remembers it.)

Write-ahead log and ``synchronous=FULL``: an event is on disk when :meth:`Journal.append` returns, and readers
are never in a writer's way. A damaged journal is reported and left exactly as it is.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from core.journal.chain import Part, first_link, next_link, read, read_lines
from core.journal.database import connect, migrate, open_checked, version
from core.journal.errors import Holder, JournalCode, JournalError, from_os, from_sqlite
from core.journal.events import Event, Merged, written
from core.journal.files import (
    Paths,
    beside,
    home,
    make_file,
    make_folder,
    names,
    new_id,
    paths,
    refuse_links,
    sync_folder,
)
from core.journal.hold import Hold, let_go, take
from core.journal.merging import Gained, gained, ordered


class Journal:
    """An enablement's journal, open. A context manager; safe to use from several threads.

    Made by :func:`create`, :func:`open_to_write` and :func:`open_to_read`.
    """

    def __init__(
        self, files: Paths, connection: sqlite3.Connection, hold: Hold | None, part: Part | None = None
    ) -> None:
        self._files = files
        self._connection = connection
        self._hold = hold
        self._lock = threading.Lock()
        self._events: list[Event] = []
        self._rows = 0
        self._hash = first_link(files.id)
        self._closed = False
        if part is not None:
            self._take(part)

    @property
    def id(self) -> str:
        """The enablement's id."""
        return self._files.id

    @property
    def path(self) -> Path:
        """The database file."""
        return self._files.journal

    @property
    def writable(self) -> bool:
        """Whether this one may append."""
        return self._hold is not None

    def events(self) -> tuple[Event, ...]:
        """Every event so far, oldest first, with what another process appended since the last call. Those of a
        merged copy are among them, each at its place.

        Raises JournalError ``damaged`` where the history does not hold together.
        """
        with self._lock:
            self._pull()
            return tuple(self._events)

    def append(self, event: Event) -> None:
        """Append an event. It is durable when this returns; when this raises, the journal is as before.

        Raises JournalError (``disk-full``, ``read-only``, ``io-error``, ``damaged``).
        """
        if self._hold is None:
            raise _reading_only(self.id)
        event, line = written(event)
        with self._lock:
            # An append that failed may have reached the disk all the same.
            self._pull()
            link = next_link(self._hash, line)
            try:
                self._connection.execute(
                    "INSERT INTO events (seq, json, hash) VALUES (?, ?, ?)",
                    (self._rows + 1, line.decode(), link),
                )
            except sqlite3.Error as error:
                raise from_sqlite(error, f"the journal of {self.id} could not be written") from error
            self._events.append(event)
            self._rows += 1
            self._hash = link

    def catch_up(self, lines: Sequence[bytes], merge_at: datetime | None = None) -> Gained:
        """Append what another copy of this history has more, given the JSON of all its events, oldest first.

        All of it is durable when this returns, or nothing was appended. Raises JournalError ``other-history`` where
        the two histories part, unless ``merge_at`` (this moment, aware) says that they are to be merged;
        appending's own errors as :meth:`append`.
        """
        if self._hold is None:
            raise _reading_only(self.id)
        with self._lock:
            self._pull()
            mine = read_lines(self._connection, self.id, 0, first_link(self.id))
            if mine.broken is not None:
                raise mine.broken
            found = gained(self.id, mine.lines, lines, merge_at)
            try:
                _insert(self._connection, found.lines, len(mine.lines), mine.hash)
            except sqlite3.Error as error:
                raise from_sqlite(error, f"the journal of {self.id} could not be written") from error
            self._pull()
            return found

    def close(self) -> None:
        """Close the journal and let the next writer in. Closing twice is no error."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            try:
                self._connection.close()
            except sqlite3.Error as error:
                raise from_sqlite(error, f"the journal of {self.id} could not be closed") from error
            finally:
                if self._hold is not None:
                    let_go(self._files, self._hold)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _pull(self) -> None:
        """Read the rows that are not known yet, check their links, and decode them."""
        if self._closed:
            raise JournalError("io-error", f"the journal of {self.id} is closed", "Open it again.")
        part = read(self._connection, self.id, self._rows, self._hash)
        if part.broken is not None:
            raise part.broken
        self._take(part)

    def _take(self, part: Part) -> None:
        """Have the events of further rows. Where rows brought those of another copy, all are put in order anew."""
        self._rows += len(part.events)
        self._hash = part.hash
        if any(isinstance(event, Merged) for event in part.events):
            every = read_lines(self._connection, self.id, 0, first_link(self.id))
            self._events = ordered(self.id, every.lines[: self._rows])
        else:
            self._events.extend(part.events)


def _reading_only(id: str) -> JournalError:
    return JournalError("read-only", f"{id} is open for reading only", "Close it and open it to write.")


def create(home: Path, id: str, who: str, lines: Sequence[bytes] = ()) -> Journal:
    """Begin an enablement's journal and open it to write. ``who`` says what writes (``privatelink new``).

    ``lines`` are the JSON of the events that it begins with: it is there with all of them or not at all. Raises
    JournalError: ``exists``, ``held``, ``unsafe-path``, or what the file system refused.
    """
    files = paths(home, id)
    make_folder(files.folder)
    with holding(files, who) as hold:
        if files.journal.exists():
            raise JournalError(
                "exists", f"there is already an enablement {id}", "Resume that one, or choose another id."
            )
        build(files, lines)
        return Journal(files, connect_to_write(files), hold)


def open_to_write(home: Path, id: str, who: str) -> Journal:
    """Open an enablement's journal to append to it; brings an older one up to this version first.

    Raises JournalError: ``held`` naming who is writing, ``missing``, ``damaged``, ``future-version``,
    ``not-a-journal``, ``unsafe-path``, or what the file system refused. A damaged file is not touched.
    """
    files = paths(home, id)
    must_exist(files)
    with holding(files, who) as hold:
        # Read and checked through a connection that cannot write: opening a damaged database to write, and
        # closing it, would already change it (checkpoint).
        with closing(open_checked(files)) as reading:
            found = version(reading, id)
            part = read(reading, id, 0, first_link(id)) if found else None
        if part is not None and part.broken is not None:
            raise part.broken
        connection = connect_to_write(files)
        try:
            migrate(connection, found, id)
        except JournalError:
            connection.close()
            raise
        return Journal(files, connection, hold, part)


def open_to_read(home: Path, id: str) -> Journal:
    """Open an enablement's journal to read, also while another process writes to it.

    Works in a folder that this user cannot write to, as far as SQLite can. Raises JournalError as
    :func:`open_to_write` does, except ``held``.
    """
    files = paths(home, id)
    must_exist(files)
    connection = open_checked(files)
    journal = Journal(files, connection, None)
    try:
        if version(connection, id):
            journal.events()
    except JournalError:
        connection.close()
        raise
    return journal


@contextmanager
def holding(files: Paths, who: str) -> Iterator[Hold]:
    """Hold the enablement's lock; on failure give it back, on success the caller keeps it."""
    refuse_links(files)
    hold = take(files, who)
    try:
        yield hold
    except OSError as error:
        let_go(files, hold)
        raise from_os(error, f"the journal of {files.id} cannot be used") from error
    except BaseException:
        let_go(files, hold)
        raise


def connect_to_write(files: Paths) -> sqlite3.Connection:
    """A connection that writes. Raises JournalError."""
    try:
        return connect(files.journal)
    except sqlite3.Error as error:
        raise from_sqlite(error, f"the journal of {files.id}") from error


def must_exist(files: Paths) -> None:
    """Refuse links and what is not there. Raises JournalError."""
    refuse_links(files)
    try:
        files.journal.lstat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise JournalError(
            "missing",
            f"there is no enablement {files.id} in {files.folder}",
            "See which there are: privatelink status. Or begin one: privatelink new.",
        ) from error
    except OSError as error:
        raise from_os(error, f"the journal of {files.id} cannot be looked at") from error


def rename_aside(files: Paths) -> Path:
    """Rename a journal and its companions; the log first, so that it is never left to a new database."""
    number = 1
    while any(path.exists() for path in (files.damaged(number), *beside(files.damaged(number)))):
        number += 1
    aside = files.damaged(number)
    sources = (*beside(files.journal), files.journal)
    for source, target in zip(sources, (*beside(aside), aside), strict=True):
        if source.exists():
            source.rename(target)
    sync_folder(files.folder)
    return aside


def build(files: Paths, lines: Sequence[bytes]) -> None:
    """Make the journal with these events under another name and rename it once it is whole.

    Raises JournalError, OSError.
    """
    for leftover in (files.new, *beside(files.new)):
        leftover.unlink(missing_ok=True)
    if any(path.exists() for path in beside(files.journal)):
        rename_aside(files)
    make_file(files.new)
    try:
        connection = connect(files.new)
    except sqlite3.Error as error:
        raise from_sqlite(error, f"the journal of {files.id} could not be made") from error
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        migrate(connection, 0, files.id)
        _insert(connection, lines, 0, first_link(files.id))
    except sqlite3.Error as error:
        raise from_sqlite(error, f"the journal of {files.id} could not be made") from error
    finally:
        connection.close()
    files.new.rename(files.journal)
    sync_folder(files.folder)


def _insert(connection: sqlite3.Connection, lines: Sequence[bytes], known: int, link: bytes) -> None:
    """Append the events with this JSON behind the first ``known``, all or none. Raises sqlite3.Error."""
    rows = []
    for seq, line in enumerate(lines, known + 1):
        link = next_link(link, line)
        rows.append((seq, line.decode(), link))
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany("INSERT INTO events (seq, json, hash) VALUES (?, ?, ?)", rows)
        connection.execute("COMMIT")
    except BaseException:
        # A full disk rolls back by itself, and then there is nothing left to take back.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


__all__ = [
    "Holder",
    "Journal",
    "JournalCode",
    "JournalError",
    "create",
    "home",
    "names",
    "new_id",
    "open_to_read",
    "open_to_write",
]

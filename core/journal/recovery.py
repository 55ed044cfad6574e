"""What can be saved of a damaged journal: it is set aside, whole and unchanged, and a new one begins."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.journal.chain import decode, first_link, read_lines
from core.journal.database import connect
from core.journal.errors import JournalError
from core.journal.files import paths
from core.journal.store import Journal, build, connect_to_write, holding, open_to_read, rename_aside


@dataclass(frozen=True, slots=True)
class Recovered:
    """What :func:`recover` saved: the new journal, how many events it has, and where the damaged one is."""

    journal: Journal
    kept: int
    aside: Path


def recover(home: Path, id: str, who: str) -> Recovered:
    """Set a damaged journal aside and begin a new one with the events up to the first damaged one.

    Raises JournalError as :func:`core.journal.store.create` does; ``not-damaged`` where there is nothing to
    recover, and whatever else than damage keeps it from being read (a newer version's journal stays as it is).
    """
    files = paths(home, id)
    _must_be_damaged(home, id)
    with holding(files, who) as hold:
        aside = rename_aside(files)
        kept = _salvage(aside, id)
        build(files, kept)
        journal = Journal(files, connect_to_write(files), hold)
    return Recovered(journal, len(kept), aside)


def _must_be_damaged(home: Path, id: str) -> None:
    try:
        with open_to_read(home, id):
            pass
    except JournalError as error:
        if error.code in ("damaged", "not-a-journal"):
            return
        raise
    raise JournalError("not-damaged", f"the journal of {id} is whole", "Nothing has to be recovered.")


def _salvage(aside: Path, id: str) -> list[bytes]:
    """The JSON of a journal's events, set aside, up to the first damaged one; none where nothing can be read."""
    try:
        connection = connect(aside, "mode=ro")
    except sqlite3.Error:
        return []
    with closing(connection):
        found = read_lines(connection, id, 0, first_link(id))
        return found.lines[: len(decode(found, 0, id).events)]

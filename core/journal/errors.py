"""What can go wrong with a journal, each with a stable code, what happened, and who can do what."""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

JournalCode = Literal[
    "held",
    "missing",
    "exists",
    "damaged",
    "not-damaged",
    "future-version",
    "disk-full",
    "read-only",
    "not-a-journal",
    "other-history",
    "unsafe-path",
    "io-error",
]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is changing an enablement: process id, host, user, what it does, and since when (local, aware)."""

    pid: int
    host: str
    user: str
    who: str
    since: datetime


class JournalError(Exception):
    """A journal that cannot be opened, read or written.

    ``message`` is what happened, ``remedy`` who must do what. ``holder`` is set for ``held`` where the other
    process said who it is. SQLite's or the system's own exception is the ``__cause__``.
    """

    def __init__(self, code: JournalCode, message: str, remedy: str, holder: Holder | None = None) -> None:
        super().__init__(code, message, remedy, holder)
        self.code: JournalCode = code
        self.message = message
        self.remedy = remedy
        self.holder = holder

    def __str__(self) -> str:
        return self.message


_Words = tuple[JournalCode, str, str]

_DISK_FULL: _Words = (
    "disk-full",
    "the disk is full",
    "Make room on that disk and do it again; everything recorded before is safe.",
)
_READ_ONLY: _Words = (
    "read-only",
    "this user may not write there",
    "Give this user write permission to the folder, or point PRIVATELINK_HOME at a folder of its own.",
)
_NO_ENTRY: _Words = (
    "read-only",
    "it cannot be opened by this user",
    "Give this user permission to the file and its folder, or point PRIVATELINK_HOME at a folder of its own.",
)
_UNSAFE: _Words = (
    "unsafe-path",
    "something else stands in its place",
    "Look at what is there, move it away, or point PRIVATELINK_HOME at another folder.",
)
_DAMAGED: _Words = (
    "damaged",
    "the file is damaged",
    "Nothing was written to it. Restore it from a backup, or set it aside and go on with what can be read of it: "
    "privatelink recover ID --yes.",
)
_BUSY: _Words = (
    "held",
    "another program has the file locked",
    "Close the program that has it open (a database browser, a backup), then do it again.",
)
_IO: _Words = (
    "io-error",
    "the disk or the system refused",
    "Check the disk and its mount, then do it again; everything recorded before is safe.",
)

_BY_ERRNO: dict[int, _Words] = {
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: _DISK_FULL,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.EROFS: _READ_ONLY,
    errno.ENOTDIR: _UNSAFE,
    errno.EEXIST: _UNSAFE,
    errno.EISDIR: _UNSAFE,
    errno.ELOOP: _UNSAFE,
}

# SQLite's primary result codes (https://www.sqlite.org/rescode.html); extended ones end in a suffix.
_BY_SQLITE: dict[str, _Words] = {
    "SQLITE_FULL": _DISK_FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _NO_ENTRY,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_IOERR": _IO,
    "SQLITE_NOMEM": _IO,
}


def from_os(error: OSError, what: str) -> JournalError:
    """The typed error for a failure of the file system; ``what`` begins the sentence."""
    code, words, remedy = _BY_ERRNO.get(error.errno or 0, _IO)
    return JournalError(code, f"{what}: {words} ({error.strerror or error})", remedy)


def from_sqlite(error: sqlite3.Error, what: str) -> JournalError:
    """The typed error for a failure of SQLite. What SQLite does not explain counts as damage."""
    name = getattr(error, "sqlite_errorname", None) or ""
    primary = "_".join(name.split("_")[:2])
    code, words, remedy = _BY_SQLITE.get(primary, _DAMAGED)
    return JournalError(code, f"{what}: {words} ({error})", remedy)


def damaged(what: str, why: str) -> JournalError:
    """The typed error for a journal whose content does not hold together."""
    return JournalError("damaged", f"{what}: {why}", _DAMAGED[2])

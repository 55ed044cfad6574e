"""Where journals lie: the home folder, file names, ids, and how a private file is made.

Folders are made 0700 and files 0600 whatever the umask is. A symbolic link, or anything else that is no
plain file, in the place of a journal's file is refused: it could lead a write anywhere.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.journal.errors import JournalError, from_os

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_SIDE_FILES = ("-wal", "-shm", "-journal")


def home(environ: Mapping[str, str]) -> Path:
    """The folder that everything is kept in: ``PRIVATELINK_HOME``, or the user's data folder."""
    given = environ.get("PRIVATELINK_HOME")
    if given:
        return Path(given).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("privatelink", appauthor=False)).absolute()


def new_id(entropy: bytes) -> str:
    """A new enablement's id like ``pl-7f3k9q``: 30 bits in Crockford's base 32 (no i, l, o, u).

    ``entropy`` are at least four random bytes; raises ValueError for fewer.
    """
    if len(entropy) < 4:
        raise ValueError("an id needs four random bytes")
    number = int.from_bytes(entropy[:4], "big")
    return "pl-" + "".join(_CROCKFORD[number >> shift & 31] for shift in range(25, -1, -5))


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of one enablement."""

    folder: Path
    id: str

    @property
    def journal(self) -> Path:
        """The journal itself, an SQLite database."""
        return self.folder / f"{self.id}.db"

    @property
    def new(self) -> Path:
        """The journal while it is being made; never left under the journal's own name half done."""
        return self.folder / f"{self.id}.new"

    @property
    def lock(self) -> Path:
        """The file whose lock the one writer holds."""
        return self.folder / f"{self.id}.lock"

    @property
    def holder(self) -> Path:
        """Who holds the lock, in words for the second one."""
        return self.folder / f"{self.id}.holder.json"

    def damaged(self, number: int) -> Path:
        """The name of the ``number``-th journal set aside; no enablement can have this name."""
        return self.folder / f"{self.id}.damaged-{number}.db"


def paths(home: Path, id: str) -> Paths:
    """The files of an enablement. Raises JournalError ``unsafe-path`` for an id that is none."""
    if not ID.fullmatch(id):
        raise JournalError(
            "unsafe-path",
            f"{id[:80]!r} is no enablement id",
            "An id has 1 to 63 lower-case letters, digits and hyphens, as `privatelink status` lists them.",
        )
    return Paths(home.absolute() / "enablements", id)


def names(home: Path) -> tuple[str, ...]:
    """The ids of the enablements that have a journal here, in order. Raises JournalError."""
    folder = home.absolute() / "enablements"
    try:
        found = [entry.name.removesuffix(".db") for entry in os.scandir(folder) if entry.name.endswith(".db")]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise from_os(error, f"the enablements in {folder} cannot be listed") from error
    return tuple(sorted(name for name in found if ID.fullmatch(name)))


def beside(database: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database."""
    return tuple(database.with_name(database.name + suffix) for suffix in _SIDE_FILES)


def make_folder(folder: Path) -> None:
    """Make the folder of the journals, for this user only. Raises JournalError."""
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if stat.S_IMODE(folder.stat().st_mode) != 0o700:
            folder.chmod(0o700)
    except OSError as error:
        raise from_os(error, f"the folder {folder} cannot be made") from error


def make_file(path: Path) -> None:
    """Make an empty file that only this user can read, whatever the umask. Raises OSError."""
    os.close(_created(path))


def _created(path: Path) -> int:
    """A handle on a new file that only this user can read. What is there already, a link too, is an OSError."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(path, flags, 0o600)
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file has such a name") from error
    try:
        os.fchmod(handle, 0o600)
    except OSError:
        os.close(handle)
        raise
    return handle


def write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there and that only this user can read; durable and whole, or not there.

    Raises JournalError ``unsafe-path`` where anything is there already, or what the file system refused.
    """
    try:
        handle = _created(path)
    except OSError as error:
        raise from_os(error, f"{path} cannot be made") from error
    try:
        # Written by the handle itself: nobody can put another file in its place in between.
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.absolute().parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise from_os(error, f"{path} cannot be written") from error


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system can. Raises OSError."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refuse_links(files: Paths) -> None:
    """Raise JournalError ``unsafe-path`` where a file of the enablement is there and is no plain file."""
    for path in (files.journal, *beside(files.journal), files.lock, files.holder):
        try:
            mode = path.lstat().st_mode
        except FileNotFoundError:
            continue
        except OSError as error:
            raise from_os(error, f"{path} cannot be looked at") from error
        if not stat.S_ISREG(mode):
            kind = "a symbolic link" if stat.S_ISLNK(mode) else "no plain file"
            raise JournalError(
                "unsafe-path",
                f"{path} is {kind}; a journal is never followed elsewhere",
                "Find out who put it there, and move the real journal into its place.",
            )

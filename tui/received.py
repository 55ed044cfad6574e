"""The files that somebody sent, read from disk: those that are named, and those in a folder that is named.

In a folder nothing is followed elsewhere: a symbolic link in it is told and not opened. A pipe or device is never
waited for.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.desk.received import HEAD, MOST, Received, kind_of, receive, refused
from tui.paths import kind_at, named

MANY = 1_000
"""Files of one folder that are opened at the most."""
_ENDINGS = frozenset({".toml", ".json", ".jsonl"})
_PLAIN = "Name a plain file: a request, a saved inventory, or an exported history."


def read_received(paths: Iterable[str]) -> tuple[Received, ...]:
    """Every file that is named, once, and every request, inventory and history in the folders that are."""
    found: dict[str, Received] = {}
    for path in paths:
        folder = named(path)
        if kind_at(folder) == "folder":
            found |= {name: one for name, one in _folder(folder) if name not in found}
        elif str(folder) not in found:
            found[str(folder)] = _file(folder, str(folder), follow=True)
    return tuple(found.values())


def _folder(folder: Path) -> Iterator[tuple[str, Received]]:
    try:
        entries = sorted(entry.name for entry in os.scandir(folder))
    except OSError as error:
        yield (
            str(folder),
            refused(str(folder), error.strerror or str(error), "Name a folder that can be read."),
        )
        return
    fitting = [name for name in entries if not name.startswith(".") and Path(name).suffix.lower() in _ENDINGS]
    for name in fitting[:MANY]:
        path = folder / name
        yield str(path), _file(path, str(path), follow=False)
    if len(fitting) > MANY:
        told = f"it has {len(fitting):,} files; the first {MANY:,} are read"
        yield str(folder), refused(str(folder), told, "Name the other files, or move those that are done.")


def _file(path: Path, name: str, *, follow: bool) -> Received:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        if not follow and path.is_symlink():
            return refused(name, "it is a symbolic link, and was not followed", _PLAIN)
        handle = os.open(path, flags)
        with io.BufferedReader(io.FileIO(handle)) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return refused(name, "it is no plain file", _PLAIN)
            head = file.read(HEAD)
            return receive(name, head + file.read(MOST[kind_of(head)] + 1 - len(head)))
    except OSError as error:
        return refused(name, error.strerror or str(error), "Name a file that can be read.")
    except ValueError as error:
        # A name that no file system has: a NUL in it.
        return refused(name, str(error), "Name a file that can be read.")

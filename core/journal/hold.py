"""One writer at a time: the lock of an enablement across processes, and who holds it.

The lock is the operating system's on an open file, so it ends with its process, however that ends. Who
holds it is told in a file beside it: words only, never what decides.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.journal.errors import Holder, JournalError, from_os
from core.journal.files import Paths, make_file

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Hold(Protocol):
    """A lock that is held until it is released."""

    def release(self, force: bool = False) -> None:
        """Let the next writer in."""


def take(files: Paths, who: str) -> Hold:
    """Take the enablement's lock, without waiting. ``who`` says what holds it (``privatelink apply``).

    Raises JournalError ``held`` naming the holder, or what the file system refused.
    """
    from filelock import FileLock, Timeout

    # A lock of its own for every journal object: a second one in this very process is refused as well.
    lock = FileLock(files.lock, mode=0o600, thread_local=False, is_singleton=False, fallback_to_soft=False)
    try:
        lock.acquire(blocking=False)
    except Timeout as error:
        raise _held(files) from error
    except OSError as error:
        raise from_os(error, f"{files.id} cannot be locked for writing") from error
    try:
        _sign(files.holder, who)
    except OSError as error:
        lock.release()
        raise from_os(error, f"{files.id} cannot be locked for writing") from error
    return lock


def let_go(files: Paths, hold: Hold) -> None:
    """Give the lock back."""
    try:
        files.holder.unlink(missing_ok=True)
    except OSError:
        # Words only: the next writer replaces them.
        return
    finally:
        hold.release()


def holder(files: Paths) -> Holder | None:
    """Who holds, or last held, the lock; None where nobody says so or it cannot be read."""
    try:
        told = json.loads(files.holder.read_bytes())
        since = datetime.fromtimestamp(files.holder.stat().st_mtime).astimezone()
        return Holder(
            int(told["pid"]), _plain(told["host"]), _plain(told["user"]), _plain(told["who"]), since
        )
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _sign(path: Path, who: str) -> None:
    told = {"pid": os.getpid(), "host": platform.node(), "user": _user(), "who": who}
    draft = path.with_suffix(".tmp")
    draft.unlink(missing_ok=True)
    make_file(draft)
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(path)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _plain(text: object) -> str:
    """Another process wrote it: one short line without control characters."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(text))[:120]


def _held(files: Paths) -> JournalError:
    told = holder(files)
    if told is None:
        return JournalError(
            "held",
            f"{files.id} is being changed by another process",
            "Wait until it is done, or close the other privatelink.",
        )
    since = f"{_DAYS[told.since.weekday()]} {told.since:%H:%M}"
    return JournalError(
        "held",
        f"{files.id} is being changed by pid {told.pid} ({told.who}) since {since} on host {told.host}",
        f"Wait until it is done, or let {told.user or 'its user'} close it on {told.host}. "
        "Looking at the enablement is possible meanwhile: privatelink status.",
        told,
    )

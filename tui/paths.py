"""Paths as a person writes them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import BinaryIO, Literal


def named(text: str) -> Path:
    """The path that a text names; ``~`` and ``~somebody`` are their homes. Of nobody that is known the text itself
    is taken, as a shell does: ``~$request.toml`` is a file.
    """
    return Path(os.path.expanduser(text))  # noqa: PTH111  # Path's own raises where there is no such person


def opened(text: str) -> BinaryIO:
    """The file that a text names, to be read. Raises OSError, also for a name that no file has."""
    try:
        return named(text).open("rb")
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file has such a name") from error


def kind_at(path: Path) -> Literal["folder", "other"] | None:
    """What stands there; nothing where nothing does, or can: a name that is too long, or that no file has."""
    try:
        return "folder" if path.is_dir() else "other" if path.exists() else None
    except OSError:
        return None

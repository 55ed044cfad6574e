"""Faults of the program: their tracebacks go to a file of the person's own, never to the screen."""

from __future__ import annotations

import os
import tempfile
import traceback

from core.secrecy import hide, named_secrets


def keep_traceback(error: BaseException) -> str:
    """Write the traceback, its secrets hidden, to a new file that only this user can read; returns its path."""
    told = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile(
        "w",
        prefix="privatelink-fault-",
        suffix=".txt",
        delete=False,
        encoding="utf-8",
        errors="backslashreplace",
    ) as file:
        file.write(hide(told, named_secrets(os.environ)))
    return file.name


def words(error: BaseException) -> str:
    """What happened, for the screen: the kind of error and its own words, secrets hidden."""
    return hide(f"{type(error).__name__}: {error}", named_secrets(os.environ))

"""Faults of the program: their tracebacks go to a file of the person's own, never to the screen."""

from __future__ import annotations

import tempfile
import traceback


def keep_traceback(error: BaseException) -> str:
    """Write the traceback to a new file that only this user can read; returns its path."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="privatelink-fault-", suffix=".txt", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    return file.name

"""The wizard on the embedded sandbox: a folder that goes with it, and the sandbox in a process of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

from providers.worker import Start, Worker
from tui.app import PrivateLink

DELAY = 4.0
"""Seconds that the other party takes for a move: long enough to see that it is awaited."""


def run(cloud: str, delay: float | None) -> int:
    """Open the wizard on the sandbox; returns the exit code."""
    start = Start("providers.sandbox:rehearse", {"delay": DELAY if delay is None else delay})
    assert cloud == "aws"
    worker = Worker(start)
    try:
        with tempfile.TemporaryDirectory(prefix="privatelink-rehearsal-") as folder:
            return PrivateLink(Path(folder), rehearsal=worker).run() or 0
    finally:
        worker.close()

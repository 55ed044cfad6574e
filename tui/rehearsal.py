"""The wizard on the embedded sandbox: a folder that goes with it, and the sandbox in a process of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from core.journal.files import home
from core.request.model import Draft, DraftCloud, Platform
from providers.worker import Worker, rehearsal
from tui.app import PrivateLink

DELAY = 4.0
"""Seconds that the other party takes for a move: long enough to see that it is awaited."""


def run(cloud: Platform, delay: float | None) -> int:
    """Open the wizard on the sandbox of a cloud; returns the exit code."""
    practice = Draft(cloud=DraftCloud(platform=cloud))
    with tempfile.TemporaryDirectory(prefix="privatelink-rehearsal-") as folder:
        scratch = Path(folder, "sandbox")
        scratch.mkdir()
        worker = Worker(rehearsal(cloud, DELAY if delay is None else delay), scratch=scratch)
        try:
            app = PrivateLink(
                Path(folder, "home"), rehearsal=worker, practice=practice, settings=home(os.environ)
            )
            return app.run() or 0
        finally:
            worker.close()

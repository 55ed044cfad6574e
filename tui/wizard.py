"""The wizard on the person's own folder, and the walkthroughs that are begun in it."""

from __future__ import annotations

import os

from core.journal.files import home
from tui.app import PrivateLink


def run() -> int:
    """Open it; returns the exit code."""
    folder = home(os.environ)
    while True:
        app = PrivateLink(folder)
        code = app.run() or 0
        if app.lesson is None:
            return code
        from core.walkthrough.scenario import load
        from tui.guide import run as walk_through

        lesson = app.lesson
        code, _ = walk_through(load(lesson.name), lesson.cloud, app.pace, shape=lesson.shape)
        if code:
            return code

"""The pictures of the README, made by the program itself from made-up models: ``make pictures``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from textual._doc import take_svg_screenshot

from tests.tui.screens.stage import Stage, ready
from tests.tui.screens.states import STATES
from tests.tui.screens.teller import TZ
from tui.recording import portable

DOCS = Path(__file__).parents[2] / "docs"
SIZE = (120, 36)
SHOWN = {
    "progress": "progress-waiting",
    "type": "type-bidirectional",
    "setup": "setup-plan",
    "ticket": "ticket-complete",
    "verify": "verify-one",
}
"""The file's name, and the state that it shows."""


def pictures() -> Iterator[tuple[Path, str]]:
    """Every picture and where it belongs."""
    for name, state in SHOWN.items():
        shown = STATES[state]
        svg = take_svg_screenshot(app=Stage(shown), terminal_size=SIZE, run_before=ready(shown))
        yield DOCS / f"{name}.svg", portable(svg)


def main() -> None:
    """Write them all."""
    os.environ["TZ"] = TZ
    os.environ.pop("NO_COLOR", None)
    time.tzset()
    DOCS.mkdir(exist_ok=True)
    for path, svg in pictures():
        path.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The yardstick: the smallest Textual app, with a line of text, or as the argument says ``one`` or ``two`` fields."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Minimal(App[None]):
    def compose(self) -> ComposeResult:
        if len(sys.argv) == 1:
            yield Static("the minimal app")
        else:
            yield Input(placeholder="first")
            if sys.argv[1] == "two":
                yield Input(placeholder="second")


if __name__ == "__main__":
    Minimal().run()

"""The yardstick: the smallest Textual app with a line of text, or with ``input`` as argument a text field."""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Input, Static


class Minimal(App[None]):
    def compose(self) -> ComposeResult:
        yield Input() if "input" in sys.argv else Static("the minimal app")


if __name__ == "__main__":
    Minimal().run()

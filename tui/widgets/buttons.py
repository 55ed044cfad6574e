"""Buttons whose label changes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Button


def relabel(button: Button, label: str) -> None:
    """Give a button another label, and the room for it: Textual paints a longer one into the old width."""
    if button.label != Content(label):
        button.label = Content(label)
        button.refresh(layout=True)

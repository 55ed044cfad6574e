"""States as content."""

from __future__ import annotations

from textual.content import Content

from core.text import visible
from tui.widgets.state import Look


def mark(shown: Look, word: str | None = None) -> Content:
    """Symbol and word in the state's color. ``word`` replaces the table's (``2 of 2 healthy``)."""
    return Content.styled(f"{shown.symbol} {shown.word if word is None else visible(word)}", shown.style)

"""Literal text in a widget's border: a string given there straight is read as markup."""

from __future__ import annotations

from textual.widget import Widget

from tui.text import line


def border_title(widget: Widget, text: str, style: str = "") -> None:
    """Put ``text`` into the upper border of ``widget``; empty takes it away."""
    setattr(widget, "border_title", line(text, style) if text else None)  # noqa: B010 - typed as str there


def border_subtitle(widget: Widget, text: str, style: str = "") -> None:
    """Put ``text`` into the lower border of ``widget``; empty takes it away."""
    setattr(widget, "border_subtitle", line(text, style) if text else None)  # noqa: B010 - typed as str there

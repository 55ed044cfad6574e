"""The app's own keys where something stands over its screen: a modal screen hides the bindings beneath it."""

from __future__ import annotations

from textual.binding import Binding

OVER: tuple[Binding, ...] = (
    Binding("f1", "app.help", "Help", show=False, id="help"),
    Binding("f7", "app.glossary", "Glossary", show=False, id="glossary"),
    Binding("f8", "app.settings", "Settings", show=False, id="settings"),
    Binding("f9", "app.toggle_dark", "Light or dark", show=False, id="theme"),
    Binding("f10", "app.leave", "Quit", show=False, id="quit"),
)
"""All of them."""


def over(*own: str) -> tuple[Binding, ...]:
    """Those that a screen has no other use for; ``own`` are the names of the keys that it gives a meaning itself."""
    return tuple(one for one in OVER if one.id not in own)

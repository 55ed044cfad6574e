"""The bottom line: the keys of the screen. Textual's own footer is rebuilt at every change of focus."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.keys import keys_of, shown
from tui.text import fit
from tui.widgets.drawn import Drawn, Lines


class KeyBar(Drawn):
    """One line of keys and what they do. Every one of them is a button or a palette entry too."""

    DEFAULT_CSS = """
    KeyBar { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    def __init__(self, keys: Sequence[tuple[str, str]], *, id: str | None = None) -> None:
        """``keys`` are pairs of an action's name (see :mod:`tui.keys`), or a key that is always the same, and what
        it does.
        """
        super().__init__(id=id)
        self._keys = tuple(keys)

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """What it shows."""
        return self._keys

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Show these instead."""
        if tuple(keys) != self._keys:
            before = self.present()
            self._keys = tuple(keys)
            self.redraw(before)

    def draw(self, width: int) -> Lines:
        """The line, cut at its end where there is no room."""
        chosen = keys_of(self.app)
        parts = [
            Content.assemble((f" {shown(chosen[key]) if key in chosen else key} ", "bold $text-accent"), text)
            for key, text in self._keys
        ]
        return [fit(Content(" ").join(parts), width)]

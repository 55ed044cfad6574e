"""A widget that draws lines for the width it has: one node, a pure picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Region
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget

Lines = Sequence[Content]
Draw = Callable[[int], Lines]


class Picture(Visual):
    """Lines that depend on the width. ``draw`` takes cells and gives one content a line."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._at: tuple[int, Content] | None = None

    def joined(self, width: int) -> Content:
        """All lines at ``width`` as one content, joined by line breaks."""
        if self._at is None or self._at[0] != width:
            self._at = (width, Content("\n").join(self._draw(width)))
        return self._at[1]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Part of the Visual protocol."""
        return self.joined(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Part of the Visual protocol: a picture takes the width it is given."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Part of the Visual protocol."""
        return self.joined(width).plain.count("\n") + 1 if width else 0


class Drawn(Widget):
    """Base of the widgets that are a picture: a subclass draws, this repaints only lines that differ."""

    DEFAULT_CSS = """
    Drawn {
        width: 1fr;
        height: auto;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def draw(self, width: int) -> Lines:
        """The lines at ``width`` cells. Called from ``render``; reads nothing but the widget's input."""
        raise NotImplementedError

    def render(self) -> Picture:
        """The picture of the input."""
        return Picture(self.draw)

    def redraw(self, before: Lines) -> None:
        """Repaint after the input changed. ``before`` are the lines at the present width before that."""
        if not self.is_attached:
            return
        width = self.content_size.width
        now = self.draw(width) if width else []
        if len(now) != len(before) or not width:
            self.refresh(layout=True)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, now, strict=True)) if not old.is_same(new)]
        if changed:
            self._layout_cache.clear()
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def present(self) -> Lines:
        """The lines as they are on the screen now; empty where the widget has no size yet."""
        width = self.content_size.width if self.is_attached else 0
        return self.draw(width) if width else []

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse marked, as it is shown."""
        width = self.content_size.width
        return selection.extract(Content("\n").join(self.draw(width)).plain), "\n"

"""A grid of cells to draw a diagram on: wide characters take their two cells, nothing shifts."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from core.text import visible
from tui.text import end

_BOX = {"╭": (0, 0), "╮": (1, 0), "╰": (0, 1), "╯": (1, 1)}


class Canvas:
    """``width`` × ``height`` cells, each with a character and a style."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self._cells = [[(" ", "")] * width for _ in range(height)]

    def put(self, x: int, y: int, text: str, style: str = "", room: int | None = None) -> int:
        """Write ``text`` at a cell, cut to ``room`` cells and to the canvas; returns the cell after it."""
        space = self.width - x if room is None else min(room, self.width - x)
        if space <= 0:
            return x
        row = self._cells[y]
        for character in end(visible(text), space):
            cells = cell_len(character)
            if cells == 0:
                if x:
                    row[x - 1] = (row[x - 1][0] + character, row[x - 1][1])
                continue
            row[x] = (character, style)
            for beside in range(1, cells):
                row[x + beside] = ("", style)
            x += cells
        return x

    def box(self, x: int, y: int, width: int, height: int, title: str = "", style: str = "") -> None:
        """Draw a box with rounded corners; ``title`` stands in its upper edge."""
        right, bottom = x + width - 1, y + height - 1
        for row in (y, bottom):
            self.put(x, row, "─" * width, style)
        for row in range(y + 1, bottom):
            self.put(x, row, "│", style)
            self.put(right, row, "│", style)
        for corner, (at_right, at_bottom) in _BOX.items():
            self.put(right if at_right else x, bottom if at_bottom else y, corner, style)
        if title and width > 6:
            self.put(x + 2, y, f" {end(title, width - 6)} ", "bold")

    def lines(self) -> list[Content]:
        """The rows as content."""
        return [_content(row) for row in self._cells]


def _content(row: list[tuple[str, str]]) -> Content:
    runs: list[tuple[str, str]] = []
    for character, style in row:
        if runs and runs[-1][1] == style:
            runs[-1] = (runs[-1][0] + character, style)
        else:
            runs.append((character, style))
    return Content.assemble(*runs)

"""Text for the screen: data made literal, and cut to the cells that there are.

Whatever a cloud, a file or a person wrote goes through here before it is drawn: never markup, control
characters made visible, one cell count for wide characters.
"""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from core.text import visible, visible_lines

ELLIPSIS = "…"


def one_line(text: str) -> str:
    """``text`` on one line, with all that can't be seen made visible."""
    return visible(text)


def plain(text: str) -> str:
    """``text`` with its line breaks, and all else that can't be seen made visible."""
    return visible_lines(text)


def line(text: str, style: str = "") -> Content:
    """``text`` as literal content of one line. ``style`` is a content style (``bold $text-error``)."""
    return Content.styled(visible(text), style)


def block(text: str, style: str = "") -> Content:
    """``text`` as literal content that keeps its line breaks; tabs become spaces."""
    return Content.styled(visible_lines(text), style)


def middle(text: str, width: int) -> str:
    """``text`` cut in its middle to at most ``width`` cells: both ends of an id tell it from another."""
    text = visible(text)
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return ELLIPSIS[: max(width, 0)]
    tail = (width - 1) // 2
    head = set_cell_size(text, width - 1 - tail).rstrip()
    return head + ELLIPSIS + _last_cells(text, tail)


def end(text: str, width: int) -> str:
    """``text`` cut at its end to at most ``width`` cells."""
    text = visible(text)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ELLIPSIS if width > 1 else ELLIPSIS[: max(width, 0)]


def fit(content: Content, width: int) -> Content:
    """``content`` cut at its end, or padded with spaces, to exactly ``width`` cells."""
    if width <= 0:
        return Content("")
    return content.truncate(width, ellipsis=True, pad=True)


def wrap(text: str, width: int, style: str = "", indent: str = "") -> list[Content]:
    """``text`` folded into lines of at most ``width`` cells, each led by ``indent``."""
    room = max(width - cell_len(indent), 1)
    return [Content(indent) + folded.rstrip() for folded in block(text, style).wrap(room)]


def _last_cells(text: str, width: int) -> str:
    start = len(text)
    while start > 0 and cell_len(text[start - 1 :]) <= width:
        start -= 1
    return text[start:]

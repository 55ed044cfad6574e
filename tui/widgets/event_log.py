"""What happened: lines with their time, newest at the bottom, the oldest dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from tui.text import wrap
from tui.widgets.copyable import copy
from tui.widgets.durations import DAYS, clock
from tui.widgets.state import SEVERITIES, look

LIMIT = 500
"""Entries kept."""
_LINES = 20
"""Lines shown of one entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. ``severity`` is a key of the table of severities, empty for plain news."""

    at: datetime
    text: str
    severity: str = ""


def entry_lines(entry: Entry, width: int, zone: tzinfo | None = None) -> list[Content]:
    """An entry at ``width`` cells: day, time and mark, the text folded beside them."""
    day = DAYS[entry.at.astimezone(zone).weekday()]
    shown = look(SEVERITIES, entry.severity) if entry.severity else None
    lead = Content.assemble((f"{day} {clock(entry.at, zone, seconds=True)}  ", "$text-muted"))
    if shown is not None:
        lead += Content.styled(f"{shown.symbol} {shown.word}: ", shown.style)
    indent = 14
    folded = wrap(entry.text, max(width - lead.cell_length, 8)) or [Content("")]
    first, rest = folded[0], folded[1:_LINES]
    return [lead + first, *(Content(" " * min(indent, lead.cell_length)) + more for more in rest)]


class EventLog(ScrollView, can_focus=True):
    """Append-only and bounded. Follows the newest line unless the person scrolled up."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("c", "copy", "Copy", show=False, id="copy"),
    ]
    DEFAULT_CSS = """
    EventLog {
        height: 1fr;
        padding: 0 1;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &:focus { background-tint: $foreground 3%; }
    }
    """

    def __init__(self, zone: tzinfo | None = None, *, limit: int = LIMIT, id: str | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._entries: deque[Entry] = deque(maxlen=limit)
        self._heights: deque[int] = deque()
        self._rows: list[Content] = []
        self._drawn_at = 0

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is kept, oldest first."""
        return tuple(self._entries)

    def show(self, lines: Sequence[tuple[datetime, str]]) -> None:
        """Show the end of a log that only grows: what is there already is not drawn again."""
        wanted = [Entry(at, text) for at, text in lines[-(self._entries.maxlen or LIMIT) :]]
        if not wanted:
            return
        newest = self._entries[-1] if self._entries else None
        known = next((at for at in range(len(wanted), 0, -1) if wanted[at - 1] == newest), 0)
        self.append(*wanted[known:])

    def append(self, *entries: Entry) -> None:
        """Add entries, oldest first."""
        for entry in entries:
            if len(self._entries) == self._entries.maxlen and self._heights:
                del self._rows[: self._heights.popleft()]
            self._entries.append(entry)
            if self._drawn_at:
                self._add_rows(entry)
        if entries and self._drawn_at:
            self._settle()

    def _add_rows(self, entry: Entry) -> None:
        lines = entry_lines(entry, self._drawn_at, self._zone)
        self._heights.append(len(lines))
        self._rows.extend(lines)

    def _settle(self) -> None:
        follow = self.scroll_offset.y >= self.max_scroll_y
        self.virtual_size = Size(self._drawn_at, len(self._rows))
        if follow:
            self.scroll_end(animate=False)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Fold everything anew for the width."""
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        if width != self._drawn_at:
            self._drawn_at = width
            self._rows.clear()
            self._heights.clear()
            for entry in self._entries:
                self._add_rows(entry)
        self.virtual_size = Size(width, len(self._rows))
        self.scroll_end(animate=False)

    def render_line(self, y: int) -> Strip:
        """One line of the log (line API)."""
        width = self.scrollable_content_region.width
        row = y + self.scroll_offset.y
        if not 0 <= row < len(self._rows):
            return Strip.blank(width, self.visual_style.rich_style)
        strips = Visual.to_strips(self, self._rows[row], width, 1, self.visual_style, pad=True)
        return strips[0] if strips else Strip.blank(width, self.visual_style.rich_style)

    def action_copy(self) -> None:
        """Copy everything that is kept."""
        if self._entries:
            told = [
                f"{entry.at.astimezone(self._zone).isoformat(timespec='seconds')}  {entry.text}"
                for entry in self._entries
            ]
            copy(self, "\n".join(told), f"{len(told)} lines of the event log")

"""A list of very many rows, one line each: only what is in sight is drawn, and no key looks at all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar, overload

from textual.content import Content
from textual.geometry import Size

from tui.widgets.rows import RowList

T = TypeVar("T")
_Row = tuple[str | None, Content]


class _Drawn(Sequence[_Row]):
    """The rows, each drawn when it is asked for."""

    def __init__(self, owner: LongList[T], width: int) -> None:
        self._owner = owner
        self._width = width

    def __len__(self) -> int:
        return len(self._owner.items)

    @overload
    def __getitem__(self, at: int) -> _Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[_Row]: ...
    def __getitem__(self, at: int | slice) -> _Row | Sequence[_Row]:
        if isinstance(at, slice):
            return [self._owner.row(one, self._width) for one in range(len(self))[at]]
        return self._owner.row(at, self._width)

    def __iter__(self) -> Iterator[_Row]:
        return (self._owner.row(one, self._width) for one in range(len(self)))


class LongList(RowList[T]):
    """As :class:`RowList`, for items that are all one line high and can all be chosen."""

    def __init__(self, items: Sequence[T] = (), *, id: str | None = None, empty: str = "") -> None:
        self._places: Mapping[str, int] = {}
        self._keys: list[str] = []
        super().__init__(items, id=id, empty=empty)
        self._number()
        self._cursor = self._nearest(None)

    def row(self, at: int, width: int) -> _Row:
        """One row, drawn at ``width`` cells."""
        return self._keys[at], self.draw_item(self._items[at], max(width - self.GUTTER, 1))[0]

    def _number(self) -> None:
        self._keys = [self.key_of(item) for item in self._items]
        self._places = {key: place for place, key in enumerate(self._keys)}

    @property
    def highlighted(self) -> T | None:
        """The item under the cursor."""
        place = self._index()
        return None if place is None else self._items[place]

    def point(self, key: str) -> None:
        """Put the cursor on the item with this key."""
        if key in self._places:
            self._to(key)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each item."""
        return len(self._items) + self._header_height

    def _redraw(self) -> None:
        width = self.scrollable_content_region.width if self.is_attached else 0
        if width <= 0:
            return
        self._drawn_at = width
        empty = [(None, Content.styled(self._empty, "$text-muted"))] if self._empty else []
        self._rows = _Drawn(self, width) if self._items else empty
        self.virtual_size = Size(width, len(self._rows) + self._header_height)
        self.refresh()

    def _choosable(self) -> list[str]:
        return self._keys

    def _index(self) -> int | None:
        return self._places.get(self._cursor or "")

    def _nearest(self, at: int | None) -> str | None:
        if self._cursor in self._places:
            return self._cursor
        return self._keys[min(at or 0, len(self._keys) - 1)] if self._keys else None

    def _lines_of(self, key: str | None) -> list[int]:
        place = self._places.get(key or "")
        return [] if place is None else [place]

    def _show_cursor(self) -> None:
        place = self._index()
        if place is None or not self.is_attached:
            return
        height = self.scrollable_content_region.height - self._header_height
        if place < self.scroll_offset.y:
            self.scroll_to(y=place, animate=False, immediate=True)
        elif place >= self.scroll_offset.y + height:
            self.scroll_to(y=place - height + 1, animate=False, immediate=True)

    def action_page(self, way: int) -> None:
        """Move the cursor by about a screenful."""
        self.action_move(way * max(self.scrollable_content_region.height - self._header_height - 1, 1))

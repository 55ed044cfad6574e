"""A focusable list of drawn rows: one node, cursor by key, only changed lines repainted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from tui.widgets.copyable import copy
from tui.widgets.drawn import Lines

T = TypeVar("T")


class RowList(ScrollView, Generic[T], can_focus=True):
    """Base of the lists. A subclass says how an item is keyed and drawn, and what choosing it posts.

    Items may be several lines high and differ in height. The cursor stays on its key when items change.
    """

    GUTTER: ClassVar[int] = 2
    """Cells left of every row: the cursor's bar and space."""
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("home,g", "edge(-1)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("enter", "choose", "Choose", show=False),
        Binding("c", "copy", "Copy", show=False, id="copy"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor", "row-list--hover"}
    DEFAULT_CSS = """
    RowList {
        width: 1fr;
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .row-list--hover { background: $block-hover-background; }
        & > .row-list--cursor { background: $block-cursor-blurred-background; }
        &:focus > .row-list--cursor { background: $block-cursor-background; }
    }
    """

    def __init__(
        self, items: Sequence[T] = (), *, id: str | None = None, classes: str | None = None, empty: str = ""
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._items: tuple[T, ...] = tuple(items)
        self._empty = empty
        self._cursor: str | None = None
        self._hover: str | None = None
        self._drawn_at = 0
        self._rows: Sequence[tuple[str | None, Content]] = ()
        self._cursor = self._nearest(None)

    # What a subclass says.

    def key_of(self, item: T) -> str:
        """A key that is unique in the list and stays with the item."""
        raise NotImplementedError

    def draw_item(self, item: T, width: int) -> Lines:
        """The item's lines at ``width`` cells."""
        raise NotImplementedError

    def draw_header(self, width: int) -> Content | None:
        """A line that stays on top, or None."""
        return None

    def can_choose(self, item: T) -> bool:
        """Whether the cursor stops at the item."""
        return True

    def has_bar(self, key: str) -> bool:
        """Whether the item has the bar before it wherever the cursor is."""
        return False

    def when_chosen(self, item: T) -> Message | None:
        """What Enter or a click posts."""
        return None

    def when_highlighted(self, item: T) -> Message | None:
        """What reaching the item posts."""
        return None

    def text_of(self, item: T) -> tuple[str, str]:
        """What ``c`` copies, and its description. Empty text copies nothing."""
        return "", ""

    # What a screen uses.

    @property
    def items(self) -> tuple[T, ...]:
        """The items shown."""
        return self._items

    @property
    def highlighted(self) -> T | None:
        """The item under the cursor."""
        return next((item for item in self._items if self.key_of(item) == self._cursor), None)

    def show(self, items: Sequence[T]) -> None:
        """Show these items instead. Equal items cost nothing; only lines that differ are repainted."""
        new = tuple(items)
        if new == self._items:
            return
        at = self._index()
        self._items = new
        self._number()
        before, self._cursor = self._cursor, self._nearest(at)
        self._redraw()
        if self._cursor != before:
            self._after_move(before)

    def say_empty(self, text: str) -> None:
        """What to say while there are no items."""
        self._empty = text
        if not self._items:
            self._redraw()

    def point(self, key: str) -> None:
        """Put the cursor on the item with this key, if it can be chosen."""
        if any(self.key_of(item) == key and self.can_choose(item) for item in self._items):
            self._to(key)

    def _number(self) -> None:
        """Take note of items that are new. A list that looks its items up by key does so here."""

    # Drawing.

    def _build(self, width: int) -> list[tuple[str | None, Content]]:
        room = max(width - self.GUTTER, 1)
        rows: list[tuple[str | None, Content]] = []
        for item in self._items:
            key = self.key_of(item) if self.can_choose(item) else None
            rows.extend((key, line) for line in self.draw_item(item, room))
        if not rows and self._empty:
            rows.append((None, Content.styled(self._empty, "$text-muted")))
        return rows

    @property
    def _header_height(self) -> int:
        return 0 if self.draw_header(1) is None else 1

    def _redraw(self) -> None:
        width = self.scrollable_content_region.width if self.is_attached else 0
        if width <= 0:
            return
        before, self._rows = self._rows, self._build(width)
        same_width, self._drawn_at = self._drawn_at == width, width
        if self._header_height:
            self.refresh_line(0)
        if same_width and len(before) == len(self._rows):
            for y, ((old_key, old), (key, new)) in enumerate(zip(before, self._rows, strict=True)):
                if old_key != key or not old.is_same(new):
                    self.refresh_line(y + self._header_height)
            return
        self.virtual_size = Size(width, len(self._rows) + self._header_height)
        self.refresh(layout=self.styles.auto_dimensions)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the rows out anew for the width."""
        if self.scrollable_content_region.width != self._drawn_at:
            self._redraw()
        self._show_cursor()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its rows, where the height is ``auto``."""
        return len(self._build(max(width - 1, 1))) + self._header_height

    def render_line(self, y: int) -> Strip:
        """One line of the list (line API)."""
        width = self.scrollable_content_region.width
        header = self._header_height
        if y < header:
            title = self.draw_header(max(width - self.GUTTER, 1)) or Content("")
            line = Content(" " * self.GUTTER) + title
            return self._strip(line, width)
        row = y - header + self.scroll_offset.y
        if not 0 <= row < len(self._rows):
            return Strip.blank(width, self.visual_style.rich_style)
        key, content = self._rows[row]
        here = key is not None and key == self._cursor
        barred = (here and self.has_focus) or (key is not None and self.has_bar(key))
        lead = Content.styled(("▌" if barred else " ").ljust(self.GUTTER), "bold $text-accent")
        hover = "row-list--hover" if key is not None and key == self._hover else None
        return self._strip(lead + content, width, "row-list--cursor" if here else hover)

    def _strip(self, content: Content, width: int, component: str | None = None) -> Strip:
        style = self.get_visual_style(component) if component else self.visual_style
        strips = Visual.to_strips(self, content, width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width, style.rich_style)

    # Moving.

    def _choosable(self) -> list[str]:
        return [self.key_of(item) for item in self._items if self.can_choose(item)]

    def _index(self) -> int | None:
        keys = self._choosable()
        return keys.index(self._cursor) if self._cursor in keys else None

    def _nearest(self, at: int | None) -> str | None:
        keys = self._choosable()
        if not keys:
            return None
        if self._cursor in keys:
            return self._cursor
        return keys[min(at or 0, len(keys) - 1)]

    def _lines_of(self, key: str | None) -> list[int]:
        return [y for y, (row_key, _) in enumerate(self._rows) if row_key is not None and row_key == key]

    def _refresh_key(self, key: str | None) -> None:
        for y in self._lines_of(key):
            self.refresh_line(y + self._header_height)

    def _to(self, key: str) -> None:
        if key == self._cursor:
            self._show_cursor()
            return
        before, self._cursor = self._cursor, key
        self._after_move(before)

    def _after_move(self, before: str | None) -> None:
        self._refresh_key(before)
        self._refresh_key(self._cursor)
        self._show_cursor()
        item = self.highlighted
        message = None if item is None else self.when_highlighted(item)
        if message is not None and self.is_attached:
            self.post_message(message)

    def _show_cursor(self) -> None:
        lines = self._lines_of(self._cursor)
        if not lines or not self.is_attached:
            return
        height = self.scrollable_content_region.height - self._header_height
        top, bottom = lines[0], lines[-1]
        if top == min(y for y, (key, _) in enumerate(self._rows) if key is not None):
            top = 0
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
        elif bottom >= self.scroll_offset.y + height:
            self.scroll_to(y=min(bottom - height + 1, lines[0]), animate=False, immediate=True, force=True)

    def action_move(self, by: int) -> None:
        """Move the cursor by ``by`` items; it stops at the ends."""
        keys = self._choosable()
        at = self._index()
        if keys:
            self._to(keys[min(max((at if at is not None else -by) + by, 0), len(keys) - 1)])

    def action_edge(self, way: int) -> None:
        """Move the cursor to the first (-1) or last (1) item."""
        keys = self._choosable()
        if keys:
            self._to(keys[0 if way < 0 else -1])

    def action_page(self, way: int) -> None:
        """Move the cursor by about a screenful."""
        keys, lines = self._choosable(), self._lines_of(self._cursor)
        if not keys or not lines:
            return
        goal = lines[0] + way * max(self.scrollable_content_region.height - self._header_height - 1, 1)
        self._to(min(keys, key=lambda key: abs(self._lines_of(key)[0] - goal)))

    def action_choose(self) -> None:
        """Choose the item under the cursor."""
        item = self.highlighted
        message = None if item is None else self.when_chosen(item)
        if message is not None:
            self.post_message(message)

    def action_copy(self) -> None:
        """Copy the item under the cursor."""
        item = self.highlighted
        text, description = ("", "") if item is None else self.text_of(item)
        if text:
            copy(self, text, description)

    def _item_at(self, y: int) -> str | None:
        row = y - self._header_height + self.scroll_offset.y
        if y < self._header_height or not 0 <= row < len(self._rows):
            return None
        return self._rows[row][0]

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        inside = event.get_content_offset(self)
        key = None if inside is None else self._item_at(inside.y)
        if key is not None:
            self._to(key)
            self.action_choose()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what a click would choose."""
        inside = event.get_content_offset(self)
        self._set_hover(None if inside is None else self._item_at(inside.y))

    def on_leave(self, event: events.Leave) -> None:
        """The mouse went elsewhere."""
        self._set_hover(None)

    def _set_hover(self, key: str | None) -> None:
        if key != self._hover:
            before, self._hover = self._hover, key
            self._refresh_key(before)
            self._refresh_key(key)

    def on_focus(self) -> None:
        """Show the cursor's bar."""
        self._refresh_key(self._cursor)

    def on_blur(self) -> None:
        """Hide the cursor's bar."""
        self._refresh_key(self._cursor)

    def region_of(self, key: str) -> Region | None:
        """Where the item is in the widget's content, header included; None where it is scrolled away."""
        lines = [y + self._header_height - self.scroll_offset.y for y in self._lines_of(key)]
        return Region(0, lines[0], self.scrollable_content_region.width, len(lines)) if lines else None

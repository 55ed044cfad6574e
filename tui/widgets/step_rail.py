"""The left rail: the wizard's pages, or the enablement's steps with their actors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message

from core.text import visible
from core.workflow.timeline import Step, StepState
from tui.text import end, fit
from tui.widgets.drawn import Lines
from tui.widgets.rows import RowList
from tui.widgets.state import ACTORS, STEPS, Look, look

RailMode = Literal["pages", "steps", "both"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the wizard. ``key`` is what choosing it says; ``open`` whether it can be gone to."""

    key: str
    title: str
    state: StepState
    open: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading between the groups."""

    title: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row: a page or a step, and whether it is the one on the screen."""

    row: Page | Step | Heading
    current: bool = False


def entries(pages: Sequence[Page], current: str, steps: Sequence[Step], mode: RailMode) -> tuple[_Entry, ...]:
    """The rail's rows. Mode ``both`` puts the steps beneath the pages, each group with its heading."""
    shown: list[_Entry] = []
    if mode in ("pages", "both"):
        shown += [_Entry(page, page.key == current) for page in pages]
    if mode == "both" and pages and steps:
        shown.append(_Entry(Heading("")))
        shown.append(_Entry(Heading("Enablement")))
    if mode in ("steps", "both"):
        shown += [_Entry(step, step.state in ("active", "waiting")) for step in steps]
    return tuple(shown)


def _with_word(symbol_and_title: Content, shown: Look, width: int) -> Content:
    word = Content.styled(f" {shown.brief}", shown.style)
    return fit(symbol_and_title, width - cell_len(word.plain)) + word


class StepRail(RowList[_Entry]):
    """The rail. Posts :class:`Chosen` with the page's key, or a step's number."""

    @dataclass
    class Chosen(Message):
        """A row was chosen with Enter or a click."""

        rail: StepRail
        key: str

        @property
        def control(self) -> StepRail:
            """The rail that posted it."""
            return self.rail

    GUTTER = 1
    DEFAULT_CSS = """
    StepRail {
        width: 30;
        padding-right: 1;
        height: 1fr;
        background: $surface;
        scrollbar-gutter: auto;
        scrollbar-size-vertical: 0;
    }
    """

    def __init__(
        self,
        pages: Sequence[Page] = (),
        current: str = "",
        steps: Sequence[Step] = (),
        mode: RailMode = "pages",
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(entries(pages, current, steps, mode), id=id)
        if current:
            self.point(current)

    def show_rail(
        self, pages: Sequence[Page], current: str, steps: Sequence[Step] = (), mode: RailMode = "pages"
    ) -> None:
        """Show these pages and steps; the cursor goes to the current page where that changed."""
        before = next((self.key_of(item) for item in self.items if item.current), "")
        self.show(entries(pages, current, steps, mode))
        if current != before:
            self.point(current)

    def key_of(self, item: _Entry) -> str:
        """A page's key, a step's number."""
        row = item.row
        if isinstance(row, Page):
            return row.key
        return row.number if isinstance(row, Step) else f"heading {row.title}"

    def has_bar(self, key: str) -> bool:
        """The page that is open: a bar is seen without colours too."""
        return any(
            item.current and isinstance(item.row, Page) and self.key_of(item) == key for item in self.items
        )

    def can_choose(self, item: _Entry) -> bool:
        """Headings and pages that are not open are passed over."""
        return isinstance(item.row, Step) or (isinstance(item.row, Page) and item.row.open)

    def draw_item(self, item: _Entry, width: int) -> Lines:
        """One line a page, two a step (actor and title)."""
        row = item.row
        if isinstance(row, Heading):
            return [Content.styled(visible(row.title), "bold $text-muted")]
        shown = look(STEPS, row.state)
        symbol = (f"{shown.symbol} ", shown.style)
        strong = (
            "bold"
            if item.current
            else ""
            if row.state in ("done", "active", "problem", "waiting")
            else "$text-muted"
        )
        if isinstance(row, Page):
            return [_with_word(Content.assemble(symbol, (visible(row.title), strong)), shown, width)]
        actor = ACTORS.get(row.actor, row.actor)
        badge = "bold $text-accent" if row.actor == "customer" else "$text-primary"
        head = Content.assemble(symbol, (f"{visible(row.number):<3}", strong), (visible(actor), badge))
        return [
            _with_word(head, shown, width),
            Content.assemble("     ", (end(row.title, width - 5), strong)),
        ]

    def when_chosen(self, item: _Entry) -> Message | None:
        """Tell the screen which row."""
        return self.Chosen(self, self.key_of(item))

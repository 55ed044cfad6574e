"""Every word and code of the program with its meaning: searched as one types."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.explain.look_up import Explanation, everything, matching
from tui.text import end, fit, line
from tui.widgets.copyable import Copied
from tui.widgets.drawn import Lines
from tui.widgets.long_list import LongList
from tui.widgets.over import over

NAME = 30
"""Cells of a word."""


def told(one: Explanation) -> str:
    """All of it, as ``privatelink explain`` says it."""
    parts = (
        one.meaning,
        f"What to do: {one.remedy}" if one.remedy else "",
        f"Source: {one.source}" + (f", {one.url}" if one.url else ""),
    )
    return "\n".join(part for part in parts if part)


class WordList(LongList[Explanation]):
    """One line a word: it and what it is."""

    def key_of(self, item: Explanation) -> str:
        """The word and what it is a word of: some codes mean two things."""
        return f"{item.name} {item.kind}"

    def draw_item(self, item: Explanation, width: int) -> Lines:
        """The line."""
        return [fit(line(item.name, "bold"), NAME) + line(end(item.meaning, max(width - NAME, 1)))]

    def when_highlighted(self, item: Explanation) -> Message | None:
        """Show all of it."""
        return Glossary.Pointed(item)

    def text_of(self, item: Explanation) -> tuple[str, str]:
        """Word and meaning."""
        return f"{item.name}\n{told(item)}", f"the word {item.name}"


class Glossary(ModalScreen[None]):
    """A search, the words, and all that is said of the one under the cursor."""

    class Pointed(Message):
        """The cursor is on a word."""

        def __init__(self, one: Explanation) -> None:
            super().__init__()
            self.one = one

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("f7", "leave", "Close", show=False, id="glossary"),
        Binding("f1", "leave", "Close", show=False, id="help"),
        Binding("slash", "search", "Search", show=False),
        *over("help", "glossary"),
    ]
    DEFAULT_CSS = """
    Glossary {
        align: center middle;
        #box { width: 78; max-width: 100%; height: 100%; border: round $border; background: $surface; padding: 0 1; }
        #box { border-title-color: $text-primary; border-title-style: bold; }
        Input { border: round $border-blurred; background: transparent; height: 3; }
        Input:focus { border: round $border; }
        WordList { height: 1fr; }
        #all { height: 8; border-top: solid $border-blurred; scrollbar-size-vertical: 1; }
        #all > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, name: str = "") -> None:
        """``name`` is the word that the cursor is on first."""
        super().__init__()
        self._name = name

    def compose(self) -> ComposeResult:
        """Search, words, meaning."""
        with Vertical(id="box") as box:
            box.border_title = Content("Glossary")
            box.border_subtitle = Content("Esc closes, c copies")
            yield Input(
                placeholder="Search: part of a word, a code or a meaning", id="word", select_on_focus=False
            )
            yield WordList(id="words", empty="Reading the words …")
            with VerticalScroll(id="all", can_focus=True):
                yield Static("", id="meaning", markup=False)

    def on_mount(self) -> None:
        """Read the words after this paint: all codes of all parts are among them."""
        self.call_after_refresh(self._read)

    @work(thread=True, exclusive=True, group="glossary")
    def _read(self) -> None:
        everything()
        self.app.call_from_thread(self._show)

    def _show(self) -> None:
        words = self.query_one(WordList)
        found = matching(self.query_one("#word", Input).value)
        words.say_empty("Nothing of that name.")
        words.show(found)
        named = next((one for one in found if one.name == self._name), None)
        if named is not None:
            words.focus()
            self.call_after_refresh(words.point, words.key_of(named))
        self._name = ""
        self._tell(words.highlighted)

    def _tell(self, one: Explanation | None) -> None:
        meaning = (
            Content("")
            if one is None
            else Content.assemble(
                line(one.name, "bold $text-primary"), line(f"  {one.kind}", "$text-muted"), "\n", told(one)
            )
        )
        self.query_one("#meaning", Static).update(meaning)
        self.query_one("#all", VerticalScroll).scroll_home(animate=False)

    @on(Input.Changed, "#word")
    def _typed(self) -> None:
        self._show()

    @on(Input.Submitted, "#word")
    def _entered(self) -> None:
        self.query_one(WordList).focus()

    @on(Pointed)
    def _pointed(self, event: Pointed) -> None:
        self._tell(event.one)

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        self.notify(f"Copied: {event.description}", timeout=3, markup=False)

    def action_search(self) -> None:
        """Go to the search."""
        self.query_one("#word", Input).focus()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)

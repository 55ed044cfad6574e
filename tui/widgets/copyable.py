"""Text to take away: a command, an id, a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from core.text import visible
from tui.keys import keys_of, shown
from tui.text import block
from tui.widgets.border import border_subtitle, border_title


@dataclass
class Copied(Message):
    """Something went to the clipboard. ``description`` says what, in words, for a confirmation."""

    description: str

    bubble = True


def copy(source: Widget, text: str, description: str) -> None:
    """Copy ``text`` as it is shown (control characters visible) and post :class:`Copied` from ``source``.

    What a terminal does with the request is not known: some refuse OSC 52.
    """
    source.app.copy_to_clipboard(block(text).plain)
    source.post_message(Copied(visible(description)))


class Copyable(VerticalScroll, can_focus=True):
    """A literal block of text; ``c`` copies all of it, the mouse a part. Long text scrolls.

    ``title`` stands in the border; ``description`` is what the confirmation names (the title, if empty).
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "copy", "Copy", id="copy")]
    DEFAULT_CSS = """
    Copyable {
        height: auto;
        max-height: 100%;
        border: round $border-blurred;
        border-title-color: $text-muted;
        border-subtitle-color: $text-muted;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        &:focus { border: round $border; border-title-color: $text-primary; }
        &.-copied { border-subtitle-color: $text-success; }
        & > Static { width: 1fr; height: auto; }
    }
    """

    def __init__(
        self,
        text: str,
        *,
        title: str = "",
        description: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        self._body = Static(block(text), markup=False)
        super().__init__(self._body, id=id, classes=classes)
        self._text = text
        self._title = title
        self._description = description or title or "the text"

    def on_mount(self) -> None:
        """Put title and hint into the border."""
        border_title(self, self._title)
        self._hint()

    def _hint(self) -> None:
        self.remove_class("-copied")
        border_subtitle(self, f"{shown(keys_of(self.app)['copy'])} copies")

    @property
    def text(self) -> str:
        """The text, as it was given."""
        return self._text

    def show(self, text: str) -> None:
        """Show another text in its place."""
        if text != self._text:
            self._text = text
            self._body.update(block(text))
            self._hint()

    def retitle(self, title: str) -> None:
        """Put another title into the border."""
        if title != self._title:
            self._title = title
            border_title(self, title)

    def action_copy(self) -> None:
        """Copy the whole text and say so in the border."""
        copy(self, self._text, self._description)
        border_subtitle(self, f"copied: {self._description}")
        self.add_class("-copied")

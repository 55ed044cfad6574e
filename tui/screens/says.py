"""Sentences on a page: how things stand, each led by its symbol and folded beneath it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.keys import keys_of, shown
from tui.text import block
from tui.widgets.copyable import copy
from tui.widgets.drawn import Drawn, Lines

if TYPE_CHECKING:
    from core.cloud import Progress
    from tui.model import Failure


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence. ``symbol`` (one cell, or empty for a line that belongs to the one above) and ``style``."""

    text: str | Content
    style: str = ""
    symbol: str = ""


def reading(progress: Progress | None) -> Said:
    """How far a look at the network is."""
    count = f": {progress.what} ({progress.done} of {progress.total})" if progress is not None else ""
    return Said(f"reading your network{count}", "$text-muted", "…")


def hung(said: Said, width: int) -> Lines:
    """The sentence at ``width`` cells, folded with a hanging indent of two."""
    text = said.text if isinstance(said.text, Content) else block(said.text, said.style)
    lead = Content.styled(f"{said.symbol:<2}", said.style)
    folded = text.wrap(max(width - 2, 1)) or [Content("")]
    return [lead + folded[0].rstrip(), *(Content("  ") + line.rstrip() for line in folded[1:])]


class Says(Drawn):
    """Sentences beneath each other; the same ones again repaint nothing."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: tuple[Said, ...] = ()

    def say(self, *said: Said) -> None:
        """Say this instead."""
        if said != self._said:
            before = self.present()
            self._said = said
            self.redraw(before)

    def draw(self, width: int) -> Lines:
        """The sentences, folded."""
        return [line for said in self._said for line in hung(said, width)]


class FailureBar(Says, can_focus=True):
    """The failure of a job: what happened and what to do. ``c`` copies it, Enter or a click tells all of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", show=False, id="copy"),
        Binding("enter", "tell", "All of it", show=False),
    ]
    DEFAULT_CSS = """
    FailureBar { height: auto; max-height: 6; padding: 0 1; background: $error-muted; display: none; }
    FailureBar:focus { background-tint: $foreground 10%; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._failure: Failure | None = None

    def show(self, failure: Failure | None) -> None:
        """Show a failure; None takes the bar away."""
        if failure == self._failure:
            return
        if failure is None and self.has_focus:
            self.screen.focus_previous()
        self._failure = failure
        self.display = failure is not None
        if failure is not None:
            self.say(
                Said(failure.message, "bold $text-error", "✗"),
                Said(failure.remedy),
                Said(
                    f"{failure.code} · {shown(keys_of(self.app)['copy'])} copies, Enter tells all",
                    "$text-muted",
                ),
            )

    def action_copy(self) -> None:
        """Copy the whole failure."""
        one = self._failure
        if one is not None:
            words = (f"{one.code}: {one.message}", one.remedy, one.detail)
            copy(self, "\n".join(part for part in words if part), f"the failure {one.code}")

    def action_tell(self) -> None:
        """Everything about it in a dialog."""
        from tui.widgets.dialog import ErrorDialog

        one = self._failure
        if one is not None:
            self.app.push_screen(ErrorDialog(one.code, one.message, one.remedy, detail=one.detail))

    def on_click(self, event: events.Click) -> None:
        """A click tells all."""
        self.action_tell()

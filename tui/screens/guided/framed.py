"""What is said around a walkthrough, as a dialog: who is who before it, and what stands after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from core.walkthrough.frame import Framed
from tui.screens.guided.presenter import hung
from tui.widgets.dialog import Choice, Dialog
from tui.widgets.drawn import Drawn, Lines


class Paragraphs(Drawn):
    """Each paragraph beside what leads it."""

    def __init__(self, told: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._told = tuple(told)
        self._lead = max((len(lead) for lead, _ in self._told), default=0) + 1

    def draw(self, width: int) -> Lines:
        """The lines."""
        return [one for lead, text in self._told for one in hung(lead, text, width, self._lead)]


class FramedDialog(Dialog[str]):
    """Answers the button that was pressed: ``on`` or ``leave``; the key that goes on is ``on``, Esc nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "forward", "Go on", show=False, priority=True, id="forward")
    ]
    AUTO_FOCUS = "#on"
    DEFAULT_CSS = """
    FramedDialog > #dialog { width: 78; padding: 0 1 0 1; }
    """

    def __init__(self, framed: Framed, on: str, *, leave: bool = False) -> None:
        """``on`` is the label of the button that goes on; ``leave``: there is one that leaves the program."""
        choices = [Choice("on", on, "primary", key="forward")]
        if leave:
            choices.insert(0, Choice("leave", "Leave"))
        super().__init__(framed.title, None, choices)
        self._framed = framed

    def content(self) -> Widget:
        """The paragraphs."""
        return Paragraphs(self._framed.told)

    def action_forward(self) -> None:
        """The key that goes on in a walkthrough."""
        self.answer("on")

    def answer(self, id: str) -> None:
        """Which button it was."""
        self.dismiss(id)

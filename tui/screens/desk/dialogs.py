"""The desk's questions: one line each."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.widget import Widget

from tui.text import block
from tui.widgets.dialog import Choice, Dialog
from tui.widgets.field import Field


class LineDialog(Dialog[str | None]):
    """Asks for one line. Answers it without the blanks around it, None where the person let it be."""

    AUTO_FOCUS = "Input"

    def __init__(self, path: str, title: str, about: str, label: str, yes: str, value: str = "") -> None:
        """``path`` is what F1 knows the field by (:mod:`tui.help_fields`)."""
        super().__init__(title, block(about), (Choice("cancel", "Cancel"), Choice("yes", yes, "primary")))
        self._field = Field(path, label, value, id="line")

    def extra(self) -> Sequence[Widget]:
        """The field."""
        return (self._field,)

    def answer(self, id: str) -> None:
        """The line, or nothing."""
        if id == "yes":
            self._done()
        else:
            self.dismiss(None)

    @on(Field.Submitted)
    def _done(self) -> None:
        text = self._field.value.strip()
        if text:
            self.dismiss(text)
        else:
            self._field.show_error("Type something, or cancel.")
            self._field.focus()

"""Asks which form the report is to have, and where it goes."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button

from core.audit.formats import FORMATS, SUFFIXES
from tui.widgets.border import border_title
from tui.widgets.field import Field, Option
from tui.widgets.over import over

_TITLES = {
    "html": "HTML: one page to read and print",
    "markdown": "Markdown: for tickets and wikis",
    "json": "JSON: for programs, and as a baseline",
    "sarif": "SARIF: for code scanning dashboards",
    "junit": "JUnit: for CI systems",
    "table": "Plain text",
}


class SaveDialog(ModalScreen[tuple[str, str] | None]):
    """Answers form and path, or None where the person let it be."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        *over(),
    ]
    DEFAULT_CSS = """
    SaveDialog {
        align: center middle;
        #dialog { width: 66; max-width: 100%; height: auto; padding: 0 1; }
        #dialog { border: round $border; background: $surface; }
        #dialog { border-title-color: $text-primary; border-title-style: bold; }
        #row { height: 2; padding-top: 1; align-horizontal: right; }
        #row Button { margin-left: 2; min-width: 10; }
    }
    """

    def compose(self) -> ComposeResult:
        """Two fields and two buttons."""
        options = [Option(form, title) for form, title in _TITLES.items() if form in FORMATS]
        with Vertical(id="dialog") as dialog:
            border_title(dialog, "Save the report")
            yield Field("form", "Form", "html", options=options)
            yield Field("path", "File", _name("html"), hint="A new file that only you can read.")
            with Horizontal(id="row"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Save", id="save", variant="primary", compact=True)

    @on(Field.Changed, "#form-field")
    def _other_form(self, event: Field.Changed) -> None:
        path = self.query_one("#path-field", Field)
        if path.value in {_name(form) for form in FORMATS}:
            path.fill(_name(event.value))

    @on(Button.Pressed, "#save")
    @on(Field.Submitted)
    def _save(self) -> None:
        form, path = self.query_one("#form-field", Field), self.query_one("#path-field", Field)
        if not path.value.strip():
            path.show_error("Name the file.")
            path.focus()
            return
        self.dismiss((form.value, path.value.strip()))

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Let it be."""
        self.dismiss(None)


def _name(form: str) -> str:
    return f"privatelink-audit{SUFFIXES[form]}"

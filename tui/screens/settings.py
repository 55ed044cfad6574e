"""The settings: what is set, where that comes from, and a way to change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Static

from tui.messages import SettingsChanged
from tui.preferences import SETTINGS_FILE
from tui.screens.says import Said, Says
from tui.settings import SettingsError
from tui.settings_table import Row, rows
from tui.text import fit, line
from tui.widgets.dialog import Choice, Dialog, ErrorDialog
from tui.widgets.drawn import Lines
from tui.widgets.field import Field, Option
from tui.widgets.key_bar import KeyBar
from tui.widgets.rows import RowList
from tui.widgets.top_bar import Place, TopBar

KEYS = (("help", "Help"), ("Enter", "Change"), ("copy", "Copy"), ("Esc", "Back"), ("^P", "All actions"))
NAME, ORIGIN = 28, 8
"""Cells of a setting's name, and of where its value is from."""

Change = Callable[[str, str | None], object]
"""Sets a setting by name to what was typed, or to its default (None). Raises SettingsError; touches the disk."""


class SettingsList(RowList[Row]):
    """One line a setting: its name in the file, its value, where that is from."""

    def key_of(self, item: Row) -> str:
        """The name in the file."""
        return item.setting.path

    def draw_item(self, item: Row, width: int) -> Lines:
        """The line."""
        set_here = item.origin == "file"
        value = Content.styled(item.value or "none", "" if item.value else "$text-muted")
        return [
            Content.assemble(
                fit(line(item.setting.path, "bold" if set_here else ""), NAME),
                fit(value, max(width - NAME - ORIGIN, 1)),
                line(item.origin, "$text-accent" if set_here else "$text-muted"),
            )
        ]

    def when_chosen(self, item: Row) -> Message | None:
        """Ask for another value."""
        return SettingsScreen.Chosen(item)

    def when_highlighted(self, item: Row) -> Message | None:
        """Say what it is."""
        return SettingsScreen.Pointed(item)

    def text_of(self, item: Row) -> tuple[str, str]:
        """Name and value."""
        return f"{item.setting.path} = {item.value}", f"the setting {item.setting.path}"


class EditDialog(Dialog[bool]):
    """One setting: its field, kept until it is saved or given up. Answers whether it was saved."""

    AUTO_FOCUS = "Input, Select"

    def __init__(self, row: Row, change: Change) -> None:
        choices = (
            Choice("cancel", "Cancel"),
            Choice("default", "Default"),
            Choice("save", "Save", "primary"),
        )
        super().__init__(row.setting.path, line(row.setting.about), choices)
        self._row = row
        self._change = change

    def extra(self) -> Sequence[Widget]:
        """The field."""
        setting = self._row.setting
        options = [Option(one, one) for one in setting.choices] or None
        return (Field(setting.path, "Value", self._row.value, options=options, id="value"),)

    def cancelled(self) -> bool:
        """Nothing was saved."""
        return False

    def answer(self, id: str) -> None:
        """Save, or let it be."""
        if id == "cancel":
            self.dismiss(False)
        else:
            self._save(None if id == "default" else self.query_one(Field).value)

    @on(Field.Submitted)
    def _entered(self) -> None:
        self._save(self.query_one(Field).value)

    @work(exclusive=True, group="save")
    async def _save(self, text: str | None) -> None:
        """Save beside the keys; what is refused is told, and what was typed stays."""
        name = self._row.setting.path
        try:
            await asyncio.to_thread(self._change, name, text)
        except SettingsError as error:
            if error.field == name:
                self.query_one(Field).show_error(error.what)
            else:
                self.app.push_screen(ErrorDialog(error.code, error.message, error.remedy))
            return
        self.dismiss(True)


class SettingsScreen(Screen[None]):
    """All settings of one folder."""

    TOPIC = "settings"

    class Chosen(Message):
        """A setting is to be changed."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Pointed(Message):
        """The cursor is on a setting."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Read(Message):
        """The file was read: its settings, or why it cannot be used."""

        def __init__(self, found: tuple[Row, ...], problem: str = "") -> None:
            super().__init__()
            self.found = found
            self.problem = problem

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back", show=False)]
    DEFAULT_CSS = """
    SettingsScreen {
        #body { padding: 1 2 0 2; }
        #title { text-style: bold; color: $text-primary; }
        #where { color: $text-muted; margin-bottom: 1; }
        #problem { display: none; }
        #about { height: 3; padding: 1 2 0 2; color: $text-muted; }
        #buttons { height: 1; padding: 0 2; }
        #buttons Button { margin-right: 2; min-width: 10; }
    }
    """

    def __init__(self, folder: Path, change: Change, *, rehearsal: bool = False) -> None:
        super().__init__()
        self._folder = folder
        self._change = change
        self._rehearsal = rehearsal

    def compose(self) -> ComposeResult:
        """Title, list, what the setting under the cursor is, buttons."""
        yield TopBar(Place(rehearsal=self._rehearsal), id="top")
        with Vertical(id="body"):
            yield Static("Settings", id="title", markup=False)
            told = f"Kept in {self._folder / SETTINGS_FILE}."
            if self._rehearsal:
                told += " The rehearsal itself has the defaults of “looks” and “offer”."
            yield Static(line(told), id="where", markup=False)
            yield Says(id="problem")
            yield SettingsList(id="list", empty="Reading the settings …")
        yield Static("", id="about", markup=False)
        with Horizontal(id="buttons"):
            yield Button("Change …", id="change", variant="primary", compact=True)
            yield Button("Back", id="leave", compact=True)
        yield KeyBar(KEYS)

    def on_mount(self) -> None:
        """Read the file after this paint."""
        self.call_after_refresh(self._read)

    @work(thread=True, exclusive=True, group="settings")
    def _read(self) -> None:
        try:
            found = rows(self._folder)
        except SettingsError as error:
            self.post_message(self.Read((), f"{error.message}: {error.remedy}"))
        else:
            self.post_message(self.Read(found))

    @on(Read)
    def _found(self, event: Read) -> None:
        shown = self.query_one(SettingsList)
        told = self.query_one("#problem", Says)
        told.display = bool(event.problem)
        told.say(Said(event.problem, "$text-error", "✗"))
        shown.say_empty("")
        shown.show(event.found)
        self.query_one("#change", Button).disabled = not event.found
        if shown.highlighted is not None:
            self._tell(shown.highlighted)
            shown.focus()

    @on(Pointed)
    def _pointed(self, event: Pointed) -> None:
        self._tell(event.row)

    def _tell(self, row: Row) -> None:
        self.query_one("#about", Static).update(line(row.setting.about))

    @on(Button.Pressed, "#change")
    def _change_pressed(self) -> None:
        self.query_one(SettingsList).action_choose()

    @on(Chosen)
    def _chosen(self, event: Chosen) -> None:
        def saved(yes: bool | None) -> None:
            if yes:
                self.post_message(SettingsChanged())
                self._read()
                self.notify(f"Saved: {event.row.setting.path}", timeout=3, markup=False)

        self.app.push_screen(EditDialog(event.row, self._change), saved)

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

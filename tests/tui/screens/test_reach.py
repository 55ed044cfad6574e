"""Every screen and dialog at 80×24: each button is whole and reached by Tab, each key of the bottom line works.

The wizard's pages are gone through in test_pilot, the desk's keys in test_desk_pilot: they depend on the case.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button

from core.request.model import DraftService
from core.request.offer import Offer
from core.walkthrough.frame import Framed
from tests.tui.screens.audit_stage import MODELS, AuditStage
from tests.tui.screens.desk_stage import MODELS as DESKS
from tests.tui.screens.desk_stage import DeskStage
from tests.tui.screens.stage import Lobby, settle
from tests.tui.screens.states import LISTS
from tui.app import PrivateLink
from tui.keys import DEFAULTS
from tui.screens import audit, home, settings
from tui.screens.audit.save_dialog import SaveDialog
from tui.screens.desk.dialogs import LineDialog
from tui.screens.glossary import Glossary
from tui.screens.guided.framed import FramedDialog
from tui.screens.guided.lessons import LessonDialog
from tui.screens.guided.others import OthersDialog
from tui.screens.help import Asked, Help
from tui.screens.settings import EditDialog, SettingsScreen
from tui.screens.wizard.service_dialog import ServiceDialog
from tui.settings_table import SETTINGS, Row
from tui.widgets.dialog import ConfirmDialog, ErrorDialog
from tui.words import words_of

SMALL = (80, 24)
LONG = "\n".join(f"endpoint vpce-{number} " + "x" * 90 for number in range(30))


def nothing(*_: object) -> None:
    """A change that is never made."""


OVER_HOME: dict[str, Callable[[], Screen[Any]]] = {
    "settings": lambda: SettingsScreen(Path("/nowhere"), nothing),
    "glossary": Glossary,
    "help": lambda: Help(Asked("setup", "cloud.region", "Region", "aws")),
    "edit": lambda: EditDialog(Row(SETTINGS[0], "dark", "default"), nothing),
    "confirm": lambda: ConfirmDialog("Go on?", LONG),
    "confirm-word": lambda: ConfirmDialog("Remove it?", LONG, True, "pl-7k3m9q"),
    "error": lambda: ErrorDialog("code", LONG, "Do this.", "You.", LONG),
    "lesson": lambda: LessonDialog(Offer()),
    "others": lambda: OthersDialog(words_of("azure").fill),
    "framed": lambda: FramedDialog(Framed("The end", (("To Magento", LONG),)), "Look around", leave=True),
    "service": lambda: ServiceDialog(DraftService(), "A service", words_of("aws")),
}


async def rest(app: PrivateLink, pilot: Pilot[Any]) -> None:
    """Let what was opened be read and come to rest."""
    await settle(pilot)
    await app.workers.wait_for_complete()
    await settle(pilot)


async def all_is_reached(app: PrivateLink, pilot: Pilot[Any], name: str) -> None:
    screen = app.screen
    buttons = {one for one in screen.query(Button) if one.display and not one.disabled}
    for button in buttons:
        assert screen.region.contains_region(button.region), (name, button, button.region)
        assert screen.get_widget_at(*button.region.center)[0] is button, f"{name}: {button} is covered"
    reached = set()
    for _ in range(len(screen.focus_chain) + 1):
        await pilot.press("tab")
        reached.add(app.focused)
    assert buttons <= reached, name
    bindings = screen.active_bindings
    assert {"f1", "f7", "f8", "f9", "f10"} <= {key for key, one in bindings.items() if one.enabled}, name
    if not isinstance(screen, Help | Glossary):
        await pilot.press("f1")
        await settle(pilot)
        assert isinstance(app.screen, Help), name
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is screen, name


@pytest.mark.whole
async def test_on_home_and_over_it_every_button_is_reached() -> None:
    app = Lobby(LISTS["several"])
    async with app.run_test(size=SMALL) as pilot:
        await rest(app, pilot)
        await all_is_reached(app, pilot, "home")
        for name, make in OVER_HOME.items():
            app.push_screen(make())
            await rest(app, pilot)
            await all_is_reached(app, pilot, name)
            app.pop_screen()
            await settle(pilot)


async def test_on_the_desk_every_button_is_reached() -> None:
    app = DeskStage(DESKS["five"])
    async with app.run_test(size=SMALL) as pilot:
        await rest(app, pilot)
        await all_is_reached(app, pilot, "desk")
        app.push_screen(LineDialog("file", "Open", LONG, "File or folder", "Open"))
        await rest(app, pilot)
        await all_is_reached(app, pilot, "line")


@pytest.mark.parametrize("model", ["start", "findings"])
async def test_in_the_audit_every_button_is_reached(model: str) -> None:
    app = AuditStage(MODELS[model])
    async with app.run_test(size=SMALL) as pilot:
        await rest(app, pilot)
        await all_is_reached(app, pilot, model)
        if model == "findings":
            app.push_screen(SaveDialog())
            await rest(app, pilot)
            await all_is_reached(app, pilot, "save")


PRESSED = {"^P": "ctrl+p", "/": "slash", "Enter": "enter", "Esc": "escape", "1-5": "2"}
LEAVE = ("Esc", "home", "quit")
"""Keys after which the screen is not there any more: tried last."""
BARS: dict[str, tuple[tuple[tuple[str, str], ...], Callable[[], PrivateLink]]] = {
    "home": (home.KEYS, lambda: Lobby(LISTS["several"])),
    "settings": (settings.KEYS, lambda: Lobby(LISTS["several"])),
    "audit": (audit.KEYS, lambda: AuditStage(MODELS["findings"])),
}


@pytest.mark.parametrize("place", BARS)
async def test_every_key_of_the_bottom_line_does_something_and_no_other(tmp_path: Path, place: str) -> None:
    keys, make = BARS[place]
    app = make()
    app.settings_folder = tmp_path

    def state() -> tuple[object, ...]:
        assert isinstance(app, AuditStage | Lobby)
        calls = [*app.stand_in.calls] if isinstance(app, AuditStage) else [*app.begun, *app.opened]
        notices = [one.message for one in app._notifications]
        shown = [one.render_line(1).text for one in app.screen.query("RowList").results()]
        return app.screen, app.focused, app.clipboard, app.return_value, notices, calls, shown

    async with app.run_test(size=SMALL) as pilot:
        await rest(app, pilot)
        if place == "settings":
            app.action_settings()
            await rest(app, pilot)
        screen = app.screen
        for key in ("f12", *sorted((key for key, _ in keys), key=lambda one: one in LEAVE)):
            screen.query("RowList").first().focus()
            await settle(pilot)
            before = state()
            await pilot.press(PRESSED.get(key, DEFAULTS.get(key, key)))
            await pilot.pause()
            await pilot.pause()
            assert (state() == before) == (key == "f12"), key
            while key not in LEAVE and app.screen is not screen:
                app.pop_screen()
                await settle(pilot)

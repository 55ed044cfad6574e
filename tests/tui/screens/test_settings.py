"""The settings screen: a value is changed, refused, taken back; nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.screens.stage import Lobby, rest, settle
from tests.tui.screens.states import LISTS
from tui.screens.settings import EditDialog, SettingsList, SettingsScreen
from tui.settings import read_settings
from tui.widgets.dialog import ErrorDialog
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar

FILE = '# mine\n[screen]\ntheme = "light"\n[looks]\nslowest = 90\n'


@pytest.fixture
def lobby(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lobby:
    (tmp_path / "config.toml").write_text(FILE)
    app = Lobby(LISTS["several"])
    app.settings_folder = tmp_path
    return app


async def opened(pilot: Pilot[Any], name: str = "") -> None:
    await rest(pilot)
    await pilot.press("f8")
    await pilot.app.workers.wait_for_complete()
    await rest(pilot)
    assert isinstance(pilot.app.screen, SettingsScreen)
    if name:
        pilot.app.screen.query_one(SettingsList).point(name)
        await pilot.press("enter")
        await rest(pilot)
        assert isinstance(pilot.app.screen, EditDialog)


async def done(pilot: Pilot[Any]) -> None:
    await pilot.app.workers.wait_for_complete()
    await settle(pilot)


async def test_a_key_is_changed_and_works_at_once(lobby: Lobby, tmp_path: Path) -> None:
    async with lobby.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "keys.settings")
        field = lobby.screen.query_one(Field)
        lobby.screen.query_one(Input).value = "enter"
        await pilot.press("enter")
        await done(pilot)
        assert isinstance(lobby.screen, EditDialog)
        assert field.value == "enter"
        assert (tmp_path / "config.toml").read_text() == FILE
        lobby.screen.query_one(Input).value = "f6"
        await pilot.click("#save")
        await done(pilot)
        assert isinstance(lobby.screen, SettingsScreen)
        assert read_settings(tmp_path).keys == {"settings": "f6"}
        await pilot.press("escape")
        await settle(pilot)
        assert "F6 Settings" in "".join(one.plain for one in lobby.screen.query_one(KeyBar).draw(80))
        await pilot.press("f6")
        await done(pilot)
        assert isinstance(lobby.screen, SettingsScreen)


async def test_the_theme_changes_at_once_and_default_takes_it_back(lobby: Lobby, tmp_path: Path) -> None:
    async with lobby.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "screen.theme")
        lobby.screen.query_one(Field).fill("high-contrast")
        await pilot.click("#save")
        await done(pilot)
        assert lobby.theme == "high-contrast"
        await pilot.press("enter")
        await rest(pilot)
        await pilot.click("#default")
        await done(pilot)
        assert lobby.theme == "privatelink-dark"
        assert "# mine" in (tmp_path / "config.toml").read_text()
        (row,) = [one for one in lobby.screen.query_one(SettingsList).items if one.origin == "file"]
        assert row.setting.path == "looks.slowest"


async def test_what_the_disk_refuses_is_told_and_the_answer_stays(lobby: Lobby, tmp_path: Path) -> None:
    async with lobby.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "offer.business_days")
        lobby.screen.query_one(Input).value = "8"
        (tmp_path / "config.toml").write_text("nonsense")
        await pilot.press("enter")
        await done(pilot)
        assert isinstance(lobby.screen, ErrorDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert lobby.screen.query_one(Input).value == "8"


STATES: dict[str, tuple[str, str]] = {
    "list": ("", FILE),
    "edit": ("looks.slowest", FILE),
    "choose": ("screen.ascii", FILE),
    "damaged": ("", "[screen]\ntheme = 'pink'\n"),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["small", "large"])
@pytest.mark.parametrize("state", STATES)
def test_pictures(
    snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state: str, size: Any
) -> None:
    name, text = STATES[state]
    (tmp_path / "config.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    app = Lobby(LISTS["several"])
    app.settings_folder = Path()

    async def shown(pilot: Pilot[Any]) -> None:
        await opened(pilot, name)

    assert snap_compare(app, terminal_size=size, run_before=shown)

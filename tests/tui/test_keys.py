"""Keys of one's own: what the settings may say, and that every place that names a key names that one."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.command import CommandPalette
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from tests.tui.screens.stage import Stage, settle
from tests.tui.screens.states import STATES
from tui.keys import ACTIONS, DEFAULTS, EVERYWHERE, keymap, problem, shown
from tui.preferences import Preferences
from tui.screens.glossary import Glossary
from tui.screens.help import Help
from tui.screens.wizard.pasted import Pasted
from tui.settings import SettingsError, read_settings
from tui.sturdy import read_preferences
from tui.widgets.copyable import Copyable
from tui.widgets.key_bar import KeyBar


@pytest.mark.parametrize(("chosen", "says"), [
    ({}, ""),
    ({"next": "f6"}, ""),
    ({"next": "f2", "back": "f3"}, ""),
    ({"look": "ctrl+l", "home": "f12", "copy": "y", "new": "5"}, ""),
    ({"nxt": "f6"}, "keys.nxt: there is no such action; there are help, back, next"),
    ({"next": "f13"}, "keys.next: “f13” cannot be used"),
    ({"next": "x"}, "letters go into fields"),
    ({"copy": "j"}, "keys.copy: “j” cannot be used"),
    ({"copy": "é"}, "keys.copy: “é” cannot be used"),
    ({"copy": ""}, "keys.copy: “” cannot be used"),
    ({"main": "enter"}, "keys.main: “enter” cannot be used"),
    ({"main": "ctrl+s"}, "keys.main: “ctrl+s” cannot be used"),
    ({"next": "f2"}, "keys.next: “f2” is the key of “back” too"),
    ({"copy": "n"}, "keys.copy: “n” is the key of “new” too"),
    ({"next": "f6", "look": "f6"}, "keys.next: “f6” is the key of “look” too"),
])  # fmt: skip
def test_the_table_of_keys(chosen: dict[str, str], says: str) -> None:
    name, what = problem(chosen)
    assert (says in f"keys.{name}: {what}") if says else (name, what) == ("", "")


def test_the_defaults_are_no_problem_themselves() -> None:
    assert problem(DEFAULTS) == ("", "")


@pytest.mark.parametrize("text", ['[keys]\nnext = "enter"\n', "[keys]\nnext = 3\n", 'keys = "f6"\n'])
def test_a_wrong_table_is_told_and_the_defaults_stay(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"config\.toml: keys"):
        read_settings(tmp_path)
    assert read_preferences(tmp_path) == Preferences(DEFAULTS)


def test_the_keys_of_the_settings(tmp_path: Path) -> None:
    assert read_preferences(tmp_path) == Preferences(DEFAULTS)
    (tmp_path / "config.toml").write_text('[keys]\nnext = "f6"\n')
    assert read_preferences(tmp_path).keys == keymap({"next": "f6"})


@pytest.mark.parametrize(
    ("key", "name"), [("escape", "Esc"), ("f10", "F10"), ("ctrl+n", "^N"), ("n", "n"), ("N", "N")]
)
def test_a_key_has_a_name(key: str, name: str) -> None:
    assert shown(key) == name


FIELDS = {
    "details": ("details-empty", Pasted),
    "verify": ("verify-nothing", Pasted),
    "line": ("account-fresh", Input),
}


@pytest.mark.parametrize(("state", "field"), FIELDS.values(), ids=FIELDS)
async def test_the_words_open_from_a_field_that_has_the_cursor(state: str, field: type[Widget]) -> None:
    app = Stage(STATES[state])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.query_one(field).focus()
        await settle(pilot)
        assert isinstance(app.focused, field)
        await pilot.press("f7")
        await settle(pilot)
        assert isinstance(app.screen, Glossary)


@pytest.mark.parametrize("field", [Pasted, Input, Select])
def test_no_field_takes_a_key_that_works_everywhere(field: type[Widget]) -> None:
    taken = set(field._merge_bindings().key_to_bindings)
    assert taken
    assert taken.isdisjoint(EVERYWHERE), taken & EVERYWHERE


def test_a_pasted_text_keeps_the_other_keys() -> None:
    assert {"ctrl+z", "ctrl+v", "home", "up"} <= set(Pasted._merge_bindings().key_to_bindings)


OWN = {"back": "f3", "next": "f2", "help": "f6", "main": "f11", "home": "f12", "copy": "y", "look": "ctrl+l"}


async def test_every_place_that_names_a_key_names_ones_own_and_they_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.sturdy.read_preferences", lambda folder: Preferences(keymap(OWN)))
    app = Stage(STATES["setup-plan"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        bar = "".join(line.plain for line in app.screen.query_one(KeyBar).draw(80))
        assert bar.split() == [
            "F6",
            "Help",
            "F3",
            "Back",
            "F2",
            "Next",
            "F11",
            "Do",
            "it",
            "^L",
            "Look",
            "F12",
            "Home",
            "^P",
            "Actions",
        ]
        assert "y copies" in str(app.screen.query(Copyable).first().border_subtitle)

        await pilot.press("f4", "f5", "f1", "escape")
        await settle(pilot)
        assert not app.stand_in.asked("look"), "the keys of before do nothing"
        assert app.screen is app.wizard
        await pilot.press("f2")
        await settle(pilot)
        assert app.wizard.key == "ticket"
        await pilot.press("f3")
        await settle(pilot)
        assert app.wizard.key == "setup"
        await pilot.press("ctrl+l")
        assert app.stand_in.asked("look")

        await pilot.press("f6")
        await settle(pilot)
        assert isinstance(app.screen, Help)
        told = "\n".join(str(one.render()) for one in app.screen.query(Static))
        for action in ACTIONS:
            assert f"{shown(keymap(OWN)[action.name]):<12}{action.does}" in told
        await pilot.press("f6")
        assert app.screen is app.wizard


async def test_the_palette_tells_the_keys() -> None:
    app = Stage(STATES["setup-plan"])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+p")
        await app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(app.screen, CommandPalette)
        options = app.screen.query_one("CommandList")._options  # type: ignore[attr-defined]
        told = [str(option.prompt) for option in options]
        for says in ("Page after\nkey F3", "Home\nkey Esc", "Quit\nkey F10", "Do it for me\nkey F4"):
            assert says in told, told
        assert not any("{" in one for one in told)

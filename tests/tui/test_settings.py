"""The settings: every one has its line, a wrong one is told by name, and a change leaves the rest of the file alone."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tui.keys import ACTIONS
from tui.preferences import Preferences, Switch, animated
from tui.settings import Settings, SettingsError, read_settings
from tui.settings_file import change, edited
from tui.settings_table import BY_PATH, ONLY_IN_THE_FILE, SETTINGS, rows, typed, value_of, written
from tui.sturdy import read_preferences

NOWHERE = Path("config.toml")


def leaves(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from leaves(field.annotation, f"{name}.")
        elif name == "keys":
            yield from (f"keys.{one.name}" for one in ACTIONS)
        else:
            yield before + name


def test_every_setting_can_be_changed_one_by_one_or_is_named_as_one_that_cannot() -> None:
    assert {one.path for one in SETTINGS} | set(ONLY_IN_THE_FILE) == set(leaves(Settings))
    assert not set(BY_PATH) & set(ONLY_IN_THE_FILE)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.path)
def test_a_default_that_is_typed_stays_the_default(setting: object, tmp_path: Path) -> None:
    name = getattr(setting, "path", "")
    default = value_of(Settings(), name)
    settings = change(tmp_path, name, written(default))
    assert value_of(settings, name) == default
    assert {row.setting.path for row in rows(tmp_path) if row.origin == "file"} == {name}


@pytest.mark.parametrize(("name", "text", "says"), [
    ("screen.theme", "pink", "screen.theme: Input should be 'dark', 'light'"),
    ("looks.quickest", "soon", "looks.quickest: “soon” is not a number"),
    ("looks.quickest", "", "looks.quickest: “” is not a number"),
    ("looks.slowest", "1", "looks.slowest: Input should be greater than or equal to 5"),
    ("looks.slowest", "nan", "looks.slowest: Input should be"),
    ("offer.azure_refused_ports", "443, x", "offer.azure_refused_ports: “443, x” is not whole numbers"),
    ("offer.aws_account", "4025", "offer.aws_account: String should match pattern"),
    ("offer.holidays", "Atlantis", "offer.holidays: "),
    ("keys.next", "enter", "keys.next: “enter” cannot be used"),
    ("keys.next", "f2", "keys.next: “f2” is the key of “back” too"),
    ("keys.nxt", "f6", "keys.nxt: no setting of this name"),
    ("offer.regions", "x", "offer.regions: no setting of this name"),
])  # fmt: skip
def test_what_cannot_be_is_told_by_name_and_the_file_stays(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[looks]\nslowest = 90\n")
    with pytest.raises(SettingsError) as caught:
        change(tmp_path, name, text)
    assert says in caught.value.message
    assert (caught.value.code, caught.value.field) == ("settings", name)
    assert caught.value.remedy
    assert file.read_text() == "# mine\n[looks]\nslowest = 90\n"
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]


def test_a_change_keeps_comments_and_all_else_and_the_file_is_the_users_alone(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('# why: CHG-1\n[offer]\nholidays = "DE"   # ours\n\n[keys]\nnext = "f6"\n')
    file.chmod(0o644)
    change(tmp_path, "keys.next", None)
    change(tmp_path, "offer.business_days", "7")
    text = file.read_text()
    assert "# why: CHG-1" in text
    assert 'holidays = "DE"   # ours' in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    settings = read_settings(tmp_path)
    assert (settings.offer.business_days, settings.offer.holidays, settings.keys) == (7, "DE", {})


def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "mine.toml"
    real.parent.mkdir()
    real.write_text("")
    (tmp_path / "config.toml").symlink_to(real)
    change(tmp_path, "screen.theme", "light")
    assert (tmp_path / "config.toml").is_symlink()
    assert tomllib.loads(real.read_text()) == {"screen": {"theme": "light"}}


@pytest.mark.parametrize("text", ["nonsense", "[screen]\ntheme = 'pink'\n", "[what]\n", "\x00"])
def test_a_file_that_cannot_be_used_is_told_and_never_overwritten(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    for act in (lambda: rows(tmp_path), lambda: change(tmp_path, "screen.theme", "light")):
        with pytest.raises(SettingsError, match=r"config\.toml"):
            act()
    assert file.read_text() == text


def test_a_folder_in_the_files_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(SettingsError, match="directory"):
        change(tmp_path, "screen.theme", "light")


@given(st.sampled_from([one for one in SETTINGS if one.kind == "text"]), st.text())
def test_whatever_is_typed_is_one_string_in_the_file(setting: object, text: str) -> None:
    one = BY_PATH[getattr(setting, "path", "")]
    try:
        after = edited(b"[offer]\nplans = ['pro'] # x\n", one, typed(one, text, NOWHERE), NOWHERE)
    except SettingsError:
        return
    said = tomllib.loads(after.decode())
    part, _, name = one.path.partition(".")
    assert said[part][name] == text.strip()
    assert said["offer"]["plans"] == ["pro"]


def test_what_the_screen_takes_from_the_settings(tmp_path: Path) -> None:
    change(tmp_path, "screen.theme", "color-blind")
    change(tmp_path, "screen.ascii", "on")
    change(tmp_path, "screen.animation", "off")
    change(tmp_path, "keys.copy", "y")
    told = read_preferences(tmp_path)
    assert told == Preferences({**told.keys, "copy": "y"}, "color-blind", "on", "off")


@pytest.mark.parametrize(("choice", "environ", "moves"), [
    ("auto", {}, True), ("auto", {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False), ("auto", {"SSH_TTY": ""}, True),
    ("on", {"SSH_TTY": "/dev/pts/1"}, True), ("off", {}, False),
])  # fmt: skip
def test_nothing_moves_over_ssh_unless_it_is_wanted(
    choice: Switch, environ: dict[str, str], moves: bool
) -> None:
    assert animated(choice, environ) is moves

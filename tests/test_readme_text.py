"""What the README says of commands, request files, settings, variables and journals is so."""

from __future__ import annotations

import re
import shutil
import textwrap
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from core.journal import events as e
from core.journal import store
from core.request.read import check_reading, read
from tui.cli.group import COMMANDS
from tui.keys import problem
from tui.settings import read_settings
from tui.settings_table import SETTINGS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(start: str) -> str:
    """The indented block of the README that begins with a line."""
    found = re.search(rf"^    {re.escape(start)}\n(?:    .*\n|\n(?=    ))*", README, re.MULTILINE)
    assert found, start
    return textwrap.dedent(found[0])


def test_every_command_is_named() -> None:
    rows = "\n".join(
        re.findall(r"^\| (?:asking|setting up|following|a CTA|auditing|learning|keeping) \|.*", README, re.M)
    )
    named = {name for told in re.findall(r"`([^`]+)`", rows) for name in told.split()[:1]}
    parts = {"import", "verify"}  # of ``journal``
    assert {name for name in named - parts if len(name) > 1 and not name.startswith("-")} == set(
        COMMANDS
    ) - parts
    assert parts <= named


def test_the_map_names_every_room() -> None:
    drawn = README[README.index("## Map of the code") :]
    rooms = [one for one in (ROOT / "core").iterdir() if (one / "__init__.py").exists()]
    assert [one.name for one in rooms if f"{one.name}/" not in drawn] == []
    for name in re.findall(r"(\w+)/", drawn.partition("tests/")[0]):
        assert any((ROOT / place / name).is_dir() for place in (".", "core", "providers", "tui")), name


def test_the_request_file_is_one() -> None:
    problems = check_reading(read(block("[project]").encode(), "request.toml"))
    assert not [one for one in problems if one.severity == "error"]


def test_every_setting_is_named_in_its_table(tmp_path: Path) -> None:
    told = {
        part: set(re.findall(r"`([^`]+)`", text))
        for part, text in re.findall(r"\| `\[(\w+)\]` \|(.*)", README)
    }
    known: dict[str, set[str]] = {}
    for setting in SETTINGS:
        part, _, name = setting.path.partition(".")
        known.setdefault(part, set()).add(name)
        assert part == "keys" or name in told[part], setting.path
    for part, names in told.items():
        assert part == "keys" or not {name for name in names - known[part] if "_" in name}, part
    for name in told["keys"]:
        assert problem(tomllib.loads(name)) == ("", "")
    (tmp_path / "config.toml").write_text(
        "[offer]\n" + re.findall(r"`(regions\.US-3 = [^`]+)`", README)[0], encoding="utf-8"
    )
    assert set(read_settings(tmp_path).offer.regions) == {"US-3"}


def test_every_variable_of_ours_is_named() -> None:
    read_by_us = {
        name
        for folder in ("core", "providers", "tui")
        for file in (ROOT / folder).rglob("*.py")
        for name in re.findall(r'"(PRIVATELINK_[A-Z_]+)"', file.read_text(encoding="utf-8"))
    }
    assert read_by_us
    assert set(re.findall(r"`(PRIVATELINK_[A-Z_]+)`", README)) >= read_by_us


def test_journals_move_with_their_folder(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    with store.create(tmp_path / "here", "pl-abc123", "the test") as journal:
        journal.append(e.Noted(at=moment, text="kept"))
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    shutil.rmtree(tmp_path / "here")
    home = store.home({"PRIVATELINK_HOME": str(tmp_path / "there")})
    with store.open_to_write(home, "pl-abc123", "the test") as journal:
        journal.append(e.Noted(at=moment, text="more"))
        assert [one.text for one in journal.events() if isinstance(one, e.Noted)] == ["kept", "more"]

"""Paths as a person writes them, and files that are named by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.journal import files
from core.journal.errors import JournalError
from core.request.model import Problem
from tui.paths import kind_at, named, opened
from tui.received import read_received


def test_home_is_taken_in_and_nobodys_is_a_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert named("~/requests") == tmp_path / "requests"
    assert named("~$request.toml") == Path("~$request.toml")
    assert named("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


def test_a_file_of_nobodys_is_one_that_is_not_there() -> None:
    (one,) = read_received(["~nobody-of-this-name/x.toml"])
    assert one.name == "~nobody-of-this-name/x.toml"
    assert "No such file" in str(one.content)


@pytest.mark.parametrize(
    "name", ["x" * 5000, "x/" * 5000, "a\0b", "\ud800"], ids=["long", "deep", "nul", "surrogate"]
)
def test_a_name_that_no_file_has_is_told_as_such(name: str) -> None:
    assert kind_at(Path(name)) is None
    (one,) = read_received([name])
    assert isinstance(one.content, Problem)
    with pytest.raises(OSError, match=r"name|No such file"):
        opened(name)
    with pytest.raises(JournalError, match="cannot be made"):
        files.write_new(named(name), b"")

"""Paths as a person writes them, and files that are named by them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.paths import named
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

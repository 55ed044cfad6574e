"""The commands of walkthroughs; the playing itself is tests/tui/test_walk.py's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import providers.worker
from core.walkthrough import scenario
from tests.tui.near import near
from tui.cli.group import cli


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sandbox in this process."""
    with ExitStack() as stack:

        def worker(start: Any, **_named: Any) -> Any:
            assert start.arguments["auto"] is False
            return stack.enter_context(near("azure"))

        monkeypatch.setattr(providers.worker, "Worker", worker)
        yield


MINE = """
title = "Mine"
type = "unidirectional"
ends = "preparing"

[[checkpoint]]
act = "sign-in"

[[checkpoint]]
act = "request"
now = "Our own words"
"""


def test_one_line_an_event(here: None, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE, encoding="utf-8")
    done = run("walkthrough", "--cloud", "azure", "--scenario", str(mine), "--format", "jsonl")
    assert done.exit_code == 0, done.output + done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["event"], one["checkpoint"]) for one in events] == [
        (event, number) for number in (1, 2) for event in ("checkpoint", "begins", "done")
    ]
    assert events[-1]["now"] == "Our own words"
    assert events[-1]["state"] == "preparing"
    assert events[-1]["at"].startswith("2026-03-02T09:25:00")


def test_what_does_not_come_about_is_told(here: None, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE + 'shows = "verified"\n', encoding="utf-8")
    done = run("walkthrough", "--cloud", "azure", "--scenario", str(mine))
    assert done.exit_code == 1
    assert "failed. the scenario says that it shows verified" in done.stdout
    assert "checkpoint 2" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("walkthrough", "--scenario", "nothing"), "there is no scenario nothing"),
        (("walkthrough", "--scenario", "no/such.toml"), "no/such.toml: No such file"),
        (("walkthrough", "--pace", "step"), "pace step needs a terminal"),
        (("scenarios", "show", "nothing"), "there is no scenario nothing"),
        (("scenarios", "check", "no/such.toml"), "no/such.toml: No such file"),
    ],
)
def test_what_cannot_be_used_is_told(arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def test_scenarios_are_listed_shown_and_checked(tmp_path: Path) -> None:
    listed = json.loads(run("scenarios", "list", "--format", "json").stdout)
    assert [one["name"] for one in listed] == list(scenario.names())
    assert len(run("scenarios", "list").stdout.splitlines()) == len(scenario.names())
    shown = run("scenarios", "show", "stranger").stdout
    mine = tmp_path / "mine.toml"
    mine.write_text(shown, encoding="utf-8")
    assert "15 checkpoints" in run("scenarios", "check", str(mine)).stdout
    mine.write_text(shown.replace('act = "accept"', 'act = "except"'), encoding="utf-8")
    refused = run("scenarios", "check", str(mine))
    assert refused.exit_code == 2
    assert "checkpoint.13.act" in refused.stderr
    assert json.loads(run("scenarios", "schema").stdout)["title"] == "Scenario"

"""The command line as a whole: help, misuse, interruption, other people's pipes and terminals."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from core.audit.formats import FORMATS
from core.journal import store
from tests.e2e import requests
from tests.e2e.program import PROGRAM, InProcess, Program, clean_environment
from tui.cli.examples import EXAMPLES
from tui.cli.group import COMMANDS, cli
from tui.cli.layout import GROUPS

WITH_ID = ("plan", "apply", "undo", "ticket", "filed", "details", "status", "accept", "verify", "drift")


def test_every_command_has_help_and_both_formats(offline: InProcess) -> None:
    assert all(name in offline("--help").out for name in COMMANDS)
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        for one in command.commands.values() if isinstance(command, click.Group) else (command,):
            assert one.help
            if name not in ("rehearse", "completion"):
                formats = [option.type for option in one.params if "--format" in option.opts]
                choices = [option.choices for option in formats if isinstance(option, click.Choice)]
                forms = [("text", "json")], [("text", "jsonl")], [tuple(FORMATS)]
                assert choices in forms, "text or a table, and JSON"


def test_every_command_has_examples_and_no_other() -> None:
    assert set(EXAMPLES) == set(COMMANDS)


@pytest.mark.parametrize(("name", "line"), [(name, line) for name in EXAMPLES for line in EXAMPLES[name]])
def test_an_example_can_be_typed_as_it_stands(name: str, line: str) -> None:
    program, *words = shlex.split(line.partition(" >")[0])
    assert (program, words[0]) == ("privatelink", name)
    command: click.Command | None = cli
    while isinstance(command, click.Group):
        word = words.pop(0)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    command.make_context(word, words, parent=click.Context(cli))


def test_examples_stand_in_the_help_line_by_line(offline: InProcess) -> None:
    shown = [line.strip() for line in offline("inventory", "--help").out.splitlines()]
    assert shown[-len(EXAMPLES["inventory"]) :] == list(EXAMPLES["inventory"])


def all_commands() -> list[tuple[str, ...]]:
    """Every command and subcommand by its words."""
    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, word) for word in command.commands]
    return found


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_help_fits_a_screen_with_its_examples(offline: InProcess, words: tuple[str, ...]) -> None:
    shown = offline(*words, "--help").out.splitlines()
    assert sum(-(-max(len(line), 1) // 80) for line in shown) < 24, "\n".join(
        shown
    )  # and the prompt beneath it
    assert len(words) == 2 or "  Examples:" in shown


def test_every_command_is_in_one_group_and_said_in_one_line(offline: InProcess) -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)
    told = offline("--commands").out.splitlines()
    assert [line.split()[0] for line in told] == list(COMMANDS)
    assert max(map(len, told)) <= 80


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("plan",),
        ("check",),
        ("check", "a", "b"),
        ("status", "--format", "yaml"),
        ("filed", "x"),
    ],
)
def test_misuse(offline: InProcess, arguments: tuple[str, ...]) -> None:
    told = offline(*arguments, code=2)
    assert told.out == ""
    assert "--help" in told.err


@pytest.mark.parametrize(
    "name", ["pl-nobody", "../../etc/passwd", "", "\x1b[31m", "x" * 500, "é", ".", "a/b"]
)
@pytest.mark.parametrize("command", WITH_ID)
def test_an_id_that_is_none(offline: InProcess, command: str, name: str) -> None:
    more = {"filed": ("--ticket", "1"), "details": ("--service-name", "x"), "apply": ("--yes",)}.get(
        command, ()
    )
    told = offline(command, name, *more, "--format", "json", code=2)
    assert told.json["problems"][0]["code"] in ("missing", "unsafe-path")
    assert "\x1b" not in told.err
    assert not Path(offline.environment["PRIVATELINK_HOME"], "enablements").exists(), "nothing is made for it"


def test_without_a_terminal_and_without_a_command(tmp_path: Path) -> None:
    told = Program(clean_environment(tmp_path))(code=2)
    assert told.out == ""
    assert "needs a terminal" in told.err


def test_interrupted(offline: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "names", interrupt)
    assert "interrupted" in offline("status", code=130).err


def test_a_fault_is_kept_in_a_file_and_told_in_words(
    offline: InProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from click.testing import CliRunner

    def fault(*_: object) -> None:
        raise RuntimeError("a fault \x1b[2J")

    monkeypatch.setattr(store, "names", fault)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = CliRunner().invoke(cli, ["status", "--format", "json"], env=dict(offline.environment))
    assert done.exit_code == 3
    assert '"code": "fault"' in done.stdout
    assert "\x1b" not in done.stderr
    assert "Traceback" not in done.output
    (kept,) = tmp_path.glob("privatelink-fault-*")
    assert "RuntimeError" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


def test_a_pipe_that_is_closed_early(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [str(PROGRAM), "schema", "--format", "json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=clean_environment(tmp_path),
        timeout=30,
        check=False,
    )
    os.close(writing)
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_terminal_that_is_not_unicode(tmp_path: Path, encoding: str) -> None:
    file = Path(requests.write(tmp_path, requests.UNIDIRECTIONAL, {
        "PRIVATELINK_SANDBOX_ACCOUNT": "not an account", "PRIVATELINK_SANDBOX_VPC": "vpc-1"
    }))  # fmt: skip
    told = Program(clean_environment(tmp_path))("check", str(file), code=1, PYTHONIOENCODING=encoding)
    assert "cloud.account" in told.out


def test_as_a_module(tmp_path: Path) -> None:
    program = Program(clean_environment(tmp_path), command=(sys.executable, "-m", "tui"))
    assert program("--version").out.startswith("privatelink, version")

"""What the program writes: for this user alone, never through a link, never over what is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from core.network import saved
from tests.e2e import requests
from tests.e2e.program import InProcess, Program, clean_environment
from tests.tui.screens import account
from tui.cli.group import COMMANDS, cli
from tui.cli.journal import journal

PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
PLAIN = b"somebody's own\n"


@pytest.fixture
def careless() -> Iterator[None]:
    """A umask that would let everybody read and write."""
    before = os.umask(0)
    yield
    os.umask(before)


def readable_by_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]


@pytest.mark.parametrize("kind", [InProcess, pytest.param(Program, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("careless")
def test_nobody_else_reads_it_whatever_the_umask(kind: type[Program], tmp_path: Path) -> None:
    program = kind(clean_environment(tmp_path))
    home, out = tmp_path / "privatelink", tmp_path / "out"
    name = program.json("new", requests.write(tmp_path, requests.UNIDIRECTIONAL, PLACE))["id"]
    program("filed", name, "--ticket", "1")
    program("journal", "export", name, "--out", str(out))
    assert readable_by_others(home) == []
    assert readable_by_others(out) == []


WRITERS = (
    ("journal", "export", "NAME", "--out"),
    ("audit", "--from", "SAVED", "--out"),
    ("inventory", "--from", "SAVED", "--out"),
    ("inventory", "--from", "SAVED", "--redact", "--out", "-", "--map"),
)
"""Every option that names a file to write, last in its command."""


def writing(program: InProcess, folder: Path, command: tuple[str, ...]) -> tuple[str, ...]:
    """The command with an enablement and a saved inventory that are there."""
    name = program.json("new", requests.write(folder, requests.UNIDIRECTIONAL, PLACE))["id"]
    file = folder / "saved"
    file.write_bytes(saved.write([account.all_stands("available")]))
    return tuple({"NAME": name, "SAVED": str(file)}.get(word, word) for word in command)


def test_every_writer_is_here() -> None:
    group = {name: cli.get_command(click.Context(cli), name) for name in COMMANDS}
    group |= {f"journal {name}": one for name, one in journal.commands.items()}
    options = {
        (name, option)
        for name, one in group.items()
        for parameter in (one.params if one else ())
        for option in parameter.opts
        if option in ("--out", "--map", "--report", "--save", "--write")
    }
    assert options == {
        (" ".join(words[:2]) if words[0] == "journal" else words[0], words[-1]) for words in WRITERS
    }


@pytest.mark.parametrize("command", WRITERS, ids=" ".join)
@pytest.mark.usefixtures("careless")
def test_a_file_that_was_asked_for_is_for_this_user(command: tuple[str, ...], tmp_path: Path) -> None:
    program = InProcess(clean_environment(tmp_path))
    out = tmp_path / "out"
    program(*writing(program, tmp_path, command), str(out), code=None)
    assert out.stat().st_size
    assert readable_by_others(out) == []


@pytest.mark.parametrize("command", WRITERS, ids=" ".join)
@pytest.mark.parametrize("there", ["file", "link", "link to nothing", "folder", "pipe"])
def test_what_is_there_already_stays_as_it_is(there: str, command: tuple[str, ...], tmp_path: Path) -> None:
    program = InProcess(clean_environment(tmp_path))
    words = writing(program, tmp_path, command)
    theirs, out = tmp_path / "theirs", tmp_path / "out"
    if there != "link to nothing":
        theirs.write_bytes(PLAIN)
    match there:
        case "file":
            out.write_bytes(PLAIN)
        case "folder":
            out.mkdir()
        case "pipe":
            os.mkfifo(out)
        case _:
            out.symlink_to(theirs)
    told = program(*words, str(out), code=2)
    assert str(out) in told.err
    assert out.is_symlink() or out.is_dir() or out.is_fifo() or out.read_bytes() == PLAIN
    assert theirs.exists() is (there != "link to nothing")
    assert there == "link to nothing" or theirs.read_bytes() == PLAIN


def test_a_journal_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    program = InProcess(clean_environment(tmp_path))
    name = program.json("new", requests.write(tmp_path, requests.UNIDIRECTIONAL, PLACE))["id"]
    journal = tmp_path / "privatelink" / "enablements" / f"{name}.db"
    elsewhere = tmp_path / "elsewhere.db"
    journal.rename(elsewhere)
    before = elsewhere.read_bytes()
    journal.symlink_to(elsewhere)
    for arguments in (("status", name), ("filed", name, "--ticket", "1"), ("journal", "export", name)):
        assert "symbolic link" in program(*arguments, code=2).err
    assert elsewhere.read_bytes() == before

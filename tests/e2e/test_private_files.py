"""What the program writes: for this user alone, never through a link, never over what is there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import requests
from tests.e2e.program import InProcess, Program, clean_environment

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


@pytest.mark.parametrize("there", ["file", "link", "link to nothing", "folder", "pipe"])
def test_what_is_there_already_stays_as_it_is(there: str, tmp_path: Path) -> None:
    program = InProcess(clean_environment(tmp_path))
    name = program.json("new", requests.write(tmp_path, requests.UNIDIRECTIONAL, PLACE))["id"]
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
    told = program("journal", "export", name, "--out", str(out), code=2)
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

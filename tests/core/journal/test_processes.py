"""One writer at a time across real processes, and what is left when one of them is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.journal import events as e
from core.journal.store import JournalError, create, open_to_read, open_to_write

NOON = datetime(2025, 11, 18, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[3]

WRITE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from core.journal import events as e
from core.journal.store import open_to_write
journal = open_to_write(Path(sys.argv[1]), "pl-1", "privatelink apply")
print("open", flush=True)
number = len(journal.events())
while sys.argv[2] == "append":
    journal.append(e.Noted(at=datetime.now(UTC), text=str(number)))
    print(number, flush=True)
    number += 1
sys.stdin.read()
"""


@contextmanager
def another(home: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the journal open to write; ended here if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(home), what],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create(tmp_path, "pl-1", "a test").close()
    return tmp_path


def test_the_second_writer_is_told_who_holds_it_and_a_reader_may_look(home: Path) -> None:
    with another(home, "hold") as process:
        with pytest.raises(JournalError) as error:
            open_to_write(home, "pl-1", "a test")
        assert error.value.code == "held"
        assert f"pid {process.pid} (privatelink apply) since" in error.value.message
        assert os.uname().nodename in error.value.message
        assert error.value.holder is not None
        assert error.value.holder.pid == process.pid
        with open_to_read(home, "pl-1") as journal:
            assert journal.events() == ()


def test_a_second_writer_in_the_same_process_is_refused_too(home: Path) -> None:
    with open_to_write(home, "pl-1", "privatelink wizard"), pytest.raises(JournalError) as error:
        open_to_write(home, "pl-1", "a test")
    assert error.value.code == "held"
    assert f"pid {os.getpid()} (privatelink wizard)" in error.value.message
    open_to_write(home, "pl-1", "a test").close()


@pytest.mark.parametrize("words", [b"", b"{", b"[]", b'{"pid": "x"}', b"\xff\xfe", b"[" * 100_000])
def test_holder_words_that_make_no_sense_do_not_matter(home: Path, words: bytes) -> None:
    with another(home, "hold"):
        (home / "enablements" / "pl-1.holder.json").write_bytes(words)
        with pytest.raises(JournalError) as error:
            open_to_write(home, "pl-1", "a test")
    assert error.value.code == "held"
    assert "another process" in error.value.message


def test_control_characters_of_another_process_are_not_repeated(home: Path) -> None:
    with open_to_write(home, "pl-1", "evil\x1b[2J\nname"), pytest.raises(JournalError) as error:
        open_to_write(home, "pl-1", "a test")
    assert error.value.message.isprintable()


def test_a_writer_that_was_killed_is_in_nobodys_way(home: Path) -> None:
    with another(home, "hold") as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert (home / "enablements" / "pl-1.holder.json").exists()
        with open_to_write(home, "pl-1", "a test") as journal:
            journal.append(e.Noted(at=NOON, text="next"))


def test_every_event_that_was_reported_survives_a_kill(home: Path) -> None:
    reported = 0
    for _ in range(3):
        with another(home, "append") as process:
            assert process.stdout
            for _ in range(20):
                reported = int(process.stdout.readline()) + 1
            process.send_signal(signal.SIGKILL)
            process.wait()
            rest = process.stdout.read().split()
            reported = int(rest[-1]) + 1 if rest else reported
        with open_to_write(home, "pl-1", "a test") as journal:
            texts = [event.text for event in journal.events() if isinstance(event, e.Noted)]
        assert texts == [str(number) for number in range(len(texts))]
        # One more may have been on disk before its number was printed.
        assert reported <= len(texts) <= reported + 1


AS_ANOTHER = """
import os, sys, filelock
from pathlib import Path
from core.journal.store import *
home = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
def told(act):
    try:
        print(act())
    except JournalError as error:
        print(error.code)
"""


def as_another(home: Path, acts: str) -> list[str]:
    """What acts answer for a user to whom permission bits mean something, also where tests run as root."""
    command = [sys.executable, "-c", AS_ANOTHER + acts, str(home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A home that every user can reach, unlike pytest's own folders."""
    home = Path(tempfile.mkdtemp())
    try:
        yield home
    finally:
        for folder in (home, home / "enablements"):
            folder.chmod(0o700)
        shutil.rmtree(home)


def read_only(home: Path) -> None:
    for path in (*(home / "enablements").iterdir(), home / "enablements", home):
        path.chmod(0o555 if path.is_dir() else 0o444)


def test_a_read_only_folder_can_be_read_and_not_written(open_home: Path) -> None:
    with create(open_home, "pl-1", "a test") as journal:
        journal.append(e.Noted(at=NOON, text="kept"))
    read_only(open_home)
    acts = """
told(lambda: open_to_read(home, "pl-1").events()[0].text)
told(lambda: open_to_write(home, "pl-1", "x"))
told(lambda: create(home, "pl-2", "x"))
"""
    assert as_another(open_home, acts) == ["kept", "read-only", "read-only"]


def test_a_journal_that_is_somebody_elses_is_refused_in_words(open_home: Path) -> None:
    create(open_home, "pl-1", "a test").close()
    open_home.chmod(0o755)
    if os.geteuid() != 0:
        (open_home / "enablements").chmod(0o000)
    acts = """
told(lambda: open_to_read(home, "pl-1"))
told(lambda: names(home))
"""
    assert as_another(open_home, acts) == ["read-only", "read-only"]

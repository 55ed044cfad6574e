"""What ``make run`` does where nobody sees a screen: the same enablement, one line an event."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from core.request.model import Platform
from tests.e2e.program import PROGRAM, clean_environment, imported
from tests.e2e.terminal import terminal
from tui.words import WORDS

LINE = re.compile(r"\d\d:\d\d:\d\d  \S")


@pytest.mark.whole
def test_without_a_screen(tmp_path: Path, hostile: Path) -> None:
    """Also in a folder of somebody else's modules, of which it imports none."""
    home = tmp_path / "home"
    home.mkdir()
    process = subprocess.Popen(
        [str(PROGRAM), "rehearse", "--ask"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=hostile,
        env=clean_environment(home, TMPDIR=str(home)),
    )
    assert process.stdout is not None
    with process:
        first = process.stdout.readline()
        assert process.poll() is None, "each line comes when it happens, through a pipe as well"
        rest, errors = process.communicate(timeout=90)
    assert (process.returncode, errors) == (0, "")
    lines = [first, *rest.splitlines()]
    assert all(LINE.match(line) for line in lines)
    ends = [line for line in lines if "verified" in line]
    assert len(ends) == 2
    assert lines[-1] == ends[-1]
    assert "unidirectional" in first
    for step in ("step 2", "step 3", "step 5", "step 6", "step 7a", "step 7b", "step 7c"):
        assert any(step in line for line in lines), step
    assert "\x1b" not in rest
    assert list(home.iterdir()) == [], "a rehearsal keeps nothing, and nothing of the person's is touched"
    assert imported(hostile) == []


def test_make_run_is_this_command() -> None:
    """README's one command is what is tested here."""
    makefile = Path(__file__).parents[2].joinpath("Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\nrun:")[2].partition("\n\n")[0]
    assert "$(BIN)/privatelink rehearse --ask" in recipe


@pytest.mark.parametrize(("key", "cloud"), [("enter", "aws"), ("2", "azure")])
def test_it_asks_for_the_cloud(tmp_path: Path, key: str, cloud: Platform) -> None:
    """One key in a terminal; any other key but these is no answer."""
    environment = clean_environment(tmp_path, TMPDIR=str(tmp_path))
    with terminal((str(PROGRAM), "rehearse", "--ask"), environment, str(tmp_path)) as screen:
        screen.see("Which cloud", "1 AWS", "2 Azure")
        screen.settle(0.3)
        screen.press("x")
        asked = screen.text
        while screen.text == asked:  # each key is asked for anew, and what comes in between is not kept
            screen.press(key)
            screen.settle(0.5)
        screen.see("REHEARSAL", f"Sign-in and {WORDS[cloud].account}")
        screen.press("f10")
        screen.wait(lambda: not screen.child.isalive(), "its end")
    assert not list(tmp_path.glob("privatelink-*"))


def test_no_cloud_is_an_answer(tmp_path: Path) -> None:
    environment = clean_environment(tmp_path, TMPDIR=str(tmp_path))
    with terminal((str(PROGRAM), "rehearse", "--ask"), environment, str(tmp_path)) as screen:
        screen.see("Which cloud")
        screen.settle(0.3)
        screen.press("q")
        screen.wait(lambda: not screen.child.isalive(), "its end")
        assert screen.child.exitstatus == 0

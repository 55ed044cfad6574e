"""The wizard in a terminal, by keys alone, from nothing to verified; and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.request.model import Platform
from tests.e2e.program import PROGRAM, clean_environment
from tests.e2e.terminal import Terminal, alive, children, terminal
from tui.screens.wizard import route
from tui.words import WORDS

SMALL, LARGE = (80, 24), (120, 36)
DELAY = "0.2"
TITLES = {cloud: [words.fill(page.title) for page in route.PAGES] for cloud, words in WORDS.items()}
PAGES = {title for titles in TITLES.values() for title in titles}
SIGNED_IN: dict[Platform, str] = {
    "aws": "✓ account 111122223333",
    "azure": r"✓ subscription\s.*5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f",
}
ASKED: dict[Platform, str] = {"aws": "Region", "azure": "Location"}
RAIL = 3
"""The column of the pages' titles."""


@contextmanager
def rehearsal(folder: Path, size: tuple[int, int] = SMALL, cloud: Platform = "aws") -> Iterator[Terminal]:
    """The wizard on the embedded sandbox; it is still signing in."""
    environment = clean_environment(folder, TMPDIR=str(folder))
    command = (str(PROGRAM), "rehearse", "--delay", DELAY, "--cloud", cloud)
    with terminal(command, environment, str(folder), *size) as screen:
        screen.see("REHEARSAL", f"Sign-in and {WORDS[cloud].account}", ASKED[cloud])
        yield screen


def turn_to(screen: Terminal, page: str) -> None:
    """Next, until this page is open."""
    while screen.bold(RAIL) != page:
        left = PAGES - {screen.bold(RAIL)}
        screen.press("f3")
        screen.wait(lambda left=left: screen.bold(RAIL) in left, f"a page on the way to {page}")  # type: ignore[misc]


def agree(screen: Terminal) -> None:
    """Do it, and say yes to what will be done."""
    screen.button("Do it for me")
    screen.see("Please confirm")
    screen.button("Yes")
    screen.see("everything stands")


def enable(screen: Terminal, cloud: Platform = "aws", *, both: bool) -> None:
    """Every page from signing in to the end, in the cloud's own words."""
    words = WORDS[cloud]
    screen.see(SIGNED_IN[cloud], "✓ Sign-in")
    turn_to(screen, "Type")
    if not both:
        screen.button("Unidirectional")
        screen.see("● Unidirectional")
    turn_to(screen, "Network")
    screen.see(words.network_label, f"[1-9] {words.part}")
    turn_to(screen, "Prerequisites")
    screen.see("✓ Prerequisites")
    if both:
        turn_to(screen, "Your side")
        agree(screen)
    turn_to(screen, "Ticket")
    screen.button("File it")
    screen.see(r"ticket \d+ is filed")
    turn_to(screen, "Reply")
    screen.see("access is enabled")
    screen.button("Read the reply")
    screen.see("✓ Reply")
    turn_to(screen, "Request")
    agree(screen)
    turn_to(screen, "Progress")
    screen.see("✓ Request")
    if both:
        turn_to(screen, words.accept)
        screen.button(f"{words.accept} Magento's")
        screen.see(f"✓ {words.accept}")
    turn_to(screen, "Verify")
    screen.button("Probe from here")
    screen.see("✓ You → Magento: proved")
    if both:
        screen.button("Let Magento run them")
        screen.see("✓ Magento → you: proved")
    turn_to(screen, "Done")
    screen.see("verified", "✓ Verify", "✓ Done", f"(?i){words.account}:")


def leave(screen: Terminal) -> None:
    """F10; the terminal is as it was and nothing is left running."""
    below = children(screen.pid)
    assert below, "the cloud is in a process of its own"
    screen.press("f10")
    screen.wait(lambda: not screen.child.isalive(), "its end")
    assert screen.child.exitstatus == 0
    gone(below)
    restored(screen)


def gone(pids: set[int]) -> None:
    """Wait until these processes are no more."""
    until = time.monotonic() + 10
    while left := {pid for pid in pids if alive(pid)}:
        assert time.monotonic() < until, f"still there: {left}"
        time.sleep(0.02)


def restored(screen: Terminal) -> None:
    """The alternate screen is left, the cursor is back, and the mouse is the terminal's again."""
    for _ in range(5):
        screen.read(0.05)
    for mode in (b"?1049", b"?1000", b"?1003", b"?2004"):
        on, off = screen.painted.rfind(mode + b"h"), screen.painted.rfind(mode + b"l")
        assert off > on or on == -1, mode
    assert screen.painted.rfind(b"?25h") > screen.painted.rfind(b"?25l"), "the cursor is shown"
    assert b"Traceback" not in screen.painted


@pytest.mark.parametrize("cloud", ["aws", pytest.param("azure", marks=pytest.mark.slow)])
def test_bidirectional(tmp_path: Path, cloud: Platform) -> None:
    with rehearsal(tmp_path, SMALL, cloud) as screen:
        enable(screen, cloud, both=True)
        leave(screen)
    assert not list(tmp_path.glob("privatelink-*")), "a rehearsal leaves nothing behind"


@pytest.mark.slow
@pytest.mark.parametrize("cloud", ["aws", "azure"])
def test_unidirectional_on_a_large_screen(tmp_path: Path, cloud: Platform) -> None:
    with rehearsal(tmp_path, LARGE, cloud) as screen:
        enable(screen, cloud, both=False)
        leave(screen)


def test_left_while_signing_in(tmp_path: Path) -> None:
    """A call under way holds nobody up."""
    with rehearsal(tmp_path) as screen:
        begun = time.monotonic()
        leave(screen)
        assert time.monotonic() - begun < 10


def test_told_to_end(tmp_path: Path) -> None:
    with rehearsal(tmp_path) as screen:
        below = children(screen.pid)
        os.kill(screen.pid, signal.SIGTERM)
        screen.wait(lambda: not screen.child.isalive(), "its end")
        assert screen.child.exitstatus == 128 + signal.SIGTERM
        gone(below)
        restored(screen)


def test_its_terminal_is_closed(tmp_path: Path) -> None:
    with rehearsal(tmp_path) as screen:
        pids = {screen.pid, *children(screen.pid)}
        screen.hang_up()
        gone(pids)


def test_its_terminal_goes_without_a_signal(tmp_path: Path) -> None:
    """As one does that is not the controlling terminal: nobody tells, and reading from it answers nothing."""
    ours, its = os.openpty()
    process = subprocess.Popen(
        [str(PROGRAM), "rehearse"],
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
        env={**clean_environment(tmp_path, TMPDIR=str(tmp_path)), "TERM": "xterm-256color"},
    )
    os.close(its)
    try:
        painted = b""
        while b"REHEARSAL" not in painted:
            painted += os.read(ours, 1 << 16)
        below = children(process.pid)
        os.close(ours)
        process.wait(20)
        gone(below)
    finally:
        process.kill()
        process.wait()


def test_killed(tmp_path: Path) -> None:
    """Not even then the cloud's process stays."""
    with rehearsal(tmp_path) as screen:
        below = children(screen.pid)
        assert below
        os.kill(screen.pid, signal.SIGKILL)
        screen.wait(lambda: not screen.child.isalive(), "its end")
        gone(below)

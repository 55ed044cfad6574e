"""Ended in the middle by whatever ends programs: a signal, a closed terminal, a full disk, a folder that cannot be
written, another one at the same work, a clock that jumps. The same command, once more, ends as an undisturbed run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests import tally
from tests.e2e.program import PROGRAM, clean_environment
from tests.e2e.terminal import Terminal, alive, children, terminal
from tests.torture.proxy import Arms, Rule
from tests.torture.rig import Place, differences, tell
from tests.torture.story import MOVES, Move, Story

DAY = 86400.0
JUMPS = ((0.0, -DAY, 2 * DAY), (400 * DAY, 0.0), (-400 * DAY, 3600.0, 0.0, -5.0))
PAGE = 4096
"""What SQLite writes at a time: a disk is full after so many of them."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def again(story: Story, move: Move, place: Place) -> list[str]:
    """The same command undisturbed, and what is not as it should be after it."""
    ran, _ = story.rig.run(place, *move.arguments, code=None)
    found = differences(move.wanted, story.rig.seen(place, story.name))
    if ran.code != move.code:
        found.append(f"the rerun ended with {ran.code}: {ran.out}{ran.err}")
    return found


@pytest.mark.parametrize("called", MOVES)
def test_told_to_end(story: Story, called: str) -> None:
    """Ctrl-C at every request that changes something; SIGTERM and SIGHUP, which end it at once, at two of them."""
    move = story.move(called)
    points = list(move.changes())
    tries = [(signal.SIGINT, *point) for point in points]
    for number in (signal.SIGTERM, signal.SIGHUP):
        tries += [(number, *point) for point in dict.fromkeys((points[0], points[-1]))]
    wrong = {}
    for number, match, nth in tries:
        with story.rig.copy(move.before) as place:
            rules = [Rule("signal-before", match, nth, signal=number)]
            ran, _ = story.rig.run(place, *move.arguments, code=None, rules=rules)
            tally.add("faults injected")
            assert ran.code in (130, -number), ran
            if number == signal.SIGINT:
                assert "interrupted" in ran.err
            found = again(story, move, place)
        if found:
            wrong[number, match, nth] = found
    tell(wrong)


@pytest.mark.parametrize("called", MOVES)
def test_the_clock_jumps(story: Story, called: str) -> None:
    """Back and forth while it runs, and between a run that is killed and the next one."""
    move = story.move(called)
    match, nth = list(move.changes())[-1]
    wrong = {}
    for jumps in JUMPS:
        with story.rig.copy(move.before) as place:
            ran, _ = story.rig.run(
                place, *move.arguments, code=None, jumps=jumps, rules=[Rule("signal-after", match, nth)]
            )
            assert ran.code == -signal.SIGKILL
            tally.add("kill points tried")
            ran, _ = story.rig.run(place, *move.arguments, code=None, jumps=jumps[::-1])
            tally.add("faults injected", 2)
            found = differences(move.wanted, story.rig.seen(place, story.name))
            if ran.code != move.code:
                found.append(f"it ended with {ran.code}: {ran.err}")
        if found:
            wrong[jumps] = found
    tell(wrong)


@pytest.mark.parametrize("called", MOVES)
def test_a_second_one_is_refused_while_the_first_one_works(story: Story, called: str) -> None:
    move, rig = story.move(called), story.rig
    match, nth = next(move.changes())
    with rig.copy(move.before) as place:
        pid, output = rig.start(
            place, *move.arguments, rules=[Rule("signal-before", match, nth, signal=signal.SIGSTOP)]
        )
        wait_for(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
        tally.add("faults injected")
        second, _ = rig.run(place, *move.arguments, code=2, control="")
        assert str(pid) in second.err, "it says who is at work"
        os.kill(pid, signal.SIGCONT)
        rig.end(place, pid, output, move.arguments, move.code)
        tell({"both": differences(move.wanted, rig.seen(place, story.name))})


@pytest.mark.parametrize("called", MOVES)
def test_two_begin_at_the_same_moment(story: Story, called: str) -> None:
    move, rig = story.move(called), story.rig
    with rig.copy(move.before) as place:
        pid, output = rig.start(place, *move.arguments)
        other, theirs = rig.start(place, *move.arguments, control="")
        codes = [
            rig.end(place, *one, move.arguments, None)[0].code for one in ((pid, output), (other, theirs))
        ]
        # Whoever comes too late is refused, or finds that all is done.
        assert set(codes) <= {move.code, 2}, codes
        assert move.code in codes
        tell({"both": differences(move.wanted, rig.seen(place, story.name))})


@pytest.mark.parametrize("called", MOVES)
def test_no_file_may_grow_any_more(story: Story, called: str) -> None:
    """The journal's write-ahead log meets the limit at every length that it has."""
    move = story.move(called)
    wrong = {}
    for pages in range(1, 200):
        with story.rig.copy(move.before) as place:
            ran, _ = story.rig.run(place, *move.arguments, code=None, bytes=pages * PAGE)
            if ran.code == move.code:
                break
            tally.add("faults injected")
            assert (ran.code, "Traceback" in ran.err) == (2, False), ran
            found = again(story, move, place)
        if found:
            wrong[pages] = found
    assert pages > 1, "the limit was never met"
    tell(wrong)


@contextmanager
def disk(folder: Path, size: int) -> Iterator[None]:
    """A small disk of its own in the place of an empty folder."""
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)],
            check=False,
            capture_output=True,
        ).returncode
    ):
        pytest.skip("a disk can be mounted by root only, and not in every container")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def on_a_disk(place: Place, size: int) -> Iterator[Path]:
    """The journals lie on a disk of their own."""
    home = place.home / "privatelink"
    moved = home.rename(home.with_name("moved"))
    home.mkdir(mode=0o700)
    with disk(home, size):
        shutil.copytree(moved, home, dirs_exist_ok=True)
        yield home


def test_the_disk_is_full(story: Story) -> None:
    """Filled to a few pages, more from time to time; and in the end with room enough."""
    move = story.move("connect")
    with story.rig.copy(move.before) as place, on_a_disk(place, 4 << 20) as home:
        met = 0
        for pages in (0, 1, 2, 4, 8, 12, 16, 24, 32):
            filler = home / "filler"
            free = os.statvfs(home).f_bavail
            filler.write_bytes(b"\0" * max(0, (free - pages) * PAGE))
            ran, _ = story.rig.run(place, *move.arguments, code=None)
            if ran.code != move.code:
                met += 1
                tally.add("faults injected")
                assert (ran.code, "disk" in ran.err) == (2, True), ran
            filler.unlink()
        assert met
        tell({"with room": again(story, move, place)})


def test_the_folder_cannot_be_written(story: Story) -> None:
    """Nothing is begun that could not be remembered; looking is possible."""
    move, rig = story.move("connect"), story.rig
    with rig.copy(move.before) as place:
        before = rig.seen(place, story.name)
        with on_a_disk(place, 4 << 20) as home:
            subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
            tally.add("faults injected")
            ran, _ = rig.run(place, *move.arguments, code=2)
            assert "Traceback" not in ran.err
            rig.run(place, "status", story.name, code=None)
            assert rig.seen(place, story.name) == before
            subprocess.run(["mount", "-o", "remount,rw", str(home)], check=True)
            tell({"writable again": again(story, move, place)})


def wait_for(there: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


@contextmanager
def in_a_terminal(story: Story, place: Place, *arguments: str, rules: list[Rule]) -> Iterator[Terminal]:
    """The program in a terminal, on this cloud and folder, with these faults."""
    story.rig.proxy.arm(Arms(place.world.url, tuple(rules)))
    environment = clean_environment(place.home, **story.rig.environment)
    with terminal((str(PROGRAM), *arguments), environment, str(place.home)) as screen:
        yield screen


@pytest.mark.parametrize("called", MOVES)
def test_the_terminal_of_a_command_is_closed(story: Story, called: str) -> None:
    """While the answer to its first change is awaited."""
    move = story.move(called)
    match, nth = next(move.changes())
    rules = [Rule("hang-after", match, nth)]
    with story.rig.copy(move.before) as place:
        with in_a_terminal(story, place, *move.arguments, rules=rules) as screen:
            screen.wait(lambda: story.rig.proxy.broken(), "the request that hangs", 60)
            tally.add("faults injected")
            screen.hang_up()
            wait_for(lambda: not alive(screen.pid))
        story.rig.proxy.told()
        tell({"again": again(story, move, place)})


def test_the_terminal_of_the_wizard_is_closed(story: Story) -> None:
    """In the middle of setting up the own side."""
    move = story.move("apply")
    match, nth = next(move.changes())
    with story.rig.copy(move.before) as place:
        with in_a_terminal(story, place, rules=[Rule("hang-after", match, nth)]) as screen:
            screen.see(story.name)
            screen.settle()
            screen.press("enter")
            screen.see("Your side")
            for _ in range(12):
                if screen.bold(3) == "Your side":
                    break
                screen.press("f3")
                screen.settle(0.4)
            screen.button("Do it for me")
            screen.see("Please confirm")
            screen.button("Yes")
            screen.wait(lambda: story.rig.proxy.broken(), "the request that hangs", 60)
            tally.add("faults injected")
            below = {screen.pid, *children(screen.pid)}
            screen.hang_up()
            wait_for(lambda: not any(alive(pid) for pid in below))
        story.rig.proxy.told()
        tell({"again": again(story, replace(move, code=0), place)})

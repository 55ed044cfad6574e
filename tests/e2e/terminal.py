"""The program in a pseudo-terminal, looked at as a person sees it and driven by keys alone."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import pexpect
import pyte

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "back-tab": "\x1b[Z",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "space": " ",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f5": "\x1b[15~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
}
SECONDS = 30.0


class Terminal:
    """A program and the screen that it paints. Keys go in, text comes out."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], folder: str, columns: int, rows: int
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.painted = b""
        self.child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            cwd=folder,
            dimensions=(rows, columns),
            timeout=SECONDS,
        )
        self.child.delaybeforesend = None

    @property
    def pid(self) -> int:
        """The program's process id."""
        return int(self.child.pid)

    def read(self, seconds: float = 0.05) -> None:
        """Take what was painted within so many seconds."""
        try:
            data = self.child.read_nonblocking(1 << 16, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            time.sleep(0.01)
            return
        self.painted += data
        self._stream.feed(data)

    @property
    def text(self) -> str:
        """The screen as it is now."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait(self, there: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
        """Read until something holds."""
        until = time.monotonic() + seconds
        while not there():
            assert time.monotonic() < until, f"not there after {seconds:.0f} s: {what}\n{self.text}"
            assert self.child.isalive() or there(), f"ended before {what}\n{self.text}"
            self.read()

    def see(self, *patterns: str, seconds: float = SECONDS) -> None:
        """Wait until the screen shows all of these (regular expressions) at once."""
        self.wait(lambda: all(re.search(one, self.text) for one in patterns), " and ".join(patterns), seconds)

    def shows(self, pattern: str) -> bool:
        """Whether the screen shows this now."""
        self.read()
        return re.search(pattern, self.text) is not None

    def press(self, *keys: str) -> None:
        """Press keys by name, or type a text."""
        for key in keys:
            self.child.send(KEYS.get(key, key))

    def settle(self, quiet: float = 0.15, seconds: float = 5.0) -> None:
        """Wait until nothing more is painted for a moment."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            before = len(self.painted)
            self.read(quiet)
            if len(self.painted) == before:
                return

    def focused(self, label: str) -> bool:
        """Whether a button with this label has the focus: its label is shown reversed."""
        for number, line in enumerate(self._screen.display):
            for found in re.finditer(rf"(?<!\w){re.escape(label)}(?!\w)", line):
                cell = self._screen.buffer[number][found.start()]
                if cell.reverse:
                    return True
        return False

    def button(self, label: str) -> None:
        """Go to a button with Tab and press Enter."""
        self.see(rf"(?<!\w){re.escape(label)}(?!\w)")
        for _ in range(30):
            self.settle(0.05)
            if self.focused(label):
                self.press("enter")
                return
            self.press("tab")
        raise AssertionError(f"no way to the button {label!r}\n{self.text}")


@contextmanager
def terminal(
    command: Sequence[str], environment: Mapping[str, str], folder: str, columns: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    """Run a program in a terminal; it is gone afterwards, whatever happened."""
    one = Terminal(command, environment, folder, columns, rows)
    try:
        yield one
    finally:
        one.child.close(force=True)


def children(pid: int) -> set[int]:
    """Every process below one."""
    found: set[int] = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found |= {int(entry), *children(int(entry))}
    return found


def alive(pid: int) -> bool:
    """Whether a process is still there and not only waiting to be taken note of."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


__all__ = ["KEYS", "Terminal", "alive", "children", "signal", "terminal"]

"""The program in a pseudo-terminal, looked at as a person sees it and driven by keys alone."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

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
    "f4": "\x1bOS",
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
        lines = (self._screen.buffer[row] for row in range(self._screen.lines))
        columns = range(self._screen.columns)
        return "\n".join("".join(line[column].data for column in columns).rstrip() for line in lines)

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

    def bold(self, column: int) -> str:
        """The first text from a column on that is shown bold there: the open page in the rail."""
        for number, line in enumerate(self._screen.display[1:], 1):
            if self._screen.buffer[number][column].bold:
                return re.split(r" {2,}", line[column:].strip())[0]
        return ""

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

    def hang_up(self) -> None:
        """Close the terminal as a window does that is closed."""
        self.child.ptyproc.fileobj.close()
        self.child.ptyproc.closed = self.child.closed = True

    def focused(self, label: str) -> bool:
        """Whether a button with this label has the focus: its label is underlined."""
        for number, line in enumerate(self._screen.display):
            for found in re.finditer(rf"(?<!\w){re.escape(label)}(?!\w)", line):
                cell = self._screen.buffer[number][found.start()]
                if cell.underscore:
                    return True
        return False

    def _stays(self, label: str) -> bool:
        """Whether the button has the focus, seen once a picture is whole: it is read in pieces."""
        self.settle(0.06, 1.0)
        return self.focused(label)

    def button(self, label: str) -> None:
        """Go to a button with Tab and press Enter, once the focus stays there: a Tab may be answered late."""
        until = time.monotonic() + SECONDS
        while not self._stays(label):
            assert time.monotonic() < until, f"no way to the button {label!r}\n{self.text}"
            before, answered = len(self.painted), time.monotonic() + 3.0
            self.press("tab")
            while len(self.painted) == before and time.monotonic() < answered:
                self.read()
        self.press("enter")


@contextmanager
def terminal(
    command: Sequence[str], environment: Mapping[str, str], folder: str, columns: int = 80, rows: int = 24
) -> Iterator[Terminal]:
    """Run a program in a terminal; it is gone afterwards, whatever happened."""
    one = Terminal(command, environment, folder, columns, rows)
    try:
        yield one
    finally:
        for pid in children(one.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        one.child.close(force=True)


def children(pid: int) -> set[int]:
    """Every process below one."""
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        if _fields(int(folder.name))[1:2] == [str(pid)]:
            found |= {int(folder.name), *children(int(folder.name))}
    return found


def _fields(pid: int) -> list[str]:
    """State, parent and so on of a process; nothing where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def alive(pid: int) -> bool:
    """Whether a process is still there and not only waiting to be taken note of."""
    return _fields(pid)[:1] not in ([], ["Z"])

"""A program in a pseudo-terminal of 80 × 24, and when what it paints arrives."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, LINES = 80, 24
PATIENCE = 30.0
"""Seconds after which what does not come will not come."""
ESCAPES = re.compile(
    rb"\x1b(\[[0-9;:?<=>$]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[PX^_].*?\x1b\\|.)", re.DOTALL
)


class NotSeen(Exception):
    """What was awaited was not painted; the message has what was."""


def text(painted: bytes) -> str:
    """What was painted, without escape sequences."""
    return ESCAPES.sub(b"", painted).decode("utf-8", "replace")


class Terminal:
    """A running program. Leave it (``with``) to end it and whatever it started."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str] | None = None) -> None:
        self._own, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
        for name in ("COLUMNS", "LINES", "NO_COLOR", "TEXTUAL"):
            env.pop(name, None)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            argv, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env=env, start_new_session=True
        )
        os.close(theirs)

    def press(self, keys: str) -> float:
        """Type; returns when."""
        now = time.perf_counter()
        os.write(self._own, keys.encode())
        return now

    def until(self, *awaited: str, patience: float = PATIENCE) -> float:
        """Read until each of these texts was painted; returns when the last of them came. Raises NotSeen."""

        def there(painted: bytes) -> bool:
            seen = text(painted)
            return all(one in seen for one in awaited)

        return self._until(there, patience)

    def until_bytes(self, pattern: re.Pattern[bytes], patience: float = PATIENCE) -> float:
        """As :meth:`until`, for a text in a style: what is painted has to match, escape sequences and all."""
        return self._until(lambda painted: pattern.search(painted) is not None, patience)

    def _until(self, there: Callable[[bytes], bool], patience: float) -> float:
        painted = b""
        deadline = time.perf_counter() + patience
        while True:
            ready, _, _ = select.select([self._own], [], [], max(deadline - time.perf_counter(), 0))
            try:
                data = os.read(self._own, 1 << 16) if ready else b""
            except OSError:  # the program has ended
                data = b""
            now = time.perf_counter()
            painted += data
            if there(painted):
                return now
            if not data:
                raise NotSeen(f"what was awaited was not painted; there was: {text(painted)[-600:]!r}")

    def quiet(self, seconds: float = 0.08, most: float = 3.0) -> bytes:
        """Read until nothing came for some time; returns what came."""
        painted, deadline = b"", time.perf_counter() + most
        while time.perf_counter() < deadline and select.select([self._own], [], [], seconds)[0]:
            painted += os.read(self._own, 1 << 16)
        return painted

    def rest(self, seconds: float) -> None:
        """Read and drop what comes, for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._own], [], [], left)[0]:
                os.read(self._own, 1 << 16)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the program and all that it started stand still for a while."""
        os.killpg(self._process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._process.pid, signal.SIGCONT)

    def close(self) -> None:
        """End the program and everything in its session. Closing twice is no error."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._own >= 0:
            os.close(self._own)
            self._own = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

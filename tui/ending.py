"""How the program is told to end from outside: by a signal, or by a terminal that is not there any more."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

HUNG_UP = 129
"""The exit code of a program whose terminal is gone: 128 and the number of SIGHUP."""
LOOK_SECONDS = 1.0
"""Between looks at the terminal. A terminal that is not the controlling one goes without any signal."""


def heed_signals(end: Callable[[int], None]) -> None:
    """Call ``end`` with an exit code when the system asks the program to end, wherever signals can be heard."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, end, 128 + number)


def hung_up() -> bool:
    """Whether the terminal that keys come from is gone: reading from it would answer nothing for ever."""
    if not hasattr(select, "poll"):
        return False
    try:
        poll = select.poll()
        poll.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        return any(event & (select.POLLHUP | select.POLLNVAL) for _, event in poll.poll(0))
    except (OSError, ValueError):
        return True

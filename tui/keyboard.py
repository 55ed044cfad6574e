"""What comes in from the terminal: any bytes at all, and none of them ends the program.

Textual's driver stops with a traceback at the first byte that is not UTF-8 (a terminal in Latin-1, a paste from a
binary file, noise on a line) and at a key report whose numbers make no character.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from functools import partial

from textual.driver import Driver
from textual.events import Resize
from textual.message import Message

MOST_CELLS = 1000
"""Columns, or rows, that a terminal can have; one that reports more is not believed."""


def _forgiving(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    """A decoder that shows U+FFFD for a byte that is no text, as terminals do."""
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


def silence(driver: Driver | None) -> None:
    """End a driver's thread: one whose terminal went while the app was starting would read its end for ever."""
    over = getattr(driver, "exit_event", None)
    if over is not None:
        over.set()


def forgiving(chosen: type[Driver]) -> type[Driver]:
    """The driver that Textual chose; where it is the one for a Unix terminal, in a form that goes on."""
    if chosen.__module__ != "textual.drivers.linux_driver":
        return chosen
    from textual.drivers import linux_driver

    # The driver makes its decoder by this name, and has no other place to say how strict it is.
    linux_driver.getincrementaldecoder = _forgiving  # type: ignore[attr-defined, assignment]

    class Keyboard(linux_driver.LinuxDriver):
        """Textual's driver, that goes on after a report which it cannot read."""

        def run_input_thread(self) -> None:
            """Read keys until the end; what could not be understood is left out."""
            while not self.exit_event.is_set():
                try:
                    super().run_input_thread()
                except (ValueError, OverflowError):
                    continue

        def process_message(self, message: Message) -> None:
            """Hand a message on, unless it is a size that no terminal has."""
            if isinstance(message, Resize) and not (
                0 < message.size.width <= MOST_CELLS and 0 < message.size.height <= MOST_CELLS
            ):
                return
            super().process_message(message)

    return Keyboard

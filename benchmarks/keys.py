"""From a key to the paint that shows it, on the wizard's forms, beside the smallest Textual app with a field."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.figures import Figure, median, ms, p95
from benchmarks.terminal import Terminal

KEYS = 150
TABS = 40
PACE = 0.04
"""Seconds from one key to the next: a fast typist's."""
LETTERS = "qzxjvkwyq" * 2
"""What is typed: rare in a row, so that no other text on the screen is taken for it."""
LEAD = 3
"""Letters typed before the first that counts."""
F2, F3, F4, F5, ESCAPE, TAB, BACK_TAB, CLEAR = "\x1bOQ", "\x1bOR", "\x1bOS", "\x1b[15~", "\x1b", "\t", "\x1b[Z", "\x15"


@dataclass(slots=True)
class Typist:
    """Types into the field that has the focus, and notes how long each letter took to be seen."""

    terminal: Terminal
    typed: str = ""
    seconds: list[float] = field(default_factory=list)

    def key(self) -> None:
        """One letter; after a few the field is emptied and begun again."""
        if not self.typed or len(self.typed) == len(LETTERS):
            self.terminal.press(CLEAR)
            self.terminal.quiet()
            self.typed = LETTERS[:LEAD]
            self.terminal.press(self.typed)
            self.terminal.quiet()
        self.typed = LETTERS[: len(self.typed) + 1]
        pressed = self.terminal.press(self.typed[-1])
        self.seconds.append(self.terminal.until(self.typed[-LEAD - 1 :]) - pressed)
        self.terminal.rest(PACE - (time.perf_counter() - pressed))


@dataclass(slots=True)
class Hopper:
    """Goes to and fro between two fields, and notes how long each took to show that it has the focus."""

    terminal: Terminal
    here: str
    there: str
    away: bool = False
    seconds: list[float] = field(default_factory=list)

    def key(self) -> None:
        """Tab, or back."""
        self.away = not self.away
        pressed = self.terminal.press(TAB if self.away else BACK_TAB)
        self.seconds.append(self.terminal.until(self.there if self.away else self.here) - pressed)
        self.terminal.rest(PACE - (time.perf_counter() - pressed))


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the wizard: the keys from the account page to one of its text fields and back, that field's
    label, and the label of the one that Tab goes to.
    """

    name: str
    there: tuple[str, ...]
    back: tuple[str, ...]
    here: str
    next: str


FORMS = (
    Form("account page", (F3, F2, TAB, TAB), (), "Profile", "Account number"),
    Form("project page", (F3,), (F2,), "project ID", "Plan"),
    Form("service dialog", (F3,) * 4 + ("\r", TAB, TAB), (ESCAPE,) + (F2,) * 4, "Name", "Protocol"),
)


def _play(terminal: Terminal, keys: tuple[str, ...]) -> None:
    for key in keys:
        terminal.press(key)
        terminal.quiet(0.25)


def _minimal(kind: str) -> Terminal:
    terminal = Terminal([sys.executable, "-m", "benchmarks.minimal", kind])
    terminal.quiet(0.5)
    return terminal


def _row(name: str, ours: list[float], least: list[float], *, limits: tuple[float, ...] = ()) -> Figure:
    return Figure(
        name,
        ms(median(ours), p95(ours)),
        f"{ms(median(least), p95(least))}: the minimal app",
        (median(ours) / median(least), p95(ours) / p95(least)),
        limits,
    )


def _in_turn(count: int, *hands: Callable[[], None]) -> None:
    for _ in range(count):
        for hand in hands:
            hand()


def figures() -> Iterator[Figure]:
    """p50 / p95 on each form: at rest in turn with the minimal app; then while the cloud is worked on."""
    with ExitStack() as stack:
        one, two = stack.enter_context(_minimal("one")), stack.enter_context(_minimal("two"))
        wizard = stack.enter_context(Terminal([sys.executable, "-m", "benchmarks.rehearsal"]))
        wizard.until("by environment")
        wizard.quiet(1.0)
        for form in FORMS:
            least, ours = Typist(one), Typist(wizard)
            hop, hops = Hopper(two, "first", "second"), Hopper(wizard, form.here, form.next)
            _play(wizard, form.there)
            _in_turn(KEYS, least.key, ours.key)
            _in_turn(TABS, hop.key, hops.key)
            _play(wizard, form.back)
            yield _row(f"key → repaint, {form.name}", ours.seconds, least.seconds, limits=(2.0, 3.0))
            yield _row(f"Tab → repaint, {form.name}", hops.seconds, hop.seconds)
        yield from _busy(one, wizard)


def _busy(one: Terminal, wizard: Terminal) -> Iterator[Figure]:
    """The same keys while a set-up is under way and the cloud is polled; the yardstick before and after."""
    least = Typist(one)
    _in_turn(KEYS // 2, least.key)
    _provision(wizard)
    found: list[tuple[Form, Typist]] = []
    for form in FORMS:
        ours = Typist(wizard)
        _play(wizard, form.there)
        _in_turn(KEYS, ours.key)
        _play(wizard, form.back)
        found.append((form, ours))
    wizard.close()
    _in_turn(KEYS // 2, least.key)
    for form, ours in found:
        name = f"key → repaint, {form.name}, busy"
        yield _row(name, ours.seconds, least.seconds, limits=(2.0, 3.0))


def _provision(wizard: Terminal) -> None:
    """Begin the set-up on "Your side", let the polls run, and go back to the account page."""
    _play(wizard, (F3,) * 6)
    wizard.until("to do; nothing is changed")
    _play(wizard, (F4, "\r"))
    wizard.until("making the changes")
    _play(wizard, (F5, *(F2,) * 6))

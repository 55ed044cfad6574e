"""From a key to the paint that shows it, on the wizard's forms, beside the smallest Textual app with a field."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from benchmarks.figures import Figure, median, ms, p95
from benchmarks.terminal import NotSeen, Terminal

KEYS = 150
TABS = 40
PACE = 0.06
"""Seconds from one key to the next of the same program: faster than people type."""
MOST_TABS = 30
"""Tabs after which a field that was not reached is not there."""
BLOCK = 25
"""Keys of one turn while the wizard is busy."""
SETTLE = 0.3
"""Seconds that the wizard gets to go on with its work before its turn begins."""
LETTERS = "qzxjvkwyq" * 2
"""What is typed: rare in a row, so that no other text on the screen is taken for it."""
LEAD = 3
"""Letters typed before the first that counts."""
F2, F3, F4, F5, ESCAPE, TAB, BACK_TAB, CLEAR = (
    "\x1bOQ",
    "\x1bOR",
    "\x1bOS",
    "\x1b[15~",
    "\x1b",
    "\t",
    "\x1b[Z",
    "\x15",
)


@dataclass(slots=True)
class Typist:
    """Types into the field that has the focus, and notes how long each letter took to be seen."""

    terminal: Terminal
    pace: float = PACE
    typed: str = ""
    seconds: list[float] = field(default_factory=list)

    def key(self) -> None:
        """One letter; after a few the field is emptied and begun again."""
        if not self.typed or len(self.typed) == len(LETTERS):
            self.terminal.press(CLEAR)
            self.terminal.rest(0.05)
            self.typed = LETTERS[:LEAD]
            self.terminal.press(self.typed)
            self.terminal.rest(0.05)
        self.typed = LETTERS[: len(self.typed) + 1]
        pressed = self.terminal.press(self.typed[-1])
        self.seconds.append(self.terminal.until(self.typed[-LEAD - 1 :]) - pressed)
        self.terminal.rest(self.pace - (time.perf_counter() - pressed))


@dataclass(slots=True)
class Hopper:
    """Goes to and fro between two fields, and notes how long each took to show that it has the focus."""

    terminal: Terminal
    here: re.Pattern[bytes]
    there: re.Pattern[bytes]
    away: bool = False
    seconds: list[float] = field(default_factory=list)

    def key(self) -> None:
        """Tab, or back."""
        self.away = not self.away
        pressed = self.terminal.press(TAB if self.away else BACK_TAB)
        self.seconds.append(self.terminal.until_bytes(self.there if self.away else self.here) - pressed)
        self.terminal.rest(PACE / 2 - (time.perf_counter() - pressed))


Steps = tuple[tuple[str, str], ...]
"""Keys, and the text that shows where they led."""
ACCOUNT, PROJECT, SERVICES = "Sign-in and account", "Project and environment", "Services and ports"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the wizard: the way from the account page to it and back, the label of one of its text
    fields, and the label of the field that Tab goes to from there.
    """

    name: str
    there: Steps
    back: Steps
    here: str
    next: str


FORMS = (
    Form("account page", ((F3, PROJECT), (F2, ACCOUNT)), (), "Profile", "Account number"),
    Form("project page", ((F3, PROJECT),), ((F2, ACCOUNT),), "Magento Cloud project ID", "Plan"),
    Form(
        "service dialog",
        ((F3 * 4, SERVICES), ("\r", "Direction")),
        ((ESCAPE, SERVICES), (F2 * 4, ACCOUNT)),
        "Name",
        "Protocol",
    ),
)


def _under_cursor(placeholder: str) -> re.Pattern[bytes]:
    """A placeholder with the cursor on its first letter: the yardstick's field with the focus."""
    first, rest = placeholder[:1].encode(), placeholder[1:].encode()
    return re.compile(re.escape(first) + rb"(\x1b\[[0-9;]*m)+" + re.escape(rest))


def _bold(label: str) -> re.Pattern[bytes]:
    """A label in bold: the wizard's field with the focus."""
    return re.compile(rb"\x1b\[1;[0-9;]*m *" + re.escape(label.encode()))


def _play(terminal: Terminal, steps: Steps) -> None:
    for keys, awaited in steps:
        terminal.press(keys)
        terminal.until(awaited)
        terminal.rest(0.3)


def _open(terminal: Terminal, form: Form) -> None:
    """Go to a form from the account page, and with Tab to its field."""
    _play(terminal, form.there)
    for _ in range(MOST_TABS):
        terminal.press(TAB)
        with suppress(NotSeen):
            terminal.until_bytes(_bold(form.here), 0.4)
            terminal.rest(0.1)
            return
    raise NotSeen(f"no field {form.here} on the {form.name}")


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
        wizard.rest(3.0)  # it goes on to read the network
        for form in FORMS:
            least, ours = Typist(one, PACE / 2), Typist(wizard, PACE / 2)
            hop = Hopper(two, _under_cursor("first"), _under_cursor("second"))
            hops = Hopper(wizard, _bold(form.here), _bold(form.next))
            _open(wizard, form)
            _in_turn(KEYS, least.key, ours.key)
            _in_turn(TABS, hop.key, hops.key)
            _play(wizard, form.back)
            yield _row(f"key → repaint, {form.name}", ours.seconds, least.seconds, limits=(2.0, 3.0))
            yield _row(f"Tab → repaint, {form.name}", hops.seconds, hop.seconds)
        yield from _busy(one, wizard)


def _busy(one: Terminal, wizard: Terminal) -> Iterator[Figure]:
    """The same keys while a set-up is under way and the cloud is polled, which stand still in the yardstick's
    turns.
    """
    _provision(wizard)
    for form in FORMS:
        least, ours = Typist(one), Typist(wizard)
        _open(wizard, form)
        for _ in range(KEYS // BLOCK):
            with wizard.held():
                _in_turn(BLOCK // 2, least.key)
            wizard.rest(SETTLE)
            _in_turn(BLOCK, ours.key)
        _play(wizard, form.back)
        yield _row(f"key → repaint, {form.name}, busy", ours.seconds, least.seconds, limits=(2.0, 3.0))


def _provision(wizard: Terminal) -> None:
    """Begin the set-up on "Your side", let the polls run, and go back to the account page."""
    _play(
        wizard,
        (
            (F3 * 6, "nothing is changed before"),
            (F4, "changes in account"),
            ("\r", "making the changes"),
            (F5 + F2 * 6, ACCOUNT),
        ),
    )

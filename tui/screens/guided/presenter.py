"""The presenter's rail on the screen: what happens and why, who acts, what to ask, what it is in the account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button

from core.walkthrough.rail import Rail
from tui.keys import keys_of, shown
from tui.text import block, end, fit
from tui.widgets.buttons import relabel
from tui.widgets.drawn import Drawn, Lines
from tui.widgets.durations import clock, day

_LEAD = 8
"""Cells of what leads a paragraph."""
TALL = 30
"""Lines of a screen that has room for everything at once."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What the rail shows. ``runs``: the virtual clock runs; ``back``: there is a checkpoint to look back at."""

    rail: Rail
    problem: str = ""
    ended: bool = False
    runs: bool = False
    back: bool = False


def lines(shown: Presented, width: int, *, tall: bool, forward: str) -> Lines:
    """The rail at ``width`` cells. Where there is no room for all of it: before it happens what and why, then what
    to ask and what it is in the account. ``forward`` is the key that goes on.
    """
    drawn = [_head(shown, width)]
    for lead, text in _paragraphs(shown, tall):
        drawn += hung(lead, text, width)
    drawn.append(fit(_state(shown, forward), width))
    return drawn


def _head(shown: Presented, width: int) -> Content:
    rail = shown.rail
    who = f"{rail.number}/{rail.of}  {rail.actor}: "
    runs = "runs, 7 days a minute" if shown.runs else "virtual clock"
    when = f"{day(rail.at, rail.at.tzinfo)} {clock(rail.at, rail.at.tzinfo)}, {runs}"
    left = Content.assemble((who, "bold $text-accent"), (end(rail.title, width), "bold"))
    return fit(left, width - len(when) - 1) + Content.styled(f" {when}", "$text-muted")


def _paragraphs(shown: Presented, tall: bool) -> Iterator[tuple[str, str]]:
    rail = shown.rail
    early = rail.phase in ("to-do", "under-way", "failed")
    if tall or early:
        yield "Now", rail.now
        yield "Why", rail.why
    if tall or not early:
        yield "Ask", rail.ask
        yield "Account", rail.maps


def hung(lead: str, text: str, width: int, room: int = _LEAD) -> Lines:
    """A paragraph at ``width`` cells, beside what leads it in the first ``room`` of them."""
    folded = block(text).wrap(max(width - room, 1)) or [Content("")]
    first = Content.styled(f"{lead:<{room}}", "bold $text-primary")
    return [first + folded[0].rstrip(), *(Content(" " * room) + one.rstrip() for one in folded[1:])]


def _state(shown: Presented, forward: str) -> Content:
    rail = shown.rail
    if rail.phase == "past":
        return Content.styled(
            f"◂ LOOKING BACK: as it was then, nothing can be changed. {forward} goes on.",
            "bold $text-warning",
        )
    if rail.phase == "failed":
        return Content.assemble(
            ("✗ ", "$text-error"), block(f"{shown.problem}. {forward} tries again.", "$text-error")
        )
    if rail.phase == "under-way":
        return Content.styled("… it happens now", "$text-secondary")
    if rail.phase == "to-do":
        own = "; or do it yourself on the page" if rail.who == "customer" else ""
        return Content.assemble(("▸ ", "$text-accent"), f"{forward} lets it happen{own}.")
    if shown.ended:
        return Content.styled(
            f"✓ done: this is the end. {forward} sums it up, F10 leaves.", "bold $text-success"
        )
    return Content.assemble(("✓ ", "$text-success"), f"done. {forward} goes to the next checkpoint.")


class Words(Drawn):
    """The rail's text."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Presented | None = None

    def show(self, presented: Presented) -> None:
        """Show this instead."""
        if presented != self._shown:
            before = self.present()
            self._shown = presented
            self.redraw(before)

    def draw(self, width: int) -> Lines:
        """The lines."""
        if self._shown is None:
            return []
        tall = self.app.size.height >= TALL
        return lines(self._shown, width, tall=tall, forward=shown(keys_of(self.app)["forward"]))


class Presenter(Vertical):
    """The rail: its words, and its three buttons."""

    DEFAULT_CSS = """
    Presenter {
        height: auto;
        border-top: solid $border-blurred;
        padding: 0 1;
        background: $panel;
        & > Horizontal { height: 1; }
        & Button { margin-right: 1; min-width: 8; background: $foreground 14%; }
        & #forward { background: $primary; }
    }
    """

    def compose(self) -> ComposeResult:
        """Words, then buttons."""
        keys = keys_of(self.app)
        yield Words()
        with Horizontal():
            yield Button(f"Go on ({shown(keys['forward'])})", id="forward", compact=True)
            yield Button(f"Look back ({shown(keys['review'])})", id="review", compact=True, disabled=True)
            yield Button(f"The others … ({shown(keys['others'])})", id="others", compact=True)

    def show(self, presented: Presented) -> None:
        """Show this instead."""
        self.query_one(Words).show(presented)
        key = shown(keys_of(self.app)["forward"])
        rail = presented.rail
        self.query_one("#review", Button).disabled = not presented.back
        forward = self.query_one("#forward", Button)
        forward.disabled = rail.phase == "under-way"
        sums_up = presented.ended and rail.phase == "over"
        does = {"to-do": "Let it happen", "failed": "Try again"}.get(rail.phase, "Go on")
        relabel(forward, f"{'Sum it up' if sums_up else does} ({key})")

"""The connections as chains, two lines each: what the picture becomes where there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from tui.text import fit
from tui.widgets.drawn import Lines
from tui.widgets.state import RESOURCES, STEPS, Look, look


@dataclass(frozen=True, slots=True)
class Link:
    """A node of the chain, and the state of the link that leads to it (empty: nothing to tell). ``word`` replaces
    the state's own.
    """

    title: str
    state: str = ""
    link: str = ""
    crosses: bool = False
    """Whether the link to it is the one between the two companies."""
    word: str = ""


def _look(state: str) -> Look:
    return STEPS[state] if state in STEPS and state not in RESOURCES else look(RESOURCES, state)


def _arrow(one: Link) -> tuple[str, str]:
    if not one.crosses:
        return " ─▸ ", "$text-muted"
    if not one.link:
        return " ╌╌▸ ", "$text-muted"
    shown = _look(one.link)
    stroke = {"good": "━━", "bad": "╌╌", "idle": "╌╌"}.get(shown.tone, "──")
    return f" {stroke}▸ ", shown.style


def chain_lines(title: str, nodes: Sequence[Link], width: int) -> Lines:
    """A chain at ``width`` cells: its title, the nodes with arrows, and the state of each beneath it."""
    above, below = Content(" "), Content(" ")
    for at, one in enumerate(nodes):
        if at:
            above += Content.styled(*_arrow(one))
        below += Content(" " * max(above.cell_length - below.cell_length, 0))
        above += Content.styled(one.title, "bold")
        if one.state:
            shown = _look(one.state)
            below += Content.styled(f"{shown.symbol} {one.word or shown.brief}", shown.style)
        above += Content(" " * max(below.cell_length - above.cell_length, 0))
    return [Content.styled(title, "$text-muted"), fit(above, width), fit(below, width)]

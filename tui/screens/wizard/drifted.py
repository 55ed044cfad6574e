"""What somebody changed behind this program's back, as sentences on a page."""

from __future__ import annotations

from core.text import visible
from core.workflow.model import Drift
from tui.screens.says import Said
from tui.widgets.state import SEVERITIES, look
from tui.words import Words, short_id

MOST = 2
"""Sentences that a page has room for; the rest is a number."""


def sentence(one: Drift, words: Words) -> str:
    """What it is, how it is, how it was."""
    return f"{words.kind(one.kind)} {short_id(one.id)} is {one.now}; it was {one.was}."


def drifted(found: tuple[Drift, ...], words: Words) -> tuple[Said, ...]:
    """The first of what has drifted, loudly, and how many more there are."""
    shown = look(SEVERITIES, "warning")
    said = [
        Said(f"drift: {visible(sentence(one, words))}", shown.style, shown.symbol) for one in found[:MOST]
    ]
    if len(found) > MOST:
        said.append(Said(f"and {len(found) - MOST} more: privatelink drift tells all", shown.style))
    return tuple(said)

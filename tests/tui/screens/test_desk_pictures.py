"""The CTA's desk in every state, as pictures: 80×24 and 120×36."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.screens.desk_stage import MODELS, DeskStage
from tests.tui.screens.stage import rest
from tests.tui.screens.test_pictures import size_of_terminal

Snap = Callable[..., bool]


def pressing(*keys: str) -> Callable[[Pilot[Any]], Any]:
    async def run(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press(*keys)
        await rest(pilot)

    return run


@pytest.mark.parametrize("name", ["reading", "empty", "failed"])
def test_desk(snap_compare: Snap, name: str) -> None:
    assert snap_compare(DeskStage(MODELS[name]), terminal_size=(80, 24), run_before=rest)


@size_of_terminal
def test_late(snap_compare: Snap, size: tuple[int, int]) -> None:
    """The late one on top, with what to write because it is late."""
    assert snap_compare(DeskStage(MODELS["five"]), terminal_size=size, run_before=rest)


@size_of_terminal
def test_to_ask(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(DeskStage(MODELS["five"]), terminal_size=size, run_before=pressing("end"))


def test_ticket(snap_compare: Snap) -> None:
    assert snap_compare(DeskStage(MODELS["five"]), terminal_size=(80, 24), run_before=pressing("j", "3"))


def test_state(snap_compare: Snap) -> None:
    assert snap_compare(DeskStage(MODELS["five"]), terminal_size=(80, 24), run_before=pressing("1"))


def test_open(snap_compare: Snap) -> None:
    assert snap_compare(DeskStage(MODELS["five"]), terminal_size=(80, 24), run_before=pressing("o"))

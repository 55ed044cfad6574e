"""The audit's screen in every state, as pictures: 80×24 and 120×36."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.screens.audit_stage import MODELS, AuditStage
from tests.tui.screens.stage import rest
from tests.tui.screens.test_pictures import size_of_terminal
from tui.screens.audit.lists import ResourceTree

Snap = Callable[..., bool]


LARGE = ("start", "refused", "findings", "several")
"""States that look otherwise where there is room."""


@pytest.mark.parametrize(
    ("name", "size"),
    [*((name, (80, 24)) for name in MODELS), *((name, (120, 36)) for name in LARGE)],
    ids=[*(f"{name}-small" for name in MODELS), *(f"{name}-large" for name in LARGE)],
)
def test_audit(snap_compare: Snap, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(AuditStage(MODELS[name]), terminal_size=size, run_before=rest)


@size_of_terminal
def test_searched(snap_compare: Snap, size: tuple[int, int]) -> None:
    async def search(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press("2", "slash", *"endpoint")
        await rest(pilot)

    assert snap_compare(AuditStage(MODELS["findings"]), terminal_size=size, run_before=search)


@size_of_terminal
def test_hidden(snap_compare: Snap, size: tuple[int, int]) -> None:
    async def point(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        tree = pilot.app.screen.query_one(ResourceTree)
        tree.point(tree.items[1].key)
        await rest(pilot)

    assert snap_compare(AuditStage(MODELS["hidden"]), terminal_size=size, run_before=point)


def test_save(snap_compare: Snap) -> None:
    async def save(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press("s")
        await rest(pilot)

    assert snap_compare(AuditStage(MODELS["findings"]), terminal_size=(80, 24), run_before=save)

"""Every screen in every state, as pictures: 80×24 and 120×36. The models are made up, the core is real."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tui.screens.stage import Stage, ready
from tests.tui.screens.states import STATES

Snap = Callable[..., bool]
SIZES = {"small": (80, 24), "large": (120, 36)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", STATES)
def test_page(snap_compare: Snap, name: str, size: str) -> None:
    state = STATES[name]
    assert snap_compare(Stage(state), terminal_size=SIZES[size], run_before=ready(state))

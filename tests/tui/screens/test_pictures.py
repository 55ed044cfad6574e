"""Every screen in every state, as pictures: 80×24 and 120×36. The models are made up, the core is real.

Look at each picture before you commit it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from core.journal.errors import JournalError
from tests.tui.screens.stage import Lobby, Stage, ready, rest
from tests.tui.screens.states import LISTS, STATES, State
from tests.tui.screens.states_azure import AZURE_STATES
from tui.themes import COLOR_BLIND, DARK, HIGH_CONTRAST, LIGHT
from tui.widgets.dialog import ConfirmDialog, ErrorDialog

Snap = Callable[..., bool]
SIZES = {"small": (80, 24), "large": (120, 36)}
size_of_terminal = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


@size_of_terminal
@pytest.mark.parametrize("name", STATES)
def test_page(snap_compare: Snap, name: str, size: tuple[int, int]) -> None:
    state = STATES[name]
    assert snap_compare(Stage(state), terminal_size=size, run_before=ready(state))


@size_of_terminal
@pytest.mark.parametrize("name", AZURE_STATES)
def test_azure_page(snap_compare: Snap, name: str, size: tuple[int, int]) -> None:
    """Every screen that says something else on Azure."""
    state = AZURE_STATES[name]
    assert snap_compare(Stage(state), terminal_size=size, run_before=ready(state))


@size_of_terminal
@pytest.mark.parametrize("name", LISTS)
def test_home(snap_compare: Snap, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(Lobby(LISTS[name]), terminal_size=size, run_before=rest)


HELP = {"home": None, "setup": STATES["setup-plan"]}


@size_of_terminal
@pytest.mark.parametrize("topic", HELP)
def test_help(snap_compare: Snap, topic: str, size: tuple[int, int]) -> None:
    state = HELP[topic]
    app = Lobby(LISTS["several"]) if state is None else Stage(state)

    async def asked(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press("f1")
        await rest(pilot)

    assert snap_compare(app, terminal_size=size, run_before=asked)


@size_of_terminal
def test_palette(snap_compare: Snap, size: tuple[int, int]) -> None:
    async def opened(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press("ctrl+p")
        await pilot.app.workers.wait_for_complete()
        await rest(pilot)

    assert snap_compare(Stage(STATES["setup-plan"]), terminal_size=size, run_before=opened)


WAYS = {
    "light": LIGHT,
    "high-contrast": HIGH_CONTRAST,
    "color-blind": COLOR_BLIND,
    "no-color": DARK,
    "ascii": DARK,
}
SHOWN: dict[str, State | None] = {
    "home": None,
    "setup": STATES["setup-failed"],
    "progress": STATES["progress-problem"],
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SHOWN)
def test_other_colors(
    snap_compare: Snap, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, way: str
) -> None:
    if way == "no-color":
        monkeypatch.setenv("NO_COLOR", "")
    if way == "ascii":
        monkeypatch.setenv("LC_ALL", "C")
    state = SHOWN[name]
    app = Lobby(LISTS["several"], WAYS[way]) if state is None else Stage(state, WAYS[way])
    assert snap_compare(app, terminal_size=(80, 24), run_before=rest)


@size_of_terminal
def test_recover(snap_compare: Snap, size: tuple[int, int]) -> None:
    """The question before a damaged journal is set aside."""

    async def asked(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press("end", "enter")
        await rest(pilot)
        assert isinstance(pilot.app.screen, ConfirmDialog)

    assert snap_compare(Lobby(LISTS["several"]), terminal_size=size, run_before=asked)


@size_of_terminal
def test_answers_that_cannot_be_kept(snap_compare: Snap, size: tuple[int, int]) -> None:
    """Quitting while the disk is full: told, and a second time quits."""

    async def refused(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        assert isinstance(pilot.app, Stage)
        pilot.app.stand_in.faults["close"] = JournalError(
            "disk-full", "the disk is full: nothing more can be written down", "Make room, then go on."
        )
        await pilot.press("f10")
        await pilot.app.workers.wait_for_complete()
        await rest(pilot)
        assert isinstance(pilot.app.screen, ErrorDialog)

    assert snap_compare(Stage(STATES["project-filled"]), terminal_size=size, run_before=refused)


@size_of_terminal
@pytest.mark.parametrize("word", ["Principal", "port-ssh"])
def test_glossary(snap_compare: Snap, word: str, size: tuple[int, int]) -> None:
    async def opened(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.app.run_action(f"glossary({word!r})")
        await pilot.app.workers.wait_for_complete()
        await rest(pilot)

    assert snap_compare(Lobby(LISTS["several"]), terminal_size=size, run_before=opened)


@size_of_terminal
def test_help_of_a_field(snap_compare: Snap, size: tuple[int, int]) -> None:
    async def asked(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press("f1")
        await rest(pilot)

    assert snap_compare(Stage(STATES["account-signed-in"]), terminal_size=size, run_before=asked)

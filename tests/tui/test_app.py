"""The app around the screens: what keys in one breath lead to, and how it says that it can be ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button

from core.journal import store
from tui.app import PrivateLink
from tui.messages import NewEnablement, OpenAudit, OpenDesk, OpenLesson
from tui.screens.audit import AuditScreen
from tui.screens.desk import DeskScreen
from tui.screens.guided.lessons import LessonDialog
from tui.screens.home import Home
from tui.screens.wizard import Wizard

LEADS = {
    NewEnablement: Wizard,
    OpenAudit: AuditScreen,
    OpenDesk: DeskScreen,
    OpenLesson: LessonDialog,
}


@pytest.fixture
def app(tmp_path: Path) -> PrivateLink:
    one = PrivateLink(tmp_path / "home")
    one.animation_level = "none"
    return one


def pairs() -> Iterator[tuple[type[Message], type[Message]]]:
    yield from permutations(LEADS, 2)
    yield NewEnablement, NewEnablement


@pytest.mark.parametrize(("first", "second"), pairs(), ids=lambda one: one.__name__)
async def test_of_two_keys_in_one_breath_the_first_decides(
    app: PrivateLink, first: type[Message], second: type[Message]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.post_message(first())
        app.post_message(second())
        for _ in range(3):
            await app.workers.wait_for_complete()
            await pilot.pause()
        assert [type(one) for one in app.screen_stack[1:]] == [Home, LEADS[first]]
    assert len(store.names(app.home)) <= 1


async def test_a_page_is_turned_only_while_the_wizard_stands(app: PrivateLink) -> None:
    """Keys go on while it is opened and while it is left, and these may come in between."""
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session = app._new_session(None)
        coming = Wizard(session)
        first = coming.key
        await coming.action_turn(1)
        coming.action_main()
        assert coming.key == first
        await app.push_screen(coming)
        turning = asyncio.create_task(coming.action_turn(1))
        await asyncio.sleep(0)
        await app.pop_screen()
        await asyncio.wait_for(turning, 10)
        await coming.action_turn(1)
        assert isinstance(app.screen, Home)
        session.close()


async def test_a_wizard_that_is_left_does_not_wait_for_its_page(app: PrivateLink) -> None:
    """Where the page is not there whole, its turn waits in the wizard, and leaving waits for the wizard."""
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session = app._new_session(None)
        wizard = Wizard(session)
        await app.push_screen(wizard)
        await pilot.pause()
        wizard.page._is_mounted = False
        wizard.query_one("#next", Button).press()
        await asyncio.sleep(0.1)
        await asyncio.wait_for(app.pop_screen(), 10)
        session.close()


async def test_a_button_that_was_pressed_as_its_page_was_left_does_nothing(app: PrivateLink) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.begin()
        for _ in range(3):
            await app.workers.wait_for_complete()
            await pilot.pause()
        assert isinstance(app.screen, Wizard)
        left = next(iter(app.screen._buttons.values()))
        await app.screen.go("project")
        await pilot.pause()
        app.screen._acted(Button.Pressed(left))
        assert not hasattr(app.screen.page, f"do_{left.name}")


@pytest.mark.parametrize(("words", "leads"), [("NewEnab", Wizard), ("Audit", AuditScreen)])
async def test_the_palette_leads_from_home_too(
    app: PrivateLink, words: str, leads: type[Screen[None]]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+p")
        await pilot.pause(0.3)
        await pilot.press(*words)
        await pilot.pause(0.3)
        await pilot.press("enter")
        for _ in range(3):
            await pilot.pause(0.2)
            await app.workers.wait_for_complete()
        assert isinstance(app.screen, leads)


async def test_ctrl_c_says_how_to_end_it(app: PrivateLink, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(app, "notify", lambda message, **_rest: said.append(message))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert said == ["F10 quits; nothing is lost."]

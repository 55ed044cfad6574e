"""The app around the screens: what keys in one breath lead to, and how it says that it can be ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from textual import events
from textual.message import Message

from core.journal import store
from tui.app import PrivateLink
from tui.messages import NewEnablement, OpenAudit, OpenDesk, OpenLesson
from tui.screens.audit import AuditScreen
from tui.screens.desk import DeskScreen
from tui.screens.guided.lessons import LessonDialog
from tui.screens.home import Home
from tui.screens.wizard import Wizard
from tui.widgets.dialog import ErrorDialog

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


@pytest.mark.parametrize(
    "key", ["f1", "f2", "f3", "f4", "f5", "f7", "f8", "f9", "escape", "ctrl+p", "pagedown"]
)
async def test_a_key_that_comes_before_the_wizard_is_there_is_no_fault(app: PrivateLink, key: str) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.begin()
        while not isinstance(app.screen, Wizard):
            await asyncio.sleep(0)
        wizard = app.screen
        assert not wizard.is_mounted
        await app.on_event(events.Key(key, None))
        for _ in range(3):
            await app.workers.wait_for_complete()
            await pilot.pause()
        assert wizard in app.screen_stack or isinstance(app.screen, Home)
        assert app.return_code is None
        assert not any(isinstance(one, ErrorDialog) for one in app.screen_stack)


async def test_ctrl_c_says_how_to_end_it(app: PrivateLink) -> None:
    said: list[str] = []
    app.notify = lambda message, **_rest: said.append(message)  # type: ignore[method-assign]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert said == ["F10 quits; nothing is lost."]

"""Every button of every screen at 80x24: a click at its place does something that is seen, or asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button

from tests.tui.screens.audit_stage import MODELS, AuditStage
from tests.tui.screens.desk_stage import MODELS as DESKS
from tests.tui.screens.desk_stage import DeskStage
from tests.tui.screens.stage import Lobby, Stage, settle
from tests.tui.screens.states import LISTS, STATES
from tests.tui.screens.test_guided import GuidedStage, walk_to
from tests.tui.screens.test_pilot import BUTTONS, DIALOGS, FIRST, turn
from tests.tui.screens.test_reach import LEAVE, OVER_HOME, PRESSED, SMALL, rest
from tui.app import PrivateLink
from tui.keys import DEFAULTS
from tui.screens.guided import GuidedWizard
from tui.widgets.key_bar import KeyBar

pytestmark = pytest.mark.whole

RICH = {STATES[name].page: name for name in (*FIRST, *(row[0] for row in (*BUTTONS, *DIALOGS)))}
"""A state of each page in which much can be pressed."""
TURNS = ("back", "next")
Again = Callable[[], Awaitable[None]]


def text(app: PrivateLink) -> str:
    """What the screen shows, without its colors: how a button looks while it is pressed is no answer."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips(app.size))


def seen(app: PrivateLink) -> tuple[object, ...]:
    """All that an action can change."""
    calls = [*getattr(getattr(app, "stand_in", None), "calls", ())]
    asked = [*getattr(app, "begun", ()), *getattr(app, "opened", ())]
    notices = [one.message for one in app._notifications]
    return tuple(app.screen_stack), text(app), app.clipboard, notices, app.return_value, calls, asked


async def every_button_acts(
    app: PrivateLink, pilot: Pilot[Any], name: str, again: Again, known: Collection[str | None] = ()
) -> int:
    """Click each that can be pressed, but those whose ids are ``known``; ``again`` brings the state back. Returns how
    many there were.
    """
    await again()
    places = [
        place
        for place, one in enumerate(app.screen.query(Button))
        if one.display and not one.disabled and one.id not in known
    ]
    for place in places:
        button = list(app.screen.query(Button))[place]
        button.active_effect_duration = 0  # a button that still looks pressed takes no second click
        app.copy_to_clipboard("")
        app.clear_notifications()
        stack = tuple(app.screen_stack)
        before = seen(app)
        assert await pilot.click(button), f"{name}: {button} is covered"
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        after = seen(app)
        assert after != before, f"{name}: {button} does nothing"
        if after[:2] != before[:2]:
            while len(app.screen_stack) > len(stack):
                app.pop_screen()
                await settle(pilot)
            await again()
    return len(places)


@pytest.mark.parametrize(
    "names", [tuple(RICH.values()), pytest.param(tuple(STATES), marks=pytest.mark.slow)], ids=["some", "all"]
)
async def test_on_every_page_of_the_wizard(names: tuple[str, ...]) -> None:
    app = Stage(STATES["account-fresh"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        pressed = 0
        for name in names:

            async def again(name: str = name) -> None:
                await turn(app, pilot, name)

            # What turns the page is the same on every page.
            known = TURNS if name != names[1] else ()
            pressed += await every_button_acts(app, pilot, name, again, known)
        assert pressed >= 2 * len(RICH)


async def test_in_a_walkthrough() -> None:
    app = GuidedStage("ticket-complete", "file", "to-do")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert await every_button_acts(app, pilot, "guided", lambda: walk_again(app, pilot)) >= 6


async def walk_again(app: GuidedStage, pilot: Pilot[Any]) -> None:
    """The walk where it stood, its page as it was."""
    walk = walk_to("file", "to-do", app)
    app.walk = walk
    screen = app.screen
    assert isinstance(screen, GuidedWizard)
    screen.walk, screen.session, screen.key = walk, screen.live, ""
    await screen.go(walk.page)
    screen.show(screen.live.model)
    await settle(pilot)


@pytest.mark.parametrize(
    "names",
    [("lesson", "framed"), pytest.param(tuple(OVER_HOME), marks=pytest.mark.slow)],
    ids=["some", "all"],
)
async def test_on_home_and_over_it(names: tuple[str, ...]) -> None:
    app = Lobby(LISTS["several"])
    async with app.run_test(size=SMALL) as pilot:
        await rest(app, pilot)
        assert await every_button_acts(app, pilot, "home", pilot.pause) == 6
        for name in names:

            async def again(make: Callable[[], Screen[Any]] = OVER_HOME[name]) -> None:
                while len(app.screen_stack) > 2:
                    app.pop_screen()
                app.push_screen(make())
                await rest(app, pilot)

            await every_button_acts(app, pilot, name, again)


@pytest.mark.slow
async def test_on_the_desk() -> None:
    app = DeskStage(DESKS["five"])
    async with app.run_test(size=SMALL) as pilot:
        await rest(app, pilot)
        assert await every_button_acts(app, pilot, "desk", pilot.pause) >= 5


@pytest.mark.slow
async def test_in_the_audit() -> None:
    app = AuditStage(MODELS["findings"])
    async with app.run_test(size=SMALL) as pilot:
        await rest(app, pilot)
        assert await every_button_acts(app, pilot, "audit", pilot.pause) >= 3


@pytest.mark.parametrize("back", [False, True], ids=["now", "looking-back"])
async def test_every_key_of_the_bottom_line_works_in_a_walkthrough(back: bool) -> None:
    """Also while it is looked back: what can't be done then is not shown either."""
    app = GuidedStage("ticket-complete", "file", "to-do")
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        if back:
            await pilot.press("ctrl+r")
            await settle(pilot)
        wizard = app.screen
        keys = [name for name, _ in wizard.query_one(KeyBar).keys]
        assert ({"main", "look"} & set(keys) == set()) is back
        for key in sorted(keys, key=lambda one: one in LEAVE):
            before = seen(app)
            await pilot.press(PRESSED.get(key, DEFAULTS.get(key, key)))
            await pilot.pause()
            await pilot.pause()
            assert seen(app) != before, key
            while key not in LEAVE and app.screen is not wizard:
                app.pop_screen()
                await settle(pilot)

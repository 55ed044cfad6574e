"""The wizard with the presenter's rail: pictures of its states, and a whole walkthrough by its keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Button

from core.request.model import ConnectionType, Platform
from core.request.offer import Offer
from core.walkthrough import scenario
from core.walkthrough.clock import PaceName, VirtualClock
from core.walkthrough.rail import Phase, rail
from core.walkthrough.shape import Shape
from tests.tui.near import near
from tests.tui.screens.stage import Lobby, Stage, StandIn, rest
from tests.tui.screens.states import LISTS, STATES
from tui.guide import Guide
from tui.own_request import shape_at
from tui.screens.guided import GuidedWizard
from tui.screens.guided.framed import FramedDialog
from tui.screens.guided.lessons import LessonDialog, LessonList, lessons
from tui.screens.guided.others import OthersDialog
from tui.screens.guided.presenter import Presented, lines
from tui.walk import Kept, Walk, moment_of
from tui.widgets.drawn import Drawn
from tui.widgets.field import Field
from tui.words import words_of

Snap = Callable[..., bool]
SIZES = {"small": (80, 24), "large": (120, 36)}
BOTH = scenario.load("bidirectional")


def walk_to(act: str, phase: Phase, app: Stage) -> Walk:
    """A walk that stands at an act."""
    clock = VirtualClock(app.state.model.now, lambda: 0.0)
    walk = Walk(BOTH, app.stand_in, clock, "step", lambda: 0.0)  # type: ignore[arg-type]  # it has the intents of one
    walk.index = next(n for n, one in enumerate(BOTH.checkpoint) if one.act == act)
    walk.phase = phase
    for index in range(walk.index + (phase == "over")):
        moment = moment_of(app.state.model)
        walk.kept.append(Kept(rail(BOTH, index, moment, "past", words_of("aws").fill), app.state.model))
    return walk


class GuidedStage(Stage):
    """The stage with a presenter."""

    def __init__(self, state: str, act: str, phase: Phase) -> None:
        super().__init__(STATES[state])
        self.walk = walk_to(act, phase, self)

    def on_mount(self, event: events.Mount) -> None:
        event.prevent_default()
        self.session = self.stand_in  # type: ignore[assignment]  # it has the intents of one
        self.push_screen(GuidedWizard(self.walk.session, self.walk))


SHOWN: dict[str, tuple[str, str, Phase, tuple[str, ...]]] = {
    "to-do": ("ticket-complete", "send", "to-do", ()),
    "over": ("progress-waiting", "approve", "over", ()),
    "opening": ("account-signed-in", "sign-in", "to-do", ()),
    "closing": ("verify-all", "prove-back", "over", ("ctrl+g",)),
    "past": ("ticket-complete", "file", "to-do", ("ctrl+r",)),
    "others": ("ticket-complete", "file", "to-do", ("ctrl+t",)),
}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", SHOWN)
def test_picture(snap_compare: Snap, name: str, size: tuple[int, int]) -> None:
    state, act, phase, press = SHOWN[name]

    async def ready(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press(*press)
        await rest(pilot)

    assert snap_compare(GuidedStage(state, act, phase), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("tall", [False, True])
def test_the_rail_leaves_room_for_the_page(tall: bool) -> None:
    for name in scenario.names():
        one = scenario.load(name)
        for index in range(len(one.checkpoint)):
            for phase in get_args(Phase):
                told = rail(
                    one, index, moment_of(STATES["ticket-complete"].model), phase, words_of("azure").fill
                )
                drawn = lines(Presented(told), 78, tall=tall, forward="^G")
                assert len(drawn) <= (10 if tall else 6)
                assert all(one.cell_length <= 78 for one in drawn)


@pytest.mark.parametrize(("pace", "phase"), [("step", "over"), ("fast", "under-way")])
def test_what_is_done_already_takes_its_time_where_nobody_did_it(pace: PaceName, phase: Phase) -> None:
    model = STATES["ticket-sent"].model
    clock = VirtualClock(model.now, lambda: 0.0)
    session = StandIn(model, lambda: None)
    walk = Walk(BOTH, session, clock, pace, lambda: 0.0)  # type: ignore[arg-type]  # it has the intents of one
    walk.index = next(n for n, one in enumerate(BOTH.checkpoint) if one.act == "send")
    assert walk.tick()
    assert walk.phase == phase
    assert (clock() > model.now) == (phase == "under-way")


async def test_nothing_is_done_while_looking_back() -> None:
    app = GuidedStage("ticket-complete", "file", "to-do")
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        screen = app.screen
        assert isinstance(screen, GuidedWizard)
        await pilot.press("ctrl+r")
        await rest(pilot)
        assert screen.looks_back
        app.stand_in.calls.clear()
        await pilot.press("f4", "f5")
        await rest(pilot)
        assert app.stand_in.calls == []
        assert not screen.query("#actions Button")
        assert screen.page.disabled
        await pilot.click("#forward")
        await rest(pilot)
        assert not screen.looks_back
        assert screen.query("#actions Button")


async def test_a_lesson_is_chosen_on_home() -> None:
    """It begins once the app has ended: its folder and its cloud are others."""
    app = Lobby(LISTS["empty"])
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("l")
        await rest(pilot)
        assert isinstance(app.screen, LessonDialog)
        await pilot.press("j", "enter")
        await until(pilot, "end", lambda: app.return_value is not None)
    assert (app.return_value, app.lesson) == (0, lessons()[1])
    assert {one.name for one in lessons()} == set(scenario.names())
    assert lessons()[0].name == "unidirectional"


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_picture_of_the_lessons(snap_compare: Snap, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        await pilot.press("l")
        await rest(pilot)

    assert snap_compare(Lobby(LISTS["empty"]), terminal_size=size, run_before=ready)


async def test_a_lesson_in_the_shape_of_ones_own_request(tmp_path: Path) -> None:
    """What is wrong with the file is said beneath its field; a good one goes with the lesson."""
    mine = tmp_path / "mine.toml"
    app = Lobby(LISTS["empty"])
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.press("l")
        await rest(pilot)
        dialog = app.screen
        assert isinstance(dialog, LessonDialog)
        field = dialog.query_one(Field)
        field.focus()
        await rest(pilot)
        assert "▌" in dialog.query_one(LessonList).render_line(0).text, "which one would begin is still seen"
        field.fill(str(mine))
        for text, told in ((None, "No such file"), ("[cloud]", "project.id"), (REQUEST, "")):
            if text is not None:
                mine.write_text(text, encoding="utf-8")
            dialog.query_one("#yes", Button).active_effect_duration = 0  # else it takes no second click
            await rest(pilot)
            await pilot.click("#yes")
            if told:
                note = field.query_one(Drawn)
                await until(pilot, told, partial(says, note, told))
                assert app.screen is dialog
        await until(pilot, "end", lambda: app.return_value is not None)
    assert app.lesson is not None
    assert app.lesson.shape.request is not None
    assert app.lesson.shape.request.services[0].name == "Orders"


def says(note: Drawn, told: str) -> bool:
    """Whether the line beneath a field says it."""
    return told in " ".join(one.plain for one in note.draw(60))


REQUEST = """
[project]
id = "myshop1234567"
plan = "pro"
environment = "staging"
region = "US-3"
[cloud]
platform = "aws"
account = "111122223333"
region = "us-west-2"
network = "vpc-0123456789abcdef0"
[connection]
type = "unidirectional"
[[services]]
name = "Orders"
protocol = "HTTPS"
port = 443
direction = "to-magento"
"""


@pytest.mark.parametrize(
    ("cloud", "kind", "told"),
    [
        ("azure", "unidirectional", "for AWS, unidirectional"),
        ("aws", "bidirectional", "for AWS, unidirectional"),
    ],
)
def test_a_request_for_another_lesson_is_told(
    tmp_path: Path, cloud: Platform, kind: ConnectionType, told: str
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(REQUEST, encoding="utf-8")
    shape = shape_at(str(mine), Offer(), cloud, kind)
    assert isinstance(shape, str)
    assert told in shape
    other = shape_at(str(tmp_path), Offer(), "aws", "unidirectional")
    assert isinstance(other, Shape), "a folder with nothing else in it is taken for the file"


async def test_the_end_says_what_stands_and_leaves() -> None:
    """^G at the end is not a key that does nothing: it sums up, and from there the program is left or looked at."""
    app = GuidedStage("verify-all", "prove-back", "over")
    async with app.run_test(size=(80, 24)) as pilot:
        await rest(pilot)
        await pilot.click("#forward")
        await rest(pilot)
        assert isinstance(app.screen, FramedDialog)
        await pilot.press("ctrl+g")
        await rest(pilot)
        assert isinstance(app.screen, GuidedWizard)
        await pilot.press("ctrl+g")
        await rest(pilot)
        await pilot.click("#leave")
        await until(pilot, "end", lambda: app.return_value is not None)


async def until(pilot: Pilot[Any], what: str, there: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not there():
        walk = getattr(pilot.app, "walk", None)
        assert time.monotonic() < end, (what, walk and (walk.index, walk.phase), pilot.app.screen)
        await pilot.pause(0.02)


@pytest.mark.slow
async def test_a_walkthrough_by_its_keys(tmp_path: Path) -> None:
    """^G lets each checkpoint happen and goes on; a move that the scenario does not have is played by key."""
    with near("azure") as worker:
        one = scenario.load("unidirectional")
        app = Guide(tmp_path, one, "azure", "step", worker)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(
                pilot, "wizard", lambda: isinstance(app.screen, GuidedWizard) and app.walk is not None
            )
            walk = app.walk
            assert walk is not None
            await until(pilot, "opening", lambda: isinstance(app.screen, FramedDialog))
            await pilot.press("enter")
            await until(pilot, "begun", lambda: isinstance(app.screen, GuidedWizard))
            for number, checkpoint in enumerate(one.checkpoint):
                if checkpoint.act == "approve":
                    await pilot.press("ctrl+t")
                    await until(pilot, "moves", lambda: isinstance(app.screen, OthersDialog))
                    await pilot.press("j", "enter")
                else:
                    await pilot.press("ctrl+g")
                await until(pilot, checkpoint.act, lambda: walk.phase == "over" or walk.problem)
                assert (walk.index, walk.problem) == (number, "")
                if not walk.ended:
                    await pilot.press("ctrl+g")
                    await until(pilot, "next", lambda: walk.phase == "to-do")
            assert walk.session.model.timeline is not None
            assert walk.session.model.timeline.state == "verified"
            await pilot.press("ctrl+g")
            await until(pilot, "closing", lambda: isinstance(app.screen, FramedDialog))
            await pilot.press("ctrl+g")
            await until(pilot, "around", lambda: isinstance(app.screen, GuidedWizard))
            await pilot.press("ctrl+r")
            await until(pilot, "past", lambda: isinstance(app.screen, GuidedWizard) and app.screen.looks_back)
            assert walk.session.model.timeline.state == "verified"

"""Text that tries to be more than text, in every string of the model, through every page and dialog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import TextArea

from core.cloud import Message
from core.text import hidden
from tests import nasty, tally
from tests.nasty import obeyed, spoil, word
from tests.tui.screens import account as a
from tests.tui.screens import states as s
from tests.tui.screens.stage import Lobby, Stage, settle
from tests.tui.screens.states import LISTS, STATES, State
from tui.model import Failure, LogLine, Model
from tui.screens.home import EnablementList
from tui.screens.says import FailureBar
from tui.screens.wizard.pasted import clean
from tui.screens.wizard.route import PAGES
from tui.widgets.rows import RowList

MARK = "[b]Ω[/b]"
JOINERS = "\u200c\u200d"
"""They are part of how words are spelled, and stay in what a person types."""
TEXTS = {
    "markup": f"{MARK} [/] [@click=app.quit]q[/] [vpc-0a1] [bold {{}} $text-error",
    "unseen": "\x1b[31mred\x1b]8;;http://x\x07link\x9b1m\x07\x08\r\n\t\x7f\u202eevil\u2066\u200b\ufeff\U000e0041"
    + "日本語テキスト👩‍👩‍👧🇩🇪 e\u0301\u0302\u0303 ﷽ " * 3,
    # More lines than the largest screen has, and more cells.
    "long": "a\nb\r\nc\u2028d\x85e\x0bf\n" * 10 + "x" * 5_000,
}
texts = pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=id, marks=[pytest.mark.slow] * (id == "long")) for id, text in TEXTS.items()],
)
SIZES = {"small": (80, 24), "large": (120, 36)}


def odd_states(model: Model, text: str | Iterator[str]) -> Model:
    """The model with states of resources that nobody has heard of."""
    looked = model.observation
    assert looked is not None
    changed = {
        name: tuple(replace(one, state=word(text)) for one in getattr(looked, name))
        for name in ("load_balancers", "endpoint_services", "connections", "endpoints")
    }
    return replace(model, observation=replace(looked, **changed))


def hostile(text: str | Iterator[str]) -> Model:
    """An enablement in its midst, all of whose words are ``text``, or one text after the other."""
    base = s.both(
        s.ASKED,
        inventory=a.all_stands("available"),
        observation=s.LOOK_STRANGER,
        report=s.OUTSIDE,
        **s.LOOKS,
    )
    broken = STATES["setup-failed"].model
    base = replace(
        base,
        rehearsal=True,
        plan=broken.plan,
        executing=broken.executing,
        inbox=(Message("reply"),),
        reply=STATES["details-wrong-region"].model.reply,
        ticket=STATES["ticket-complete"].model.ticket,
        log=(LogLine(s.NOW, "log"),),
        failures={
            job: Failure("code", "message", "remedy", "detail")
            for job in ("connect", "collect", "plan", "file", "details", "look", "accept", "probe")
        },
    )
    spoiled = spoil(base, text)
    problems = tuple(
        replace(one, field=name)
        for one in spoil(STATES["services-problems"].model.problems[:1], text)
        for name in ("services.0.port", "project.id", "cloud.region", "cloud.network", word(text))
    )
    return odd_states(replace(spoiled, problems=problems, jobs=frozenset()), text)


def check(screen: Screen[Any], size: tuple[int, int]) -> str:
    """What the screen shows; nothing in it may be obeyed by a terminal, hidden from an eye, or markup."""
    width, height = size
    strips = screen._compositor.render_strips()
    assert len(strips) == height
    for strip in strips:
        assert strip.cell_length == width
        for segment in strip:
            assert segment.control is None
            assert obeyed(segment.text, but=JOINERS) == "", segment
            meta = segment.style.meta if segment.style else {}
            assert "quit" not in str(meta.get("@click", ""))
            assert not (segment.style and segment.style.link)
    shown = "\n".join(strip.text for strip in strips)
    for before in (shown[at - 3 : at] for at, one in enumerate(shown) if one == "Ω"):
        assert before.endswith("]") or not before.strip("\n │▌"), before
    return shown


async def look_at_every_page(model: Model, size: tuple[int, int]) -> list[str]:
    app = Stage(State("account", model))
    seen = []
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        for page in PAGES:
            await app.wizard.go(page.key)
            await settle(pilot)
            seen.append(check(app.screen, size))
    return seen


@pytest.mark.parametrize(
    "size",
    [pytest.param(size, id=id, marks=[pytest.mark.slow] * (id == "large")) for id, size in SIZES.items()],
)
@texts
async def test_every_page_shows_it_as_text(text: str, size: tuple[int, int]) -> None:
    seen = await look_at_every_page(hostile(text), size)
    if text == TEXTS["markup"]:
        # Every page shows something of the model, at the least in the top bar; most have room for all of it.
        assert sum(MARK in one for one in seen) > len(PAGES) / 2


DIALOGS = (
    ("services", "do_edit"),
    ("setup", "do_tool"),
    ("setup", "do_code"),
    ("setup", "do_self"),
    ("doctor", "do_run"),
    ("accept", "do_reject"),
    ("done", "do_undo"),
)


@pytest.mark.whole
@texts
async def test_every_dialog_and_toast_shows_it_as_text(text: str) -> None:
    await look_at_every_dialog(hostile(text))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, len(nasty.TEXTS), 7))
async def test_every_trick_is_text_in_every_field(start: int) -> None:
    """Each field has another trick, and with each start another one."""
    await look_at_every_page(hostile(nasty.rotated(start)), SIZES["small"])
    await look_at_every_dialog(hostile(nasty.rotated(start)))
    tally.add("inputs fuzzed", len(nasty.TEXTS))


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(given=st.lists(nasty.texts(), min_size=7, max_size=60))
async def test_any_text_is_text_in_every_field(given: list[str]) -> None:
    await look_at_every_page(hostile(nasty.rotated(0, given)), SIZES["small"])
    tally.add("inputs fuzzed", len(given))


async def look_at_every_dialog(model: Model) -> None:
    size = SIZES["small"]
    app = Stage(State("account", model))
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        for page, act in DIALOGS:
            await app.wizard.go(page)
            await settle(pilot)
            getattr(app.wizard.page, act)()
            await settle(pilot)
            check(app.screen, size)
            if app.screen is not app.wizard:
                await pilot.press("escape")
                await settle(pilot)
        await app.wizard.go("account")
        bar = app.wizard.query_one(FailureBar)
        bar.action_tell()
        await settle(pilot)
        check(app.screen, size)
        await pilot.press("c", "escape")
        await settle(pilot)
        for page in ("network", "services", "setup", "accept"):
            await app.wizard.go(page)
            await settle(pilot)
            for rows in app.wizard.query(RowList):
                rows.action_copy()
                await settle(pilot)
                check(app.screen, size)
                assert hidden(app.clipboard.replace("\n", "")) is None
            app.clear_notifications()


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_home_shows_it_as_text(text: str, size: tuple[int, int]) -> None:
    rows = LISTS["several"]
    assert isinstance(rows, tuple)
    app = Lobby(tuple(replace(spoil(one, text), id=one.id) for one in rows))
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        check(app.screen, size)
        app.screen.query_one(EnablementList).action_copy()
        app.screen.post_message(app.screen.Listed((), text))  # type: ignore[attr-defined]  # home's
        await settle(pilot)
        check(app.screen, size)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_what_is_pasted_is_read_as_it_is_shown(text: str) -> None:
    app = Stage(
        State("verify", s.both(s.ACCEPTED, inventory=a.all_stands("available"), observation=s.LOOK_7B))
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await _paste(app.wizard.query_one(TextArea), text, pilot)
        check(app.screen, (80, 24))
        app.wizard.do("read")
        ((read,),) = app.stand_in.asked("read_back")
        assert read == clean(text)
        assert hidden(read.replace("\n", "").replace("\t", "")) is None


async def _paste(area: TextArea, text: str, pilot: Pilot[Any]) -> None:
    from textual.events import Paste

    area.focus()
    pilot.app.post_message(Paste(text))
    await settle(pilot)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plain [/] text\n\tof lines", "plain [/] text\n\tof lines"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("\x1b[1;31m* Connected\x1b[0m to x", "* Connected to x"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x1b\\!", "link!"),
        ("vpce-svc-\u200b0123\u202e", "vpce-svc-0123"),
        ("\x1b", ""),
    ],
)
def test_clean_text(text: str, left: str) -> None:
    assert clean(text) == left

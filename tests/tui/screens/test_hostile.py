"""Text that tries to be more than text, in every string of the model, through every page and dialog."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import TextArea

from core.cloud import Message
from core.text import hidden
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
TEXTS = {
    "markup": f"{MARK} [/] [@click=app.quit]q[/] [vpc-0a1] [bold {{}} $text-error",
    "unseen": "\x1b[31mred\x1b]8;;http://x\x07link\x9b1m\x07\x08\r\n\t\x7f\u202eevil\u2066\u200b\ufeff\U000e0041"
    + "日本語テキスト👩‍👩‍👧🇩🇪 e\u0301\u0302\u0303 ﷽ " * 3,
    # More lines than the largest screen has, and more cells.
    "long": "a\nb\r\nc\u2028d\x85e\x0bf\n" * 10 + "x" * 5_000,
}
SIZES = {"small": (80, 24), "large": (120, 36)}

STEERING = frozenset(
    {
        "kind",
        "action",
        "type",
        "severity",
        "direction",
        "turn",
        "number",
        "actor",
        "platform",
        "stage",
        "decision",
    }
)
"""Fields that hold words of the program's own, whatever a cloud says."""


def spoil(value: Any, text: str, name: str = "") -> Any:
    """The value with every string in it replaced, but for the words and keys that steer the program."""
    if isinstance(value, str):
        return value if name in STEERING or name == "state" else text
    if isinstance(value, BaseModel):
        return value.model_copy(update=_fields(value, type(value).model_fields, text))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [one.name for one in dataclasses.fields(value) if one.init]
        return replace(value, **_fields(value, names, text))
    if isinstance(value, tuple):
        return tuple(spoil(one, text, name) for one in value)
    if isinstance(value, Mapping):
        return {key: spoil(one, text, name) for key, one in value.items()}
    return value


def _fields(value: Any, names: Any, text: str) -> dict[str, Any]:
    """Every field spoiled; keys stay, because two things may not have the same one."""
    keep = {"key", "code"}
    return {
        name: spoil(getattr(value, name), text, name)
        for name in names
        if name not in keep and not (name == "id" and hasattr(value, "cidr"))
    }


def odd_states(model: Model, text: str) -> Model:
    """The model with states of resources that nobody has heard of."""
    looked = model.observation
    assert looked is not None
    changed = {
        name: tuple(replace(one, state=text) for one in getattr(looked, name))
        for name in ("load_balancers", "endpoint_services", "connections", "endpoints")
    }
    return replace(model, observation=replace(looked, **changed))


def hostile(text: str) -> Model:
    """An enablement in its midst, all of whose words are ``text``."""
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
        for name in ("services.0.port", "project.id", "cloud.region", "cloud.network", text)
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
            assert hidden(segment.text) is None, segment
            meta = segment.style.meta if segment.style else {}
            assert "quit" not in str(meta.get("@click", ""))
            assert not (segment.style and segment.style.link)
    shown = "\n".join(strip.text for strip in strips)
    for before in (shown[at - 3 : at] for at, one in enumerate(shown) if one == "Ω"):
        assert before.endswith("]") or not before.strip("\n │▌"), before
    return shown


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_every_page_shows_it_as_text(text: str, size: tuple[int, int]) -> None:
    app = Stage(State("account", hostile(text)))
    seen = []
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        for page in PAGES:
            await app.wizard.go(page.key)
            await settle(pilot)
            seen.append(check(app.screen, size))
    if text == TEXTS["markup"]:
        # Every page shows something of the model, at the least in the top bar; most have room for all of it.
        assert sum(MARK in one for one in seen) > len(PAGES) / 2


DIALOGS = (
    ("services", "do_edit"),
    ("setup", "do_tool"),
    ("setup", "do_code"),
    ("setup", "do_self"),
    ("accept", "do_reject"),
    ("done", "do_undo"),
)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_every_dialog_and_toast_shows_it_as_text(text: str) -> None:
    size = (80, 24)
    app = Stage(State("account", hostile(text)))
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

"""The CTA's desk by keys and mouse, on real files and journals."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from core.desk import keeping
from core.desk.cases import Case, cases
from core.desk.received import Received
from core.journal import transfer
from core.request.offer import Offer
from tests.core.desk.test_cases import NOW, values
from tests.nasty import rotated, spoil, word
from tests.tui.screens.desk_stage import MODELS, DeskStage
from tests.tui.screens.stage import settle
from tests.tui.screens.test_hostile import check
from tui import desks
from tui.app import PrivateLink
from tui.help_fields import field_help
from tui.received import read_received
from tui.screens.desk import CaseList, DeskScreen
from tui.screens.desk.dialogs import LineDialog
from tui.widgets.copyable import Copyable
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar

SMALL = (80, 24)


@pytest.fixture
def app(tmp_path: Path) -> PrivateLink:
    (tmp_path / "acme.json").write_text(json.dumps(values({})))
    one = PrivateLink(tmp_path / "home", clock=lambda: NOW)
    one.animation_level = "none"
    return one


async def done(pilot: Pilot[Any]) -> None:
    """Work beside the screen is over, and what it brought is shown."""
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def on_the_desk(pilot: Pilot[Any]) -> DeskScreen:
    await done(pilot)
    await pilot.press("d")
    await done(pilot)
    assert isinstance(pilot.app.screen, DeskScreen)
    return pilot.app.screen


async def say(pilot: Pilot[Any], key: str, text: str) -> None:
    """Answer the question that a key asks."""
    await pilot.press(key)
    await pilot.pause()
    assert isinstance(pilot.app.screen, LineDialog), key
    assert field_help(pilot.app.screen.query_one(Field).path, None) is not None, key
    pilot.app.screen.query_one(Input).value = text
    await pilot.press("enter")
    await done(pilot)


def kept(app: PrivateLink) -> Case:
    (one,) = cases((), keeping.kept(app.home), Offer(), NOW)
    return one


async def test_a_request_is_opened_taken_in_filed_noted_and_handed_on(
    app: PrivateLink, tmp_path: Path
) -> None:
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        desk = await on_the_desk(pilot)
        await say(pilot, "o", str(tmp_path))
        assert desk.case is not None
        assert (desk.case.kind, desk.case.state) == ("request", "ready")
        await pilot.press("c")
        await pilot.pause()
        assert app.clipboard.startswith("Subject: PrivateLink support for project abcdefg123456\n")
        await pilot.press("t")
        await done(pilot)
        assert desk.case.kind == "enablement"
        assert desk.case.files == (str(tmp_path / "acme.json"),)
        await say(pilot, "n", "Called [b]them[/b]")
        await say(pilot, "n", "Called [b]them[/b]")
        told = [one.message for one in app._notifications]
        assert told.count(f"Noted with {kept(app).id}") == 2, "each time it is told"
        await say(pilot, "f", "4711")
        await pilot.press("1")
        told = desk.query_one("#told", Copyable).text
        assert "Called [b]them[/b]" in told
        assert "Support ticket: 4711" in told
        await say(pilot, "e", str(tmp_path / "out.jsonl"))
    one = kept(app)
    assert (one.filed, [note.text for note in one.notes][-1]) == ("4711", "Called [b]them[/b]")
    packed = transfer.unpack((tmp_path / "out.jsonl").read_bytes(), "out")
    assert packed.id == one.id
    assert json.loads((tmp_path / "acme.json").read_text()) == values({})


async def test_all_is_read_once_for_each_thing_that_is_done(
    app: PrivateLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[tuple[str, ...]] = []

    def counted(paths: tuple[str, ...]) -> tuple[Received, ...]:
        read.append(paths)
        return read_received(paths)

    monkeypatch.setattr(desks, "read_received", counted)
    async with app.run_test(size=SMALL) as pilot:
        await on_the_desk(pilot)
        assert len(read) == 1
        await say(pilot, "o", str(tmp_path))
        assert len(read) == 2
        await pilot.press("t")
        await done(pilot)
        await say(pilot, "n", "Called")
        assert len(read) == 4
        await pilot.press("n", "escape")
        await done(pilot)
        assert len(read) == 5, "whatever was before the desk, it may have changed something"


async def test_what_cannot_be_done_is_told_and_nothing_is_lost(app: PrivateLink, tmp_path: Path) -> None:
    async with app.run_test(size=SMALL) as pilot:
        desk = await on_the_desk(pilot)
        await pilot.press("t", "f", "n", "e", "c")
        assert app.screen is desk, "there is no case"
        await say(pilot, "o", str(tmp_path / "nowhere.toml"))
        assert desk.case is not None
        assert desk.case.state == "unreadable"
        await say(pilot, "o", str(tmp_path / "acme.json"))
        desk.query_one(CaseList).point(f"request {tmp_path / 'acme.json'}")
        await pilot.press("t")
        await done(pilot)
        assert desk.case.kind == "enablement", "the cursor went with it"
        await say(pilot, "f", "4" * 201)
        assert "1 to 200 characters" in desk.desks.model.failures["desk-move"].message
        assert kept(app).filed is None
        await say(pilot, "e", str(tmp_path / "acme.json"))
        assert "acme.json" in desk.desks.model.failures["desk-move"].message
        await pilot.press("o")
        await pilot.pause()
        await pilot.press("enter")
        assert isinstance(app.screen, LineDialog), "something has to be typed"
        await pilot.press("escape", "escape")
        await done(pilot)
        assert not isinstance(app.screen, DeskScreen)


async def test_every_button_is_reached_by_tab_and_by_mouse_and_every_key_of_the_bar_works() -> None:
    app = DeskStage(MODELS["five"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        buttons = [one for one in app.desk.query(Button) if not one.disabled]
        seen = set()
        for _ in range(20):
            await pilot.press("tab")
            seen.add(app.screen.focused)
        assert set(buttons) <= seen
        for view in ("ask", "ticket", "late", "state"):
            await pilot.click(f"#view-{view}")
            assert app.desk.query_one(f"#view-{view}", Button).variant == "primary"
        for id in ("open", "note", "export"):
            await pilot.click(f"#{id}")
            await pilot.pause()
            assert isinstance(app.screen, LineDialog), id
            await pilot.press("escape")
            await pilot.pause()
        keys = [key for key, _ in app.desk.query_one(KeyBar)._keys]
        assert keys == ["help", "o", "t", "f", "n", "1-4", "copy", "home"]


async def test_what_has_to_be_looked_at_after_a_move_stays_on_the_screen() -> None:
    app = DeskStage(MODELS["five"])
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settle(pilot)
        app.stand_in.set(
            replace(MODELS["five"], said="Kept as pl-1", caution="look at [pl-1] first", moves=1)
        )
        await settle(pilot)
        told = {one.message: (one.severity, one.timeout) for one in app._notifications}
        assert told["look at [pl-1] first"] == ("warning", 60)


async def test_the_view_that_was_chosen_stays_with_its_case() -> None:
    app = DeskStage(MODELS["five"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("end", "1")
        await settle(pilot)
        assert app.desk.query_one("#view-state", Button).variant == "primary"
        await pilot.press("up")
        await settle(pilot)
        assert app.desk.query_one("#view-state", Button).variant != "primary"


async def test_a_case_opens_its_wizard_and_comes_back_to_the_desk(app: PrivateLink, tmp_path: Path) -> None:
    async with app.run_test(size=SMALL) as pilot:
        desk = await on_the_desk(pilot)
        await say(pilot, "o", str(tmp_path / "acme.json"))
        await pilot.press("t")
        await done(pilot)
        desk.query_one(CaseList).focus()
        await pilot.press("enter")
        for _ in range(2000):  # a journal is opened beside the keys
            await asyncio.sleep(0.01)
            if app.session is not None and app.screen is not desk:
                break
        assert app.session is not None
        assert app.session.model.id == kept(app).id
        await pilot.press("escape")
        await done(pilot)
        assert app.screen is desk


@pytest.mark.parametrize("start", [0, pytest.param(18, marks=pytest.mark.slow)])
async def test_whatever_a_customer_wrote_is_only_text(start: int) -> None:
    told = tuple(
        replace(spoil(one, rotated(start)), name=f"{number} {word(rotated(start + number))}")
        for number, one in enumerate(MODELS["five"].found or ())
    )
    app = DeskStage(replace(MODELS["five"], found=told))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settle(pilot)
        for key in ("1", "2", "3", "4", "down", "1", "c", "end", "2"):
            await pilot.press(key)
            await settle(pilot)
            check(app.screen, SMALL)

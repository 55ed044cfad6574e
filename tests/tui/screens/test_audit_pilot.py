"""The audit's screen by keys and mouse: what each asks of the audit, and that ten thousand findings hold up no key."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widgets import Button, Input, Select

from core.request.model import DraftCloud
from tests.tui.screens.audit_stage import MODELS, NAMED, AuditStage
from tests.tui.screens.stage import settle
from tui.audits import Hiding
from tui.screens.audit.lists import FindingList, ResourceTree
from tui.screens.audit.save_dialog import SaveDialog
from tui.screens.says import Says
from tui.widgets.field import Field
from tui.widgets.rows import RowList

SMALL = (80, 24)


def shown(pilot: Pilot[Any]) -> list[str]:
    return [one.check for one in pilot.app.screen.query_one(FindingList).items]


def calls(app: AuditStage) -> list[Any]:
    return [call for call in app.stand_in.calls if call[0] != "close"]


async def test_looking_is_asked_for_with_the_fields() -> None:
    app = AuditStage(MODELS["start"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        assert calls(app) == [("look", NAMED, Hiding())]


async def test_a_saved_inventory_goes_before_the_account() -> None:
    app = AuditStage(MODELS["start"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.audit.query_one("#audit-file-field", Field).focus()
        await pilot.press(*"seen.json")
        await pilot.click("#look")
        assert calls(app) == [("open", "seen.json", Hiding())]


async def test_the_files_of_what_is_known_go_with_it_and_stay_with_another_cloud() -> None:
    app = AuditStage(MODELS["start"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.audit.query_one("#audit-suppress-field", Field).focus()
        await pilot.press(*"known.toml", "tab", *"last.json")
        app.audit.query_one("#audit-platform-field Select", Select).value = "azure"
        await settle(pilot)
        await pilot.press("f4")
        azure = DraftCloud(platform="azure")
        assert calls(app) == [("look", azure, Hiding("known.toml", "last.json"))]


async def test_a_file_that_cannot_be_used_gets_the_cursor_with_all_that_is_said_of_it() -> None:
    app = AuditStage(MODELS["start"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.stand_in.set(MODELS["refused"])
        await settle(pilot)
        field = app.audit.query_one("#audit-suppress-field", Field)
        assert app.audit.focused in field.query(Input)
        assert app.audit.query_one("#start").region.contains_region(field.region)
        app.stand_in.set(MODELS["findings"])
        await settle(pilot)
        assert not field.has_class("-error")


async def test_a_region_that_is_not_named_gets_the_cursor_and_says_why() -> None:
    app = AuditStage(replace(MODELS["start"], named=DraftCloud(platform="aws")))
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.stand_in.set(replace(app.audit.audits.model, refused={"region": "Say where to look."}))
        await settle(pilot)
        field = app.audit.query_one("#audit-region-field", Field)
        assert app.audit.focused in field.query(Input)
        assert field.has_class("-error")


async def test_what_is_hidden_has_a_branch_with_its_count_and_says_why() -> None:
    model = MODELS["hidden"]
    assert model.report is not None
    app = AuditStage(model)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        tree = app.audit.query_one(ResourceTree)
        assert (tree.items[1].title, tree.items[1].count) == (
            "hidden",
            model.report.known + len(model.report.suppressed),
        )
        tree.point(tree.items[1].key)
        await settle(pilot)
        assert shown(pilot) == []
        told = "\n".join(one.plain for one in app.audit.query_one("#told", Says).draw(200))
        assert "CHG-123" in told
        assert f"{model.report.known} findings known from the baseline." in told


async def test_looking_can_be_cancelled_and_shows_how_far_it_is() -> None:
    app = AuditStage(MODELS["looking"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert not app.audit.query_one("#look", Button).display
        await pilot.press("escape")
        assert calls(app) == [("cancel",)]


async def test_what_is_found_is_shown_when_it_comes() -> None:
    app = AuditStage(MODELS["looking"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.stand_in.set(MODELS["findings"])
        await settle(pilot)
        assert len(shown(pilot)) == len(MODELS["findings"].report.findings)  # type: ignore[union-attr]
        assert pilot.app.screen.focused is app.audit.query_one(FindingList)


async def test_what_is_typed_at_once_after_the_slash_is_searched_for() -> None:
    """Keys that are there already when the search gets the cursor: none of them is another key of the screen."""
    app = AuditStage(MODELS["findings"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        for key, character in (("slash", "/"), ("s", "s"), ("h", "h"), ("1", "1")):
            app.post_message(events.Key(key, character))
        await settle(pilot)
        assert app.audit.query_one("#search", Input).value == "sh1"


async def test_a_click_on_save_saves() -> None:
    app = AuditStage(MODELS["findings"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        await pilot.click("#save")
        for _ in range(1000):  # a button answers a click a moment later
            await asyncio.sleep(0.01)
            if calls(app):
                break
        assert calls(app) == [("save", "html", "privatelink-audit.html")]


async def test_severities_words_and_branches_sift() -> None:
    app = AuditStage(MODELS["findings"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        every = len(shown(pilot))
        await pilot.press("1", "2")
        assert {one.severity for one in app.audit.query_one(FindingList).items} == {"medium", "low", "info"}
        await pilot.press("1", "2")
        assert len(shown(pilot)) == every
        await pilot.press("slash", *"ssh")
        assert shown(pilot) == ["aws-listener-ssh"]
        await pilot.press("enter")
        assert pilot.app.screen.focused is app.audit.query_one(FindingList)
        app.audit.query_one("#search", Input).value = ""
        await settle(pilot)
        tree = app.audit.query_one(ResourceTree)
        tree.focus()
        branch = next(one for one in tree.items if one.title == "connection")
        tree.point(branch.key)
        await settle(pilot)
        assert len(shown(pilot)) == branch.count
        assert all(one.startswith("aws-connection") for one in shown(pilot))


async def test_c_copies_the_command_and_a_makes_the_check_again() -> None:
    app = AuditStage(MODELS["findings"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("down", "c")
        finding = app.audit.query_one(FindingList).highlighted
        assert finding is not None
        assert app.clipboard == finding.command
        await pilot.press("a")
        assert calls(app) == [("again", finding.check)]
        await pilot.press("f4")
        assert calls(app)[1:] == [("again",)]


async def test_a_report_is_saved_in_the_form_and_file_that_were_chosen() -> None:
    app = AuditStage(MODELS["findings"])
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        dialog = app.screen
        assert isinstance(dialog, SaveDialog)
        dialog.query_one("#path-field", Field).fill("")
        await settle(pilot)
        dialog.query_one("#save", Button).press()
        await settle(pilot)
        assert app.screen is dialog, "a file has to be named"
        dialog.query_one("#path-field", Field).fill("mine.html")
        await settle(pilot)
        dialog.query_one("#save", Button).press()
        for _ in range(200):  # a button answers a click a moment later
            if app.screen is not dialog and calls(app):
                break
            await pilot.pause(0.01)
        assert calls(app) == [("save", "html", "mine.html")]
        app.stand_in.set(replace(app.stand_in.model, saved="mine.html"))
        await settle(pilot)


async def test_elsewhere_and_back() -> None:
    app = AuditStage(MODELS["findings"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.click("#elsewhere")
        await settle(pilot)
        assert app.audit.query_one("#start").display
        await pilot.press("escape")
        await settle(pilot)
        assert app.audit.query_one("#found").display


async def test_what_was_not_checked_has_a_branch() -> None:
    app = AuditStage(MODELS["several"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        tree = app.audit.query_one(ResourceTree)
        assert tree.items[0].title == "everything"
        tree.point(tree.items[-1].key)
        await settle(pilot)
        assert tree.items[-1].title == "not checked"
        assert shown(pilot) == []


async def test_ten_thousand_findings_are_drawn_only_where_they_are_seen() -> None:
    """No key looks at all of them: what is drawn and asked for its key is a screenful, however many there are."""
    app = AuditStage(MODELS["many"])
    drawn: list[object] = []
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        rows = app.audit.query_one(FindingList)
        assert len(rows.items) > 5_000
        draw, key = rows.draw_item, rows.key_of
        rows.draw_item = lambda item, width: drawn.append(item) or draw(item, width)  # type: ignore[method-assign,func-returns-value]
        rows.key_of = lambda item: drawn.append(item) or key(item)  # type: ignore[method-assign,func-returns-value]
        for press in ("down", "pagedown", "end", "up", "home", "pagedown"):
            drawn.clear()
            await pilot.press(press)
            await settle(pilot)
            assert len(drawn) < 100, press
        assert rows.highlighted is not None
        assert isinstance(rows, RowList)

"""Every button, key and field of every page, by hand: what the session is asked for, and what stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual import events
from textual.command import CommandPalette
from textual.messages import ExitApp
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Button, Input, Select, Static, TextArea

from core.journal.errors import JournalError
from core.request.model import Draft, DraftCloud, DraftService
from core.setup.plan import endpoint_part, merge, service_part
from tests.tui.screens import account as a
from tests.tui.screens.stage import Lobby, Stage, settle
from tests.tui.screens.states import BOTH, LISTS, STATES, State
from tui.model import Failure
from tui.screens.help import Help
from tui.screens.home import EnablementList, Home
from tui.screens.says import FailureBar
from tui.screens.wizard import Wizard
from tui.screens.wizard.page import Page
from tui.screens.wizard.pages.accept import ConnectionList
from tui.screens.wizard.pages.services import ServiceList
from tui.screens.wizard.planning import PlanPage
from tui.screens.wizard.route import PAGES, needed
from tui.screens.wizard.run_dialog import RunDialog
from tui.screens.wizard.service_dialog import ServiceDialog
from tui.widgets.copyable import Copyable
from tui.widgets.dialog import ConfirmDialog, ErrorDialog
from tui.widgets.durations import clock
from tui.widgets.field import Field
from tui.widgets.plan_table import PlanTable
from tui.widgets.problems import Problems
from tui.widgets.step_rail import StepRail

SMALL = (80, 24)


@asynccontextmanager
async def opened(state: State | str, **options: Any) -> Iterator[tuple[Stage, Pilot[Any]]]:
    """A page on the stage, at rest."""
    app = Stage(STATES[state] if isinstance(state, str) else state, **options)
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        app.stand_in.calls.clear()
        yield app, pilot


async def turn(app: Stage, pilot: Pilot[Any], name: str) -> None:
    """Another state on the same stage, its page built anew: much quicker than another stage."""
    app.stand_in.model = STATES[name].model
    app.wizard.key = ""
    await app.wizard.go(STATES[name].page)
    await settle(pilot)
    app.stand_in.calls.clear()


async def press_button(app: Stage, pilot: Pilot[Any], name: str) -> None:
    """Click an action of the page; clipped is OutOfBounds, covered is a failure too."""
    button = next(one for one in app.wizard.query("#actions Button") if one.name == name)
    button.active_effect_duration = 0  # a button that still looks pressed takes no second click
    assert await pilot.click(button), f"{name} is covered"
    await settle(pilot)


BUTTONS: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("account-fresh", "sign_in", ("sign_in",)),
    ("type-none", "take_unidirectional", ("choose_type", "unidirectional")),
    ("type-none", "take_bidirectional", ("choose_type", "bidirectional")),
    ("network-chosen", "read", ("collect",)),
    ("network-signed-out", "read", ("sign_in",)),
    ("services-list", "remove", ("answer", BOTH.model_copy(update={"services": BOTH.services[1:]}))),
    ("prerequisites-met", "check", ("collect",)),
    ("prerequisites-met", "check", ("plan",)),
    ("setup-plan", "again", ("plan",)),
    ("setup-stands", "again", ("plan",)),
    ("ticket-sent", "copy", ()),
    ("ticket-complete", "sent", ("sent",)),
    ("ticket-rehearsal", "file", ("file", "")),
    ("details-pasted", "read", ("details", STATES["details-pasted"].model.inbox[-1].text)),
    ("request-plan", "again", ("plan",)),
    ("progress-waiting", "look", ("look",)),
    ("progress-overdue", "nudge", ()),
    ("progress-rehearsal", "move", ("play", "approve")),
    ("accept-pending", "accept", ("accept",)),
    ("verify-nothing", "probe", ("probe",)),
    ("doctor-right", "again", ("diagnose",)),
    ("findings-grave", "again", ("audit",)),
    ("done-verified", "copy", ()),
)


async def test_every_button_asks_the_session() -> None:
    async with opened("account-fresh") as (app, pilot):
        for state, name, asked in BUTTONS:
            await turn(app, pilot, state)
            app.copy_to_clipboard("")
            await press_button(app, pilot, name)
            assert asked in app.stand_in.calls if asked else app.clipboard, (state, name)
            app.clear_notifications()


DIALOGS = (
    ("services-list", "add", ServiceDialog),
    ("services-list", "edit", ServiceDialog),
    ("setup-plan", "tool", ConfirmDialog),
    ("request-plan", "tool", ConfirmDialog),
    ("doctor-right", "run", RunDialog),
    ("accept-stranger", "reject", ConfirmDialog),
    ("accept-stranger", "stranger", ConfirmDialog),
    ("undo-plan", "tool", ConfirmDialog),
)


async def test_what_cannot_be_taken_back_is_asked_first_and_esc_lets_it_be() -> None:
    async with opened("account-fresh") as (app, pilot):
        for state, name, dialog in DIALOGS:
            await turn(app, pilot, state)
            await press_button(app, pilot, name)
            assert isinstance(app.screen, dialog), (state, name)
            await pilot.press("escape")
            await settle(pilot)
            assert app.screen is app.wizard
            assert app.stand_in.calls == []


async def test_what_would_be_run_is_shown_and_run_on_the_chosen_machine_only() -> None:
    async with opened("doctor-right") as (app, pilot):
        runs = app.stand_in.model.runs
        assert len(runs) > 1
        await press_button(app, pilot, "run")
        shown = str(app.screen.query_one("#body > Static", Static).content)
        assert all(line in shown for line in runs[0].script.splitlines())
        app.screen.query_one("#machine-field", Field).fill(runs[1].machine.id)
        await pilot.click("#yes")
        await settle(pilot)
        assert app.stand_in.asked("run_on") == [(runs[1],)]


FIRST = tuple({state.page: name for name, state in reversed(STATES.items())}.values())
"""A state of each page."""


@pytest.mark.parametrize(
    "names", [FIRST, pytest.param(tuple(STATES), marks=pytest.mark.slow)], ids=["some", "all"]
)
async def test_in_every_state_all_can_be_reached_and_the_same_model_again_repaints_nothing(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    async with opened("account-fresh") as (app, pilot):
        rows: set[tuple[Any, ...]] = set()
        for name in names:
            await turn(app, pilot, name)
            assert await repainted(app, pilot, monkeypatch) == [], name
            pressable = {button for button in app.wizard.query(Button) if not button.disabled}
            assert pressable, name
            for button in pressable:
                assert app.wizard.region.contains_region(button.region), (name, button)
                assert app.wizard.get_widget_at(*button.region.center)[0] is button, (name, button)
            chain = app.wizard.focus_chain
            row = (app.wizard.key, *((type(one), one.id) for one in chain))
            if row not in rows:
                rows.add(row)
                reached = await tabbed_to(app, pilot)
                assert pressable <= reached, name
                assert reached == set(chain), name


async def repainted(app: Stage, pilot: Pilot[Any], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What asks to be painted anew when the model that is shown comes once more."""
    asked: list[Any] = []
    refresh = Widget.refresh

    def counting(widget: Widget, *regions: Any, **options: Any) -> Any:
        asked.append((widget, regions, options))
        return refresh(widget, *regions, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Widget, "refresh", counting)
        app.wizard.show(replace(app.stand_in.model))
        await pilot.pause()
    return asked


async def tabbed_to(app: Stage, pilot: Pilot[Any]) -> set[Widget | None]:
    """What has the focus on a way around with Tab."""
    reached = set()
    for _ in app.wizard.focus_chain:
        await pilot.press("tab")
        reached.add(app.focused)
    return reached


async def test_every_page_is_a_key_away_forth_and_back() -> None:
    async with opened("account-signed-in") as (app, pilot):
        keys = [page.key for page in needed(app.stand_in.model)]
        seen = [app.wizard.key]
        for _ in keys[1:]:
            await pilot.press("f3")
            seen.append(app.wizard.key)
        assert seen == keys == [page.key for page in PAGES if page.key not in ("doctor", "findings", "undo")]
        await pilot.press("f3")
        assert app.wizard.key == "done"
        for _ in keys:
            await pilot.press("f2")
        assert app.wizard.key == "account"
        assert len(app.stand_in.asked("keep")) == 2 * (len(keys) - 1)


async def test_back_next_and_the_rail_turn_pages_with_the_mouse() -> None:
    async with opened("services-list") as (app, pilot):
        await pilot.click("#next")
        await settle(pilot)
        assert app.wizard.key == "prerequisites"
        await pilot.click("#back")
        await settle(pilot)
        assert app.wizard.key == "services"
        await pilot.click(StepRail, offset=(5, 1))
        await settle(pilot)
        assert app.wizard.key == "project"


MAIN = (
    ("account-fresh", ("sign_in",)),
    ("type-none", ("choose_type", "unidirectional")),
    ("ticket-rehearsal", ("file", "")),
    ("details-pasted", ("details", STATES["details-pasted"].model.inbox[-1].text)),
    ("progress-waiting", ("look",)),
    ("accept-pending", ("accept",)),
    ("verify-nothing", ("probe",)),
)


async def test_f4_presses_the_main_button() -> None:
    async with opened("account-fresh") as (app, pilot):
        for state, asked in MAIN:
            await turn(app, pilot, state)
            await pilot.press("f4")
            await settle(pilot)
            assert asked in app.stand_in.calls, state


def told(app: Stage) -> list[str]:
    """The notices that are on the screen, and no more."""
    notices = [one.message for one in app._notifications]
    app.clear_notifications()
    return notices


async def test_what_was_asked_for_is_told_once_when_it_is_there() -> None:
    async with opened("progress-waiting") as (app, pilot):
        at = app.stand_in.model.now.replace(hour=14, minute=5, second=9)
        model = replace(app.stand_in.model, looked_at=at)
        for new, words in ((model.story, "nothing new"), (replace(model.story, seen={}), "something is new")):
            await pilot.press("f5")
            assert told(app) == ["Looking now"]
            at += timedelta(seconds=1)
            app.stand_in.set(replace(model, looked_at=at, story=new))
            await settle(pilot)
            (notice,) = told(app)
            assert notice.startswith(f"Looked {clock(at, seconds=True)}, {words}")
            app.stand_in.set(
                replace(app.stand_in.model, looked_at=at + timedelta(minutes=1), story=model.story)
            )
            await settle(pilot)
            assert told(app) == []
        await turn(app, pilot, "prerequisites-met")
        model = app.stand_in.model
        await press_button(app, pilot, "check")
        app.stand_in.set(replace(model, jobs=frozenset({"plan"})))
        await settle(pilot)
        assert told(app) == []
        app.stand_in.set(replace(model, jobs=frozenset()))
        await settle(pilot)
        assert told(app) == [f"Checked {clock(model.now, seconds=True)}, nothing new"]
        await turn(app, pilot, "done-verified")
        await pilot.press("f4")
        await settle(pilot)
        assert told(app) == ["Copied: the summary"]


async def test_the_keys_of_the_key_bar_work_on_every_page() -> None:
    async with opened(State("account", STATES["progress-rehearsal"].model)) as (app, pilot):
        for page in PAGES:
            await app.wizard.go(page.key)
            app.stand_in.calls.clear()
            await pilot.press("f5")
            assert ("look",) in app.stand_in.calls
            await pilot.press("f1")
            await pilot.pause()
            assert isinstance(app.screen, Help)
            assert app.screen.topic == app.wizard.page.TOPIC == page.key
            await pilot.press("f1", "ctrl+p")
            await pilot.pause()
            assert isinstance(app.screen, CommandPalette)
            await pilot.press("escape")
            await pilot.pause()
            assert app.screen is app.wizard


async def test_f9_changes_the_theme() -> None:
    async with opened("setup-plan") as (app, pilot):
        seen = {app.theme}
        for _ in range(2):
            await pilot.press("f9")
            seen.add(app.theme)
        assert len(seen) == 3


@pytest.mark.parametrize("state", ["project-filled", "details-pasted", "setup-plan"])
async def test_esc_leads_home_and_keeps(state: str) -> None:
    async with opened(state) as (app, pilot):
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, Home)
        assert app.stand_in.calls == [("close",)]


async def test_f10_keeps_and_quits() -> None:
    async with opened("setup-plan") as (app, pilot):
        await pilot.press("f10")
        await pilot.pause()
    assert ("close",) in app.stand_in.calls
    assert app.return_value == 0


async def test_a_closed_page_of_a_browser_keeps_the_answers() -> None:
    async with opened("project-filled") as (app, pilot):
        app.post_message(ExitApp())
        await pilot.pause()
    assert app.stand_in.calls == [("close",)]


async def test_the_palette_lists_the_pages_actions_and_runs_one() -> None:
    async with opened("setup-plan") as (app, pilot):
        await pilot.press("ctrl+p", *"check again")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot)
        assert app.stand_in.calls == [("plan",)]


async def test_the_palette_turns_pages() -> None:
    async with opened("setup-plan") as (app, pilot):
        await pilot.press("ctrl+p", *"go to: verify")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        await settle(pilot)
        assert app.wizard.key == "verify"


TYPED: tuple[tuple[str, str, str, Callable[[Any], Any]], ...] = (
    ("account-fresh", "cloud.region", "eu-west-1", lambda draft: draft.cloud.region),
    ("account-fresh", "cloud.profile", "prod", lambda draft: draft.cloud.profile),
    ("account-fresh", "cloud.account", "111122223333", lambda draft: draft.cloud.account),
    ("project-fresh", "project.id", "abcdefg123456", lambda draft: draft.project.id),
    ("network-signed-out", "cloud.network", "vpc-0abc", lambda draft: draft.cloud.network),
)


async def test_what_is_typed_becomes_the_answer_and_survives_a_turn_of_the_page() -> None:
    async with opened("account-fresh") as (app, pilot):
        for state, path, text, read in TYPED:
            await turn(app, pilot, state)
            next(one for one in app.wizard.query(Field) if one.path == path).focus()
            await pilot.press(*text)
            await settle(pilot)
            assert read(app.stand_in.asked("answer")[-1][0]) == text
            await pilot.press("f3", "f2")
            await settle(pilot)
            again = next(one for one in app.wizard.query(Field) if one.path == path)
            assert again.value == text


async def test_fields_that_are_built_anew_can_be_painted_all_the_while() -> None:
    async with opened("account-fresh") as (app, pilot):
        page = app.wizard.page
        app.stand_in.model = replace(app.stand_in.model, draft=Draft(cloud=DraftCloud(platform="azure")))
        for _often in range(500):
            page.show(app.stand_in.model)
            await asyncio.sleep(0)
        await settle(pilot)
        assert "cloud.tenant" in {one.path for one in page.query(Field)}


async def test_a_choice_becomes_the_answer() -> None:
    async with opened("project-fresh") as (app, pilot):
        field = next(one for one in app.wizard.query(Field) if one.path == "project.plan")
        field.query_one(Select).focus()
        await pilot.press("enter", "down", "enter")
        await settle(pilot)
        assert app.stand_in.model.draft.project.plan in ("pro", "starter")


async def test_networks_and_subnets_are_chosen_with_enter() -> None:
    async with opened("network-chosen") as (app, pilot):
        app.wizard.query_one("#networks").focus()
        await pilot.press("j", "enter")
        await settle(pilot)
        assert app.stand_in.model.draft.cloud.network == a.NETWORKS[1].id
        assert app.stand_in.asked("collect")
    async with opened("network-chosen") as (app, pilot):
        app.wizard.query_one("#subnets").focus()
        await pilot.press("enter", "j", "enter", "k", "enter")
        await settle(pilot)
        assert app.stand_in.model.draft.cloud.subnets == (a.SUBNETS[1].id,)


async def test_a_service_is_added_edited_and_removed() -> None:
    async with opened("services-empty") as (app, pilot):
        await pilot.press("f4")
        await settle(pilot)
        for path, text in (("name", "Search"), ("protocol", "HTTPS"), ("port", "9200x")):
            app.screen.query_one(f"#{path}-field", Field).focus()
            await pilot.press(*text)
        assert await pilot.click("#keep")
        await settle(pilot)
        assert isinstance(app.screen, ServiceDialog), "a port that is no number is told in the dialog"
        assert app.screen.query_one("#port-field").has_class("-error")
        await pilot.press("backspace", "enter")
        await settle(pilot)
        wanted = DraftService(name="Search", protocol="HTTPS", port=9200, direction="to-magento")
        assert app.stand_in.model.draft.services == (wanted,)
        app.wizard.query_one(ServiceList).focus()
        await pilot.press("enter")
        await settle(pilot)
        app.screen.query_one("#name-field", Field).focus()
        await pilot.press("end", "2", "enter")
        await settle(pilot)
        assert app.stand_in.model.draft.services[0].name == "Search2"
        await press_button(app, pilot, "remove")
        assert app.stand_in.model.draft.services == ()


async def test_nothing_is_changed_without_a_yes() -> None:
    async with opened("setup-plan") as (app, pilot):
        await pilot.press("f4")
        await settle(pilot)
        assert await pilot.click("#no")
        await settle(pilot)
        assert app.stand_in.calls == []
        await pilot.press("f4")
        await settle(pilot)
        assert await pilot.click("#yes")
        await settle(pilot)
        ((agreed,),) = app.stand_in.asked("apply")
        assert agreed == service_part(app.stand_in.model.plan), "what was shown is what is made"


async def test_the_set_up_page_leaves_the_connection_request_to_its_own_page() -> None:
    model = STATES["setup-plan"].model
    request = STATES["request-plan"].model.plan
    assert model.plan is not None
    assert request is not None
    whole = replace(model, plan=merge((model.plan, request)))
    async with opened(State("setup", whole)) as (app, pilot):
        for page, part in (("setup", service_part), ("request", endpoint_part)):
            await app.wizard.go(page)
            await settle(pilot)
            if page == "request":
                app.stand_in.set(replace(whole, story=STATES["request-plan"].model.story))
                await settle(pilot)
            app.stand_in.calls.clear()
            await pilot.press("f4")
            await settle(pilot)
            await pilot.click("#yes")
            await settle(pilot)
            ((agreed,),) = app.stand_in.asked("apply")
            assert agreed.changes == part(whole.plan).changes != whole.plan.changes


async def test_rejecting_rejects_the_connection_under_the_cursor() -> None:
    async with opened("accept-stranger") as (app, pilot):
        app.wizard.query_one(ConnectionList).focus()
        await pilot.press("j")
        await press_button(app, pilot, "reject")
        assert await pilot.click("#yes")
        await settle(pilot)
        ((connection,),) = app.stand_in.asked("reject")
        assert connection.owner == "999988887777"


async def test_a_stranger_is_accepted_only_by_typing_its_account_s_number() -> None:
    async with opened("accept-stranger") as (app, pilot):
        await press_button(app, pilot, "stranger")
        assert app.screen.query_one("#yes", Button).disabled
        await pilot.press(*"99998888777", "enter")
        assert app.stand_in.asked("accept_stranger") == []
        await pilot.press("7", "enter")
        await settle(pilot)
        ((connection,),) = app.stand_in.asked("accept_stranger")
        assert connection.owner == "999988887777"
        assert connection.state == "pending-acceptance"


async def test_without_a_stranger_nobody_is_asked_for_one() -> None:
    async with opened("accept-pending") as (app, _):
        assert [one.name for one in app.wizard.query("#actions Button")] == ["accept", "reject"]


async def test_undo_shows_its_plan_and_asks_for_the_id() -> None:
    async with opened("done-verified") as (app, pilot):
        await press_button(app, pilot, "undo")
        assert app.wizard.key == "undo"
        assert app.stand_in.asked("plan_removal") == [()]
        app.stand_in.set(STATES["undo-plan"].model)
        await settle(pilot)
        await press_button(app, pilot, "tool")
        assert app.screen.query_one("#yes", Button).disabled
        await pilot.press(*a.ID, "enter")
        await settle(pilot)
        assert app.stand_in.asked("apply") == [(STATES["undo-plan"].model.removal,)]


async def test_live_connections_are_cut_only_after_a_question_of_their_own() -> None:
    async with opened("undo-live") as (app, pilot):
        assert [one.name for one in app.wizard.query("#actions Button")] == ["cut", "again"]
        app.stand_in.calls.clear()
        await press_button(app, pilot, "cut")
        await pilot.click("#yes")
        await settle(pilot)
        assert app.stand_in.calls == [("plan_removal", True)]


async def test_by_hand_guides_through_the_change_under_the_cursor() -> None:
    async with opened("setup-plan") as (app, pilot):
        await press_button(app, pilot, "self")
        assert isinstance(app.wizard.page, PlanPage)
        assert app.wizard.page.way == "self"
        table = app.wizard.query_one(PlanTable)
        detail = app.wizard.query_one("#detail", Copyable)
        shown = set()
        for row in table.items:
            change = row.change
            table.point(change.key)
            await settle(pilot)
            address, first, *_ = detail.text.splitlines()
            assert address.startswith("https://us-west-2.console.aws.amazon.com/")
            assert first.startswith("1. ")
            assert change.command in detail.text
            shown.add(detail.text)
        assert len(shown) == len(table.items)
        assert app.stand_in.calls == []


async def test_commands_as_a_script_take_the_cursor() -> None:
    async with opened("setup-plan") as (app, pilot):
        await press_button(app, pilot, "code")
        await pilot.press("c")
        assert app.clipboard == app.stand_in.model.script
        assert app.stand_in.calls == []


async def test_a_ticket_without_a_number_is_asked_for_one() -> None:
    async with opened("ticket-complete") as (app, pilot):
        await press_button(app, pilot, "file")
        field = app.wizard.query_one(Field)
        assert field.has_class("-error")
        assert app.focused is field.query_one(Input)
        await pilot.press(*"4711")
        await press_button(app, pilot, "file")
        assert app.stand_in.calls == [("file", "4711")]


async def test_output_of_elsewhere_is_read_back() -> None:
    async with opened("verify-nothing") as (app, pilot):
        app.wizard.query_one(TextArea).text = "* Connected to somewhere"
        await settle(pilot)
        await press_button(app, pilot, "read")
        assert app.stand_in.calls == [("read_back", "* Connected to somewhere")]


async def test_the_other_side_is_asked_in_a_rehearsal() -> None:
    state = STATES["verify-one"]
    async with opened(State("verify", replace(state.model, rehearsal=True))) as (app, pilot):
        await press_button(app, pilot, "ask")
        assert app.stand_in.calls == [("ask_the_other_side",)]


async def test_a_failed_job_says_why_and_loses_nothing() -> None:
    async with opened("account-fresh") as (app, pilot):
        field = next(one for one in app.wizard.query(Field) if one.path == "cloud.region")
        field.focus()
        await pilot.press(*"eu-west-1")
        failure = Failure(
            "unreachable", "sts cannot be reached", "Check the network.", "EndpointConnectionError"
        )
        app.stand_in.set(replace(app.stand_in.model, failures={"connect": failure}))
        await settle(pilot)
        bar = app.wizard.query_one(FailureBar)
        assert bar.display
        assert bar.region.height > 0
        assert field.value == "eu-west-1"
        assert app.focused is field.query_one(Input)
        bar.focus()
        await pilot.press("c")
        assert "EndpointConnectionError" in app.clipboard
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ErrorDialog)
        await pilot.press("escape")
        app.stand_in.set(replace(app.stand_in.model, failures={}))
        await settle(pilot)
        assert not bar.display
        assert app.focused is not None


async def test_an_unexpected_fault_becomes_words_and_the_program_goes_on() -> None:
    async with opened("verify-nothing", forgiving=True) as (app, pilot):
        app.stand_in.faults["probe"] = RuntimeError("flux [/] \x1b[31m")
        await press_button(app, pilot, "probe")
        assert isinstance(app.screen, ErrorDialog)
        shown = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "Traceback" not in shown
        assert "flux [/]" in shown
        assert "\x1b" not in shown
        assert await pilot.click("#close")
        await settle(pilot)
        assert app.screen is app.wizard
        await pilot.press("f2")
        await settle(pilot)
        assert app.wizard.key == "accept"
    assert app.return_value is None


async def test_a_fault_under_the_settings_leads_back_to_one_wizard() -> None:
    async with opened("verify-nothing", forgiving=True) as (app, pilot):
        await pilot.press("f8")
        await settle(pilot)
        assert not isinstance(app.screen, Wizard)
        app._handle_exception(RuntimeError("flux"))
        await settle(pilot)
        assert isinstance(app.screen, ErrorDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is app.wizard
        assert sum(isinstance(one, Wizard) for one in app.screen_stack) == 1


async def test_what_the_journal_refuses_is_told_and_the_answers_stay() -> None:
    async with opened("account-signed-in") as (app, pilot):
        app.stand_in.faults["keep"] = JournalError("disk-full", "the disk is full", "Make room.")
        await pilot.press("f3")
        await settle(pilot)
        assert isinstance(app.screen, ErrorDialog)
        await pilot.press("escape")
        await settle(pilot)
        assert app.wizard.key == "project"
        assert app.stand_in.model.draft == BOTH


async def test_the_cursor_stays_where_it_is_when_a_model_arrives() -> None:
    async with opened("setup-plan") as (app, pilot):
        model = app.stand_in.model
        tool = next(one for one in app.wizard.query(Button) if one.name == "tool")
        tool.focus()
        for other in (STATES["setup-running"].model, STATES["setup-failed"].model, model):
            app.stand_in.set(other)
            await settle(pilot)
        assert app.focused is None or app.focused.screen is app.wizard
        again = next(one for one in app.wizard.query(Button) if one.name == "again")
        again.focus()
        app.stand_in.set(STATES["setup-stands"].model)
        await settle(pilot)
        assert isinstance(app.focused, Button)
        assert app.focused.name == "again"
        app.stand_in.set(model)
        await settle(pilot)
        assert isinstance(app.focused, Button)
        assert app.focused.name == "again"


async def test_models_that_come_while_a_page_turns_are_no_harm() -> None:
    async with opened("setup-plan") as (app, pilot):
        models = [STATES[name].model for name in ("setup-stands", "setup-plan", "setup-running")]
        for key in ("ticket", "setup", "verify", "setup"):
            turning = app.wizard.go(key)
            for model in models:
                app.stand_in.set(model)
            await turning
            for model in models:
                app.stand_in.set(model)
                app.wizard.show(model)
        await settle(pilot)
        names = [button.name for button in app.wizard.query("#actions Button")]
        assert names == ["tool", "self", "code", "again"]


async def test_home_opens_what_is_under_the_cursor_and_a_new_one() -> None:
    app = Lobby(LISTS["several"])
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        assert isinstance(app.focused, EnablementList)
        await pilot.press("j", "enter")
        assert await pilot.click("#resume")
        await pilot.press("n")
        assert await pilot.click("#new")
        await pilot.pause()
        assert app.opened == ["pl-0f2hxw", "pl-0f2hxw", None, None]
        await pilot.press("f10")
    assert app.return_value == 0


async def test_an_empty_home_offers_a_new_one() -> None:
    app = Lobby(())
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert app.opened == [None]


async def test_in_a_rehearsal_a_new_one_is_of_the_rehearsed_cloud() -> None:
    app = Lobby(())
    app.practice = Draft(cloud=DraftCloud(platform="azure"))
    async with app.run_test(size=SMALL) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await pilot.pause()
        assert app.begun == [app.practice]


async def test_problems_can_be_scrolled_with_keys_alone() -> None:
    async with opened("prerequisites-mixed") as (app, pilot):
        page = app.wizard.page
        assert page.max_scroll_y > 0
        await pilot.press("pagedown", "pagedown")
        await settle(pilot)
        assert page.scroll_offset.y == page.max_scroll_y
    async with opened("ticket-problems") as (app, pilot):
        assert isinstance(app.focused, Problems)


async def test_pages_may_be_turned_faster_than_they_are_built() -> None:
    """By key, button and rail at once, away from a page that is half there: one page after the other."""
    async with opened("account-fresh") as (app, pilot):
        wizard = app.wizard
        for number in range(24):
            app.post_message(events.Key("f2" if number % 4 == 3 else "f3", None))
            if number % 3 == 0:
                wizard.query_one("#next", Button).press()
            if number % 5 == 0:
                wizard.post_message(Page.Go("network"))
            await asyncio.sleep(0.003)
        wizard.post_message(Page.Go("type"))
        await settle(pilot)
        assert wizard.key == "type"
        assert len(wizard.query(Page)) == 1
        assert wizard.settled


async def test_what_is_asked_of_a_page_while_it_is_left_is_no_fault() -> None:
    """By keys, which go on while a button turns the page: its action, help, the palette, the cursor."""
    async with opened("setup-plan") as (app, pilot):
        wizard, page = app.wizard, app.wizard.page
        leaving = page.remove()
        wizard._turning = True
        wizard.action_main()
        wizard.action_scroll_page(1)
        wizard._focus_first()
        app.action_help()
        assert [one.name for one in page.actions(app.stand_in.model)]
        wizard._turning = False
        await leaving
        await pilot.pause()
        assert app.stand_in.calls == []
        assert isinstance(app.screen, Help)


async def test_a_turn_waits_until_the_page_is_whole() -> None:
    """Where a page's list of choices is not mounted yet, the page is not taken away under it."""
    async with opened("project-filled") as (app, _pilot):
        wizard, page = app.wizard, app.wizard.page
        overlay = page.query_one("SelectOverlay")
        overlay._is_mounted = False
        turning = asyncio.create_task(wizard.go("services"))
        await asyncio.sleep(0.05)
        assert wizard.page is page, "it waits"
        overlay._is_mounted = True
        await turning
        assert wizard.page is not page

"""Keys, clicks, messages; and text that tries to be more than text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.geometry import Region
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Select

from core.request.model import Problem
from core.setup.change import Change
from core.workflow.timeline import Step, Timeline
from tui.themes import register
from tui.widgets.connection_picture import ConnectionPicture, Incoming, Node, Outgoing, Picture
from tui.widgets.copyable import Copied, Copyable
from tui.widgets.dialog import ConfirmDialog, ErrorDialog
from tui.widgets.event_log import Entry, EventLog
from tui.widgets.field import Field, Option
from tui.widgets.plan_table import PlanTable
from tui.widgets.problems import Problems
from tui.widgets.step_rail import Page, StepRail
from tui.widgets.timeline import Moment, TimelineView
from tui.widgets.top_bar import Place, TopBar

NOW = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


class Host(App[None]):
    """Holds widgets, and keeps the messages that they post."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets
        self.got: list[Message] = []
        register(self)

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_step_rail_chosen(self, message: StepRail.Chosen) -> None:
        self.got.append(message)

    def on_problems_chosen(self, message: Problems.Chosen) -> None:
        self.got.append(message)

    def on_plan_table_highlighted(self, message: PlanTable.Highlighted) -> None:
        self.got.append(message)

    def on_field_changed(self, message: Field.Changed) -> None:
        self.got.append(message)

    def on_field_submitted(self, message: Field.Submitted) -> None:
        self.got.append(message)

    def on_copied(self, message: Copied) -> None:
        self.got.append(message)


def page(key: str, state: str = "todo", open: bool = True) -> Page:
    return Page(key, f"Page {key}", state, open)  # type: ignore[arg-type]  # a row of a table


def change(key: str, command: str = "") -> Change:
    return Change(key, "create", "listener", key, command=command)


async def test_the_rail_is_driven_by_keys_and_passes_over_what_is_closed() -> None:
    rail = StepRail([page("a"), page("b", open=False), page("c"), page("d")], "a")
    app = Host(rail)
    async with app.run_test() as pilot:
        rail.focus()
        await pilot.press("j", "enter", "G", "enter", "k", "k", "k", "enter", "down", "up", "enter")
        assert [one.key for one in app.got if isinstance(one, StepRail.Chosen)] == ["c", "d", "a", "a"]


async def test_a_click_on_a_row_chooses_it_and_one_beneath_does_nothing() -> None:
    rail = StepRail([page("a"), page("b")], "a")
    app = Host(rail)
    async with app.run_test() as pilot:
        await pilot.click(rail, offset=(5, 1))
        await pilot.click(rail, offset=(5, 9))
        assert [one.key for one in app.got if isinstance(one, StepRail.Chosen)] == ["b"]


async def test_thirteen_pages_fit_into_twenty_two_rows() -> None:
    rail = StepRail([page(str(n)) for n in range(13)], "12")
    async with Host(rail).run_test(size=(80, 22)):
        assert rail.max_scroll_y == 0


async def test_the_open_page_has_a_bar_wherever_the_focus_is() -> None:
    rail = StepRail([page("a"), page("b"), page("c")], "b")
    async with Host(rail).run_test() as pilot:
        for focused in (True, False):
            rail.screen.set_focus(rail if focused else None)
            await pilot.pause()
            barred = [rail.render_line(y).text.startswith("▌") for y in range(3)]
            assert barred == [False, True, False]


async def test_ten_steps_fit_into_twenty_two_rows() -> None:
    numbers = ("0", "1", "2", "3", "4", "5", "6", "7a", "7b", "7c")
    steps = [Step(n, "magento", "Do something that takes a long title", "todo", None, "") for n in numbers]  # type: ignore[arg-type]
    rail = StepRail(steps=steps, mode="steps")
    async with Host(rail).run_test(size=(80, 22)):
        assert rail.max_scroll_y == 0


async def test_the_cursor_stays_on_its_key_when_rows_come_and_go() -> None:
    table = PlanTable()
    async with Host(table).run_test() as pilot:
        table.show_plan([change("a"), change("b"), change("c")])
        table.focus()
        await pilot.press("down", "down")
        table.show_plan([change("new"), change("c"), change("d")], {"c": "running"})
        assert table.change is not None
        assert table.change.key == "c"
        table.show_plan([change("new"), change("d")])
        assert table.change is not None
        assert table.change.key == "d"
        table.show_plan([])
        assert table.change is None


async def test_only_the_line_that_changed_is_repainted(monkeypatch: pytest.MonkeyPatch) -> None:
    table = PlanTable()
    async with Host(table).run_test() as pilot:
        changes = [change(str(n)) for n in range(9)]
        table.show_plan(changes, {"0": "running"})
        await pilot.pause()
        repainted: list[Region] = []
        with monkeypatch.context() as patch:
            patch.setattr(table, "refresh", lambda *regions, **_: repainted.extend(regions or [Region()]))
            table.show_plan(changes, {"0": "running", "4": "running"})
            assert {region.y for region in repainted} <= {0, 5}
            assert 5 in {region.y for region in repainted}
            repainted.clear()
            table.show_plan(changes, {"0": "running", "4": "running"})
            assert repainted == []


async def test_a_picture_repaints_only_the_lines_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = ConnectionPicture(Picture(outgoing=Outgoing(link="pending-acceptance")))
    async with Host(picture).run_test() as pilot:
        await pilot.pause()
        repainted: list[Region] = []
        with monkeypatch.context() as patch:
            patch.setattr(picture, "refresh", lambda *regions, **_: repainted.extend(regions or [Region()]))
            picture.show(Picture(outgoing=Outgoing(link="available")))
            assert [region.y for region in repainted] == [2]
        picture.refresh()
        await pilot.pause()
        assert "✓ available" in picture.render_line(2).text


async def test_a_long_list_scrolls_with_its_cursor_and_keeps_its_header() -> None:
    table = PlanTable()
    async with Host(VerticalScroll(table, can_focus=False)).run_test(size=(80, 12)) as pilot:
        table.styles.height = 8
        table.show_plan([change(f"change-{n}") for n in range(40)])
        table.focus()
        await pilot.pause()
        for keys in (["G"], ["pageup"], ["pagedown"], ["home"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert table.change is not None
            region = table.region_of(table.change.key)
            assert region is not None
            assert 1 <= region.y < 8
            assert "Change" in table.render_line(0).text
            assert table.change.name in table.render_line(region.y).text


async def test_the_plan_says_what_is_under_the_cursor_and_c_copies_its_command() -> None:
    table = PlanTable()
    app = Host(table)
    async with app.run_test() as pilot:
        table.show_plan([change("a"), change("b", "aws elbv2 create-listener")])
        table.focus()
        await pilot.press("down", "c")
        last = [one for one in app.got if isinstance(one, PlanTable.Highlighted)][-1]
        assert last.row.change.key == "b"
        assert "aws elbv2 create-listener" in last.detail
        assert app.clipboard == "aws elbv2 create-listener"


async def test_problems_are_errors_first_and_take_no_room_without_any() -> None:
    warning = Problem("w", "project.id", "warning", "odd", "look")
    error = Problem("e", "cloud.region", "error", "wrong", "correct it")
    shown = Problems()
    app = Host(shown)
    async with app.run_test() as pilot:
        shown.show_problems([])
        assert not shown.display
        shown.show_problems([warning, error, error])
        shown.focus()
        await pilot.press("enter")
        assert [one.problem for one in app.got if isinstance(one, Problems.Chosen)] == [error]


async def test_a_field_says_only_what_a_person_changed() -> None:
    field = Field("cloud.region", "Region", "us-west-2")
    choice = Field(
        "project.plan", "Plan", "pro", options=(Option("pro", "Pro"), Option("starter", "Starter"))
    )
    app = Host(field, choice)
    async with app.run_test() as pilot:
        await pilot.pause()
        field.fill("eu-west-1")
        choice.fill("starter")
        await pilot.pause()
        assert app.got == []
        field.focus()
        await pilot.press("end", "x", "enter")
        choice.query_one(Select).value = "pro"
        await pilot.pause()
        said = [(type(one).__name__, one.path, one.value) for one in app.got if not isinstance(one, Copied)]  # type: ignore[attr-defined]
        assert said == [
            ("Changed", "cloud.region", "eu-west-1x"),
            ("Submitted", "cloud.region", "eu-west-1x"),
            ("Changed", "project.plan", "pro"),
        ]


async def test_a_field_keeps_a_value_that_is_no_option_and_one_that_cannot_be_seen() -> None:
    choice = Field("project.plan", "Plan", "gold", options=(Option("pro", "Pro"),))
    text = Field("project.id", "Project", "a\x1bb")
    app = Host(choice, text)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert (choice.value, text.value) == ("gold", "a\x1bb")
        choice.fill("[silver]")
        choice.fill("")
        choice.fill("iron")
        await pilot.pause()
        assert choice.value == "iron"
        assert app.got == []
        text.query_one(Input).value = "\x1b]8;;x"
        await pilot.pause()
        assert text.value == "␛]8;;x"


async def test_a_field_shows_its_first_error_then_its_hint_again() -> None:
    field = Field("a", "A", hint="Look there.")
    async with Host(field).run_test():
        note = field.children[1]
        warning = Problem("w", "a", "warning", "odd", "")
        field.show_problems([warning, Problem("e", "a", "error", "wrong", "")])
        assert note.render_line(0).text.strip() == "✗ error: wrong"
        assert field.has_class("-error")
        field.show_problems([warning])
        assert note.render_line(0).text.strip() == "! warning: odd"
        assert not field.has_class("-error")
        field.show_problems([])
        assert note.render_line(0).text.strip() == "Look there."


async def test_c_copies_a_block_and_says_so() -> None:
    block = Copyable("aws ec2 describe-vpcs", title="Command", description="the command")
    app = Host(block)
    async with app.run_test() as pilot:
        block.focus()
        await pilot.press("c")
        assert app.clipboard == "aws ec2 describe-vpcs"
        assert [one.description for one in app.got if isinstance(one, Copied)] == ["the command"]
        assert str(block.border_subtitle) == "copied: the command"


async def test_the_log_is_bounded_shows_its_newest_and_rests_where_a_person_scrolled() -> None:
    log = EventLog(UTC, limit=50)
    async with Host(log).run_test(size=(80, 10)) as pilot:
        log.append(*(Entry(NOW + timedelta(seconds=n), f"event {n}") for n in range(70)))
        await pilot.pause()
        assert len(log.entries) == 50
        assert "event 69" in log.render_line(9).text
        log.scroll_to(y=3, animate=False, immediate=True)
        await pilot.pause()
        log.append(Entry(NOW, "newest"))
        await pilot.pause()
        assert log.scroll_offset.y <= 3
        log.focus()
        await pilot.press("end")
        await pilot.pause()
        assert "newest" in log.render_line(9).text


async def test_a_growing_log_is_added_to_not_drawn_anew() -> None:
    log = EventLog(UTC)
    lines = [(NOW + timedelta(seconds=n), f"event {n}") for n in range(5)]
    async with Host(log).run_test():
        log.show(lines[:3])
        log.show(lines)
        log.show(lines)
        log.show([])
        assert [entry.text for entry in log.entries] == [text for _, text in lines]


@pytest.mark.parametrize(
    ("danger", "word", "keys", "answer"),
    [
        (False, "", ["enter"], True),
        (False, "", ["escape"], False),
        (True, "", ["enter"], False),
        (True, "", ["right", "enter"], True),
        (True, "", ["left", "enter"], True),
        (False, "", ["right", "enter"], False),
        (False, "", ["right", "right", "enter"], True),
        (False, "", ["down", "enter"], True),
        (True, "", ["tab", "tab", "enter"], False),
        (True, "ab", ["enter", "a", "enter", "b", "enter"], True),
        (True, "ab", ["a", "escape"], False),
    ],
)
async def test_confirming(danger: bool, word: str, keys: list[str], answer: bool) -> None:
    app = Host()
    answers: list[bool | None] = []
    async with app.run_test() as pilot:
        app.push_screen(ConfirmDialog("Remove [all]?", "this [/]", danger, word), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        assert answers == [answer]


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_every_button_of_a_dialog_can_be_clicked_however_long_its_body_is(
    size: tuple[int, int],
) -> None:
    app = Host()
    answers: list[bool | None] = []
    async with app.run_test(size=size) as pilot:
        for button in ("#no", "#yes"):
            app.push_screen(ConfirmDialog("Sure?", "line\n" * 200), answers.append)
            await pilot.pause()
            await pilot.click(button)
            await pilot.pause()
        assert answers == [False, True]


async def test_a_dialogs_body_scrolls_while_the_button_keeps_the_focus() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ConfirmDialog("Sure?", "line\n" * 200))
        await pilot.pause()
        body, seen = app.screen.query_one("#body"), []
        for key in ("down", "pagedown", "pageup", "up"):
            await pilot.press(key)
            await pilot.pause()
            seen.append(body.scroll_offset.y)
        assert seen[0] == 1 < seen[1]
        assert seen[2:] == [1, 0]
        assert app.screen.focused is app.screen.query_one("#yes")


async def test_an_error_can_be_copied_whole() -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.push_screen(ErrorDialog("expired", "The token [expired].", "Sign in.", "You", "detail"))
        await pilot.pause()
        await pilot.press("c")
        assert app.clipboard == "expired: The token [expired].\nSign in.\nYou\ndetail"
        app.screen.query_one("#close", Button).press()
        await pilot.pause()
        assert len(app.screen_stack) == 1


NASTY = (
    "[vpc-0a1]",
    "[/]",
    "[bold",
    "[@click=app.quit]x[/]",
    "\x1b[31mred",
    "\x1b]8;;http://x\x1b\\link",
    "\x9b31m",
    "\u202eevil\u202c\u2066x",
    "🙂👩‍🔬🇩🇪",
    "日本語のサブネット",
    "a\x00b\x07c\x08d\x7f",
    "two\nlines\ttab\r\nmore\u2028end",
    "é" * 40,
    "x" * 10_000,
    "$text-error",
    "",
)


def every_widget(text: str) -> Sequence[Widget]:
    node = Node(text, text, text, text)
    step = Step("3", "magento", text, "waiting", NOW, text)
    line = Timeline("connecting", "magento", text, NOW, True, text, (step,), ())
    log = EventLog(UTC)
    log.append(Entry(NOW, text, "warning"), Entry(NOW, text))
    field = Field("a", text or "label", text, hint=text, placeholder=text, suggestions=[text])
    field.show_error(text)
    plan = PlanTable()
    plan.show_plan([Change("k", "create", "listener", text, None, text, (), text, text, text)], {"k": text})
    return (
        TopBar(Place(text, text, text, text, text, text, True)),
        StepRail([Page("k", text, "active")], "k", [step], "both"),
        ConnectionPicture(
            Picture(text, text, Outgoing(node, node, text, node), Incoming(node, text, node, node, node))
        ),
        TimelineView(Moment(line, NOW, UTC)),
        Problems([Problem("code", text, "error", text, text)]),
        plan,
        log,
        field,
        Field("b", text or "label", text, options=(Option("v", text),), hint=text),
        Copyable(text, title=text, description=text),
    )


def shown(screen: Screen[object]) -> str:
    """Every segment that the screen would send, joined."""
    strips = screen._compositor.render_strips()
    return "\n".join(segment.text for strip in strips for segment in strip)


def raw_controls(text: str) -> set[str]:
    hidden = set("\x1b\x9b\x00\x07\x08\x7f\t\r\u2028\u202e\u202c\u2066\u200d")
    return {character for character in text if character in hidden}


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text)[:30])
async def test_text_is_never_more_than_text(text: str) -> None:
    app = Host(VerticalScroll(*every_widget(text)))
    async with app.run_test(size=(80, 150), tooltips=True, notifications=True) as pilot:
        for widget in app.screen.query(Widget):
            if isinstance(widget, StepRail | EventLog):
                widget.styles.height = 12
        await pilot.pause()
        painted = shown(app.screen)
        assert raw_controls(painted) == set()
        if text.startswith("[") and text:
            assert painted.count(text) >= 12


async def test_what_is_copied_holds_nothing_that_a_terminal_obeys() -> None:
    text = "".join(NASTY[4:8]) + NASTY[10]
    app = Host(VerticalScroll(*every_widget(text)))
    async with app.run_test(size=(80, 60)) as pilot:
        for rows in (StepRail, PlanTable, Problems, Copyable, EventLog):
            app.screen.query_one(rows).focus()
            await pilot.press("c", "enter", "j", "k")
            assert "␛[31mred" in app.clipboard or rows is StepRail
            assert raw_controls(app.clipboard.replace("\t", " ")) == set()


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text)[:30])
@pytest.mark.parametrize(
    "dialog",
    [
        lambda text: ConfirmDialog(text, text, True, text),
        lambda text: ErrorDialog(text, text, text, text, text),
    ],
    ids=["confirm", "error"],
)
async def test_dialogs_show_text_as_text(text: str, dialog: Callable[[str], Screen[object]]) -> None:
    app = Host()
    async with app.run_test() as pilot:
        app.push_screen(dialog(text))
        await pilot.pause()
        assert raw_controls(shown(app.screen)) == set()

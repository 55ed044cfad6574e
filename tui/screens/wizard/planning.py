"""A plan on the screen: what would change, and three ways to have it done."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer

from core.request.identifiers import same_id
from core.setup.change import Change
from core.setup.plan import Plan, blocking, pending
from tui.model import Model
from tui.screens.says import Said, Says
from tui.screens.wizard.drifted import drifted
from tui.screens.wizard.page import Action, Page
from tui.text import one_line
from tui.widgets.copyable import Copyable
from tui.widgets.dialog import ConfirmDialog
from tui.widgets.durations import count
from tui.widgets.plan_table import PlanTable
from tui.widgets.problems import Problems
from tui.widgets.state import SEVERITIES, look

Way = Literal["tool", "self", "code"]
WATCH_SECONDS = 15.0
"""How often a plan is made anew while a person does the changes by hand: one collection each time."""


class PlanPage(Page):
    """Shows the session's plan and carries it out the way the person chooses."""

    JOBS = ("plan", "apply")
    VERB: ClassVar[str] = "Make"
    DEFAULT_CSS = """
    PlanPage { overflow-y: hidden; }
    PlanPage PlanTable { height: auto; max-height: 45%; }
    PlanPage.-by-hand PlanTable { max-height: 5; }
    PlanPage.-failed PlanTable { max-height: 25%; }
    PlanPage Problems { height: auto; max-height: 50%; }
    PlanPage.-detailed Problems { max-height: 25%; }
    PlanPage Copyable { height: 1fr; min-height: 4; }
    PlanPage #status { margin-bottom: 1; }
    PlanPage #drift { margin-bottom: 1; display: none; }
    """

    def __init__(self, session: object) -> None:
        super().__init__(session)  # type: ignore[arg-type]
        self.way: Way = "tool"
        self._timer: Timer | None = None
        self._failed = ""

    def compose(self) -> ComposeResult:
        """Where the plan stands, the changes, and the one under the cursor in detail."""
        yield from self.head()
        yield Says(id="status")
        yield Says(id="drift")
        yield Problems()
        yield PlanTable(empty="No plan yet.")
        yield Copyable("", title="Command", description="the command", id="detail")

    def plan_of(self, model: Model) -> Plan | None:
        """What this page is about: the plan or a part of it. It is all that the page's buttons carry out."""
        return model.plan

    def look_again(self) -> None:
        """Have the plan made anew."""
        self.session.plan()

    def waits_for(self, model: Model) -> str:
        """Why there can be no plan yet; empty where there can."""
        return ""

    def entered(self) -> None:
        """Plan with what is there now."""
        if not self.waits_for(self.model) and "apply" not in self.model.jobs:
            self.look_again()

    def show(self, model: Model) -> None:
        """The plan and how far it is."""
        waits = self.waits_for(model)
        plan = self.plan_of(model)
        self.query_one("#status", Says).say(Said(waits, "$text-muted", "○") if waits else self._status(model))
        table = self.query_one(PlanTable)
        table.display = plan is not None and bool(plan.changes) and not waits
        if plan is not None:
            runs = {key: one.state for key, one in model.executing.items()}
            mends = frozenset(one.key for one in plan.drift if one.planned)
            table.show_plan(plan.changes, runs, kind=self.words.kind, mends=mends)
        failed = next((key for key, one in model.executing.items() if one.state == "failed"), "")
        # What failed is told whole, also on a small screen: what only warns waits until it is mended.
        self.set_class(bool(failed), "-failed")
        self._point(failed)
        told = () if plan is None or waits else blocking(plan) if failed else plan.problems
        problems = self.query_one(Problems)
        problems.show_problems(told)
        problems.display = bool(told)
        banner = self.query_one("#drift", Says)
        said = self._drifted(plan) if plan is not None and not waits else ()
        banner.display = bool(said)
        banner.say(*said)
        self._show_detail(model)

    def _drifted(self, plan: Plan) -> tuple[Said, ...]:
        """That some rows mend what somebody changed, and what no row mends."""
        keys = {change.key for change in plan.changes}
        rows = sum(one.planned and one.key in keys for one in plan.drift)
        shown = look(SEVERITIES, "warning")
        mend = "row marked ! mends" if rows == 1 else f"{rows} rows marked ! mend"
        mended = Said(f"drift: the {mend} what was changed", shown.style, "!")
        others = tuple(one for one in plan.drift if not one.planned)
        return (*((mended,) if rows else ()), *drifted(others, self.words))

    def _point(self, failed: str) -> None:
        """Have a change that failed under the cursor, once."""
        if failed != self._failed:
            self._failed = failed
            self.query_one(PlanTable).point(failed)

    def stands(self, model: Model) -> Said:
        """How things stand when there is nothing left to change."""
        return Said("everything stands; nothing to do", "$text-success", "✓")

    def _status(self, model: Model) -> Said:
        plan = self.plan_of(model)
        runs = [one.state for one in model.executing.values()]
        todo = len(pending(plan)) if plan else 0
        if "apply" in model.jobs:
            return Said(f"making the changes: {runs.count('done')} of {todo}", "bold $text-accent", "▸")
        if "plan" in model.jobs:
            part = model.progress
            text = f"reading: {one_line(part.what)}, {part.done} of {part.total}" if part else "planning"
            return Said(text, "$text-secondary", "…")
        if plan is None:
            return Said("no plan yet", "$text-muted", "○")
        if blocking(plan):
            return Said("the problems below come first; nothing has been changed", "$text-error", "✗")
        if "failed" in runs:
            return Said(
                f"stopped: {runs.count('done')} of {todo} done. What is done stays and is found again: "
                "mend the cause, then go on.",
                "$text-error",
                "✗",
            )
        if not todo:
            return self.stands(model)
        if self.way == "self":
            return Said(
                f"{todo} to do, by you: follow the steps below for each. Watching, read-only.",
                "$text-secondary",
                "…",
            )
        return Said(
            Content.assemble((f"{todo} to do", "bold"), "; nothing is changed before you agree"), "", "○"
        )

    def _show_detail(self, model: Model) -> None:
        detail = self.query_one("#detail", Copyable)
        plan = self.plan_of(model)
        if plan is None or not plan.changes or self.waits_for(model) or blocking(plan):
            detail.display = False
            self.remove_class("-detailed")
            return
        detail.display = True
        self.add_class("-detailed")
        if self.way == "code" and pending(plan):
            detail.retitle("All commands, as a script")
            detail.show(model.script)
            return
        table = self.query_one(PlanTable)
        change = table.change or plan.changes[0]
        by_hand = self._by_hand(change, plan, model) if self.way == "self" else ""
        if by_hand:
            detail.retitle(f"By hand: {change.action} {self.words.kind(change.kind)}")
            detail.show(by_hand)
            return
        detail.retitle(f"{change.action} {self.words.kind(change.kind)}")
        running = model.executing.get(change.key)
        cost = f"Cost: {change.cost}" if change.cost and change.action in ("create", "change") else ""
        mended = next((one for one in plan.drift if one.planned and one.key == change.key), None)
        parts = [
            running.text if running else "",
            f"{running.remedy}\n" if running and running.remedy else "",
            f"Drift: it is {mended.now}; it was {mended.was}. {mended.who}" if mended else "",
            change.reason,
            f"id {change.id}" if change.id else "",
            _addresses(change, model),
            change.command,
            cost,
        ]
        detail.show("\n".join(part for part in parts if part))

    @staticmethod
    def _by_hand(change: Change, plan: Plan, model: Model) -> str:
        from core.export.console import by_hand

        region = model.draft.cloud.region
        return by_hand(change, plan, model.id or "", region) if region else ""

    @on(PlanTable.Highlighted)
    def _highlighted(self) -> None:
        self._show_detail(self.model)

    def ready(self, model: Model) -> bool:
        """Whether there is something to carry out, nothing that blocks it and nothing under way."""
        plan = self.plan_of(model)
        busy = {"plan", "apply"} & model.jobs
        return plan is not None and not busy and not blocking(plan) and bool(pending(plan))

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Do it for me, I do it, give me the code; the last one stops what is under way, or looks again."""
        last = Action("again", "Stop" if {"plan", "apply"} & model.jobs else "Check again")
        plan = self.plan_of(model)
        if plan is not None and not pending(plan):
            return (last,)
        ready = self.ready(model)
        return (
            Action("tool", "Do it for me", "primary" if ready else "default", ready),
            Action("self", "I do it", "default", ready),
            Action("code", "Commands", "default", ready),
            last,
        )

    def do_tool(self) -> None:
        """Ask once more, with everything that will be done, then do it."""
        self._choose("tool")
        plan = self.plan_of(self.model)
        if plan is None:
            return
        todo = pending(plan)
        details = [f"{change.action} {self.words.kind(change.kind)} {change.name}" for change in todo]
        costs = sorted({change.cost for change in todo if change.cost and change.action == "create"})
        told = [*details, "", *costs] if costs else details

        def agreed(yes: bool | None) -> None:
            if yes:
                self.session.apply(plan)

        account = f"{self.words.account} {self.model.draft.cloud.account}"
        question = f"{self.VERB} {count(len(todo), 'change')} in {account}?"
        self.app.push_screen(self.question(question, "\n".join(told)), agreed)

    def question(self, question: str, details: str) -> ConfirmDialog:
        """How the last question is asked."""
        return ConfirmDialog(question, details)

    def do_self(self) -> None:
        """Show how, and watch until it stands."""
        self._choose("self")
        self._timer = self.set_interval(WATCH_SECONDS, self._watch)

    def do_code(self) -> None:
        """Show everything as one script."""
        self._choose("code")
        self.query_one("#detail", Copyable).focus()

    def do_again(self) -> None:
        """Plan anew. While something is under way: stop reading now, and changes after the calls that are
        out; what is made by then stays and is found again.
        """
        if {"plan", "apply"} & self.model.jobs:
            self.session.cancel()
        else:
            self.look_again()

    def _choose(self, way: Way) -> None:
        self.way = way
        self.set_class(way != "tool", "-by-hand")
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.show(self.model)

    def _watch(self) -> None:
        plan = self.plan_of(self.model)
        if plan is not None and not pending(plan):
            self._choose("tool")
        elif "plan" not in self.model.jobs:
            self.look_again()


def _addresses(change: Change, model: Model) -> str:
    """The private addresses of an endpoint, as the last look showed them."""
    seen = model.observation.endpoints if model.observation else ()
    found = next((one.addresses for one in seen if same_id(one.id, change.id or "")), ())
    return (
        f"private address {', '.join(found)}"
        if found and change.kind == "endpoint" and change.action != "delete"
        else ""
    )

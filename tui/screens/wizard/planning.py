"""A plan on the screen: what would change, and three ways to have it done."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from core.setup.change import Change
from core.setup.plan import pending
from tui.model import Model
from tui.screens.wizard.page import Action, Page
from tui.screens.wizard.route import agreed_needed
from tui.text import one_line
from tui.widgets.copyable import Copyable
from tui.widgets.dialog import ConfirmDialog
from tui.widgets.plan_table import PlanTable
from tui.widgets.problems import Problems

Way = Literal["tool", "self", "code"]
WATCH_SECONDS = 15.0
"""How often a plan is made anew while a person does the changes by hand: one collection each time."""


class PlanPage(Page):
    """Shows the session's plan and carries it out the way the person chooses."""

    JOBS = ("plan", "apply")
    VERB: ClassVar[str] = "Make"
    DEFAULT_CSS = """
    PlanPage { overflow-y: hidden; }
    PlanPage PlanTable { height: auto; max-height: 50%; }
    PlanPage.-by-hand PlanTable { max-height: 5; }
    PlanPage Problems { height: auto; max-height: 50%; }
    PlanPage Copyable { height: auto; max-height: 1fr; margin-top: 1; }
    PlanPage #status { margin-bottom: 1; }
    """

    def __init__(self, session: object) -> None:
        super().__init__(session)  # type: ignore[arg-type]
        self.way: Way = "tool"
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Where the plan stands, the changes, and the one under the cursor in detail."""
        yield from self.head()
        yield Static(id="status", markup=False)
        yield Problems()
        yield PlanTable(empty="No plan yet.")
        yield Copyable("", title="Command", description="the command", id="detail")

    def shown(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes that this page is about."""
        return changes

    def waits_for(self, model: Model) -> str:
        """Why there can be no plan yet; empty where there can."""
        return ""

    def entered(self) -> None:
        """Plan with what is there now."""
        if not self.waits_for(self.model) and "apply" not in self.model.jobs:
            self.session.plan()

    def show(self, model: Model) -> None:
        """The plan and how far it is."""
        waits = self.waits_for(model)
        plan = model.plan
        self.query_one("#status", Static).update(
            Content.styled(waits, "$text-muted") if waits else self._status(model)
        )
        table = self.query_one(PlanTable)
        table.display = plan is not None and not waits
        if plan is not None:
            table.show_plan(
                self.shown(plan.changes), {key: one.state for key, one in model.executing.items()}
            )
        problems = self.query_one(Problems)
        problems.show_problems(plan.problems if plan is not None and not waits else ())
        problems.display = bool(plan is not None and plan.problems and not waits)
        self._show_detail(model)

    def _status(self, model: Model) -> Content:
        plan = model.plan
        if "apply" in model.jobs:
            done = sum(one.state == "done" for one in model.executing.values())
            return Content.assemble(
                (f"▸ making the changes: {done} of {len(pending(plan)) if plan else 0}", "bold")
            )
        if "plan" in model.jobs:
            part = model.progress
            text = f"… reading: {one_line(part.what)}, {part.done} of {part.total}" if part else "… planning"
            return Content.styled(text, "$text-secondary")
        if plan is None:
            return Content.styled("○ no plan yet", "$text-muted")
        if any(problem.severity == "error" for problem in plan.problems):
            return Content.styled("✗ the problems below come first; nothing has been changed", "$text-error")
        todo = len(pending(plan))
        if not todo:
            return Content.styled("✓ everything stands; nothing to do", "$text-success")
        if self.way == "self":
            return Content.styled(
                f"… {todo} to do, by you: run the commands below, or use the console. Watching, read-only.",
                "$text-secondary",
            )
        return Content.assemble((f"○ {todo} to do", "bold"), "; nothing is changed before you agree")

    def _show_detail(self, model: Model) -> None:
        detail = self.query_one("#detail", Copyable)
        plan = model.plan
        if plan is None or self.waits_for(model):
            detail.display = False
            return
        detail.display = True
        if self.way in ("code", "self") and pending(plan):
            detail.retitle("All commands, as a script")
            detail.show(model.script)
            return
        table = self.query_one(PlanTable)
        shown = self.shown(plan.changes)
        change = table.change or (shown[0] if shown else None)
        if change is None:
            detail.display = False
            return
        detail.retitle(f"{change.action} {change.kind}")
        running = model.executing.get(change.key)
        parts = [change.reason, running.text if running else "", change.command]
        parts.append(f"Cost: {change.cost}" if change.cost and change.action == "create" else "")
        detail.show("\n".join(part for part in parts if part))

    @on(PlanTable.Highlighted)
    def _highlighted(self) -> None:
        self._show_detail(self.model)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Do it for me, I do it, give me the code."""
        busy = bool({"plan", "apply"} & model.jobs)
        ready = agreed_needed(model) and not busy
        if model.plan is not None and not pending(model.plan):
            return (Action("again", "Check again", "default", not busy),)
        return (
            Action("tool", "Do it for me", "primary" if ready else "default", ready),
            Action("self", "I do it", "default", ready),
            Action("code", "Commands", "default", ready),
            Action("again", "Check again", "default", not busy),
        )

    def do_tool(self) -> None:
        """Ask once more, with everything that will be done, then do it."""
        self._choose("tool")
        plan = self.model.plan
        if plan is None:
            return
        todo = pending(plan)
        details = "\n".join(f"{change.action} {change.kind} {change.name}" for change in todo)
        costs = sorted({change.cost for change in todo if change.cost})

        def agreed(yes: bool | None) -> None:
            if yes:
                self.session.apply()

        account = self.model.draft.cloud.account
        question = f"{self.VERB} {len(todo)} changes in account {account}?"
        self.app.push_screen(ConfirmDialog(question, "\n".join([details, *costs])), agreed)

    def do_self(self) -> None:
        """Show how, and watch until it stands."""
        self._choose("self")
        self._timer = self.set_interval(WATCH_SECONDS, self._watch)

    def do_code(self) -> None:
        """Show everything as one script."""
        self._choose("code")
        self.query_one("#detail", Copyable).focus()

    def do_again(self) -> None:
        """Plan anew."""
        self.session.plan()

    def _choose(self, way: Way) -> None:
        self.way = way
        self.set_class(way != "tool", "-by-hand")
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.show(self.model)

    def _watch(self) -> None:
        if self.model.plan is not None and not pending(self.model.plan):
            self._choose("tool")
        elif "plan" not in self.model.jobs:
            self.session.plan()

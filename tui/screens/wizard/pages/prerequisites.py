"""Prerequisites: each checked live, each with the way to meet it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content

from core.workflow.prerequisites import Prerequisite
from tui.model import Model
from tui.screens.wizard.page import Action, Page
from tui.text import line, wrap
from tui.widgets.drawn import Drawn, Lines
from tui.widgets.durations import clock

if TYPE_CHECKING:
    from tui.session import Session

LOOKS = {
    "ok": ("✓", "met", "$text-success"),
    "warning": ("!", "look here", "bold $text-warning"),
    "problem": ("✗", "not met", "bold $text-error"),
    "later": ("○", "made later", "$text-secondary"),
    "not-checked": ("?", "not checked", "$text-muted"),
}


class PrerequisiteList(Drawn):
    """Two or three lines a prerequisite."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Prerequisite, ...] = ()

    def show(self, shown: tuple[Prerequisite, ...]) -> None:
        """Show these."""
        before = self.present()
        self._shown = shown
        self.redraw(before)

    def draw(self, width: int) -> Lines:
        """State and title, what shows it, what to do."""
        lines: list[Content] = []
        for one in self._shown:
            symbol, word, style = LOOKS[one.state]
            lines.append(
                Content.assemble((f"{symbol} ", style), line(f"{one.title}: ", "bold"), (word, style))
            )
            lines += wrap(one.detail, width, indent="  ")
            if one.remedy and one.state != "ok":
                lines += wrap(f"→ {one.remedy}", width, "$text-accent", indent="  ")
        return lines


class PrerequisitesPage(Page):
    """What must be there before Magento is asked."""

    HEADING = "Prerequisites"
    WHY = "Wrong data delays an enablement most: each line is checked against your {w.account}."
    TOPIC = "prerequisites"
    JOBS = ("connect", "collect", "plan")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._before: tuple[Prerequisite, ...] | None = None

    def compose(self) -> ComposeResult:
        """The list."""
        yield from self.head()
        yield PrerequisiteList()

    def entered(self) -> None:
        """Check with what the account says now."""
        self._check()

    def signed_in(self) -> None:
        """The same, which had to wait."""
        self.entered()

    def _check(self) -> None:
        if self.model.identity is not None:
            self.session.collect()
            if not any(problem.severity == "error" for problem in self.model.problems):
                self.session.plan()

    def show(self, model: Model) -> None:
        """The states; once, that what was asked for is checked. What failed is told by its own bar."""
        self.query_one(PrerequisiteList).show(model.prerequisites)
        before = self._before
        if before is not None and not _busy(model):
            self._before = None
            if self.failure(model) is None:
                news = "nothing new" if model.prerequisites == before else "something is new"
                self.notify(f"Checked {clock(model.now, seconds=True)}, {news}", timeout=4, markup=False)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Check again."""
        busy = _busy(model)
        return (Action("check", "Checking …" if busy else "Check again", "default", not busy),)

    def do_check(self) -> None:
        """Ask the account again."""
        if self.model.identity is not None:
            self._before = self.model.prerequisites
        self._check()


def _busy(model: Model) -> bool:
    return bool({"collect", "plan", "connect"} & model.jobs)

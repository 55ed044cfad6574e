"""Audit: what is unsafe or unfit in the enablement's network, though traffic may flow."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from core.audit.finding import Report
from core.audit.formats.words import summary
from tui.model import Model
from tui.screens.audit.detail import Detail
from tui.screens.audit.lists import FindingList
from tui.screens.says import Said, Says, reading
from tui.screens.wizard.page import Action, Page


class AuditPage(Page):
    """The findings, the worst first, and all about the one under the cursor."""

    HEADING = "Audit"
    WHY = "Read only. What is unsafe or unfit, though traffic may flow."
    TOPIC = "findings"
    JOBS = ("audit",)
    DEFAULT_CSS = """
    AuditPage #state { margin-bottom: 1; }
    AuditPage FindingList { height: 1fr; min-height: 3; }
    AuditPage Detail { height: 2fr; }
    """

    _shown: Report | None = None

    def compose(self) -> ComposeResult:
        """How many there are, the list, and the details."""
        yield from self.head()
        yield Says(id="state")
        yield FindingList(id="findings")
        yield Detail(id="detail")

    def entered(self) -> None:
        """Look at once."""
        if self.model.audit is None:
            self.session.audit()

    def show(self, model: Model) -> None:
        """Show the newest findings."""
        found = model.audit
        self.query_one("#state", Says).say(*_stands(model))
        rows = self.query_one(FindingList)
        if found is not None and found is not self._shown:
            self._shown = found
            rows.say_empty("Nothing was found.")
            rows.show(found.findings)
            self.query_one(Detail).show(rows.highlighted, ())
        for part in (rows, self.query_one(Detail)):
            part.display = found is not None

    @on(FindingList.Pointed)
    def _pointed(self, event: FindingList.Pointed) -> None:
        self.query_one(Detail).show(event.finding, ())

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Look again."""
        idle = "audit" not in model.jobs
        return (Action("again", "Look again" if idle else "Looking …", "default", idle),)

    def do_again(self) -> None:
        """Look again."""
        self.session.audit()


def _stands(model: Model) -> tuple[Said, ...]:
    """How many findings there are, or how far the look is."""
    if "audit" in model.jobs:
        return (reading(model.progress),)
    if model.audit is None:
        return ()
    found = bool(model.audit.findings)
    return (Said(summary(model.audit), "bold" if found else "$text-success", "!" if found else "✓"),)

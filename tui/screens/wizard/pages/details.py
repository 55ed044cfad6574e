"""Magento's details: paste the reply as it came."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static, TextArea

from tui.model import Model
from tui.screens.wizard.page import Action, Page
from tui.text import one_line
from tui.widgets.problems import Problems


class DetailsPage(Page):
    """Finds Magento's service name in free text, and checks its region."""

    HEADING = "Magento's details"
    WHY = "Paste the whole reply from the ticket: Magento's service name is found in it."
    TOPIC = "details"
    JOBS = ("details",)
    DEFAULT_CSS = """
    DetailsPage TextArea { height: 9; }
    DetailsPage #found { margin: 1 0; }
    """

    def compose(self) -> ComposeResult:
        """Room for the reply, and what was found in it."""
        yield from self.head()
        yield TextArea(soft_wrap=True, show_line_numbers=False, id="reply", tab_behavior="focus")
        yield Static(id="found", markup=False)
        yield Problems()

    def show(self, model: Model) -> None:
        """What is known; in a rehearsal the reply comes by itself."""
        area = self.query_one(TextArea)
        if model.inbox and not area.text and not model.story.service_names:
            area.load_text(model.inbox[-1].text)
            self.refresh()
        names = model.story.service_names
        found = self.query_one("#found", Static)
        if names:
            lines = [("✓ Magento's endpoint service: ", "$text-success")]
            found.update(Content.assemble(*lines, (one_line(", ".join(names)), "bold")))
        elif model.rehearsal and model.story.ticket is not None and not model.inbox:
            found.update(
                Content.styled(
                    "… Magento reads the ticket. The reply appears here by itself.", "$text-secondary"
                )
            )
        else:
            found.update(Content.styled("○ not read yet", "$text-muted"))
        problems = self.query_one(Problems)
        problems.show_problems(model.reply.problems if model.reply else ())
        problems.display = bool(model.reply and model.reply.problems)

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self.screen.show(self.model)  # type: ignore[attr-defined]

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Read what was pasted."""
        areas = self.query(TextArea)
        ready = bool(areas and areas.first().text.strip()) and "details" not in model.jobs
        return (Action("read", "Read the reply", "primary" if ready else "default", ready),)

    def do_read(self) -> None:
        """Find the service name."""
        self.session.details(self.query_one(TextArea).text)

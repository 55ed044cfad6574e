"""Magento's details: paste the reply as it came."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import TextArea

from tui.model import Model
from tui.screens.says import Said, Says
from tui.screens.wizard.page import Action, Page
from tui.screens.wizard.pasted import Pasted
from tui.text import one_line
from tui.widgets.problems import Problems
from tui.words import words_of


class DetailsPage(Page):
    """Finds Magento's service name in free text, and checks its region."""

    HEADING = "Magento's details"
    WHY = "Paste the whole reply from the ticket: Magento's {w.named} is found in it."
    TOPIC = "details"
    JOBS = ("details",)
    DEFAULT_CSS = """
    DetailsPage TextArea { height: 1fr; min-height: 7; max-height: 16; }
    DetailsPage #found { margin: 1 0; }
    """

    def compose(self) -> ComposeResult:
        """Room for the reply, and what was found in it."""
        yield from self.head()
        area = Pasted(soft_wrap=True, show_line_numbers=False, id="reply", tab_behavior="focus")
        area.border_title = "Magento's reply"
        yield area
        yield Says(id="found")
        yield Problems()

    def show(self, model: Model) -> None:
        """What is known; in a rehearsal the reply comes by itself."""
        area = self.query_one(TextArea)
        if model.inbox and not area.text and not model.story.service_names:
            area.load_text(model.inbox[-1].text)
            self.refresh()
        self.query_one("#found", Says).say(*_found(model))
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


def _found(model: Model) -> tuple[Said, ...]:
    names = model.story.service_names
    if names:
        return (
            Said(words_of(model.draft.cloud.platform).fill("Magento's {w.service}:"), "$text-success", "✓"),
            *(Said(one_line(name), "bold") for name in names),
        )
    if model.reply is not None:
        return (Said("nothing in it that can be used:", "$text-error", "✗"),)
    if model.rehearsal and model.story.ticket is not None and not model.inbox:
        words = "Magento reads the ticket. The reply appears here by itself."
        return (Said(words, "$text-secondary", "…"),)
    if model.rehearsal and model.inbox:
        words = "not read yet: what Magento's people wrote in the rehearsal"
        return (Said(words, "$text-muted", "○"),)
    return (Said("not read yet", "$text-muted", "○"),)

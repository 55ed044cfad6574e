"""Review and ticket: everything once more, ready to send."""

from __future__ import annotations

from textual.app import ComposeResult

from core.handoff.ticket import Missing, Ticket
from tui.model import Model
from tui.screens.says import Said, Says
from tui.screens.wizard.page import Action, Page
from tui.text import one_line
from tui.widgets.copyable import Copyable, copy
from tui.widgets.durations import clock, day
from tui.widgets.field import Field
from tui.widgets.problems import Problems


class TicketPage(Page):
    """The Support ticket: every datum that Magento asks for, or why it cannot be filed yet."""

    HEADING = "Review and ticket"
    WHY = "Send this to your CTA (Customer Technical Advisor) or file it yourself, then type in the ticket's number."
    TOPIC = "ticket"
    JOBS = ("file",)
    DEFAULT_CSS = """
    TicketPage Problems { max-height: 60%; }
    TicketPage #text { height: 1fr; min-height: 6; }
    TicketPage #state { margin-bottom: 1; }
    """

    def compose(self) -> ComposeResult:
        """The text, or what is missing; the number."""
        yield from self.head()
        yield Says(id="state")
        yield Problems()
        yield Copyable("", title="Ticket", description="the ticket", id="text")
        yield Field("ticket", "Ticket number", "", hint="The five business days run from here.")

    def show(self, model: Model) -> None:
        """The ticket as the answers make it."""
        made = model.ticket
        complete = isinstance(made, Ticket)
        problems = self.query_one(Problems)
        problems.show_problems(made.reasons if isinstance(made, Missing) else ())
        problems.display = not complete
        text = self.query_one("#text", Copyable)
        text.display = complete
        if isinstance(made, Ticket):
            text.show(f"Subject: {made.subject}\n\n{made.plain}")
        number = self.query_one(Field)
        number.display = not model.rehearsal and model.story.ticket is None
        self.query_one("#state", Says).say(_state(model, complete))

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Copy; say that it was sent; say that it was filed."""
        complete = isinstance(model.ticket, Ticket)
        if model.story.ticket is not None:
            return (Action("copy", "Copy", "default", complete),)
        if model.rehearsal:
            return (
                Action("copy", "Copy", "default", complete),
                Action(
                    "file",
                    "File it",
                    "primary" if complete else "default",
                    complete and "file" not in model.jobs,
                ),
            )
        return (
            Action(
                "copy", "Copy", "primary" if complete and model.story.sent_at is None else "default", complete
            ),
            Action("sent", "Sent to my CTA", "default", complete and model.story.sent_at is None),
            Action("file", "Filed", "default", "file" not in model.jobs),
        )

    def do_copy(self) -> None:
        """Copy the ticket."""
        text = self.query_one("#text", Copyable)
        copy(text, text.text, "the ticket")

    def do_sent(self) -> None:
        """The data went to the CTA."""
        self.session.sent()

    def do_file(self) -> None:
        """Remember the number, or in a rehearsal hand the ticket in."""
        field = self.query_one(Field)
        number = field.value.strip()
        if not number and not self.model.rehearsal:
            field.show_error("Type the number that the help desk shows.")
            field.focus()
            return
        self.session.file(number)


def _state(model: Model, complete: bool) -> Said:
    story = model.story
    if story.ticket is not None:
        due = model.timeline.due if model.timeline else None
        when = f"; Magento has until {day(due)}, {clock(due)}" if due else ""
        return Said(f"ticket {one_line(story.ticket)} is filed{when}", "$text-success", "✓")
    if story.sent_at is not None:
        return Said("with the CTA, who checks it and files the ticket", "$text-secondary", "…")
    if complete and model.rehearsal:
        return Said("complete; the rehearsal's ticket system gives the number", "$text-success", "✓")
    if complete:
        return Said("complete: every datum that Magento asks for", "$text-success", "✓")
    return Said("cannot be filed yet, because:", "$text-error", "✗")

"""Done: the summary, what to keep, and what comes later."""

from __future__ import annotations

from textual.app import ComposeResult

from core.handoff.summary import summary
from tui.model import Model
from tui.screens.says import Said, Says
from tui.screens.wizard.page import Action, Page
from tui.screens.wizard.picture import picture_of
from tui.widgets.connection_picture import ConnectionPicture
from tui.widgets.copyable import Copyable, copy


class DonePage(Page):
    """What was set up, which ids to keep, and how it is undone."""

    HEADING = "Done"
    WHY = "Keep this: any later question needs these ids."
    TOPIC = "done"
    JOBS = ("plan", "apply")
    DEFAULT_CSS = """
    DonePage #state { margin-bottom: 1; }
    DonePage Copyable { height: 1fr; min-height: 9; }
    """

    def compose(self) -> ComposeResult:
        """State, picture, summary."""
        yield from self.head()
        yield Says(id="state")
        yield ConnectionPicture(picture_of(self.model), id="picture")
        yield Copyable("", title="Summary", description="the summary", id="summary")

    def show(self, model: Model) -> None:
        """The end, or what is still missing."""
        line = model.timeline
        verified = line is not None and line.state == "verified"
        self.query_one("#state", Says).say(
            Said("verified: traffic was seen to flow", "$text-success", "✓")
            if verified
            else Said(f"not there yet. {line.next if line else ''}".rstrip(), "$text-muted", "○")
        )
        self.query_one(ConnectionPicture).show(picture_of(model))
        if line is not None:
            endpoints = model.observation.endpoints if model.observation else ()
            text = summary(model.id or "", model.story, line, endpoints)
            block = self.query_one("#summary", Copyable)
            if block.text != text:
                block.show(text)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Copy it; remove everything."""
        made = any(one.own for one in model.story.made.values())
        idle = not {"plan", "apply"} & model.jobs
        return (
            Action("copy", "Copy the summary", main=True),
            Action("diagnose", "Diagnose"),
            Action("undo", "Undo …", "default", made and idle),
        )

    def do_copy(self) -> None:
        """Copy the summary."""
        block = self.query_one("#summary", Copyable)
        copy(block, block.text, "the summary")

    def do_diagnose(self) -> None:
        """Open the page that says why traffic does not come through."""
        self.post_message(self.Go("doctor"))

    def do_undo(self) -> None:
        """Open the page that shows what would be removed."""
        self.post_message(self.Go("undo"))

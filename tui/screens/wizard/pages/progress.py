"""Live progress: whose turn it is, since when, and what the cloud says now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from core.workflow.timeline import Timeline
from tui.model import Model
from tui.screens.says import Said, Says
from tui.screens.wizard.drifted import drifted
from tui.screens.wizard.page import Action, Page
from tui.screens.wizard.picture import picture_of
from tui.widgets.connection_picture import ConnectionPicture
from tui.widgets.durations import clock
from tui.widgets.event_log import EventLog
from tui.widgets.timeline import StepList, TimelineView

if TYPE_CHECKING:
    from tui.session import Session


class ProgressPage(Page):
    """The timeline, the resources and the log. New facts appear by themselves."""

    HEADING = "Live progress"
    WHY = ""
    TOPIC = "progress"
    JOBS = ("look", "vendor")
    DEFAULT_CSS = """
    ProgressPage { overflow-y: auto; }
    ProgressPage EventLog { height: 1fr; min-height: 3; }
    ProgressPage #timeline > TurnLine { margin-bottom: 0; }
    ProgressPage > .heading { display: none; }
    ProgressPage > .why { display: none; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._on = ""

    def compose(self) -> ComposeResult:
        """Timeline, picture, looks, log."""
        yield from self.head()
        yield TimelineView(id="timeline")
        yield Says(id="drift")
        yield Says(id="looks")
        yield ConnectionPicture(picture_of(self.model), id="picture")
        yield EventLog(id="log")

    def entered(self) -> None:
        """Look now; the newest lines of the log are those to see, and whose turn it is, whatever takes the keys."""
        self.session.look()
        self.call_after_refresh(self.scroll_home, animate=False)
        self.call_after_refresh(self.query_one(EventLog).scroll_end, animate=False, force=True)

    def show(self, model: Model) -> None:
        """What is known now."""
        if model.timeline is not None:
            self.query_one(TimelineView).show(model.timeline, model.now, short=self.words.steps)
            self._point(model.timeline)
        found = model.timeline.drift if model.timeline is not None else ()
        banner = self.query_one("#drift", Says)
        banner.display = bool(found)
        banner.say(*drifted(found, self.words))
        last = f"last look {clock(model.looked_at, seconds=True)}" if model.looked_at else "not looked yet"
        coming = f", next {clock(model.next_look, seconds=True)}" if model.next_look else ""
        self.query_one("#looks", Says).say(Said(f"{last}{coming}", "$text-muted", "·"))
        self.query_one(ConnectionPicture).show(picture_of(model))
        self.query_one(EventLog).show([(line.at, line.text) for line in model.log])

    def _point(self, timeline: Timeline) -> None:
        """Have the step that is on in sight, whenever it becomes another one."""
        on = next((one.number for one in timeline.steps if one.state in ("problem", "active", "waiting")), "")
        if on and on != self._on:
            self._on = on
            # Once more when it is laid out: a list that has no scrollbar yet does not scroll.
            self.query_one(StepList).point(on)
            self.call_after_refresh(self.query_one(StepList).point, on)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Look now; the nudge when it takes too long; in a rehearsal, Magento's next move."""
        actions = [Action("look", "Look now", main=True)]
        if model.timeline is not None and model.timeline.overdue:
            actions.append(Action("nudge", "Copy what to write", "warning"))
        if model.rehearsal and model.timeline is not None and model.timeline.turn in ("cta", "magento"):
            actions.append(Action("move", "Let Magento move now"))
        if model.story.made or model.story.service_names:
            actions.append(Action("diagnose", "Diagnose"))
        return tuple(actions)

    def do_look(self) -> None:
        """Look at the cloud now, and have it told."""
        self.call_later(self.screen.run_action, "look")

    def do_diagnose(self) -> None:
        """Open the page that says why traffic does not come through."""
        self.post_message(self.Go("doctor"))

    def do_nudge(self) -> None:
        """Copy what to write into the ticket."""
        from tui.widgets.copyable import copy

        if self.model.timeline is not None:
            copy(self, self.model.timeline.nudge, "what to write into the ticket")

    def do_move(self) -> None:
        """The other party moves now."""
        self.session.play(next_move(self.model))


def next_move(model: Model) -> str:
    """Magento's move that the first open step waits for."""
    moves = {"3": "allow", "5": "approve", "7a": "connect"}
    steps = model.timeline.steps if model.timeline else ()
    open_steps = (
        step.number for step in steps if step.number in moves and step.state not in ("done", "not-needed")
    )
    return moves[next(open_steps, "3")]

"""The timeline: whose turn it is, loudly; then every step with its actor, state, since when and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from core.text import visible
from core.workflow.timeline import Step, Timeline
from tui.text import end, fit, line, wrap
from tui.widgets.drawn import Drawn, Lines
from tui.widgets.durations import day, day_and_time, duration
from tui.widgets.marks import mark
from tui.widgets.rows import RowList
from tui.widgets.state import ACTORS, STEPS, TIMELINE, look

_TURNS = {
    "customer": "Your turn",
    "cta": "The CTA's turn",
    "magento": "Magento's turn",
    "nobody": "Nobody's turn",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A timeline as it stands at ``now``, told in the person's ``zone`` (the machine's own where None). ``short``
    are short titles of steps that are called otherwise than in :data:`SHORT`.
    """

    timeline: Timeline
    now: datetime
    zone: tzinfo | None = None
    short: Mapping[str, str] = field(default_factory=dict)

    @property
    def since(self) -> datetime | None:
        """Since when it is this turn: the newest ``since`` among the steps that are on."""
        on = [step.since for step in self.timeline.steps if step.state in ("active", "waiting", "problem")]
        return max((moment for moment in on if moment is not None), default=None)


def turn_lines(moment: Moment, width: int) -> list[Content]:
    """Whose turn, since when and until when; then what comes next, folded; then what to write if overdue."""
    timeline, zone = moment.timeline, moment.zone
    tone = (
        "problem" if timeline.state == "problem" else "active" if timeline.turn == "customer" else "waiting"
    )
    shown = look(STEPS, tone)
    if timeline.turn == "nobody":
        shown = look(TIMELINE, timeline.state)
        head = Content.styled(f"{shown.symbol} {shown.word.capitalize()}", f"bold {shown.style}")
    else:
        head = Content.styled(f"{shown.symbol} {_TURNS[timeline.turn]}", f"bold {shown.style}")
    since, due = moment.since, timeline.due
    if since is not None and timeline.turn != "nobody":
        head += Content(f" since {day_and_time(since, moment.now, zone)}")
    lasted = Content("")
    if since is not None and timeline.turn != "nobody":
        lasted = Content.styled(f" ({duration(moment.now - since)})", "$text-muted")
    clock = Content("")
    if due is not None and timeline.overdue:
        clock = Content.styled(f"! overdue since {day(due, zone)}", "bold $text-error")
    elif due is not None:
        clock = Content.assemble(("due ", "$text-muted"), day(due, zone))
    lines = _joined([head, lasted], [clock], width)
    lines += wrap(timeline.next, width, "", "  ")
    if timeline.overdue and timeline.nudge:
        lines += wrap(timeline.nudge, width, "$text-muted", "  ")[:3]
    return lines


def _joined(first: list[Content], second: list[Content], width: int) -> list[Content]:
    """Both parts on one line where they have room, else each on its own."""
    one, two = Content("").join(first), Content("").join(second)
    if not two.plain:
        return [fit(one, width)]
    if one.cell_length + 3 + two.cell_length <= width:
        return [fit(Content.assemble(one, (" · ", "$text-muted"), two), width)]
    return [fit(one, width), fit(Content("  ") + two, width)]


class TurnLine(Drawn):
    """Whose turn it is. Waiting on a person is a resting state: nothing moves."""

    DEFAULT_CSS = """
    TurnLine { height: auto; padding: 0 1; background: $panel; }
    """

    def __init__(self, moment: Moment | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._moment = moment

    def show(self, moment: Moment) -> None:
        """Show another moment."""
        before = self.present()
        self._moment = moment
        self.redraw(before)

    def draw(self, width: int) -> Lines:
        """The lines of the turn."""
        return [Content("")] if self._moment is None else turn_lines(self._moment, width)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step, when it came to its state, in words, and its short title where it has another than usual."""

    step: Step
    since: str
    short: str = ""


def step_rows(moment: Moment) -> tuple[StepRow, ...]:
    """The steps that this enablement needs."""
    return tuple(
        StepRow(
            step,
            "" if step.since is None else day_and_time(step.since, moment.now, moment.zone),
            moment.short.get(step.number, ""),
        )
        for step in moment.timeline.steps
        if step.state != "not-needed"
    )


SHORT: Mapping[str, str] = {
    "0": "NLB, endpoint service",
    "1": "Data to the CTA",
    "2": "Support ticket",
    "3": "Account allowed",
    "4": "Connection request",
    "5": "Request accepted",
    "6": "Verify to Magento",
    "7a": "Magento's request",
    "7b": "Accept it",
    "7c": "Verify both ways",
}
"""The steps' titles where a line has room for little."""

_NUMBER, _ACTOR, _STATE, _SINCE = 3, 9, 12, 18
_ONE_LINE = 70
"""From this width on, a step's facts and its title stand on one line."""
_BESIDE = 24
"""Cells that evidence must have to stand beside the facts."""


def step_lines(row: StepRow, width: int) -> list[Content]:
    """A step at ``width`` cells. Evidence stands beside where there is room, else beneath while it is on."""
    step = row.step
    on = step.state in ("active", "waiting", "problem")
    strong = "bold" if on else "$text-muted" if step.state == "todo" else ""
    actor_style = "$text-accent" if step.actor == "customer" else "$text-primary"
    number = fit(line(step.number, strong), _NUMBER)
    actor = line(ACTORS.get(step.actor, step.actor), "$text-muted" if step.state == "todo" else actor_style)
    state = mark(look(STEPS, step.state))
    indent = " " * (_NUMBER if width < _ONE_LINE else _NUMBER + _ACTOR)
    under = wrap(step.evidence, width, "$text-muted", indent) if on and step.evidence else []
    if width < _ONE_LINE:
        short = line(row.short or SHORT.get(step.number, step.title), strong)
        head = Content("").join([number, fit(actor, _ACTOR), fit(state, _STATE), short])
        return [fit(head, width), *under]
    since_width = _SINCE if width >= 110 else 11
    day_only = row.since.rpartition(" ")[0]
    since = line(row.since if len(row.since) < since_width else day_only, "$text-muted")
    facts = _NUMBER + _ACTOR + _STATE + since_width
    beside = width - facts - 52 >= _BESIDE
    title_width = 52 if beside else width - facts
    title = wrap(step.title, title_width - 1, strong) or [Content("")]
    cells = [
        number,
        fit(actor, _ACTOR),
        fit(title[0], title_width),
        fit(state, _STATE),
        fit(since, since_width),
    ]
    head = Content("").join(cells)
    if beside and step.evidence:
        head += line(end(step.evidence, width - head.cell_length), "$text-muted")
    more = [Content(indent) + one for one in title[1:]]
    return [head, *more, *([] if beside else under)]


class StepList(RowList[StepRow]):
    """The steps. Wide: one line each. Narrow: short titles."""

    @dataclass
    class Chosen(Message):
        """A step was chosen with Enter or a click."""

        steps: StepList
        step: Step

        @property
        def control(self) -> StepList:
            """The list that posted it."""
            return self.steps

    DEFAULT_CSS = """
    StepList { height: auto; max-height: 100%; }
    """

    def key_of(self, item: StepRow) -> str:
        """The step's number."""
        return item.step.number

    def draw_item(self, item: StepRow, width: int) -> Lines:
        """Number, actor, title, state, since. The title is folded, never cut."""
        return step_lines(item, width)

    def when_chosen(self, item: StepRow) -> Message | None:
        """Tell the screen which step."""
        return self.Chosen(self, item.step)

    def text_of(self, item: StepRow) -> tuple[str, str]:
        """The step in words."""
        step = item.step
        told = f"Step {step.number} · {ACTORS.get(step.actor, step.actor)} · {step.title} · {step.state}"
        since = f" since {item.since}" if item.since else ""
        return f"{told}{since}\n{step.evidence}".rstrip(), f"step {visible(step.number)}"


class TimelineView(Vertical):
    """The turn on top, the steps beneath it."""

    DEFAULT_CSS = """
    TimelineView {
        height: auto;
        & > TurnLine { margin-bottom: 1; }
    }
    """

    def __init__(self, moment: Moment | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._turn = TurnLine(moment)
        self._steps = StepList(step_rows(moment) if moment else ())

    def compose(self) -> ComposeResult:
        """Turn and steps."""
        yield self._turn
        yield self._steps

    def show(
        self,
        timeline: Timeline,
        now: datetime,
        zone: tzinfo | None = None,
        short: Mapping[str, str] | None = None,
    ) -> None:
        """Show the timeline as it stands at ``now``; only lines that changed are repainted."""
        moment = Moment(timeline, now, zone, short or {})
        self._turn.show(moment)
        self._steps.show(step_rows(moment))

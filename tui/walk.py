"""A walkthrough under way: a scenario's acts played one after the other on a session. Nothing here paints.

Not safe for several threads: whoever has it calls it from one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from core.setup.plan import Plan, blocking, endpoint_part, pending, service_part
from core.walkthrough.acts import ACTS, Act, ActName
from core.walkthrough.clock import RUNNING, PaceName, VirtualClock
from core.walkthrough.frame import Framed, closing, opening
from core.walkthrough.moment import Moment
from core.walkthrough.moves import BREAK, SILENT
from core.walkthrough.rail import Phase, Rail, rail, unmet
from core.walkthrough.scenario import Scenario
from tui.model import Failure, Job, Model
from tui.session import Session
from tui.words import words_of

PATIENCE = 60.0
"""Real seconds after which an act counts as failed: the sandbox never takes that."""
LOOK_SECONDS = 0.3
"""Real seconds between looks for what an act has to show."""
LATE = timedelta(hours=1)
"""How long past the due moment silence lasts."""

Deed = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that is over, as it was then: what is looked back at."""

    rail: Rail
    model: Model


class Walk:
    """The acts of a scenario, and how far they are."""

    def __init__(
        self,
        scenario: Scenario,
        session: Session,
        clock: VirtualClock,
        pace: PaceName,
        ticks: Callable[[], float],
        kept: Callable[[Kept], None] = lambda _kept: None,
        *,
        alone: bool = False,
    ) -> None:
        """``ticks`` are real seconds; ``kept`` is told of every checkpoint that is over. ``alone``: nobody is
        there to press a key, at any pace.
        """
        self.scenario = scenario
        self.session = session
        self.pace = pace
        self.alone = alone
        self.index = 0
        self.phase: Phase = "to-do"
        self.problem = ""
        self.kept: list[Kept] = []
        self.looked_at: int | None = None
        self._clock = clock
        self._ticks = ticks
        self._on_kept = kept
        self._broken = False
        self._deeds: Iterator[Deed] = iter(())
        self._before = self.moment()
        self._known: dict[Job, Failure] = {}
        self._until = clock()
        self._begun = self._looked = ticks()

    # -- what is seen ------------------------------------------------------------------------------------

    @property
    def act(self) -> Act:
        """The act of the present checkpoint."""
        return ACTS[self.scenario.checkpoint[self.index].act]

    @property
    def ended(self) -> bool:
        """Whether the last checkpoint is over, or one failed."""
        return self.phase == "failed" or (
            self.phase == "over" and self.index == len(self.scenario.checkpoint) - 1
        )

    def moment(self) -> Moment:
        """What is known now, as the acts are judged by it."""
        return replace(moment_of(self.session.model, self._broken), now=self._clock())

    def rail(self) -> Rail:
        """What the presenter sees: of the present checkpoint, or of the one that is looked back at."""
        if self.looked_at is not None:
            return self.kept[self.looked_at].rail
        fill = words_of(self.session.model.draft.cloud.platform).fill
        return rail(self.scenario, self.index, self.moment(), self.phase, fill)

    def opening(self) -> Framed:
        """What is said before the first checkpoint."""
        return opening_of(self.scenario, self.session.model.draft.cloud.platform)

    def closing(self) -> Framed | None:
        """What is said after the last checkpoint; None before that, and where one failed."""
        return closing_of(self.scenario, [one.model for one in self.kept])

    @property
    def running(self) -> float:
        """How many times as fast as real time the clock goes."""
        return self._clock.rate

    @property
    def can_look_back(self) -> bool:
        """Whether there is a checkpoint before the one that is shown."""
        return self._before_this() >= 0

    def _before_this(self) -> int:
        last = len(self.kept) - (2 if self.phase == "over" else 1)
        return last if self.looked_at is None else self.looked_at - 1

    @property
    def shown(self) -> Model | None:
        """The model that is looked back at; None at the present."""
        return None if self.looked_at is None else self.kept[self.looked_at].model

    @property
    def page(self) -> str:
        """The wizard's page of the checkpoint that is shown."""
        index = self.index if self.looked_at is None else self.looked_at
        return ACTS[self.scenario.checkpoint[index].act].page

    # -- stepping ----------------------------------------------------------------------------------------

    def forward(self) -> None:
        """Go on: out of the past, to the next checkpoint, or let the present one happen."""
        if self.looked_at is not None:
            # What is over and still on the screen is the present.
            past = len(self.kept) - (self.phase == "over")
            self.looked_at = self.looked_at + 1 if self.looked_at + 1 < past else None
        elif self.phase == "over" and not self.ended:
            self._next()
        elif self.phase == "to-do":
            self._begin()
        elif self.phase == "failed":
            self.problem = ""
            self._begin()

    def back(self) -> None:
        """Look back at the checkpoint before, as it was when it was over. Nothing is taken back."""
        if self.can_look_back:
            self.looked_at = self._before_this()

    def _next(self) -> None:
        self.index += 1
        self.phase = "to-do"
        self._before = self.moment()

    def _begin(self) -> None:
        checkpoint = self.scenario.checkpoint[self.index]
        takes = self.act.takes if checkpoint.hours is None else timedelta(hours=checkpoint.hours)
        line = self.session.model.timeline
        if checkpoint.act == "silence" and line is not None and line.due is not None:
            takes = line.due + LATE - self._clock()
        if self.pace != "live" or self.act.who != "customer":
            self._pass(takes)
        self.phase = "under-way"
        self._deeds = DEEDS[checkpoint.act](self)
        self._known = dict(self.session.model.failures)
        self._begun = self._looked = self._ticks()

    def _pass(self, time: timedelta) -> None:
        """Let time pass: at once, or at pace live as fast as the clock runs."""
        if self.pace == "live":
            self._until = self._clock() + time
            self._clock.run(RUNNING)
        else:
            self._clock.leap(time)

    def _stand(self) -> None:
        """The clock goes as it does while nobody is waited for."""
        self._clock.run(1.0 if self.pace == "live" else 0.0)

    def tick(self) -> bool:
        """Do what can be done now; call it again and again. Answers whether index or phase changed."""
        before = (self.index, self.phase)
        if self.phase != "under-way" and self._clock.rate == RUNNING and self._clock() >= self._until:
            self._stand()
            self.session.look()
        if self.phase == "under-way":
            self._go_on()
        elif self._done_by_hand():
            self._finish()
        elif self.looked_at is None and not self.ended and self._goes_by_itself():
            self.forward()
        return (self.index, self.phase) != before

    def _done_by_hand(self) -> bool:
        """Whether a person did the next act in the wizard, and nothing of it is under way. Where all goes by itself
        an act takes its time, though a page that is opened looks at once.
        """
        waits = self.phase == "to-do" and self.index > 0 and not self.session.model.jobs
        return waits and not self._unattended and self.act.over(self._before, self.moment())

    def _goes_by_itself(self) -> bool:
        """At pace fast or alone everything, live what others do."""
        return self._unattended or (
            self.pace == "live" and self.phase == "to-do" and self.act.who != "customer"
        )

    @property
    def _unattended(self) -> bool:
        """Whether nobody has to press a key."""
        return self.pace == "fast" or self.alone

    def _go_on(self) -> None:
        if self._clock() < self._until:
            return
        self._stand()
        if not self.session.at_rest:
            return
        model = self.session.model
        failed = [one for job, one in model.failures.items() if job != "look" and self._known.get(job) != one]
        if failed:
            self._fail(failed[0].message)
            return
        deed = next(self._deeds, None)
        if deed is not None:
            deed()
        elif self.act.over(self._before, self.moment()):
            self._finish()
        elif self._ticks() - self._begun > PATIENCE:
            self._fail("what was to be seen does not come")
        elif self._ticks() - self._looked > LOOK_SECONDS:
            self._looked = self._ticks()
            self.session.look()

    def _finish(self) -> None:
        checkpoint, moment = self.scenario.checkpoint[self.index], self.moment()
        wrong = unmet(checkpoint, moment)
        if wrong:
            self._fail(wrong)
            return
        self._stand()
        self.phase = "over"
        state = moment.timeline.state if moment.timeline else ""
        if self.ended and state != self.scenario.ends:
            self._fail(f"the scenario says that it ends {self.scenario.ends}, and it is {state}")
            return
        fill = words_of(self.session.model.draft.cloud.platform).fill
        self.kept.append(Kept(rail(self.scenario, self.index, moment, "past", fill), self.session.model))
        self._on_kept(self.kept[-1])

    def _fail(self, problem: str) -> None:
        self._stand()
        self.phase, self.problem = "failed", problem

    # -- what the acts do --------------------------------------------------------------------------------

    def play(self, move: str) -> None:
        """The other party makes a move of its own, whatever the scenario says."""
        self.looked_at = None
        line = self.session.model.timeline
        if move == SILENT and line is not None and line.due is not None:
            self._pass(line.due + LATE - self._clock())
        self.session.play(move)

    def changes(self, part: Callable[[Plan], Plan]) -> Iterator[Deed]:
        """Plan, then make the part of the plan that is this act's."""
        yield self.session.plan
        planned = self.session.model.plan
        if planned is not None and not blocking(part(planned)) and pending(part(planned)):
            agreed = part(planned)
            yield lambda: self.session.apply(agreed)

    def answers(self) -> Iterator[Deed]:
        """Answer everything with what fits the sandbox, and keep it."""
        yield lambda: self.session.choose_type(self.scenario.type)
        yield self.session.collect
        yield self.session.keep

    def read_reply(self) -> Iterator[Deed]:
        """Read the newest message in the ticket."""
        messages = self.session.model.inbox
        if messages:
            yield lambda: self.session.details(messages[-1].text)

    def turn_away(self) -> Iterator[Deed]:
        """Close the list, then reject what strangers asked for."""
        yield lambda: self.session.play("close")
        seen = self.session.model.incoming
        for connection in seen.strangers if seen else ():
            yield partial(self.session.reject, connection)

    def spoil(self) -> Iterator[Deed]:
        """Have the scenario's fault brought about in the sandbox."""
        yield lambda: self.session.play(f"{BREAK}{self.scenario.fault}")
        self._broken = True
        yield self.session.look

    def mend(self) -> Iterator[Deed]:
        """Have it taken away again."""
        yield lambda: self.session.play(BREAK)
        self._broken = False
        yield self.session.look

    def move(self) -> Iterator[Deed]:
        """The other party's move that the act is."""
        yield lambda: self.session.play(self.act.move)


DEEDS: dict[ActName, Callable[[Walk], Iterator[Deed]]] = {
    "sign-in": lambda walk: iter(() if walk.session.model.identity else (walk.session.sign_in,)),
    "request": Walk.answers,
    "own-side": lambda walk: walk.changes(service_part),
    "send": lambda walk: iter((walk.session.sent,)),
    "file": lambda walk: iter((lambda: walk.session.file(""),)),
    "reply": Walk.read_reply,
    "connect": lambda walk: walk.changes(endpoint_part),
    "prove": lambda walk: iter((walk.session.probe,)),
    "turn-away": Walk.turn_away,
    "accept": lambda walk: iter((walk.session.accept,)),
    "prove-back": lambda walk: iter((walk.session.ask_the_other_side,)),
    "break": Walk.spoil,
    "mend": Walk.mend,
    "diagnose": lambda walk: iter((walk.session.diagnose,)),
    "audit": lambda walk: iter((walk.session.audit,)),
    **{name: Walk.move for name, act in ACTS.items() if act.move and name != "turn-away"},
}
"""What an act does: one thing after the other, each once the one before is over."""


def opening_of(scenario: Scenario, platform: str | None) -> Framed:
    """What is said before the first checkpoint on a cloud."""
    return opening(scenario, words_of(platform).fill)


def closing_of(scenario: Scenario, models: Sequence[Model]) -> Framed | None:
    """What is said after the last checkpoint, by what every checkpoint left; None where one is missing."""
    if len(models) < len(scenario.checkpoint):
        return None
    words = words_of(models[-1].draft.cloud.platform)
    return closing(scenario, moment_of(models[-1]), words.platform, words.fill)


def moment_of(model: Model, broken: bool = False) -> Moment:
    """What a model shows, as the acts are judged by it."""
    reply = model.reply.problems if model.reply else ()
    causes = model.diagnosis.causes if model.diagnosis else ()
    findings = model.audit.findings if model.audit else ()
    strangers = model.incoming.strangers if model.incoming else ()
    return Moment(
        now=model.now,
        signed_in=model.identity is not None and bool(model.networks) and "connect" not in model.jobs,
        complete=model.id is not None
        and model.inventory is not None
        and model.story.draft == model.draft
        and not any(problem.severity == "error" for problem in model.problems),
        messages=len(model.inbox),
        asking=sum(one.state == "pending-acceptance" for one in strangers),
        broken=broken,
        timeline=model.timeline,
        codes=frozenset(
            (
                *(one.code for one in reply),
                *(one.code for one in causes),
                *(one.check for one in findings),
            )
        ),
        replies=model.replies,
        diagnoses=model.diagnoses,
        audits=model.audits,
    )

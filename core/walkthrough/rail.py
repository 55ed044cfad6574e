"""The presenter's rail: what is said of one checkpoint, a pure function of scenario, checkpoint and moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from core.walkthrough.acts import ACTS, Act, Who
from core.walkthrough.moment import Moment
from core.walkthrough.scenario import Checkpoint, Scenario
from core.workflow.model import StepNumber

Phase = Literal["to-do", "under-way", "over", "failed", "past"]
"""How far the checkpoint is; ``past``: it is looked back at."""

ACTORS: dict[Who, str] = {
    "customer": "Customer",
    "cta": "CTA",
    "magento": "Magento",
    "stranger": "A stranger",
    "somebody": "Somebody",
}


@dataclass(frozen=True, slots=True)
class Rail:
    """What the presenter sees. ``number`` counts from 1; ``evidence`` is what shows how far the step is."""

    number: int
    of: int
    act: str
    title: str
    who: Who
    step: StepNumber | Literal[""]
    phase: Phase
    now: str
    why: str
    ask: str
    maps: str
    evidence: str
    at: datetime

    @property
    def actor(self) -> str:
        """Who acts, in words."""
        return ACTORS[self.who]


def rail(scenario: Scenario, index: int, moment: Moment, phase: Phase, fill: Callable[[str], str]) -> Rail:
    """The rail of the checkpoint ``index``. ``fill`` puts the cloud's words in; a scenario's own stay as they are."""
    checkpoint = scenario.checkpoint[index]
    act = ACTS[checkpoint.act]
    return Rail(
        number=index + 1,
        of=len(scenario.checkpoint),
        act=checkpoint.act,
        title=fill(act.title),
        who=act.who,
        step=act.step,
        phase=phase,
        now=checkpoint.now or fill(act.now),
        why=checkpoint.why or fill(act.why),
        ask=checkpoint.ask or fill(act.ask),
        maps=checkpoint.maps or fill(act.maps),
        evidence=_evidence(act, moment),
        at=moment.now,
    )


def _evidence(act: Act, moment: Moment) -> str:
    steps = moment.timeline.steps if moment.timeline else ()
    return next((one.evidence for one in steps if one.number == act.step), "")


def unmet(checkpoint: Checkpoint, moment: Moment) -> str:
    """What is other than the checkpoint says that it is, in words; empty where all is as the scenario says."""
    seen = moment.shown()
    if checkpoint.shows and checkpoint.shows not in seen:
        return f"the scenario says that it shows {checkpoint.shows}, and it does not"
    if checkpoint.gone and checkpoint.gone in seen:
        return f"the scenario says that {checkpoint.gone} is gone, and it is not"
    return ""

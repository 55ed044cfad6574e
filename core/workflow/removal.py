"""Undo as a person makes it: a plan of the removal, and the end of the story once nothing is left."""

from __future__ import annotations

from collections.abc import Callable

from core.cloud import Cloud, OnProgress
from core.journal import events as e
from core.request.model import Problem
from core.setup.attempt import RECENT, SETTLING
from core.setup.plan import Plan, pending
from core.setup.undo import plan_undo
from core.setup.undo_scene import unseen
from core.setup.undo_stops import UNSEEN_STATE
from core.workflow.enablement import Enablement
from core.workflow.provision import collect
from core.workflow.story import Place, Story, place_of, places


def region_of(story: Story) -> str | None:
    """Where to undo: the region in which things were made, whatever the request names by now."""
    return (places(story) or (place_of(story.draft),))[0].region


Pause = Callable[[float], bool]


def make_undo_plan(
    enablement: Enablement,
    cloud: Cloud,
    *,
    force: bool = False,
    on_progress: OnProgress | None = None,
    pause: Pause | None = None,
) -> Plan:
    """Plan the removal of everything that this enablement made, and of nothing else. Changes nothing.

    Looked at is where things were made, whatever the request names by now; of several places the first where
    something is left. ``force`` lets live connections be cut. With ``pause`` (waits so many seconds; True where
    the person gave up) what was made a moment ago is waited for, because the cloud may not show it yet. Raises
    CloudError.
    """
    story = enablement.story
    for place in places(story) or (place_of(story.draft),):
        planned = _plan_in(place, enablement, cloud, force, on_progress, pause)
        if planned.changes or planned.problems:
            return planned
    return planned


def _plan_in(
    place: Place,
    enablement: Enablement,
    cloud: Cloud,
    force: bool,
    on_progress: OnProgress | None,
    pause: Pause | None,
) -> Plan:
    if place.region is not None and place.region != cloud.region:
        elsewhere = Problem(
            "made-elsewhere",
            "cloud.region",
            "error",
            f"things were made in {place.region}, and the request now names {cloud.region}",
            f"Run privatelink undo {enablement.id}, which removes them there; or set the region back to "
            f"{place.region} on the wizard's first page, then undo.",
        )
        return Plan(problems=(elsewhere,))
    waits = iter(SETTLING if pause else ())
    while True:
        inventory = collect(place.account, cloud, place.network, on_progress)
        if isinstance(inventory, Problem):
            return Plan(problems=(inventory,))
        since = enablement.now() - RECENT
        wait = next(waits, None)
        if wait is None or not unseen(inventory, enablement.id, enablement.story, since):
            break
        if pause is None or pause(wait):
            break
    return plan_undo(inventory, enablement.id, enablement.story, force=force, offer=enablement.offer)


def finish_undo(enablement: Enablement, cloud: Cloud, planned: Plan) -> Plan:
    """See what is left after a removal was carried out; where that is nothing, and everything could be read,
    the story is told as undone. Returns the plan for what is left.

    ``planned`` is the plan that was carried out: where it had nothing to do, it is the evidence itself.
    What it deleted and the cloud still shows is nothing to do: the journal knows. Raises CloudError, JournalError.
    """
    left = make_undo_plan(enablement, cloud, force=True) if pending(planned) else planned
    if _wrote(enablement) and enablement.story.undone_at is None and not left.changes and not unclear(left):
        enablement.record(e.Undone(at=enablement.now()))
    return left


def _wrote(enablement: Enablement) -> bool:
    """Whether there was anything to undo: a write that is done, or whose end is not known. What was refused and what
    was only found in place is none; what was removed is also where an earlier run ended before it told the end.
    """
    story = enablement.story
    return bool(story.placed or story.in_doubt) or any(
        isinstance(event, e.ChangeDone) and event.action == "delete" for event in enablement.journal.events()
    )


def unclear(left: Plan) -> tuple[Problem, ...]:
    """The problems of a removal's plan because of which something may be left that it does not show."""
    return tuple(problem for problem in left.problems if problem.code != UNSEEN_STATE)

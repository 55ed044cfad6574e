"""The one idea: everything a screen or a command shows is a pure function of the story.

progress = timeline(story, observation, now, offer)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core.cloud import Watch
from core.network.model import Observation
from core.request.offer import Offer
from core.workflow.business_days import UnknownCountry, add_business_days, public_holidays, weekends_only
from core.workflow.drift import of_story
from core.workflow.facts import with_look
from core.workflow.model import ResourceState, State, Step, StepNumber, StepState, Timeline, Turn
from core.workflow.steps import judge
from core.workflow.story import Story
from core.workflow.telling import Told
from core.workflow.view import MADE, View
from core.workflow.words import ACTORS, moment, title

STATES: Mapping[StepNumber, State] = {
    "0": "preparing",
    "1": "preparing",
    "2": "preparing",
    "3": "requested",
    "4": "connecting",
    "5": "connecting",
    "6": "verifying",
    "7a": "accepting",
    "7b": "accepting",
    "7c": "verifying",
}
"""What an enablement is called while a step is the first that is open."""

_OTHERS: tuple[StepNumber, ...] = ("2", "3", "5", "7a")
"""The steps of the CTA and of Magento: the clock of business days runs while one of them is open."""

_PROOFS: frozenset[StepNumber] = frozenset({"6", "7c"})
"""The customer's steps that nobody waits for."""


def timeline(
    story: Story, observation: Observation | None, now: datetime, offer: Offer, watch: Watch | None = None
) -> Timeline:
    """Where an enablement stands at ``now`` (aware, in the person's time zone).

    ``observation`` is the last look, None where there was none: then what the journal saw last counts.
    ``watch``, where given, is what that look asked for, so that what went away is noticed for certain.
    Total: whatever is in a journal or came from a cloud, this answers. Raises ValueError for a naive ``now``.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    if observation is not None:
        story = with_look(story, observation, watch)
    view = View(story, offer, now)
    told = judge(view)
    steps = tuple(
        Step(number, ACTORS[number], title(number, view.azure), one.state, one.since, one.evidence)
        for number, one in told.items()
    )
    counted = {number: one for number, one in told.items() if view.bidirectional or number[0] not in "07"}
    unfinished = {number: one for number, one in counted.items() if one.state not in ("done", "not-needed")}
    state = _state(story, unfinished)
    changed = of_story(view)
    turn, next_ = _next(state, unfinished)
    if changed and state == "verified":
        # The proof was made through what stood then.
        state, turn, next_ = "problem", "customer", f"{changed[0].id} is {changed[0].now}. {changed[0].mend}"
    clock = story.filed_at or story.sent_at
    waiting = tuple(number for number in _OTHERS if number in unfinished)
    due = None
    if clock is not None and waiting and story.undone_at is None:
        due = _due(clock, now, offer)
    return Timeline(
        state=state,
        turn=turn,
        next=next_,
        due=due,
        overdue=due is not None and now > due,
        nudge=_nudge(view, waiting[0]) if due is not None else "",
        steps=steps,
        resources=_resources(story),
        drift=changed,
    )


def _state(story: Story, unfinished: Mapping[StepNumber, Told]) -> State:
    if story.undone_at is not None:
        return "undone"
    if not unfinished:
        return "verified"
    if any(one.state == "problem" for one in unfinished.values()):
        return "problem"
    return STATES[next(iter(unfinished))]


def _next(state: State, unfinished: Mapping[StepNumber, Told]) -> tuple[Turn, str]:
    """Whose turn it is, and what they do: a problem first, then what the customer can do, then the others. Of the
    customer's steps those that others wait for come before those that nobody does.
    """
    if state == "undone":
        return "nobody", "Everything that this enablement made was removed."
    if state == "verified":
        return "nobody", "Nothing is left to do: the connection is verified."
    open_ = [(number, one) for number, one in unfinished.items() if one.next]
    open_.sort(key=lambda it: (it[1].state != "problem", it[1].turn != "customer", it[0] in _PROOFS))
    first = open_[0][1] if open_ else None
    return (first.turn, first.next) if first else ("customer", "See what is missing in the steps.")


def _due(clock: datetime, now: datetime, offer: Offer) -> datetime | None:
    """When the business days are over; None beyond the calendar."""
    assert now.tzinfo is not None
    try:
        is_holiday = public_holidays(offer.holidays)
    except UnknownCountry:
        # The settings refuse such a country; a day too early is better than no date.
        is_holiday = weekends_only
    try:
        return add_business_days(clock, offer.business_days, is_holiday, now.tzinfo)
    except (OverflowError, ValueError):
        return None


_MISSING: Mapping[StepNumber, str] = {
    "2": "we have no Support ticket number yet. Please tell us whether the data is complete, and the number",
    "3": "we still need access for our account, and the connection details. Please post them here",
    "5": "our connection request still waits to be accepted. Please accept it",
    "7a": "the connection request from Magento to our endpoint service is still missing. Please submit it",
}


def _nudge(view: View, open_: StepNumber) -> str:
    """What to write while somebody else's part is open, naming ticket, project, date and what is missing."""
    story = view.story
    project = story.draft.project.id
    about = f"PrivateLink enablement for project {project}" if project else "our PrivateLink enablement"
    filed = f", filed {moment(story.filed_at, view.now)}" if story.filed_at else ""
    if story.ticket:
        about += f" (ticket {story.ticket}{filed})"
    elif story.sent_at:
        about += f" (data sent {moment(story.sent_at, view.now)})"
    owner = "Subscription" if view.azure else "Account"
    details = [f"{owner} {story.draft.cloud.account}."] if story.draft.cloud.account else []
    if story.draft.cloud.region:
        details.append(f"Region {story.draft.cloud.region}.")
    if open_ == "5":
        details += [f"Endpoint {leg.endpoint.fact.id}." for leg in view.legs() if leg.endpoint]
    service = view.own_service()
    missing = _MISSING[open_]
    if view.azure:
        missing = missing.replace("endpoint service", "private link service")
        missing = missing.replace("our account", "our subscription").replace("accept", "approve")
    if open_ == "7a" and service is not None:
        # Azure's ticket wants the resource id rather than the alias.
        name = service.fact.id if view.azure else service.fact.service or service.fact.id
        details.append(f"{'Private link' if view.azure else 'Endpoint'} service {name}.")
    return " ".join((f"Concerning {about}: {missing}.", *details))


def _resources(story: Story) -> tuple[ResourceState, ...]:
    """What was seen, with its state, and what was made and not seen yet."""
    seen = [
        ResourceState(one.fact.kind, one.fact.id, one.fact.state.lower(), one.fact.detail)
        for one in story.seen.values()
    ]
    made = [
        ResourceState(one.kind, one.id, MADE)
        for one in story.made.values()
        if (one.kind, one.id) not in story.seen
    ]
    return tuple(sorted((*seen, *made), key=lambda one: (one.kind, one.id)))


__all__ = ["ResourceState", "State", "Step", "StepNumber", "StepState", "Timeline", "Turn", "timeline"]

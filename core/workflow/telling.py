"""What a rule says of its step, and the words that the rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from core.journal.events import Probed
from core.request.facts import ACCOUNT_NAMES, SERVICE_NAMES
from core.workflow.model import StepNumber, StepState, Turn
from core.workflow.story import Seen
from core.workflow.view import MADE, View
from core.workflow.words import listed, moment, state_word

Done = frozenset[StepNumber]
"""The steps that are done."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says of its step. ``turn`` and ``next`` say who acts now and how, while it is open."""

    state: StepState
    evidence: str = ""
    since: datetime | None = None
    turn: Turn = "nobody"
    next: str = ""


Rule = Callable[[View, Done], Told]

TODO = Told("todo")


def vendor_word(view: View) -> str:
    """Who Magento is, as an endpoint service names it."""
    if not view.azure:
        return view.offer.aws_principal
    return listed(sorted(view.vendors())) or "the subscription that the ticket names"


def service_word(view: View) -> str:
    """What an endpoint service is called on the request's cloud."""
    return SERVICE_NAMES["azure" if view.azure else "aws"]


def account_word(view: View) -> str:
    """What an account is called on the request's cloud."""
    return ACCOUNT_NAMES["azure" if view.azure else "aws"]


def probe_told(probed: Probed, view: View, remedy: str) -> Told:
    """What a probe shows of a step."""
    where = f"{moment(probed.at, view.now)} from {probed.place}"
    if probed.ok:
        return Told("done", f"Every service answered {where}.", probed.at)
    silent = tuple(f"{one.service} (port {one.port})" for one in probed.services if not one.ok)
    evidence = f"No answer {where}: {listed(silent) or 'nothing was tried'}."
    return Told("problem", evidence, probed.at, "customer", remedy)


def ids(seen: Iterable[Seen]) -> str:
    """The ids, as a list in words."""
    return listed(one.fact.id for one in seen)


def states_of(seen: Iterable[Seen], view: View) -> str:
    """What each is, since when."""
    return "; ".join(
        f"{one.fact.id} is {state_word(one.fact.state, view.azure)} since {moment(one.since, view.now)}"
        + (f" ({one.fact.detail})" if one.fact.kind == "endpoint" and one.fact.detail else "")
        if one.fact.state != MADE
        else f"{one.fact.id} was made {moment(one.since, view.now)} and has not been looked at since"
        for one in seen
    )


def last_since(seen: Iterable[Seen]) -> datetime:
    """Since when the last of them is as it is."""
    return max(one.since for one in seen)

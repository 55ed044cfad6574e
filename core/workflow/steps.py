"""The rules of the steps: for each, what shows that it is done, and what it is otherwise.

Source: "Enablement workflow" of the PrivateLink page; what can be observed of each step on which cloud.

A rule is given the view and the steps that are done already. Whether it calls its own step done never depends
on those; only what it says of a step that is still open does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.journal.events import Probed
from core.request.facts import ACCOUNT_NAMES, SERVICE_NAMES
from core.request.identifiers import parse_service_name
from core.workflow.facts import NOT_VISIBLE
from core.workflow.model import StepNumber, StepState, Turn
from core.workflow.story import Seen
from core.workflow.view import ABSENT, ENDED, MADE, Leg, View, by_state
from core.workflow.words import listed, moment, state_word

Done = frozenset[StepNumber]


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says of its step. ``turn`` and ``next`` say who acts now and how, while it is open."""

    state: StepState
    evidence: str = ""
    since: datetime | None = None
    turn: Turn = "nobody"
    next: str = ""


Rule = Callable[[View, Done], Told]

_TODO = Told("todo")


def _own_side(view: View, done: Done) -> Told:
    """Step 0: the endpoint service stands, asks before it lets anybody in, and allows Magento alone."""
    service = view.own_service()
    if service is None:
        return _own_side_by_journal(view)
    told = f"{service.fact.id} is {service.fact.state} since {moment(service.since, view.now)}"
    flaws = view.flaws(service)
    if service.fact.state in ABSENT | {"failed", "deleting", "rejected"}:
        # Nobody depends on it before the request is out: until then it is just not there yet.
        return Told(
            "problem" if done & {"1", "2"} else "active",
            told,
            service.since,
            "customer",
            f"Make the {_service_word(view)} anew (privatelink apply), then put its new name in the ticket.",
        )
    if flaws:
        return Told(
            "problem",
            f"{told}, but {listed(flaws)}.",
            service.since,
            "customer",
            f"Correct {service.fact.id}: no automatic approval, and visible to Magento's subscription only."
            if view.azure
            else f"Correct {service.fact.id}: acceptance required, and Magento its only principal.",
        )
    if view.allows_vendor(service) is False:
        if view.azure and not view.offer.azure_subscriptions and not view.asked():
            # It came with the ticket, after this step: whoever makes the request adds it.
            later = "Magento's subscription is added with the connection request (privatelink apply)"
            return Told("done", f"{told}; it asks before it approves; {later}.", service.since)
        return Told(
            "problem" if done & {"1", "2"} else "active",
            f"{told}, but it does not allow Magento to connect.",
            service.since,
            "customer",
            f"Allow Magento ({_vendor_word(view)}) on {service.fact.id} (privatelink apply).",
        )
    if service.fact.state != "available":
        words = f"The cloud is setting the {_service_word(view)} up."
        return Told("active", told, service.since, "nobody", words)
    allowed = view.allows_vendor(service)
    if view.azure and not view.vendors():
        later = "Magento's subscription comes with the ticket, and is added then (privatelink apply)"
        return Told("done", f"{told}; it asks before it approves; {later}.", service.since)
    allows = f"allows only Magento ({_vendor_word(view)})" if allowed else "its principals could not be read"
    return Told("done", f"{told}; it asks before it accepts; {allows}.", service.since)


def _own_side_by_journal(view: View) -> Told:
    made = {one.kind: one for one in view.story.made.values()}
    service = made.get("endpoint-service")
    # On Azure the service itself is made visible to Magento's subscription, as far as one is known.
    if service is not None and ("principal" in made or view.azure):
        told = f"{service.id} was set up {moment(service.at, view.now)}; it has not been looked at since."
        return Told("done", told, service.at)
    named = view.story.draft.connection.service_name
    evidence = f"{named} has not been seen yet." if named else f"There is no {_service_word(view)} yet."
    return Told(
        "active",
        evidence,
        None,
        "customer",
        f"Set up your side: load balancer and {_service_word(view)} (privatelink plan, then apply).",
    )


def _vendor_word(view: View) -> str:
    if not view.azure:
        return view.offer.aws_principal
    return listed(sorted(view.vendors())) or "the subscription that the ticket names"


def _service_word(view: View) -> str:
    return SERVICE_NAMES["azure" if view.azure else "aws"]


def _account_word(view: View) -> str:
    return ACCOUNT_NAMES["azure" if view.azure else "aws"]


def _data_sent(view: View, done: Done) -> Told:
    """Step 1: the customer said that the data went out, or the ticket is there."""
    story = view.story
    if story.sent_at is not None:
        return Told("done", f"Sent {moment(story.sent_at, view.now)}.", story.sent_at)
    if story.filed_at is not None:
        return Told("done", f"Ticket {story.ticket} is filed.", story.filed_at)
    if view.bidirectional and "0" not in done:
        return Told("todo", f"The data includes the {_service_word(view)}'s name.")
    return Told(
        "active",
        "The data has not been sent yet.",
        None,
        "customer",
        "Send the enablement data to your CTA, or file the ticket yourself (privatelink ticket).",
    )


def _ticket_filed(view: View, done: Done) -> Told:
    """Step 2: the ticket's number is known."""
    story = view.story
    if story.filed_at is not None:
        told = f"Ticket {story.ticket}, filed {moment(story.filed_at, view.now)}."
        return Told("done", told, story.filed_at)
    if "1" not in done:
        return _TODO
    return Told(
        "waiting",
        "No ticket number is known yet.",
        story.sent_at,
        "cta",
        "The CTA verifies the data and files the ticket; enter its number then (privatelink filed).",
    )


def _details(view: View, done: Done) -> Told:
    """Step 3: Magento's service names are known, and each shows itself to the customer's account."""
    story = view.story
    if story.details_at is None or not story.service_names:
        if "2" not in done:
            return _TODO
        return Told(
            "waiting",
            "The connection details are not in yet.",
            story.filed_at,
            "magento",
            f"Magento allows your {_account_word(view)} and posts the connection details in the ticket; "
            "paste them then.",
        )
    received = f"Details received {moment(story.details_at, view.now)}"
    elsewhere = tuple(name for name in story.service_names if _other_region(name, view))
    if elsewhere:
        return Told(
            "problem",
            f"{listed(elsewhere)} is not in your region {view.story.draft.cloud.region}.",
            story.details_at,
            "customer",
            "Ask in the ticket for the service in your region: both sides must be in the same one.",
        )
    states = {name: story.seen.get(("vendor-service", name)) for name in story.service_names}
    hidden = {name: seen for name, seen in states.items() if seen and seen.fact.state == NOT_VISIBLE}
    if hidden:
        return Told(
            "waiting",
            f"{listed(hidden)} does not show itself to your {_account_word(view)}: not allowed yet, wrong region, "
            "or a typo in the name.",
            max(seen.since for seen in hidden.values()),
            "magento",
            f"Magento has to allow your {_account_word(view)}; compare the name with the ticket, and ask there.",
        )
    unseen = tuple(name for name, seen in states.items() if seen is None)
    if unseen:
        return Told(
            "done", f"{received}; nobody looked yet whether {listed(unseen)} is visible.", story.details_at
        )
    return Told("done", f"{received}; {listed(story.service_names)} is visible.", story.details_at)


def _other_region(name: str, view: View) -> bool:
    """Whether a service name (AWS) or alias (Azure) says another region."""
    parsed = parse_service_name(name)
    mine = (view.story.draft.cloud.region or "").strip().lower()
    return bool(mine) and parsed is not None and parsed.region is not None and parsed.region != mine


def _requested(view: View, done: Done) -> Told:
    """Step 4: an own endpoint to each of the vendor's services is there, in whatever state."""
    legs = view.legs()
    there = tuple(leg.endpoint for leg in legs if leg.endpoint is not None)
    missing = tuple(leg.service_name for leg in legs if leg.endpoint is None)
    if there and not missing:
        return Told("done", f"{_ids(there)} {'is' if len(there) == 1 else 'are'} there.", _first(there))
    if there or "3" in done:
        evidence = (
            f"There is no endpoint to {listed(missing)} yet." if missing else "There is no endpoint yet."
        )
        return Told(
            "active",
            evidence,
            None,
            "customer",
            f"Create the {'private ' if view.azure else ''}endpoint: the connection request (privatelink apply).",
        )
    return _TODO


def _approved(view: View, done: Done) -> Told:
    """Step 5: every endpoint is available."""
    legs = view.legs()
    states = by_state(legs)
    there = tuple(leg.endpoint for leg in legs if leg.endpoint is not None)
    ended = tuple(one for one in there if one.fact.state in ENDED)
    if ended:
        return Told(
            "problem",
            _states(ended, view),
            _last(ended),
            "customer",
            f"Ask in the ticket why; then delete {_ids(ended)} and make it anew (privatelink apply).",
        )
    if not there or len(there) < len(legs):
        return _TODO
    if len(states.get("available", ())) == len(legs):
        return Told("done", _states(there, view), _last(there))
    open_ = tuple(one for one in there if one.fact.state != "available")
    asked = tuple(one for one in open_ if one.fact.state not in ("pending", "partial"))
    if not asked:
        return Told(
            "waiting", _states(open_, view), _last(open_), "nobody", "The cloud is setting the endpoint up."
        )
    return Told(
        "waiting",
        _states(open_, view),
        _last(open_),
        "magento",
        f"Magento {'approves' if view.azure else 'accepts'} the connection request of {_ids(asked)}.",
    )


def _proved(view: View, done: Done) -> Told:
    """Step 6: a probe towards Magento passed, through the endpoint as it is now."""
    probed = view.proof("to-magento")
    if probed is not None:
        return _probe(probed, view, "Find what blocks it, then verify again (privatelink verify).")
    if "5" not in done:
        return _TODO
    older = view.story.proofs.get("to-magento")
    evidence = "Not verified yet."
    if older is not None:
        evidence = f"The probe of {moment(older.at, view.now)} is older than the endpoint's present state."
    return Told(
        "active", evidence, None, "customer", "Verify the connection from your network (privatelink verify)."
    )


def _incoming(view: View, done: Done) -> Told:
    """Step 7a: Magento's account, and nobody else's, asks to connect or is connected."""
    ours, strangers = view.connections()
    warned = "".join(_stranger(one, view) for one in strangers[:4] if one.fact.state not in ENDED)
    if ours:
        return Told("done", f"Magento's {ours[0].fact.id} asked to connect.{warned}", ours[0].since)
    if not done & {"5", "6"}:
        return Told("todo", warned.strip())
    return Told(
        "waiting",
        f"No connection request from Magento yet.{warned}",
        None,
        "magento",
        f"Magento requests a connection to your {_service_word(view)}.",
    )


def _stranger(one: Seen, view: View) -> str:
    who, since = f"{_account_word(view)} {one.fact.detail}", f"since {moment(one.since, view.now)}"
    if view.story.lets_in(one.fact.id):
        return f" {one.fact.id} of {who} was let in by its number ({since}): not Magento's."
    return f" {one.fact.id} of {who} also asks ({since}): not Magento's, never accept it."


def _accepted(view: View, done: Done) -> Told:
    """Step 7b: Magento's connection is available."""
    ours, _ = view.connections()
    if not ours:
        return _TODO
    best = ours[0]
    evidence = f"Magento's {_states((best,), view)}"
    if best.fact.state == "available":
        return Told("done", evidence, best.since)
    if best.fact.state in ENDED:
        return Told(
            "problem",
            evidence,
            best.since,
            "customer",
            "Ask Magento in the ticket to request the connection again.",
        )
    decided = view.story.decided.get(best.fact.id)
    accepted = decided is not None and decided.decision == "accept" and decided.at >= best.since
    if accepted or best.fact.state != "pending-acceptance":
        return Told("waiting", evidence, best.since, "nobody", "The cloud is setting the connection up.")
    verb = "Approve" if view.azure else "Accept"
    return Told("active", evidence, best.since, "customer", f"{verb} {best.fact.id} (privatelink accept).")


def _both_proved(view: View, done: Done) -> Told:
    """Step 7c: probes in both directions passed, each through the connection as it is now."""
    there, back = view.proof("to-magento"), view.proof("from-magento")
    if back is not None and not back.ok:
        return _probe(back, view, "Find what blocks it, then verify again (privatelink verify).")
    if there is not None and there.ok and back is not None:
        return Told("done", _probe(back, view, "").evidence, max(there.at, back.at))
    if "7b" not in done:
        return _TODO
    missing = "from Magento to you" if back is None else "from you to Magento"
    return Told(
        "active",
        f"Not verified yet: the direction {missing}.",
        None,
        "customer",
        "Verify both directions; Magento's side by the commands to paste (privatelink verify).",
    )


def _probe(probed: Probed, view: View, remedy: str) -> Told:
    where = f"{moment(probed.at, view.now)} from {probed.place}"
    if probed.ok:
        return Told("done", f"Every service answered {where}.", probed.at)
    silent = tuple(f"{one.service} (port {one.port})" for one in probed.services if not one.ok)
    evidence = f"No answer {where}: {listed(silent) or 'nothing was tried'}."
    return Told("problem", evidence, probed.at, "customer", remedy)


def _ids(seen: Iterable[Seen]) -> str:
    return listed(one.fact.id for one in seen)


def _states(seen: Iterable[Seen], view: View) -> str:
    return "; ".join(
        f"{one.fact.id} is {state_word(one.fact.state, view.azure)} since {moment(one.since, view.now)}"
        + (f" ({one.fact.detail})" if one.fact.kind == "endpoint" and one.fact.detail else "")
        if one.fact.state != MADE
        else f"{one.fact.id} was made {moment(one.since, view.now)} and has not been looked at since"
        for one in seen
    )


def _first(seen: Iterable[Seen]) -> datetime:
    return min(one.since for one in seen)


def _last(seen: Iterable[Seen]) -> datetime:
    return max(one.since for one in seen)


RULES: Mapping[StepNumber, Rule] = {
    "0": _own_side,
    "1": _data_sent,
    "2": _ticket_filed,
    "3": _details,
    "4": _requested,
    "5": _approved,
    "6": _proved,
    "7a": _incoming,
    "7b": _accepted,
    "7c": _both_proved,
}

IMPLIED: Mapping[StepNumber, tuple[StepNumber, ...]] = {
    "2": ("1",),
    "3": ("1", "2"),
    "4": ("1", "2", "3"),
    "5": ("1", "2", "3", "4"),
    "6": ("1", "2", "3", "4", "5"),
    "7a": ("0", "1", "2"),
    "7b": ("0", "1", "2", "7a"),
    "7c": ("0", "1", "2", "3", "4", "5", "6", "7a", "7b"),
}
"""What must have been done, by whomever and wherever, where a step is shown to be done."""

STICKY: Done = frozenset({"0", "5", "6", "7b"})
"""Steps whose problem stays one, whatever a later step shows."""


def judge(view: View) -> Mapping[StepNumber, Told]:
    """Every step of the enablement, in order, as far as the connection type has it."""
    shown = {number: rule(view, frozenset()) for number, rule in RULES.items()}
    own = {number: told for number, told in shown.items() if told.state == "done"}
    # The latest step that implies another is the one to name.
    by: dict[StepNumber, StepNumber] = {
        implied: number for number in RULES if number in own for implied in IMPLIED.get(number, ())
    }
    if view.story.details_at is not None:
        by = {"1": "3", "2": "3", **by}
    done: Done = frozenset((*own, *by))
    told: dict[StepNumber, Told] = {}
    for number, rule in RULES.items():
        verdict = rule(view, done)
        sticks = verdict.state == "problem" and number in STICKY
        if number in by and verdict.state != "done" and not sticks:
            verdict = Told("done", f"Done elsewhere: implied by step {by[number]}.", shown[by[number]].since)
        told[number] = verdict
    if view.bidirectional is not True:
        words = "Only a bidirectional connection needs this."
        spare: Told = Told("not-needed" if view.bidirectional is False else "todo", words)
        told |= dict.fromkeys(("0", "7a", "7b", "7c"), spare)
    return told


__all__ = ["IMPLIED", "RULES", "Done", "Leg", "Rule", "Told", "judge"]

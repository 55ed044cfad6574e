"""The rules of steps 4 to 7c: the connections, from the first request to the proof."""

from __future__ import annotations

from core.workflow.story import Seen
from core.workflow.telling import (
    TODO,
    Done,
    Told,
    account_word,
    ids,
    last_since,
    probe_told,
    service_word,
    states_of,
)
from core.workflow.view import ENDED, View, by_state, unproved_ports
from core.workflow.words import listed, moment


def requested(view: View, done: Done) -> Told:
    """Step 4: an own endpoint to each of the vendor's services is there, in whatever state."""
    legs = view.legs()
    there = tuple(leg.endpoint for leg in legs if leg.endpoint is not None)
    missing = tuple(leg.service_name for leg in legs if leg.endpoint is None)
    if there and not missing:
        came = min(view.came(one) for one in there)
        return Told("done", f"{ids(there)} {'is' if len(there) == 1 else 'are'} there.", came)
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
    return TODO


def approved(view: View, done: Done) -> Told:
    """Step 5: every endpoint is available."""
    legs = view.legs()
    states = by_state(legs)
    there = tuple(leg.endpoint for leg in legs if leg.endpoint is not None)
    ended = tuple(one for one in there if one.fact.state in ENDED)
    if ended:
        return Told(
            "problem",
            states_of(ended, view),
            last_since(ended),
            "customer",
            "Ask in the ticket why; then make it anew (privatelink apply): the plan deletes the old one first.",
        )
    if not there or len(there) < len(legs):
        return TODO
    if len(states.get("available", ())) == len(legs):
        return Told("done", states_of(there, view), last_since(there))
    open_ = tuple(one for one in there if one.fact.state != "available")
    asked = tuple(one for one in open_ if one.fact.state not in ("pending", "partial"))
    if not asked:
        return Told(
            "waiting",
            states_of(open_, view),
            last_since(open_),
            "nobody",
            "The cloud is setting the endpoint up.",
        )
    return Told(
        "waiting",
        states_of(open_, view),
        last_since(open_),
        "magento",
        f"Magento {'approves' if view.azure else 'accepts'} the connection request of {ids(asked)}.",
    )


def proved(view: View, done: Done) -> Told:
    """Step 6: a probe towards Magento passed, through the endpoint as it is now."""
    probed = view.proof("to-magento")
    if probed is not None:
        return probe_told(probed, view, "Find what blocks it, then verify again (privatelink verify).")
    if "5" not in done:
        return TODO
    older = view.story.proofs.get("to-magento")
    evidence = "Not verified yet."
    if older is not None:
        ports = ", ".join(str(port) for port in unproved_ports(view.story, "to-magento"))
        evidence = f"The probe of {moment(older.at, view.now)} " + (
            f"says nothing of port {ports}." if ports else "is older than the endpoint's present state."
        )
    return Told(
        "active", evidence, None, "customer", "Verify the connection from your network (privatelink verify)."
    )


def incoming(view: View, done: Done) -> Told:
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
        f"Magento requests a connection to your {service_word(view)}.",
    )


def _stranger(one: Seen, view: View) -> str:
    who, since = f"{account_word(view)} {one.fact.detail}", f"since {moment(one.since, view.now)}"
    if view.story.lets_in(one.fact.id):
        return f" {one.fact.id} of {who} was let in by its number ({since}): not Magento's."
    return f" {one.fact.id} of {who} also asks ({since}): not Magento's, never accept it."


def accepted(view: View, done: Done) -> Told:
    """Step 7b: Magento's connection is available."""
    ours, _ = view.connections()
    if not ours:
        return TODO
    best = ours[0]
    evidence = f"Magento's {states_of((best,), view)}"
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


def both_proved(view: View, done: Done) -> Told:
    """Step 7c: probes in both directions passed, each through the connection as it is now."""
    there, back = view.proof("to-magento"), view.proof("from-magento")
    if back is not None and not back.ok:
        return probe_told(back, view, "Find what blocks it, then verify again (privatelink verify).")
    if there is not None and there.ok and back is not None:
        return Told("done", probe_told(back, view, "").evidence, max(there.at, back.at))
    if "7b" not in done:
        return TODO
    missing = "from Magento to you" if back is None else "from you to Magento"
    return Told(
        "active",
        f"Not verified yet: the direction {missing}.",
        None,
        "customer",
        "Verify both directions; Magento's side by the commands to paste (privatelink verify).",
    )

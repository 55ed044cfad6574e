"""The rules of steps 0 to 3: the customer's side, the data, the ticket, Magento's details."""

from __future__ import annotations

from core.request.identifiers import parse_service_name
from core.workflow.facts import NOT_VISIBLE
from core.workflow.telling import (
    TODO,
    Done,
    Told,
    account_word,
    service_word,
    vendor_word,
)
from core.workflow.view import ABSENT, View
from core.workflow.words import listed, moment


def own_side(view: View, done: Done) -> Told:
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
            f"Make the {service_word(view)} anew (privatelink apply), then put its new name in the ticket.",
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
            return Told("done", f"{told}; it asks before it approves; {later}.", view.came(service))
        return Told(
            "problem" if done & {"1", "2"} else "active",
            f"{told}, but it does not allow Magento to connect.",
            service.since,
            "customer",
            f"Allow Magento ({vendor_word(view)}) on {service.fact.id} (privatelink apply).",
        )
    if service.fact.state != "available":
        words = f"The cloud is setting the {service_word(view)} up."
        return Told("active", told, service.since, "nobody", words)
    allowed = view.allows_vendor(service)
    if view.azure and not view.vendors():
        later = "Magento's subscription comes with the ticket, and is added then (privatelink apply)"
        return Told("done", f"{told}; it asks before it approves; {later}.", view.came(service))
    allows = f"allows only Magento ({vendor_word(view)})" if allowed else "its principals could not be read"
    return Told("done", f"{told}; it asks before it accepts; {allows}.", view.came(service))


def _own_side_by_journal(view: View) -> Told:
    made = {one.kind: one for one in view.story.made.values()}
    service = made.get("endpoint-service")
    # On Azure the service itself is made visible to Magento's subscription, as far as one is known.
    if service is not None and ("principal" in made or view.azure):
        told = f"{service.id} was set up {moment(service.at, view.now)}; it has not been looked at since."
        return Told("done", told, service.at)
    named = view.story.draft.connection.service_name
    evidence = f"{named} has not been seen yet." if named else f"There is no {service_word(view)} yet."
    return Told(
        "active",
        evidence,
        None,
        "customer",
        f"Set up your side: load balancer and {service_word(view)} (privatelink plan, then apply).",
    )


def data_sent(view: View, done: Done) -> Told:
    """Step 1: the customer said that the data went out, or the ticket is there."""
    story = view.story
    if story.sent_at is not None:
        return Told("done", f"Sent {moment(story.sent_at, view.now)}.", story.sent_at)
    if story.filed_at is not None:
        return Told("done", f"Ticket {story.ticket} is filed.", story.filed_at)
    if view.bidirectional and "0" not in done:
        return Told("todo", f"The data includes the {service_word(view)}'s name.")
    return Told(
        "active",
        "The data has not been sent yet.",
        None,
        "customer",
        "Send the enablement data to your CTA, or file the ticket yourself (privatelink ticket).",
    )


def ticket_filed(view: View, done: Done) -> Told:
    """Step 2: the ticket's number is known."""
    story = view.story
    if story.filed_at is not None:
        told = f"Ticket {story.ticket}, filed {moment(story.filed_at, view.now)}."
        return Told("done", told, story.filed_at)
    if "1" not in done:
        return TODO
    return Told(
        "waiting",
        "No ticket number is known yet.",
        story.sent_at,
        "cta",
        "The CTA verifies the data and files the ticket; enter its number then (privatelink filed).",
    )


def details(view: View, done: Done) -> Told:
    """Step 3: Magento's service names are known, and each shows itself to the customer's account."""
    story = view.story
    if story.details_at is None or not story.service_names:
        if "2" not in done:
            return TODO
        return Told(
            "waiting",
            "The connection details are not in yet.",
            story.filed_at,
            "magento",
            f"Magento allows your {account_word(view)} and posts the connection details in the ticket; "
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
            f"{listed(hidden)} does not show itself to your {account_word(view)}: not allowed yet, wrong region, "
            "or a typo in the name.",
            max(seen.since for seen in hidden.values()),
            "magento",
            f"Magento has to allow your {account_word(view)}; compare the name with the ticket, and ask there.",
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

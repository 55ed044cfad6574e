"""The words of the timeline: titles in the cloud's own terms, states as it spells them, moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from core.journal.events import Fact
from core.workflow.model import StepNumber, Turn

ACTORS: Mapping[StepNumber, Turn] = {
    "0": "customer",
    "1": "customer",
    "2": "cta",
    "3": "magento",
    "4": "customer",
    "5": "magento",
    "6": "customer",
    "7a": "magento",
    "7b": "customer",
    "7c": "customer",
}
"""Who takes each step. Source: "Enablement workflow" of the PrivateLink page."""

_AWS: Mapping[StepNumber, str] = {
    "0": "Network Load Balancer and endpoint service stand in your VPC",
    "1": "Send the enablement data to the CTA",
    "2": "Verify the data and file the Support ticket",
    "3": "Allow your account and post the connection details",
    "4": "Create the interface endpoint: the connection request",
    "5": "Accept the connection request",
    "6": "Verify the connection from your VPC to Magento",
    "7a": "Request a connection to your endpoint service",
    "7b": "Accept Magento's endpoint connection",
    "7c": "Verify both directions",
}
_AZURE: Mapping[StepNumber, str] = {
    **_AWS,
    "0": "Load Balancer and Private Link Service stand in your VNet",
    "3": "Allow your subscription and post the connection details",
    "4": "Create the private endpoint: the connection request",
    "5": "Approve the connection request",
    "6": "Verify the connection from your VNet to Magento",
    "7a": "Request a connection to your Private Link Service",
    "7b": "Approve Magento's private endpoint connection",
}

_AWS_STATES = {"pending-acceptance": "pendingAcceptance"}
_AZURE_STATES = {
    "pending-acceptance": "Pending",
    "available": "Approved",
    "rejected": "Rejected",
    "disconnected": "Disconnected",
}

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


_AZURE_KINDS: Mapping[str, str] = {
    "endpoint": "private endpoint",
    "endpoint-service": "private link service",
    "principal": "visibility",
    "security-group": "network security group",
    "targets": "pool member",
    "vendor-service": "Magento's service",
}
"""Kinds of changes and facts whose name is AWS's, as Azure calls them."""


def kind_word(kind: str, azure: bool) -> str:
    """A kind of change or fact as a person of the customer's cloud calls it."""
    own = _AZURE_KINDS.get(kind) if azure else None
    return own or kind.replace("-", " ")


def resource_state(kind: str, state: str, azure: bool) -> str:
    """A resource's state as its cloud spells it: on Azure only connections are approved."""
    return state_word(state, azure) if azure and kind in ("connection", "endpoint") else state


def said(fact: Fact, azure: bool) -> str:
    """A fact as one line: what it is, its state, and more where there is more."""
    state = resource_state(fact.kind, fact.state, azure)
    return f"{kind_word(fact.kind, azure)} {fact.id}: {state} {fact.detail}".rstrip()


def title(step: StepNumber, azure: bool) -> str:
    """A step's title in the words of the customer's cloud."""
    return (_AZURE if azure else _AWS)[step]


def state_word(state: str, azure: bool) -> str:
    """A connection's state as the cloud's own console and API spell it."""
    return (_AZURE_STATES if azure else _AWS_STATES).get(state, state)


def moment(at: datetime, now: datetime) -> str:
    """A moment in the person's zone (that of ``now``), with its day: ``Tue 14:02``, ``Tue 4 Nov 14:02``.

    The date is left out within six days of now, the year within the same year.
    """
    try:
        local = at.astimezone(now.tzinfo)
    except OverflowError:
        local = at
    day, clock = _DAYS[local.weekday()], f"{local.hour:02}:{local.minute:02}"
    if abs(local.date() - now.date()) < timedelta(days=6):
        return f"{day} {clock}"
    year = "" if local.year == now.year else f" {local.year}"
    return f"{day} {local.day} {_MONTHS[local.month - 1]}{year} {clock}"


def listed(words: Iterable[str], limit: int = 4) -> str:
    """Words in a row, the end of a long list as a number."""
    every = tuple(words)
    rest = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + rest

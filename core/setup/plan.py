"""The plan: what the customer's side of an enablement needs now, change by change; and its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.request.model import Problem
from core.setup.change import Change
from core.workflow.model import Drift

WRITES = frozenset({"create", "change", "delete"})


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes in an order in which they could be made one by one, what is wrong, and what is good to know.

    Keys are unique in ``changes``. A problem of severity ``error`` blocks the whole plan. ``drift`` is what somebody
    changed behind this program's back, as far as it was looked for.
    """

    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    drift: tuple[Drift, ...] = ()


def merge(parts: Iterable[Plan]) -> Plan:
    """Several parts as one plan, in their order; a problem or note that two parts share is told once."""
    parts = tuple(parts)
    return Plan(
        tuple(change for part in parts for change in part.changes),
        tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


REGISTRATION = "registration"
"""Key of the change that lets the subscription use Azure's network resources at all."""

ENDPOINT_SIDE = frozenset({"endpoint", "security-group", "ingress"})
"""First words of the keys of the changes that make the connection request."""


def service_part(plan: Plan) -> Plan:
    """The part of a plan that Magento connects to: everything but the connection request."""
    return replace(plan, changes=tuple(one for one in plan.changes if not _asks(one)))


def endpoint_part(plan: Plan) -> Plan:
    """The part of a plan that is the connection request: the endpoint and what it needs.

    Letting Magento see a service that stands already goes with it: on Azure the subscription to name there comes
    with Magento's reply. So does a registration, which everything needs first.
    """
    made = {one.key for one in pending(plan)}
    late = {REGISTRATION} if "endpoint-service" in made else {REGISTRATION, "principal"}
    also = made & late
    return replace(plan, changes=tuple(one for one in plan.changes if _asks(one) or one.key in also))


def _asks(change: Change) -> bool:
    return change.key.partition("/")[0] in ENDPOINT_SIDE


def pending(plan: Plan) -> tuple[Change, ...]:
    """The changes that write to the cloud account, in the plan's order."""
    return tuple(
        change
        for change in plan.changes
        if change.action in WRITES or (change.action == "adopt" and change.spec is not None)
    )


def complete(plan: Plan) -> bool:
    """Whether there is nothing to create, change or delete (adopting without a write counts as nothing)."""
    return not pending(plan)


def blocking(plan: Plan) -> tuple[Problem, ...]:
    """The problems that stand in the way of making the plan's changes."""
    return tuple(problem for problem in plan.problems if problem.severity == "error")

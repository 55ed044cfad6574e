"""A change as what a person does by hand in the cloud's console, and a whole plan as one such guide."""

from __future__ import annotations

from collections.abc import Mapping

from core.export.guides import Console, Guide, Scene, refs
from core.export.shell import variable
from core.request.identifiers import region_platform
from core.setup.change import Change
from core.setup.plan import Plan, blocking, pending
from core.text import visible


def console(
    change: Change, enablement: str, region: str, names: Mapping[str, str] | None = None
) -> Guide | None:
    """How to make a change in the console of the cloud that ``region`` is of; None where there is nothing to do.

    ``names`` are the names that the plan gives to the keys of its changes: by them a step names what another
    step makes (see :func:`names_of`). Raises ValueError for a change that does not say enough, or that this
    cloud does not have.
    """
    if change.action == "leave" or (change.action == "adopt" and change.spec is None):
        return None
    return _console(region).guide(Scene(change, enablement, region, names or {}))


def _console(region: str) -> Console:
    if region_platform(region.lower()) == "azure":
        from core.export import azure_console

        return azure_console.CONSOLE
    from core.export import aws_console

    return aws_console.CONSOLE


def names_of(plan: Plan) -> Mapping[str, str]:
    """The names of the plan's resources by the keys of their changes."""
    return {change.key: change.name for change in plan.changes}


def lines(guide: Guide) -> tuple[str, ...]:
    """A guide as lines of plain text: the address, then the numbered steps."""
    return (guide.address, *(f"{number}. {step}" for number, step in enumerate(guide.steps, 1)))


def by_hand(change: Change, plan: Plan, enablement: str, region: str) -> str:
    """One change of a plan by hand, as plain text: address and steps, then its command and its cost.

    Empty where there is nothing to do.
    """
    found = console(change, enablement, region, names_of(plan))
    if found is None:
        return ""
    command = (_run(change, plan), change.command) if change.command else ()
    cost = (f"Cost: {visible(change.cost)}",) if change.cost and change.action in ("create", "change") else ()
    return "\n".join((*lines(found), *command, *cost))


def _run(change: Change, plan: Plan) -> str:
    """What stands above a change's command: what its variables stand for, if it has any."""
    names, keys = names_of(plan), (row.key for row in refs(change.spec))
    given = ", ".join(f"${variable(key)} is the id of {visible(names.get(key, key))}" for key in keys)
    return f"Or run, where {given}:" if given else "Or run:"


def guide(plan: Plan, enablement: str, region: str) -> str:
    """The whole plan by hand, in its order, as plain text.

    For a plan with blocking problems it says only these; where nothing is to do, that.
    """
    stops = blocking(plan)
    if stops:
        told = (f"- {visible(problem.message)} {visible(problem.remedy)}" for problem in stops)
        return "\n".join(("This plan cannot be carried out yet:", *told, ""))
    todo = pending(plan)
    if not todo:
        return "Everything stands; nothing to do.\n"
    head = (
        f"PrivateLink enablement {visible(enablement)}, region {visible(region)}: {len(todo)} to do by hand.",
        "Do them in this order. What you make yourself, undo leaves standing: remove it yourself.",
    )
    parts = (
        f"{number}) {change.action} {change.kind}: {visible(change.name)}\n"
        + "\n".join(f"   {line}" for line in by_hand(change, plan, enablement, region).splitlines())
        for number, change in enumerate(todo, 1)
    )
    return "\n\n".join(("\n".join(head), *parts)) + "\n"

"""``plan``, ``apply``, ``undo``: the customer's side in the cloud."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial

import click

from core.cloud import Cloud
from core.export.console import console, guide, names_of
from core.setup.change import Change
from core.setup.executor import ExecutorEvent, Result
from core.setup.plan import Plan, pending
from core.text import visible
from core.workflow import provision, removal
from core.workflow.enablement import Enablement
from core.workflow.words import kind_word
from tui.cli import desk
from tui.cli.drift import drift_value, say_drift
from tui.cli.output import (
    DONE,
    FAILED,
    JSON,
    PROBLEMS,
    UNUSABLE,
    formatted,
    note,
    problem_value,
    put,
    say,
    say_problems,
    stop,
)
from tui.widgets.durations import count

MARKS = {"create": "+", "adopt": "=", "change": "~", "leave": "·", "delete": "-"}


def new_token(_key: str) -> str:
    """An idempotency token that nobody has used."""
    return os.urandom(16).hex()


def pause(seconds: float) -> bool:
    """Wait. Nobody cancels a command but by ending it."""
    time.sleep(seconds)
    return False


def change_value(change: Change) -> dict[str, object]:
    """A change's stable JSON keys."""
    return {
        "action": change.action,
        "kind": change.kind,
        "name": change.name,
        "id": change.id,
        "key": change.key,
        "reason": change.reason,
        "cost": change.cost,
        "command": change.command,
    }


def _guide_value(change: Change, planned: Plan, name: str, region: str) -> dict[str, object]:
    """How to make a change by hand, None where it makes no call."""
    found = console(change, name, region, names_of(planned))
    return {"guide": {"address": found.address, "steps": list(found.steps)} if found else None}


def _on_azure(one: Enablement) -> bool:
    return one.story.draft.cloud.platform == "azure"


def _blocked(planned: Plan) -> bool:
    return any(problem.severity == "error" for problem in planned.problems)


def _say_plan(planned: Plan, azure: bool) -> None:
    mends = {one.key: one for one in planned.drift if one.planned}
    for change in planned.changes:
        known = f"  {change.id}" if change.id else ""
        say(
            f"{MARKS[change.action]} {change.action:<6} {kind_word(change.kind, azure):<20} {change.name}{known}"
        )
        drifted = mends.get(change.key)
        if drifted is not None:
            say(f"         ! drift: it is {visible(drifted.now)}; it was {drifted.was}. {drifted.who}")
        if change.reason:
            say(f"           {change.reason}")
        if change.command:
            say(f"           $ {change.command}")
        if change.cost and change.action in ("create", "change"):
            say(f"           cost: {change.cost}")
    say_drift(tuple(one for one in planned.drift if not one.planned), azure)
    for text in planned.notes:
        say(f"note: {text}")
    say_problems(planned.problems)
    todo = len(pending(planned))
    if _blocked(planned):
        say("the problems above come first")
    else:
        say(f"{todo} to do" if todo else "nothing to do")


@click.command()
@click.argument("id")
@click.option("--undo", "undoing", is_flag=True, help="Plan the removal instead.")
@click.option("--guide", "guided", is_flag=True, help="Tell how to do it by hand in the cloud's console.")
@formatted
def plan(id: str, undoing: bool, guided: bool, form: str) -> None:
    """Show every change that the customer's side of ID needs now, with its command. Changes nothing."""
    with desk.enablement(id, write=False) as one:
        cloud = desk.cloud_of(one, removal.region_of(one.story) if undoing else None)
        undo_plan = partial(removal.make_undo_plan, pause=pause)
        planned = (undo_plan if undoing else provision.make_plan)(one, cloud)
        region = cloud.region
    if form == JSON:
        put(
            {
                "changes": [
                    change_value(change) | (_guide_value(change, planned, one.id, region) if guided else {})
                    for change in planned.changes
                ],
                "notes": list(planned.notes),
                "problems": [problem_value(problem) for problem in planned.problems],
                "drift": [drift_value(one) for one in planned.drift],
            }
        )
    elif guided:
        say(guide(planned, one.id, region))
    else:
        _say_plan(planned, _on_azure(one))
    stop(PROBLEMS if _blocked(planned) else DONE)


def _teller(form: str) -> Callable[[ExecutorEvent], None]:
    tell = note if form == JSON else say

    def on_event(event: ExecutorEvent) -> None:
        tell(f"{event.state:<8} {event.key}" + (f"  {event.text}" if event.text else ""))

    return on_event


def _result_value(planned: Plan, result: Result) -> list[dict[str, object]]:
    values = []
    for change in planned.changes:
        value = change_value(change)
        value["id"] = result.done.get(change.key, change.id)
        failure = result.failed.get(change.key)
        state = "failed" if failure else "skipped" if change.key in result.skipped else "done"
        value["result"] = "left" if change.action == "leave" else state
        if failure:
            value["error"] = {"code": failure.code, "message": failure.message, "remedy": failure.remedy}
        values.append(value)
    return values


def _carry_out(one: Enablement, cloud: Cloud, planned: Plan, form: str, yes: bool) -> Result:
    """Make the planned changes, or stop where the plan is blocked or not agreed to."""
    if _blocked(planned) or (pending(planned) and not yes):
        if form == JSON:
            put(
                {
                    "ok": False,
                    "changes": [change_value(change) for change in planned.changes],
                    "problems": [problem_value(problem) for problem in planned.problems],
                }
            )
        else:
            _say_plan(planned, _on_azure(one))
        if _blocked(planned):
            note("privatelink: nothing was changed: the problems above come first")
            stop(PROBLEMS)
        note("privatelink: nothing was changed: add --yes to agree to this plan")
        stop(UNUSABLE)
    return provision.apply_plan(one, cloud, planned, token=new_token, pause=pause, on_event=_teller(form))


def _finish(planned: Plan, result: Result, form: str, *, over: bool = True) -> None:
    """Print what was done. ``over`` is false where a look afterwards showed that something is left."""
    if form == JSON:
        put(
            {
                "ok": result.ok and over,
                "changes": _result_value(planned, result),
                "notes": list(planned.notes),
            }
        )
    else:
        for key, failure in result.failed.items():
            note(f"✗ {key}: {failure.message} [{failure.code}]\n    {failure.remedy}")
        for text in planned.notes:
            say(f"note: {text}")
        say(count(len(pending(planned)), "change") if pending(planned) else "nothing to do")
    stop((DONE if over else PROBLEMS) if result.ok else FAILED)


@click.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Agree to the plan. Without it nothing is changed.")
@formatted
def apply(id: str, yes: bool, form: str) -> None:
    """Do whatever the customer's side of ID can do now.

    Before the ticket: the load balancer and the endpoint service (bidirectional only). After Magento's
    details: the endpoint, which is the connection request. Nothing to do is no error. May be repeated.
    """
    with desk.enablement(id, write=True) as one:
        cloud = desk.cloud_of(one)
        planned = provision.make_plan(one, cloud)
        _finish(planned, _carry_out(one, cloud, planned, form, yes), form)


@click.command()
@click.argument("id")
@click.option("--yes", is_flag=True, help="Agree to the removal. Without it nothing is changed.")
@click.option("--force", is_flag=True, help="Remove it even while a connection is live.")
@formatted
def undo(id: str, yes: bool, force: bool, form: str) -> None:
    """Remove what this program made for ID, and nothing else."""
    with desk.enablement(id, write=True) as one:
        cloud = desk.cloud_of(one, removal.region_of(one.story))
        planned = removal.make_undo_plan(one, cloud, force=force, pause=pause)
        result = _carry_out(one, cloud, planned, form, yes)
        left = removal.finish_undo(one, cloud, planned) if result.ok else Plan()
        if left.changes:
            note(f"privatelink: {len(left.changes)} more to remove; undo again")
        unclear = removal.unclear(left)
        for problem in unclear:
            note(f"privatelink: {problem.message}\n    {problem.remedy}")
        _finish(planned, result, form, over=not (left.changes or unclear))

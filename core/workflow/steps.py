"""The rules of the steps: for each, what shows that it is done, and what it is otherwise.

Source: "Enablement workflow" of the PrivateLink page; what can be observed of each step on which cloud.

A rule is given the view and the steps that are done already. Whether it calls its own step done never depends
on those; only what it says of a step that is still open does.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.workflow import connecting, preparing
from core.workflow.model import StepNumber
from core.workflow.telling import Done, Rule, Told
from core.workflow.view import View

RULES: Mapping[StepNumber, Rule] = {
    "0": preparing.own_side,
    "1": preparing.data_sent,
    "2": preparing.ticket_filed,
    "3": preparing.details,
    "4": connecting.requested,
    "5": connecting.approved,
    "6": connecting.proved,
    "7a": connecting.incoming,
    "7b": connecting.accepted,
    "7c": connecting.both_proved,
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

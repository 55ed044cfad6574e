"""Before and after a walkthrough: who approves what is said of each direction, and nothing that did not come about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.request.model import PLATFORMS, Platform
from core.walkthrough import scenario
from core.walkthrough.frame import closing, opening
from core.walkthrough.moment import Moment
from core.workflow.model import Step, StepNumber, StepState, Timeline
from tui.words import words_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ALL: dict[StepNumber, StepState] = {
    "0": "done",
    "1": "done",
    "2": "done",
    "3": "done",
    "4": "done",
    "5": "done",
    "6": "done",
    "7a": "done",
    "7b": "done",
    "7c": "done",
}


def at(states: dict[StepNumber, StepState]) -> Moment:
    """A moment at which the steps are in these states."""
    steps = tuple(Step(number, "customer", "", state, None, "") for number, state in states.items())
    line = Timeline("preparing", "customer", "", None, False, "", steps, ())
    return replace(Moment(NOW), timeline=line)


def told(name: str, moment: Moment, platform: Platform = "aws") -> dict[str, str]:
    """What is said at the end, by what leads it."""
    framed = closing(scenario.load(name), moment, platform, words_of(platform).fill)
    assert len(dict(framed.told)) == len(framed.told)
    return dict(framed.told)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_direction_says_who_asks_and_who_approves(platform: Platform) -> None:
    both = told("bidirectional", at(ALL), platform)
    assert both["To Magento"].startswith("The customer asks, Magento approves. Done, and proved")
    assert both["From Magento"].startswith("Magento asks, the customer approves. Done, and proved")
    words = words_of(platform)
    assert f"one {words.endpoint} to Magento's {words.service}" in both["Customer"]
    assert f"one {words.balancer} with {words.a_service}" in both["Customer"]
    assert f"one {words.endpoint} to the customer's {words.service}" in both["Magento"]
    assert "From Magento" not in told("unidirectional", at(ALL), platform)


@pytest.mark.parametrize(
    ("states", "to", "back"),
    [
        ({}, "Nobody has asked", "Nobody has asked"),
        ({"4": "done", "5": "waiting"}, "Asked for, not approved", "Nobody has asked"),
        ({"4": "done", "5": "problem"}, "It does not stand", "Nobody has asked"),
        ({"5": "done", "6": "active"}, "Approved, not proved", "Nobody has asked"),
        ({"5": "done", "6": "problem"}, "Approved, and something does not answer", "Nobody has asked"),
        ({"6": "done", "7a": "done", "7b": "active"}, "Done, and proved", "Asked for, not approved"),
        ({"6": "done", "7b": "problem"}, "Done, and proved", "It does not stand"),
        ({"6": "done", "7b": "done", "7c": "problem"}, "Done, and proved", "Approved, and something"),
        ({"6": "done", "7b": "done", "7c": "active"}, "Done, and proved", "Approved, not proved"),
    ],
)
def test_how_far_it_came(states: dict[StepNumber, StepState], to: str, back: str) -> None:
    said = told("bidirectional", at(states))
    assert to in said["To Magento"]
    assert back in said["From Magento"]


def test_only_what_stands_is_somebodys() -> None:
    said = told("bidirectional", at({"0": "done"}))
    assert "interface endpoint" not in said["Customer"]
    assert "Has" not in said["Magento"]


@pytest.mark.parametrize("name", scenario.names())
def test_whoever_acts_in_a_scenario_is_named_at_its_end(name: str) -> None:
    one = scenario.load(name)
    for cloud in one.clouds:
        said = told(name, at(ALL), cloud)
        assert {"Customer", "CTA", "Magento", "For real", "Next", "Later"} <= set(said)
        assert one.about in dict(opening(one, words_of(cloud).fill).told).values()

"""Scenarios as files: what is read, what is refused and where, and that those of the program are what they say."""

from __future__ import annotations

import json
import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.explain.look_up import explain
from core.unusable import UnusableFile
from core.walkthrough import scenario
from core.walkthrough.acts import ACTS
from core.walkthrough.scenario import read

HEAD = 'title = "Mine"\ntype = "unidirectional"\n'
SIGN_IN = '[[checkpoint]]\nact = "sign-in"\n'
WORDS = {"overdue", "stranger"}
"""What a scenario can expect beside states and codes."""


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "title: Field required"),
        (HEAD, "checkpoint: Field required"),
        (HEAD + "checkpoint = []\n", "checkpoint: Tuple should have at least 1 item"),
        (HEAD + '[[checkpoint]]\nact = "dance"\n', "checkpoint.0.act: Input should be"),
        (HEAD + SIGN_IN + "hours = -1\n", "checkpoint.0.hours: Input should be greater"),
        (HEAD + SIGN_IN + 'note = "x"\n', "checkpoint.0.note: Extra inputs are not permitted"),
        (HEAD + '[[checkpoint]]\nact = "accept"\n', "checkpoint.0.act: accept needs a bidirectional"),
        (HEAD + '[[checkpoint]]\nact = "break"\n', "fault: the act break needs it"),
        (HEAD + 'fault = "x"\n' + SIGN_IN, "checkpoint: no act is break"),
        (HEAD + "begins = 2026-03-02T09:00:00Z\n" + SIGN_IN, "begins: has a time zone"),
        (HEAD + "begins = 9999-12-31T09:00:00\n" + SIGN_IN, "begins: the year is not from 2000 to 2100"),
        (HEAD + "begins = 0001-01-01T00:00:00\n" + SIGN_IN, "begins: the year is not from 2000 to 2100"),
        (HEAD + 'clouds = ["gcp"]\n' + SIGN_IN, "clouds.0: Input should be 'aws' or 'azure'"),
        ("title = \n", "Invalid value"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, where: str) -> None:
    with pytest.raises(UnusableFile) as caught:
        read(text.encode())
    assert caught.value.message.startswith(where)
    assert "privatelink scenarios" in caught.value.remedy


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode()))
def test_any_bytes_are_a_scenario_or_unusable(data: bytes) -> None:
    told = None
    try:
        told = read(data)
    except UnusableFile as error:
        told = error.message and error.remedy
    assert told


@pytest.mark.parametrize("name", scenario.names())
def test_those_of_the_program(name: str) -> None:
    """Each fits the published schema, and what it expects is a code or state that exists."""
    source = scenario.source(name)
    jsonschema.validate(json.loads(json.dumps(tomllib.loads(source))), scenario.schema())
    one = scenario.load(name)
    assert one.about
    states = set(scenario.Scenario.model_json_schema()["properties"]["ends"]["enum"])
    for checkpoint in one.checkpoint:
        assert checkpoint.shows is None or checkpoint.shows in states | WORDS or explain(checkpoint.shows)


def test_every_act_is_played_somewhere() -> None:
    played = {one.act for name in scenario.names() for one in scenario.load(name).checkpoint}
    assert set(ACTS) == played


def test_a_name_that_is_none() -> None:
    with pytest.raises(UnusableFile) as caught:
        scenario.load("../secrets")
    assert "unidirectional" in caught.value.remedy

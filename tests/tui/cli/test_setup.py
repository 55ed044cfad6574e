"""``plan``, ``apply``, ``undo``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.journal import events as e
from core.journal import store
from core.request.offer import Offer
from core.workflow.enablement import Enablement
from providers.sandbox import Sandbox
from tests.e2e import requests
from tests.e2e.account import Account
from tests.e2e.program import InProcess
from tui.cli import desk

CHANGE = {"action", "kind", "name", "id", "command"}


@pytest.fixture
def name(program: InProcess, sandbox: Sandbox, tmp_path: Path) -> str:
    """A new bidirectional enablement."""
    file = requests.write(tmp_path, requests.BIDIRECTIONAL, sandbox.environment)
    return str(program.json("new", file)["id"])


def test_plan_apply_undo(program: InProcess, customer: Account, name: str) -> None:
    before = customer.resources()
    told = program.json("plan", name)
    assert all(set(change) >= CHANGE for change in told["changes"])
    lines = program("plan", name).out
    assert all(change["command"] in lines for change in told["changes"])
    assert "10 to do" in lines

    for form in ("text", "json"):
        asked = program("apply", name, "--format", form, code=2)
        assert "add --yes" in asked.err
    assert customer.resources() == before

    done = program("apply", name, "--yes", "--format", "json")
    assert {change["result"] for change in done.json["changes"]} == {"done"}
    assert all(change["id"] for change in done.json["changes"])
    assert "done     endpoint-service" in done.err, "progress goes to stderr"
    again = program("apply", name, "--yes")
    assert again.out.splitlines()[-1] == "nothing to do"
    assert {change["result"] for change in program.json("apply", name)["changes"]} == {"left"}

    removal = program.json("plan", name, "--undo")
    assert {change["action"] for change in removal["changes"]} == {"delete"}
    program.json("undo", name, code=2)
    gone = program.json("undo", name, "--yes")
    assert {change["id"] for change in gone["changes"]} == set(customer.resources()) ^ set(before) | {
        change["id"] for change in removal["changes"]
    }
    assert customer.resources() == before
    assert "nothing to do" in program("undo", name, "--yes").out


def test_undo_goes_where_things_were_made(program: InProcess, customer: Account, name: str) -> None:
    """The request names another region by then; nothing has to be set back."""
    before = customer.resources()
    program("apply", name, "--yes")
    with store.open_to_write(Path(program.environment["PRIVATELINK_HOME"]), name, "the wizard") as journal:
        one = Enablement(journal, Offer(), desk.now)
        cloud = one.story.draft.cloud.model_copy(update={"region": "eu-west-1"})
        moved = one.story.draft.model_copy(update={"cloud": cloud})
        one.record(e.RequestSaved(at=one.now(), request=moved))
    assert customer.resources() != before
    told = program("apply", name, "--yes", code=1)
    assert f"privatelink undo {name}" in told.out + told.err
    assert "delete" in program("plan", name, "--undo").out
    program("undo", name, "--yes")
    assert customer.resources() == before


def test_the_plan_by_hand(program: InProcess, name: str) -> None:
    told = program.json("plan", name, "--guide")["changes"]
    assert told
    text = program("plan", name, "--guide").out
    for change in told:
        guide = change["guide"]
        assert f"{change['action']} {change['kind']}: {change['name']}" in text
        assert guide["address"] in text
        assert guide["address"].startswith("https://us-west-2.console.aws.amazon.com/")
        assert all(step in text for step in guide["steps"])
        assert change["command"] in text
    assert "guide" not in program.json("plan", name)["changes"][0]


@pytest.mark.parametrize(
    "command", [("plan",), ("apply", "--yes"), ("undo", "--yes"), ("accept",), ("verify",)]
)
def test_another_account(
    program: InProcess, sandbox: Sandbox, customer: Account, name: str, command: tuple[str, ...]
) -> None:
    """In another account everything looks as if it were not there: nothing is read into that."""
    before = customer.resources()
    other = {
        variable.removeprefix("MAGENTO_"): value
        for variable, value in sandbox.environment.items()
        if variable.startswith("MAGENTO_AWS")
    }
    told = program(command[0], name, *command[1:], "--format", "json", code=1, **other)
    problem = told.json["problems"][0]
    assert "402592597372" in problem["message"]
    assert "111122223333" in problem["message"]
    status = program("status", name, code=None, **other)
    assert name in status.out
    assert customer.resources() == before


BROKEN = (
    ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "unreachable"),
    ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""}, "no-credentials"),
)


@pytest.mark.parametrize(("changed", "error"), BROKEN)
@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("verify",)])
def test_a_cloud_that_cannot_be_asked(
    program: InProcess, name: str, changed: dict[str, str], error: str, command: tuple[str, ...]
) -> None:
    told = program(command[0], name, *command[1:], "--format", "json", code=3, **changed)
    assert told.json["ok"] is False
    assert [problem["code"] for problem in told.json["problems"]] == [error]
    assert told.json["problems"][0]["remedy"] in told.err


def test_two_writers(program: InProcess, name: str, tmp_path: Path) -> None:
    """The second one is told who holds the enablement; looking is possible all the while."""
    from core.journal import store

    with store.open_to_write(Path(program.environment["PRIVATELINK_HOME"]), name, "the test"):
        told = program("apply", name, "--yes", "--format", "json", code=2)
        assert told.json["problems"][0]["code"] == "held"
        assert "the test" in told.err
        assert program.json("status", name)["id"] == name
        assert json.loads(program("plan", name, "--format", "json").out)["changes"]

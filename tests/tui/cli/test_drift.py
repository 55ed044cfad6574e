"""``drift``, and what ``status`` and ``plan`` say of it: seen, named, mended by an agreed plan and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from providers.sandbox import Sandbox
from tests.e2e import requests
from tests.e2e.account import Account
from tests.e2e.program import InProcess

KEYS = {"key", "kind", "id", "was", "now", "since", "who", "mend", "planned"}


@pytest.fixture
def name(program: InProcess, sandbox: Sandbox, tmp_path: Path) -> Iterator[str]:
    """A bidirectional enablement whose own side stands; it is removed again."""
    file = requests.write(tmp_path, requests.BIDIRECTIONAL, sandbox.environment)
    made = str(program.json("new", file)["id"])
    program("apply", made, "--yes")
    program("status", made)
    yield made
    program("undo", made, "--yes", "--force")


def test_what_somebody_changed_is_told_by_every_command_and_mended_by_an_agreed_plan(
    program: InProcess, customer: Account, name: str
) -> None:
    assert program.json("drift", name) == {"drift": [], "complete": True, "problems": []}
    assert "nothing that was looked at" in program("drift", name).out
    before = customer.resources()
    own = {one.kind: one for one in before.values() if any(key.endswith(name) for key in one.tags)}
    customer.elbv2.delete_listener(ListenerArn=own["listener"].id)
    customer.ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=own["endpoint-service"].id, AcceptanceRequired=False
    )
    left = customer.resources()
    told = program.json("drift", name, code=1)
    assert told["complete"]
    found = {one["kind"]: one for one in told["drift"]}
    assert all(set(one) == KEYS for one in told["drift"])
    assert (found["listener"]["now"], found["listener"]["planned"]) == ("gone", True)
    assert found["endpoint-service"]["now"] == "letting in without asking"
    lines = program("drift", name, code=1).out
    assert f"drift: listener {own['listener'].id} is gone" in lines
    assert "CloudTrail has it as DeleteListener" in lines
    seen = program.json("status", name, code=1)
    assert [one["kind"] for one in seen["drift"]] == ["endpoint-service"], "a look reads no listener"
    assert "! drift: endpoint service" in program("status", name, code=1).out
    plan = program("plan", name).out
    assert plan.count("! drift:") == 2
    assert [one["key"] for one in program.json("plan", name)["drift"]] == [
        row["key"] for row in told["drift"]
    ]
    program("apply", name, code=2)
    assert customer.resources() == left, "nothing is mended unasked"
    program("apply", name, "--yes")
    after = customer.resources()
    assert {one.kind: one.settings for one in after.values()} == {
        one.kind: one.settings for one in before.values()
    }
    assert program.json("drift", name)["drift"] == []


def test_a_stranger_stops_the_plan_and_is_not_taken_away(
    program: InProcess, customer: Account, name: str
) -> None:
    [service] = [one for one in customer.resources().values() if one.kind == "endpoint-service"]
    customer.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service.id, AddAllowedPrincipals=["*"])
    told = program.json("drift", name, code=1)
    assert [one["now"] for one in told["drift"]] == ["open to everybody (*)"]
    assert not told["complete"], "a plan that is blocked shows not all"
    assert [one["code"] for one in told["problems"]] == ["stranger-principal"]
    assert "--remove-allowed-principals '*'" in told["drift"][0]["mend"]
    assert "not everything was checked" in program("drift", name, code=1).err
    program("apply", name, "--yes", code=1)
    assert "*" in customer.resources()[service.id].settings["principals"]
    customer.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service.id, RemoveAllowedPrincipals=["*"])
    assert program.json("drift", name)["drift"] == []


def test_without_a_cloud_nothing_is_called_fine(program: InProcess, name: str) -> None:
    told = program("drift", name, "--format", "json", code=3, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert told.json["problems"][0]["code"] == "unreachable"

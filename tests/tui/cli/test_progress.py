"""``status``, ``accept``, ``reject``, ``verify``, ``drift``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.setup import attempt
from providers.sandbox import Sandbox
from tests.e2e import requests
from tests.e2e.account import Account, Magento
from tests.e2e.program import InProcess, step

STATUS = {"id", "state", "turn", "next", "due", "steps", "resources"}
STEP = {"number", "actor", "state", "since", "evidence"}
RESOURCE = {"kind", "id", "state"}
DRIFT = {"key", "kind", "id", "was", "now", "since", "who", "mend", "planned"}


@pytest.fixture
def name(program: InProcess, sandbox: Sandbox, customer: Account, tmp_path: Path) -> Iterator[str]:
    """A bidirectional enablement whose own side stands; it is removed again."""
    made = str(
        program.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, sandbox.environment))["id"]
    )
    program("apply", made, "--yes")
    yield made
    program("undo", made, "--yes", "--force")


def service_of(customer: Account) -> str:
    """The name of the customer's one endpoint service."""
    services = [one for one in customer.resources().values() if one.kind == "endpoint-service"]
    return str(services[0].settings["service_name"])


def test_status_has_its_keys(program: InProcess, name: str) -> None:
    one = program.json("status", name)
    assert set(one) >= STATUS
    assert [row["number"] for row in one["steps"]] == ["0", "1", "2", "3", "4", "5", "6", "7a", "7b", "7c"]
    assert all(set(row) >= STEP for row in one["steps"])
    assert {row["actor"] for row in one["steps"]} == {"customer", "cta", "magento"}
    assert all(set(row) >= RESOURCE for row in one["resources"])
    assert {row["kind"] for row in one["resources"]} >= {"load-balancer", "endpoint-service"}
    assert [row["id"] for row in program.json("status")] == [name]
    assert all(set(row) >= STATUS for row in program.json("status"))
    lines = program("status", name).out
    assert lines.startswith(f"{name}: preparing · turn: customer")
    assert name in program("status").out


def test_what_status_saw_is_journaled(program: InProcess, sandbox: Sandbox, name: str) -> None:
    """Since when something is so stays the same from look to look, and is known without a cloud."""

    def since() -> list[str]:
        return [row["since"] for row in program.json("status", name)["steps"] if row["number"] == "0"]

    since()
    first = since()
    assert first != [None]
    assert since() == first
    journal = program.json("status")[0]
    assert {"available", "active"} & {row["state"] for row in journal["resources"]}


def test_status_without_a_cloud_tells_what_the_journal_knows(program: InProcess, name: str) -> None:
    told = program("status", name, "--format", "json", code=3, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert told.json["state"] == "preparing"
    assert "not looked at the cloud" in told.err


def test_status_of_none(offline: InProcess) -> None:
    assert offline.json("status") == []
    assert "privatelink new" in offline("status").out


def test_accept_takes_magento_and_nobody_else(
    program: InProcess, sandbox: Sandbox, customer: Account, magento: Magento, name: str
) -> None:
    none = program.json("accept", name, code=4)
    assert none == {"ok": False, "accepted": [], "strangers": []}
    service = service_of(customer)
    # A stranger: the customer's own account asks, after somebody allowed it.
    customer.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service.rpartition(".")[2], AddAllowedPrincipals=["arn:aws:iam::111122223333:root"]
    )
    stranger = customer.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=sandbox.world.vpc,
        ServiceName=service,
        SubnetIds=[sandbox.world.private_subnets[1]],
    )["VpcEndpoint"]["VpcEndpointId"]
    told = program("accept", name, "--format", "json", code=4)
    assert [row["endpoint_id"] for row in told.json["strangers"]] == [stranger]
    assert stranger in told.err
    theirs = magento.connect(service)
    seen = program("accept", name)
    assert theirs in seen.out
    assert stranger not in seen.out
    assert stranger in seen.err
    again = program.json("accept", name)
    assert [row["endpoint_id"] for row in again["accepted"]] == [theirs]
    states = {
        row["VpcEndpointId"]: row["VpcEndpointState"].lower()
        for row in customer.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"]
    }
    assert states == {theirs: "available", stranger: "pendingacceptance"}
    customer.ec2.delete_vpc_endpoints(VpcEndpointIds=[stranger])
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[theirs])


def test_accepted_and_still_being_set_up(
    program: InProcess, sandbox: Sandbox, customer: Account, magento: Magento, name: str
) -> None:
    """AWS needs a while after the acceptance: that is done, not Magento's turn."""
    endpoint = magento.connect(service_of(customer))
    sandbox.ground.timing.acceptance = 600.0
    try:
        accepted = program.json("accept", name)["accepted"]
        assert [(row["endpoint_id"], row["state"]) for row in accepted] == [(endpoint, "pending")]
        assert program.json("accept", name)["accepted"] == accepted
        assert step(program.json("status", name, code=None), "7b") == "waiting"
    finally:
        sandbox.ground.timing.acceptance = 0.0
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])


def test_verify_before_and_after(
    program: InProcess, sandbox: Sandbox, customer: Account, magento: Magento, name: str
) -> None:
    assert "no approved endpoint" in program("verify", name, code=1).err, "it is the customer's turn"
    magento.allow("111122223333", (80,))
    program("details", name, "--service-name", magento.service_name)
    program("apply", name, "--yes")
    assert "no approved endpoint" in program("verify", name, code=4).err, "it is Magento's turn"
    magento.approve()
    watched = program("status", name, "--watch", "--format", "json", code=None).out.splitlines()
    assert json.loads(watched[-1])["id"] == name, "one line an event"
    half = program("verify", name, code=4).out
    assert "✓ to-magento" in half
    theirs = magento.connect(service_of(customer))
    program("accept", name)
    commands = program.json("verify", name, code=4)["commands"]["from-magento"]
    assert commands in program("verify", name, code=4).out
    garbage = program("verify", name, "--output", "-", "--format", "json", code=2, stdin=b"\xe2\x9c\x93 fine")
    assert "names none of the endpoints" in garbage.err
    refused = commands.replace(
        "curl -v", "* connect to 10.0.1.9 port 3306 failed: Connection refused\ncurl -v"
    )
    assert program.json("verify", name, "--output", "-", code=1, stdin=refused.encode())["ok"] is False
    done = program("verify", name, "--output", "-", stdin=magento.run(commands).encode())
    assert "verified" in done.out
    assert program.json("verify", name)["ok"] is True
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[theirs])


def test_a_stranger_is_rejected_or_accepted_by_its_number(
    program: InProcess, sandbox: Sandbox, customer: Account, magento: Magento, name: str
) -> None:
    own = sandbox.environment["PRIVATELINK_SANDBOX_ACCOUNT"]
    service = service_of(customer)
    principals = {"ServiceId": service.rpartition(".")[2]}
    customer.ec2.modify_vpc_endpoint_service_permissions(
        **principals, AddAllowedPrincipals=[f"arn:aws:iam::{own}:root"]
    )

    def ask() -> str:
        return str(
            customer.ec2.create_vpc_endpoint(
                VpcEndpointType="Interface",
                VpcId=sandbox.world.vpc,
                ServiceName=service,
                SubnetIds=[sandbox.world.private_subnets[1]],
            )["VpcEndpoint"]["VpcEndpointId"]
        )

    first, second = ask(), ask()
    wrong = program("accept", name, "--stranger", own[:-1] + "0", "--format", "json", code=1)
    assert "waits to be accepted" in wrong.err
    assert "add --yes" in program("reject", name, first, code=2).err
    assert program.json("reject", name, first, "--yes")["rejected"]["endpoint_id"] == first
    assert "no connection of" in program("reject", name, "vpce-0", "--yes", code=2).err
    accepted = program.json("accept", name, "--stranger", own, "--connection", second)
    assert [(row["endpoint_id"], row["state"]) for row in accepted["accepted"]] == [(second, "available")]
    assert "accepted by its account's number" in program("accept", name, code=4).err
    theirs = magento.connect(service)
    customer.ec2.modify_vpc_endpoint_service_permissions(**principals, AddAllowedPrincipals=["*"])
    told = program("accept", name, "--format", "json", code=1)
    assert told.json["problems"][0]["code"] == "stranger-principal"
    assert "--remove-allowed-principals '*'" in told.err
    for command in (("plan", name), ("apply", name, "--yes")):
        assert "[stranger-principal]" in program(*command, code=1).out
    customer.ec2.modify_vpc_endpoint_service_permissions(**principals, RemoveAllowedPrincipals=["*"])
    assert theirs in program("accept", name).out
    customer.ec2.delete_vpc_endpoints(VpcEndpointIds=[first, second])
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[theirs])


def test_accept_on_one_direction(program: InProcess, sandbox: Sandbox, tmp_path: Path) -> None:
    file = requests.write(tmp_path, requests.UNIDIRECTIONAL, sandbox.environment)
    name = program.json("new", file)["id"]
    assert program.json("accept", name)["accepted"] == []
    assert "nothing to accept" in program("accept", name).err


def test_what_somebody_changed_is_told_by_every_command_and_mended_by_an_agreed_plan(
    program: InProcess, customer: Account, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is gone and made anew is looked for first, for ten seconds: it might only be shown late.
    monkeypatch.setattr(attempt, "SETTLING", ())
    program("status", name)
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
    assert all(set(one) == DRIFT for one in told["drift"])
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
    assert program.json("drift", name) == {"drift": [], "complete": True, "problems": []}


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
    assert "nothing that was looked at" in program("drift", name).out


def test_without_a_cloud_nothing_is_called_fine(program: InProcess, name: str) -> None:
    told = program("drift", name, "--format", "json", code=3, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert told.json["problems"][0]["code"] == "unreachable"

"""A whole enablement by commands alone, Magento's moves made by somebody else's script."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import requests
from tests.e2e.account import PRINCIPAL, Account, Magento, Resource
from tests.e2e.program import InProcess, Program, clean_environment, sandbox, step

THINGS = {"load-balancer", "target-group", "listener", "endpoint-service", "security-group", "endpoint"}
"""Kinds of change that are resources of their own; the others are settings of these."""


def planned(changes: list[dict[str, Any]], *actions: str) -> set[tuple[str, str]]:
    """Kind and name of the resources that a plan makes."""
    return {
        (one["kind"], one["name"]) for one in changes if one["action"] in actions and one["kind"] in THINGS
    }


@contextmanager
def nothing_else_changes(account: Account) -> Iterator[Callable[[], dict[str, Resource]]]:
    """Gives what is new since the beginning; what was there before has to be as it was all the while."""
    before = account.resources()

    def new() -> dict[str, Resource]:
        now = account.resources()
        assert {key: now.get(key) for key in before} == before
        return {key: one for key, one in now.items() if key not in before}

    yield new
    new()


def wait_until(there: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


@pytest.mark.parametrize("kind", [InProcess, pytest.param(Program, marks=pytest.mark.slow)])
def test_bidirectional(kind: type[Program], manual: dict[str, str], tmp_path: Path) -> None:
    program = kind(clean_environment(tmp_path, **manual), folder=tmp_path)
    file = requests.write(tmp_path, requests.BIDIRECTIONAL, manual)
    customer, magento = Account(manual), Magento(manual)
    with nothing_else_changes(customer) as new:
        assert program.json("check", file)["ok"]
        answer = program.json("new", file)
        assert set(answer) == {"id"}
        name = answer["id"]
        tag = f"privatelink:{name}"
        assert new() == {}

        # Before the ticket: the customer's own side.
        first = program.json("plan", name)["changes"]
        assert {one["action"] for one in first if one["kind"] in THINGS} == {"create"}
        assert all(one["command"].startswith("aws ") and one["id"] is None for one in first)
        assert new() == {}, "a plan changes nothing"
        program.json("apply", name, "--yes")
        made = new()
        assert {(one.kind, one.name) for one in made.values()} == planned(first, "create")
        assert all(tag in one.tags for one in made.values())
        by_kind = {one.kind: one for one in made.values()}
        service = by_kind["endpoint-service"].settings
        assert service["acceptance"] is True
        assert service["principals"] == [PRINCIPAL]
        assert service["balancers"] == [by_kind["load-balancer"].id]
        assert by_kind["load-balancer"].settings["type"] == "network"
        assert by_kind["load-balancer"].settings["scheme"] == "internal"
        assert by_kind["load-balancer"].settings["cross_zone"] == "true"
        ports = {one.settings["port"] for one in made.values() if one.kind == "listener"}
        assert ports == {3306, 8443}
        groups = [one.settings for one in made.values() if one.kind == "target-group"]
        assert sorted(one["targets"] for one in groups) == [[("10.20.1.20", 3306)], [("10.20.2.21", 8080)]]

        ticket = program.json("ticket", name)
        assert service["service_name"] in ticket["markdown"]
        assert all(str(port) in ticket["plain"] for port in (80, 3306, 8443))

        filed = program.json("filed", name, "--ticket", "200041")
        assert filed["ticket"] == "200041"
        assert filed["due"]
        status = program.json("status", name, code=4)
        assert (status["state"], status["turn"]) == ("requested", "magento")

        # Step 3, and the connection request.
        (tmp_path / "reply.txt").write_text(magento.allow("111122223333", (80,)))
        read = program.json("details", name, "--reply", str(tmp_path / "reply.txt"))
        assert read["service_names"] == [magento.service_name]
        second = program.json("plan", name)["changes"]
        assert planned(second, "leave") == planned(first, "create")
        program.json("apply", name, "--yes")
        later = {key: one for key, one in new().items() if key not in made}
        assert {(one.kind, one.name) for one in later.values()} == planned(second, "create")
        by_kind = {one.kind: one for one in later.values()}
        assert set(by_kind) == {"endpoint", "security-group"}
        assert by_kind["endpoint"].settings["type"] == "Interface"
        assert by_kind["endpoint"].settings["service"] == magento.service_name
        assert by_kind["endpoint"].settings["private_dns"] is False
        assert by_kind["endpoint"].settings["groups"] == [by_kind["security-group"].id]
        assert by_kind["security-group"].settings["ingress"] == [(80, 80, "10.20.0.0/16")]
        assert all(tag in one.tags for one in later.values())
        status = program.json("status", name, code=4)
        assert (status["turn"], step(status, "4"), step(status, "5")) == ("magento", "done", "waiting")

        # Before Magento approves there is nothing to prove.
        assert program.json("verify", name, code=4)["ok"] is False
        assert magento.approve() == [by_kind["endpoint"].id]
        endpoint = magento.connect(service["service_name"])
        accepted = program.json("accept", name)
        assert [one["endpoint_id"] for one in accepted["accepted"]] == [endpoint]
        assert accepted["strangers"] == []

        # Proved by bytes, both ways.
        half = program.json("verify", name, code=4)
        assert [(one["port"], one["ok"]) for one in half["results"]] == [(80, True)]
        assert set(half["commands"]) == {"from-magento"}
        output = magento.run(half["commands"]["from-magento"])
        proved = program.json("verify", name, "--output", "-", stdin=output.encode())
        assert (proved["ok"], proved["state"]) == (True, "verified")
        status = program.json("status", name)
        assert (status["state"], status["turn"], status["due"]) == ("verified", "nobody", None)
        assert {one["state"] for one in status["steps"]} == {"done"}
        ours = {one["id"] for one in status["resources"]}
        assert {key for key, one in new().items() if one.kind in ("endpoint", "endpoint-service")} <= ours

        # Once more: nothing to do, nothing done.
        everything = new()
        again = program.json("plan", name)["changes"]
        assert {one["action"] for one in again} <= {"leave", "adopt"}
        assert {one["id"] for one in again} >= set(everything)
        program.json("apply", name, "--yes")
        assert new() == everything

        # Undo: not while it is live, then everything of ours and nothing else.
        refused = program.json("undo", name, "--yes", code=1)
        assert {one["code"] for one in refused["problems"]} == {"connection-live", "endpoint-live"}
        assert new() == everything
        program.json("undo", name, "--yes", "--force")
        assert new() == {}
        assert program.json("status")[0]["state"] == "undone"


def test_unidirectional_as_text(program: Program, manual: dict[str, str], tmp_path: Path) -> None:
    """The same in processes of their own: lines that a person reads, and codes that a shell script can use."""
    file = requests.write(tmp_path, requests.UNIDIRECTIONAL, manual)
    customer, magento = Account(manual), Magento(manual)
    with nothing_else_changes(customer) as new:
        name = program("new", file).out.strip()
        assert "nothing to do" in program("apply", name, "--yes").out
        assert "Subject: PrivateLink support" in program("ticket", name).out
        program("filed", name, "--ticket", "CS 17/5")
        assert "turn: magento" in program("status", name, code=4).out
        magento.allow("111122223333", (80, 2222))
        program("details", name, "--service-name", magento.service_name)
        assert "+ create endpoint" in program("plan", name).out
        assert "done     endpoint/1" in program("apply", name, "--yes").out
        made = {one.kind: one for one in new().values()}
        assert made["security-group"].settings["ingress"] == [
            (80, 80, "10.20.0.0/16"),
            (2222, 2222, "10.20.0.0/16"),
        ]
        magento.approve()
        assert "verified" in program("verify", name).out
        assert f"{name}: verified" in program("status", name).out
        assert "2 changes" in program("undo", name, "--yes", "--force").out
        assert new() == {}


def test_done_elsewhere(manual: dict[str, str], tmp_path: Path) -> None:
    """No step forces the one before it: a service made in the console, a ticket filed by hand, an endpoint
    made by hand. What others made is used, stays, and is what it was."""
    program = InProcess(clean_environment(tmp_path, **manual))
    customer, magento = Account(manual), Magento(manual)
    network = manual["PRIVATELINK_SANDBOX_VPC"]
    subnets = customer.ec2.describe_subnets(
        Filters=[{"Name": "vpc-id", "Values": [network]}, {"Name": "tag:Name", "Values": ["shop-private-*"]}]
    )["Subnets"]
    places = [one["SubnetId"] for one in subnets]
    balancer = customer.elbv2.create_load_balancer(
        Name="by-hand", Type="network", Scheme="internal", Subnets=places
    )["LoadBalancers"][0]["LoadBalancerArn"]
    for port, target, target_port in ((3306, "10.20.1.20", 3306), (8443, "10.20.2.21", 8080)):
        group = customer.elbv2.create_target_group(
            Name=f"by-hand-{port}", Protocol="TCP", Port=target_port, VpcId=network, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        customer.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": target, "Port": target_port}])
        customer.elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol="TCP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
    customer.elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=balancer,
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}],
    )
    wait_until(
        lambda: (
            customer.elbv2.describe_load_balancers(LoadBalancerArns=[balancer])["LoadBalancers"][0]["State"][
                "Code"
            ]
            == "active"
        )
    )
    service = customer.ec2.create_vpc_endpoint_service_configuration(
        AcceptanceRequired=True, NetworkLoadBalancerArns=[balancer]
    )["ServiceConfiguration"]
    customer.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"], AddAllowedPrincipals=[PRINCIPAL]
    )
    magento.allow("111122223333", ())
    endpoint = customer.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=network,
        ServiceName=magento.service_name,
        SubnetIds=places[1:],
    )["VpcEndpoint"]["VpcEndpointId"]
    file = requests.write(tmp_path, requests.BIDIRECTIONAL, manual, service["ServiceName"])

    with nothing_else_changes(customer) as new:
        name = program.json("new", file)["id"]
        # Details before any ticket number is known.
        program.json("details", name, "--service-name", magento.service_name)
        changes = program.json("plan", name, code=None)["changes"]
        assert {one["action"] for one in changes} == {"adopt", "leave"}
        assert {service["ServiceId"], balancer, endpoint} <= {one["id"] for one in changes}
        program.json("apply", name, "--yes")
        assert new() == {}
        magento.approve()
        magento.connect(service["ServiceName"])
        program.json("accept", name)
        status = program.json("status", name)
        assert {step(status, number) for number in ("0", "1", "2", "3", "4", "5", "7a", "7b")} == {"done"}
        assert (status["state"], status["turn"]) == ("verifying", "customer")
        program.json("undo", name, "--yes")
        assert new() == {}
    customer.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    rejected = [one["VpcEndpointId"] for one in magento.ec2.describe_vpc_endpoints()["VpcEndpoints"]]
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=rejected)
    customer.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])


def test_magento_plays_by_itself(tmp_path: Path) -> None:
    """The sandbox as it is without options: ``status --watch`` ends when it is the customer's turn again."""
    with sandbox(tmp_path, "--delay", "0.3") as environment:
        program = InProcess(clean_environment(tmp_path, **environment))
        name = program.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, environment))["id"]
        program.json("apply", name, "--yes")
        program.json("filed", name, "--ticket", "1")
        program.json("details", name, "--service-name", environment["MAGENTO_SERVICE_NAME"])
        program.json("apply", name, "--yes")
        watched = program("status", name, "--watch")
        assert "turn: customer" in watched.out.splitlines()[-1]
        wait_until(lambda: program("accept", name, code=None).code == 0)
        half = program.json("verify", name, code=4)
        output = Magento(environment).run(half["commands"]["from-magento"])
        program.json("verify", name, "--output", "-", stdin=output.encode())
        assert program.json("status", name)["state"] == "verified"


@pytest.fixture
def plain_moto() -> Iterator[str]:
    """moto as anybody starts it, without what the sandbox adds."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def test_another_endpoint_url(plain_moto: str, tmp_path: Path) -> None:
    """Set-up works against whatever answers AWS's API: nothing asks for the sandbox."""
    environment = {
        "AWS_ENDPOINT_URL": plain_moto,
        "AWS_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    account = Account(environment)
    network = account.ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    for number, zone in enumerate("ab", 1):
        account.ec2.create_subnet(
            VpcId=network, CidrBlock=f"10.20.{number}.0/24", AvailabilityZone=f"us-west-2{zone}"
        )
    known = {
        "PRIVATELINK_SANDBOX_ACCOUNT": account.sts.get_caller_identity()["Account"],
        "PRIVATELINK_SANDBOX_VPC": network,
    }
    program = InProcess(clean_environment(tmp_path, **environment))
    with nothing_else_changes(account) as new:
        name = program.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, known))["id"]
        changes = program.json("plan", name)["changes"]
        program.json("apply", name, "--yes")
        assert {(one.kind, one.name) for one in new().values()} == planned(changes, "create")
        assert {one["action"] for one in program.json("plan", name)["changes"]} == {"leave"}
        program.json("undo", name, "--yes")
        assert new() == {}

"""Azure's bad moments, met by whole commands: each is got over or told in words, and nothing is made twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from providers.sandbox.azure import Sandbox, start
from providers.sandbox.azure.arm import Exchange
from providers.sandbox.azure.faults import Fault
from tests.contracts.test_azure_spec import undocumented
from tests.e2e import requests
from tests.e2e.program import InProcess, Program, clean_environment

OWN = {"loadBalancers": 1, "privateLinkServices": 1}


@pytest.fixture(scope="module")
def azure() -> Iterator[tuple[Sandbox, list[Exchange]]]:
    """A local Azure in this process, and all that it was asked: as Azure's documents have it."""
    seen: list[Exchange] = []
    with start(auto=False, operation=0.02, retry_after=0.01) as running:
        running.arm.watcher = seen.append
        yield running, seen
    assert undocumented(seen) == []


@pytest.fixture
def sandbox(azure: tuple[Sandbox, list[Exchange]]) -> Iterator[Sandbox]:
    running, _ = azure
    yield running
    running.faults.clear()


@pytest.fixture
def program(sandbox: Sandbox, tmp_path: Path) -> Program:
    return InProcess(clean_environment(tmp_path, **sandbox.environment))


@pytest.fixture
def name(sandbox: Sandbox, program: Program, tmp_path: Path) -> Iterator[str]:
    """A bidirectional enablement of which nothing stands yet, and of which nothing is left afterwards."""
    found = program(
        "new", requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, sandbox.environment)
    ).out.strip()
    yield found
    sandbox.faults.clear()
    program("undo", found, "--yes", "--force")
    assert standing(sandbox) == {}


def standing(sandbox: Sandbox) -> dict[str, int]:
    """How many of each kind there are that the customer did not have at first."""
    net = sandbox.customer_clients.network
    balancers = [one for one in net.load_balancers.list_all() if one.name != "shop-legacy"]
    services = list(net.private_link_services.list_by_subscription())
    return {kind: len(rows) for kind, rows in zip(OWN, (balancers, services), strict=True) if rows}


@pytest.mark.whole
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(Fault("throttled", times=9, seconds=0.01), "", id="429 burst", marks=pytest.mark.slow),
        pytest.param(
            Fault("throttled", "PUT", "/loadBalancers/", 4, seconds=0.01), "slow down", id="429 on one"
        ),
        pytest.param(Fault("unavailable", "PUT", "", 2, seconds=0.01), "", id="503"),
        pytest.param(
            Fault("busy", "PUT", "/subnets/", 2), "busy with an earlier change", id="another operation"
        ),
        pytest.param(Fault("not-found", "GET", "/privateLinkServices/", 1), "", id="not seen yet"),
        pytest.param(Fault("slow", "PUT", "/privateLinkServices/", seconds=0.5), "", id="slow operation"),
        pytest.param(Fault("reset", "PUT", "/loadBalancers/"), "", id="reset before"),
        pytest.param(Fault("lost", "PUT", "/privateLinkServices/"), "", id="reset after"),
        pytest.param(
            Fault("reset", "GET", "/operations/", 2), "", id="reset while waiting", marks=pytest.mark.slow
        ),
    ],
)
def test_it_is_got_over(sandbox: Sandbox, program: Program, name: str, fault: Fault, words: str) -> None:
    sandbox.faults.add(fault)
    ran = program("apply", name, "--yes")
    assert words in ran.err + ran.out
    assert sandbox.faults.take(fault.method or "GET", fault.path, operation=fault.kind == "slow") is None, (
        "it was met"
    )
    assert standing(sandbox) == OWN
    assert {one["action"] for one in program.json("plan", name)["changes"]} == {"leave"}


FULL = {"code": "SubnetIsFull", "message": "Subnet shop-nat is full."}
FREE = "Choose a subnet with free addresses."


@pytest.mark.parametrize(
    ("fault", "words", "remedy"),
    [
        pytest.param(
            Fault("failed", "PUT", "/privateLinkServices/", **FULL), "no free address", FREE, id="failed"
        ),
        pytest.param(
            Fault("failed", "PUT", "/loadBalancers/", **FULL),
            "no free address",
            FREE,
            id="failed at first",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            Fault("forbidden", "PUT", "/loadBalancers/"), "loadBalancers/write", "Ask an owner", id="403"
        ),
        pytest.param(
            Fault("throttled", "PUT", "/subnets/", 99, seconds=600),
            "slow down",
            "Wait 600 s",
            id="429, for long",
        ),
    ],
)
def test_it_is_told_and_can_be_done_again(
    sandbox: Sandbox, program: Program, name: str, fault: Fault, words: str, remedy: str
) -> None:
    sandbox.faults.add(fault)
    ran = program("apply", name, "--yes", code=3)
    assert words in ran.err
    assert remedy in ran.err.partition(words)[2]
    sandbox.faults.clear()
    program("apply", name, "--yes")
    assert standing(sandbox) == OWN


def test_a_subscription_that_is_not_registered(sandbox: Sandbox, program: Program, name: str) -> None:
    """The plan has it first, with its command; nothing is registered before that was agreed."""
    providers = sandbox.customer_clients.resources.providers
    providers.unregister("Microsoft.Network")
    first, *rest = program.json("plan", name)["changes"]
    assert (first["kind"], first["action"]) == ("registration", "change")
    assert first["command"].startswith("az provider register --namespace Microsoft.Network ")
    assert rest
    assert providers.get("Microsoft.Network").registration_state == "NotRegistered"
    program("apply", name, "--yes")
    assert providers.get("Microsoft.Network").registration_state == "Registered"
    assert standing(sandbox) == OWN
    assert {one["action"] for one in program.json("plan", name)["changes"]} == {"leave"}

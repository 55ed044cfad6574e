"""What somebody changed behind the program's back on the local Azure, and strangers at its door: named, by commands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.setup import attempt
from providers.sandbox.azure import start
from providers.sandbox.azure.arm import Exchange
from tests.contracts.test_azure_spec import undocumented
from tests.e2e import requests
from tests.e2e.azure_account import MAGENTO, Magento, Subscription
from tests.e2e.clouds import SHOP
from tests.e2e.program import InProcess, clean_environment

GROUP = "shop"
ETAG = re.compile(r'"etag": "[^,}]*')


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A local Azure; all that it is asked is as Azure's documents have it."""
    seen: list[Exchange] = []
    with start(auto=False, operation=0.02, retry_after=0.01) as running:
        running.arm.watcher = seen.append
        yield running.environment
    assert undocumented(seen) == []


@pytest.fixture(scope="module")
def customer(environment: dict[str, str]) -> Subscription:
    return Subscription(environment)


@pytest.fixture(scope="module")
def magento(environment: dict[str, str]) -> Magento:
    return Magento(environment)


@pytest.fixture
def program(environment: dict[str, str], tmp_path: Path) -> InProcess:
    return InProcess(clean_environment(tmp_path, **environment))


@pytest.fixture
def name(
    environment: dict[str, str], program: InProcess, magento: Magento, customer: Subscription, tmp_path: Path
) -> Iterator[str]:
    """A bidirectional enablement whose own side stands and which knows Magento; it is removed again."""
    before = customer.resources()
    made = str(program.json("new", requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, environment))["id"])
    program("details", made, "--service-name", magento.service_name, "--subscription", MAGENTO)
    program("apply", made, "--yes", code=None)
    yield made
    program("undo", made, "--yes", "--force")
    assert customer.resources() == before


def own(customer: Subscription, name: str, kind: str) -> Any:
    """The one resource of a kind that this enablement made."""
    (found,) = (
        one
        for one in customer.resources().values()
        if one.kind == kind and one.tags.get(f"privatelink:{name}") == kind
    )
    return found


def settings(customer: Subscription) -> dict[str, str]:
    """Everything by id, without the etags, which a write changes though nothing else is different."""
    return {
        id: ETAG.sub("", json.dumps([one.name, dict(one.tags), dict(one.settings)], sort_keys=True))
        for id, one in customer.resources().items()
    }


def see(customer: Subscription, service: str, *principals: str, approved: tuple[str, ...] = ()) -> None:
    """By hand: who may see a private link service, and who is let in without asking."""
    wire = customer.net.private_link_services.get(GROUP, service)
    wire.visibility.subscriptions = list(principals)
    wire.auto_approval = {"subscriptions": list(approved)}
    customer.net.private_link_services.begin_create_or_update(GROUP, service, wire).result()


def test_what_somebody_changed_is_told_by_every_command_and_mended_by_an_agreed_plan(
    program: InProcess, customer: Subscription, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "SETTLING", ())
    program("status", name, code=None)
    before = settings(customer)
    balancer = customer.net.load_balancers.get(GROUP, own(customer, name, "load-balancer").name)
    balancer.load_balancing_rules = balancer.load_balancing_rules[:-1]
    customer.net.load_balancers.begin_create_or_update(GROUP, balancer.name, balancer).result()
    interface = customer.net.network_interfaces.get(GROUP, "shop-db-nic")
    interface.ip_configurations[0].load_balancer_backend_address_pools = []
    customer.net.network_interfaces.begin_create_or_update(GROUP, interface.name, interface).result()
    service = own(customer, name, "endpoint-service")
    see(customer, service.name, MAGENTO, approved=(MAGENTO,))
    left = customer.resources()
    told = program.json("drift", name, code=1)
    assert {one["kind"]: one["now"] for one in told["drift"]} == {
        "load-balancer": "without a rule or its probe",
        "targets": "not registered any more",
        "endpoint-service": "letting in without asking",
    }
    assert all(one["planned"] for one in told["drift"])
    lines = program("drift", name, code=1).out
    assert "the activity log has it as Microsoft.Network/loadBalancers/write" in lines
    seen = program.json("status", name, code=1)
    assert [one["kind"] for one in seen["drift"]] == ["endpoint-service"], "a look reads no rule"
    assert program("plan", name).out.count("! drift:") == 3
    program("apply", name, code=2)
    assert customer.resources() == left, "nothing is mended unasked"
    program("apply", name, "--yes")
    assert settings(customer) == before
    assert program.json("drift", name) == {"drift": [], "complete": True, "problems": []}


def test_a_stranger_is_rejected_or_accepted_by_its_number_and_everybody_stops_all(
    program: InProcess, environment: dict[str, str], customer: Subscription, magento: Magento, name: str
) -> None:
    service = own(customer, name, "endpoint-service")
    number = customer.id
    see(customer, service.name, MAGENTO, number)
    subnet = f"{SHOP}/virtualNetworks/shop-prod/subnets/shop-endpoints"
    first, second = (
        customer.request(GROUP, called, "westeurope", subnet, service.id)
        for called in ("theirs-1", "theirs-2")
    )
    told = program("accept", name, "--format", "json", code=4)
    strangers = {one["endpoint_id"] for one in told.json["strangers"]}
    assert (strangers, told.json["accepted"]) == ({first, second}, [])
    wrong = program("accept", name, "--stranger", number[:-1] + "0", "--format", "json", code=1)
    assert "waits to be accepted" in wrong.err
    assert program.json("reject", name, first, "--yes")["rejected"]["endpoint_id"] == first
    accepted = program.json("accept", name, "--stranger", number, "--connection", second)
    assert [(one["endpoint_id"], one["state"]) for one in accepted["accepted"]] == [(second, "available")]
    assert "accepted by its subscription's id" in program("accept", name, code=4).err
    theirs = magento.connect(service.id)
    see(customer, service.name, "*")
    refused = program("accept", name, "--format", "json", code=1)
    assert refused.json["problems"][0]["code"] == "stranger-principal"
    for command in (("plan", name), ("apply", name, "--yes")):
        assert "[stranger-principal]" in program(*command, code=1).out
    drifted = program.json("drift", name, code=1)["drift"]
    assert "open to everybody (*)" in [one["now"] for one in drifted]
    assert customer.resources()[service.id].settings["principals"] == ["*"], "not taken away unasked"
    see(customer, service.name, MAGENTO)
    assert [one["endpoint_id"] for one in program.json("accept", name)["accepted"]] == [theirs]
    for endpoint in (first, second):
        customer.forget(endpoint)
    magento.forget(theirs)

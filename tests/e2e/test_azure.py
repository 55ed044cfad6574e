"""A whole enablement on Azure by commands alone, Magento's moves made by somebody else's script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from providers.sandbox.azure import start
from providers.sandbox.azure.arm import Exchange
from tests.contracts.test_azure_spec import undocumented
from tests.e2e import requests
from tests.e2e.account import Resource
from tests.e2e.azure_account import MAGENTO, Magento, Subscription
from tests.e2e.program import InProcess, Program, clean_environment, sandbox, step

THINGS = {"load-balancer", "endpoint-service", "endpoint"}
"""Kinds of change that are resources of their own; the others are settings of these or of the customer's."""
SHOP = "/subscriptions/5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f/resourceGroups/shop/providers/Microsoft.Network"


@pytest.fixture(scope="module")
def azure() -> Iterator[dict[str, str]]:
    """The environment of a local Azure whose vendor waits for somebody's script; everything that both sides ask it
    and that it answers has to be as Azure's documents have it.
    """
    seen: list[Exchange] = []
    with start(auto=False, operation=0.1, retry_after=0.05) as running:
        running.arm.watcher = seen.append
        yield running.environment
    assert undocumented(seen) == []


@pytest.fixture
def program(azure: dict[str, str], tmp_path: Path) -> Program:
    """The customer's commands on that sandbox, in an empty folder."""
    return InProcess(clean_environment(tmp_path, **azure))


def planned(changes: list[dict[str, Any]], *actions: str) -> set[tuple[str, str]]:
    """Kind and name of the resources that a plan makes."""
    return {
        (one["kind"], one["name"]) for one in changes if one["action"] in actions and one["kind"] in THINGS
    }


def touched(changes: list[dict[str, Any]]) -> set[str]:
    """The customer's own resources that a plan says it changes."""
    return {one["id"] for one in changes if one["id"] and one["action"] != "leave"}


class Difference:
    """What is new, and what is not as it was, since the beginning."""

    def __init__(self, account: Subscription) -> None:
        self._account = account
        self._before = account.resources()

    def new(self) -> dict[str, Resource]:
        return {key: one for key, one in self._account.resources().items() if key not in self._before}

    def changed(self) -> set[str]:
        now = self._account.resources()
        return {key for key, one in self._before.items() if now.get(key) != one}


@contextmanager
def put_back(account: Subscription) -> Iterator[Difference]:
    """Gives the difference; in the end everything has to be as it was."""
    difference = Difference(account)
    yield difference
    assert (difference.new(), difference.changed()) == ({}, set())


def test_bidirectional(program: Program, azure: dict[str, str], tmp_path: Path) -> None:
    file = requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, azure)
    customer, magento = Subscription(azure), Magento(azure)
    with put_back(customer) as since:
        assert program.json("check", file)["ok"]
        name = program.json("new", file)["id"]
        tag = f"privatelink:{name}"

        # Before the ticket: the customer's own side.
        first = program.json("plan", name)["changes"]
        assert {one["action"] for one in first if one["kind"] in THINGS} == {"create"}
        assert all(one["command"].startswith("az network ") for one in first)
        assert (since.new(), since.changed()) == ({}, set()), "a plan changes nothing"
        program.json("apply", name, "--yes")
        made = since.new()
        assert {(one.kind, one.name) for one in made.values()} == planned(first, "create")
        assert since.changed() == touched(first)
        by_kind = {one.kind: one for one in made.values()}
        assert all(one.tags[tag] == kind for kind, one in by_kind.items())
        balancer, service = by_kind["load-balancer"].settings, by_kind["endpoint-service"].settings
        assert balancer["sku"]["name"] == "Standard"
        rules = [one["properties"] for one in balancer["loadBalancingRules"]]
        assert {(one["frontendPort"], one["backendPort"]) for one in rules} == {(3306, 3306), (8443, 8080)}
        assert service["visibility"].get("subscriptions", []) == []
        assert service["autoApproval"].get("subscriptions", []) == []
        interfaces = {f"{SHOP}/networkInterfaces/{one}-nic" for one in ("shop-db", "shop-oms")}
        pools = {customer.resources()[one].settings["pools"][0] for one in interfaces}
        assert pools == {balancer["backendAddressPools"][0]["id"]}
        (subnet,) = since.changed() - interfaces
        assert customer.resources()[subnet].settings["privateLinkServiceNetworkPolicies"] == "Disabled"

        ticket = program.json("ticket", name)["plain"]
        own = by_kind["endpoint-service"].id
        assert all(words in ticket for words in (own, azure["PRIVATELINK_SANDBOX_ACCOUNT"], "3306", "8443"))
        assert "abcdefg123456-staging-1" in ticket, "the cluster id"
        program.json("filed", name, "--ticket", "200041")
        status = program.json("status", name, code=4)
        assert (status["state"], status["turn"]) == ("requested", "magento")

        # Step 3, and the connection request; Magento's subscription is known from here on.
        (tmp_path / "reply.txt").write_text(magento.allow(customer.id, (80,)))
        read = program.json("details", name, "--reply", str(tmp_path / "reply.txt"))
        assert (read["service_names"], read["subscriptions"]) == ([magento.service_name], [MAGENTO])
        second = program.json("plan", name)["changes"]
        assert planned(second, "leave") == planned(first, "create")
        program.json("apply", name, "--yes")
        later = {key: one for key, one in since.new().items() if key not in made}
        assert {(one.kind, one.name) for one in later.values()} == planned(second, "create")
        (endpoint,) = later.values()
        (asked,) = endpoint.settings["manualPrivateLinkServiceConnections"]
        assert endpoint.settings["privateLinkServiceConnections"] == []
        assert asked["properties"]["privateLinkServiceId"] == magento.service_name
        assert "200041" in asked["properties"]["requestMessage"]
        assert endpoint.tags[tag] == "endpoint/1"
        assert since.new()[own].settings["visibility"]["subscriptions"] == [MAGENTO]
        status = program.json("status", name, code=4)
        assert (status["turn"], step(status, "4"), step(status, "5")) == ("magento", "done", "waiting")

        # Before Magento approves there is nothing to prove.
        assert program.json("verify", name, code=4)["ok"] is False
        assert magento.approve() == [endpoint.id]
        incoming = magento.connect(own)
        accepted = program.json("accept", name)
        assert [one["endpoint_id"] for one in accepted["accepted"]] == [incoming]
        assert accepted["strangers"] == []

        # Proved by bytes, both ways.
        half = program.json("verify", name, code=4)
        assert [(one["port"], one["ok"]) for one in half["results"]] == [(80, True)]
        assert "bytes came through" in half["results"][0]["detail"]
        output = magento.run(half["commands"]["from-magento"], incoming)
        proved = program.json("verify", name, "--output", "-", stdin=output.encode())
        assert (proved["ok"], proved["state"]) == (True, "verified")
        status = program.json("status", name)
        assert (status["state"], {one["state"] for one in status["steps"]}) == ("verified", {"done"})

        # Once more: nothing to do, nothing done.
        everything = since.new()
        again = program.json("plan", name)["changes"]
        assert {one["action"] for one in again} == {"leave"}
        assert {one["id"] for one in again} >= set(everything)
        program.json("apply", name, "--yes")
        assert since.new() == everything

        # Undo: not while it is live, then everything of ours and nothing else.
        refused = program.json("undo", name, "--yes", code=1)
        assert {one["code"] for one in refused["problems"]} == {"connection-live", "endpoint-live"}
        assert since.new() == everything
        program.json("undo", name, "--yes", "--force")
    magento.net.private_endpoints.begin_delete(magento.group, incoming.rpartition("/")[2]).result()


def test_unidirectional_in_azures_words(program: Program, azure: dict[str, str], tmp_path: Path) -> None:
    """The same with what a person reads: Azure's terms, and none of AWS's."""
    file = requests.write(tmp_path, requests.AZURE_UNIDIRECTIONAL, azure)
    customer, magento = Subscription(azure), Magento(azure)
    said: list[str] = []

    def say(*arguments: str, code: int | None = 0) -> str:
        ran = program(*arguments, code=code)
        said.append(ran.out + ran.err)
        return ran.out

    with put_back(customer) as since:
        name = say("new", file).strip()
        assert "nothing to do" in say("apply", name, "--yes")
        assert "Azure subscription ID" in say("ticket", name)
        say("filed", name, "--ticket", "CS 17/5")
        assert "Allow your subscription" in say("status", name, code=4)
        magento.allow(customer.id, (80, 2222))
        out = say("details", name, "--service-name", magento.service_name, "--subscription", MAGENTO)
        assert f"Magento's private link service: {magento.service_name}" in out
        assert f"Magento's subscription: {MAGENTO}" in out
        assert "az network private-endpoint create" in say("plan", name)
        say("apply", name, "--yes")
        assert "is Pending" in say("status", name, code=4)
        magento.approve()
        assert "verified" in say("verify", name)
        assert "Approved" in say("status", name)
        assert "1 changes" in say("undo", name, "--yes", "--force")
        assert since.new() == {}
    words = "\n".join(said).lower()
    for foreign in ("vpc", "aws", "endpoint service", "your account", "interface endpoint", "security group"):
        assert foreign not in words, foreign


def test_the_local_azure_as_a_command(tmp_path: Path) -> None:
    """``privatelink sandbox --cloud azure`` prints all that the other commands need."""
    with sandbox(tmp_path, "--cloud", "azure", "--vendor", "manual") as environment:
        program = InProcess(clean_environment(tmp_path, **environment))
        name = program("new", requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, environment)).out.strip()
        assert planned(program.json("plan", name)["changes"], "create")


def test_what_others_made_is_adopted_and_stays(
    program: Program, azure: dict[str, str], tmp_path: Path
) -> None:
    """A private link service of the customer's own: Magento is let in, and taken out again, and it gets the tag
    while it is used.
    """
    customer = Subscription(azure)
    by_hand(customer)
    service = f"{SHOP}/privateLinkServices/by-hand-pls"
    file = requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, azure, service)
    with put_back(customer) as since:
        name = program.json("new", file)["id"]
        text = f"{azure['MAGENTO_SERVICE_NAME']} of subscription {MAGENTO}"
        (tmp_path / "reply.txt").write_text(text)
        program.json("details", name, "--reply", str(tmp_path / "reply.txt"))
        Magento(azure).allow(customer.id, ())
        changes = program.json("plan", name)["changes"]
        writes = {one["kind"]: one["action"] for one in changes if one["command"]}
        assert writes == {"endpoint-service": "adopt", "principal": "create", "endpoint": "create"}
        program.json("apply", name, "--yes")
        assert since.changed() == {service}
        adopted = customer.resources()[service]
        assert adopted.tags == {"team": "network", f"privatelink:{name}": "adopted"}
        assert adopted.settings["visibility"]["subscriptions"] == [MAGENTO]
        program.json("undo", name, "--yes", "--force")


def by_hand(customer: Subscription) -> None:
    """What somebody made in the portal: a load balancer, its members, and a private link service."""
    net, group = customer.net, "shop"
    network = net.virtual_networks.get(group, "shop-prod")
    subnets = {one.name: one for one in network.subnets}
    nat = subnets["shop-nat"]
    nat.private_link_service_network_policies = "Disabled"
    net.subnets.begin_create_or_update(group, "shop-prod", "shop-nat", nat).result()
    id = f"{SHOP}/loadBalancers/by-hand"
    ports = ((3306, 3306), (8443, 8080))
    body: dict[str, Any] = {
        "location": "westeurope",
        "sku": {"name": "Standard"},
        "properties": {
            "frontendIPConfigurations": [
                {"name": "front", "properties": {"subnet": {"id": subnets["shop-backend"].id}}}
            ],
            "backendAddressPools": [{"name": "pool"}],
            "probes": [
                {"name": f"p{port}", "properties": {"protocol": "Tcp", "port": port}} for _, port in ports
            ],
            "loadBalancingRules": [
                {
                    "name": f"r{port}",
                    "properties": {
                        "protocol": "Tcp",
                        "frontendPort": port,
                        "backendPort": target,
                        "frontendIPConfiguration": {"id": f"{id}/frontendIPConfigurations/front"},
                        "backendAddressPool": {"id": f"{id}/backendAddressPools/pool"},
                        "probe": {"id": f"{id}/probes/p{target}"},
                    },
                }
                for port, target in ports
            ],
        },
    }
    net.load_balancers.begin_create_or_update(group, "by-hand", body).result()
    for machine in ("shop-db", "shop-oms"):
        found = net.network_interfaces.get(group, f"{machine}-nic")
        found.ip_configurations[0].load_balancer_backend_address_pools = [
            {"id": f"{id}/backendAddressPools/pool"}
        ]
        net.network_interfaces.begin_create_or_update(group, found.name, found).result()
    net.private_link_services.begin_create_or_update(
        group,
        "by-hand-pls",
        {
            "location": "westeurope",
            "tags": {"team": "network"},
            "properties": {
                "loadBalancerFrontendIpConfigurations": [{"id": f"{id}/frontendIPConfigurations/front"}],
                "ipConfigurations": [{"name": "nat", "properties": {"subnet": {"id": nat.id}}}],
                "visibility": {"subscriptions": []},
                "autoApproval": {"subscriptions": []},
            },
        },
    ).result()

"""What a client meets on its way through the emulated Azure, one cause at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from providers.sandbox.azure import Sandbox
from providers.sandbox.azure.estate import Json, Resource
from providers.sandbox.azure.reach import admits
from providers.sandbox.azure.world import MAGENTO
from providers.sandbox.way import Obstacle, Way

from .conftest import Account, Customer


class Bench:
    """A connection that holds, from Magento to the customer's database; each test breaks one thing."""

    def __init__(self, sandbox: Sandbox, customer: Customer, magento: Account) -> None:
        self.sandbox = sandbox
        self.estate = sandbox.arm.estate
        customer.subnet_policy()
        balancer = customer.balancer(3306, 8080)
        for machine in ("shop-db", "shop-oms"):
            customer.join(machine, balancer)
        self.balancer = self.resource(balancer["id"])
        self.service = self.resource(customer.service(balancer, MAGENTO.id).id)
        body = customer.endpoint_body(self.service.id)
        body["properties"]["subnet"]["id"] = f"{sandbox.world.magento_vpc}/subnets/magento-endpoints"
        made = magento.network.private_endpoints.begin_create_or_update("magento-cloud", "bench", body)
        self.endpoint = self.resource(made.result().id)
        self.link = next(one for one in self.estate.links if one.endpoint == self.endpoint.id)
        self.link.status = "Approved"
        nic = self.resource(self.endpoint.properties["networkInterfaces"][0]["id"])
        self.address = str(nic.parts("ipConfigurations")[0]["properties"]["privateIPAddress"])
        self.nic = self.resource(sandbox.world.interfaces["shop-db"])
        self.group = self.resource(
            f"{sandbox.world.vpc.rpartition('/virtualNetworks/')[0]}/networkSecurityGroups/shop-backend"
        )

    def resource(self, id: str) -> Resource:
        found = self.estate.find(id)
        assert found is not None
        return found

    def meet(self, port: int = 3306) -> str:
        outcome = self.sandbox.data_path.explain(self.address, port, "vendor")
        return "answered" if isinstance(outcome, Way) else outcome.kind


@pytest.fixture(scope="module")
def bench(sandbox: Sandbox, customer: Customer, magento: Account) -> Bench:
    return Bench(sandbox, customer, magento)


def rule(access: str, source: str, port: str = "*", priority: int = 100) -> Json:
    inner = {
        "protocol": "*",
        "access": access,
        "priority": priority,
        "direction": "Inbound",
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": "*",
        "destinationPortRange": port,
    }
    return {"name": f"{access}-{priority}", "properties": inner}


Break = Callable[[Bench], Callable[[], None]]


def _set(holder: Any, key: str, value: Any) -> Callable[[], None]:
    """Set an attribute or an item; answers what puts it back."""
    if isinstance(holder, dict):
        before = holder.get(key)
        holder[key] = value
        return lambda: holder.__setitem__(key, before)
    before = getattr(holder, key)
    setattr(holder, key, value)
    return lambda: setattr(holder, key, before)


@pytest.mark.parametrize(
    ("breaks", "port", "meets"),
    [
        (lambda bench: lambda: None, 3306, "answered"),
        (lambda bench: lambda: None, 8080, "answered"),
        (lambda bench: lambda: None, 22, "timeout"),
        (lambda bench: _set(bench.link, "status", "Pending"), 3306, "timeout"),
        (lambda bench: _set(bench.link, "status", "Disconnected"), 3306, "timeout"),
        (lambda bench: _set(bench.nic, "tags", {}), 3306, "timeout"),
        (
            lambda bench: _set(bench.group.properties, "securityRules", [rule("Deny", "AzureLoadBalancer")]),
            3306,
            "timeout",
        ),
        (
            lambda bench: _set(
                bench.group.properties, "securityRules", [rule("Deny", "10.20.3.0/24", "3306")]
            ),
            3306,
            "timeout",
        ),
        (
            lambda bench: _set(bench.group.properties, "securityRules", [rule("Deny", "10.99.0.0/16")]),
            3306,
            "answered",
        ),
        (lambda bench: _set(bench.service.properties, "enableProxyProtocol", True), 3306, "refused"),
        (lambda bench: _set(bench.balancer.properties, "loadBalancingRules", []), 3306, "timeout"),
    ],
)
def test_each_cause_shows_as_azure_shows_it(bench: Bench, breaks: Break, port: int, meets: str) -> None:
    mend = breaks(bench)
    try:
        assert bench.meet(port) == meets
    finally:
        mend()


def test_a_machine_that_is_closed_behind_a_probe_elsewhere_refuses(bench: Bench) -> None:
    inner = next(
        one["properties"] for one in bench.balancer.parts("loadBalancingRules") if one["name"] == "r3306"
    )
    mend = _set(inner, "backendPort", 3307)
    try:
        assert bench.meet() == "refused"
    finally:
        mend()


def test_an_address_is_reached_from_its_own_side_only(bench: Bench) -> None:
    outcome = bench.sandbox.data_path.explain(bench.address, 3306, "customer")
    assert isinstance(outcome, Obstacle)
    assert outcome.kind == "unknown"


@pytest.fixture(scope="module")
def group(bench: Bench) -> Iterator[Resource]:
    before = bench.group.properties
    yield bench.group
    bench.group.properties = before


@pytest.mark.parametrize(
    ("rules", "source", "port", "admitted"),
    [
        ([], "10.20.3.4", 80, True),
        ([], "8.8.8.8", 80, False),
        ([], "168.63.129.16", 80, True),
        ([rule("Deny", "*", priority=4000)], "10.20.3.4", 80, False),
        ([rule("Deny", "*", priority=200), rule("Allow", "10.20.3.4", "80-90")], "10.20.3.4", 85, True),
        ([rule("Deny", "*", priority=200), rule("Allow", "10.20.3.4", "80-90")], "10.20.3.4", 91, False),
        ([rule("Allow", "Internet")], "8.8.8.8", 80, True),
        ([rule("Deny", "VirtualNetwork")], "10.20.3.4", 80, False),
        ([rule("Deny", "Storage.WestEurope")], "10.20.3.4", 80, True),
    ],
)
def test_the_first_rule_that_fits_decides(
    group: Resource, rules: list[Json], source: str, port: int, admitted: bool
) -> None:
    group.properties = {"securityRules": rules}
    assert admits(group, port, source, "10.20.1.20") is admitted

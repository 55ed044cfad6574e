"""The sandbox of either cloud as a walk by commands needs it: both sides' plain clients, the request, the words.

What holds on both clouds is asserted by the walks themselves; what only one of them has (security groups, zones and
listeners; the pool's interfaces, the subnet's policy and the message of the request) is looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e import account as aws
from tests.e2e import azure_account as azure
from tests.e2e import requests
from tests.e2e.account import Resource

SHOP = "/subscriptions/5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f/resourceGroups/shop/providers/Microsoft.Network"

AWS_THINGS = frozenset(
    {"load-balancer", "target-group", "listener", "endpoint-service", "security-group", "endpoint"}
)


def planned(
    changes: list[dict[str, Any]], things: frozenset[str], action: str = "create"
) -> set[tuple[str, str]]:
    """Kind and name of the resources that a plan makes."""
    rows = (one for one in changes if one["action"] == action and one["kind"] in things)
    return {(one["kind"], one["name"]) for one in rows}


class Difference:
    """What is new, and what is not as it was, since the beginning. ``agreed`` are ids of what was there before and
    may differ.
    """

    def __init__(self, account: aws.Account | azure.Subscription) -> None:
        self._account = account
        self._before = account.resources()
        self.agreed: set[str] = set()

    def new(self) -> dict[str, Resource]:
        """What is new, by id; nothing else may have changed than what was agreed to."""
        now = self._account.resources()
        assert {key for key, one in self._before.items() if now.get(key) != one} <= self.agreed
        return {key: one for key, one in now.items() if key not in self._before}

    def changed(self) -> dict[str, Resource | None]:
        """What was there before and is not as it was, by id, as it is now."""
        now = self._account.resources()
        return {key: now.get(key) for key, one in self._before.items() if now.get(key) != one}


@dataclass(frozen=True)
class Side:
    """``things`` are the kinds of change that are resources of their own; the others are settings of these or of
    the customer's. ``endings`` are Magento's ways to end a connection of the customer's. ``details`` is what
    ``details`` is told besides the service's name. ``words`` are what a person reads at each command of a one-way
    enablement, ``foreign`` what never. ``serves`` and ``asks`` look at what was made for Magento to come in, and to go
    out to Magento.
    """

    environment: dict[str, str]
    customer: Any
    magento: Any
    things: frozenset[str]
    both: str
    one_way: str
    endings: tuple[str, ...]
    tool: str
    vendors: tuple[str, ...]
    details: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    foreign: tuple[str, ...]
    serves: Callable[[Difference], None]
    asks: Callable[[Mapping[str, Resource], str, tuple[int, ...]], None]

    def request(self, folder: Path, template: str, service_name: str = "") -> str:
        """The path of a request for this sandbox's customer."""
        return requests.write(folder, template, self.environment, service_name)


def on_aws(environment: dict[str, str]) -> Side:
    """The local AWS with this environment."""
    magento = aws.Magento(environment)
    return Side(
        environment,
        aws.Account(environment),
        magento,
        AWS_THINGS,
        requests.BIDIRECTIONAL,
        requests.UNIDIRECTIONAL,
        ("turn_down",),
        "aws ",
        (aws.PRINCIPAL,),
        (),
        {
            "ticket": ("Subject: PrivateLink support",),
            "plan": ("+ create endpoint", "aws ec2 create-vpc-endpoint"),
            "undo": ("2 changes",),
        },
        ("vnet", "azure", "private link service", "subscription", "private endpoint", "resource group"),
        _aws_serves,
        _aws_asks,
    )


def on_azure(environment: dict[str, str]) -> Side:
    """The local Azure with this environment."""
    magento = azure.Magento(environment)
    return Side(
        environment,
        azure.Subscription(environment),
        magento,
        frozenset({"load-balancer", "endpoint-service", "endpoint"}),
        requests.AZURE_BIDIRECTIONAL,
        requests.AZURE_UNIDIRECTIONAL,
        ("turn_down", "cut"),
        "az network ",
        (azure.MAGENTO,),
        ("--subscription", azure.MAGENTO),
        {
            "ticket": ("Subject: PrivateLink support", "Azure subscription ID"),
            "filed": ("Allow your subscription",),
            "details": (
                f"Magento's private link service: {magento.service_name}",
                f"Magento's subscription: {azure.MAGENTO}",
            ),
            "plan": ("+ create private endpoint", "az network private-endpoint create"),
            "waiting": ("is Pending",),
            "verified": ("Approved",),
            "undo": ("1 change\n",),
        },
        ("vpc", "aws", "endpoint service", "your account", "interface endpoint", "security group"),
        _azure_serves,
        _azure_asks,
    )


def _aws_serves(since: Difference) -> None:
    made = since.new().values()
    by_kind = {one.kind: one for one in made}
    service, balancer = by_kind["endpoint-service"].settings, by_kind["load-balancer"].settings
    assert service["acceptance"] is True
    assert service["principals"] == [aws.PRINCIPAL]
    assert service["balancers"] == [by_kind["load-balancer"].id]
    assert balancer["type"] == "network"
    assert balancer["scheme"] == "internal"
    assert balancer["cross_zone"] == "true"
    assert {one.settings["port"] for one in made if one.kind == "listener"} == {3306, 8443}
    groups = [one.settings for one in made if one.kind == "target-group"]
    assert sorted(one["targets"] for one in groups) == [[("10.20.1.20", 3306)], [("10.20.2.21", 8080)]]
    assert not since.changed()


def _aws_asks(later: Mapping[str, Resource], _ticket: str, ports: tuple[int, ...]) -> None:
    by_kind = {one.kind: one for one in later.values()}
    assert set(by_kind) == {"endpoint", "security-group"}
    endpoint = by_kind["endpoint"].settings
    assert endpoint["type"] == "Interface"
    assert endpoint["private_dns"] is False
    assert endpoint["groups"] == [by_kind["security-group"].id]
    expected = [(port, port, "10.20.0.0/16") for port in ports]
    assert by_kind["security-group"].settings["ingress"] == expected


def _azure_serves(since: Difference) -> None:
    by_kind = {one.kind: one for one in since.new().values()}
    balancer, service = by_kind["load-balancer"].settings, by_kind["endpoint-service"].settings
    assert balancer["sku"]["name"] == "Standard"
    rules = [one["properties"] for one in balancer["loadBalancingRules"]]
    assert {(one["frontendPort"], one["backendPort"]) for one in rules} == {(3306, 3306), (8443, 8080)}
    # Whose subscription Magento's is becomes known by the reply.
    assert service["principals"] == []
    assert service["autoApproval"].get("subscriptions", []) == []
    changed = since.changed()
    interfaces = {f"{SHOP}/networkInterfaces/{one}-nic" for one in ("shop-db", "shop-oms")}
    pools = {changed[one].settings["pools"][0] for one in interfaces}  # type: ignore[union-attr]
    assert pools == {balancer["backendAddressPools"][0]["id"]}
    (subnet,) = (one for key, one in changed.items() if key not in interfaces)
    assert subnet is not None
    assert subnet.settings["privateLinkServiceNetworkPolicies"] == "Disabled"


def _azure_asks(later: Mapping[str, Resource], ticket: str, _ports: tuple[int, ...]) -> None:
    (endpoint,) = later.values()
    (asked,) = endpoint.settings["manualPrivateLinkServiceConnections"]
    assert endpoint.settings["privateLinkServiceConnections"] == []
    assert ticket in asked["properties"]["requestMessage"]

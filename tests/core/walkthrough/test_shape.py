"""What of a request the sandbox takes on: names, addresses, ports and numbers, and nothing that is not told."""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.request.model import DraftCloud, Request, Service
from core.walkthrough.shape import MAX_HOSTS, PLAIN, SHOP, Shape, by_type, played_request, shape_of

SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555"
VNET = f"{SUBSCRIPTION}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/"


def from_magento(name: str, port: int, *targets: str, listens: int = 0) -> Service:
    return Service(name, "TCP", port, "from-magento", targets, listens or port)


WEB = Service("Webserver", "HTTP", 80, "to-magento", (), 80)


def request(*services: Service, **fields: Any) -> Request:
    named: dict[str, Any] = {
        "project_id": "myshop1234567",
        "plan": "pro",
        "environment": "staging",
        "magento_region": "EU-5",
        "platform": "aws",
        "account": "222233334444",
        "region": "eu-central-1",
        "network": "vpc-0123456789abcdef0",
        "subnets": (),
        "profile": None,
        "type": "bidirectional",
        "service_name": None,
        "services": services,
    }
    return Request(**{**named, **fields})


@pytest.mark.parametrize(
    ("services", "hosts"),
    [
        ((WEB,), SHOP),
        ((WEB, from_magento("My DB!", 3306, "10.5.1.9")), {"my-db-1": (3306,)}),
        ((from_magento("DB", 3306, "10.5.1.9", listens=3307),), {"db-1": (3307,)}),
        ((from_magento("DB", 3306, "10.5.1.9", "10.5.2.9"),), {"db-1": (3306,), "db-2": (3306,)}),
        (
            (from_magento("DB", 3306, "i-1"), from_magento("API", 443, "i-1", "i-2")),
            {"db-1": (443, 3306), "api-2": (443,)},
        ),
        ((from_magento("\u5e93", 3306, "i-1"),), {"server-1": (3306,)}),
    ],
)
def test_a_server_for_each_target(services: tuple[Service, ...], hosts: dict[str, tuple[int, ...]]) -> None:
    assert shape_of(request(*services)).hosts == hosts


@pytest.mark.parametrize(
    ("targets", "cidr"),
    [
        (("10.77.3.4", "10.78.0.1"), "10.77.0.0/16"),
        (("i-0123456789abcdef0", "192.168.7.7"), "192.168.0.0/16"),
        (("10.0.3.4",), "10.20.0.0/16"),
        (("i-0123456789abcdef0",), "10.20.0.0/16"),
    ],
    ids=["first", "behind-an-id", "taken-by-magento", "none"],
)
def test_the_addresses_are_near_the_targets(targets: tuple[str, ...], cidr: str) -> None:
    assert shape_of(request(from_magento("DB", 3306, *targets))).cidr == cidr


@pytest.mark.parametrize(
    ("fields", "name", "zones"),
    [
        ({}, "shop-prod", 3),
        ({"subnets": ("subnet-1", "subnet-2")}, "shop-prod", 2),
        ({"subnets": tuple(f"subnet-{n}" for n in range(7))}, "shop-prod", 3),
        ({"platform": "azure", "network": VNET + "acme-hub"}, "acme-hub", 3),
        ({"platform": "azure", "network": VNET + "\u202eacme"}, "shop-prod", 3),
    ],
)
def test_name_and_zones(fields: dict[str, Any], name: str, zones: int) -> None:
    shape = shape_of(request(WEB, **fields))
    assert (shape.name, shape.zones) == (name, zones)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=40), st.lists(st.ip_addresses(v=4).map(str), max_size=70)), max_size=4
    )
)
def test_any_request_has_a_shape_that_can_be_built(services: list[tuple[str, list[str]]]) -> None:
    asked = request(*(from_magento(name, 3306 + n, *targets) for n, (name, targets) in enumerate(services)))
    shape = shape_of(asked)
    assert 1 <= len(shape.hosts) <= MAX_HOSTS
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", name) for name in shape.hosts)
    draft = played_request(shape, DraftCloud(platform="aws"), lambda name, address: f"{name} {address}")
    assert draft is not None
    assert [one.port for one in draft.services] == [one.port for one in asked.services]
    for told, played in zip(asked.services, draft.services, strict=True):
        assert bool(told.targets) == bool(played.targets)
        for target in told.targets:
            assert f"{shape.played[target]} True" in played.targets
            assert IPv4Address(target)
            assert told.target_port in shape.hosts[shape.played[target]]


def test_the_request_is_itself_but_for_what_is_the_sandboxs() -> None:
    shape = shape_of(
        request(WEB, from_magento("DB", 3306, "10.5.1.9", listens=3307), service_name="vpce-svc-1")
    )
    cloud = DraftCloud(platform="aws", account="111122223333")
    draft = played_request(shape, cloud, lambda name, _address: name)
    assert draft is not None
    assert draft.cloud == cloud
    assert (draft.project.id, draft.project.environment, draft.project.region) == (
        "myshop1234567",
        "staging",
        "EU-5",
    )
    assert draft.connection.type == "bidirectional"
    assert draft.connection.service_name is None, "the sandbox's customer has none yet"
    assert [(one.name, one.port, one.target_port, one.targets) for one in draft.services] == [
        ("Webserver", 80, None, ()),
        ("DB", 3306, 3307, ("db-1",)),
    ]
    assert by_type(draft, lambda _kind: draft) == {"bidirectional": draft}


def test_without_a_request_the_sandbox_is_as_it_is() -> None:
    assert Shape() == PLAIN
    assert played_request(PLAIN, DraftCloud(), lambda name, _address: name) is None

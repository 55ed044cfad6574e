"""A redacted inventory tells nothing of whose it is, and everything that the audit finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings

from core.audit.catalogue import audit_all
from core.audit.finding import Report
from core.network import model as m
from core.network import saved
from core.network.redact import FREE, KEPT, PLACES, redact
from tests.core.audit import build as b
from tests.core.audit.cases import CASES
from tests.core.network.shapes import inventories

KEY = b"k" * 32
HEALTHY = {"aws": b.AWS, "azure": b.AZURE}
KNOWN = (b.OFFER.aws_account, *b.OFFER.azure_subscriptions)


def redacted(inventory: m.Inventory) -> m.Inventory:
    (made,), _ = redact((inventory,), KEY, KNOWN)
    return made


def texts(value: object) -> Iterator[str]:
    """Every text of an inventory that must not be in the redacted one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif isinstance(value, dict):
        yield from value.values()
    elif is_dataclass(value):
        open_fields = KEPT.get(type(value), frozenset()) | PLACES.get(type(value), frozenset())
        for field in fields(value):
            if field.name not in open_fields:
                yield from texts(getattr(value, field.name))


def ids(inventory: m.Inventory) -> Iterator[str]:
    for field in fields(m.Inventory):
        held = getattr(inventory, field.name)
        for one in held if isinstance(held, tuple) else ():
            yield getattr(one, "id", "")


@pytest.mark.parametrize("check", sorted(CASES))
def test_the_audit_finds_the_same(check: str) -> None:
    told = b.done(HEALTHY[check.split("-")[0]], *CASES[check][1])
    made = redacted(told)
    stands_for = dict(zip(ids(made), ids(told), strict=True))
    before, after = audit_all((told,), b.OFFER), audit_all((made,), b.OFFER)

    def rows(report: Report, names: dict[str, str]) -> Counter[tuple[str, str, str]]:
        """Of two that are alike, which one is one too many goes by their ids."""
        return Counter(
            (one.check, one.severity, "" if "duplicate" in one.check else names.get(one.resource.id, ""))
            for one in report.findings
        )

    assert rows(before, {id: id for id in ids(told)})
    assert rows(after, stands_for) == rows(before, {id: id for id in ids(told)})
    assert after.held == before.held
    assert len(after.not_checked) == len(before.not_checked)


@pytest.mark.parametrize("inventory", HEALTHY.values(), ids=HEALTHY)
def test_nothing_of_it_is_left(inventory: m.Inventory) -> None:
    data = saved.write([redacted(inventory)], redacted=True).decode()
    words = {"", "*", "0.0.0.0/0", "10.0.0.0/8", "/", "Name", "default"}
    secret = {one for one in texts(inventory) if one not in words and not any(k in one for k in KNOWN)}
    assert len(secret) > 30
    assert {one for one in secret if f'"{one}"' in data} == set()
    for word in ("shop", b.OWN, b.SUB, "10.20.", "app-nsg"):
        assert word not in data, word


def test_the_same_thing_has_the_same_stand_in_everywhere() -> None:
    (one, other), originals = redact((b.AWS, b.AWS), KEY, KNOWN)
    assert one == other
    assert {listener.load_balancer_id for listener in one.listeners} <= {lb.id for lb in one.load_balancers}
    assert {subnet.network_id for subnet in one.subnets} == {network.id for network in one.networks}
    name = one.load_balancers[0].name
    assert f"/net/{name}/" in one.load_balancers[0].id
    assert originals[name] == "shop"
    assert originals[one.account] == b.OWN
    (third,), _ = redact((b.AWS,), b"other" * 8, KNOWN)
    assert third != one


def test_what_everybody_knows_stays() -> None:
    made = redacted(b.AWS)
    assert made.endpoint_services[0].principals == (f"arn:aws:iam::{b.OFFER.aws_account}:root",)
    assert (made.platform, made.region, made.taken_at) == ("aws", "us-west-2", b.AWS.taken_at)
    assert [one.zone_id for one in made.subnets] == [one.zone_id for one in b.AWS.subnets]


@pytest.mark.parametrize(
    ("told", "shape"),
    [
        ("com.amazonaws.us-west-2.s3", "com.amazonaws.us-west-2.s3"),
        (
            "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0",
            r"com.amazonaws.vpce.us-west-2.vpce-svc-HEX",
        ),
        (
            "vpce-0123456789abcdef0-1a2b3c4d-us-west-2a.vpce-svc-0123456789abcdef1.us-west-2.vpce.amazonaws.com",
            "vpce-HEX-HEX-us-west-2a.vpce-svc-HEX.us-west-2.vpce.amazonaws.com",
        ),
        (
            f"shop.{b.GUID}.westeurope.azure.privatelinkservice",
            "NAME.GUID.westeurope.azure.privatelinkservice",
        ),
        ("*.shop.example.com", "*.NAME.NAME.com"),
        (
            "arn:aws:sts::111122223333:assumed-role/Admin/me@example.org",
            "arn:aws:sts::ACCOUNT:assumed-role/NAME/NAME",
        ),
        (
            "/subscriptions/5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f/resourceGroups/Shop/providers/Microsoft.Network"
            "/virtualNetworks/net/subnets/app",
            "/subscriptions/GUID/resourceGroups/NAME/providers/Microsoft.Network/virtualNetworks/NAME/subnets/NAME",
        ),
        ("vpc-0123456789abcdef0", "vpc-HEX"),
        ("my server [b]", "NAME"),
        ("", ""),
    ],
)
def test_shapes_stay(told: str, shape: str) -> None:
    endpoint = m.Endpoint("id", told, "", "", (), (), "available", ())
    network = m.Network("x", told, ())
    (made,), originals = redact(
        (m.Inventory("aws", "", "r", b.NOW, endpoints=(endpoint,), networks=(network,)),), KEY
    )
    assert made.endpoints[0].name == made.networks[0].name
    text = made.endpoints[0].name
    for one, original in sorted(originals.items(), key=lambda pair: -len(pair[0])):
        kind = (
            "NAME"
            if one.startswith("n-")
            else "ACCOUNT"
            if one.isdigit()
            else "GUID"
            if one.count("-") == 4
            else "HEX"
        )
        assert original.lower() in told.lower() or original in ("id", "x")
        text = text.replace(one, kind)
    assert text == shape


@pytest.mark.parametrize(
    ("told", "stays"),
    [
        ("AzureLoadBalancer", True),
        ("Storage.WestUS", True),
        ("*", True),
        ("0.0.0.0/0", True),
        ("internet", True),
        ("sg-0123456789abcdef0", False),
        ("10.20.0.0/16", False),
        ("virtualappliance 10.20.0.4", False),
    ],
)
def test_words_in_the_place_of_addresses(told: str, stays: bool) -> None:
    group = m.SecurityGroup("g", "", "", (m.Rule("in", "tcp", 1, 2, told),))
    table = m.RouteTable("t", "", "", (m.Route("10.0.0.0/8", told),))
    made = redacted(m.Inventory("aws", "", "r", b.NOW, security_groups=(group,), route_tables=(table,)))
    peer, target = made.security_groups[0].rules[0].peer, made.route_tables[0].routes[0].target
    assert (peer == told) is stays
    assert peer == target
    assert peer.split(" ")[0] == told.split(" ")[0] or " " not in told


def test_sentences_go_as_a_whole() -> None:
    gap = m.Gap("connections", "access-denied", "User arn:aws:iam::111122223333:user/me may not", "ec2:X")
    made = redacted(m.Inventory("aws", "", "r", b.NOW, gaps=(gap,)))
    assert made.gaps == (m.Gap("connections", "access-denied", "redacted", "ec2:X"),)


def test_every_field_that_is_named_is_there() -> None:
    for table in (KEPT, FREE, PLACES):
        for kind, names in table.items():
            assert names <= set(get_type_hints(kind)), kind


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(inventories())
def test_whatever_it_holds_it_is_redacted_and_can_be_saved(told: m.Inventory) -> None:
    (made,), _ = redact((told,), KEY)
    assert saved.read(saved.write([made])).inventories == (made,)
    numbers: Any = ("free_addresses", "public", "link_policies")
    for one, other in zip(made.subnets, told.subnets, strict=True):
        assert [getattr(one, name) for name in numbers] == [getattr(other, name) for name in numbers]

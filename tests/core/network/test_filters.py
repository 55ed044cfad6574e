"""What filters let through, against the same question asked of every single address."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.network.filters import EPHEMERAL, PROBER, Passage, passage
from core.network.ground import Rule

PEER = "10.0.0.0/28"


def allow(peer: str, low: int = 80, high: int = 80, priority: int = 0) -> Rule:
    return Rule("in", "tcp", low, high, peer, True, priority)


def deny(peer: str, priority: int = 0, low: int = 80, high: int = 80) -> Rule:
    return Rule("in", "tcp", low, high, peer, False, priority)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ((), "closed"),
        ((allow("10.0.0.0/8"),), "open"),
        ((allow(PEER),), "open"),
        ((allow("10.0.0.4/32"),), "partly"),
        ((allow("10.0.0.0/29"), allow("10.0.0.8/29")), "open"),
        ((allow("10.0.0.0/8", 81, 90),), "closed"),
        ((deny("10.0.0.0/8", 1), allow("*", priority=2)), "closed"),
        ((allow("*", priority=1), deny("10.0.0.0/8", 2)), "open"),
        ((deny("10.0.0.4/32", 1), allow("*", priority=2)), "partly"),
        ((allow("pl-0aaa"),), "unknown"),
        ((allow("pl-0aaa"), allow("10.0.0.0/8")), "open"),
        ((deny("Storage", 1), allow("VirtualNetwork", priority=2)), "unknown"),
        ((allow("VirtualNetwork"),), "open"),
        ((allow("Internet"), allow("AzureLoadBalancer")), "closed"),
        ((allow("fd00::/8"),), "closed"),
        ((Rule("out", "tcp", 80, 80, "10.0.0.0/8"),), "closed"),
        ((Rule("in", "udp", 80, 80, "10.0.0.0/8"),), "closed"),
        ((Rule("in", "all", 0, 65535, "0.0.0.0/0"),), "open"),
    ],
)
def test_rules_decide_in_their_order(rules: tuple[Rule, ...], told: Passage) -> None:
    assert passage(rules, "in", (80, 80), PEER) == told


def test_a_member_of_a_named_group_comes_through() -> None:
    assert passage((allow("sg-0lb"),), "in", (80, 80), PEER, member_of=("sg-0lb",)) == "open"
    assert passage((allow("sg-0lb"),), "in", (80, 80), PEER) == "closed"


def test_the_prober_comes_by_its_tag_only() -> None:
    assert passage((allow("AzureLoadBalancer"),), "in", (80, 80), PROBER) == "open"
    assert passage((allow("VirtualNetwork"),), "in", (80, 80), PROBER) == "closed"


def test_every_port_of_a_range_has_to_pass() -> None:
    assert passage((allow("10.0.0.0/8", 1024, 65535),), "in", EPHEMERAL, PEER) == "open"
    assert passage((allow("10.0.0.0/8", 32768, 60999),), "in", EPHEMERAL, PEER) == "partly"
    assert passage((allow("10.0.0.0/8", 80, 80),), "in", EPHEMERAL, PEER) == "closed"


def test_a_rule_about_another_own_address_decides_nothing() -> None:
    other = Rule("in", "tcp", 80, 80, "*", False, 1, local="10.0.9.9")
    assert passage((other, allow("*", priority=2)), "in", (80, 80), PEER, local="10.0.1.1") == "open"
    assert passage((other, allow("*", priority=2)), "in", (80, 80), PEER, local="10.0.9.9") == "closed"


CIDRS = st.builds(
    lambda number, bits: str(ip_network(f"10.0.0.{number}/{bits}", strict=False)),
    st.integers(0, 31),
    st.integers(26, 32),
)
RULES = st.lists(
    st.builds(
        lambda peer, ports, ok, priority: Rule("in", "tcp", *sorted(ports), peer, ok, priority),
        CIDRS,
        st.tuples(st.integers(78, 82), st.integers(78, 82)),
        st.booleans(),
        st.integers(0, 9),
    ),
    max_size=8,
)


@given(RULES, CIDRS, st.tuples(st.integers(78, 82), st.integers(78, 82)))
def test_networks_are_judged_as_their_addresses_are(
    rules: list[Rule], peer: str, ports: tuple[int, int]
) -> None:
    first, last = sorted(ports)
    decided = {
        next(
            (
                rule.allow
                for rule in sorted(rules, key=lambda rule: rule.priority)
                if rule.from_port <= port <= rule.to_port and ip_address(address) in ip_network(rule.peer)
            ),
            False,
        )
        for port in range(first, last + 1)
        for address in ip_network(peer)
    }
    told = {frozenset({True}): "open", frozenset({False}): "closed"}.get(frozenset(decided), "partly")
    assert passage(rules, "in", (first, last), peer) == told

"""Stand-ins: never shared, always the same, and addresses that keep their relations."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.network.pseudonyms import Address, Pseudonyms

KEY = b"k" * 32
V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
V6 = st.integers(0, 2**128 - 1).map(IPv6Address)
BOTH = st.tuples(V4, V4) | st.tuples(V6, V6)


@pytest.fixture(scope="module")
def stand_ins() -> Pseudonyms:
    return Pseudonyms(KEY)


def common(one: Address, other: Address) -> int:
    """How many first bits two addresses share."""
    return one.max_prefixlen - (int(one) ^ int(other)).bit_length()


@given(BOTH, st.integers(0, 128))
def test_prefixes_shared_stay_shared_and_no_more(
    stand_ins: Pseudonyms, pair: tuple[Address, Address], length: int
) -> None:
    one, other = pair
    made = [ip_address(stand_ins.address(str(told))) for told in pair]
    assert common(made[0], made[1]) == common(one, other)
    length = min(length, one.max_prefixlen)
    held = ip_network(f"{one}/{length}", strict=False)
    assert (made[1] in ip_network(stand_ins.address(str(held)))) == (other in held)


@given(V4 | V6)
def test_the_kind_of_an_address_stays(stand_ins: Pseudonyms, told: Address) -> None:
    made = ip_address(stand_ins.address(str(told)))
    for kind in ("is_private", "is_global", "is_loopback", "is_link_local", "is_multicast", "is_unspecified"):
        assert getattr(made, kind) == getattr(told, kind), kind


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0/0", "::/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "168.63.129.16/32", "127.0.0.1"],
)
def test_what_everybody_has_stands_for_itself(stand_ins: Pseudonyms, text: str) -> None:
    assert stand_ins.address(text) == text


@pytest.mark.parametrize("text", ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "vpc-1", "fe80::1%eth0/64x"])
def test_what_is_no_address(stand_ins: Pseudonyms, text: str) -> None:
    with pytest.raises(ValueError):
        stand_ins.address(text)


def test_addresses_do_change(stand_ins: Pseudonyms) -> None:
    told = [f"10.{a}.{b}.7" for a in range(8) for b in range(8)]
    made = [stand_ins.address(one) for one in told]
    assert len(set(made)) == len(told)
    assert sum(one != other for one, other in zip(told, made, strict=True)) > 60


@pytest.mark.parametrize(
    ("kind", "text", "shape"),
    [
        ("name", "Shop", r"n-[0-9a-f]{10}"),
        ("account", "111122223333", r"[0-9]{12}"),
        ("guid", "5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ("hexadecimal", "0123456789abcdef0", r"[0-9a-f]{17}"),
        ("hexadecimal", "0a", r"[0-9a-f]{8}"),
    ],
)
def test_a_stand_in_has_the_shape_of_its_own(kind: str, text: str, shape: str) -> None:
    one, again, other = Pseudonyms(KEY), Pseudonyms(KEY), Pseudonyms(b"x" * 32)
    made = getattr(one, kind)(text)
    assert re.fullmatch(shape, made)
    assert made != text
    assert made == getattr(one, kind)(text.upper()) == getattr(again, kind)(text)
    assert made != getattr(other, kind)(text)
    assert one.originals == {made: text}
    assert getattr(Pseudonyms(KEY, (text,)), kind)(text) == text


def test_no_two_share_one() -> None:
    stand_ins = Pseudonyms(KEY)
    made = {stand_ins.hexadecimal(f"{number:x}") for number in range(20_000)}
    made |= {stand_ins.name(str(number)) for number in range(20_000)}
    assert len(made) == 40_000

"""Inventories as files: what is written comes back exactly, and nothing else comes in."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.network import saved
from core.network.model import Inventory, Network, Subnet
from core.unusable import UnusableFile
from tests.core.network.shapes import inventories

ONE = Inventory(
    "aws",
    "111122223333",
    "us-west-2",
    datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
    networks=(Network("vpc-1", "shop", ("10.0.0.0/16",), {"b": "2", "a": "1"}),),
    subnets=(Subnet("subnet-1", "app", "vpc-1", "10.0.1.0/24", "us-west-2a", "usw2-az1", 251),),
)
DATA = saved.write([ONE])


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(inventories(), max_size=2), st.booleans())
def test_what_is_written_comes_back_exactly(many: list[Inventory], redacted: bool) -> None:
    data = saved.write(many, redacted=redacted)
    assert saved.read(data) == saved.Saved(tuple(many), redacted)
    assert all(byte == 10 or 32 <= byte < 127 for byte in data), "a terminal that shows it does nothing else"


def test_the_same_is_the_same_bytes() -> None:
    again = replace(ONE, networks=(replace(ONE.networks[0], tags={"a": "1", "b": "2"}),))
    assert saved.write([again]) == DATA


def test_a_resource_is_a_line() -> None:
    lines = DATA.decode().splitlines()
    assert sum('"id":"subnet-1"' in line for line in lines) == 1
    assert json.loads(DATA)["inventories"][0]["subnets"][0]["zone_id"] == "usw2-az1"


def test_text_that_is_no_unicode_can_be_saved() -> None:
    held = replace(ONE, networks=(replace(ONE.networks[0], name="a\ud800b"),))
    assert saved.read(saved.write([held])).inventories[0].networks[0].name == "a?b"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "EOF"),
        (b"[]", "object"),
        (b"\xff\xfe", "line 1"),
        (b"[" * 100_000, "recursion"),
        (b'{"format": "other", "version": 1}', "format:"),
        (b'{"version": 1}', "format: Field required"),
        (DATA[: len(DATA) // 2], "line "),
        (
            DATA.replace(b'"free_addresses":251', b'"free_addresses":"251"'),
            "inventories.0.subnets.0.free_addresses",
        ),
        (DATA.replace(b'"cidrs":["10.0.0.0/16"]', b'"cidrs":[7]'), "inventories.0.networks.0.cidrs.0"),
        (DATA.replace(b'"name":"shop"', b'"nome":"shop"'), "inventories.0.networks.0.name: Field required"),
        (DATA.replace(b'"aws"', b'"\\u001b[31m"'), "inventories.0.platform"),
        (DATA.replace(b'"redacted": false', b'"redacted": "no"'), "redacted:"),
    ],
    ids=range(12),
)
def test_what_is_no_such_file_is_refused_with_the_place(data: bytes, said: str) -> None:
    with pytest.raises(UnusableFile) as raised:
        saved.read(data)
    assert said in raised.value.message
    assert len(raised.value.message) <= 200
    assert "\x1b" not in raised.value.message
    assert "privatelink" in raised.value.remedy


def test_a_file_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST", 1 << 20)
    with pytest.raises(UnusableFile, match="larger than 1 MiB"):
        saved.read(b" " * (saved.MOST + 1))


def test_a_newer_version_is_refused_clearly() -> None:
    newer = DATA.replace(b'"version": 1', b'"version": 2').replace(b'"cidr"', b'"whatever"')
    with pytest.raises(UnusableFile) as raised:
        saved.read(newer)
    assert raised.value.message == "its version is 2, this program reads 1"
    assert "newer" in raised.value.remedy


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=40), st.integers(0, len(DATA) - 1))
def test_damage_never_does_worse_than_being_refused(noise: bytes, at: int) -> None:
    with contextlib.suppress(UnusableFile):
        saved.read(DATA[:at] + noise + DATA[at + len(noise) :])

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.network.model import Rule
from providers.aws import read, read_balancing


@pytest.mark.parametrize(
    ("wire", "state"),
    [
        ("pendingAcceptance", "pending-acceptance"),
        ("PendingAcceptance", "pending-acceptance"),
        ("pending-acceptance", "pending-acceptance"),
        ("Pending", "pending"),
        ("available", "available"),
        ("Available", "available"),
        ("Partial", "partial"),
        ("REJECTED", "rejected"),
        ("expired", "expired"),
        ("Failed", "failed"),
        ("Deleting", "deleting"),
        ("deleted", "deleted"),
        ("", "unknown"),
        ("[/]\x1b", "unknown"),
    ],
)
def test_states(wire: str, state: str) -> None:
    assert read.state(wire) == state


@given(st.text())
def test_any_text_is_a_state(wire: str) -> None:
    assert read.state(wire)


@pytest.mark.parametrize(
    "function",
    [
        read.network,
        read.subnet,
        read.instance,
        read.security_group,
        read_balancing.load_balancer,
        read_balancing.listener,
        read_balancing.target,
        read_balancing.target_group,
        read.connection,
    ],
)
def test_every_field_may_be_missing(function: Any) -> None:
    assert function({}) == function({})


def test_rules() -> None:
    group = read.security_group(
        {
            "IpPermissions": [
                {
                    "IpProtocol": "tcp",
                    "FromPort": 80,
                    "ToPort": 81,
                    "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
                    "Ipv6Ranges": [{"CidrIpv6": "fd00::/8"}],
                    "PrefixListIds": [{"PrefixListId": "pl-1"}],
                    "UserIdGroupPairs": [{"GroupId": "sg-2"}],
                },
                {"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
            ],
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        }
    )
    assert group.rules == (
        *(Rule("in", "tcp", 80, 81, peer) for peer in ("10.0.0.0/8", "fd00::/8", "pl-1", "sg-2")),
        Rule("in", "icmp", 0, 65535, "0.0.0.0/0"),
        Rule("out", "all", 0, 65535, "0.0.0.0/0"),
    )


def test_endpoint_tells_why_it_failed() -> None:
    found = read.endpoint({"State": "Failed", "LastError": {"Message": "no address", "Code": "X"}}, {})
    assert (found.state, found.reason) == ("failed", "no address")


def test_zones_by_id_where_only_names_are_told() -> None:
    zones = {"us-west-2a": "usw2-az2", "us-west-2b": "usw2-az1"}
    names_only = read.vendor_service({"AvailabilityZones": ["us-west-2b", "us-west-2c"]}, zones)
    assert names_only.zone_ids == ("usw2-az1",)
    told = read.vendor_service(
        {"AvailabilityZones": ["us-west-2b"], "AvailabilityZoneIds": ["usw2-az9"]}, zones
    )
    assert told.zone_ids == ("usw2-az9",)

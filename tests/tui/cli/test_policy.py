"""``policy``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import requests
from tests.e2e.program import InProcess

SUBSCRIPTION = "5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f"
PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
AZURE_PLACE = {
    "PRIVATELINK_SANDBOX_ACCOUNT": SUBSCRIPTION,
    "PRIVATELINK_SANDBOX_VPC": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.Network/"
    "virtualNetworks/shop-prod",
}
OWN = "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0"


def actions(document: dict[str, Any]) -> set[str]:
    return {one for row in document["Statement"] for one in row["Action"]}


def test_an_enablement_limits_it_to_its_tag_account_region_and_service(
    offline: InProcess, tmp_path: Path
) -> None:
    file = requests.write(tmp_path, requests.BIDIRECTIONAL, PLACE, OWN)
    name = offline.json("new", file)["id"]
    ran = offline("policy", "--id", name, "--format", "json")
    told = json.dumps(ran.json)
    for part in (
        f"privatelink:{name}",
        "us-west-2:111122223333:",
        "vpc-endpoint-service/vpce-svc-0123456789abcdef0",
    ):
        assert part in told
    assert "Not limited" not in ran.err
    assert ran.json["Version"] == "2012-10-17"
    assert "ec2:CreateVpcEndpoint" in actions(ran.json)


def test_an_audit_only_reads(offline: InProcess) -> None:
    told = offline.json("policy", "--cloud", "aws", "--for", "audit")
    assert {one.partition(":")[2][:8] for one in actions(told)} == {
        "Describe",
        "GetCalle",
        "GetMetri",
        "ListServ",
    }
    role = offline.json("policy", "--cloud", "azure", "--for", "audit", "--account", SUBSCRIPTION)
    assert {one.rpartition("/")[2] for one in role["Actions"]} == {"read"}
    assert role["AssignableScopes"] == [f"/subscriptions/{SUBSCRIPTION}"]


def test_what_it_is_not_limited_to_is_told(offline: InProcess) -> None:
    ran = offline("policy", "--cloud", "aws", "--format", "json")
    assert "Not limited to what carries our tag" in ran.err
    assert "Not limited to one account and region" in ran.err
    assert "not by tag" in offline("policy", "--cloud", "azure", "--format", "json").err


def test_as_text_every_action_has_its_reason_and_the_commands_follow(
    offline: InProcess, tmp_path: Path
) -> None:
    name = offline.json("new", requests.write(tmp_path, requests.AZURE_BIDIRECTIONAL, AZURE_PLACE))["id"]
    lines = offline("policy", "--id", name).out.splitlines()
    assert any(one.startswith("Microsoft.Network/privateEndpoints/write ") for one in lines)
    assert lines[-2:] == [
        f"  privatelink policy --id {name} --for setup --format json > privatelink-setup.json",
        "  az role definition create --role-definition privatelink-setup.json",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--cloud", "aws", "--account", "1"),
        ("--cloud", "azure", "--account", "111122223333"),
        ("--cloud", "aws", "--region", "westeurope"),
        ("--cloud", "aws", "--region", "us-west-2; rm -rf /"),
        ("--id", "pl-nobody"),
    ],
)
def test_what_cannot_be_used(offline: InProcess, wrong: tuple[str, ...]) -> None:
    assert offline("policy", *wrong, code=2).err

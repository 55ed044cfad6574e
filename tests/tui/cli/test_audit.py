"""``audit``: from files and on the sandbox, its forms, exit codes, suppressions and baseline."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from core.audit.catalogue import CHECKS
from core.audit.formats import FORMATS
from core.network import saved
from core.network.model import Gap
from providers.sandbox import Sandbox
from tests.core.audit.build import AWS, AZURE, LB, done, edited
from tests.e2e.account import Account
from tests.e2e.program import InProcess

FAULTY = done(AWS, edited("load_balancers", deletion_protection=False))


@pytest.fixture
def healthy(tmp_path: Path) -> str:
    path = tmp_path / "healthy.json"
    path.write_bytes(saved.write([AWS]))
    return str(path)


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    path = tmp_path / "faulty.json"
    path.write_bytes(saved.write([FAULTY]))
    return str(path)


def test_a_saved_inventory_is_checked_without_a_cloud(offline: InProcess, healthy: str, faulty: str) -> None:
    assert "0 findings" in offline("audit", "--from", healthy).out
    done = offline("audit", "--from", faulty, code=1)
    assert "! medium    Load balancer without deletion protection  [aws-nlb-unprotected]" in done.out
    assert f"    $ aws elbv2 modify-load-balancer-attributes --load-balancer-arn {LB}" in done.out
    both = offline.json("audit", "--from", healthy, "--from", faulty, code=1)
    assert len(both["scopes"]) == 1, "the same account at the same moment"
    assert [one["check"] for one in both["findings"]] == ["aws-nlb-unprotected"]


def test_several_clouds_at_once(offline: InProcess, tmp_path: Path) -> None:
    path = tmp_path / "both.json"
    path.write_bytes(saved.write([FAULTY, AZURE]))
    told = offline.json("audit", "--from", str(path), code=1)
    assert [one["platform"] for one in told["scopes"]] == ["aws", "azure"]
    unmade = {one["check"] for one in told["not_checked"]}
    assert "azure-service-stranger-sees" in unmade, "no subscription of Magento's is set"


@pytest.mark.parametrize(
    ("fail_on", "code"), [("critical", 0), ("high", 0), ("medium", 1), ("low", 1), ("info", 1), ("never", 0)]
)
def test_what_fails(offline: InProcess, faulty: str, fail_on: str, code: int) -> None:
    offline("audit", "--from", faulty, "--fail-on", fail_on, code=code)


def test_what_was_not_read_is_no_pass(offline: InProcess, tmp_path: Path) -> None:
    path = tmp_path / "part.json"
    path.write_bytes(saved.write([replace(AWS, gaps=(Gap("endpoints", "access-denied", "No.", "ec2:X"),))]))
    done = offline("audit", "--from", str(path), code=1)
    assert "not checked, because endpoints could not be read (access-denied): No; it takes ec2:X" in done.out
    offline("audit", "--from", str(path), "--fail-on", "never")


@pytest.mark.parametrize("form", FORMATS)
def test_a_report_goes_into_a_file_of_the_persons_own(
    offline: InProcess, faulty: str, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "report"
    done = offline("audit", "--from", faulty, "--format", form, "--out", str(out), code=1)
    assert done.out == ""
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "aws-nlb-unprotected" in out.read_text()
    again = offline("audit", "--from", faulty, "--format", form, "--out", str(out), code=2)
    assert str(out) in again.err


def test_suppressions_and_baseline(offline: InProcess, faulty: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text(
        '[[suppress]]\ncheck = "aws-nlb-*"\nresource = "*"\nreason = "CHG-1"\nexpires = 9999-12-31\n'
    )
    told = offline.json("audit", "--from", faulty, "--suppress", str(kept))
    assert told["findings"] == []
    assert [one["reason"] for one in told["suppressed"]] == ["CHG-1"]
    kept.write_text(kept.read_text().replace("9999", "2001"))
    told = offline.json("audit", "--from", faulty, "--suppress", str(kept), code=1)
    assert "expired on 2001-12-31" in told["notes"][0]
    before = tmp_path / "before.json"
    before.write_text(json.dumps(told))
    told = offline.json("audit", "--from", faulty, "--baseline", str(before))
    assert (told["findings"], told["known"]) == ([], 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "{bad}"),
        ("--from", "{none}"),
        ("--from", "{good}", "--suppress", "{bad}"),
        ("--from", "{good}", "--baseline", "{bad}"),
        ("--from", "{good}", "--region", "us-west-2"),
        (),
    ],
)
def test_what_cannot_be_used(
    offline: InProcess, healthy: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"\xff{")
    names = {"bad": str(bad), "none": str(tmp_path / "none.json"), "good": healthy}
    done = offline("audit", *(one.format(**names) for one in arguments), code=2)
    assert done.out == ""
    assert done.err.startswith("privatelink: ")


def test_the_checks_are_listed(offline: InProcess) -> None:
    assert f"{len(CHECKS)} checks" in offline("audit", "--list").out
    told = offline.json("audit", "--list", "--cloud", "azure")
    assert {one["id"] for one in told} == {id for id in CHECKS if id.startswith("azure-")}


def service_for_everybody(customer: Account, vpc: str) -> tuple[str, str]:
    """A load balancer without a listener, and an endpoint service in front of it that asks nobody."""
    subnets = customer.ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    balancer = customer.elbv2.create_load_balancer(
        Name="open", Type="network", Scheme="internal", Subnets=[subnets[0]["SubnetId"]]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    service = customer.ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer], AcceptanceRequired=False
    )["ServiceConfiguration"]["ServiceId"]
    customer.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service, AddAllowedPrincipals=["*"])
    return balancer, service


def test_an_account_is_looked_at(
    program: InProcess, customer: Account, sandbox: Sandbox, tmp_path: Path
) -> None:
    """On the sandbox: a load balancer and an endpoint service that lets everybody in."""
    balancer, service = service_for_everybody(customer, sandbox.world.vpc)
    told = program.json("audit", "--region", "us-west-2", code=1)
    found = {(one["check"], one["resource"]["id"]) for one in told["findings"]}
    assert ("aws-service-open-to-all", service) in found
    assert ("aws-service-acceptance-off", service) in found
    assert ("aws-nlb-no-listener", balancer) in found
    assert told["not_checked"] == []
    out = tmp_path / "seen.json"
    program("inventory", "--region", "us-west-2", "--out", str(out))
    again = program.json("audit", "--from", str(out), code=1)
    assert [one["fingerprint"] for one in again["findings"]] == [
        one["fingerprint"] for one in told["findings"]
    ]

"""The engine: what could not be seen is never a pass, and the same inventory gives the same bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.audit.catalogue import CHECKS, audit_all
from core.audit.formats import FORMATS
from core.network.model import Gap, Inventory, Rule
from tests.core.audit.build import (
    AWS,
    AZURE,
    LB,
    NET,
    NOW,
    OFFER,
    PLS,
    Edit,
    added,
    done,
    edited,
    large,
    rules,
    shuffled,
)
from tests.core.audit.cases import AWS as AWS_CASES
from tests.core.audit.cases import CASES
from tests.growth import assert_linear

PARTS = {part for check in CHECKS.values() for part in (*check.reads, *check.needs)}


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_gap_is_told_by_every_check_that_looks_there(part: str) -> None:
    gap = Gap(part, "access-denied", "Not allowed.", "ec2:DescribeThis")
    for healthy in (AWS, AZURE):
        report = audit_all([replace(healthy, gaps=(gap,))], OFFER)
        looking = {
            id
            for id, check in CHECKS.items()
            if check.platform == healthy.platform and part in (*check.reads, *check.needs)
        }
        assert {one.check for one in report.not_checked} == looking
        assert not looking & set(report.held)
        for one in report.not_checked:
            assert one.permission == "ec2:DescribeThis"
            assert one.because == f"{part} could not be read (access-denied): Not allowed"


def test_a_check_that_would_tell_something_wrong_is_not_made() -> None:
    blind = replace(AWS, connections=(), gaps=(Gap("connections", "throttled", "Slow down."),))
    report = audit_all([blind], OFFER)
    assert "aws-service-unused" not in {one.check for one in report.findings}
    assert "aws-service-unused" in {one.check for one in report.not_checked}


def test_what_a_check_sees_in_spite_of_a_gap_is_told() -> None:
    gap = Gap("endpoint service permissions", "throttled", "Slow down.")
    seen = done(AWS, edited("endpoint_services", principals=("*",)))
    report = audit_all([replace(seen, gaps=(gap,))], OFFER)
    assert "aws-service-open-to-all" in {one.check for one in report.findings}
    assert "aws-service-open-to-all" in {one.check for one in report.not_checked}


def test_a_field_that_was_not_read_is_not_a_pass() -> None:
    report = audit_all([done(AWS, edited("load_balancers", cross_zone=None))], OFFER)
    told = [one for one in report.not_checked if one.check == "aws-nlb-cross-zone-off"]
    assert [(one.because, one.resources) for one in told] == [
        ("load_balancing.cross_zone.enabled was not read", (LB,))
    ]
    assert "aws-nlb-cross-zone-off" not in report.held


def checked(check: str, inventory: Inventory) -> tuple[bool, bool]:
    """Whether a check found something, and whether it said that it could not tell."""
    report = audit_all([inventory], OFFER)
    return check in {one.check for one in report.findings}, check in {one.check for one in report.not_checked}


@pytest.mark.parametrize(
    ("peer", "found", "untold"),
    [
        ("10.20.0.0/16", True, False),
        ("sg-0app", True, False),
        ("0.0.0.0/0", False, False),
        ("100.64.9.0/24", False, True),
        ("pl-0abc", False, True),
    ],
)
def test_whom_a_filtering_load_balancer_lets_in(peer: str, found: bool, untold: bool) -> None:
    """Magento's clients have addresses of Magento's network, which only Magento knows."""
    seen = done(
        AWS,
        edited("load_balancers", filters_private_link=True),
        rules(2, Rule("in", "tcp", 3306, 3306, peer), only=True),
    )
    assert checked("aws-way-clients-filtered", seen) == (found, untold)


def denied(first: int, last: int | None = None, peer: str = "VirtualNetwork") -> Rule:
    return Rule("in", "tcp", first, last or first, peer, False, 90)


SHUT_BUT_80 = rules(0, Rule("in", "tcp", 80, 80, "VirtualNetwork", True, 80), denied(0, 65535))
OWN_ALIAS = AZURE.endpoint_services[0].service_name
KEY_VAULT = f"{NET.removesuffix('Microsoft.Network')}Microsoft.KeyVault/vaults/shop"


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ((rules(0, denied(80)),), "on port 80."),
        ((rules(0, denied(8080, 8090)),), "on port 8080."),
        ((SHUT_BUT_80,), ""),
        ((rules(0, denied(3389)),), ""),
        ((rules(0, denied(443)),), ""),
        ((rules(0, denied(80, peer="10.20.1.0/24")),), ""),
        ((rules(0, denied(80)), edited("subnets", 1, endpoint_policy="disabled")), ""),
        ((rules(0, denied(80)), edited("endpoints", service_name=KEY_VAULT)), ""),
        ((SHUT_BUT_80, edited("endpoints", service_name=PLS)), "on port 3306."),
        ((SHUT_BUT_80, edited("endpoints", service_name=OWN_ALIAS.upper())), "on port 3306."),
        ((rules(0, denied(80)), edited("endpoints", service_name=PLS)), ""),
        (
            (SHUT_BUT_80, edited("endpoints", service_name=PLS), edited("listeners", port=0, protocol="ALL")),
            "",
        ),
    ],
    ids=(
        *("customary", "range", "all-not-named", "administration", "refused-by-the-offer", "some-clients"),
        *("policies-off", "service-of-azure", "own-service", "own-service-by-alias"),
        *("own-service-without-the-port", "own-service-on-all-ports"),
    ),
)
def test_a_port_of_a_private_endpoint_that_is_shut(edits: tuple[Edit, ...], found: str) -> None:
    """Only a port that somebody shut by itself tells of a service elsewhere; of an own one the ports are known."""
    (endpoint,) = AZURE.endpoints
    findings = audit_all([done(AZURE, *edits)], OFFER).findings
    told = [one for one in findings if one.check == "azure-way-clients-blocked"]
    assert [one.message.endswith(found) for one in told] == ([True] if found else [])
    assert all(one.resource.id == endpoint.id for one in told)


def test_a_rule_for_all_ports_tells_nothing_of_the_ways_to_its_machines() -> None:
    shut = rules(0, Rule("in", "tcp", 3306, 3306, "AzureLoadBalancer", False, 90))
    for check in ("azure-way-probe-blocked", "azure-way-service-blocked"):
        all_ports = edited("listeners", port=0, target_port=0, protocol="ALL")
        assert checked(check, done(AZURE, all_ports, shut)) == (False, True)


def test_targets_that_are_tried_for_the_first_time_are_no_alarm() -> None:
    trying = tuple(replace(one, health="initial") for one in AWS.target_groups[0].targets)
    seen = done(AWS, edited("target_groups", targets=trying))
    assert checked("aws-target-group-none-healthy", seen) == (False, False)


def test_without_magentos_subscription_no_stranger_can_be_told_from_it() -> None:
    report = audit_all([AZURE], OFFER.model_copy(update={"azure_subscriptions": ()}))
    told = {one.check: one for one in report.not_checked}
    assert told["azure-service-stranger-sees"].resources == (PLS,)
    assert "offer.azure_subscriptions" in told["azure-connection-stranger-connected"].because
    assert not report.findings


@pytest.mark.parametrize("healthy", [AWS, AZURE], ids=["aws", "azure"])
def test_an_inventory_for_set_up_is_no_pass_for_what_only_the_audit_reads(healthy: Inventory) -> None:
    report = audit_all([replace(healthy, detail="setup", quotas=(), interfaces=())], OFFER)
    deep = {id for id, check in CHECKS.items() if check.deep and check.platform == healthy.platform}
    assert deep
    assert deep <= {one.check for one in report.not_checked if "privatelink inventory" in one.because}


BLINDING = {
    "aws-endpoint-idle-network",
    "aws-nlb-no-listener",
    "aws-service-no-balancer",
    "aws-service-unused",
    "aws-target-group-empty",
    "aws-way-service-hidden",
}
"""Faults that take away what other checks look at."""


def everything() -> Inventory:
    """An account with many faults at once."""
    ids = [id for id in sorted(AWS_CASES) if id not in BLINDING]
    edits = [edit for id in ids for edit in AWS_CASES[id][1]]
    return done(AWS, *edits)


def everything_azure() -> Inventory:
    """A subscription with several faults of its kinds at once."""
    ids = ("azure-way-clients-blocked", "azure-endpoint-duplicate", "azure-lb-unused", "azure-rule-ssh")
    return done(AZURE, *(edit for id in ids for edit in CASES[id][1]))


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("seed", [7, 8])
def test_same_inventory_same_bytes(form: str, seed: int) -> None:
    seen = (everything(), everything_azure())
    first = audit_all(seen, OFFER)
    again = audit_all([shuffled(one, seed) for one in reversed(seen)], OFFER)
    assert {one.scope.platform for one in first.findings} == {"aws", "azure"}
    assert FORMATS[form](first, CHECKS) == FORMATS[form](again, CHECKS)


def test_the_worst_comes_first_and_fingerprints_tell_findings_apart() -> None:
    report = audit_all([everything()], OFFER)
    severities = [one.severity for one in report.findings]
    assert severities == sorted(severities, key=["critical", "high", "medium", "low", "info"].index)
    assert len({one.fingerprint for one in report.findings}) == len(report.findings)


def test_a_fingerprint_does_not_depend_on_when_it_was_looked() -> None:
    later = replace(everything(), taken_at=NOW.replace(year=NOW.year + 1))
    now = {one.fingerprint for one in audit_all([everything()], OFFER).findings}
    assert now <= {one.fingerprint for one in audit_all([later], OFFER).findings}


def test_the_work_grows_with_the_account_and_not_faster() -> None:
    assert_linear(lambda count: audit_all([large(count)], OFFER), 4_000)


def test_several_accounts_are_told_apart() -> None:
    other = replace(done(AWS, added("endpoints", id="vpce-0bbb")), account="222233334444")
    report = audit_all([AWS, other], OFFER)
    assert [one.account for one in report.scopes] == ["111122223333", "222233334444"]
    assert {one.scope.account for one in report.findings if one.check == "aws-endpoint-duplicate"} == {
        "222233334444"
    }

"""Every check fires on its fault, on nothing else of a healthy account, and says what it read and how to mend it."""

from __future__ import annotations

import shlex

import pytest

from core.audit.catalogue import CHECKS, audit_all
from core.audit.finding import SEVERITIES, Report
from core.network.model import Inventory
from tests.core.audit.build import AWS, AZURE, OFFER, done
from tests.core.audit.cases import CASES

REGIONAL = ("connection", "quota", "endpoint service", "private link service")
"""Kinds that need not be in a network."""
HEALTHY = {"aws": AWS, "azure": AZURE}


def faulty(check: str) -> Inventory:
    return done(HEALTHY[check.split("-")[0]], *CASES[check][1])


def audited(*inventories: Inventory) -> Report:
    return audit_all(inventories, OFFER)


def test_every_check_has_a_case_and_every_case_a_check() -> None:
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize("inventory", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_account_has_no_finding_and_everything_was_checked(inventory: Inventory) -> None:
    report = audited(inventory)
    assert [(one.check, one.message) for one in report.findings] == []
    assert report.not_checked == ()
    assert set(report.held) == {id for id, check in CHECKS.items() if check.platform == inventory.platform}


@pytest.mark.parametrize("check", sorted(CASES))
def test_a_check_fires_on_its_fault(check: str) -> None:
    report = audited(faulty(check))
    found = [one for one in report.findings if one.check == check]
    assert CASES[check][0] in [one.resource.id for one in found]
    assert check not in report.held
    for one in found:
        assert one.severity == CHECKS[check].severity
        assert one.message.endswith(".")
        assert one.evidence, "a finding says what was read"
        words = shlex.split(one.command)
        assert words[0] in ("aws", "az"), "and which command mends it"
        assert words[0] == ("az" if check.startswith("azure-") else "aws")
        assert one.resource.kind
        assert one.resource.network or one.resource.kind in REGIONAL


@pytest.mark.parametrize("id", sorted(CHECKS))
def test_a_check_says_why_what_to_do_and_where_it_is_written(id: str) -> None:
    check = CHECKS[id]
    assert check.severity in SEVERITIES
    assert check.title
    assert not check.title.endswith(".")
    assert check.rationale.endswith(".")
    assert check.remedy.endswith(".")
    assert check.source.url.startswith("https://")
    assert check.reads or check.needs, "what it looks at, so that a gap there is told"


def test_there_are_enough_checks_for_both_clouds() -> None:
    aws = [one for one in CHECKS.values() if one.platform == "aws"]
    assert len(aws) >= 40
    assert len(CHECKS) - len(aws) >= 40

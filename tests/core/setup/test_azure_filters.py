"""Network security groups in front of the targets: who is let in, and what the plan says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.network.model import Rule, SecurityGroup
from core.setup.azure_filters import PROBER, admits
from core.setup.planning import plan
from tests.core.setup.account import ENABLEMENT
from tests.core.setup.azure_account import (
    INSTANCES,
    INVENTORY,
    NET,
    OFFER,
    VENDORS,
    request,
    story,
)

ID = f"{NET}/networkSecurityGroups/data"
MAGENTO, TARGET = "10.20.0.4", "10.20.0.5"


def rule(
    priority: int, peer: str, *, allow: bool, ports: tuple[int, int] = (0, 65535), local: str = ""
) -> Rule:
    return Rule("in", "tcp", *ports, peer, allow=allow, priority=priority, local=local)


DEFAULT = (
    rule(65000, "VirtualNetwork", allow=True),
    rule(65001, "AzureLoadBalancer", allow=True),
    rule(65500, "*", allow=False),
)


@pytest.mark.parametrize(
    ("rules", "source", "let_in"),
    [
        ((), MAGENTO, True),
        ((), PROBER, True),
        ((rule(100, "*", allow=False),), PROBER, False),
        ((rule(100, "VirtualNetwork", allow=False),), MAGENTO, False),
        ((rule(100, "VirtualNetwork", allow=False),), PROBER, True),
        ((rule(100, "Internet", allow=False),), MAGENTO, True),
        ((rule(200, "*", allow=False), rule(100, "10.20.0.0/24", allow=True)), MAGENTO, True),
        ((rule(100, "*", allow=False), rule(200, "10.20.0.0/24", allow=True)), MAGENTO, False),
        ((rule(100, "*", allow=False, ports=(80, 90)),), MAGENTO, True),
        ((rule(100, "*", allow=False, local="10.20.9.0/24"),), MAGENTO, True),
        ((rule(100, "Storage", allow=False),), MAGENTO, True),
    ],
)
def test_the_first_rule_that_fits_decides(rules: tuple[Rule, ...], source: str, let_in: bool) -> None:
    assert admits(SecurityGroup(ID, "data", "", (*DEFAULT, *rules)), 3306, source, TARGET) is let_in


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (DEFAULT, 0),
        ((), 0),
        ((*DEFAULT, rule(100, "VirtualNetwork", allow=False)), 2),
        ((*DEFAULT, rule(100, "*", allow=False)), 4),
        ((*DEFAULT, rule(100, "*", allow=False, ports=(22, 22))), 0),
    ],
)
def test_a_plan_warns_of_what_keeps_magento_out(rules: tuple[Rule, ...], told: int) -> None:
    """Two targets, each with the probe and the traffic; nothing is blocked by a warning."""
    machines = tuple(replace(one, security_group_ids=(ID.upper(),)) for one in INSTANCES)
    group = SecurityGroup(ID, "data", "", rules)
    seen = replace(INVENTORY, instances=machines, security_groups=(group,))
    found = plan(request(), story(), seen, VENDORS, OFFER, ENABLEMENT).problems
    blocked = [one for one in found if one.code == "target-blocked"]
    assert len(blocked) == told
    assert {one.severity for one in blocked} <= {"warning"}
    assert all("network security group" in one.message.lower() for one in blocked)

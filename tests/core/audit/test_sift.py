"""What is shown of a report, the tree of its resources, and the way that a finding is on."""

from __future__ import annotations

import pytest

from core.audit.catalogue import CHECKS, audit_all
from core.audit.check import audit, renewed
from core.audit.finding import Resource
from core.audit.sift import Sieve, branches, searchable, sifted
from core.audit.way import way
from core.network.index import Index
from core.network.model import Inventory
from tests.core.audit.build import (
    ALB,
    AWS,
    AZURE,
    ENDPOINT,
    LB,
    LBRULE,
    LISTENER,
    OFFER,
    PE,
    POOL,
    SERVICE,
    TG,
    done,
    edited,
    large,
)
from tests.core.audit.test_audit import everything

REPORT = audit_all([everything(), done(AZURE, edited("load_balancers", internal=False))], OFFER)
TEXTS = tuple(searchable(one, CHECKS) for one in REPORT.findings)


def test_all_words_have_to_occur_anywhere() -> None:
    found = sifted(REPORT.findings, TEXTS, Sieve(words="SSH  private"))
    assert [one.check for one in found] == ["aws-listener-ssh"]
    assert sifted(REPORT.findings, TEXTS, Sieve(words="ssh nowhere-at-all")) == ()


def test_severities_and_branches() -> None:
    high = sifted(REPORT.findings, TEXTS, Sieve(severities=frozenset({"high"})))
    assert high == tuple(one for one in REPORT.findings if one.severity == "high")
    for branch in branches(REPORT.findings):
        found = sifted(REPORT.findings, TEXTS, Sieve(branch=branch.key))
        assert len(found) == branch.count
        assert branch.worst == found[0].severity, "the worst comes first"


def test_the_tree_goes_from_everything_to_single_resources() -> None:
    tree = branches(REPORT.findings)
    assert [one.title for one in tree if one.depth == 0] == ["everything"]
    assert [one.title for one in tree if one.depth == 1] == [
        "AWS account 111122223333, us-west-2",
        f"Azure subscription {AZURE.account}, eastus2",
    ]
    assert sum(one.count for one in tree if one.depth == 1) == tree[0].count == len(REPORT.findings)
    assert branches(()) == ()


def test_a_tree_of_very_many_stops_at_kinds() -> None:
    tree = branches(audit_all([large(4_000)], OFFER).findings)
    assert max(one.depth for one in tree) == 3
    assert len(tree) < 20


@pytest.mark.parametrize(
    ("inventory", "id", "kinds"),
    [
        (AWS, ENDPOINT, ["clients in", "endpoint", "service"]),
        (AZURE, PE, ["clients in", "private endpoint", "service"]),
        *(
            (
                AWS,
                id,
                ["endpoint", "endpoint service", "load balancer", "listener", "target group", "targets"],
            )
            for id in ("vpce-0fff", SERVICE, LB, LISTENER, TG)
        ),
        *(
            (AZURE, id, ["endpoint", "private link service", "load balancer", "rule", "pool", "targets"])
            for id in (AZURE.connections[0].endpoint_id, ALB, LBRULE, POOL)
        ),
        (AWS, "sg-0app", []),
    ],
)
def test_the_way_marks_what_the_finding_is_about(inventory: Inventory, id: str, kinds: list[str]) -> None:
    stops = way(Index(inventory), Resource("", id, ""))
    assert [one.kind for one in stops] == kinds
    assert [one.name for one in stops if one.found] == ([id] if kinds else [])
    assert "none" not in {one.name for one in stops}


def test_one_check_made_again_changes_only_its_own_results() -> None:
    before = audit_all([everything()], OFFER)
    mended = done(everything(), edited("load_balancers", deletion_protection=True))
    check = "aws-nlb-unprotected"
    after = renewed(before, audit([mended], OFFER, [CHECKS[check]]), check)
    assert check in {one.check for one in before.findings}
    assert check not in {one.check for one in after.findings}
    assert [one for one in before.findings if one.check != check] == list(after.findings)
    assert after == renewed(after, audit([mended], OFFER, [CHECKS[check]]), check)

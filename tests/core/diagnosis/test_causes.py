"""Every row of the two tables "why connections fail": the broken account, and the cause that is named first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from core.cloud import Hop, ProbeResult, ProbeTarget
from core.diagnosis.case import Case
from core.diagnosis.causes import CAUSES
from core.diagnosis.diagnose import diagnose
from core.diagnosis.model import Cause, Diagnosis
from core.network.model import NetworkAcl, Quota, Rule, Target, VendorService
from core.request.model import Direction, Platform
from tests import nasty
from tests.core.audit import build as b
from tests.core.audit.test_odd import with_hyphens
from tests.core.diagnosis.expected import ASKED, ONLY_POSSIBLE

OTHER_NAME = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"
OPEN_ACL = (
    Rule("in", "all", 0, 65535, "0.0.0.0/0", True, 100),
    Rule("out", "all", 0, 65535, "0.0.0.0/0", True, 100),
)
SHOWN = VendorService(b.MAGENTO_SERVICE, "402592597372", (), ("usw2-az1", "usw2-az2"), True)
SERVICES = {"aws": b.MAGENTO_SERVICE, "azure": b.ALIAS}
HEALTHY_PLUS: Mapping[str, tuple[b.Edit, ...]] = {
    "aws": (
        b.edited("load_balancers", filters_private_link=False),
        b.edited("listeners", idle_timeout=350),
        b.edited("target_groups", proxy_protocol=False, cross_zone="inherited"),
        lambda seen: replace(
            seen,
            network_acls=(NetworkAcl("acl-0a", "", b.VPC, True, ("subnet-0a", "subnet-0b"), OPEN_ACL),),
            subnets=tuple(replace(one, acl_id="acl-0a") for one in seen.subnets),
        ),
    ),
    "azure": (
        b.edited("endpoints", manual=True),
        b.edited("endpoint_services", nat_addresses=1, proxy_protocol=False),
    ),
}


def probe(stage: str, detail: str, *, addresses: tuple[str, ...] = ("10.20.1.20",)) -> ProbeResult:
    before = [Hop("resolve", True, ", ".join(addresses)), Hop("connect", True, "in 2 ms")]
    kept = before[: {"resolve": 0, "connect": 1}.get(stage, 2)]
    last = Hop(stage, False, detail)  # type: ignore[arg-type]
    # A failed handshake alone does not make a probe fail.
    return ProbeResult(
        ProbeTarget("Webserver", "vpce-0aaa.example", 443), stage == "tls", addresses, (*kept, last)
    )


@dataclass(frozen=True)
class Row:
    """``edits`` break the account; ``case`` changes the rest of the case; ``first`` is named before all others."""

    platform: Platform
    first: str
    edits: tuple[b.Edit, ...] = ()
    direction: Direction = "to-magento"
    case: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""


def case_of(platform: Platform, *edits: b.Edit, **changes: Any) -> Case:
    seen = b.done(b.AWS if platform == "aws" else b.AZURE, *HEALTHY_PLUS[platform], *edits)
    given: dict[str, Any] = {
        "ports": {"to-magento": (443,) if platform == "aws" else (80,), "from-magento": (3306,)},
        "service_names": (SERVICES[platform],),
        "visible": {b.MAGENTO_SERVICE: SHOWN} if platform == "aws" else {},
        "endpoints": seen.endpoints,
        "service": next(iter(seen.endpoint_services), None),
        "vendors": frozenset({"402592597372" if platform == "aws" else b.MAGENTO_SUB}),
    }
    return Case(seen, b.OFFER, **(given | changes))


def acl(*rules: Rule) -> b.Edit:
    return lambda seen: replace(
        seen, network_acls=(replace(seen.network_acls[0], rules=(*rules, *OPEN_ACL)),)
    )


def endpoint(**changes: Any) -> b.Edit:
    return b.edited("endpoints", **changes)


DENY_DB = Rule("in", "tcp", 3306, 3306, "10.20.0.0/16", False, 50)
NO_ANSWERS = Rule("out", "tcp", 1024, 65535, "10.20.0.0/16", False, 50)
SILENT = probe("connect", "no answer in time (a closed security group or network ACL looks like this)")

ROWS = (
    Row("aws", "not-visible", case={"visible": {b.MAGENTO_SERVICE: None}}),
    Row("aws", "regions-differ", case={"service_names": (OTHER_NAME,), "endpoints": ()}, name="wrong region"),
    Row("aws", "not-visible", case={"service_names": ("vpce-svc-nonsense",), "endpoints": ()}, name="typo"),
    Row("aws", "magento-not-allowed", (b.edited("endpoint_services", principals=()),), "from-magento"),
    Row("aws", "endpoint-missing", (b.without("endpoints"),)),
    Row("aws", "not-accepted", (endpoint(state="pending-acceptance"),)),
    Row("aws", "endpoint-rejected", (endpoint(state="rejected"),)),
    Row("aws", "endpoint-expired", (endpoint(state="expired"),)),
    Row("aws", "endpoint-failed", (endpoint(state="failed", reason="InsufficientFreeAddresses"),)),
    Row(
        "aws",
        "not-accepted",
        (b.edited("connections", state="pending-acceptance"),),
        "from-magento",
        name="to you",
    ),
    Row("aws", "no-connection", (b.without("connections"),), "from-magento"),
    Row("aws", "zones-differ", case={"visible": {b.MAGENTO_SERVICE: replace(SHOWN, zone_ids=("usw2-az4",))}}),
    Row("aws", "endpoint-filter", (b.rules(1, only=True),)),
    Row("aws", "network-acl", (acl(NO_ANSWERS),), name="answers"),
    Row("aws", "network-acl", (acl(DENY_DB),), "from-magento", name="to targets"),
    Row(
        "aws",
        "target-unhealthy",
        (
            b.edited(
                "target_groups",
                targets=(Target("10.20.1.10", 3306, "unhealthy", "Target.FailedHealthChecks"),),
            ),
        ),
        "from-magento",
    ),
    Row(
        "aws",
        "target-unused",
        (b.edited("target_groups", targets=(Target("10.20.1.10", 3306, "unused", "Target.NotInUse"),)),),
        "from-magento",
    ),
    Row("aws", "no-target", (b.edited("target_groups", targets=()),), "from-magento"),
    Row("aws", "no-listener", (b.without("listeners"),), "from-magento"),
    Row("aws", "balancer-inactive", (b.edited("load_balancers", state="provisioning"),), "from-magento"),
    Row(
        "aws",
        "zone-without-targets",
        (
            b.edited("load_balancers", cross_zone=False),
            b.edited("target_groups", targets=(Target("10.20.1.10", 3306, "healthy"),)),
        ),
        "from-magento",
    ),
    Row(
        "aws",
        "balancer-filter",
        (b.edited("load_balancers", filters_private_link=True), b.rules(2, only=True)),
        "from-magento",
    ),
    Row(
        "aws", "balancer-without-group", (b.edited("load_balancers", security_group_ids=()),), "from-magento"
    ),
    Row(
        "aws",
        "target-filter",
        (
            b.rules(0, Rule("in", "tcp", 3306, 3306, "192.168.0.0/16"), only=True),
            b.edited("target_groups", targets=(Target("10.20.1.10", 3306, "unhealthy"),)),
        ),
        "from-magento",
    ),
    Row("aws", "proxy-protocol", (b.edited("target_groups", proxy_protocol=True),), "from-magento"),
    Row("aws", "private-dns", (endpoint(private_dns=True),)),
    Row(
        "aws",
        "private-dns",
        (b.edited("endpoint_services", private_dns_name="db.shop.example", private_dns_state="failed"),),
        "from-magento",
        name="unverified",
    ),
    Row(
        "aws", "tls-name", case={"probes": {"to-magento": (probe("tls", "the certificate is not trusted"),)}}
    ),
    Row("aws", "idle-drop", (b.edited("listeners", idle_timeout=60),), "from-magento"),
    Row(
        "aws",
        "ports-exhausted",
        (b.edited("load_balancers", port_errors=12),),
        "from-magento",
    ),
    Row(
        "aws",
        "large-packets",
        case={"probes": {"to-magento": (probe("bytes", "1460 of 9000 bytes came through, or others"),)}},
    ),
    Row(
        "aws",
        "quota",
        (
            endpoint(state="failed", reason="limit"),
            lambda seen: replace(
                seen, quotas=(Quota("L-29B6F2EB", "Interface endpoints per VPC", 50, 50, "account"),)
            ),
        ),
    ),
    Row("aws", "service-missing", (b.without("endpoint_services"),), "from-magento"),
    Row("aws", "service-failed", (b.edited("endpoint_services", state="failed"),), "from-magento"),
    Row(
        "aws",
        "public-address",
        case={
            "probes": {"to-magento": (probe("resolve", "54.0.0.1; not private", addresses=("54.0.0.1",)),)}
        },
    ),
    Row("aws", "no-answer", case={"probes": {"to-magento": (SILENT,)}}),
    Row(
        "aws",
        "refused",
        case={"probes": {"to-magento": (probe("connect", "refused (nothing listens there)"),)}},
    ),
    Row(
        "aws",
        "stalled",
        case={"probes": {"to-magento": (probe("bytes", "nothing came through: timed out"),)}},
    ),
    Row("azure", "subnet-policy", (b.edited("subnets", 0, link_policies=True),), "from-magento"),
    Row(
        "azure",
        "subnet-policy",
        (b.without("endpoint_services"), b.edited("subnets", 0, link_policies=True)),
        "from-magento",
        name="no service",
    ),
    Row("azure", "balancer-kind", (b.edited("load_balancers", kind="Basic"),), "from-magento"),
    Row("azure", "pool-by-address", (b.edited("target_groups", target_type="ip"),), "from-magento"),
    Row("azure", "regions-differ", (b.edited("endpoint_services", region="westeurope"),), "from-magento"),
    Row(
        "azure",
        "regions-differ",
        (b.edited("load_balancers", region="westeurope"),),
        "from-magento",
        name="balancer",
    ),
    Row("azure", "not-accepted", (endpoint(state="pending-acceptance"),)),
    Row("azure", "endpoint-rejected", (endpoint(state="rejected"),)),
    Row("azure", "endpoint-disconnected", (endpoint(state="disconnected"),)),
    Row("azure", "not-visible", case={"visible": {b.ALIAS: None}}),
    Row("azure", "magento-not-allowed", (b.edited("endpoint_services", principals=()),), "from-magento"),
    Row("azure", "wrong-alias", case={"service_names": ("magento-pls.eastus2",), "endpoints": ()}),
    Row("azure", "automatic-connection", (endpoint(manual=False, state="failed"),)),
    Row("azure", "endpoint-missing", (b.without("endpoints"),)),
    Row(
        "azure",
        "prober-blocked",
        (b.rules(0, Rule("in", "all", 0, 65535, "AzureLoadBalancer", False, 90)),),
        "from-magento",
    ),
    Row(
        "azure",
        "target-filter",
        (b.rules(0, Rule("in", "tcp", 3306, 3306, "10.20.1.0/24", False, 90)),),
        "from-magento",
    ),
    Row(
        "azure",
        "target-unhealthy",
        (b.edited("target_groups", targets=(Target("10.20.2.4", 3306, "unknown"),)),),
        "from-magento",
        case={"probed": {("10.20.2.4", 3306): 0.0}},
    ),
    Row(
        "azure",
        "policies-off",
        (b.edited("subnets", 1, endpoint_policy="disabled", security_group_id=b.NSG),),
    ),
    Row(
        "azure",
        "endpoint-filter",
        (
            b.edited("subnets", 1, endpoint_policy="enabled", security_group_id=b.NSG),
            b.rules(0, Rule("in", "tcp", 80, 80, "*", False, 90)),
        ),
    ),
    Row("azure", "ports-exhausted", case={"measured": {"PLSNatPortsUsage": 99.0}}, direction="from-magento"),
    Row(
        "azure",
        "public-address",
        case={"probes": {"to-magento": (probe("connect", "no answer in time", addresses=("10.9.9.9",)),)}},
        name="stale",
    ),
    Row("azure", "proxy-protocol", (b.edited("endpoint_services", proxy_protocol=True),), "from-magento"),
    Row("azure", "idle-drop"),
    Row("azure", "no-listener", (b.without("listeners"),), "from-magento"),
    Row("azure", "no-listener", case={"ports": {"to-magento": (443,), "from-magento": (3306,)}}, name="443"),
    Row("azure", "no-target", (b.edited("target_groups", targets=()),), "from-magento"),
    Row("azure", "balancer-inactive", (b.edited("load_balancers", state="failed"),), "from-magento"),
    Row("azure", "service-failed", (b.edited("endpoint_services", state="failed"),), "from-magento"),
    Row("azure", "no-connection", (b.without("connections"),), "from-magento"),
    Row(
        "azure",
        "tls-name",
        case={"probes": {"to-magento": (probe("tls", "no handshake", addresses=("10.20.2.20",)),)}},
    ),
)


def found(row: Row) -> Diagnosis:
    return diagnose(case_of(row.platform, *row.edits, **row.case))


def name_of(row: Row) -> str:
    """A row's name as a test's id."""
    return f"{row.platform}-{row.first}-{row.name}".rstrip("-")


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_the_cause_is_named_first(row: Row) -> None:
    told = found(row)
    first = told.causes[0]
    assert (first.code, first.direction) == (row.first, row.direction), [
        (one.code, one.certainty, one.message) for one in told.causes
    ]
    assert first.evidence
    assert first.fix
    assert bool(told.ask) is ((row.platform, row.first, row.direction) in ASKED)
    assert told.healthy is (row.first in ONLY_POSSIBLE)


def test_every_cause_has_a_row() -> None:
    for code, kind in CAUSES.items():
        rows = {row.platform for row in ROWS if row.first == code}
        assert rows, code
        assert rows <= set(kind.platforms), code


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_nothing_is_at_fault_where_all_is_right(platform: Platform) -> None:
    told = diagnose(case_of(platform))
    assert told.healthy
    assert all(one.certainty == "possible" for one in told.causes)
    assert not told.ask


def test_who_magento_is_has_to_be_known_to_miss_its_connection() -> None:
    """On Azure its subscription comes with the ticket: before that, nobody's connection is missing."""
    told = diagnose(case_of("azure", b.without("connections"), vendors=frozenset()))
    back = next(path for path in told.paths if path.direction == "from-magento")
    hop = next(hop for hop in back.hops if hop.key == "connection")
    assert (hop.verdict, "not known" in hop.words) == ("unknown", True)
    assert "no-connection" not in {cause.code for cause in told.causes}


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_without_a_probe_nothing_counts_as_proved(platform: Platform) -> None:
    there, back = diagnose(case_of(platform)).paths
    assert (there.hops[-1].key, there.hops[-1].verdict) == ("answer", "unknown")
    assert "answer" not in [hop.key for hop in back.hops]


@pytest.mark.parametrize(
    ("probed", "verdict", "words"),
    [
        ({}, "unknown", "Not checked for 1 of 1 targets, because Azure Monitor tells nothing of them"),
        ({("10.20.2.4", 80): 100.0}, "unknown", "Not checked for 1 of 1 targets"),
        ({("10.20.2.4", 3306): 100.0}, "proof", "The probe finds 1 of 1 targets up."),
        ({("10.20.2.4", 3306): 12.5}, "proof", "The probe finds 1 of 1 targets up."),
        ({("10.20.2.4", 3306): 0.0}, "fault", "The probe finds no target up."),
    ],
)
def test_what_azures_probe_finds_is_told_as_far_as_monitor_tells_it(
    probed: Mapping[tuple[str, int], float], verdict: str, words: str
) -> None:
    targets = b.edited("target_groups", targets=(Target("10.20.2.4", 3306, "unknown"),))
    _, back = diagnose(case_of("azure", targets, probed=probed)).paths
    (hop,) = [one for one in back.hops if one.key == "probe/3306"]
    assert hop.verdict == verdict
    assert words in hop.words


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_no_name_becomes_an_option_of_a_command(platform: Platform) -> None:
    def commands(*last: b.Edit) -> list[str]:
        cases = (case_of(platform, *row.edits, *last, **row.case) for row in ROWS if row.platform == platform)
        return [cause.command for case in cases for cause in diagnose(case).causes if cause.command]

    calm, hostile = commands(), commands(with_hyphens)
    assert any("\N{REPLACEMENT CHARACTER}-" in one for one in hostile)
    assert nasty.options(*hostile) <= nasty.options(*calm)


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_the_same_case_gives_the_same_diagnosis(row: Row) -> None:
    """In whatever order the parts of an account came back."""
    case = case_of(row.platform, *row.edits, **row.case)
    again = replace(
        case,
        inventory=b.shuffled(case.inventory, 7),
        endpoints=case.endpoints[::-1],
    )
    assert diagnose(again) == diagnose(case)


def named(platform: Platform, code: str, *edits: b.Edit, **changes: Any) -> list[Cause]:
    return [one for one in diagnose(case_of(platform, *edits, **changes)).causes if one.code == code]


def test_a_security_group_is_told_once_for_all_subnets_and_ports() -> None:
    ports: Mapping[Direction, tuple[int, ...]] = {"to-magento": (443, 8443), "from-magento": (3306,)}
    (one,) = named("aws", "endpoint-filter", b.rules(1, only=True), ports=ports)
    assert "10.20.1.0/24, 10.20.2.0/24 in on TCP 443, 8443." in one.message
    for port in (443, 8443):
        ranges = "IpRanges=[{CidrIp=10.20.1.0/24},{CidrIp=10.20.2.0/24}]"
        assert f"IpProtocol=tcp,FromPort={port},ToPort={port},{ranges}" in one.command


def test_a_network_acl_is_told_once_for_all_ways_that_it_stops() -> None:
    """Each entry that the command makes has a number of its own, before all that stand."""
    (one,) = named("aws", "network-acl", acl(NO_ANSWERS), ports={"to-magento": (80, 443)})
    assert "of subnet subnet-0a, subnet-0b stops TCP 1024-65535 to " in one.message
    numbers = re.findall(r"--rule-number (\d+)", one.command)
    assert len(set(numbers)) == len(numbers) == 2
    assert all(int(number) < 50 for number in numbers)
    assert one.command.count(" && ") == 1


def test_no_number_of_an_entry_is_told_twice() -> None:
    told = named("aws", "network-acl", acl(DENY_DB), ports={"from-magento": (3306,)})
    stops_all = named(
        "aws", "network-acl", acl(replace(DENY_DB, from_port=0)), ports={"to-magento": (80, 443)}
    )
    for causes in (told, stops_all):
        words = " && ".join(one.command for one in causes)
        numbers = re.findall(r"--(ingress|egress) --rule-number (\d+)", words)
        assert len(set(numbers)) == len(numbers) >= len(causes)
    assert len(stops_all) == 3, "both ports, and some of the answers"


def test_numbers_that_are_taken_are_not_told() -> None:
    taken = tuple(Rule("out", "tcp", 80, 80, "10.9.0.0/16", True, number) for number in (1, 2, 4))
    (one,) = named("aws", "network-acl", acl(NO_ANSWERS, *taken), ports={"to-magento": (443,)})
    assert re.findall(r"--rule-number (\d+)", one.command) == ["3", "5"]


@pytest.mark.parametrize(("timeouts", "causes"), [((350, 350), 1), ((350, 60), 2), ((60, 60), 1)])
def test_an_idle_timeout_is_told_once_for_all_listeners_that_have_it(
    timeouts: tuple[int, int], causes: int
) -> None:
    both = {"to-magento": (443,), "from-magento": (3306, 8080)}
    told = named(
        "aws",
        "idle-drop",
        b.added("listeners", id="other", port=8080, idle_timeout=timeouts[1]),
        b.edited("listeners", idle_timeout=timeouts[0]),
        ports=both,
    )
    assert len(told) == causes
    assert {one for cause in told for one in (3306, 8080) if str(one) in cause.message} == {3306, 8080}
    assert sum(one.command.count("modify-listener-attributes") for one in told) == 2


@pytest.mark.parametrize(
    ("code", "peer"), [("prober-blocked", "AzureLoadBalancer"), ("target-filter", "10.20.1.0/24")]
)
def test_a_network_security_group_is_told_once_for_all_machines(code: str, peer: str) -> None:
    (one,) = named("azure", code, b.rules(0, Rule("in", "all", 0, 65535, peer, False, 90)))
    assert one.message.endswith("from port 3306 of db-a, db-b.")
    assert f"--source-address-prefixes {peer} " in one.command


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_hop_has_its_key_for_itself(row: Row) -> None:
    for path in found(row).paths:
        keys = [one.key for one in path.hops]
        assert sorted(set(keys)) == sorted(keys)

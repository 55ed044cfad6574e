"""What somebody asks about is found in inventories: by any of its names, in the account and region that has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.diagnosis.case import Case
from core.diagnosis.diagnose import diagnose
from core.diagnosis.subject import case_among, case_of
from core.network.model import VendorService
from core.request.model import Direction, Platform
from core.request.offer import Offer
from tests.core.audit import build as b
from tests.growth import assert_linear

SEEN = {"aws": b.AWS, "azure": b.AZURE}
ELSEWHERE = "com.amazonaws.vpce.us-west-2.vpce-svc-0dddddddddddddddd"
OWN_ALIAS = b.AZURE.endpoint_services[0].service_name


def found(platform: Platform, subject: str, *edits: b.Edit, ports: tuple[int, ...] = ()) -> Case:
    case = case_of(subject, b.done(SEEN[platform], *edits), b.OFFER, ports=ports)
    assert case is not None
    return case


@pytest.mark.parametrize(
    ("platform", "subject", "way", "ports"),
    [
        ("aws", b.ENDPOINT, "to-magento", (443,)),
        ("aws", b.ENDPOINT.upper(), "to-magento", (443,)),
        ("aws", "magento", "to-magento", (443,)),
        ("aws", b.MAGENTO_SERVICE, "to-magento", (443,)),
        ("aws", b.SERVICE, "from-magento", (3306,)),
        ("aws", b.AWS.endpoint_services[0].service_name, "from-magento", (3306,)),
        ("azure", b.PE, "to-magento", ()),
        ("azure", b.ALIAS.upper(), "to-magento", ()),
        ("azure", b.PLS.lower(), "from-magento", (3306,)),
        ("azure", OWN_ALIAS, "from-magento", (3306,)),
    ],
)
def test_by_any_of_its_names(
    platform: Platform, subject: str, way: Direction, ports: tuple[int, ...]
) -> None:
    case = found(platform, subject)
    assert case.ports == {way: ports}
    told = diagnose(case)
    assert [path.direction for path in told.paths] == [way]
    assert told.healthy, [hop for path in told.paths for hop in path.hops if hop.verdict == "fault"]


def test_ports_that_are_asked_about_count() -> None:
    assert found("aws", b.SERVICE, ports=(8443,)).ports == {"from-magento": (8443,)}
    first = diagnose(found("aws", b.SERVICE, ports=(8443,))).causes[0]
    assert (first.code, "8443" in first.message) == ("no-listener", True)


HA = {"port": 0, "protocol": "ALL", "target_port": 0}


@pytest.mark.parametrize(
    ("edit", "ports"),
    [
        pytest.param(b.added("listeners", id="udp", port=53, protocol="UDP"), (3306,), id="not over TCP"),
        pytest.param(
            b.added(
                "listeners", id="other", port=8080, frontend_id=f"{b.ALB}/frontendIPConfigurations/other"
            ),
            (3306,),
            id="another frontend's",
        ),
        pytest.param(b.added("listeners", id="ha", **HA), (3306,), id="a rule for all ports beside one"),
        pytest.param(b.edited("listeners", **HA), (), id="a rule for all ports alone"),
        pytest.param(
            b.added("listeners", id="more", port=443, load_balancer_id=b.ALB.upper()),
            (443, 3306),
            id="one more, however its id is spelt",
        ),
    ],
)
def test_the_ports_that_an_own_service_answers_on(edit: b.Edit, ports: tuple[int, ...]) -> None:
    for subject in (b.PLS, OWN_ALIAS):
        assert found("azure", subject, edit).ports == {"from-magento": ports}


def test_a_rule_for_all_ports_answers_on_each() -> None:
    told = diagnose(found("azure", b.PLS, b.edited("listeners", **HA), ports=(3306, 8080)))
    assert told.healthy
    assert {hop.key for hop in told.paths[0].hops} >= {"pool/3306", "pool/8080"}


def test_where_only_a_rule_for_all_ports_is_no_port_is_checked() -> None:
    told = diagnose(found("azure", b.PLS, b.edited("listeners", **HA)))
    (hop,) = [one for one in told.paths[0].hops if one.key.startswith("listeners/")]
    assert (hop.verdict, "ask about one" in hop.words) == ("unknown", True)


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_a_service_where_nothing_listens_is_not_healthy(platform: Platform) -> None:
    """Nobody named a port, and none is known."""
    told = diagnose(found(platform, b.SERVICE if platform == "aws" else b.PLS, b.without("listeners")))
    assert told.causes[0].code == "no-listener"
    assert not told.healthy


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_a_listener_that_takes_no_tcp_is_none(platform: Platform) -> None:
    subject = b.SERVICE if platform == "aws" else b.PLS
    told = diagnose(found(platform, subject, b.edited("listeners", protocol="UDP"), ports=(3306,)))
    assert told.causes[0].code == "no-listener"


def test_connections_are_shown_where_nobody_knows_which_is_magentos() -> None:
    case = replace(found("azure", b.PLS), vendors=frozenset())
    hop = next(one for one in diagnose(case).paths[0].hops if one.key == "connection")
    assert hop.verdict == "unknown"
    assert [(one.field, b.MAGENTO_SUB in one.value) for one in hop.evidence] == [("Connections", True)]


def test_a_service_elsewhere_without_an_endpoint() -> None:
    told = diagnose(found("aws", ELSEWHERE))
    assert told.causes[0].code == "endpoint-missing"
    hidden = diagnose(found("aws", ELSEWHERE, lambda seen: replace(seen, hidden_services=(ELSEWHERE,))))
    assert hidden.causes[0].code == "not-visible"


def test_what_the_services_show_comes_from_the_inventory() -> None:
    shown = VendorService(b.MAGENTO_SERVICE, "402592597372", (), ("usw2-az4",), True)
    told = diagnose(found("aws", b.ENDPOINT, lambda seen: replace(seen, vendor_services=(shown,))))
    assert told.causes[0].code == "zones-differ"


@pytest.mark.parametrize("subject", ["", "vpc-1", "nobody", b.ALIAS, "vpce-0", "x" * 300, "\x1b[31m"])
def test_nothing_of_the_kind(subject: str) -> None:
    assert case_of(subject, b.AWS, b.OFFER) is None


def test_the_inventory_that_has_it_is_taken() -> None:
    other = replace(b.AWS, region="eu-west-1", endpoints=(), endpoint_services=())
    third = replace(other, region="us-west-2", account="999999999999")
    chosen = case_among(b.MAGENTO_SERVICE, (other, third, b.AWS), b.OFFER)
    assert chosen is not None
    assert chosen.inventory is b.AWS
    near = case_among(ELSEWHERE, (b.AZURE, other, third), b.OFFER)
    assert near is not None
    assert near.inventory is third, "the service's own region"
    assert case_among("nobody", (b.AWS, b.AZURE), b.OFFER) is None


def test_the_work_grows_with_the_account_and_no_faster() -> None:
    accounts = {count: b.large(count) for count in (2500, 20_000)}

    def work(count: int) -> None:
        account = replace(accounts[count])
        case = case_of(account.endpoint_services[-1].id, account, b.OFFER)
        assert case is not None
        assert diagnose(case).paths

    assert_linear(work, 20_000)


def test_on_azure_whoever_is_connected_counts_as_magento() -> None:
    """Azure publishes no subscription of Magento's; an offer that names one is believed."""
    offer = Offer()
    case = case_of(b.PLS, b.AZURE, offer)
    assert case is not None
    assert case.vendors == {b.MAGENTO_SUB}
    told = diagnose(found("azure", b.PLS, b.without("connections")))
    assert told.causes[0].code == "no-connection"

"""Situations of an account, and what the plan makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.journal import events as e
from core.network.model import Endpoint, Gap, Inventory, Rule, SecurityGroup, Target
from core.request.model import Request, Service
from core.setup import change as c
from core.setup.plan import Plan, blocking, complete, pending, plan
from tests.core.setup.account import (
    DATABASE,
    ENABLEMENT,
    INVENTORY,
    MAGENTO,
    NOW,
    OFFER,
    SECURE,
    SUBNETS,
    TAG,
    VENDOR,
    VENDORS,
    VPC,
    WEB,
    Account,
    Desk,
    balancer,
    endpoint,
    group,
    listener,
    request,
    service,
    story,
)

STANDING = replace(
    INVENTORY,
    load_balancers=(balancer(),),
    listeners=(listener(),),
    target_groups=(group(("10.20.0.4", 3306), ("i-0b", 3306)),),
)
"""The network with a load balancer that fits already."""


def made(wanted: Request, inventory: Inventory = INVENTORY, *, details: bool = True) -> Plan:
    return plan(wanted, story(details=details), inventory, VENDORS if details else (), OFFER, ENABLEMENT)


def actions(planned: Plan) -> dict[str, str]:
    return {change.key: change.action for change in planned.changes}


def change(planned: Plan, key: str) -> c.Change:
    return next(row for row in planned.changes if row.key == key)


def codes(planned: Plan) -> list[str]:
    return [row.code for row in planned.problems]


ENDPOINT_SIDE = {"security-group/1": "create", "ingress/1": "create", "endpoint/1": "create"}
SERVICE_SIDE = {
    "load-balancer": "create",
    "target-group/3306": "create",
    "targets/3306": "create",
    "listener/3306": "create",
    "endpoint-service": "create",
    "principal": "create",
}


@pytest.mark.parametrize(
    ("wanted", "details", "expected"),
    [
        (request(WEB), False, {}),
        (request(WEB), True, ENDPOINT_SIDE),
        (request(), False, SERVICE_SIDE),
        (request(), True, SERVICE_SIDE | ENDPOINT_SIDE),
    ],
)
def test_an_empty_network(wanted: Request, details: bool, expected: dict[str, str]) -> None:
    planned = made(wanted, details=details)
    assert actions(planned) == expected
    assert not planned.problems
    assert complete(planned) == (not expected)
    assert all(row.command.startswith("aws ") for row in pending(planned))


def test_a_vendor_service_that_does_not_show_itself_is_a_note() -> None:
    planned = plan(request(WEB), story(), INVENTORY, (), OFFER, ENABLEMENT)
    assert not planned.changes
    assert VENDOR in planned.notes[0]
    assert "not show itself" in planned.notes[0]


def test_specs_of_an_empty_network() -> None:
    planned = made(request(WEB, SECURE, DATABASE))
    assert change(planned, "load-balancer").spec == c.LoadBalancerSpec(
        "shop-1-nlb", ("subnet-a2", "subnet-b1")
    )
    assert change(planned, "target-group/3306").spec == c.TargetGroupSpec(
        "shop-1-3306", VPC, "TCP", 3306, "ip"
    )
    assert change(planned, "targets/3306").spec == c.TargetsSpec(
        c.Ref("target-group/3306"), ("10.20.0.4", "10.20.2.4"), 3306
    )
    assert change(planned, "principal").spec == c.PrincipalSpec(c.Ref("endpoint-service"), (MAGENTO,))
    assert change(planned, "ingress/1").spec == c.IngressSpec(
        c.Ref("security-group/1"), (80, 443), ("10.20.0.0/16",)
    )
    # Only zone usw2-az1 is shared with the vendor, whatever the zones are called in either account.
    assert change(planned, "endpoint/1").spec == c.EndpointSpec(
        "shop-1-endpoint-1", VPC, VENDOR, ("subnet-a2",), (c.Ref("security-group/1"),)
    )


def targets(*names: str, port: int = 3306, target_port: int = 3306) -> Service:
    return Service("Database", "TCP", port, "from-magento", names, target_port)


@pytest.mark.parametrize(
    ("row", "kind", "registered"),
    [
        (targets("i-0a", "i-0b"), "instance", ("i-0a", "i-0b")),
        (targets("10.20.0.4", "10.20.2.4"), "ip", ("10.20.0.4", "10.20.2.4")),
        (targets("i-0a", "10.20.2.9"), "ip", ("10.20.0.4", "10.20.2.9")),
        (targets("i-0a", "10.20.0.4"), "instance", ("i-0a",)),  # one target, named twice
    ],
)
def test_target_type(row: Service, kind: str, registered: tuple[str, ...]) -> None:
    planned = made(request(WEB, row), details=False)
    group_spec, targets_spec = change(planned, "target-group/3306").spec, change(planned, "targets/3306").spec
    assert isinstance(group_spec, c.TargetGroupSpec)
    assert isinstance(targets_spec, c.TargetsSpec)
    assert (group_spec.target_type, targets_spec.targets) == (kind, registered)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (targets("i-0a", "i-0b"), False),
        (targets("10.20.0.4", "10.20.2.77"), False),
        (targets("i-0a"), True),
        (targets("10.20.1.9"), True),
        (targets("10.20.77.9"), True),
        (targets("192.168.7.7"), False),
    ],
)
def test_cross_zone_only_where_a_zone_has_no_target(row: Service, expected: bool) -> None:
    assert ("cross-zone" in actions(made(request(WEB, row)))) == expected


@pytest.mark.parametrize(
    ("row", "code", "severity"),
    [
        (targets("i-0nope"), "target-unknown", "error"),
        (targets("i-0x"), "target-not-in-network", "error"),
        (targets("db.example"), "target-unknown", "error"),
        (targets("8.8.8.8"), "target-public", "error"),
        (targets("192.168.7.7"), "target-outside", "warning"),
        (targets(), "targets-missing", "error"),
    ],
)
def test_targets_that_are_not_there(row: Service, code: str, severity: str) -> None:
    found = [row for row in made(request(WEB, row)).problems if row.code == code]
    assert [row.severity for row in found] == [severity]
    assert found[0].field.startswith("services.1.targets")
    assert found[0].remedy


def test_a_target_outside_the_network_is_registered_for_all_zones() -> None:
    planned = made(request(WEB, targets("10.20.0.4", "192.168.7.7")))
    spec = change(planned, "targets/3306").spec
    assert isinstance(spec, c.TargetsSpec)
    assert spec.outside == ("192.168.7.7",)
    assert "Id=192.168.7.7,Port=3306,AvailabilityZone=all" in change(planned, "targets/3306").command


@pytest.mark.parametrize(
    ("wanted", "inventory", "code"),
    [
        (request(network="vpc-0none"), INVENTORY, "network-not-found"),
        (request(subnets=("subnet-x1",)), INVENTORY, "subnet-not-in-network"),
        (request(subnets=("subnet-none",)), INVENTORY, "subnet-not-in-network"),
        (request(WEB, subnets=("subnet-b1",)), INVENTORY, "no-common-zone"),
        (request(), replace(INVENTORY, subnets=()), "no-subnets"),
        (request(), replace(INVENTORY, region="eu-west-1"), "wrong-region"),
        (request(WEB, type="bidirectional"), INVENTORY, "no-from-magento-service"),
        (request(DATABASE, targets("i-0a", target_port=3307)), INVENTORY, "port-conflict"),
        (
            request(),
            replace(INVENTORY, gaps=(Gap("load balancers", "access-denied", "no"),)),
            "inventory-gap",
        ),
        (request(), replace(INVENTORY, gaps=(Gap("target health", "access-denied", "no"),)), "inventory-gap"),
        (request(WEB), replace(INVENTORY, gaps=(Gap("subnets", "access-denied", "no"),)), "inventory-gap"),
        (request(), replace(INVENTORY, load_balancers=(balancer(name="shop-1-nlb"),)), "name-taken"),
    ],
)
def test_what_blocks_a_plan(wanted: Request, inventory: Inventory, code: str) -> None:
    found = blocking(made(wanted, inventory))
    assert code in [row.code for row in found]
    assert all(row.message and row.remedy for row in found)


def test_the_requests_row_says_which_zones_it_leaves_out_and_why() -> None:
    assert (
        "Not in usw2-az2: Magento's service is not there." in change(made(request(WEB)), "endpoint/1").reason
    )


def test_no_common_zone_shows_both_sides() -> None:
    (found,) = blocking(made(request(WEB, subnets=("subnet-b1",))))
    assert "usw2-az1" in found.message
    assert "usw2-az3" in found.message
    assert "usw2-az2" in found.message


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        (request(WEB), "load balancers"),
        (request(WEB), "endpoint service permissions"),
        (request(), "connections"),
        (request(), "load balancer attributes"),
        (request(), "route tables"),
        (request(WEB, targets("10.20.0.4", "10.20.2.4")), "instances"),
    ],
)
def test_a_gap_that_the_plan_can_do_without(wanted: Request, what: str) -> None:
    inventory = replace(INVENTORY, gaps=(Gap(what, "access-denied", "no"),))
    assert not codes(made(wanted, inventory))


def test_a_load_balancer_that_fits_is_adopted_and_only_the_service_is_made() -> None:
    planned = made(request(), STANDING, details=False)
    assert actions(planned) == {
        "load-balancer": "adopt",
        "target-group/3306": "adopt",
        "targets/3306": "adopt",
        "listener/3306": "adopt",
        "endpoint-service": "create",
        "principal": "create",
    }
    assert [row.key for row in pending(planned)] == ["endpoint-service", "principal"]
    assert change(planned, "endpoint-service").spec == c.EndpointServiceSpec(
        "shop-1-service", "arn:lb/theirs"
    )


@pytest.mark.parametrize(
    "other",
    [
        replace(STANDING, listeners=(listener(port=5432),)),
        replace(STANDING, listeners=(listener(protocol="TLS"),)),
        replace(STANDING, target_groups=(group(("10.20.0.4", 3306)),)),
        replace(STANDING, target_groups=(group(("10.20.0.4", 1), ("i-0b", 1)),)),
        replace(STANDING, load_balancers=(balancer(internal=False),)),
        replace(STANDING, load_balancers=(balancer(kind="application"),)),
        replace(STANDING, load_balancers=(balancer(network_id="vpc-0b"),)),
        replace(STANDING, load_balancers=(balancer(state="failed"),)),
    ],
)
def test_a_load_balancer_that_does_not_fit_is_left_alone(other: Inventory) -> None:
    assert actions(made(request(), other, details=False)) == SERVICE_SIDE


def test_a_service_that_allows_magento_is_adopted_whole() -> None:
    planned = made(request(), replace(STANDING, endpoint_services=(service(),)), details=False)
    assert set(actions(planned).values()) == {"adopt"}
    assert complete(planned)


def test_a_weak_service_that_nobody_named_is_not_adopted() -> None:
    weak = replace(INVENTORY, load_balancers=(balancer(internal=False),), endpoint_services=(service(),))
    planned = made(request(), weak, details=False)
    assert actions(planned) == SERVICE_SIDE
    assert "vpce-svc-0their" in planned.notes[0]


NAMED = request(service_name="com.amazonaws.vpce.us-west-2.vpce-svc-0their")


@pytest.mark.parametrize(
    ("row", "lb", "code"),
    [
        (service(acceptance_required=False), balancer(), "acceptance-not-required"),
        (service(principals=("*",)), balancer(), "stranger-principal"),
        (service(principals=(MAGENTO, "arn:aws:iam::999988887777:root")), balancer(), "stranger-principal"),
        (service(principals=None), balancer(), "principals-unread"),
        (service(state="failed"), balancer(), "service-failed"),
        (service(), balancer(internal=False), "load-balancer-internet-facing"),
        (service(), balancer(kind="gateway"), "load-balancer-not-network"),
        (service(), balancer(id="arn:lb/another"), "load-balancer-elsewhere"),
        (
            service(service_name="com.amazonaws.vpce.us-west-2.vpce-svc-0else"),
            balancer(),
            "service-not-found",
        ),
    ],
)
def test_a_named_service_is_never_silently_mended(row: object, lb: object, code: str) -> None:
    inventory = replace(STANDING, endpoint_services=(row,), load_balancers=(lb,))
    planned = made(NAMED, inventory, details=False)
    assert code in [row.code for row in blocking(planned)]
    assert not pending(planned)


@pytest.mark.parametrize("principal", ["arn:aws:iam::111122223333:root", "arn:aws:iam::402592597372:role/x"])
def test_own_and_magentos_other_principals_are_no_strangers(principal: str) -> None:
    inventory = replace(STANDING, endpoint_services=(service(principals=(MAGENTO, principal)),))
    assert not made(NAMED, inventory, details=False).problems


@pytest.mark.parametrize(
    ("inventory", "tagged", "written"),
    [
        (
            replace(STANDING, endpoint_services=(service(principals=()),)),
            {"endpoint-service"},
            {"principal": "create"},
        ),
        (
            replace(STANDING, endpoint_services=(service(),), listeners=()),
            {"load-balancer"},
            {"target-group/3306": "create", "targets/3306": "create", "listener/3306": "create"},
        ),
        (
            replace(STANDING, endpoint_services=(service(),), target_groups=(group(("i-0a", 3306)),)),
            {"target-group/3306"},
            {"targets/3306": "create"},
        ),
    ],
)
def test_what_was_not_made_here_is_tagged_before_it_is_written_to(
    inventory: Inventory, tagged: set[str], written: dict[str, str]
) -> None:
    planned = made(NAMED, inventory, details=False)
    assert {row.key: row.action for row in pending(planned)} == written | dict.fromkeys(tagged, "adopt")
    for key in tagged:
        row = change(planned, key)
        assert isinstance(row.spec, c.TagSpec)
        assert "tags" in row.command
        writers = [one for one in planned.changes if key in one.needs and one.action == "create"]
        assert writers
        assert any("was not made here and is not tagged" in one.reason for one in writers)


def test_endpoints_are_adopted_unless_they_are_dead() -> None:
    planned = made(request(WEB), replace(INVENTORY, endpoints=(endpoint(),)))
    assert actions(planned) == {"endpoint/1": "adopt"}


@pytest.mark.parametrize("state", ["rejected", "failed", "expired"])
def test_a_dead_endpoint_is_made_anew_only_where_it_is_ours(state: str) -> None:
    theirs = made(request(WEB), replace(INVENTORY, endpoints=(endpoint(state=state),)))
    assert [row.code for row in blocking(theirs)] == [f"endpoint-{state}"]
    assert not theirs.changes
    ours = made(
        request(WEB), replace(INVENTORY, endpoints=(endpoint(state=state, tags={TAG: "endpoint/1"}),))
    )
    assert actions(ours) == ENDPOINT_SIDE | {"endpoint/1/old": "delete"}
    assert "endpoint/1/old" in change(ours, "endpoint/1").needs


@pytest.mark.parametrize("state", ["deleted", "deleting"])
def test_an_endpoint_that_goes_away_does_not_count(state: str) -> None:
    assert (
        actions(made(request(WEB), replace(INVENTORY, endpoints=(endpoint(state=state),)))) == ENDPOINT_SIDE
    )


def test_an_adopted_endpoints_closed_port_is_told() -> None:
    guard = SecurityGroup("sg-1", "theirs", VPC, (Rule("in", "tcp", 80, 80, "10.0.0.0/8"),))
    inventory = replace(
        INVENTORY, endpoints=(endpoint(security_group_ids=("sg-1",)),), security_groups=(guard,)
    )
    assert codes(made(request(WEB), inventory)) == []
    assert codes(made(request(WEB, SECURE), inventory)) == ["endpoint-port-closed"]


def test_numbers_follow_the_endpoints_that_stand() -> None:
    other = "com.amazonaws.vpce.us-west-2.vpce-svc-0beef"
    told = story(made=(), details=False)
    told = replace(told, service_names=(other, VENDOR))
    mine = Endpoint(
        "vpce-1", "mine", VENDOR, VPC, ("subnet-a2",), (), "available", (), tags={TAG: "endpoint/1"}
    )
    vendors = (*VENDORS, replace(VENDORS[0], service_name=other))
    planned = plan(request(WEB), told, replace(INVENTORY, endpoints=(mine,)), vendors, OFFER, ENABLEMENT)
    assert actions(planned)["endpoint/1"] == "leave"
    spec = change(planned, "endpoint/2").spec
    assert isinstance(spec, c.EndpointSpec)
    assert spec.service_name == other


def applied(*services: Service) -> Desk:
    desk = Desk(Account(), request(*services))
    assert desk.apply().ok
    return desk


def test_applied_is_all_left() -> None:
    desk = applied()
    assert set(actions(desk.plan()).values()) == {"leave"}
    assert "cross-zone" not in actions(desk.plan())


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda seen: replace(seen, listeners=()), {"listener/3306": "create"}),
        (lambda seen: replace(seen, endpoints=()), {"endpoint/1": "create"}),
        (
            lambda seen: replace(
                seen, endpoint_services=(replace(seen.endpoint_services[0], principals=()),)
            ),
            {"principal": "create"},
        ),
        (
            lambda seen: replace(
                seen, endpoint_services=(replace(seen.endpoint_services[0], acceptance_required=False),)
            ),
            {"endpoint-service": "change"},
        ),
        (
            lambda seen: replace(seen, security_groups=(replace(seen.security_groups[0], rules=()),)),
            {"ingress/1": "create"},
        ),
        (
            lambda seen: replace(
                seen,
                target_groups=(
                    replace(seen.target_groups[0], targets=(Target("10.20.0.4", 3306, "draining"),)),
                ),
            ),
            {"targets/3306": "create"},
        ),
        (
            lambda seen: replace(
                seen,
                listeners=(replace(seen.listeners[0], target_group_id="arn:tg/theirs"),),
                target_groups=(*seen.target_groups, group()),
            ),
            {"listener/3306": "change"},
        ),
    ],
)  # fmt: skip
def test_exactly_what_deviates_is_mended(damage: object, expected: dict[str, str]) -> None:
    desk = applied()
    desk.account.seen = damage(desk.account.seen)  # type: ignore[operator]
    assert {row.key: row.action for row in pending(desk.plan())} == expected
    assert desk.apply().ok
    assert complete(desk.plan())


def test_a_new_port_is_added_to_what_stands() -> None:
    desk = applied()
    desk.wanted = request(WEB, SECURE, DATABASE, targets("i-0a", "i-0b", port=5432, target_port=5432))
    assert {row.key: row.action for row in pending(desk.plan())} == {
        "target-group/5432": "create",
        "targets/5432": "create",
        "listener/5432": "create",
        "ingress/1": "create",
    }
    spec = change(desk.plan(), "ingress/1").spec
    assert isinstance(spec, c.IngressSpec)
    assert spec.ports == (443,)
    assert desk.apply().ok
    assert complete(desk.plan())


def test_what_the_journal_knows_is_left_even_without_the_tag() -> None:
    desk = applied()
    seen = desk.account.seen
    kinds = ("load_balancers", "listeners", "target_groups", "endpoint_services", "endpoints")
    bare = {kind: tuple(replace(row, tags={}) for row in getattr(seen, kind)) for kind in kinds}
    groups = tuple(replace(row, tags={}) for row in seen.security_groups)
    desk.account.seen = replace(seen, security_groups=groups, **bare)
    assert set(actions(desk.plan()).values()) == {"leave"}
    # But it is not written to before it is tagged.
    desk.account.seen = replace(desk.account.seen, listeners=())
    assert {row.key: row.action for row in pending(desk.plan())} == {
        "load-balancer": "adopt",
        "listener/3306": "create",
    }


def test_the_tag_alone_is_enough_where_the_journal_is_lost() -> None:
    desk = applied()
    desk.events = [e.DetailsReceived(at=NOW, service_names=(VENDOR,))]
    assert set(actions(desk.plan()).values()) == {"leave"}


ports = st.integers(1, 65535).filter(lambda port: port != 22)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    outward = draw(st.lists(ports, min_size=1, max_size=12, unique=True))
    inward = draw(st.lists(ports, max_size=12, unique=True))
    names = st.lists(st.sampled_from(["i-0a", "i-0b", "10.20.0.4", "10.20.1.9", "192.168.1.1"]), min_size=1)
    rows = [Service(f"out {port}", "TCP", port, "to-magento", (), port) for port in outward]
    rows += [
        Service(f"in {port}", "TCP", port, "from-magento", tuple(draw(names)), draw(ports)) for port in inward
    ]
    chosen = draw(st.sampled_from([(), ("subnet-a1",), ("subnet-a1", "subnet-a2", "subnet-b1")]))
    return request(*rows, subnets=chosen)


@settings(max_examples=40, deadline=None)
@given(requests())
def test_an_applied_plan_planned_anew_leaves_everything(wanted: Request) -> None:
    desk = Desk(Account(), wanted)
    planned = desk.plan()
    keys = [row.key for row in planned.changes]
    assert len(set(keys)) == len(keys)
    for index, row in enumerate(planned.changes):
        assert set(row.needs) <= set(keys[:index])
    result = desk.execute(planned)
    assert result.ok, result
    again = desk.plan()
    assert set(actions(again).values()) <= {"leave", "adopt"}
    assert len(desk.account.calls) == len(pending(planned)) + desk.account.calls.count("observe")
    used = {
        one
        for row in desk.account.seen.load_balancers
        for one in row.subnet_ids
        for subnet in SUBNETS
        if subnet.id == one and subnet.network_id != VPC
    }
    assert not used

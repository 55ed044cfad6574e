"""Situations of an account, and what the plan makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.network.model import Endpoint, Inventory, Rule, SecurityGroup
from core.request.model import Request, Service
from core.setup import change as c
from core.setup.plan import Plan, blocking
from core.setup.planning import plan
from tests.core.setup.account import (
    DATABASE,
    ENABLEMENT,
    INVENTORY,
    MAGENTO,
    OFFER,
    SECURE,
    STANDING,
    TAG,
    VENDOR,
    VENDORS,
    VPC,
    WEB,
    balancer,
    endpoint,
    request,
    service,
    story,
    targets,
)


def made(wanted: Request, inventory: Inventory = INVENTORY, *, details: bool = True) -> Plan:
    return plan(wanted, story(details=details), inventory, VENDORS if details else (), OFFER, ENABLEMENT)


def actions(planned: Plan) -> dict[str, str]:
    return {change.key: change.action for change in planned.changes}


def change(planned: Plan, key: str) -> c.Change:
    return next(row for row in planned.changes if row.key == key)


def codes(planned: Plan) -> list[str]:
    return [row.code for row in planned.problems]


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


def test_a_target_outside_the_network_is_registered_for_all_zones() -> None:
    planned = made(request(WEB, targets("10.20.0.4", "192.168.7.7")))
    spec = change(planned, "targets/3306").spec
    assert isinstance(spec, c.TargetsSpec)
    assert spec.outside == ("192.168.7.7",)
    assert "Id=192.168.7.7,Port=3306,AvailabilityZone=all" in change(planned, "targets/3306").command


def test_the_requests_row_says_which_zones_it_leaves_out_and_why() -> None:
    assert (
        "Not in usw2-az2: Magento's service is not there." in change(made(request(WEB)), "endpoint/1").reason
    )


def test_no_common_zone_shows_both_sides() -> None:
    (found,) = blocking(made(request(WEB, subnets=("subnet-b1",))))
    assert "usw2-az1" in found.message
    assert "usw2-az3" in found.message
    assert "usw2-az2" in found.message


def test_a_weak_service_that_nobody_named_is_not_adopted() -> None:
    weak = replace(INVENTORY, load_balancers=(balancer(internal=False),), endpoint_services=(service(),))
    planned = made(request(), weak, details=False)
    assert set(actions(planned).values()) == {"create"}
    assert "vpce-svc-0their" in planned.notes[0]


NAMED = request(service_name="com.amazonaws.vpce.us-west-2.vpce-svc-0their")


@pytest.mark.parametrize("principal", ["arn:aws:iam::111122223333:root", "arn:aws:iam::402592597372:role/x"])
def test_own_and_magentos_other_principals_are_no_strangers(principal: str) -> None:
    inventory = replace(STANDING, endpoint_services=(service(principals=(MAGENTO, principal)),))
    assert not made(NAMED, inventory, details=False).problems


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

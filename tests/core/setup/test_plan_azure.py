"""Situations of a subscription, and what the plan makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.journal import events as e
from core.network.model import Gap, Inventory
from core.request.model import Request, Service
from core.request.offer import Offer
from core.setup import change as c
from core.setup.azure_endpoint import request_message
from core.setup.azure_places import azure_name
from core.setup.plan import Plan, blocking, complete, endpoint_part, pending, plan
from core.setup.undo import plan_undo
from tests.core.setup.account import ENABLEMENT, NOW, Killed
from tests.core.setup.azure_account import (
    ALIAS,
    APP,
    DATA,
    INVENTORY,
    LB,
    MAGENTO,
    OFFER,
    PLS,
    REGION,
    STANDING,
    STRANGER,
    SUB,
    SUBNETS,
    UNREGISTERED,
    VENDOR,
    VENDORS,
    VNET,
    WEB,
    AzureAccount,
    AzureDesk,
    applied,
    balancer,
    details,
    endpoint,
    instance,
    machine,
    nic,
    pool,
    request,
    rule,
    service,
    story,
    subnet,
    targets,
)

SCALE_SET_NIC = (
    f"/subscriptions/{SUB}/resourceGroups/shop-rg/providers/Microsoft.Compute/virtualMachineScaleSets/vmss/"
    "virtualMachines/0/networkInterfaces/nic"
)


def made(
    wanted: Request, inventory: Inventory = INVENTORY, *, detailed: bool = True, offer: Offer = OFFER
) -> Plan:
    vendors = VENDORS if detailed else ()
    return plan(wanted, story(detailed=detailed), inventory, vendors, offer, ENABLEMENT)


def actions(planned: Plan) -> dict[str, str]:
    return {change.key: change.action for change in planned.changes}


def change(planned: Plan, key: str) -> c.Change:
    return next(row for row in planned.changes if row.key == key)


ENDPOINT_SIDE = {"endpoint/1": "create"}
SERVICE_SIDE = {
    "subnet-policy": "change",
    "load-balancer": "create",
    "targets/shop-rg/db-a-nic": "create",
    "targets/shop-rg/db-b-nic": "create",
    "endpoint-service": "create",
}


@pytest.mark.parametrize("wanted", [request(), request(WEB)], ids=["both ways", "one way"])
def test_a_subscription_that_is_not_registered_is_registered_first(wanted: Request) -> None:
    desk = AzureDesk(AzureAccount(UNREGISTERED), wanted)
    planned = desk.plan()
    first, *rest = planned.changes
    assert (first.key, first.action) == ("registration", "change")
    assert first.command == f"az provider register --namespace Microsoft.Network --subscription {SUB} --wait"
    assert rest
    assert all("registration" in one.needs for one in rest)
    assert "registration" in actions(endpoint_part(planned)), "also where there is no other part"
    result = desk.apply()
    assert result.ok, result
    assert desk.account.seen.unregistered == ()
    assert "registration" not in actions(desk.plan())
    assert "registration" not in {
        one.kind for one in plan_undo(desk.account.seen, ENABLEMENT, desk.story).changes
    }


def test_where_nothing_is_made_nothing_is_registered() -> None:
    assert made(request(WEB), UNREGISTERED, detailed=False).changes == ()


@pytest.mark.parametrize(
    ("wanted", "detailed", "expected"),
    [
        (request(WEB), False, {}),
        (request(WEB), True, ENDPOINT_SIDE),
        (request(), False, SERVICE_SIDE),
        (request(), True, SERVICE_SIDE | ENDPOINT_SIDE),
        (request(network=VNET.upper()), True, SERVICE_SIDE | ENDPOINT_SIDE),
    ],
)
def test_an_empty_network(wanted: Request, detailed: bool, expected: dict[str, str]) -> None:
    planned = made(wanted, detailed=detailed)
    assert actions(planned) == expected
    assert not planned.problems
    assert complete(planned) == (not expected)
    assert all(row.command.startswith("az ") for row in pending(planned))


def test_specs_of_an_empty_network() -> None:
    planned = made(request())
    assert change(planned, "load-balancer").spec == c.StandardBalancerSpec(
        "shop-1-lb", "shop-rg", REGION, DATA, (c.PortRule(3306, 3306),)
    )
    assert change(planned, "targets/shop-rg/db-a-nic").spec == c.PoolMemberSpec(
        c.Ref("load-balancer"), nic("db-a-nic")
    )
    assert change(planned, "subnet-policy").spec == c.SubnetPolicySpec(DATA)
    assert change(planned, "endpoint-service").spec == c.PrivateLinkServiceSpec(
        "shop-1-pls", "shop-rg", REGION, c.Ref("load-balancer"), DATA, (MAGENTO,)
    )
    assert change(planned, "endpoint/1").spec == c.PrivateEndpointSpec(
        "shop-1-endpoint-1",
        "shop-rg",
        REGION,
        DATA,
        VENDOR,
        "PrivateLink for Magento project abcdefg123456, production",
    )
    assert set(change(planned, "endpoint-service").needs) == {"load-balancer", "subnet-policy"}


@pytest.mark.parametrize(
    ("subnets", "nat"),
    [
        (SUBNETS, DATA),
        ((subnet("app", 10, policies=False), SUBNETS[1]), APP),
        ((subnet("data", 240, policies=False),), DATA),
    ],
)
def test_the_subnet_policy_is_named_and_changed_only_where_it_is_on(subnets: tuple, nat: str) -> None:
    planned = made(request(), replace(INVENTORY, subnets=subnets))
    spec = change(planned, "endpoint-service").spec
    assert isinstance(spec, c.PrivateLinkServiceSpec)
    assert spec.subnet == nat
    on = next(row.link_policies for row in subnets if row.id == nat)
    assert ("subnet-policy" in actions(planned)) == on
    if on:
        reason = change(planned, "subnet-policy").reason
        assert "was not made here" in reason
        assert "private link services only" in reason


def test_chosen_subnets_are_the_ones_to_use() -> None:
    planned = made(request(subnets=(APP.upper(),)))
    specs = [change(planned, key).spec for key in ("load-balancer", "endpoint-service", "endpoint/1")]
    assert {spec.subnet for spec in specs} == {APP}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("row", "code", "severity"),
    [
        (targets("10.20.0.77"), "target-without-interface", "error"),
        (targets("192.168.7.7"), "target-without-interface", "error"),
        (targets("10.20.0.7"), "target-without-interface", "error"),
        (targets(machine("nope")), "target-unknown", "error"),
        (targets(machine("far")), "target-not-in-network", "error"),
        (targets(machine("two")), "target-ambiguous", "error"),
        (targets(), "targets-missing", "error"),
    ],
)
def test_targets_that_cannot_join_a_pool(row: Service, code: str, severity: str) -> None:
    found = [one for one in made(request(WEB, row)).problems if one.code == code]
    assert [one.severity for one in found] == [severity]
    assert found[0].field.startswith("services.1.targets")
    assert found[0].remedy


@pytest.mark.parametrize(
    "name", ["10.20.0.4", nic("db-a-nic"), nic("DB-A-nic").upper(), machine("db-a").lower()]
)
def test_a_target_is_its_network_interface(name: str) -> None:
    planned = made(request(WEB, targets(name, "10.20.0.4")), detailed=False)
    assert [row.key for row in planned.changes if row.kind == "targets"] == ["targets/shop-rg/db-a-nic"]


def test_an_address_tells_two_interfaces_of_a_machine_apart() -> None:
    assert "targets/shop-rg/two-2" in actions(made(request(WEB, targets("10.20.0.9"))))


NAMED = request(service_name=ALIAS)


@pytest.mark.parametrize(
    ("wanted", "inventory", "code"),
    [
        (request(network=f"{VNET}2"), INVENTORY, "network-not-found"),
        (request(subnets=(SUBNETS[3].id,)), INVENTORY, "subnet-not-in-network"),
        (request(subnets=(SUBNETS[2].id,)), INVENTORY, "no-subnets"),
        (request(WEB, subnets=(SUBNETS[2].id,)), INVENTORY, "no-subnets"),
        (request(WEB), replace(INVENTORY, subnets=(subnet("app", 0),)), "subnet-full"),
        (request(), replace(INVENTORY, region="westeurope"), "wrong-region"),
        (request(WEB, type="bidirectional"), INVENTORY, "no-from-magento-service"),
        (
            request(targets("10.20.0.4"), targets("10.20.0.4", port=3307)),
            INVENTORY,
            "target-port-shared",
        ),
        (request(), replace(INVENTORY, load_balancers=(balancer(name="shop-1-lb"),)), "name-taken"),
        (request(), replace(INVENTORY, endpoint_services=(service(name="shop-1-pls"),)), "name-taken"),
        (request(WEB), replace(INVENTORY, endpoints=(endpoint(name="shop-1-endpoint-1", service_name="x"),)),
         "name-taken"),
        (
            request(WEB, targets("10.20.0.10")),
            replace(INVENTORY, instances=(instance("x", "10.20.0.10", interface_id=SCALE_SET_NIC),)),
            "target-scale-set",
        ),
        (request(), replace(STANDING, load_balancers=(balancer(kind="Basic"),)), "target-on-basic"),
        (request(), replace(INVENTORY, gaps=(Gap("load balancers", "access-denied", "no"),)), "inventory-gap"),
        (request(), replace(INVENTORY, gaps=(Gap("network interfaces", "no", "no"),)), "inventory-gap"),
        (request(WEB), replace(INVENTORY, networks=(), gaps=(Gap("networks", "no", "no"),)), "inventory-gap"),
    ],
)  # fmt: skip
def test_what_blocks_a_plan(wanted: Request, inventory: Inventory, code: str) -> None:
    found = blocking(made(wanted, inventory))
    assert code in [row.code for row in found]
    assert all(row.message and row.remedy for row in found)


@pytest.mark.parametrize("what", ["load balancers", "private link services", "network interfaces"])
def test_a_gap_that_a_unidirectional_plan_can_do_without(what: str) -> None:
    assert not made(request(WEB), replace(INVENTORY, gaps=(Gap(what, "access-denied", "no"),))).problems


def test_a_load_balancer_that_fits_is_adopted_and_only_the_service_is_made() -> None:
    planned = made(request(), STANDING, detailed=False)
    assert actions(planned) == {
        "subnet-policy": "change",
        "load-balancer": "adopt",
        "targets/shop-rg/db-a-nic": "adopt",
        "targets/shop-rg/db-b-nic": "adopt",
        "endpoint-service": "create",
    }
    spec = change(planned, "endpoint-service").spec
    assert isinstance(spec, c.PrivateLinkServiceSpec)
    assert spec.load_balancer == LB


@pytest.mark.parametrize(
    "members",
    [
        ("10.20.0.4", "10.20.0.5"),
        (nic("db-a-nic").upper(), f"{nic('db-b-nic')}/ipConfigurations/ipconfig1"),
        (machine("db-a"), machine("db-b").lower()),
    ],
)
def test_a_pool_may_name_its_members_in_any_way(members: tuple[str, ...]) -> None:
    planned = made(request(), replace(STANDING, target_groups=(pool(*members),)), detailed=False)
    assert actions(planned)["load-balancer"] == "adopt"


UNFIT = {
    "load-balancer-not-standard": {"load_balancers": (balancer(kind="Basic"),)},
    "load-balancer-internet-facing": {"load_balancers": (balancer(internal=False),)},
    "load-balancer-nat-rules": {"load_balancers": (balancer(nat_frontend_ids=("f",)),)},
    "load-balancer-region": {"load_balancers": (balancer(region="westeurope"),)},
    "load-balancer-elsewhere": {"load_balancers": (balancer(network_id=f"{VNET}2"),)},
    "load-balancer-failed": {"load_balancers": (balancer(state="failed"),)},
    "pool-by-address": {"target_groups": (pool("10.20.0.4", "10.20.0.5", target_type="ip"),)},
    "rule-missing": {"listeners": (rule(port=9),)},
    "target-not-in-pool": {
        "target_groups": (pool(), replace(pool(), id=f"{LB}/backendAddressPools/more", name="more"))
    },
    "auto-approval": {"endpoint_services": (service(auto_approval=(STRANGER,)),)},
    "stranger-principal": {"endpoint_services": (service(principals=("*",)),)},
    "principals-unread": {"endpoint_services": (service(principals=None),)},
    "service-failed": {"endpoint_services": (service(state="failed"),)},
    "service-region": {"endpoint_services": (service(region="westeurope"),)},
    "service-not-found": {"endpoint_services": ()},
}


@pytest.mark.parametrize("code", UNFIT)
@pytest.mark.parametrize("name", [ALIAS, PLS.upper()])
def test_a_named_service_that_does_not_fit_is_told_why(code: str, name: str) -> None:
    inventory = replace(STANDING, endpoint_services=(service(),))
    assert not made(request(service_name=name), inventory).problems
    found = made(request(service_name=name), replace(inventory, **UNFIT[code]), detailed=False)  # type: ignore[arg-type]
    assert code in [row.code for row in blocking(found)]
    assert all(row.message and row.remedy for row in found.problems)


@pytest.mark.parametrize("code", [code for code in UNFIT if "load-balancer" in code or "pool" in code])
def test_a_load_balancer_that_does_not_fit_and_that_nobody_named_is_left_alone(code: str) -> None:
    planned = made(request(), replace(STANDING, **UNFIT[code]), detailed=False)  # type: ignore[arg-type]
    assert actions(planned) == SERVICE_SIDE
    assert code == "target-not-in-pool" or "not used" in planned.notes[0]


def test_a_frontend_takes_one_service_only() -> None:
    inventory = replace(STANDING, endpoint_services=(service(principals=()),))
    assert actions(made(request(), inventory, detailed=False))["load-balancer"] == "create"


def test_a_service_that_magento_sees_is_adopted_whole() -> None:
    planned = made(request(), replace(STANDING, endpoint_services=(service(),)), detailed=False)
    assert set(actions(planned).values()) == {"adopt"}
    assert complete(planned)


def test_who_sees_an_adopted_service_is_added_to_and_it_is_tagged_first() -> None:
    inventory = replace(STANDING, endpoint_services=(service(principals=(SUB,)),))
    planned = made(NAMED, inventory, detailed=False)
    assert {row.key: row.action for row in pending(planned)} == {
        "endpoint-service": "adopt",
        "principal": "create",
    }
    assert change(planned, "principal").spec == c.PrincipalSpec(PLS, (MAGENTO,))
    assert "was not made here and is not tagged" in change(planned, "principal").reason


def test_a_missing_interface_joins_an_adopted_pool() -> None:
    inventory = replace(STANDING, endpoint_services=(service(),), target_groups=(pool("10.20.0.4"),))
    planned = made(NAMED, inventory, detailed=False)
    assert [row.key for row in pending(planned)] == ["targets/shop-rg/db-b-nic"]
    assert "Changes the network interface" in pending(planned)[0].reason


UNPUBLISHED = Offer()


def test_without_a_known_subscription_the_service_is_made_and_magento_added_later() -> None:
    desk = AzureDesk(AzureAccount(), request(), detailed=False, offer=UNPUBLISHED)
    planned = desk.plan()
    assert [(row.code, row.severity) for row in planned.problems] == [
        ("vendor-subscription-unknown", "warning")
    ]
    assert desk.apply().ok
    assert desk.account.seen.endpoint_services[0].principals == ()
    assert complete(desk.plan())
    desk.events.append(details(MAGENTO.upper()))
    assert {row.key: row.action for row in pending(desk.plan())} == {
        "principal": "create",
        "endpoint/1": "create",
    }
    asking = endpoint_part(desk.plan())
    assert [row.key for row in pending(asking)] == ["principal", "endpoint/1"], (
        "both became known by the reply"
    )
    assert desk.apply().ok
    assert desk.account.seen.endpoint_services[0].principals == (MAGENTO,)
    assert complete(desk.plan())
    assert not desk.plan().problems


def test_where_no_subscription_is_known_a_stranger_cannot_be_told() -> None:
    inventory = replace(STANDING, endpoint_services=(service(),))
    planned = made(NAMED, inventory, detailed=False, offer=UNPUBLISHED)
    assert not blocking(planned)
    assert "visible-unknown" in [row.code for row in planned.problems]


@pytest.mark.parametrize("state", ["rejected", "disconnected", "failed"])
def test_a_dead_endpoint_is_made_anew_only_where_it_is_ours(state: str) -> None:
    theirs = made(request(WEB), replace(INVENTORY, endpoints=(endpoint(state=state, reason="no"),)))
    assert [row.code for row in blocking(theirs)] == [f"endpoint-{state}"]
    assert not theirs.changes
    desk = applied(WEB)
    (row,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, state=state, reason="no"),))
    assert actions(desk.plan()) == {"endpoint/1/old": "delete", "endpoint/1": "create"}
    assert change(desk.plan(), "endpoint/1").needs == ("endpoint/1/old",)
    assert desk.apply().ok
    assert [row.state for row in desk.account.seen.endpoints] == ["pending-acceptance"]
    assert complete(desk.plan())


def test_an_endpoint_of_somebody_else_is_adopted() -> None:
    planned = made(request(WEB), replace(INVENTORY, endpoints=(endpoint(service_name=VENDOR.upper()),)))
    assert actions(planned) == {"endpoint/1": "adopt"}


def test_a_vendor_service_that_does_not_show_itself_is_a_note() -> None:
    planned = plan(request(WEB), story(), INVENTORY, (), OFFER, ENABLEMENT)
    assert not planned.changes
    assert "not show itself" in planned.notes[0]


def test_applied_is_all_left() -> None:
    desk = applied()
    assert set(actions(desk.plan()).values()) == {"leave"}


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda seen: replace(seen, listeners=()), {"load-balancer": "change"}),
        (lambda seen: replace(seen, endpoints=()), {"endpoint/1": "create"}),
        (
            lambda seen: replace(seen, target_groups=(replace(seen.target_groups[0], targets=()),)),
            {"targets/shop-rg/db-a-nic": "create", "targets/shop-rg/db-b-nic": "create"},
        ),
        (
            lambda seen: replace(
                seen, endpoint_services=(replace(seen.endpoint_services[0], principals=()),)
            ),
            {"principal": "create"},
        ),
        (
            lambda seen: replace(
                seen, endpoint_services=(replace(seen.endpoint_services[0], auto_approval=(STRANGER,)),)
            ),
            {"endpoint-service": "change"},
        ),
        (
            lambda seen: replace(
                seen, subnets=tuple(replace(row, link_policies=True) for row in seen.subnets)
            ),
            {"subnet-policy": "change"},
        ),
    ],
)  # fmt: skip
def test_exactly_what_deviates_is_mended(damage: object, expected: dict[str, str]) -> None:
    desk = applied()
    desk.account.seen = damage(desk.account.seen)  # type: ignore[operator]
    assert {row.key: row.action for row in pending(desk.plan())} == expected
    assert desk.apply().ok
    assert complete(desk.plan())


def test_a_new_port_is_added_and_the_rules_that_stand_stay() -> None:
    desk = applied()
    desk.wanted = request(WEB, targets("10.20.0.4", port=5432, target_port=5432))
    spec = change(desk.plan(), "load-balancer").spec
    assert isinstance(spec, c.StandardBalancerSpec)
    assert spec.rules == (c.PortRule(5432, 5432), c.PortRule(3306, 3306))
    assert desk.apply().ok
    assert complete(desk.plan())


def test_ids_in_another_case_are_the_same_ids() -> None:
    desk = applied()
    seen = desk.account.seen
    shouted = {
        kind: tuple(replace(row, id=row.id.upper(), tags={}) for row in getattr(seen, kind))
        for kind in ("load_balancers", "endpoint_services", "endpoints")
    }
    desk.account.seen = replace(seen, **shouted)
    assert set(actions(desk.plan()).values()) == {"leave"}


def test_the_tag_alone_is_enough_where_the_journal_is_lost() -> None:
    desk = applied()
    desk.events = [e.DetailsReceived(at=NOW, service_names=(VENDOR,))]
    assert set(actions(desk.plan()).values()) == {"leave"}


@pytest.mark.parametrize(
    ("ticket", "ending"), [(None, "production"), ("#1234", "ticket #1234"), ("x" * 200, "...")]
)
def test_the_message_fits(ticket: str | None, ending: str) -> None:
    message = request_message(request(), ticket)
    assert message.endswith(ending)
    assert len(message) <= 140
    assert "abcdefg123456" in message


@given(st.text(max_size=200), st.sampled_from(["lb", "pls", "endpoint-12"]))
def test_names_are_names(enablement: str, suffix: str) -> None:
    name = azure_name(enablement, suffix)
    assert len(name) <= 80
    assert all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in name)
    assert name[0].isalnum()
    assert name.endswith(f"-{suffix}")


@pytest.mark.parametrize("moment", ["before", "after", "record"])
def test_killed_at_any_point_a_rerun_ends_with_one_of_each(moment: str) -> None:
    for point in range(14):
        desk = AzureDesk(AzureAccount(), request())
        base = len(desk.events) if moment == "record" else 0

        def die(number: int, name: str = "", point: int = base + point) -> None:
            if number == point:
                raise Killed

        if moment == "record":
            desk.on_record = die
        else:
            setattr(desk.account, moment, die)
        try:
            desk.apply(workers=1)
        except Killed:
            desk.on_record = lambda number: None
            desk.account.before = desk.account.after = lambda number, name: None
            assert desk.apply().ok
        seen = desk.account.seen
        assert [len(row) for row in (seen.load_balancers, seen.endpoint_services, seen.endpoints)] == [
            1,
            1,
            1,
        ]
        assert {row.id for row in seen.target_groups[0].targets} == {"10.20.0.4", "10.20.0.5"}
        assert complete(desk.plan())
        assert not desk.story.in_doubt


ports = st.integers(1, 65535).filter(lambda port: port != 22)
NAMES = ["10.20.0.4", "10.20.0.5", nic("two-1"), machine("db-a")]


@st.composite
def requests(draw: st.DrawFn) -> Request:
    outward = draw(st.lists(ports, min_size=1, max_size=4, unique=True))
    inward = draw(st.lists(st.tuples(ports, ports), max_size=6, unique_by=(lambda r: r[0], lambda r: r[1])))
    rows = [Service(f"out {port}", "TCP", port, "to-magento", (), port) for port in outward]
    names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4)
    rows += [targets(*draw(names), port=port, target_port=inner) for port, inner in inward]
    return request(*rows, subnets=draw(st.sampled_from([(), (APP,), (APP, DATA)])))


@settings(max_examples=30, deadline=None)
@given(requests())
def test_an_applied_plan_planned_anew_leaves_everything(wanted: Request) -> None:
    desk = AzureDesk(AzureAccount(), wanted)
    planned = desk.plan()
    keys = [row.key for row in planned.changes]
    assert len(set(keys)) == len(keys)
    for index, row in enumerate(planned.changes):
        assert set(row.needs) <= set(keys[:index])
    result = desk.execute(planned)
    assert result.ok, result
    assert set(actions(desk.plan()).values()) <= {"leave"}
    assert len(desk.account.calls) == len(pending(planned))

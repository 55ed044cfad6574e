"""Situations of a subscription, and what the plan makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.network.model import Inventory
from core.request.model import Request
from core.request.offer import Offer
from core.setup import change as c
from core.setup.azure_endpoint import request_message
from core.setup.azure_places import azure_name
from core.setup.plan import Plan, blocking, complete, endpoint_part, pending
from core.setup.planning import plan
from core.setup.undo import plan_undo
from tests.core.setup.account import ENABLEMENT
from tests.core.setup.azure_account import (
    ALIAS,
    APP,
    DATA,
    INVENTORY,
    MAGENTO,
    OFFER,
    REGION,
    STANDING,
    SUB,
    SUBNETS,
    UNREGISTERED,
    VENDOR,
    VENDORS,
    WEB,
    AzureAccount,
    AzureDesk,
    details,
    machine,
    nic,
    pool,
    request,
    service,
    story,
    subnet,
    targets,
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
    "name", ["10.20.0.4", nic("db-a-nic"), nic("DB-A-nic").upper(), machine("db-a").lower()]
)
def test_a_target_is_its_network_interface(name: str) -> None:
    planned = made(request(WEB, targets(name, "10.20.0.4")), detailed=False)
    assert [row.key for row in planned.changes if row.kind == "targets"] == ["targets/shop-rg/db-a-nic"]


def test_an_address_tells_two_interfaces_of_a_machine_apart() -> None:
    assert "targets/shop-rg/two-2" in actions(made(request(WEB, targets("10.20.0.9"))))


NAMED = request(service_name=ALIAS)


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


def test_a_frontend_takes_one_service_only() -> None:
    inventory = replace(STANDING, endpoint_services=(service(principals=()),))
    assert actions(made(request(), inventory, detailed=False))["load-balancer"] == "create"


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

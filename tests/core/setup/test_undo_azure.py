"""Undo on Azure removes what was made here and gives back what was changed, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.cloud import CloudError
from core.network.model import Inventory
from core.request.model import Request
from core.setup.change import (
    ADOPTED,
    Change,
    PoolMemberSpec,
    PrincipalSpec,
    SubnetPolicySpec,
    TagSpec,
    tag_key,
)
from core.setup.plan import Plan, blocking
from core.setup.undo import plan_undo
from core.setup.undo_scene import unseen
from tests.core.setup.account import ENABLEMENT, NOW, TAG, Killed
from tests.core.setup.azure_account import (
    ALIAS,
    APP,
    DATABASE,
    INVENTORY,
    LB,
    MAGENTO,
    OFFER,
    PLS,
    STANDING,
    WEB,
    AzureAccount,
    AzureDesk,
    applied,
    connection,
    endpoint,
    nic,
    pool,
    request,
    service,
    subnet,
)

NAMED = request(service_name=ALIAS)
THEIRS = replace(
    STANDING,
    target_groups=(pool("10.20.0.4"),),
    endpoint_services=(service(principals=()),),
    endpoints=(endpoint(service_name="something else"),),
)


def undo(desk: AzureDesk, *, force: bool = True) -> Plan:
    return plan_undo(desk.account.seen, ENABLEMENT, desk.story, force=force, offer=OFFER)


def change(planned: Plan, key: str) -> Change:
    return next(row for row in planned.changes if row.key == key)


@pytest.mark.parametrize(
    ("inventory", "wanted"),
    [
        (INVENTORY, request()),
        (INVENTORY, request(WEB)),
        (THEIRS, NAMED),
        (STANDING, request()),
        (replace(INVENTORY, subnets=(subnet("app", 99, policies=False),)), request()),
    ],
)
def test_everything_is_as_it_was_before(inventory: Inventory, wanted: Request) -> None:
    desk = applied(*wanted.services, inventory=inventory, service_name=wanted.service_name)
    planned = undo(desk)
    assert all(row.command.startswith("az ") for row in planned.changes)
    assert desk.execute(planned).ok
    assert desk.account.seen == inventory
    assert not undo(desk).changes


def test_what_a_late_inventory_does_not_show_is_named() -> None:
    desk = AzureDesk(AzureAccount(), request())
    before = desk.account.seen
    assert desk.apply().ok
    early, late = NOW - timedelta(minutes=1), NOW + timedelta(days=1)
    members = {"targets/shop-rg/db-a-nic", "targets/shop-rg/db-b-nic"}
    hidden = {"load-balancer", "endpoint-service", "endpoint/1", "subnet-policy", *members}
    assert unseen(before, ENABLEMENT, desk.story, early) == hidden
    assert unseen(before, ENABLEMENT, desk.story, late) == set(), "what was made long ago is shown"
    assert unseen(desk.account.seen, ENABLEMENT, desk.story, early) == set()


def test_order() -> None:
    planned = undo(applied())
    keys = [row.key for row in planned.changes]
    for index, row in enumerate(planned.changes):
        assert set(row.needs) <= set(keys[:index])
    member = change(planned, "targets/shop-rg/db-a-nic")
    assert member.needs == ("endpoint-service",)
    assert member.spec == PoolMemberSpec(change(planned, "load-balancer").id or "", nic("db-a-nic"))
    assert {"endpoint-service", member.key} <= set(change(planned, "load-balancer").needs)
    policy = change(planned, "subnet-policy")
    assert isinstance(policy.spec, SubnetPolicySpec)
    assert policy.spec.enabled
    assert set(policy.needs) == {"endpoint-service", "load-balancer"}


def test_from_what_was_adopted_only_the_additions_and_the_tag_are_taken() -> None:
    desk = applied(WEB, DATABASE, inventory=THEIRS, service_name=ALIAS)
    assert [row.tags for row in desk.account.seen.endpoint_services] == [{TAG: "adopted"}]
    planned = undo(desk)
    assert {row.key: row.action for row in planned.changes} == {
        "endpoint/1": "delete",
        "principal": "delete",
        "endpoint-service": "change",
        "targets/shop-rg/db-b-nic": "delete",
    }
    assert change(planned, "endpoint-service").spec == TagSpec(PLS, present=False)
    assert change(planned, "principal").spec == PrincipalSpec(PLS, (MAGENTO,))
    assert change(planned, "targets/shop-rg/db-b-nic").spec == PoolMemberSpec(LB, nic("db-b-nic"))


def test_the_policy_stays_off_while_another_service_needs_it() -> None:
    only = replace(INVENTORY, subnets=(subnet("app", 99),))
    desk = applied(inventory=only)
    another = replace(
        service(), id=f"{PLS}-2", name="another", load_balancer_ids=(), subnet_ids=(APP.upper(),)
    )
    seen = desk.account.seen
    desk.account.seen = replace(seen, endpoint_services=(*seen.endpoint_services, another))
    assert "subnet-policy" not in {row.key for row in undo(desk).changes}


@pytest.mark.parametrize("state", ["pending-acceptance", "available"])
def test_a_live_connection_of_magento_is_not_cut_unless_forced(state: str) -> None:
    desk = applied(DATABASE)
    desk.account.seen = replace(desk.account.seen, connections=(connection(desk, state),))
    found = [row.code for row in blocking(undo(desk, force=False))]
    assert "connection-live" in found
    planned = undo(desk)
    assert not blocking(planned)
    assert "connection delete" in change(planned, "endpoint-service").command
    assert desk.execute(planned).ok
    assert not desk.account.seen.endpoint_services


def test_somebody_elses_service_in_front_of_our_load_balancer_blocks() -> None:
    desk = applied()
    seen = desk.account.seen
    (balancer,) = seen.load_balancers
    other = service(load_balancer_ids=(f"{balancer.id.upper()}/frontendIPConfigurations/frontend",))
    desk.account.seen = replace(seen, endpoint_services=(*seen.endpoint_services, other))
    assert [row.code for row in blocking(undo(desk))] == ["load-balancer-shared"]


def test_what_another_enablement_adopted_is_undone_there_first() -> None:
    desk = applied()
    (balancer,) = desk.account.seen.load_balancers
    tags = {**balancer.tags, tag_key("pl-second"): ADOPTED}
    desk.account.seen = replace(desk.account.seen, load_balancers=(replace(balancer, tags=tags),))
    (stops,) = blocking(undo(desk))
    assert (stops.code, "privatelink undo pl-second" in stops.remedy) == ("used-by-another-enablement", True)


@pytest.mark.parametrize("moment", ["before", "after", "record"])
def test_killed_at_any_point_a_second_undo_finishes(moment: str) -> None:
    for point in range(16):
        desk = AzureDesk(AzureAccount(THEIRS), NAMED)
        assert desk.apply().ok
        base = len(desk.events) if moment == "record" else len(desk.account.calls)

        def die(number: int, name: str = "", point: int = base + point) -> None:
            if number == point:
                raise Killed

        if moment == "record":
            desk.on_record = die
        else:
            setattr(desk.account, moment, die)
        try:
            desk.execute(undo(desk), workers=1)
        except Killed:
            desk.on_record = lambda number: None
            desk.account.before = desk.account.after = lambda number, name: None
            assert desk.execute(undo(desk)).ok
        assert desk.account.seen == THEIRS, (moment, point)


@pytest.mark.parametrize(
    ("key", "rows"), [("load-balancer", "load_balancers"), ("endpoint-service", "endpoint_services")]
)
@pytest.mark.parametrize("way", ["apply", "undo"])
def test_what_azure_could_not_set_up_is_mended_or_removed(key: str, rows: str, way: str) -> None:
    """A long-running operation that fails leaves its resource there, with the tag, in state Failed."""
    desk = AzureDesk(AzureAccount(), request())

    def fail(number: int, name: str) -> None:
        if name == f"create {key}":
            (row,) = getattr(desk.account.seen, rows)
            desk.account.seen = replace(desk.account.seen, **{rows: (replace(row, state="failed"),)})
            raise CloudError("quota-exceeded", "SubnetIsFull", "Choose another subnet.")

    desk.account.after = fail
    assert set(desk.apply().failed) == {key}
    desk.account.after = lambda number, name: None
    if way == "apply":
        assert desk.apply().ok
        assert [row.state for row in getattr(desk.account.seen, rows)] in (["active"], ["available"])
    assert desk.execute(undo(desk)).ok
    assert desk.account.seen == INVENTORY


@pytest.mark.parametrize("way", ["killed", "refused later", "failed under way"])
@pytest.mark.parametrize(
    ("call", "inventory", "wanted"),
    [
        ("create targets/shop-rg/db-b-nic", THEIRS, NAMED),
        ("create principal", THEIRS, NAMED),
        ("change subnet-policy", INVENTORY, request()),
    ],
)
def test_a_setting_that_may_have_been_made_is_taken_back(
    call: str, inventory: Inventory, wanted: Request, way: str
) -> None:
    """No tag tells whether it was; ``refused later``: a late look showed the next run what was before."""
    desk = AzureDesk(AzureAccount(inventory), wanted)
    key = call.partition(" ")[2]

    def end(number: int, name: str) -> None:
        if name != call:
            return
        if way != "failed under way":
            raise Killed
        intent = desk.story.in_doubt[key]
        desk.record(intent.model_copy(update={"continuation": "an operation"}))
        raise CloudError("quota-exceeded", "words", "remedy")

    def refuse(number: int, name: str) -> None:
        raise CloudError("access-denied", "words", "remedy")

    desk.account.after = end
    if way == "failed under way":
        assert key in desk.apply(workers=1).failed
    else:
        with pytest.raises(Killed):
            desk.apply(workers=1)
    desk.account.after = lambda number, name: None
    if way == "refused later":
        left, desk.account.seen = desk.account.seen, inventory
        desk.account.before = refuse
        assert not desk.apply(workers=1).ok
        desk.account.seen, desk.account.before = left, lambda number, name: None
    assert desk.account.seen != inventory
    assert desk.execute(undo(desk)).ok
    assert desk.account.seen == inventory
    assert not undo(desk).changes


def test_undone_and_applied_again() -> None:
    desk = applied()
    assert desk.execute(undo(desk)).ok
    assert desk.apply().ok
    seen = desk.account.seen
    assert [len(row) for row in (seen.load_balancers, seen.endpoint_services, seen.endpoints)] == [1, 1, 1]

"""What undo gives back, or removes, on Azure alone. What holds on both clouds: :mod:`tests.core.setup.test_undo`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.cloud import CloudError
from core.network.model import Inventory
from core.request.model import Request
from tests.core.setup.account import Killed
from tests.core.setup.azure_account import (
    APP,
    INVENTORY,
    PLS,
    AzureAccount,
    AzureDesk,
    applied,
    request,
    service,
    subnet,
)
from tests.core.setup.clouds import AZURE


def test_the_policy_stays_off_while_another_service_needs_it() -> None:
    only = replace(INVENTORY, subnets=(subnet("app", 99),))
    desk = applied(inventory=only)
    another = replace(
        service(), id=f"{PLS}-2", name="another", load_balancer_ids=(), subnet_ids=(APP.upper(),)
    )
    seen = desk.account.seen
    desk.account.seen = replace(seen, endpoint_services=(*seen.endpoint_services, another))
    assert "subnet-policy" not in {row.key for row in desk.undo().changes}


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
    assert desk.execute(desk.undo()).ok
    assert desk.account.seen == INVENTORY


@pytest.mark.parametrize("way", ["killed", "refused later", "failed under way"])
@pytest.mark.parametrize(
    ("call", "inventory", "wanted"),
    [
        ("create targets/shop-rg/db-b-nic", AZURE.theirs, AZURE.named),
        ("create principal", AZURE.theirs, AZURE.named),
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
    assert desk.execute(desk.undo()).ok
    assert desk.account.seen == inventory
    assert not desk.undo().changes


def test_a_principal_whose_answer_was_lost_is_journaled_by_the_next_run_that_sees_it() -> None:
    """Between the two a late look showed what was before, and the call that followed from it was refused."""
    desk = AzureDesk(AzureAccount(AZURE.theirs), AZURE.named)

    def end(number: int, name: str) -> None:
        if name == "create principal":
            raise Killed

    def refuse(number: int, name: str) -> None:
        if name == "create principal":
            raise CloudError("access-denied", "words", "remedy")

    desk.account.after = end
    with pytest.raises(Killed):
        desk.apply(workers=1)
    left = desk.account.seen
    (row,) = left.endpoint_services
    assert row.principals
    desk.account.seen = replace(left, endpoint_services=(replace(row, principals=()),))
    desk.account.after, desk.account.before = lambda number, name: None, refuse
    assert set(desk.apply(workers=1).failed) == {"principal"}
    desk.account.seen, desk.account.before = left, lambda number, name: None
    assert (desk.story.in_doubt, desk.story.begun) == ({}, {"principal": True})
    assert desk.apply(workers=1).ok
    assert desk.story.begun == {}
    assert desk.story.made["principal"].own

"""Situations of an account on either cloud, and what the plan makes of them. What only one cloud has is tried in
``test_plan_aws`` and ``test_plan_azure``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.network.model import Gap, Inventory, Target
from core.request.model import Request, Service
from core.setup import change as c
from core.setup.plan import Plan, blocking, complete, pending
from tests.core.setup import account as aws
from tests.core.setup import azure_account as azure
from tests.core.setup.account import TAG
from tests.core.setup.clouds import AWS, AZURE, Cloud, on_each_cloud, per_cloud

DENIED = "access-denied"


def actions(planned: Plan) -> dict[str, str]:
    return {change.key: change.action for change in planned.changes}


def to_do(planned: Plan) -> dict[str, str]:
    return {change.key: change.action for change in pending(planned)}


def change(planned: Plan, key: str) -> c.Change:
    return next(row for row in planned.changes if row.key == key)


def rows(names: str, *, aws: Sequence[Any], azure: Sequence[Any]) -> Any:
    """Parametrise by ``cloud`` and these names."""
    many = [(one, *row) for one, found in ((AWS, aws), (AZURE, azure)) for row in found]
    return pytest.mark.parametrize(("cloud", *names.split()), many)


ASKED: Mapping[str, dict[str, str]] = {
    "aws": {"security-group/1": "create", "ingress/1": "create", "endpoint/1": "create"},
    "azure": {"endpoint/1": "create"},
}
"""What is made to ask for a connection to Magento."""
OFFERED: Mapping[str, dict[str, str]] = {
    "aws": {
        "load-balancer": "create",
        "target-group/3306": "create",
        "targets/3306": "create",
        "listener/3306": "create",
        "endpoint-service": "create",
        "principal": "create",
    },
    "azure": {
        "subnet-policy": "change",
        "load-balancer": "create",
        "targets/shop-rg/db-a-nic": "create",
        "targets/shop-rg/db-b-nic": "create",
        "endpoint-service": "create",
    },
}
"""What is made for Magento to come in."""


@rows(
    "wanted",
    aws=[(aws.request(),), (aws.request(aws.WEB),)],
    azure=[
        (azure.request(),),
        (azure.request(azure.WEB),),
        (azure.request(network=azure.VNET.upper()),),
    ],
)
@pytest.mark.parametrize("details", [False, True])
def test_an_empty_network(cloud: Cloud, wanted: Request, details: bool) -> None:
    planned = cloud.plan(wanted, details=details)
    offered = OFFERED[cloud.name] if wanted.bidirectional else {}
    expected = offered | (ASKED[cloud.name] if details else {})
    assert actions(planned) == expected
    assert not planned.problems
    assert complete(planned) == (not expected)
    assert all(row.command.startswith(cloud.tool) for row in pending(planned))


@on_each_cloud
def test_a_vendor_service_that_does_not_show_itself_is_a_note(cloud: Cloud) -> None:
    desk = cloud.desk(cloud.inventory, cloud.request(cloud.web))
    (vendor,), desk.vendors = desk.vendors, ()
    planned = desk.plan()
    assert not planned.changes
    assert vendor.service_name in planned.notes[0]
    assert "not show itself" in planned.notes[0]


@rows(
    "row code severity",
    aws=[
        (aws.targets("i-0nope"), "target-unknown", "error"),
        (aws.targets("i-0x"), "target-not-in-network", "error"),
        (aws.targets("db.example"), "target-unknown", "error"),
        (aws.targets("8.8.8.8"), "target-public", "error"),
        (aws.targets("192.168.7.7"), "target-outside", "warning"),
        (aws.targets(), "targets-missing", "error"),
    ],
    azure=[
        (azure.targets("10.20.0.77"), "target-without-interface", "error"),
        (azure.targets("192.168.7.7"), "target-without-interface", "error"),
        (azure.targets("10.20.0.7"), "target-without-interface", "error"),
        (azure.targets(azure.machine("nope")), "target-unknown", "error"),
        (azure.targets(azure.machine("far")), "target-not-in-network", "error"),
        (azure.targets(azure.machine("two")), "target-ambiguous", "error"),
        (azure.targets(), "targets-missing", "error"),
    ],
)
def test_targets_that_are_not_there(cloud: Cloud, row: Service, code: str, severity: str) -> None:
    found = [one for one in cloud.plan(cloud.request(cloud.web, row)).problems if one.code == code]
    assert [one.severity for one in found] == [severity]
    assert found[0].field.startswith("services.1.targets")
    assert found[0].remedy


SCALE_SET_NIC = (
    f"/subscriptions/{azure.SUB}/resourceGroups/shop-rg/providers/Microsoft.Compute/virtualMachineScaleSets/vmss/"
    "virtualMachines/0/networkInterfaces/nic"
)


def with_gap(inventory: Inventory, what: str, **changes: Any) -> Inventory:
    """An inventory in which this could not be read."""
    return replace(inventory, gaps=(Gap(what, DENIED, "no"),), **changes)


@rows(
    "wanted inventory code",
    aws=[
        (aws.request(network="vpc-0none"), aws.INVENTORY, "network-not-found"),
        (aws.request(subnets=("subnet-x1",)), aws.INVENTORY, "subnet-not-in-network"),
        (aws.request(subnets=("subnet-none",)), aws.INVENTORY, "subnet-not-in-network"),
        (aws.request(aws.WEB, subnets=("subnet-b1",)), aws.INVENTORY, "no-common-zone"),
        (aws.request(), replace(aws.INVENTORY, subnets=()), "no-subnets"),
        (aws.request(), replace(aws.INVENTORY, region="eu-west-1"), "wrong-region"),
        (aws.request(aws.WEB, type="bidirectional"), aws.INVENTORY, "no-from-magento-service"),
        (aws.request(aws.DATABASE, aws.targets("i-0a", target_port=3307)), aws.INVENTORY, "port-conflict"),
        (aws.request(), with_gap(aws.INVENTORY, "load balancers"), "inventory-gap"),
        (aws.request(), with_gap(aws.INVENTORY, "target health"), "inventory-gap"),
        (aws.request(aws.WEB), with_gap(aws.INVENTORY, "subnets"), "inventory-gap"),
        (
            aws.request(),
            replace(aws.INVENTORY, load_balancers=(aws.balancer(name="shop-1-nlb"),)),
            "name-taken",
        ),
    ],
    azure=[
        (azure.request(network=f"{azure.VNET}2"), azure.INVENTORY, "network-not-found"),
        (azure.request(subnets=(azure.SUBNETS[3].id,)), azure.INVENTORY, "subnet-not-in-network"),
        (azure.request(subnets=(azure.SUBNETS[2].id,)), azure.INVENTORY, "no-subnets"),
        (azure.request(azure.WEB, subnets=(azure.SUBNETS[2].id,)), azure.INVENTORY, "no-subnets"),
        (
            azure.request(azure.WEB),
            replace(azure.INVENTORY, subnets=(azure.subnet("app", 0),)),
            "subnet-full",
        ),
        (azure.request(), replace(azure.INVENTORY, region="westeurope"), "wrong-region"),
        (azure.request(azure.WEB, type="bidirectional"), azure.INVENTORY, "no-from-magento-service"),
        (
            azure.request(azure.targets("10.20.0.4"), azure.targets("10.20.0.4", port=3307)),
            azure.INVENTORY,
            "target-port-shared",
        ),
        (
            azure.request(),
            replace(azure.INVENTORY, load_balancers=(azure.balancer(name="shop-1-lb"),)),
            "name-taken",
        ),
        (
            azure.request(),
            replace(azure.INVENTORY, endpoint_services=(azure.service(name="shop-1-pls"),)),
            "name-taken",
        ),
        (
            azure.request(azure.WEB),
            replace(azure.INVENTORY, endpoints=(azure.endpoint(name="shop-1-endpoint-1", service_name="x"),)),
            "name-taken",
        ),
        (
            azure.request(azure.WEB, azure.targets("10.20.0.10")),
            replace(
                azure.INVENTORY,
                instances=(azure.instance("x", "10.20.0.10", interface_id=SCALE_SET_NIC),),
            ),
            "target-scale-set",
        ),
        (
            azure.request(),
            replace(azure.STANDING, load_balancers=(azure.balancer(kind="Basic"),)),
            "target-on-basic",
        ),
        (azure.request(), with_gap(azure.INVENTORY, "load balancers"), "inventory-gap"),
        (azure.request(), with_gap(azure.INVENTORY, "network interfaces"), "inventory-gap"),
        (azure.request(azure.WEB), with_gap(azure.INVENTORY, "networks", networks=()), "inventory-gap"),
    ],
)
def test_what_blocks_a_plan(cloud: Cloud, wanted: Request, inventory: Inventory, code: str) -> None:
    found = blocking(cloud.plan(wanted, inventory))
    assert code in [row.code for row in found]
    assert all(row.message and row.remedy for row in found)


@rows(
    "wanted what",
    aws=[
        (aws.request(aws.WEB), "load balancers"),
        (aws.request(aws.WEB), "endpoint service permissions"),
        (aws.request(), "connections"),
        (aws.request(), "load balancer attributes"),
        (aws.request(), "route tables"),
        (aws.request(aws.WEB, aws.targets("10.20.0.4", "10.20.2.4")), "instances"),
    ],
    azure=[
        (azure.request(azure.WEB), "load balancers"),
        (azure.request(azure.WEB), "private link services"),
        (azure.request(azure.WEB), "network interfaces"),
        (azure.request(), "connections"),
        (azure.request(), "route tables"),
    ],
)
def test_a_gap_that_the_plan_can_do_without(cloud: Cloud, wanted: Request, what: str) -> None:
    assert not cloud.plan(wanted, with_gap(cloud.inventory, what)).problems


@per_cloud(
    {
        "aws": {
            "load-balancer": "adopt",
            "target-group/3306": "adopt",
            "targets/3306": "adopt",
            "listener/3306": "adopt",
            "endpoint-service": "create",
            "principal": "create",
        },
        "azure": {
            "subnet-policy": "change",
            "load-balancer": "adopt",
            "targets/shop-rg/db-a-nic": "adopt",
            "targets/shop-rg/db-b-nic": "adopt",
            "endpoint-service": "create",
        },
    }
)
def test_a_load_balancer_that_fits_is_adopted_and_only_the_service_is_made(
    cloud: Cloud, expected: dict[str, str]
) -> None:
    planned = cloud.plan(cloud.both, cloud.standing, details=False)
    assert actions(planned) == expected
    assert {key for key, action in expected.items() if action != "adopt"} == set(to_do(planned))
    spec = change(planned, "endpoint-service").spec
    assert isinstance(spec, c.EndpointServiceSpec | c.PrivateLinkServiceSpec)
    assert spec.load_balancer == cloud.balancer().id


@rows(
    "other noted",
    aws=[
        ({"listeners": (aws.listener(port=5432),)}, False),
        ({"listeners": (aws.listener(protocol="TLS"),)}, False),
        ({"target_groups": (aws.group(("10.20.0.4", 3306)),)}, False),
        ({"target_groups": (aws.group(("10.20.0.4", 1), ("i-0b", 1)),)}, False),
        ({"load_balancers": (aws.balancer(internal=False),)}, False),
        ({"load_balancers": (aws.balancer(kind="application"),)}, False),
        ({"load_balancers": (aws.balancer(network_id="vpc-0b"),)}, False),
        ({"load_balancers": (aws.balancer(state="failed"),)}, False),
    ],
    azure=[
        *(
            (azure.UNFIT[code], code != "target-not-in-pool")
            for code in azure.UNFIT
            if "load-balancer" in code or "pool" in code
        ),
    ],
)
def test_a_load_balancer_that_does_not_fit_and_that_nobody_named_is_left_alone(
    cloud: Cloud, other: dict[str, Any], noted: bool
) -> None:
    planned = cloud.plan(cloud.both, replace(cloud.standing, **other), details=False)
    assert actions(planned) == OFFERED[cloud.name]
    assert any("not used" in note for note in planned.notes) or not noted


@on_each_cloud
def test_a_service_that_allows_magento_is_adopted_whole(cloud: Cloud) -> None:
    planned = cloud.plan(
        cloud.both, replace(cloud.standing, endpoint_services=(cloud.service(),)), details=False
    )
    assert set(actions(planned).values()) == {"adopt"}
    assert complete(planned)


@rows(
    "name changes code",
    aws=[
        (AWS.service_name, changes, code)
        for changes, code in (
            ({"endpoint_services": (aws.service(acceptance_required=False),)}, "acceptance-not-required"),
            ({"endpoint_services": (aws.service(principals=("*",)),)}, "stranger-principal"),
            (
                {
                    "endpoint_services": (
                        aws.service(principals=(aws.MAGENTO, "arn:aws:iam::999988887777:root")),
                    )
                },
                "stranger-principal",
            ),
            ({"endpoint_services": (aws.service(principals=None),)}, "principals-unread"),
            ({"endpoint_services": (aws.service(state="failed"),)}, "service-failed"),
            ({"load_balancers": (aws.balancer(internal=False),)}, "load-balancer-internet-facing"),
            ({"load_balancers": (aws.balancer(kind="gateway"),)}, "load-balancer-not-network"),
            ({"load_balancers": (aws.balancer(id="arn:lb/another"),)}, "load-balancer-elsewhere"),
            ({"endpoint_services": ()}, "service-not-found"),
        )
    ],
    azure=[
        (name, changes, code)
        for code, changes in azure.UNFIT.items()
        for name in (azure.ALIAS, azure.PLS.upper())
    ],
)
def test_a_named_service_is_told_why_it_does_not_fit_and_is_never_silently_mended(
    cloud: Cloud, name: str, changes: dict[str, Any], code: str
) -> None:
    inventory = replace(cloud.standing, endpoint_services=(cloud.service(),))
    wanted = replace(cloud.named, service_name=name)
    assert not cloud.plan(wanted, inventory, details=False).problems
    planned = cloud.plan(wanted, replace(inventory, **changes), details=False)
    assert code in [row.code for row in blocking(planned)]
    assert all(row.message and row.remedy for row in planned.problems)
    assert not {"endpoint-service", "load-balancer"} & set(to_do(planned))
    assert cloud is AZURE or not to_do(planned)


@rows(
    "changes tagged written",
    aws=[
        (
            {"endpoint_services": (aws.service(principals=()),)},
            {"endpoint-service"},
            {"principal": "create"},
        ),
        (
            {"endpoint_services": (aws.service(),), "listeners": ()},
            {"load-balancer"},
            {"target-group/3306": "create", "targets/3306": "create", "listener/3306": "create"},
        ),
        (
            {"endpoint_services": (aws.service(),), "target_groups": (aws.group(("i-0a", 3306)),)},
            {"target-group/3306"},
            {"targets/3306": "create"},
        ),
    ],
    azure=[
        (
            {"endpoint_services": (azure.service(principals=(azure.SUB,)),)},
            {"endpoint-service"},
            {"principal": "create"},
        ),
    ],
)
def test_what_was_not_made_here_is_tagged_before_it_is_written_to(
    cloud: Cloud, changes: dict[str, Any], tagged: set[str], written: dict[str, str]
) -> None:
    planned = cloud.plan(cloud.named, replace(cloud.standing, **changes), details=False)
    assert to_do(planned) == written | dict.fromkeys(tagged, "adopt")
    for key in tagged:
        row = change(planned, key)
        assert isinstance(row.spec, c.TagSpec)
        assert "tag" in row.command
        writers = [one for one in planned.changes if key in one.needs and one.action == "create"]
        assert writers
        assert any("was not made here and is not tagged" in one.reason for one in writers)


@rows("spelled", aws=[(str,)], azure=[(str,), (str.upper,)])
def test_an_endpoint_of_somebody_else_is_adopted(cloud: Cloud, spelled: Callable[[str], str]) -> None:
    theirs = cloud.endpoint()
    theirs = replace(theirs, service_name=spelled(theirs.service_name))
    planned = cloud.plan(cloud.request(cloud.web), replace(cloud.inventory, endpoints=(theirs,)))
    assert actions(planned) == {"endpoint/1": "adopt"}


DEAD = {"aws": ("rejected", "failed", "expired"), "azure": ("rejected", "disconnected", "failed")}


@rows("state", **{name: [(state,) for state in states] for name, states in DEAD.items()})
def test_a_dead_endpoint_is_made_anew_only_where_it_is_ours(cloud: Cloud, state: str) -> None:
    wanted = cloud.request(cloud.web)
    dead = cloud.endpoint(state=state, reason="no")
    theirs = cloud.plan(wanted, replace(cloud.inventory, endpoints=(dead,)))
    assert [row.code for row in blocking(theirs)] == [f"endpoint-{state}"]
    assert not theirs.changes
    tagged = replace(dead, tags={TAG: "endpoint/1"})
    ours = cloud.plan(wanted, replace(cloud.inventory, endpoints=(tagged,)))
    assert actions(ours) == ASKED[cloud.name] | {"endpoint/1/old": "delete"}
    desk = cloud.applied(wanted=wanted)
    (row,) = desk.account.seen.endpoints
    desk.account.seen = replace(desk.account.seen, endpoints=(replace(row, state=state, reason="no"),))
    assert to_do(desk.plan()) == {"endpoint/1/old": "delete", "endpoint/1": "create"}
    assert "endpoint/1/old" in change(desk.plan(), "endpoint/1").needs
    assert desk.apply().ok
    (new,) = desk.account.seen.endpoints
    assert new.state == "pending-acceptance"
    assert desk.story.made["endpoint/1"].id == new.id
    assert complete(desk.plan())


@on_each_cloud
@pytest.mark.parametrize("state", ["deleted", "deleting"])
def test_an_endpoint_that_goes_away_does_not_count(cloud: Cloud, state: str) -> None:
    going = replace(cloud.inventory, endpoints=(cloud.endpoint(state=state),))
    assert actions(cloud.plan(cloud.request(cloud.web), going)) == ASKED[cloud.name]


@on_each_cloud
def test_applied_is_all_left(cloud: Cloud) -> None:
    assert set(actions(cloud.applied().plan()).values()) == {"leave"}


def with_first(seen: Inventory, kind: str, **changes: Any) -> Inventory:
    """An inventory whose first row of a kind is another, and the only one."""
    return replace(seen, **{kind: (replace(getattr(seen, kind)[0], **changes),)})


@rows(
    "damage expected",
    aws=[
        (lambda seen: replace(seen, listeners=()), {"listener/3306": "create"}),
        (lambda seen: replace(seen, endpoints=()), {"endpoint/1": "create"}),
        (lambda seen: with_first(seen, "endpoint_services", principals=()), {"principal": "create"}),
        (
            lambda seen: with_first(seen, "endpoint_services", acceptance_required=False),
            {"endpoint-service": "change"},
        ),
        (lambda seen: with_first(seen, "security_groups", rules=()), {"ingress/1": "create"}),
        (
            lambda seen: with_first(seen, "target_groups", targets=(Target("10.20.0.4", 3306, "draining"),)),
            {"targets/3306": "create"},
        ),
        (
            lambda seen: replace(
                with_first(seen, "listeners", target_group_id="arn:tg/theirs"),
                target_groups=(*seen.target_groups, aws.group()),
            ),
            {"listener/3306": "change"},
        ),
    ],
    azure=[
        (lambda seen: replace(seen, listeners=()), {"load-balancer": "change"}),
        (lambda seen: replace(seen, endpoints=()), {"endpoint/1": "create"}),
        (
            lambda seen: with_first(seen, "target_groups", targets=()),
            {"targets/shop-rg/db-a-nic": "create", "targets/shop-rg/db-b-nic": "create"},
        ),
        (lambda seen: with_first(seen, "endpoint_services", principals=()), {"principal": "create"}),
        (
            lambda seen: with_first(seen, "endpoint_services", auto_approval=(azure.STRANGER,)),
            {"endpoint-service": "change"},
        ),
        (
            lambda seen: replace(
                seen, subnets=tuple(replace(row, link_policies=True) for row in seen.subnets)
            ),
            {"subnet-policy": "change"},
        ),
    ],
)
def test_exactly_what_deviates_is_mended(
    cloud: Cloud, damage: Callable[[Inventory], Inventory], expected: dict[str, str]
) -> None:
    desk = cloud.applied()
    desk.account.seen = damage(desk.account.seen)
    assert to_do(desk.plan()) == expected
    assert desk.apply().ok
    assert complete(desk.plan())


@rows(
    "wanted expected spec",
    aws=[
        (
            aws.request(
                aws.WEB,
                aws.SECURE,
                aws.DATABASE,
                aws.targets("i-0a", "i-0b", port=5432, target_port=5432),
            ),
            {
                "target-group/5432": "create",
                "targets/5432": "create",
                "listener/5432": "create",
                "ingress/1": "create",
            },
            ("ingress/1", "ports", (443,)),
        )
    ],
    azure=[
        (
            azure.request(azure.WEB, azure.targets("10.20.0.4", port=5432, target_port=5432)),
            {"load-balancer": "change"},
            ("load-balancer", "rules", (c.PortRule(5432, 5432), c.PortRule(3306, 3306))),
        )
    ],
)
def test_a_new_port_is_added_to_what_stands(
    cloud: Cloud, wanted: Request, expected: dict[str, str], spec: tuple[str, str, object]
) -> None:
    desk = cloud.applied()
    desk.wanted = wanted
    assert to_do(desk.plan()) == expected
    key, part, value = spec
    assert getattr(change(desk.plan(), key).spec, part) == value
    assert desk.apply().ok
    assert complete(desk.plan())


KINDS = (
    *("load_balancers", "listeners", "target_groups"),
    *("endpoint_services", "endpoints", "security_groups"),
)


def bare(seen: Inventory, spelled: Callable[[str], str] = str) -> Inventory:
    """Everything without tags; ids spelled otherwise."""
    others = ("listeners", "target_groups", "security_groups") if spelled is not str else ()
    return replace(
        seen,
        **{
            kind: tuple(
                replace(row, tags={}, id=row.id if kind in others else spelled(row.id))
                for row in getattr(seen, kind)
            )
            for kind in KINDS
        },
    )


@rows("spelled", aws=[(str,)], azure=[(str,), (str.upper,)])
def test_what_the_journal_knows_is_left_even_without_the_tag(
    cloud: Cloud, spelled: Callable[[str], str]
) -> None:
    """On Azure an id in other letters is the same id."""
    desk = cloud.applied()
    desk.account.seen = bare(desk.account.seen, spelled)
    assert set(actions(desk.plan()).values()) == {"leave"}


@per_cloud(
    {
        "aws": ({"load-balancer": "adopt", "listener/3306": "create"}, []),
        "azure": ({}, ["rule-missing"]),
    }
)
def test_what_lost_its_tag_is_not_written_to_before_it_is_tagged(
    cloud: Cloud, expected: tuple[dict[str, str], list[str]]
) -> None:
    """On Azure it is a load balancer of somebody else's, which is never given rules."""
    desk = cloud.applied()
    desk.account.seen = replace(bare(desk.account.seen), listeners=())
    planned = desk.plan()
    assert (to_do(planned), [row.code for row in blocking(planned)]) == expected


@on_each_cloud
def test_the_tag_alone_is_enough_where_the_journal_is_lost(cloud: Cloud) -> None:
    desk = cloud.applied()
    desk.events = desk.events[:1]
    assert not desk.story.made
    assert set(actions(desk.plan()).values()) == {"leave"}


ports = st.integers(1, 65535).filter(lambda port: port != 22)
NAMES: Mapping[str, list[str]] = {
    "aws": ["i-0a", "i-0b", "10.20.0.4", "10.20.1.9", "192.168.1.1"],
    "azure": ["10.20.0.4", "10.20.0.5", azure.nic("two-1"), azure.machine("db-a")],
}
CHOSEN: Mapping[str, list[tuple[str, ...]]] = {
    "aws": [(), ("subnet-a1",), ("subnet-a1", "subnet-a2", "subnet-b1")],
    "azure": [(), (azure.APP,), (azure.APP, azure.DATA)],
}


@st.composite
def requests(draw: st.DrawFn, cloud: Cloud) -> Request:
    outward = draw(st.lists(ports, min_size=1, max_size=8, unique=True))
    # A load balancer of Azure's has a backend port once only.
    both = (lambda row: row[0], lambda row: row[1])
    inward = draw(st.lists(st.tuples(ports, ports), max_size=8, unique_by=both))
    names = st.lists(st.sampled_from(NAMES[cloud.name]), min_size=1, max_size=4)
    found = [Service(f"out {port}", "TCP", port, "to-magento", (), port) for port in outward]
    found += [
        Service(f"in {port}", "TCP", port, "from-magento", tuple(draw(names)), inner)
        for port, inner in inward
    ]
    return cloud.request(*found, subnets=draw(st.sampled_from(CHOSEN[cloud.name])))


@on_each_cloud
@settings(max_examples=35, deadline=None)
@given(st.data())
def test_an_applied_plan_planned_anew_leaves_everything(cloud: Cloud, data: st.DataObject) -> None:
    desk = cloud.desk(cloud.inventory, data.draw(requests(cloud)))
    planned = desk.plan()
    keys = [row.key for row in planned.changes]
    assert len(set(keys)) == len(keys)
    for index, row in enumerate(planned.changes):
        assert set(row.needs) <= set(keys[:index])
    result = desk.execute(planned)
    assert result.ok, result
    assert set(actions(desk.plan()).values()) <= {"leave", "adopt"}
    assert complete(desk.plan())
    assert len(desk.account.calls) == len(pending(planned)) + desk.account.calls.count("observe")
    inside = {one.id for one in cloud.inventory.subnets if one.network_id == desk.wanted.network}
    assert {id for row in desk.account.seen.load_balancers for id in row.subnet_ids} <= inside

"""Guides through the consoles: every kind of change, with the values of its spec, and nothing but data."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.export.console import by_hand, console, guide, lines, names_of
from core.export.guides import Guide, escaped
from core.network.model import Connection
from core.request.model import Problem
from core.setup import change as c
from core.setup.plan import Plan, pending
from tests.core.export.test_aws_cli import REGION as AWS_REGION
from tests.core.export.test_aws_cli import every_change as aws_changes
from tests.core.export.test_az_cli import every_change as azure_changes
from tests.core.setup.account import DATABASE, WEB, Account, Desk
from tests.core.setup.account import request as aws_request
from tests.core.setup.azure_account import REGION as AZURE_REGION
from tests.core.setup.azure_account import UNREGISTERED, AzureAccount, AzureDesk
from tests.core.setup.azure_account import request as azure_request

ENABLEMENT = "shop-1"
ALL = [(change, AWS_REGION) for change in aws_changes()] + [
    (change, AZURE_REGION) for change in azure_changes()
]


def made(change: c.Change, region: str) -> Guide:
    found = console(change, ENABLEMENT, region)
    assert found is not None
    return found


def test_every_kind_of_change_is_covered() -> None:
    assert {change.kind for change, _ in ALL} == set(get_args(c.Kind))


@pytest.mark.parametrize(("change", "region"), ALL, ids=lambda one: getattr(one, "key", one))
def test_every_change_has_an_address_and_steps(change: c.Change, region: str) -> None:
    found = made(change, region)
    host = urlsplit(found.address).hostname or ""
    assert host in (f"{region}.console.aws.amazon.com", "portal.azure.com")
    assert " " not in found.address
    assert found.steps
    assert all(step and "\n" not in step for step in found.steps)


def values(spec: c.Spec) -> set[str]:
    """What a person has to see of a spec: names, ports, subnets, principals, CIDRs."""
    told: set[str] = set()
    for name in getattr(type(spec), "__slots__", ()):
        value = getattr(spec, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, c.PortRule):
                told |= {str(one.port), str(one.target_port)}
            elif isinstance(one, str | int) and not isinstance(one, bool):
                # The portal names a subnet and an interface, not their resource ids.
                told.add(str(one).rpartition("/")[2] if str(one).startswith("/") else str(one))
    return told - {"ip", "instance"}


STANDS = (c.PrivateLinkServiceSpec, c.StandardBalancerSpec, c.EndpointServiceSpec)
"""What keeps its name, group and subnet when it is changed."""

ENTERED = [
    (change, region)
    for change, region in ALL
    if change.spec is not None and not (change.action == "change" and isinstance(change.spec, STANDS))
]


@pytest.mark.parametrize(("change", "region"), ENTERED, ids=lambda one: getattr(one, "key", one))
def test_the_values_of_the_spec_are_in_the_steps(change: c.Change, region: str) -> None:
    assert change.spec is not None
    if isinstance(change.spec, c.RejectSpec):
        wanted = {(one.name or one.endpoint_id) for one in change.spec.connections}
    else:
        wanted = values(change.spec)
    found = made(change, region)
    told = "\n".join((*found.steps, unquote(found.address)))
    assert not {one for one in wanted if one not in told}


CREATED: tuple[c.Kind, ...] = (
    "load-balancer", "target-group", "listener", "endpoint-service", "security-group", "endpoint",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "region"),
    [(change, region) for change, region in ALL if change.action == "create" and change.kind in CREATED],
    ids=lambda one: getattr(one, "key", one),
)
def test_what_is_made_by_hand_gets_the_tag_that_the_plan_looks_for(change: c.Change, region: str) -> None:
    told = "\n".join(made(change, region).steps)
    assert f"key {c.tag_key(ENABLEMENT)} with value {change.key}." in told


@pytest.mark.parametrize(("kind", "says"), [
    ("load-balancer", "Scheme: Internal"),
    ("load-balancer", "Security groups: remove every one"),
    ("endpoint-service", "Acceptance required"),
    ("endpoint-service", "private DNS name: leave it off"),
    ("principal", "arn:aws:iam::402592597372:root"),
    ("endpoint", "Enable DNS name stays off"),
])  # fmt: skip
def test_what_must_not_be_got_wrong_on_aws(kind: c.Kind, says: str) -> None:
    change = next(row for row in Desk(Account(), aws_request()).plan().changes if row.kind == kind)
    assert says in "\n".join(made(change, AWS_REGION).steps)


@pytest.mark.parametrize(("kind", "says"), [
    ("load-balancer", "SKU: Standard. Type: Internal."),
    ("load-balancer", "configured by NIC"),
    ("endpoint-service", "Auto-approve: No"),
    ("endpoint", "no private DNS zone"),
    ("subnet-policy", "Disabled"),
    ("registration", "Microsoft.Network"),
])  # fmt: skip
def test_what_must_not_be_got_wrong_on_azure(kind: c.Kind, says: str) -> None:
    change = next(
        row
        for row in AzureDesk(AzureAccount(UNREGISTERED), azure_request()).plan().changes
        if row.kind == kind
    )
    assert says in "\n".join(made(change, AZURE_REGION).steps)


NLB = "arn:aws:elasticloadbalancing:us-west-2:1:loadbalancer/net/n/1"


@pytest.mark.parametrize(("kind", "id", "address"), [
    ("load-balancer", NLB, f"ec2/home?region=us-west-2#LoadBalancer:loadBalancerArn={NLB}"),
    (
        "listener",
        "arn:aws:elasticloadbalancing:us-west-2:1:listener/net/n/1/2",
        f"ec2/home?region=us-west-2#LoadBalancer:loadBalancerArn={NLB}",
    ),
    ("security-group", "sg-0a", "ec2/home?region=us-west-2#SecurityGroup:groupId=sg-0a"),
    ("endpoint", "vpce-0a", "vpcconsole/home?region=us-west-2#EndpointDetails:vpcEndpointId=vpce-0a"),
    ("endpoint-service", "vpce-svc-0a", "vpcconsole/home?region=us-west-2#EndpointServices:"),
])  # fmt: skip
def test_what_exists_is_opened_itself(kind: c.Kind, id: str, address: str) -> None:
    change = c.Change("x", "delete", kind, "x", id=id)
    assert made(change, "us-west-2").address == f"https://us-west-2.console.aws.amazon.com/{address}"


@pytest.mark.parametrize(("region", "host"), [
    ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
    ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
    ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ("westeurope", "portal.azure.com"),
    ("usgovvirginia", "portal.azure.us"),
    ("chinanorth", "portal.azure.cn"),
])  # fmt: skip
def test_the_region_says_whose_console_it_is(region: str, host: str) -> None:
    change = c.Change("endpoint/1", "delete", "endpoint", "x", id="x")
    assert urlsplit(made(change, region).address).hostname == host


@pytest.mark.parametrize("action", ["leave", "adopt"])
def test_where_nothing_is_to_do_there_is_no_guide(action: c.Action) -> None:
    change = c.Change("endpoint/1", action, "endpoint", "x", id="vpce-0a")
    assert console(change, ENABLEMENT, AWS_REGION) is None
    assert by_hand(change, Plan((change,)), ENABLEMENT, AWS_REGION) == ""


@pytest.mark.parametrize(("change", "region"), [
    (c.Change("targets/1", "delete", "targets", "x", id="x"), AWS_REGION),
    (c.Change("targets/1", "delete", "targets", "x", id="x"), AZURE_REGION),
    (c.Change("endpoint/1", "create", "endpoint", "x"), AWS_REGION),
    (c.Change("cross-zone", "change", "cross-zone", "x", c.CrossZoneSpec("x")), AZURE_REGION),
])  # fmt: skip
def test_a_change_that_cannot_be_done_has_no_guide(change: c.Change, region: str) -> None:
    with pytest.raises(ValueError, match=r"takes a|has no"):
        console(change, ENABLEMENT, region)


def test_steps_name_what_other_steps_make() -> None:
    planned = Desk(Account(), aws_request()).plan()
    change = next(row for row in planned.changes if row.kind == "listener")
    found = console(change, ENABLEMENT, AWS_REGION, names_of(planned))
    assert found is not None
    assert any("Choose the load balancer shop-1-nlb." in step for step in found.steps)
    assert any("forward to shop-1-3306" in step for step in found.steps)


def test_a_command_says_what_its_variables_are() -> None:
    planned = Desk(Account(), aws_request()).plan()
    told = {row.kind: by_hand(row, planned, ENABLEMENT, AWS_REGION) for row in planned.changes}
    assert (
        "$LOAD_BALANCER is the id of shop-1-nlb, $TARGET_GROUP_3306 is the id of shop-1-3306:"
        in told["listener"]
    )
    assert "Or run:\naws elbv2 create-load-balancer" in told["load-balancer"]
    assert "where $SECURITY_GROUP_1 is the id of shop-1-endpoint-1:" in told["endpoint"]


def test_a_change_that_costs_says_who_pays() -> None:
    one_zone = replace(DATABASE, targets=("10.20.0.4",))
    for planned, region in (
        (Desk(Account(), aws_request(WEB, one_zone)).plan(), AWS_REGION),
        (AzureDesk(AzureAccount(), azure_request()).plan(), AZURE_REGION),
    ):
        costly = [row for row in pending(planned) if row.cost]
        assert {row.kind for row in costly} >= {"load-balancer", "endpoint"}
        assert all("bills you for" in by_hand(row, planned, ENABLEMENT, region) for row in costly)


@given(st.text(max_size=12))
@settings(max_examples=60, deadline=None)
def test_an_address_can_be_read_back(text: str) -> None:
    part = escaped(text)
    assert part.isascii()
    assert not set(part) & set(" #?&'\"<>")
    assert unquote(part) == text


NASTY = "x'\n\x1b[31m[red]\u202e#?&é\ud800"


@pytest.mark.parametrize(("change", "region"), [
    (c.Change("endpoint/1", "create", "endpoint", NASTY, c.EndpointSpec(NASTY, NASTY, NASTY, (NASTY,), (NASTY,))),
     AWS_REGION),
    (c.Change("endpoint/1", "delete", "endpoint", NASTY, id=NASTY), AWS_REGION),
    (c.Change("load-balancer", "adopt", "load-balancer", NASTY, c.TagSpec(NASTY), NASTY), AWS_REGION),
    (c.Change("endpoint/1", "create", "endpoint", NASTY, c.PrivateEndpointSpec(*[NASTY] * 6)), AZURE_REGION),
    (c.Change("endpoint/1", "delete", "endpoint", NASTY, id=f"/subscriptions/{NASTY}"), AZURE_REGION),
    (c.Change("endpoint-service", "delete", "endpoint-service", NASTY,
              c.RejectSpec((Connection(NASTY, NASTY, NASTY, "available"),)), NASTY), AWS_REGION),
])  # fmt: skip
def test_names_from_outside_are_data(change: c.Change, region: str) -> None:
    text = guide(Plan((change,)), NASTY, region)
    found = console(change, NASTY, region)
    assert found is not None
    shown = "\n".join((*lines(found), text))
    text.encode()
    assert not set(shown) & {"\x1b", "\u202e", "\ud800"}
    assert all(len(step.splitlines()) == 1 for step in found.steps)
    assert found.address.count("#") <= 1
    assert "'" not in found.address


def test_the_whole_plan_is_guided_in_its_order() -> None:
    planned = Desk(Account(), aws_request()).plan()
    text = guide(planned, ENABLEMENT, AWS_REGION)
    places = [text.index(f") {row.action} {row.kind}: {row.name}") for row in pending(planned)]
    assert places == sorted(places)
    assert all(row.command in text for row in pending(planned))
    assert "AWS bills you for it by the hour" in text
    assert "undo leaves standing" in text


def test_a_finished_or_blocked_plan_says_so() -> None:
    planned = Desk(Account(), aws_request()).plan()
    left = tuple(replace(row, action="leave") for row in planned.changes)
    assert "nothing to do" in guide(Plan(left), ENABLEMENT, AWS_REGION)
    stop = Problem("no-subnets", "cloud.network", "error", "It has none.", "Make\none.")
    text = guide(replace(planned, problems=(stop,)), ENABLEMENT, AWS_REGION)
    assert "It has none. Make␊one." in text
    assert "https://" not in text

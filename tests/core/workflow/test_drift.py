"""Drift: what somebody changed behind the program's back is seen, named, offered to mend, and never mended unasked."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from core.cloud import CloudError, Identity, Watch
from core.journal import events as e
from core.network.model import Connection, Gap, Inventory, Observation
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.setup.plan import pending
from core.workflow import connections, provision
from core.workflow.enablement import Enablement
from core.workflow.facts import as_look
from core.workflow.model import Drift
from tests.core.setup import account as aws
from tests.core.setup import azure_account as azure
from tests.core.workflow.test_exchange_azure import Paper


class _Shown:
    """What the wizard's cloud has beyond what plan and executor use."""

    seen: Inventory
    hidden = False
    theirs: tuple[Any, ...] = ()

    def identity(self) -> Identity:
        return Identity(self.seen.account, "admin", "environment")

    def vendor_service(self, name: str) -> object:
        if self.hidden:
            raise CloudError("service-not-visible", f"{name} does not show itself", "ask")
        return next(one for one in self.theirs if one.service_name == name)

    def observe(self, watch: Watch) -> Observation:
        services = {
            name: None if self.hidden else self.vendor_service(name) for name in watch.vendor_services
        }
        return as_look(self.seen, services)  # type: ignore[arg-type]


class Aws(_Shown, aws.Account):
    theirs = aws.VENDORS


class Azure(_Shown, azure.AzureAccount):
    theirs = azure.VENDORS


@dataclass
class Scene:
    """An enablement on a cloud where everything was set up and looked at."""

    one: Enablement
    cloud: Aws | Azure

    def plan(self) -> tuple[Drift, ...]:
        return provision.make_plan(self.one, self.cloud).drift  # type: ignore[arg-type]

    def look(self) -> tuple[Drift, ...]:
        self.one.observation = connections.look(self.one, self.cloud)  # type: ignore[arg-type]
        return self.one.timeline().drift

    def apply(self) -> None:
        planned = provision.make_plan(self.one, self.cloud)  # type: ignore[arg-type]
        numbers = itertools.count()
        result = provision.apply_plan(
            self.one,
            self.cloud,  # type: ignore[arg-type]
            planned,
            token=lambda key: f"{key}-{len(self.one.journal.events())}-{next(numbers)}",
            pause=lambda _seconds: False,
        )
        assert result.ok, result.failed

    def edit(self, name: str, change: Callable[[Any], Any | None]) -> None:
        """Change each row of a part of the inventory; None takes it out."""
        rows = (change(row) for row in getattr(self.cloud.seen, name))
        self.cloud.seen = replace(self.cloud.seen, **{name: tuple(row for row in rows if row is not None)})

    def ask(self, *services: DraftService) -> None:
        draft = self.one.story.draft
        self.one.record(e.RequestSaved(at=aws.NOW, request=draft.model_copy(update={"services": services})))


WEB = DraftService(name="Webserver", protocol="HTTP", port=80, direction="to-magento")
DATABASE = DraftService(
    name="Database", protocol="TCP", port=3306, direction="from-magento", targets=("10.20.0.4",)
)


def scene(platform: str) -> Scene:
    room: Any = aws if platform == "aws" else azure
    cloud = Aws(provisioning=0) if platform == "aws" else Azure(provisioning=0)
    network = aws.VPC if platform == "aws" else azure.VNET
    draft = Draft(
        project=DraftProject(
            id="abcdefg123456", plan="pro", environment="production", region="US-3", cluster="abcdefg123456"
        ),
        cloud=DraftCloud.model_validate(
            {"platform": platform, "account": cloud.seen.account, "region": cloud.region, "network": network}
        ),
        connection=DraftConnection(type="bidirectional"),
        services=(WEB, DATABASE),
    )
    paper = Paper()
    paper.id = aws.ENABLEMENT
    ticks = itertools.count()
    one = Enablement(paper, room.OFFER, lambda: aws.NOW + timedelta(seconds=next(ticks)))  # type: ignore[arg-type]
    one.record(e.RequestSaved(at=aws.NOW, request=draft))
    one.record(e.DetailsReceived(at=aws.NOW, service_names=(room.VENDOR,)))
    made = Scene(one, cloud)
    made.apply()
    made.apply()
    for name in ("load_balancers", "endpoints"):
        made.edit(name, lambda row: replace(row, state="active" if "lb" in row.id.lower() else "available"))
    assert (made.plan(), made.look()) == ((), ())
    return made


def gone(_row: Any) -> None:
    return None


def field(**values: Any) -> Callable[[Any], Any]:
    return lambda row: replace(row, **values)


STRANGER = "arn:aws:iam::999988887777:root"
Edit = tuple[str, Callable[[Any], Any]]

AWS: dict[str, tuple[Edit, dict[str, str], str]] = {
    "NLB deleted": (("load_balancers", gone), {"load-balancer": "gone"}, "DeleteLoadBalancer"),
    "listener removed": (("listeners", gone), {"listener/3306": "gone"}, "DeleteListener"),
    "listener led elsewhere": (
        ("listeners", field(target_group_id=None)),
        {"listener/3306": "leading elsewhere"},
        "ModifyListener",
    ),
    "target deregistered": (
        ("target_groups", field(targets=())),
        {"targets/3306": "not registered any more"},
        "DeregisterTargets",
    ),
    "service deleted": (
        ("endpoint_services", gone),
        {"endpoint-service": "gone"},
        "DeleteVpcEndpointServiceConfigurations",
    ),
    "acceptance turned off": (
        ("endpoint_services", field(acceptance_required=False)),
        {"endpoint-service": "letting in without asking"},
        "ModifyVpcEndpointServiceConfiguration",
    ),
    "permission taken away": (
        ("endpoint_services", field(principals=())),
        {"principal": "not open to Magento any more"},
        "ModifyVpcEndpointServicePermissions",
    ),
    "everybody let in": (
        ("endpoint_services", field(principals=(aws.MAGENTO, "*"))),
        {"principal/*": "open to everybody (*)"},
        "ModifyVpcEndpointServicePermissions",
    ),
    "a stranger let in": (
        ("endpoint_services", field(principals=(aws.MAGENTO, STRANGER))),
        {f"principal/{STRANGER}": f"open to {STRANGER}"},
        "ModifyVpcEndpointServicePermissions",
    ),
    "security group's rule removed": (
        ("security_groups", field(rules=())),
        {"ingress/1": "not let in any more"},
        "RevokeSecurityGroupIngress",
    ),
    "endpoint rejected": (
        ("endpoints", field(state="rejected")),
        {"endpoint/1": "rejected"},
        "only a service's owner rejects",
    ),
    "endpoint expired": (("endpoints", field(state="expired")), {"endpoint/1": "expired"}, "not answered"),
    "endpoint deleted": (("endpoints", gone), {"endpoint/1": "gone"}, "DeleteVpcEndpoints"),
}
AZURE: dict[str, tuple[Edit, dict[str, str], str]] = {
    "balancer deleted": (("load_balancers", gone), {"load-balancer": "gone"}, "loadBalancers/delete"),
    "rule removed": (
        ("listeners", gone),
        {"load-balancer": "without a rule or its probe"},
        "loadBalancers/write",
    ),
    "pool member removed": (
        ("target_groups", field(targets=())),
        {"targets/shop-rg/db-a-nic": "not registered any more"},
        "networkInterfaces/write",
    ),
    "PLS deleted": (
        ("endpoint_services", gone),
        {"endpoint-service": "gone"},
        "privateLinkServices/delete",
    ),
    "visibility taken away": (
        ("endpoint_services", field(principals=())),
        {"principal": "not open to Magento any more"},
        "privateLinkServices/write",
    ),
    "visible to everybody": (
        ("endpoint_services", field(principals=(azure.MAGENTO, "*"))),
        {"principal/*": "open to everybody (*)"},
        "privateLinkServices/write",
    ),
    "auto-approval added": (
        ("endpoint_services", field(auto_approval=(azure.STRANGER,))),
        {"endpoint-service": "letting in without asking"},
        "privateLinkServices/write",
    ),
    "subnet policy on again": (
        ("subnets", field(link_policies=True)),
        {"subnet-policy": "on again"},
        "virtualNetworks/subnets/write",
    ),
    "endpoint rejected": (
        ("endpoints", field(state="rejected")),
        {"endpoint/1": "Rejected"},
        "only a service's owner rejects",
    ),
    "endpoint disconnected": (
        ("endpoints", field(state="disconnected")),
        {"endpoint/1": "Disconnected"},
        "it removed the connection",
    ),
    "endpoint deleted": (("endpoints", gone), {"endpoint/1": "gone"}, "privateEndpoints/delete"),
}
CASES = [
    pytest.param(platform, *case, id=f"{platform}: {name}")
    for platform, table in (("aws", AWS), ("azure", AZURE))
    for name, case in table.items()
]
WATCHED = ("load_balancers", "endpoint_services", "endpoints")


@pytest.mark.parametrize(("platform", "edit", "expected", "who"), CASES)
def test_what_somebody_changed_is_named_and_only_an_agreed_plan_mends_it(
    platform: str, edit: Edit, expected: dict[str, str], who: str
) -> None:
    made = scene(platform)
    before = made.cloud.seen
    made.edit(*edit)
    after, calls = made.cloud.seen, len(made.cloud.calls)
    found = {one.key: one for one in made.plan()}
    assert expected.items() <= {key: one.now for key, one in found.items()}.items()
    [key] = expected
    assert who in found[key].who
    assert all(one.was and one.mend and one.id for one in found.values())
    told = {one.key: one.now for one in made.look()}
    if edit[0] in WATCHED:
        assert expected.items() <= told.items(), "a look shows it as well"
    assert (made.cloud.seen, made.cloud.calls[calls:]) == (after, []), "nothing was mended unasked"
    if key.startswith("principal/") or not found[key].planned:
        return
    made.apply()
    made.apply()
    assert made.plan() == ()
    kinds = ("listeners", "target_groups", "endpoint_services", "security_groups", "subnets")
    for name in kinds if edit[1] is not gone else ():
        assert getattr(made.cloud.seen, name) == getattr(before, name)


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_what_the_plan_mends_is_told_so_and_what_it_never_takes_away_too(platform: str) -> None:
    made = scene(platform)
    made.edit("endpoint_services", lambda row: replace(row, principals=(*row.principals, "*")))
    [one] = made.plan()
    assert not one.planned
    assert "'*'" in one.mend
    assert not pending(provision.make_plan(made.one, made.cloud)), "blocked"  # type: ignore[arg-type]
    made.edit("endpoint_services", lambda row: replace(row, principals=row.principals[:-1]))
    made.edit("endpoints", field(state="rejected"))
    [one] = made.plan()
    assert one.planned
    assert one.mend.startswith("Ask Magento in the ticket why. The plan mends it")
    assert ", last " in one.was, "as a look showed it before"


def test_a_balancer_that_is_gone_below_its_service_says_what_to_do() -> None:
    made = scene("aws")
    made.edit("load_balancers", gone)
    planned = provision.make_plan(made.one, made.cloud)  # type: ignore[arg-type]
    assert [one.code for one in planned.problems] == ["load-balancer-gone"]
    assert "privatelink undo" in planned.problems[0].remedy


# -- what is no drift --------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["aws", "azure"])
@pytest.mark.parametrize(
    "services",
    [
        (WEB, DATABASE, WEB.model_copy(update={"port": 8080, "name": "More"})),
        (WEB, DATABASE.model_copy(update={"targets": ("10.20.0.4", "10.20.0.5")})),
        (WEB, DATABASE, DATABASE.model_copy(update={"port": 5432, "name": "Other"})),
    ],
    ids=["another port to Magento", "another target", "another port from Magento"],
)
def test_what_the_request_asks_anew_is_no_drift(platform: str, services: tuple[DraftService, ...]) -> None:
    made = scene(platform)
    if platform == "aws":
        services = tuple(
            one.model_copy(
                update={"targets": tuple(t.replace("10.20.0.5", "10.20.2.4") for t in one.targets)}
            )
            for one in services
        )
    made.ask(*services)
    assert made.plan() == ()
    made.apply()
    assert made.plan() == ()


def test_after_the_request_asked_anew_drift_elsewhere_is_still_drift() -> None:
    made = scene("aws")
    made.ask(WEB, DATABASE, WEB.model_copy(update={"port": 8080, "name": "More"}))
    made.edit("target_groups", field(targets=()))
    assert [one.key for one in made.plan()] == ["targets/3306"]


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_what_could_not_be_read_is_not_gone(platform: str) -> None:
    made = scene(platform)
    for name in ("load_balancers", "listeners", "target_groups", "endpoint_services", "endpoints"):
        made.edit(name, gone)
    words = ("load balancers", "listeners", "target groups", "endpoint services", "endpoints", "connections")
    made.cloud.seen = replace(
        made.cloud.seen, gaps=tuple(Gap(what, "access-denied", "not allowed") for what in words)
    )
    assert [one.key for one in made.look()] == []
    assert {one.kind for one in made.plan() if not one.planned} == set()


def test_what_a_call_under_way_takes_away_is_no_drift() -> None:
    made = scene("aws")
    made.one.record(
        e.ChangeIntended(at=aws.NOW, key="endpoint/1", action="delete", kind="endpoint", name="x", token="t")
    )
    made.edit("endpoints", gone)
    assert [one.key for one in made.plan()] == []


def test_after_undo_nothing_has_drifted() -> None:
    made = scene("aws")
    made.one.record(e.Undone(at=aws.NOW))
    for name in ("load_balancers", "listeners", "target_groups", "endpoint_services", "endpoints"):
        made.edit(name, gone)
    assert (made.plan(), made.look()) == ((), ())


# -- what Magento's side changes ---------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["aws", "azure"])
def test_magento_s_service_that_hides_again_is_named(platform: str) -> None:
    made = scene(platform)
    made.cloud.hidden = True
    for found in (made.plan(), made.look()):
        [one] = found
        assert (one.kind, one.now) == ("vendor-service", "not visible to you any more")
        assert one.who.startswith("Magento's side")


@pytest.mark.parametrize(
    ("state", "now", "who"),
    [("rejected", "rejected", "RejectVpcEndpointConnections"), (None, "gone", "Magento's side"),
     ("failed", "failed", "Magento's side")],
)  # fmt: skip
def test_a_connection_that_was_accepted_and_is_cut_is_named(state: str | None, now: str, who: str) -> None:
    made = scene("aws")
    [service] = made.cloud.seen.endpoint_services
    theirs = Connection(service.id, "vpce-9", aws.OFFER.aws_account, "available")
    made.cloud.seen = replace(made.cloud.seen, connections=(theirs,))
    made.look()
    made.one.record(
        e.ConnectionDecided(
            at=made.one.now(),
            service_id=service.id,
            endpoint_id="vpce-9",
            owner=theirs.owner,
            decision="accept",
        )
    )
    assert made.look() == ()
    left = () if state is None else (replace(theirs, state=state),)
    made.cloud.seen = replace(made.cloud.seen, connections=left)
    [one] = made.look()
    assert (one.kind, one.id, one.now) == ("connection", "vpce-9", now)
    assert who in one.who
    assert [row.key for row in made.plan()] == [one.key]


def test_what_was_verified_is_so_no_more_once_it_drifted() -> None:
    made = scene("aws")
    [service] = made.cloud.seen.endpoint_services
    theirs = Connection(service.id, "vpce-9", aws.OFFER.aws_account, "available")
    made.cloud.seen = replace(made.cloud.seen, connections=(theirs,))
    made.one.record(e.TicketFiled(at=made.one.now(), ticket="1"))
    made.look()
    for direction in ("to-magento", "from-magento"):
        services = tuple(
            e.ProbedService(service=one.name or "", host="y", port=one.port or 0, ok=True)
            for one in made.one.story.draft.services
            if one.direction == direction
        )
        made.one.record(
            e.Probed(at=made.one.now(), direction=direction, place="here", ok=True, services=services)
        )
    assert made.one.timeline().state == "verified"
    made.edit("load_balancers", gone)
    made.look()
    line = made.one.timeline()
    assert (line.state, line.turn) == ("problem", "customer")
    assert "is gone" in line.next

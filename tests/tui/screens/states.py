"""Every page in every state: a name, the page, the model, and the keys to press before looking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.audit.catalogue import audit_all
from core.cloud import Hop, Message, ProbeReport, ProbeResult, ProbeTarget, Progress
from core.diagnosis.case import Case
from core.diagnosis.diagnose import diagnose
from core.handoff.reply import read_reply
from core.journal import events as e
from core.request.model import (
    Draft,
    DraftCloud,
    DraftConnection,
    DraftProject,
    DraftService,
    Problem,
)
from core.setup.plan import Plan, pending
from core.setup.undo import plan_undo
from core.workflow.diagnosing import runs, targets_of
from core.workflow.facts import news
from core.workflow.story import tell
from tests.tui.screens import account as a
from tests.tui.screens.teller import ZONE, answered, enablement, planned, told
from tui.enablements import Summary
from tui.model import Execution, Failure, LogLine, Model

NOW = datetime(2026, 11, 18, 14, 5, tzinfo=ZONE)

PROJECT = DraftProject(id="abcdefg123456", plan="pro", environment="production", region="US-3")
CLOUD = DraftCloud(
    platform="aws", account=a.ACCOUNT, region=a.REGION, network=a.VPC, subnets=(), profile="shop-prod"
)
WEB = DraftService(name="Webserver", protocol="HTTP", port=80, direction="to-magento")
SFTP = DraftService(name="SFTP", protocol="SFTP", port=2222, direction="to-magento")
DATABASE = DraftService(
    name="Database", protocol="TCP", port=3306, direction="from-magento", targets=(a.DATABASE,)
)
ORDERS = DraftService(
    name="Orders", protocol="HTTPS", port=443, direction="from-magento", targets=(a.ORDERS,)
)
BOTH = Draft(
    project=PROJECT,
    cloud=CLOUD,
    connection=DraftConnection(type="bidirectional"),
    services=(WEB, DATABASE, ORDERS),
)
ONE_WAY = BOTH.model_copy(
    update={"connection": DraftConnection(type="unidirectional"), "services": (WEB, SFTP)}
)
FRESH = Draft(cloud=DraftCloud(platform="aws"))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


# -- what happened, part by part -------------------------------------------------------------------------


def carried_out(draft: Draft, before: Sequence[e.Event], when: datetime, *, endpoint: bool) -> list[e.Event]:
    """The events of a plan's changes, each intended and done."""
    vendor = (a.MAGENTO,) if endpoint else ()
    inventory = a.STANDS if endpoint and draft.connection.type == "bidirectional" else a.BARE
    saved = e.RequestSaved(at=when, request=draft)
    made = planned(draft, enablement((saved, *before), when, None), inventory, vendor)
    found: list[e.Event] = []
    for change in pending(made):
        intent = e.ChangeIntended(
            at=when, key=change.key, action=change.action, kind=change.kind, name=change.name, token="t"
        )
        done = e.ChangeDone(
            at=when, key=change.key, action=change.action, kind=change.kind, id=a.MADE[change.key]
        )
        found += [intent, done]
    return found


def seen(before: Sequence[e.Event], when: datetime, observation: a.Observation) -> list[e.Event]:
    """What a look showed, as the journal keeps it."""
    facts = news(tell(before), observation)
    return [e.Observed(at=when, facts=facts)] if facts else []


SETUP = carried_out(BOTH, (), at(16, 9, 12), endpoint=False)
LOOK_0 = a.look(at(16, 9, 14))
STANDING = [*SETUP, *seen(SETUP, at(16, 9, 14), LOOK_0)]
SENT = [*STANDING, e.DataSent(at=at(16, 10, 4))]
FILED = [*SENT, e.TicketFiled(at=at(16, 15, 40), ticket="4711")]
NAMED = [*FILED, e.DetailsReceived(at=at(17, 11, 20), service_names=(a.MAGENTO_NAME,))]
LOOK_3 = a.look(at(17, 11, 21), visible=True)
ALLOWED = [*NAMED, *seen(NAMED, at(17, 11, 21), LOOK_3)]
REQUESTED = [*ALLOWED, *carried_out(BOTH, ALLOWED, at(17, 11, 30), endpoint=True)]
LOOK_4 = a.look(at(17, 11, 31), visible=True, endpoints=(a.endpoint("pending-acceptance"),))
PENDING = [*REQUESTED, *seen(REQUESTED, at(17, 11, 31), LOOK_4)]
LOOK_5 = a.look(at(18, 9, 2), visible=True, endpoints=(a.endpoint(),))
APPROVED = [*PENDING, *seen(PENDING, at(18, 9, 2), LOOK_5)]
LOOK_7A = replace(LOOK_5, at=at(18, 13, 40), connections=(a.asked(),))
ASKED = [*APPROVED, *seen(APPROVED, at(18, 13, 40), LOOK_7A)]
STRANGER = a.asked(owner="999988887777", id="vpce-0bad0bad0bad0bad0")
LOOK_STRANGER = replace(LOOK_7A, connections=(STRANGER, a.asked()))
LOOK_7B = replace(LOOK_5, at=at(18, 13, 50), connections=(a.asked("available"),))
ACCEPT = e.ConnectionDecided(
    at=at(18, 13, 48), service_id=a.OWN_SERVICE, endpoint_id=a.INCOMING, owner=a.OFFER.aws_account,
    decision="accept",
)  # fmt: skip
ACCEPTED = [*ASKED, ACCEPT, *seen([*ASKED, ACCEPT], at(18, 13, 50), LOOK_7B)]


def proof(direction: str, ok: bool = True) -> e.Probed:
    """A probe's outcome for every service of a direction."""
    place = "this machine, 10.20.2.77" if direction == "to-magento" else "pasted output"
    host = a.ENDPOINT_HOST if direction == "to-magento" else a.INCOMING_HOST
    services = (WEB,) if direction == "to-magento" else (DATABASE, ORDERS)
    good = "resolves to 10.20.2.41, 10.20.3.87; connected in 4 ms"
    bad = "resolves to 10.20.2.41, 10.20.3.87; no answer within 5 seconds"
    return e.Probed(
        at=at(18, 13, 58),
        direction=direction,  # type: ignore[arg-type]  # a row of a table
        place=place,
        ok=ok,
        services=tuple(
            e.ProbedService(
                service=one.name or "", host=host, port=one.port or 0, ok=ok, detail=good if ok else bad
            )
            for one in services
        ),
    )


PROVED_OUT = [*ACCEPTED, proof("to-magento")]
PROVED = [*PROVED_OUT, proof("from-magento")]
REJECTED_LOOK = a.look(
    at(18, 9, 2), visible=True, endpoints=(a.endpoint("rejected", "The owner rejected the request"),)
)
REJECTED = [*PENDING, *seen(PENDING, at(18, 9, 2), REJECTED_LOOK)]

ONE_NAMED: list[e.Event] = [
    e.DataSent(at=at(16, 10, 4)),
    e.TicketFiled(at=at(16, 15, 40), ticket="4711"),
    e.DetailsReceived(at=at(17, 11, 20), service_names=(a.MAGENTO_NAME,)),
]
ONE_REQUESTED = [*ONE_NAMED, *carried_out(ONE_WAY, ONE_NAMED, at(17, 11, 30), endpoint=True)]
ONE_LOOK = a.look(
    at(17, 11, 31), visible=True, endpoints=(a.endpoint("pending-acceptance"),), bidirectional=False
)
ONE_PENDING = [*ONE_REQUESTED, *seen(ONE_REQUESTED, at(17, 11, 31), ONE_LOOK)]

LOG = tuple(
    LogLine(moment, text)
    for moment, text in (
        (at(17, 11, 20), f"signed in to account {a.ACCOUNT} by profile shop-prod"),
        (at(17, 11, 21), f"vendor-service {a.MAGENTO_NAME}: visible"),
        (at(17, 11, 30), "security-group/1: done"),
        (at(17, 11, 30), "ingress/1: done"),
        (at(17, 11, 31), "endpoint/1: done"),
        (at(17, 11, 31), f"endpoint {a.ENDPOINT}: pending-acceptance"),
    )
)
LOOKS = {"looked_at": NOW - timedelta(seconds=12), "next_look": NOW + timedelta(seconds=48), "log": LOG}

REPLY = f"""Hello Dana,

access is enabled for account {a.ACCOUNT}.
Magento VPC connection details: {a.MAGENTO_NAME}

Regards, Magento Support"""
WRONG_REPLY = REPLY.replace(a.REGION, "eu-west-1")


# -- models ----------------------------------------------------------------------------------------------


def both(events: Sequence[e.Event], **fields: object) -> Model:
    """A model of the bidirectional enablement after these events."""
    return told(BOTH, events, fields.pop("now", NOW), **fields)  # type: ignore[arg-type]  # tests are not typed


def failing(model: Model, job: str, code: str, message: str, remedy: str) -> Model:
    """The model after a job failed."""
    return replace(model, failures={job: Failure(code, message, remedy)})  # type: ignore[dict-item]


def part(**changes: object) -> Draft:
    """The bidirectional draft with some answers other than that."""
    return BOTH.model_copy(update=changes)


BARE = both((), identity=a.IDENTITY)
STOOD = both(STANDING, inventory=a.STANDS, observation=LOOK_0)
MEDDLED = replace(
    a.STANDS,
    listeners=a.STANDS.listeners[1:],
    endpoint_services=tuple(replace(one, acceptance_required=False) for one in a.STANDS.endpoint_services),
)
"""Somebody removed a listener and turned acceptance off."""
OPENED = replace(
    a.STANDS,
    endpoint_services=tuple(
        replace(one, principals=(*(one.principals or ()), "*")) for one in a.STANDS.endpoint_services
    ),
)
"""Somebody let everybody in."""
VISIBLE = both(ALLOWED, inventory=a.STANDS, vendor=(a.MAGENTO,), observation=LOOK_3, **LOOKS)
WAITING = both(PENDING, inventory=a.all_stands(), vendor=(a.MAGENTO,), observation=LOOK_4, **LOOKS)
WRONG_SERVICES = (
    WEB,
    DraftService(name="Shell", protocol="SSH", port=22, direction="to-magento"),
    DraftService(name="Database", protocol="TCP", port=3306, direction="from-magento"),
    DraftService(),
)
PLAN_PROBLEM = Problem(
    "inventory-gap",
    "cloud.account",
    "error",
    "load balancers could not be read (access-denied): the role may not list them.",
    "Whoever grants permissions in the account provides a role with the permission "
    "elasticloadbalancing:DescribeLoadBalancers; without it the plan could make a second one of what exists.",
)


def executing(model: Model, states: Mapping[str, str], text: str = "", remedy: str = "") -> Model:
    """The model's plan half carried out: where each change is, and what is said of one that failed."""
    assert model.plan is not None
    rows = {one.key: Execution("waiting") for one in model.plan.changes}
    rows |= {key: Execution(state) for key, state in states.items()}
    rows |= {key: Execution(one.state, text, remedy) for key, one in rows.items() if one.state == "failed"}
    return replace(model, executing=rows)


_HALF = {
    "load-balancer": "done",
    "target-group/3306": "done",
    "target-group/443": "done",
    "targets/3306": "running",
    "cross-zone": "running",
}
RUNNING = replace(executing(BARE, _HALF), jobs=frozenset({"apply"}))
BROKEN = executing(
    BARE,
    {**_HALF, "cross-zone": "done", "targets/3306": "failed"},
    "the role ShopAdmin may not call elasticloadbalancing:RegisterTargets",
    "Ask whoever grants permissions in account 111122223333 for elasticloadbalancing:RegisterTargets.",
)
OUTSIDE = ProbeReport(
    "this machine, 192.168.1.23",
    False,
    (
        ProbeResult(
            ProbeTarget("Webserver", a.ENDPOINT_HOST, 80),
            False,
            ("10.20.2.41",),
            (Hop("resolve", True, "resolves to 10.20.2.41"), Hop("connect", False, "no answer in 5 seconds")),
        ),
    ),
)
PROVABLE = both(APPROVED, inventory=a.all_stands("available"), observation=LOOK_5, **LOOKS)


@dataclass(frozen=True, slots=True)
class State:
    """A page on a model, after some keys, then one of the page's actions."""

    page: str
    model: Model
    press: tuple[str, ...] = ()
    act: str = ""


def _verify(events: Sequence[e.Event], **fields: object) -> Model:
    return both(events, inventory=a.all_stands("available"), observation=LOOK_7B, **LOOKS, **fields)


def _removing(*, force: bool) -> Model:
    """The model of what is verified, with the plan to remove it."""
    model = _verify(PROVED)
    inventory = a.all_stands("available")
    return replace(model, removal=plan_undo(inventory, a.ID, model.story, force=force))


def _diagnosed(*, rejected: bool = False, listeners: bool = True) -> Model:
    """The model of what is verified, with a diagnosis of it as it is, or broken."""
    inventory = a.all_stands("available")
    inventory = replace(inventory, connections=(a.asked("available"),))
    if not listeners:
        inventory = replace(inventory, listeners=())
    if rejected:
        inventory = replace(inventory, endpoints=(a.endpoint("rejected", "rejected by the service's owner"),))
    case = Case(
        inventory,
        a.OFFER,
        {"to-magento": (80,), "from-magento": (3306, 443)},
        service_names=(a.MAGENTO_NAME,),
        visible={a.MAGENTO_NAME: a.MAGENTO},
        endpoints=inventory.endpoints,
        service=inventory.endpoint_services[0],
        vendors=frozenset({a.OFFER.aws_account}),
    )
    could = runs(case, targets_of(case))
    return replace(_verify(PROVED), diagnosing=True, diagnosis=diagnose(case), runs=could)


def _audited(*principals: str, **fields: object) -> Model:
    """The model of what is verified, with an audit of it where these may connect."""
    inventory = a.all_stands("available")
    (service,) = inventory.endpoint_services
    opened = replace(service, principals=(*service.principals, *principals))
    found = audit_all((replace(inventory, endpoint_services=(opened,)),), a.OFFER)
    return replace(_verify(PROVED), audit=found, **fields)


STATES: dict[str, State] = {
    # sign-in
    "account-fresh": State("account", answered(FRESH, NOW)),
    "account-signing-in": State("account", answered(part(services=()), NOW, jobs=frozenset({"connect"}))),
    "account-signed-in": State("account", answered(BOTH, NOW, identity=a.IDENTITY)),
    "account-wrong": State(
        "account",
        answered(
            part(cloud=CLOUD.model_copy(update={"account": "1234-5678-9012", "region": "us-west2"})),
            NOW,
            identity=a.IDENTITY,
        ),
    ),
    "account-failure": State(
        "account",
        failing(
            answered(BOTH, NOW),
            "connect",
            "credentials-expired",
            "the session of profile shop-prod has expired",
            "Sign in again: aws sso login --profile shop-prod",
        ),
    ),
    "account-failure-told": State(
        "account",
        replace(
            answered(BOTH, NOW),
            failures={
                "connect": Failure(
                    "access-denied",
                    "the credentials may not call sts:GetCallerIdentity",
                    "Ask whoever grants permissions in the account for sts:GetCallerIdentity.",
                    "An error occurred (AccessDenied) when calling the GetCallerIdentity operation: User: "
                    "arn:aws:sts::111122223333:assumed-role/ShopAdmin/dana is not authorized",
                )
            },
        ),
        ("tab", "tab", "tab", "tab", "enter"),
    ),
    # project
    "project-fresh": State("project", answered(FRESH, NOW)),
    "project-filled": State("project", answered(BOTH, NOW)),
    "project-errors": State(
        "project",
        answered(
            part(
                project=DraftProject(id="Shop-42!", plan="starter", environment="integration", region="EU-5")
            ),
            NOW,
        ),
    ),
    # type
    "type-none": State("type", answered(FRESH, NOW)),
    "type-unidirectional": State("type", answered(ONE_WAY, NOW, identity=a.IDENTITY)),
    "type-bidirectional": State("type", answered(BOTH, NOW, identity=a.IDENTITY)),
    # network
    "network-signed-out": State(
        "network", answered(part(cloud=CLOUD.model_copy(update={"network": None})), NOW)
    ),
    "network-list": State(
        "network",
        answered(
            part(cloud=CLOUD.model_copy(update={"network": None})),
            NOW,
            identity=a.IDENTITY,
            networks=a.NETWORKS,
        ),
    ),
    "network-chosen": State("network", BARE),
    "network-subnets": State(
        "network",
        told(part(cloud=CLOUD.model_copy(update={"subnets": (a.SUBNETS[0].id, a.SUBNETS[1].id)})), (), NOW),
    ),
    "network-reading": State(
        "network",
        replace(
            BARE,
            inventory=None,
            jobs=frozenset({"collect"}),
            progress=Progress(7, 12, "security groups", 31),
        ),
    ),
    "network-failure": State(
        "network",
        failing(
            replace(BARE, inventory=None),
            "collect",
            "access-denied",
            "the role ShopAdmin may not call ec2:DescribeSubnets",
            "Ask whoever grants permissions in account 111122223333 for ec2:DescribeSubnets.",
        ),
    ),
    # services
    "services-empty": State("services", answered(part(services=()), NOW)),
    "services-list": State("services", BARE),
    "services-problems": State("services", answered(part(services=WRONG_SERVICES), NOW)),
    "service-dialog-new": State("services", answered(part(services=()), NOW), ("f4",)),
    "service-dialog-error": State(
        "services",
        answered(part(services=()), NOW),
        ("f4", "tab", "tab", "tab", "tab", "8", "0", "x", "enter"),
    ),
    # prerequisites
    "prerequisites-mixed": State(
        "prerequisites",
        answered(
            part(
                project=PROJECT.model_copy(update={"id": "abc123456"}),
                services=WRONG_SERVICES,
                cloud=CLOUD.model_copy(update={"network": "vpc-0ffffffffffffffff"}),
            ),
            NOW,
            identity=replace(a.IDENTITY, account="444455556666"),
            inventory=a.BARE,
        ),
    ),
    "prerequisites-met": State("prerequisites", STOOD),
    # the bidirectional set-up
    "setup-planning": State(
        "setup",
        replace(BARE, plan=None, jobs=frozenset({"plan"}), progress=Progress(4, 11, "target groups", 12)),
    ),
    "setup-plan": State("setup", BARE),
    "setup-problems": State("setup", replace(BARE, plan=replace(BARE.plan, problems=(PLAN_PROBLEM,)))),  # type: ignore[type-var]
    "setup-confirm": State("setup", BARE, ("f4",)),
    "setup-running": State("setup", RUNNING),
    "setup-failed": State("setup", BROKEN),
    "setup-stands": State("setup", STOOD),
    "setup-drift": State("setup", both(STANDING, inventory=MEDDLED, observation=LOOK_0), ("j",)),
    "setup-drift-blocks": State("setup", both(STANDING, inventory=OPENED, observation=LOOK_0)),
    "setup-by-hand": State("setup", BARE, act="do_self"),
    "setup-script": State("setup", BARE, act="do_code"),
    # ticket
    "ticket-missing": State("ticket", both((), inventory=a.BARE)),
    "ticket-problems": State("ticket", told(part(services=WRONG_SERVICES), (), NOW)),
    "ticket-complete": State("ticket", STOOD),
    "ticket-sent": State("ticket", both(SENT, inventory=a.STANDS, observation=LOOK_0)),
    "ticket-filed": State("ticket", both(FILED, inventory=a.STANDS, observation=LOOK_0)),
    "ticket-rehearsal": State("ticket", replace(STOOD, rehearsal=True)),
    # reply
    "details-empty": State("details", both(FILED, inventory=a.STANDS, observation=LOOK_0)),
    "details-pasted": State(
        "details",
        both(FILED, inventory=a.STANDS, observation=LOOK_0, inbox=(Message(REPLY),), rehearsal=True),
    ),
    "details-wrong-region": State(
        "details",
        both(
            FILED,
            inventory=a.STANDS,
            observation=LOOK_0,
            inbox=(Message(WRONG_REPLY),),
            reply=read_reply(WRONG_REPLY, "aws", a.REGION, a.OWN_NAME),
        ),
    ),
    "details-found": State("details", VISIBLE),
    # the connection request
    "request-waits": State("request", both(FILED, inventory=a.STANDS, observation=LOOK_0)),
    "request-plan": State("request", VISIBLE),
    "request-sent": State("request", WAITING),
    # live progress
    "progress-your-turn": State("progress", VISIBLE),
    "progress-waiting": State("progress", WAITING),
    "progress-overdue": State(
        "progress",
        both(
            PENDING,
            inventory=a.all_stands(),
            observation=LOOK_4,
            now=at(25, 9, 30),
            log=LOG,
            looked_at=at(25, 9, 29),
            next_look=at(25, 9, 34),
        ),
    ),
    "progress-problem": State(
        "progress",
        both(REJECTED, inventory=a.all_stands("rejected"), observation=REJECTED_LOOK, **LOOKS),
    ),
    "progress-drift": State(
        "progress",
        both(
            PENDING,
            inventory=a.all_stands(),
            observation=replace(
                LOOK_4, endpoint_services=OPENED.endpoint_services, load_balancers=(), endpoints=()
            ),
            **LOOKS,
        ),
    ),
    "progress-unreachable": State(
        "progress",
        failing(
            WAITING,
            "look",
            "unreachable",
            "ec2.us-west-2.amazonaws.com cannot be reached",
            "Check this machine's network; looking goes on by itself.",
        ),
    ),
    "progress-rehearsal": State("progress", replace(WAITING, rehearsal=True)),
    "progress-one-way": State(
        "progress",
        told(ONE_WAY, ONE_PENDING, NOW, inventory=a.BARE, observation=ONE_LOOK, **LOOKS),
    ),
    "progress-verified": State("progress", _verify(PROVED)),
    # accept
    "accept-none": State("accept", PROVABLE),
    "accept-pending": State(
        "accept", both(ASKED, inventory=a.all_stands("available"), observation=LOOK_7A, **LOOKS)
    ),
    "accept-stranger": State(
        "accept", both(ASKED, inventory=a.all_stands("available"), observation=LOOK_STRANGER, **LOOKS)
    ),
    "accept-reject": State(
        "accept",
        both(ASKED, inventory=a.all_stands("available"), observation=LOOK_STRANGER, **LOOKS),
        ("j",),
        act="do_reject",
    ),
    "accept-number": State(
        "accept",
        both(ASKED, inventory=a.all_stands("available"), observation=LOOK_STRANGER, **LOOKS),
        ("j",),
        act="do_stranger",
    ),
    "accept-accepted": State("accept", _verify(ACCEPTED)),
    # verify
    "verify-too-early": State("verify", STOOD),
    "verify-nothing": State("verify", _verify(ACCEPTED)),
    "verify-one": State("verify", _verify(PROVED_OUT)),
    "verify-failed": State("verify", _verify([*ACCEPTED, proof("to-magento", False)])),
    "verify-outside": State("verify", _verify(ACCEPTED, report=OUTSIDE)),
    "verify-all": State("verify", _verify(PROVED)),
    # done
    "done-not-yet": State("done", WAITING),
    "done-verified": State("done", _verify(PROVED)),
    # doctor
    "doctor-looking": State(
        "doctor",
        replace(
            _verify(PROVED),
            diagnosing=True,
            jobs=frozenset({"diagnose"}),
            progress=Progress(7, 20, "target health", 3),
        ),
    ),
    "doctor-faults": State("doctor", _diagnosed(rejected=True, listeners=False)),
    "doctor-hop": State("doctor", _diagnosed(rejected=True, listeners=False), press=("end",)),
    "doctor-right": State("doctor", _diagnosed()),
    "doctor-run": State("doctor", _diagnosed(), act="do_run"),
    "findings-looking": State(
        "findings",
        replace(_verify(PROVED), jobs=frozenset({"audit"}), progress=Progress(4, 9, "listeners", 12)),
    ),
    "findings-grave": State("findings", _audited("*")),
    "findings-slight": State("findings", _audited()),
    "doctor-failure": State(
        "doctor",
        failing(
            replace(_verify(PROVED), diagnosing=True),
            "diagnose",
            "credentials-expired",
            "the session of profile shop-prod has expired",
            "Sign in again: aws sso login --profile shop-prod",
        ),
    ),
    # undo
    "undo-live": State("undo", _removing(force=False)),
    "undo-cut": State("undo", _removing(force=False), act="do_cut"),
    "undo-plan": State("undo", _removing(force=True)),
    "undo-confirm": State("undo", _removing(force=True), act="do_tool"),
    "undo-nothing-left": State("undo", replace(_verify(PROVED), removal=Plan())),
}

# -- home ------------------------------------------------------------------------------------------------


def _row(id: str, model: Model, **changes: object) -> Summary:
    """An enablement as home lists it."""
    line, draft = model.timeline, model.draft
    assert line is not None
    row = Summary(
        id, draft.project.id or "", draft.project.environment or "", draft.connection.type or "", "aws",
        a.ACCOUNT, a.REGION, line.state, line.turn, line.next, line.due, line.overdue, bool(line.drift),
    )  # fmt: skip
    return replace(row, **changes)  # type: ignore[arg-type]


LISTS: dict[str, tuple[Summary, ...] | str | None] = {
    "loading": None,
    "empty": (),
    "settings": "/home/dana/.local/share/privatelink/config.toml: offer.business_days: Input should be a "
    "valid integer: Correct the file, or move it away to use the defaults.",
    "several": (
        _row("pl-7k3m9q", WAITING),
        _row("pl-0f2hxw", STATES["progress-overdue"].model, project="hijklmn654321", environment="staging"),
        _row("pl-9ajvq0", STATES["progress-problem"].model, project="opqrstu111222"),
        _row("pl-2b8c4d", STATES["progress-one-way"].model, environment="staging"),
        _row("pl-5x1y7z", STATES["progress-verified"].model, project="vwxyzab333444"),
        _row("pl-3n6p8r", told(FRESH, (), NOW)),
        Summary(
            "pl-badbad",
            damaged="the journal's entry 17 does not follow from the one before it",
            remedy="A copy was kept aside as pl-badbad.damaged; bring the file back from a backup.",
        ),
    ),
}

"""Every widget in its states, as pictures: 80×24 and 120×36, dark and light, and once in the other ways."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from core.request.model import Problem
from core.setup.change import Change
from core.workflow.timeline import Step, Timeline
from tui.ascii import AsciiFilter
from tui.themes import DARK, HIGH_CONTRAST, LIGHT, register
from tui.widgets.connection_picture import ConnectionPicture, Incoming, Node, Outgoing, Picture
from tui.widgets.copyable import Copyable
from tui.widgets.dialog import ConfirmDialog, ErrorDialog
from tui.widgets.event_log import Entry, EventLog
from tui.widgets.field import Field, Option
from tui.widgets.marks import mark
from tui.widgets.plan_table import PlanRow, PlanTable
from tui.widgets.problems import Problems
from tui.widgets.state import ACTIONS, RESOURCES, RUNS, SEVERITIES, STEPS, TIMELINE
from tui.widgets.step_rail import Page, StepRail
from tui.widgets.timeline import Moment, TimelineView
from tui.widgets.top_bar import Place, TopBar

ZONE = timezone(timedelta(hours=-8))
NOW = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour + 8, minute, tzinfo=UTC)


PLACE = Place("privatelink", "AWS", "111122223333", "us-west-2", "abcdefg123456", "production")
SANDBOX = Place(
    "privatelink", "AWS", "111122223333", "us-west-2", "abcdefg123456", "production", rehearsal=True
)

PAGES = (
    Page("account", "Sign-in and account", "done"),
    Page("project", "Project, environment", "done"),
    Page("type", "Connection type", "done"),
    Page("network", "Network", "done"),
    Page("services", "Services and ports", "problem"),
    Page("prerequisites", "Prerequisites", "active"),
    Page("setup", "Bidirectional set-up", "todo"),
    Page("ticket", "Review and ticket", "todo"),
    Page("details", "Magento's details", "todo"),
    Page("request", "Connection request", "todo"),
    Page("progress", "Live progress", "waiting"),
    Page("accept", "Accept connection", "not-needed", open=False),
    Page("verify", "Verify", "todo"),
)
STEPS_SO_FAR = (
    Step(
        "0",
        "customer",
        "Set up the load balancer and endpoint service",
        "done",
        at(23, 9, 12),
        "vpce-svc-0a1b2c3d",
    ),
    Step("1", "customer", "Send the enablement data to the CTA", "done", at(23, 10, 4), "recorded here"),
    Step("2", "cta", "Verify the data and file the Support ticket", "done", at(23, 15, 40), "ticket 4711"),
    Step(
        "3",
        "magento",
        "Allow your account and post the connection details",
        "done",
        at(24, 8, 15),
        "service is visible",
    ),
    Step(
        "4",
        "customer",
        "Create the interface endpoint: the connection request",
        "done",
        at(24, 9, 2),
        "vpce-0123456789abcdef0",
    ),
    Step(
        "5",
        "magento",
        "Approve the connection request",
        "waiting",
        at(24, 9, 2),
        "endpoint is pending acceptance",
    ),
    Step("6", "customer", "Verify the connection from your VPC to Magento", "todo", None, ""),
    Step("7a", "magento", "Request a connection to your endpoint service", "todo", None, ""),
    Step("7b", "customer", "Approve that request", "todo", None, ""),
    Step("7c", "customer", "Verify both ways", "todo", None, ""),
)
WAITING = Timeline(
    "connecting",
    "magento",
    "Magento's infrastructure team approves the connection request. Nothing to do for you until then.",
    at(30, 15, 40),
    False,
    "",
    STEPS_SO_FAR,
    (),
)
OVERDUE = Timeline(
    "connecting",
    "magento",
    "Magento's infrastructure team approves the connection request.",
    at(25, 15, 40),
    True,
    "Please approve endpoint vpce-0123456789abcdef0 of account 111122223333; ticket 4711 is overdue.",
    STEPS_SO_FAR,
    (),
)

ENDPOINT = Node("interface endpoint", "vpce-0123456789abcdef0", "pending-acceptance")
LIVE = Picture(
    "Your VPC · vpc-0a1b2c3d4e5f67890",
    "Magento",
    Outgoing(
        Node("clients"),
        Node("interface endpoint", "vpce-0123456789abcdef0", "available"),
        "available",
        Node("endpoint service", "vpce-svc-0fedcba987654321", "visible"),
    ),
    Incoming(
        Node("interface endpoint", "vpce-0aaaabbbbccccdddd"),
        "pending-acceptance",
        Node("endpoint service", "vpce-svc-0123456789abcdef", "available"),
        Node("NLB", "net/privatelink-acme/0123456789", "provisioning"),
        Node("targets", "", "unhealthy", "1 of 2 healthy"),
    ),
)
ONE_WAY = Picture(
    "Your VPC · vpc-0a1b2c3d4e5f67890",
    "Magento",
    Outgoing(Node("clients"), ENDPOINT, "rejected", Node("endpoint service", "", "not-visible")),
)

PROBLEMS = (
    Problem(
        "port-22",
        "services.0.port",
        "error",
        "Port 22 is never opened: SSH does not go over PrivateLink.",
        "Customer: choose another port, for example 2222 for SFTP.",
    ),
    Problem(
        "project-id-length",
        "project.id",
        "warning",
        "The project id has 9 characters; 13 are usual.",
        "Customer: compare it with the id in the project's URL.",
    ),
)
CHANGES = (
    Change(
        "load-balancer",
        "create",
        "load-balancer",
        "privatelink-acme-nlb",
        command="aws elbv2 …",
        reason="none",
    ),
    Change("target-group/3306", "create", "target-group", "privatelink-acme-3306", needs=()),
    Change("listener/3306", "create", "listener", "TCP 3306"),
    Change("service", "adopt", "endpoint-service", "acme-service", id="vpce-svc-0123456789abcdef"),
    Change("principal", "change", "principal", "arn:aws:iam::402592597372:root"),
    Change("group", "leave", "security-group", "privatelink-acme-endpoint", id="sg-0123456789abcdef0"),
    Change("old", "delete", "endpoint", "privatelink-acme-old", id="vpce-0123456789abcdef0"),
)
RUN_STATES = ("done", "running", "waiting", "done", "failed", "planned", "planned")

Build = Callable[[], Sequence[Widget]]


def states() -> Sequence[Widget]:
    tables = (STEPS, TIMELINE, RESOURCES, SEVERITIES, ACTIONS, RUNS)
    columns = [
        Static(Content("\n").join([mark(one) for one in table.values()]), classes="table") for table in tables
    ]
    return (Horizontal(*columns),)


def top_bars() -> Sequence[Widget]:
    return (
        TopBar(PLACE),
        TopBar(SANDBOX),
        TopBar(Place(rehearsal=True)),
        TopBar(
            Place(
                "privatelink", "Azure", "0b1f6471-1bf0-4dda-aec3-cb9272f09590", "westeurope", "abc", "staging"
            )
        ),
    )


def rail() -> Sequence[Widget]:
    return (Horizontal(StepRail(PAGES, "prerequisites"), StepRail((), "", STEPS_SO_FAR, "steps")),)


def picture(shown: Picture) -> Build:
    return lambda: (ConnectionPicture(shown),)


def picture_beside_rail() -> Sequence[Widget]:
    return (Horizontal(StepRail(PAGES, "progress"), ConnectionPicture(LIVE)),)


def timeline(shown: Timeline) -> Build:
    return lambda: (TimelineView(Moment(shown, NOW, ZONE)),)


def timeline_beside_rail() -> Sequence[Widget]:
    return (Horizontal(StepRail(PAGES, "progress"), TimelineView(Moment(WAITING, NOW, ZONE))),)


def problems() -> Sequence[Widget]:
    return (Problems(PROBLEMS),)


def plan() -> Sequence[Widget]:
    return (PlanTable([PlanRow(one, run) for one, run in zip(CHANGES, RUN_STATES, strict=True)]),)


def log() -> Sequence[Widget]:
    shown = EventLog(ZONE)
    shown.append(
        *(Entry(at(24, 9, minute), f"looked at {minute} resources; nothing new") for minute in range(30)),
        Entry(at(24, 9, 31), "endpoint vpce-0123456789abcdef0 is available", "ok"),
        Entry(
            at(24, 9, 32),
            "throttled; the next look is in 40 seconds. " + "The cloud answered RequestLimit. " * 3,
            "warning",
        ),
    )
    return (shown,)


def fields() -> Sequence[Widget]:
    wrong = Field("cloud.account", "Cloud account number", "1111-2222", hint="12 digits.")
    wrong.show_error("An AWS account number has 12 digits.")
    plans = (Option("pro", "Pro"), Option("starter", "Starter (no PrivateLink)"))
    return (
        Field(
            "cloud.region",
            "Cloud region",
            "us-west-2",
            hint="The region of the VPC. It must be Magento's too.",
        ),
        wrong,
        Field("project.plan", "Plan", "pro", options=plans, hint="On the invoice, and in Account Settings."),
        Field(
            "project.id",
            "Magento Cloud project ID",
            placeholder="abcdefg123456",
            hint="In the project's URL.",
        ),
    )


def copyables() -> Sequence[Widget]:
    command = "aws ec2 create-vpc-endpoint --service-name com.amazonaws.vpce.us-west-2.vpce-svc-0abc"
    return (
        Copyable(command, title="Command", description="the command"),
        Copyable("\n".join(f"line {n} of the ticket" for n in range(12)), title="Ticket"),
    )


GALLERY: dict[str, Build] = {
    "states": states,
    "top-bar": top_bars,
    "rail": rail,
    "picture": picture(LIVE),
    "picture-one-way": picture(ONE_WAY),
    "picture-no-states": picture(Picture(incoming=Incoming())),
    "picture-beside-rail": picture_beside_rail,
    "timeline": timeline(WAITING),
    "timeline-overdue": timeline(OVERDUE),
    "timeline-beside-rail": timeline_beside_rail,
    "problems": problems,
    "plan": plan,
    "log": log,
    "fields": fields,
    "copyables": copyables,
}
DIALOGS: dict[str, Callable[[], Screen[bool] | Screen[None]]] = {
    "confirm": lambda: ConfirmDialog(
        "Create 6 resources in account 111122223333?", "create load balancer\n" * 6
    ),
    "danger": lambda: ConfirmDialog(
        "Remove everything that this enablement made?",
        "\n".join(f"endpoint vpce-{n}" for n in range(30)),
        True,
        "acme-1",
    ),
    "error": lambda: ErrorDialog(
        "expired-token",
        "The session of profile prod has expired.",
        "Run: aws sso login --profile prod",
        "You, or whoever signs in for this account.",
        "ExpiredTokenException: The security token included in the request is expired",
    ),
}


class Gallery(App[None]):
    """Some widgets beneath each other on a plain screen."""

    CSS = "Screen { background: $background; } .table { width: auto; margin-right: 2; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        build: Build,
        theme: str = DARK,
        *,
        ascii: bool = False,
        dialog: Screen[bool] | Screen[None] | None = None,
    ) -> None:
        super().__init__()
        self.build, self.dialog = build, dialog
        self.animation_level = "none"
        register(self, theme)
        self.ascii = ascii

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), *([AsciiFilter("ascii")] if self.ascii else ())]

    def compose(self) -> ComposeResult:
        yield Vertical(*self.build())

    def on_mount(self) -> None:
        for one in self.query(Input):
            one.cursor_blink = False
        if self.dialog is not None:
            self.push_screen(self.dialog)


Snap = Callable[..., bool]
SMALL, LARGE = (80, 24), (120, 36)


@pytest.mark.parametrize("name", GALLERY)
def test_small_and_dark(snap_compare: Snap, name: str) -> None:
    assert snap_compare(Gallery(GALLERY[name]), terminal_size=SMALL)


@pytest.mark.parametrize("name", GALLERY)
def test_large_and_light(snap_compare: Snap, name: str) -> None:
    assert snap_compare(Gallery(GALLERY[name], LIGHT), terminal_size=LARGE)


@pytest.mark.parametrize("name", DIALOGS)
@pytest.mark.parametrize(("size", "theme"), [(SMALL, DARK), (LARGE, LIGHT)], ids=["small", "large"])
def test_dialogs(snap_compare: Snap, name: str, size: tuple[int, int], theme: str) -> None:
    async def still(pilot: Pilot[None]) -> None:
        for one in pilot.app.screen.query(Input):
            one.cursor_blink = False
        await pilot.pause()

    app = Gallery(picture(LIVE), theme, dialog=DIALOGS[name]())
    assert snap_compare(app, terminal_size=size, run_before=still)


@pytest.mark.parametrize("name", ["states", "picture", "plan", "fields"])
def test_high_contrast(snap_compare: Snap, name: str) -> None:
    assert snap_compare(Gallery(GALLERY[name], HIGH_CONTRAST), terminal_size=SMALL)


@pytest.mark.parametrize("name", ["states", "picture", "rail", "fields", "copyables"])
def test_ascii(snap_compare: Snap, name: str) -> None:
    assert snap_compare(Gallery(GALLERY[name], ascii=True), terminal_size=SMALL)


@pytest.mark.parametrize("name", ["states", "picture", "plan"])
def test_no_color(snap_compare: Snap, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert snap_compare(Gallery(GALLERY[name]), terminal_size=SMALL)

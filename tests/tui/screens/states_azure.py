"""The pages that differ on Azure, each in the states that show it: as :mod:`tests.tui.screens.states`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.cloud import Message, SignInCode
from core.journal import events as e
from core.network.model import Inventory, Observation
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.setup.plan import pending
from tests.tui.screens import azure_account as z
from tests.tui.screens.states import LOOKS, NOW, SFTP, WEB, State, at, executing, failing, seen
from tests.tui.screens.teller import answered, enablement, planned, told
from tui.model import LogLine, Model

CLOUD = DraftCloud(
    platform="azure", account=z.SUBSCRIPTION, region=z.LOCATION, network=z.VNET, tenant="shop.example"
)
DATABASE = DraftService(
    name="Database", protocol="TCP", port=3306, direction="from-magento", targets=(z.DATABASE,)
)
ORDERS = DraftService(
    name="Orders", protocol="HTTPS", port=443, direction="from-magento", targets=(z.MACHINE,)
)
BOTH = Draft(
    project=DraftProject(
        id="abcdefg123456",
        plan="pro",
        environment="production",
        region="AZ-WESTEUROPE-1",
        cluster="abcdefg123456-production-1",
    ),
    cloud=CLOUD,
    connection=DraftConnection(type="bidirectional"),
    services=(WEB, DATABASE, ORDERS),
)
ONE_WAY = BOTH.model_copy(
    update={"connection": DraftConnection(type="unidirectional"), "services": (WEB, SFTP)}
)
UNCHOSEN = BOTH.model_copy(update={"cloud": CLOUD.model_copy(update={"account": None, "network": None})})
FRESH = Draft(cloud=DraftCloud(platform="azure", region=z.LOCATION))


def carried_out(before: Sequence[e.Event], day: int, inventory: Inventory) -> list[e.Event]:
    """The events of the plan's changes that can be made now, each intended and done."""
    when = at(day, 9, 12)
    saved = e.RequestSaved(at=when, request=BOTH)
    made = planned(BOTH, enablement((saved, *before), when, None), inventory, (z.VENDOR,))
    found: list[e.Event] = []
    for change in pending(made):
        id = z.KINDS.get(change.kind, change.name)
        found += [
            e.ChangeIntended(
                at=when, key=change.key, action=change.action, kind=change.kind, name=change.name, token="t"
            ),
            e.ChangeDone(at=when, key=change.key, action=change.action, kind=change.kind, id=id),
        ]
    return found


SETUP = carried_out((), 16, z.BARE)
LOOK_0 = z.look(at(16, 9, 14), seen_by=())
STANDING = [*SETUP, *seen(SETUP, at(16, 9, 14), LOOK_0)]
FILED = [*STANDING, e.DataSent(at=at(16, 10, 4)), e.TicketFiled(at=at(16, 15, 40), ticket="4711")]
REPLY = f"""Hello Dana,

PrivateLink access is enabled for your subscription {z.SUBSCRIPTION}.
Alias: {z.ALIAS_OF_MAGENTO}
Our subscription: {z.MAGENTO}

Regards, Magento Support"""
NAMED = [
    *FILED,
    e.DetailsReceived(at=at(17, 11, 20), service_names=(z.ALIAS_OF_MAGENTO,), subscriptions=(z.MAGENTO,)),
]
LOOK_3 = z.look(at(17, 11, 21), visible=True, seen_by=())
ALLOWED = [*NAMED, *seen(NAMED, at(17, 11, 21), LOOK_3)]
REQUESTED = [*ALLOWED, *carried_out(ALLOWED, 17, z.STANDS)]
LOOK_4 = z.look(at(17, 11, 31), visible=True, endpoints=(z.endpoint("pending-acceptance"),))
PENDING = [*REQUESTED, *seen(REQUESTED, at(17, 11, 31), LOOK_4)]
LOOK_5 = z.look(at(18, 9, 2), visible=True, endpoints=(z.endpoint(),))
APPROVED = [*PENDING, *seen(PENDING, at(18, 9, 2), LOOK_5)]
STRANGER = z.asked(owner="00000000-0000-4000-8000-00000000beef")
LOOK_7A = replace(LOOK_5, at=at(18, 13, 40), connections=(STRANGER, z.asked()))
ASKED = [*APPROVED, *seen(APPROVED, at(18, 13, 40), LOOK_7A)]
LOOK_7B = replace(LOOK_5, at=at(18, 13, 50), connections=(z.asked("available"),))
ACCEPT = e.ConnectionDecided(
    at=at(18, 13, 48), service_id=z.SERVICE, endpoint_id=z.INCOMING, owner=z.MAGENTO, decision="accept"
)
ACCEPTED = [*ASKED, ACCEPT, *seen([*ASKED, ACCEPT], at(18, 13, 50), LOOK_7B)]


def proof(direction: str) -> e.Probed:
    """A probe that went well for every service of a direction."""
    place = "this machine, 10.20.2.77" if direction == "to-magento" else "pasted output"
    host = "10.20.2.4" if direction == "to-magento" else "10.9.0.5"
    services = (WEB,) if direction == "to-magento" else (DATABASE, ORDERS)
    return e.Probed(
        at=at(18, 13, 58),
        direction=direction,  # type: ignore[arg-type]  # a row of a table
        place=place,
        ok=True,
        services=tuple(
            e.ProbedService(
                service=one.name or "", host=host, port=one.port or 0, ok=True, detail="connected in 4 ms"
            )
            for one in services
        ),
    )


PROVED = [*ACCEPTED, proof("to-magento"), proof("from-magento")]
LOG = tuple(
    LogLine(moment, text)
    for moment, text in (
        (at(17, 11, 20), f"signed in to subscription {z.SUBSCRIPTION} by device code"),
        (at(17, 11, 31), f"endpoint {z.ENDPOINT}: pending"),
    )
)
AZURE = {"identity": z.IDENTITY, "accounts": z.ACCOUNTS, "networks": z.NETWORKS, "regions": z.REGIONS}


def both(
    events: Sequence[e.Event],
    inventory: Inventory = z.BARE,
    observation: Observation | None = None,
    **fields: object,
) -> Model:
    """A model of the bidirectional enablement after these events."""
    vendor = (z.VENDOR,) if observation is not None and observation.vendor_services else ()
    shown = {**AZURE, **LOOKS, "log": LOG, **fields}
    return told(BOTH, events, NOW, inventory=inventory, observation=observation, vendor=vendor, **shown)


VISIBLE = both(ALLOWED, replace(z.STANDS, endpoint_services=(z.service(),)), LOOK_3)
WAITING = both(PENDING, replace(z.STANDS, endpoints=(z.endpoint("pending-acceptance"),)), LOOK_4)
LOOK_CUT = z.look(at(18, 9, 2), visible=True, endpoints=(z.endpoint("disconnected"),))
CUT = both(
    [*PENDING, *seen(PENDING, at(18, 9, 2), LOOK_CUT)],
    replace(z.STANDS, endpoints=(z.endpoint("disconnected"),)),
    LOOK_CUT,
)
ALL = replace(z.STANDS, endpoints=(z.endpoint(),))
UNREGISTERED = both((), replace(z.BARE, unregistered=("Microsoft.Network",)))
FULL = executing(
    both(()),
    {"load-balancer": "done", "endpoint-service": "failed"},
    "The subnet has no free address: Subnet shop-nat is full.",
    "Choose a subnet with free addresses.",
)
CODE = SignInCode("https://microsoft.com/devicelogin", "F7KQ2MXWD", at(18, 14, 20))
CONNECTING = frozenset({"connect"})
SIGNED_OUT = {**AZURE, "identity": None, "accounts": (), "networks": ()}

AZURE_STATES: dict[str, State] = {
    "account-fresh": State("account", answered(FRESH, NOW)),
    "account-signing-in": State("account", answered(FRESH, NOW, jobs=CONNECTING)),
    "account-code": State("account", answered(FRESH, NOW, jobs=CONNECTING, code=CODE)),
    "account-choose": State("account", answered(UNCHOSEN, NOW, identity=z.IDENTITY, accounts=z.ACCOUNTS)),
    "account-signed-in": State("account", answered(BOTH, NOW, **AZURE)),
    "account-failure": State(
        "account",
        failing(
            answered(FRESH, NOW),
            "connect",
            "no-credentials",
            "There is no sign-in to Azure. service principal: AZURE_TENANT_ID and AZURE_CLIENT_ID are not set; "
            "az session: Azure CLI not found on path.",
            "Sign in with a code or in the browser, or with `az login`.",
        ),
    ),
    "account-wrong": State(
        "account",
        answered(BOTH, NOW, **{**AZURE, "identity": replace(z.IDENTITY, account=z.ACCOUNTS[0].id)}),
    ),
    "project-filled": State("project", answered(BOTH, NOW, **AZURE)),
    "type-bidirectional": State("type", answered(BOTH, NOW, **AZURE)),
    "network-chosen": State("network", both(())),
    "services-list": State("services", both(())),
    "service-dialog": State("services", both(()), ("j", "j", "enter")),
    "prerequisites": State("prerequisites", both(())),
    "setup-plan": State("setup", both(())),
    "setup-unregistered": State("setup", UNREGISTERED),
    "setup-failed": State("setup", FULL),
    "setup-confirm": State("setup", both(()), ("f4",)),
    "setup-by-hand": State("setup", both(()), act="do_self"),
    "details-found": State("details", replace(VISIBLE, inbox=(Message(REPLY),))),
    "request-plan": State("request", VISIBLE),
    "request-sent": State("request", WAITING),
    "request-disconnected": State("request", CUT),
    "progress-waiting": State("progress", WAITING),
    "progress-disconnected": State("progress", CUT),
    "accept-pending": State("accept", both(ASKED, ALL, LOOK_7A)),
    "accept-accepted": State("accept", both(ACCEPTED, ALL, LOOK_7B)),
    "verify-all": State("verify", both(PROVED, ALL, LOOK_7B)),
    "done-verified": State("done", both(PROVED, ALL, LOOK_7B)),
}

"""Moves on Azure: what is journaled of a reply, whose connections are Magento's, what goes into the ticket."""

from __future__ import annotations

from datetime import UTC, datetime

from core.handoff.proof import UNNAMED
from core.handoff.ticket import Missing, Ticket
from core.journal import events as e
from core.network.model import Connection, Endpoint, EndpointService, Observation
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.request.offer import Offer
from core.workflow import connections, exchange, proving
from core.workflow.enablement import Enablement

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SUB = "11111111-2222-3333-4444-555555555555"
MAGENTO = "99999999-8888-7777-6666-555555555555"
NET = f"/subscriptions/{SUB}/resourceGroups/rg/providers/Microsoft.Network"
PLS = f"{NET}/privateLinkServices/shop-pls"
ALIAS = f"shop-pls.{MAGENTO}.eastus2.azure.privatelinkservice"
VENDOR = f"magento.{MAGENTO}.eastus2.azure.privatelinkservice"
SERVICE = EndpointService(PLS, "shop-pls", ALIAS, "available", True, (), (), ())


class Paper:
    """A journal in memory."""

    id, writable = "shop-1", True

    def __init__(self) -> None:
        self.written: list[e.Event] = []

    def events(self) -> tuple[e.Event, ...]:
        return tuple(self.written)

    def append(self, event: e.Event) -> None:
        self.written.append(event)


def enablement(service_name: str | None = None, *services: EndpointService) -> Enablement:
    draft = Draft(
        project=DraftProject(id="abcdefg123456", plan="pro", environment="production"),
        cloud=DraftCloud(
            platform="azure", account=SUB, region="eastus2", network=f"{NET}/virtualNetworks/shop"
        ),
        connection=DraftConnection(type="bidirectional", service_name=service_name),
        services=(
            DraftService(name="Web", protocol="HTTP", port=80, direction="to-magento"),
            DraftService(name="DB", protocol="TCP", port=80, direction="from-magento", targets=("10.1.0.4",)),
        ),
    )
    one = Enablement(Paper(), Offer(), lambda: NOW)  # type: ignore[arg-type]  # what is used of a journal
    one.record(e.RequestSaved(at=NOW, request=draft))
    one.observation = Observation(NOW, endpoint_services=services)
    return one


def made(one: Enablement) -> None:
    key = "endpoint-service"
    one.record(e.ChangeDone(at=NOW, key=key, action="create", kind="endpoint-service", id=PLS))


def test_the_own_service_is_its_resource_id() -> None:
    assert exchange.own_service_name(enablement(ALIAS)) == ALIAS
    assert exchange.own_service_name(enablement(ALIAS.upper(), SERVICE)) == PLS
    assert exchange.own_service_name(enablement(PLS)) == PLS
    one = enablement()
    assert exchange.own_service_name(one) is None
    made(one)
    assert exchange.own_service_name(one) == PLS


def test_a_reply_gives_magentos_subscription_and_never_ones_own() -> None:
    one = enablement(None, SERVICE)
    made(one)
    reply = exchange.take_reply(one, f"> {PLS} in {SUB}\n> {ALIAS}\nOur subscription is {MAGENTO}.")
    assert reply.service_names == ()
    assert (one.story.subscriptions, one.story.details_at) == ((MAGENTO,), None)
    exchange.take_reply(one, f"Connect to {VENDOR}")
    assert (one.story.subscriptions, one.story.service_names) == ((MAGENTO,), (VENDOR,))


def test_a_connection_is_magentos_once_its_subscription_is_known() -> None:
    one = enablement()
    asks = Connection(PLS, "/subscriptions/x/pe", MAGENTO.upper(), "pending-acceptance")
    seen = Observation(NOW, connections=(asks,))
    assert connections.incoming(one, seen).strangers == (asks,)
    one.record(e.DetailsReceived(at=NOW, service_names=(), subscriptions=(MAGENTO,)))
    assert connections.incoming(one, seen).pending == (asks,)


def test_probes_go_to_addresses_and_back_to_whatever_magento_names() -> None:
    one = enablement()
    one.record(e.DetailsReceived(at=NOW, service_names=(VENDOR,), subscriptions=(MAGENTO,)))
    pe = Endpoint("pe", "pe", VENDOR, "", (), (), "available", (), ("10.1.0.9",))
    asks = Connection(PLS, "theirs", MAGENTO, "available")
    one.observation = Observation(NOW, endpoints=(pe,), connections=(asks,))
    assert [row.host for row in proving.probe_targets(one, "to-magento")] == ["10.1.0.9"]
    assert [row.host for row in proving.probe_targets(one, "from-magento")] == [UNNAMED]
    # Both directions use port 80: the output of the one proves nothing of the other.
    (there,) = proving.take_output(one, "* Connected to 10.1.0.9 (10.1.0.9) port 80")
    assert (there.direction, there.ok) == ("to-magento", True)
    (back,) = proving.take_output(one, "* Connected to 10.77.0.9 (10.77.0.9) port 80")
    assert (back.direction, back.ok) == ("from-magento", True)


def test_the_ticket_does_not_wait_for_a_subscription_that_comes_with_it() -> None:
    one = enablement(None, SERVICE)
    made(one)
    ticket = exchange.write_ticket(one, "Acme")
    assert isinstance(ticket, Ticket)
    assert PLS in ticket.plain
    one.record(e.DetailsReceived(at=NOW, service_names=(), subscriptions=(MAGENTO,)))
    assert isinstance(exchange.write_ticket(one, "Acme"), Missing)


def test_a_named_service_is_watched_by_what_it_was_named() -> None:
    by_id, by_alias = connections.watch(enablement(PLS)), connections.watch(enablement(ALIAS))
    assert by_id is not None
    assert by_alias is not None
    assert (by_id.service_ids, by_id.service_names) == ((PLS,), ())
    assert (by_alias.service_ids, by_alias.service_names) == ((), (ALIAS,))

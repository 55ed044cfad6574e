"""Magento's side on Azure: what it reads in a ticket, and a whole enablement of both types by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import providers
from core.cloud import CloudError, Counterpart, ProbeTarget
from core.handoff.proof import UNNAMED
from core.handoff.reply import read_reply
from core.handoff.ticket import Ticket, ticket
from core.request.rules import check, request_of
from providers.sandbox.azure import Sandbox, start
from providers.sandbox.azure.world import CUSTOMER, MAGENTO
from providers.sandbox.ticket import read

from .conftest import Customer, account

SERVICE = f"/subscriptions/{CUSTOMER.id}/resourceGroups/my_shop/providers/Microsoft.Network/privateLinkServices/pls_1"
ALIAS = "pls.01234567-89ab-cdef-0123-456789abcdef.westeurope.azure.privatelinkservice"


def wait_for(there: Callable[[], Any], seconds: float = 10.0) -> Any:
    ending = time.monotonic() + seconds
    while time.monotonic() < ending:
        if found := there():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(delay=0.1, ticketless=False, operation=0.02, retry_after=0.01) as running:
        yield running


@pytest.mark.parametrize("kind", ["unidirectional", "bidirectional"])
def test_the_requests_to_practice_with_have_no_problem(sandbox: Sandbox, kind: Any) -> None:
    found = check(sandbox.request_draft(kind))
    assert [one.code for one in found if one.severity == "error"] == []


def test_the_programs_own_ticket_is_understood(sandbox: Sandbox) -> None:
    request = request_of(sandbox.request_draft("bidirectional"))
    made = ticket(request, service_name=SERVICE, acceptance_required=True)
    assert isinstance(made, Ticket)
    for text in (made.plain, made.markdown):
        understood = read(text, "1", MAGENTO.id, "nobody", "azure")
        assert (understood.account, understood.service_names) == (CUSTOMER.id, (SERVICE,))
        assert understood.bidirectional
        assert understood.ports == (80,)


@pytest.mark.parametrize(
    ("text", "account", "names", "ports"),
    [
        (f"our subscription is {CUSTOMER.id}, ports 80 and 443", CUSTOMER.id, (), (80,)),
        (f"subscription {MAGENTO.id}", "nobody", (), ()),
        (f"please connect to {ALIAS}.", "nobody", (ALIAS,), ()),
        (f"nothing but {SERVICE}.", "nobody", (SERVICE,), ()),
    ],
)
def test_tickets_of_people_are_understood(text: str, account: str, names: Any, ports: Any) -> None:
    found = read(text, "1", MAGENTO.id, "nobody", "azure")
    assert (found.account, found.service_names, found.ports) == (account, names, ports)


@pytest.mark.slow
def test_magento_waits_for_a_ticket_and_then_plays_its_part(sandbox: Sandbox) -> None:
    customer = Customer(sandbox, account(sandbox.environment))
    vendor: Counterpart = sandbox.vendor
    assert vendor is sandbox.connected.counterpart
    customer.subnet_policy()
    balancer = customer.balancer(3306)
    customer.join("shop-db", balancer)
    service = customer.service(balancer, MAGENTO.id)
    assert vendor.inbox() == ()
    text = (
        f"Azure subscription ID: {CUSTOMER.id}\nWeb, port 80, to Magento\nDatabase, port 3306, from Magento"
    )
    number = vendor.file(f"{text}\nbidirectional\n{service.id}")
    assert number.isdigit()
    reply = wait_for(vendor.inbox)[0].text
    understood = read_reply(reply, "azure", "westeurope", account=CUSTOMER.id)
    assert understood.service_names == (sandbox.world.service_name,)
    assert understood.subscriptions == (MAGENTO.id,)
    assert understood.problems == ()
    endpoint = customer.endpoint(understood.service_names[0])
    wait_for(lambda: customer.status(endpoint) == "Approved")
    address = customer.address(endpoint)
    cloud = sandbox.connected.cloud
    targets = (ProbeTarget("Webserver", address, 80), ProbeTarget("Other", address, 81))
    report = cloud.probe(targets, ("10.20.0.0/16",))
    assert [one.ok for one in report.results] == [True, False]
    assert report.inside
    links = customer.net.private_link_services
    (incoming,) = wait_for(lambda: list(links.list_private_endpoint_connections("shop", service.name)))
    assert incoming.private_link_service_connection_state.status == "Pending"
    assert incoming.private_endpoint.id.split("/")[2] == MAGENTO.id
    there = sandbox.arm.estate.find(incoming.private_endpoint.id)
    assert there is not None
    nic = sandbox.arm.estate.find(there.properties["networkInterfaces"][0]["id"])
    assert nic is not None
    theirs = nic.parts("ipConfigurations")[0]["properties"]["privateIPAddress"]
    probe = (ProbeTarget("Database", theirs, 3306),)
    assert "Connection timed out" in vendor.run("", probe)
    approve = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
    links.update_private_endpoint_connection("shop", service.name, incoming.name, approve)
    assert f"Connected to {theirs} ({theirs}) port 3306" in vendor.run("", probe)
    # Nobody but Magento knows where its endpoint is: its people fill the address in.
    somewhere = (ProbeTarget("Database", UNNAMED, 3306),)
    assert f"Connected to {theirs} ({theirs}) port 3306" in vendor.run("", somewhere)
    # A second look makes no second request.
    time.sleep(0.3)
    assert len(list(links.list_private_endpoint_connections("shop", service.name))) == 1


def test_a_move_that_cannot_be_made_is_refused(sandbox: Sandbox) -> None:
    for move in ("dance", "reject"):
        with pytest.raises(CloudError) as caught:
            sandbox.vendor.play(move)
        assert caught.value.code == "invalid"


def test_another_program_reaches_the_same_cloud_by_its_environment(sandbox: Sandbox) -> None:
    connected = providers.connect("azure", region="westeurope", environ=sandbox.environment)
    assert connected.cloud.identity().account == CUSTOMER.id
    theirs = {
        name.removeprefix("MAGENTO_"): value
        for name, value in sandbox.environment.items()
        if name.startswith("MAGENTO_")
    }
    magento = providers.connect("azure", region="westeurope", environ={**sandbox.environment, **theirs})
    assert magento.cloud.identity().account == MAGENTO.id


def test_without_tickets_the_customer_is_allowed_at_once_and_nothing_stays() -> None:
    before = set(threading.enumerate())
    with start(auto=True, delay=60.0) as running:
        seen = running.connected.cloud.vendor_service(running.world.service_name)
        assert seen.service_name == running.world.service_name
        file = Path(running.environment["PRIVATELINK_AZURE_CA"])
        assert file.is_file()
    running.stop()
    assert not file.exists()
    wait_for(lambda: not [one for one in set(threading.enumerate()) - before if "sandbox" in one.name])


def test_a_location_that_is_not_known_is_refused() -> None:
    with pytest.raises(CloudError) as caught:
        start(region="atlantis")
    assert caught.value.code == "invalid"

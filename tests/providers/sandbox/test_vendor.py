"""Magento's side: what it reads in a ticket, and that it makes its moves, by itself and when told to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.cloud import CloudError, Counterpart, ProbeTarget, Vendor
from core.handoff.proof import read_output
from core.handoff.reply import read_reply
from core.handoff.ticket import Ticket, ticket
from core.request.rules import request_of
from core.walkthrough.moves import MOVES
from providers.aws.vendor import AwsVendor
from providers.sandbox import Sandbox, start
from providers.sandbox.ticket import read

MAGENTO, CUSTOMER = "402592597372", "111122223333"
NAME = "com.amazonaws.vpce.us-west-2.vpce-svc-0abc"


def test_a_ticket_is_read_whatever_its_form() -> None:
    text = f"""
    # PrivateLink support for Example
    - Cloud account number: 444455556666 (allow {MAGENTO} is done)
    - Connection type: bidirectional
    - Service name: {NAME}
    ## Services and communication ports
    - Webserver, HTTP port 80, to Magento
    - SFTP: port 2222 (to Magento)
    - Database, TCP port 3306, from Magento (10.20.1.20)
    - Secure shell, port 22, to Magento
    """
    understood = read(text, "7", MAGENTO, CUSTOMER)
    assert understood.account == "444455556666"
    assert understood.ports == (80, 2222)
    assert understood.service_names == (NAME,)
    assert understood.bidirectional


def test_the_programs_own_ticket_and_magentos_reply_are_understood(sandbox: Sandbox) -> None:
    request = request_of(sandbox.request_draft("bidirectional"))
    made = ticket(request, service_name=NAME, principal_allowed=True, acceptance_required=True)
    assert isinstance(made, Ticket)
    for text in (made.plain, made.markdown):
        understood = read(text, "1", MAGENTO, "000000000000")
        assert (understood.account, understood.service_names) == (CUSTOMER, (NAME,))
        assert understood.bidirectional
        assert understood.ports == (80,)


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("Webserver, HTTP port 80", (80,)),
        ("ports 80, 443 and 2222 please", (80, 443, 2222)),
        ("To Magento:\n- web port 80\nFrom Magento:\n- db port 3306", (80,)),
        ("From Magento:\n- db port 3306\nTo Magento:\n- web port 80", (80,)),
        ("Magento → customer: port 3306\ncustomer → Magento: port 443", (443,)),
        ("port 99999, port 0, port 22, port ٣٣", ()),
        ("nothing at all, \x1b[31m{} 🦆", ()),
    ],
)
def test_ports_are_read_by_direction(text: str, ports: tuple[int, ...]) -> None:
    assert read(text, "1", MAGENTO, CUSTOMER).ports == ports


def wait_for(there: Callable[[], Any], seconds: float = 10.0) -> Any:
    ending = time.monotonic() + seconds
    while time.monotonic() < ending:
        if found := there():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(delay=0.1, ticketless=False, provisioning=0, registration=0) as running:
        yield running


@pytest.fixture(autouse=True)
def by_itself(sandbox: Sandbox) -> Iterator[None]:
    yield
    sandbox.vendor.pace = type(sandbox.vendor.pace)(delay=0.1)


def test_it_is_what_the_core_asks_for(sandbox: Sandbox) -> None:
    counterpart: Counterpart = sandbox.vendor
    vendor: Vendor = AwsVendor(sandbox.vendor_clients)
    assert counterpart is sandbox.connected.counterpart
    assert vendor.requests(sandbox.world.service_id) == ()


def test_a_whole_bidirectional_enablement(sandbox: Sandbox, customer: Any, magento: Any) -> None:
    vendor = sandbox.vendor
    host = sandbox.world.hosts["shop-db"]
    balancer = customer.load_balancer()
    customer.cross_zone(balancer)
    customer.listen(balancer, 3306, host)
    service = customer.service(balancer, f"arn:aws:iam::{MAGENTO}:root")
    text = (
        f"account {CUSTOMER}\nbidirectional\nWebserver HTTP port 80, to Magento\n"
        f"Database port 3306, from Magento\nService name: {service['ServiceName']}"
    )
    before = len(vendor.inbox())
    number = vendor.file(text)
    assert number.isdigit()

    reply = wait_for(lambda: vendor.inbox()[before:])[0].text
    assert "80" in reply
    details = read_reply(reply, platform="aws", region="us-west-2")
    assert details.service_names == (sandbox.world.service_name,)

    mine = customer.endpoint(sandbox.world.service_name)
    wait_for(lambda: customer.look(mine["VpcEndpointId"])["State"] == "available")
    found = sandbox.data_path.resolve(mine["DnsEntries"][0]["DnsName"], 80)
    assert found is not None
    assert found.greeting

    def incoming() -> Any:
        shown = customer.api.ec2.describe_vpc_endpoint_connections(
            Filters=[{"Name": "service-id", "Values": [service["ServiceId"]]}]
        )
        return shown["VpcEndpointConnections"]

    (theirs,) = wait_for(incoming)
    assert theirs["VpcEndpointOwner"] == MAGENTO
    assert theirs["VpcEndpointState"] == "pendingAcceptance"
    target = ProbeTarget("Database", theirs["DnsEntries"][0]["DnsName"], 3306)
    command = f"curl -v --connect-timeout 2 telnet://{target.host}:3306"
    customer.api.ec2.accept_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[theirs["VpcEndpointId"]]
    )
    shown = vendor.run(f"magento-cloud ssh\n{command}\n", (target,))
    assert shown.splitlines()[0].endswith(command)
    assert f"* Connected to {target.host} (10.0." in shown
    assert [one.ok for one in read_output(shown, (target,))] == [True]
    assert "shop-db answers on port 3306" in shown

    customer.api.ec2.delete_vpc_endpoints(VpcEndpointIds=[mine["VpcEndpointId"]])
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[theirs["VpcEndpointId"]])
    customer.api.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])


def test_moves_are_made_when_told(sandbox: Sandbox, customer: Any, magento: Any) -> None:
    vendor = sandbox.vendor
    vendor.pace = type(vendor.pace)(auto=False)
    magento.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=sandbox.world.service_id, RemoveAllowedPrincipals=[f"arn:aws:iam::{CUSTOMER}:root"]
    )
    vendor.file(f"account {CUSTOMER}, unidirectional, Webserver HTTP port 8080 to Magento")
    before = len(vendor.inbox())
    vendor.play("allow")
    assert "8080" in vendor.inbox()[before].text

    first = customer.endpoint(sandbox.world.service_name)["VpcEndpointId"]
    vendor.play("reject")
    assert customer.look(first)["State"] == "rejected"
    second = customer.endpoint(sandbox.world.service_name)["VpcEndpointId"]
    vendor.play("approve")
    assert customer.look(second)["State"] == "available"
    assert [word in vendor.inbox()[-1].text for word in ("approved", second)] == [True, True]
    customer.api.ec2.delete_vpc_endpoints(VpcEndpointIds=[first, second])


@pytest.mark.parametrize("move", ["allow", "approve", "reject", "connect", "dance"])
def test_a_move_that_cannot_be_made_says_so(sandbox: Sandbox, move: str) -> None:
    sandbox.vendor.pace = type(sandbox.vendor.pace)(auto=False)
    with pytest.raises(CloudError) as caught:
        sandbox.vendor.play(move)
    assert caught.value.code == "invalid"
    assert caught.value.remedy


def test_every_move_that_a_presenter_can_make_is_known(sandbox: Sandbox) -> None:
    with pytest.raises(CloudError) as caught:
        sandbox.vendor.play("dance")
    named = set(caught.value.remedy.removeprefix("Choose one of ").rstrip(".").split(", "))
    assert named == {one.name for one in MOVES}


def test_strangers_are_not_approved(sandbox: Sandbox, magento: Any) -> None:
    """A request of an account that no ticket names stays as it is."""
    ec2 = magento.ec2
    made = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=sandbox.world.magento_vpc,
        ServiceName=sandbox.world.service_name,
        SubnetIds=[sandbox.world.magento_subnets[0]],
    )["VpcEndpoint"]["VpcEndpointId"]
    time.sleep(0.5)
    (seen,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"]
    assert seen["State"] == "pendingAcceptance"
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])


def test_the_terminal_shows_failures_as_curl_does(sandbox: Sandbox, customer: Any, magento: Any) -> None:
    balancer = customer.load_balancer()
    customer.listen(balancer, 3306, sandbox.world.hosts["shop-db"])
    service = customer.service(balancer, f"arn:aws:iam::{MAGENTO}:root")
    made = magento.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=sandbox.world.magento_vpc,
        ServiceName=service["ServiceName"],
        SubnetIds=list(sandbox.world.magento_subnets[:1]),
    )["VpcEndpoint"]
    host = made["DnsEntries"][0]["DnsName"]
    waiting = sandbox.vendor.run("", (ProbeTarget("Database", host, 3306),))
    assert "curl: (28) Connection timed out after " in waiting
    assert [one.ok for one in read_output(waiting, (ProbeTarget("Database", host, 3306),))] == [False]
    customer.api.ec2.accept_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[made["VpcEndpointId"]]
    )
    shown = sandbox.vendor.run(
        "", (ProbeTarget("Other", host, 9999), ProbeTarget("Nobody", "no.such.name", 80))
    )
    assert f"curl: (7) Failed to connect to {host} port 9999 after " in shown
    assert "failed: Connection refused" in shown
    assert "curl: (6) Could not resolve host: no.such.name" in shown
    magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    customer.api.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service["ServiceId"]])

"""Faults beside a stranger's requests: these stay as they are, and the stranger may ask again and elsewhere."""

from __future__ import annotations

import pytest

from core.cloud import CloudError
from providers.sandbox import faults
from providers.sandbox.azure import Sandbox
from providers.sandbox.azure.intruder import STRANGER, AzureIntruder
from providers.sandbox.azure.world import MAGENTO

from .conftest import Account, Customer


@pytest.fixture(scope="module")
def intruder(sandbox: Sandbox) -> AzureIntruder:
    return AzureIntruder(sandbox.arm.store)


def states(sandbox: Sandbox, service: str, owner: str) -> list[str]:
    """The states of a subscription's connections to a service."""
    links = sandbox.arm.estate.links
    return [
        one.status for one in links if one.service == service.lower() and f"/{owner}/" in one.endpoint.lower()
    ]


@pytest.fixture(scope="module")
def service(sandbox: Sandbox, customer: Customer, magento: Account) -> str:
    """A service of the customer's that Magento asked to connect to."""
    customer.subnet_policy()
    balancer = customer.balancer(3306)
    customer.join("shop-db", balancer)
    made = customer.service(balancer, MAGENTO.id)
    body = customer.endpoint_body(made.id)
    body["properties"]["subnet"]["id"] = f"{sandbox.world.magento_vpc}/subnets/magento-endpoints"
    magento.network.private_endpoints.begin_create_or_update("magento-cloud", "back", body).result()
    return str(made.id)


@pytest.mark.parametrize("name", ["magento-waits", "magento-not-connected"])
def test_mending_accepts_magento_and_no_stranger(
    sandbox: Sandbox, service: str, intruder: AzureIntruder, name: str
) -> None:
    intruder.ask(service)
    faults.bring(sandbox, name).mend()
    assert states(sandbox, service, MAGENTO.id) == ["Approved"]
    assert states(sandbox, service, STRANGER.id) == ["Pending"]


@pytest.mark.parametrize("name", ["probe-blocked", "pool-by-address", "target-down"])
def test_an_empty_pool_is_nothing_to_break(sandbox: Sandbox, service: str, name: str) -> None:
    before = sandbox.vendor.pace
    emptied = faults.bring(sandbox, "pool-empty")
    with pytest.raises(CloudError, match="breaks a machine in the pool"):
        faults.bring(sandbox, name)
    emptied.mend()
    assert sandbox.vendor.pace == before


@pytest.mark.parametrize(
    "name", ["request-unanswered", "request-rejected", "disconnected", "endpoint-deleted"]
)
def test_magento_decides_on_the_customers_connection_alone(
    sandbox: Sandbox, customer: Customer, allowed: str, intruder: AzureIntruder, name: str
) -> None:
    endpoint = customer.endpoint(allowed)
    sandbox.vendor.play("approve")
    service = sandbox.world.service_id
    intruder.ask(service)
    brought = faults.bring(sandbox, name)
    assert states(sandbox, service, STRANGER.id) == ["Pending"]
    brought.mend()
    assert states(sandbox, service, customer.api.subscription) == ["Approved"]
    assert states(sandbox, service, STRANGER.id) == ["Pending"]
    customer.net.private_endpoints.begin_delete(customer.group, endpoint.name).result()


def test_the_stranger_asks_again_and_elsewhere(
    sandbox: Sandbox, customer: Customer, intruder: AzureIntruder
) -> None:
    customer.subnet_policy()
    one, other = (customer.service(customer.balancer(port)) for port in (443, 8080))
    intruder.ask(one.id)
    intruder.ask(other.id)
    (link,) = customer.net.private_link_services.list_private_endpoint_connections(customer.group, one.name)
    reject = {"properties": {"privateLinkServiceConnectionState": {"status": "Rejected"}}}
    customer.net.private_link_services.update_private_endpoint_connection(
        customer.group, one.name, link.name, reject
    )
    assert states(sandbox, one.id, STRANGER.id) == ["Rejected"]
    intruder.ask(one.id)
    assert states(sandbox, one.id, STRANGER.id) == ["Pending"]
    assert states(sandbox, other.id, STRANGER.id) == ["Pending"]


def test_what_the_cloud_refuses_is_told_as_any_clouds_refusal(
    sandbox: Sandbox, service: str, intruder: AzureIntruder
) -> None:
    resource = sandbox.arm.estate.find(service)
    assert resource is not None
    resource.busy = "something"
    try:
        with pytest.raises(CloudError, match="AnotherOperationInProgress"):
            intruder.ask(service)
    finally:
        resource.busy = ""

"""The emulator's faults, met by the adapter under the executor's own retries: one of each in the end."""

from __future__ import annotations

import itertools
import time
import uuid
from collections.abc import Iterator

import pytest

from core.cloud import CloudError
from core.network.model import Connection
from core.setup import change as c
from core.setup.attempt import attempt
from core.setup.change import Change
from providers.azure.cloud import AzureCloud
from providers.azure.vendor import AzureVendor
from providers.sandbox.azure import Sandbox, start
from providers.sandbox.azure.faults import Fault, FaultKind

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(auto=False, delay=0.0, operation=0.05, retry_after=0.0) as running:
        running.vendor.play("allow")
        yield running


@pytest.fixture
def endpoint(sandbox: Sandbox) -> Change:
    world = sandbox.world
    group = world.vpc.split("/")[4]
    name = f"pe-{next(NUMBERS)}"
    spec = c.PrivateEndpointSpec(
        name, group, world.region, world.endpoint_subnet, world.service_name, "please"
    )
    return Change("endpoint", "create", "endpoint", name, spec)


def make(cloud: AzureCloud, change: Change, *, doubtful: bool = False) -> c.Outcome:
    def rest(seconds: float) -> bool:
        time.sleep(min(seconds, 0.1))
        return False

    return attempt(
        cloud, change, "shop", "t", doubtful=doubtful, gone=frozenset(), rest=rest, tell=lambda text: None
    )


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("throttled", "PUT"),
        ("unavailable", "PUT"),
        ("busy", "PUT"),
        ("reset", "PUT"),
        ("lost", "PUT"),
        ("reset", "GET"),
        ("unavailable", "GET"),
        ("slow", ""),
    ],
)
def test_one_of_each_in_the_end(sandbox: Sandbox, endpoint: Change, kind: FaultKind, method: str) -> None:
    cloud = AzureCloud(sandbox.customer_clients)
    sandbox.faults.add(Fault(kind, method, "privateEndpoints/", seconds=1))
    made = make(cloud, endpoint)
    seen = [one for one in cloud.inventory(sandbox.world.vpc).endpoints if one.name == endpoint.name]
    assert [one.id for one in seen] == [made.id]
    assert seen[0].state == "pending-acceptance"


def test_a_failed_operation_is_told_and_can_be_made_again(sandbox: Sandbox, endpoint: Change) -> None:
    cloud = AzureCloud(sandbox.customer_clients)
    sandbox.faults.add(Fault("failed", "PUT", "privateEndpoints/", code="SubnetIsFull", message="full"))
    with pytest.raises(CloudError) as raised:
        make(cloud, endpoint)
    assert raised.value.code == "quota-exceeded"
    assert make(cloud, endpoint).state == "pending-acceptance"


def test_an_operation_of_a_run_that_was_killed(sandbox: Sandbox, endpoint: Change) -> None:
    """The second run looks for what the first one began, and waits for its end."""
    cloud = AzureCloud(sandbox.customer_clients)
    sandbox.faults.add(Fault("slow", "PUT", "privateEndpoints/", seconds=0.6))
    assert isinstance(endpoint.spec, c.PrivateEndpointSpec)
    at, network = endpoint.spec, sandbox.customer_clients.network
    network.private_endpoints.begin_create_or_update(
        at.group,
        at.name,
        {
            "location": at.region,
            "tags": dict(c.tags("shop", "endpoint", at.name)),
            "properties": {
                "subnet": {"id": at.subnet},
                "manualPrivateLinkServiceConnections": [
                    {"name": at.name, "properties": {"privateLinkServiceId": at.service}}
                ],
            },
        },
        polling=False,
    )
    begun = time.monotonic()
    assert make(cloud, endpoint, doubtful=True).state == "pending-acceptance"
    assert time.monotonic() - begun > 0.3


def test_a_longer_wait_is_told_to_who_makes_the_change_again(
    sandbox: Sandbox, endpoint: Change, waits: list[float]
) -> None:
    sandbox.faults.add(Fault("throttled", "PUT", "privateEndpoints/", seconds=5))
    with pytest.raises(CloudError) as raised:
        AzureCloud(sandbox.customer_clients).apply(endpoint, "shop", "t")
    assert (raised.value.code, raised.value.after, waits) == ("throttled", 5, [])


def test_a_longer_wait_is_kept_for_who_does_not(
    sandbox: Sandbox, endpoint: Change, waits: list[float]
) -> None:
    """Magento's moves, and a decision on a connection."""
    made = make(AzureCloud(sandbox.customer_clients), endpoint)
    vendor = AzureVendor(sandbox.vendor_clients)
    for method, path, move in (
        ("PUT", "privateLinkServices/", lambda: vendor.allow(sandbox.world.service_id, str(uuid.uuid4()))),
        ("PUT", "privateEndpointConnections/", lambda: vendor.approve(asked(vendor, sandbox, made.id))),
    ):
        waits.clear()
        sandbox.faults.add(Fault("throttled", method, path, seconds=5))
        move()
        assert max(waits) == 5


def asked(vendor: AzureVendor, sandbox: Sandbox, endpoint: str) -> Connection:
    """The connection that an endpoint asks for."""
    rows = vendor.requests(sandbox.world.service_id)
    return next(one for one in rows if one.endpoint_id.lower() == endpoint.lower())


def test_what_is_forbidden_is_named(sandbox: Sandbox, endpoint: Change) -> None:
    sandbox.faults.add(Fault("forbidden", "PUT", "privateEndpoints/"))
    with pytest.raises(CloudError) as raised:
        make(AzureCloud(sandbox.customer_clients), endpoint)
    assert (raised.value.code, raised.value.operation) == (
        "access-denied",
        "Microsoft.Network/privateEndpoints/write",
    )

"""Long-running operations, faults on request, and who is let in."""

from __future__ import annotations

import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ServiceResponseError
from azure.identity import DeviceCodeCredential

from providers.sandbox.azure import Sandbox
from providers.sandbox.azure.arm import Exchange
from providers.sandbox.azure.faults import Fault

from .conftest import Account, Customer, account, credential, refused


@pytest.fixture
def seen(sandbox: Sandbox) -> Iterator[list[Exchange]]:
    """The exchanges during a test."""
    found: list[Exchange] = []
    sandbox.arm.watcher = found.append
    yield found
    sandbox.arm.watcher = None
    sandbox.faults.clear()


def test_a_put_is_updating_and_then_succeeds(customer: Customer, seen: list[Exchange]) -> None:
    balancer = customer.balancer(3306)
    put, *polls, last = seen
    assert (put.method, put.status) == ("PUT", 201)
    assert put.body is not None
    assert put.body["properties"]["provisioningState"] == "Updating"
    assert "/operations/" in put.headers["Azure-AsyncOperation"]
    assert put.headers["x-ms-retry-after-ms"] == "10"
    assert polls[-1].body is not None
    assert polls[-1].body["status"] == "Succeeded"
    assert last.body is not None
    assert last.body["properties"]["provisioningState"] == "Succeeded"
    seen.clear()
    customer.balancer(3306, name=balancer["name"])
    assert seen[0].status == 200
    seen.clear()
    customer.net.load_balancers.begin_delete("shop", balancer["name"]).result()
    assert seen[0].status == 202
    assert "/operationResults/" in seen[0].headers["Location"]
    assert customer.net.load_balancers.begin_delete("shop", balancer["name"]).result() is None


def test_another_process_can_wait_for_an_operation(sandbox: Sandbox, customer: Customer) -> None:
    sandbox.faults.add(Fault("slow", path="/loadBalancers/", seconds=0.3))
    body = {"location": "westeurope", "sku": {"name": "Standard"}}
    begun = customer.net.load_balancers.begin_create_or_update("shop", "slow", body, polling=False)
    assert begun.result().provisioning_state == "Updating"
    code = refused(lambda: customer.net.load_balancers.begin_create_or_update("shop", "slow", body))
    assert code == (409, "AnotherOperationInProgress")
    again = account(sandbox.environment).network.load_balancers
    poller = again.begin_create_or_update("shop", "slow", body, continuation_token=_token(customer, body))
    assert poller.result().provisioning_state == "Succeeded"


def _token(customer: Customer, body: dict[str, Any]) -> str:
    """A continuation token of an operation on another load balancer, which outlasts the first one."""
    time.sleep(0.35)
    poller = customer.net.load_balancers.begin_create_or_update("shop", "slow", body)
    return str(poller.continuation_token())


def test_an_operation_that_fails_says_why(sandbox: Sandbox, customer: Customer) -> None:
    sandbox.faults.add(Fault("failed", "PUT", "/loadBalancers/", code="Out", message="Out of luck."))
    with pytest.raises(HttpResponseError, match="Out of luck"):
        customer.balancer(1, name="unlucky")
    found = customer.net.load_balancers.get("shop", "unlucky")
    assert found.provisioning_state == "Failed"
    customer.balancer(1, name="unlucky")
    assert customer.net.load_balancers.get("shop", "unlucky").provisioning_state == "Succeeded"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault("throttled", seconds=7), 429, "TooManyRequests"),
        (Fault("unavailable"), 503, "ServiceUnavailable"),
        (Fault("busy"), 409, "AnotherOperationInProgress"),
        (Fault("forbidden"), 403, "AuthorizationFailed"),
        (Fault("not-found"), 404, "ResourceNotFound"),
    ],
)
def test_faults_on_request_happen_as_often_as_asked(
    sandbox: Sandbox, customer: Customer, seen: list[Exchange], fault: Fault, status: int, code: str
) -> None:
    sandbox.faults.add(fault)
    assert refused(lambda: list(customer.net.load_balancers.list_all())) == (status, code)
    list(customer.net.load_balancers.list_all())
    if status == 429:
        assert seen[0].headers["Retry-After"] == "7"


@pytest.mark.parametrize(("kind", "made"), [("reset", False), ("lost", True)])
def test_a_connection_breaks_before_or_after(
    sandbox: Sandbox, customer: Customer, kind: Any, made: bool
) -> None:
    sandbox.faults.add(Fault(kind, "PUT"))
    groups = customer.api.resources.resource_groups
    with pytest.raises(ServiceResponseError):
        groups.create_or_update(f"broken-{kind}", {"location": "westeurope"})
    assert groups.check_existence(f"broken-{kind}") is made


def test_another_program_can_ask_for_a_fault(sandbox: Sandbox, customer: Customer) -> None:
    def ask(**fields: str) -> int:
        query = urllib.parse.urlencode(fields)
        url = f"{sandbox.environment['PRIVATELINK_SANDBOX']}/fault?{query}"
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method="POST")) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return int(error.code)

    assert ask(kind="throttled", path="/virtualNetworks", times="2") == 200
    list(customer.net.load_balancers.list_all())
    for _ in range(2):
        assert refused(lambda: list(customer.net.virtual_networks.list_all()))[0] == 429
    list(customer.net.virtual_networks.list_all())
    assert ask(kind="nonsense") == 400
    assert ask(kind="busy", path="(") == 400
    assert ask(kind="busy", times="x") == 400


def test_nobody_without_a_token_and_nobody_elses_subscription(
    sandbox: Sandbox, customer: Customer, magento: Account
) -> None:
    stranger = account(sandbox.environment, "", magento.subscription)
    assert refused(lambda: list(stranger.network.virtual_networks.list_all())) == (403, "AuthorizationFailed")
    nobody = account(sandbox.environment, "", "00000000-0000-0000-0000-000000000000")
    assert refused(lambda: list(nobody.network.virtual_networks.list_all())) == (404, "SubscriptionNotFound")
    list(customer.net.virtual_networks.list_all())
    sandbox.arm.tokens.revoke()
    assert refused(lambda: list(customer.net.virtual_networks.list_all())) == (
        401,
        "ExpiredAuthenticationToken",
    )


def test_a_wrong_secret_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential(sandbox.environment, secret="wrong").get_token("x/.default")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_person_signs_in_with_a_device_code(sandbox: Sandbox, allowed: bool) -> None:
    told: list[tuple[str, str]] = []
    sandbox.timing.sign_in = 60.0

    def prompt(url: str, code: str, until: object) -> None:
        told.append((url, code))
        assert sandbox.arm.tokens.decide(code, allowed)

    device = DeviceCodeCredential(
        tenant_id=sandbox.environment["AZURE_TENANT_ID"],
        authority=sandbox.environment["AZURE_AUTHORITY_HOST"],
        disable_instance_discovery=True,
        connection_verify=sandbox.environment["PRIVATELINK_AZURE_CA"],
        prompt_callback=prompt,
    )
    scope = f"{sandbox.environment['PRIVATELINK_AZURE_ENDPOINT']}/.default"
    if allowed:
        assert sandbox.arm.tokens.holder(device.get_token(scope).token) is not None
    else:
        with pytest.raises(ClientAuthenticationError, match="AADSTS70018"):
            device.get_token(scope)
    assert told[0][0].endswith("/devicelogin")

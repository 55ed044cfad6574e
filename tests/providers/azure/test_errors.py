"""Azure's refusals in the program's words."""

from __future__ import annotations

import pytest

from core.cloud import RETRYABLE, CloudError, ErrorCode
from core.setup.change import Change, Outcome, RegistrationSpec
from providers.azure.cloud import AzureCloud
from providers.azure.errors import from_code
from tests.providers.azure.arm import NETWORK, SUBSCRIPTION, Arm, refusal

CODES: tuple[tuple[str, int, ErrorCode], ...] = (
    ("AuthorizationFailed", 403, "access-denied"),
    ("LinkedAuthorizationFailed", 403, "access-denied"),
    ("RequestDisallowedByPolicy", 403, "access-denied"),
    ("InvalidAuthenticationToken", 401, "no-credentials"),
    ("InvalidAuthenticationTokenTenant", 401, "no-credentials"),
    ("ExpiredAuthenticationToken", 401, "credentials-expired"),
    ("MissingSubscriptionRegistration", 409, "unsupported"),
    ("SubscriptionNotFound", 404, "not-found"),
    ("ResourceGroupNotFound", 404, "not-found"),
    ("ResourceNotFound", 404, "not-found"),
    ("NotFound", 404, "not-found"),
    ("LocationNotAvailableForResourceType", 400, "wrong-region"),
    ("AnotherOperationInProgress", 409, "throttled"),
    ("RetryableError", 409, "throttled"),
    ("ReferencedResourceNotProvisioned", 409, "throttled"),
    ("PreconditionFailed", 412, "throttled"),
    ("TooManyRequests", 429, "throttled"),
    ("SubscriptionRequestsThrottled", 429, "throttled"),
    ("OperationNotAllowed", 409, "in-use"),
    ("InUseSubnetCannotBeDeleted", 400, "in-use"),
    ("ScopeLocked", 409, "in-use"),
    ("PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted", 400, "in-use"),
    ("SubnetIsFull", 400, "quota-exceeded"),
    ("PrivateEndpointCountLimitReached", 400, "quota-exceeded"),
    ("PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled", 400, "invalid"),
    ("PrivateLinkServiceIsNotSupportedForBasicLoadBalancer", 400, "invalid"),
    ("InvalidRequestFormat", 400, "invalid"),
    ("InvalidResourceReference", 400, "invalid"),
    ("InternalServerError", 500, "unavailable"),
    ("ServerTimeout", 503, "unavailable"),
    ("SomethingNew", 400, "invalid"),
    ("SomethingNew", 503, "unavailable"),
    ("SomethingNew", 200, "unexpected"),
)


@pytest.mark.parametrize(("arm_code", "status", "code"), CODES)
def test_codes(arm_code: str, status: int, code: ErrorCode) -> None:
    error = from_code(
        arm_code, "{detail} of it", "Microsoft.Network/x/write", "az session", "westus2", status
    )
    assert error.code == code
    assert error.message
    assert error.remedy
    assert "{" not in error.message.replace("{detail} of it", "")
    assert error.detail == f"{arm_code}: {{detail}} of it"


DENIED = (
    "The client 'a@b' with object id 'c' does not have authorization to perform action "
    "'Microsoft.Network/privateEndpoints/write' over scope '/subscriptions/s/resourceGroups/g' or the scope is "
    "invalid."
)
LINKED = (
    "The client has permission to perform action 'Microsoft.Network/privateEndpoints/write' on scope '/s/1'; "
    "however, it does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/"
    "action' on the linked scope(s) '/s/2' (respectively)."
)


@pytest.mark.parametrize(
    ("arm_code", "words", "action", "scope"),
    [
        (
            "AuthorizationFailed",
            DENIED,
            "Microsoft.Network/privateEndpoints/write",
            "/subscriptions/s/resourceGroups/g",
        ),
        (
            "LinkedAuthorizationFailed",
            LINKED,
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            "/s/2",
        ),
    ],
)
def test_what_is_missing_is_named(arm_code: str, words: str, action: str, scope: str) -> None:
    error = from_code(arm_code, words, "Microsoft.Network/other/read", "az session", "westus2", 403)
    assert error.operation == action
    assert action in error.message
    assert scope in error.message


def test_a_missing_registration_is_seen_and_can_be_made(arm: Arm, cloud: AzureCloud) -> None:
    words = "The subscription is not registered to use namespace 'Microsoft.Network'."
    error = from_code("MissingSubscriptionRegistration", words, "", "", "westus2", 409)
    assert "az provider register --namespace Microsoft.Network" in error.remedy
    assert "the plan then has it" in error.remedy
    arm.registered = False
    assert cloud.inventory(None).unregistered == ("Microsoft.Network",)
    change = Change(
        "registration",
        "change",
        "registration",
        "n",
        RegistrationSpec(SUBSCRIPTION, "Microsoft.Network"),
        "/p",
    )
    assert cloud.find(change, "shop") is None
    assert cloud.apply(change, "shop", "t") == Outcome("/p", "registered")
    assert [path.rpartition("/providers/")[2] for path in arm.asked("POST")] == ["Microsoft.Network/register"]
    assert cloud.find(change, "shop") == Outcome("/p", "registered")
    assert cloud.inventory(None).unregistered == ()


def test_a_registration_that_may_not_be_read_is_no_fault_of_the_plan(arm: Arm, cloud: AzureCloud) -> None:
    arm.answer("GET", "providers/Microsoft.Network$", status=403, body=refusal("AuthorizationFailed", "no"))
    seen = cloud.inventory(None)
    assert [one.what for one in seen.gaps] == ["resource provider"]
    assert seen.unregistered == ()


def look(cloud: AzureCloud) -> CloudError:
    with pytest.raises(CloudError) as raised:
        cloud.inventory(None)
    return raised.value


LISTS = "/providers/Microsoft.Network/"


def test_a_short_wait_is_kept_and_a_long_one_is_told(arm: Arm, cloud: AzureCloud, waits: list[float]) -> None:
    arm.answer(
        "GET", "virtualNetworks$", status=429, body=refusal("TooManyRequests"), headers={"Retry-After": "1"}
    )
    cloud.networks()
    assert waits == [1]
    waits.clear()
    arm.answer(
        "GET", LISTS, status=429, body=refusal("TooManyRequests"), headers={"Retry-After": "600"}, times=6
    )
    error = look(cloud)
    assert waits == []
    assert error.code == "throttled"
    assert "600 s" in error.remedy


def test_one_bad_moment_is_not_noticed(arm: Arm, cloud: AzureCloud) -> None:
    arm.answer("GET", LISTS, status=503, body=refusal("ServiceUnavailable"), times=2)
    assert cloud.inventory(None).gaps == ()


def test_a_page_of_a_proxy_is_no_answer(arm: Arm, cloud: AzureCloud) -> None:
    arm.answer("GET", LISTS, body="<html>Sign in to the guest network</html>", times=6)
    error = look(cloud)
    assert error.code in ("unavailable", "unexpected")
    assert error.__cause__ is not None


def test_what_may_not_be_read_is_a_gap(arm: Arm, cloud: AzureCloud) -> None:
    arm.answer("GET", "privateLinkServices$", status=403, body=refusal("AuthorizationFailed", "no"))
    (gap,) = cloud.inventory(None).gaps
    assert (gap.code, gap.permission) == ("access-denied", "Microsoft.Network/privateLinkServices/read")


def test_retryable_codes_are_the_ports_own() -> None:
    for arm_code in (
        "AnotherOperationInProgress",
        "RetryableError",
        "TooManyRequests",
        "InternalServerError",
    ):
        assert from_code(arm_code, "", "", "", "", 409).code in RETRYABLE


def test_no_such_resource(cloud: AzureCloud) -> None:
    with pytest.raises(CloudError) as raised:
        cloud.inventory(f"{NETWORK}/virtualNetworks/none")
    assert raised.value.code == "not-found"

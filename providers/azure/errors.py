"""Azure's errors in the program's words: which code, what happened, who must do what.

Sources: "Troubleshoot common Azure deployment errors", "Understand how Azure Resource Manager throttles
requests", the Network resource provider's error codes, and azure.core.exceptions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

from azure.core import exceptions as sdk

from core.cloud import CloudError, ErrorCode
from core.secrecy import hide, named_secrets

_CODES: tuple[tuple[str, ErrorCode], ...] = (
    (r"MissingSubscriptionRegistration|SubscriptionNotRegistered.*", "unsupported"),
    (r"ExpiredAuthenticationToken|.*TokenExpired.*", "credentials-expired"),
    (r"InvalidAuthenticationToken.*|AuthenticationFailed.*|InvalidAuthenticationInfo|401", "no-credentials"),
    (
        r"AuthorizationFailed|Linked(Authorization|AccessCheck).*|.*Forbidden.*|RequestDisallowedByPolicy"
        r"|DisallowedOperation|403",
        "access-denied",
    ),
    (r"LocationNotAvailable.*|InvalidLocation|NoRegisteredProviderFound", "wrong-region"),
    (
        r"TooManyRequests|.*Throttl.*|SubscriptionRequestsThrottled|OperationPreempted.*|429"
        r"|AnotherOperationInProgress|RetryableError.*|PreconditionFailed|.*BeingUpdated|Conflict.*Operation.*"
        r"|ReferencedResourceNotProvisioned|ResourceGroupBeingDeleted|412",
        "throttled",
    ),
    (
        r"PrivateLinkServiceNotVisible.*|PrivateLinkServiceNotFound|InvalidPrivateLinkService.*Alias.*",
        "service-not-visible",
    ),
    (r"ServiceUnavailable|Internal.*Error|ServerTimeout|GatewayTimeout|.*Timeout|5\d\d", "unavailable"),
    (
        r".*Quota.*|.*LimitReached|.*Limit(Exceeded|Reached).*|.*LimitForSubscription.*|SubnetIsFull|.*NotEnoughIp.*",
        "quota-exceeded",
    ),
    (
        r"InUse.*|.*InUse|.*CannotBeDeleted.*|.*CannotDelete.*|ResourceLocked|ScopeLocked|CanceledAndSupersededDueTo.*"
        r"|OperationNotAllowed|Canceled.*",
        "in-use",
    ),
    (r".*NotFound.*|404", "not-found"),
    (r".*AlreadyExists.*|.*NameInUse.*|Conflict", "already-exists"),
    (
        r"UnsupportedApiVersion|InvalidResourceType|.*NotSupported.*|NotImplemented|.*DisabledSubscription",
        "unsupported",
    ),
    (
        r"Invalid.*|Malformed.*|Missing.*|.*Invalid|BadRequest|.*Cannot.*|.*Must.*|.*Mismatch.*|.*Required.*|400",
        "invalid",
    ),
)
"""ARM's error code (a full match, the first that fits) → this program's."""

_TABLE: tuple[tuple[re.Pattern[str], ErrorCode], ...] = tuple(
    (re.compile(pattern), code) for pattern, code in _CODES
)

_BY_STATUS: Mapping[int, ErrorCode] = {
    400: "invalid",
    401: "no-credentials",
    403: "access-denied",
    404: "not-found",
    409: "in-use",
    412: "throttled",
    429: "throttled",
}
"""Where the code is not known, the HTTP status tells."""


class Words(NamedTuple):
    """What happened, and who must do what. Placeholders: see :func:`_error`."""

    message: str
    remedy: str


_WORDS: Mapping[ErrorCode, Words] = {
    "no-credentials": Words(
        "Azure did not accept the sign-in ({source}): {detail}",
        "Sign in again (`az login`), or correct the service principal's tenant, client and secret.",
    ),
    "credentials-expired": Words(
        "The sign-in has expired ({source}).",
        "Sign in again: `az login`. Nothing done so far is lost.",
    ),
    "access-denied": Words(
        "Not allowed: {action}{on_scope}{for_whom}.",
        "Ask an owner of the subscription for a role with {action} (privatelink policy prints one with all that is "
        "needed), then try again: a new role takes some minutes. What is done stays done.",
    ),
    "wrong-region": Words(
        "The location {location} cannot be used here: {detail}",
        "Choose the location of the VNet, as `az account list-locations` names it.",
    ),
    "service-not-visible": Words(
        "The private link service does not show itself to this subscription in {location}.",
        "One of three, which Azure does not tell apart: this subscription is not among those that see the "
        "service yet (Magento infrastructure does that: say so in the ticket), the service is in another "
        "location than {location}, or the alias has a typing error.",
    ),
    "not-found": Words(
        "It is not there: {detail}",
        "Check the id and the subscription; if somebody deleted it, look again and plan anew.",
    ),
    "already-exists": Words(
        "It exists already: {detail}",
        "Rename or remove the existing one, or adopt it instead of making another.",
    ),
    "in-use": Words(
        "It is in use, or not in a state for this: {detail}",
        "Remove what depends on it first, or wait a minute and try again.",
    ),
    "quota-exceeded": Words(
        "A limit of the subscription or the subnet is used up: {detail}",
        "Remove what is not needed, take a larger subnet, or ask for a higher quota in the Azure portal.",
    ),
    "invalid": Words(
        "Azure did not accept the request: {detail}",
        "Correct what the message names; if nothing of it was typed in, report it as a bug.",
    ),
    "throttled": Words(
        "Azure asked to slow down ({operation}).",
        "Wait {wait} and try again; another program may be using up the subscription's request rate.",
    ),
    "unreachable": Words(
        "Azure cannot be reached: {detail}",
        "Check the network, VPN and proxy of this machine, and PRIVATELINK_AZURE_ENDPOINT and "
        "PRIVATELINK_AZURE_CA if they are set.",
    ),
    "unavailable": Words(
        "Azure had an error of its own ({operation}): {detail}",
        "Wait {wait} and try again; https://azure.status.microsoft shows whether {location} has a problem.",
    ),
    "unsupported": Words(
        "Azure does not know or allow {operation} here: {detail}",
        "Check PRIVATELINK_AZURE_ENDPOINT and PRIVATELINK_AZURE_CLOUD if they are set, and that the "
        "subscription is enabled.",
    ),
    "unexpected": Words(
        "Azure answered with something unknown ({operation}): {detail}",
        "Try again; if it stays, report it with this message.",
    ),
}

_BUSY = Words(
    "Azure is still busy with an earlier change to the same resource: {detail}",
    "Wait a minute and try again; nothing has to be undone.",
)
_SUBNET_POLICY_OFF = Words(
    "The private link service's subnet still has network policies for private link services on.",
    "Set privateLinkServiceNetworkPolicies of the subnet to Disabled (the plan has a change for it), "
    "then apply again.",
)
_NOT_STANDARD = Words(
    "A private link service needs a Standard load balancer: {detail}",
    "Use a load balancer of the Standard SKU, or let privatelink make one.",
)

_OWN_WORDS: tuple[tuple[str, ErrorCode, Words], ...] = (
    (
        r"MissingSubscriptionRegistration|SubscriptionNotRegistered.*",
        "unsupported",
        Words(
            "The subscription is not registered for Microsoft.Network yet.",
            "An owner or contributor registers it once: plan again, the plan then has it as its first change; or "
            "`az provider register --namespace Microsoft.Network --wait`. It takes a minute or two.",
        ),
    ),
    (
        r"PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
        "invalid",
        _SUBNET_POLICY_OFF,
    ),
    (
        r"PrivateEndpointCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
        "invalid",
        Words(
            "The subnet does not take private endpoints with its network policies: {detail}",
            "Choose another subnet, or set privateEndpointNetworkPolicies of this one to Disabled.",
        ),
    ),
    (
        r".*(Standard|Basic).*LoadBalancer.*|.*LoadBalancer.*(Standard|Basic).*|.*LoadBalancerSku.*",
        "invalid",
        _NOT_STANDARD,
    ),
    (
        r"PrivateLinkService.*CannotBeDeleted.*|CannotDeletePrivateLinkService.*"
        r"|PrivateLinkServiceInUse.*|PrivateLinkServiceWithPrivateEndpointConnections.*",
        "in-use",
        Words(
            "The private link service still has connections: {detail}",
            "Reject or remove its connections first, then delete it.",
        ),
    ),
    (
        r".*(RequestMessage|MessageTooLong).*",
        "invalid",
        Words("The connection's message is longer than 140 characters.", "Shorten the message."),
    ),
    (
        r"SubnetIsFull|.*NotEnoughIp.*|PrivateIPAddress.*NotAvailable",
        "quota-exceeded",
        Words("The subnet has no free address: {detail}", "Choose a subnet with free addresses."),
    ),
    (
        r"ResourceGroupNotFound",
        "not-found",
        Words(
            "The resource group is not there: {detail}",
            "Make the resource group, or choose one that exists; then plan anew.",
        ),
    ),
    (
        r"SubscriptionNotFound|InvalidSubscriptionId",
        "not-found",
        Words(
            "The subscription is not there, or this sign-in does not see it: {detail}",
            "Check the subscription's id and the tenant that you are signed in to (`az account list`).",
        ),
    ),
    (
        r"RequestDisallowedByPolicy",
        "access-denied",
        Words(
            "An Azure Policy of the company forbids it: {detail}",
            "Ask the policy's owner for an exemption, or for settings that it allows.",
        ),
    ),
    (
        r"ResourceLocked|ScopeLocked",
        "in-use",
        Words("A lock is on it: {detail}", "Whoever set the lock removes it; then try again."),
    ),
    (
        r"AnotherOperationInProgress|RetryableError.*|PreconditionFailed|.*BeingUpdated|412|Conflict.*Operation.*"
        r"|ReferencedResourceNotProvisioned|CanceledAndSupersededDueTo.*|OperationPreempted.*",
        "throttled",
        _BUSY,
    ),
)
"""ARM's codes that have words of their own: the first full match counts before every table above."""

_OWN: tuple[tuple[re.Pattern[str], ErrorCode, Words], ...] = tuple(
    (re.compile(pattern), code, words) for pattern, code, words in _OWN_WORDS
)

_CERTIFICATE = Words(
    "The certificate of what answered is not trusted: {detail}",
    "Give the certificate authority's file in PRIVATELINK_AZURE_CA, or have the proxy's certificate "
    "installed on this machine.",
)
_NOT_AZURE = Words(
    "What answered {operation} is not Azure: {detail}",
    "Check the proxy of this machine and PRIVATELINK_AZURE_ENDPOINT: a web page came back instead of an "
    "answer.",
)

_SDK: tuple[tuple[type[Exception], ErrorCode, Words | None], ...] = (
    (sdk.ClientAuthenticationError, "no-credentials", None),
    (sdk.ServiceRequestError, "unreachable", None),
    (sdk.ServiceResponseError, "unavailable", None),
    (sdk.IncompleteReadError, "unavailable", None),
    (sdk.DecodeError, "unavailable", _NOT_AZURE),
    (sdk.SerializationError, "invalid", None),
    (sdk.DeserializationError, "unavailable", _NOT_AZURE),
)
"""The SDK's own exceptions → code and words (None: the code's usual words). The first that fits counts."""

_ACTION = re.compile(r"perform(?:ing)? action(?:\(s\))? '([^']+)'")
"""The actions that an authorization failure names; of a linked one the last is what is missing."""
_WHO = re.compile(r"The client '([^']+)'")
_SCOPE = re.compile(r"(?:over|on the linked|on) scope(?:\(s\))? '([^']+)'")


def translate(error: Exception, operation: str, source: str, location: str) -> CloudError:
    """The CloudError for an SDK exception. ``operation`` is the ARM action
    (``Microsoft.Network/privateEndpoints/write``), ``source`` how the program is signed in.

    Does not raise. The caller keeps ``error`` as the cause.
    """
    if isinstance(error, sdk.HttpResponseError) and not isinstance(error, sdk.DecodeError):
        arm_code, detail = _told(error)
        return from_code(
            arm_code, detail, operation, source, location, error.status_code or 0, retry_after(error)
        )
    for kind, code, words in _SDK:
        if isinstance(error, kind):
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                code, words = "unreachable", _CERTIFICATE
            return _error(code, words, operation, source, location, str(error))
    return _error("unexpected", None, operation, source, location, f"{type(error).__name__}: {error}")


def from_code(
    arm_code: str,
    detail: str,
    operation: str,
    source: str,
    location: str,
    status: int = 0,
    wait: float | None = None,
) -> CloudError:
    """The CloudError for an error code of ARM, as it stands in an answer or a failed operation's status."""
    for own, code, words in _OWN:
        if own.fullmatch(arm_code):
            return _error(code, words, operation, source, location, detail, arm_code, wait)
    found = next((known for pattern, known in _TABLE if pattern.fullmatch(arm_code)), None)
    if found is None:
        found = "unavailable" if status >= 500 else _BY_STATUS.get(status, "unexpected")
    return _error(found, None, operation, source, location, detail, arm_code, wait)


def retry_after(error: sdk.HttpResponseError) -> float | None:
    """The seconds that ``Retry-After`` asks for, where the answer has one in seconds."""
    headers = getattr(error.response, "headers", None) or {}
    told = str(headers.get("Retry-After", ""))
    return float(told) if told.isdecimal() else None


def _told(error: sdk.HttpResponseError) -> tuple[str, str]:
    """The code and message of an error body, the most telling detail's where it has details."""
    if error.error is None:
        return "", error.message
    code, message = error.error.code or "", error.error.message or ""
    for inner in error.error.details or ():
        # "BadRequest" or "DeploymentFailed" around the real code.
        if inner.code and not _specific(code):
            code, message = inner.code, inner.message or message
    return code, message


def _specific(code: str) -> bool:
    return code not in ("BadRequest", "Conflict", "DeploymentFailed", "Failed", "ResourceDeploymentFailure")


def _error(
    code: ErrorCode,
    words: Words | None,
    operation: str,
    source: str,
    location: str,
    detail: str,
    arm_code: str = "",
    wait: float | None = None,
) -> CloudError:
    detail = hide(detail, named_secrets(os.environ))
    actions = _ACTION.findall(detail) if code == "access-denied" else []
    scopes = _SCOPE.findall(detail) if code == "access-denied" else []
    who = _WHO.search(detail) if code == "access-denied" else None
    action = actions[-1] if actions else operation
    told = words or _WORDS[code]
    values = {
        "action": action,
        "operation": operation or "sign-in",
        "on_scope": f" on {scopes[-1]}" if scopes else "",
        "for_whom": f" for {who.group(1)}" if who else "",
        "source": source or "no sign-in",
        "location": location,
        "detail": (detail or arm_code).strip(),
        "wait": f"{wait:g} s" if wait else "a minute",
    }
    return CloudError(
        code,
        told.message.format(**values),
        told.remedy.format(**values),
        operation=action if code == "access-denied" else operation,
        detail=f"{arm_code}: {detail}" if arm_code else detail,
        after=wait or 0.0,
    )

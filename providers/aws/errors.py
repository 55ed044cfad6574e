"""AWS's errors in the program's words: which code, what happened, who must do what.

Sources: "Error codes for the Amazon EC2 API", the ``Errors`` section of each Elastic Load Balancing action,
"Common errors" of the query APIs, and botocore.exceptions.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from botocore import exceptions as sdk
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from core.cloud import CloudError, ErrorCode
from core.secrecy import hide, named_secrets

_CODES: tuple[tuple[str, ErrorCode], ...] = (
    (r"InvalidServiceName", "service-not-visible"),
    (r"ExpiredToken.*|RequestExpired|TokenRefreshRequired|UnauthorizedException", "credentials-expired"),
    (
        r"AuthFailure|InvalidClientTokenId|UnrecognizedClient.*|SignatureDoesNotMatch|IncompleteSignature"
        r"|MissingAuthenticationToken.*|InvalidAccessKeyId|NotSignedUp|PendingVerification",
        "no-credentials",
    ),
    (r"UnauthorizedOperation|AccessDenied.*|403", "access-denied"),
    (r"OptInRequired|RegionDisabled.*|InvalidRegion.*|UnsupportedRegion.*", "wrong-region"),
    (
        r"Throttl.*|RequestLimitExceeded|TooManyRequests.*|RequestThrottled.*|EC2ThrottledException|SlowDown"
        r"|PriorRequestNotComplete|429",
        "throttled",
    ),
    (r"ServiceUnavailable.*|Unavailable|Internal(Error|Failure)|InsufficientCapacity|5\d\d", "unavailable"),
    (r".*LimitExceeded.*|.*Quota.*|TooMany.*|.*Limit|Insufficient.*", "quota-exceeded"),
    (
        r"DependencyViolation|.*InUse.*|ExistingVpcEndpointConnections|IncorrectState|.*\.InvalidState"
        r"|OperationNotPermitted.*",
        "in-use",
    ),
    (r".*NotFound.*|NoSuch.*|.*\.Unknown", "not-found"),
    (r"Duplicate.*|.*AlreadyExists.*|.*\.Duplicate|IdempotentParameterMismatch", "already-exists"),
    (r"InvalidAction|Unsupported.*|NotImplemented|UnknownOperation.*|OperationNotSupported.*", "unsupported"),
    (
        r"Invalid.*|Malformed.*|Missing.*|Validation.*|.*Mismatch.*|.*NotSupported|ParameterNot.*|400",
        "invalid",
    ),
)
"""AWS's error code (a full match, the first that fits) → this program's. Order matters: a throttled call is
also a ``…LimitExceeded``."""

_TABLE: tuple[tuple[re.Pattern[str], ErrorCode], ...] = tuple(
    (re.compile(pattern), code) for pattern, code in _CODES
)

_WORDS: Mapping[ErrorCode, tuple[str, str]] = {
    "no-credentials": (
        "AWS did not accept the credentials of {profile} in {region}.",
        "Check the access key, the profile and this machine's clock, and that the region is enabled for the "
        "account (aws configure --profile {profile}).",
    ),
    "credentials-expired": (
        "The credentials of {profile} have expired.",
        "Sign in again: `aws sso login --profile {profile}`, or get new temporary keys the way your company "
        "hands them out. Nothing done so far is lost.",
    ),
    "access-denied": (
        "Not allowed: {action}{on_resource}{for_whom}.",
        "Ask whoever administers the AWS account's permissions for {action} (privatelink policy prints all that "
        "is needed), then try again. What is done stays done.",
    ),
    "wrong-region": (
        "The region {region} cannot be used by this account.",
        "Choose the region of the Magento project, or have the account's administrator enable {region}.",
    ),
    "service-not-visible": (
        "The endpoint service does not show itself to this account in {region}.",
        "One of three, which AWS does not tell apart: this account is not allowed on the service yet "
        "(Magento infrastructure does that: say so in the ticket), the service is in another region than "
        "{region}, or the service name has a typing error.",
    ),
    "not-found": (
        "It is not there in {region}: {detail}",
        "Check the id and the region; if somebody deleted it, look again and plan anew.",
    ),
    "already-exists": (
        "It exists already: {detail}",
        "Rename or remove the existing one, or adopt it instead of making another.",
    ),
    "in-use": (
        "It is in use, or not in a state for this: {detail}",
        "Remove what depends on it first, or wait a minute and try again.",
    ),
    "quota-exceeded": (
        "A quota of the account is used up: {detail}",
        "Remove what is not needed, or ask for a higher quota in the Service Quotas console of {region}.",
    ),
    "invalid": (
        "AWS did not accept the request: {detail}",
        "Correct what the message names; if nothing of it was typed in, report it as a bug.",
    ),
    "throttled": (
        "AWS asked to slow down ({operation}).",
        "Wait a minute and try again; another program may be using up the account's request rate.",
    ),
    "unreachable": (
        "AWS in {region} cannot be reached: {detail}",
        "Check the network, VPN and proxy of this machine, the region's name, and "
        "AWS_ENDPOINT_URL if it is set.",
    ),
    "unavailable": (
        "AWS had an error of its own ({operation}).",
        "Wait a minute and try again; https://health.aws.amazon.com shows whether the region has a problem.",
    ),
    "unsupported": (
        "This endpoint does not know the operation {operation}.",
        "Check AWS_ENDPOINT_URL if it is set: AWS itself knows this operation.",
    ),
    "unexpected": (
        "AWS answered with something unknown ({operation}): {detail}",
        "Try again; if it stays, report it with this message.",
    ),
}

_NO_PROFILE = (
    "There is no profile {profile} in the AWS configuration.",
    "Choose another profile, or make it: `aws configure sso --profile {profile}`.",
)
_NO_CREDENTIALS = (
    "There are no AWS credentials for {profile}.",
    "Sign in: `aws sso login --profile {profile}`, or `aws configure --profile {profile}`, or set "
    "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
)
_SSO = (
    "The SSO session of profile {profile} has expired.",
    "Run `aws sso login --profile {profile}` and try again. Nothing done so far is lost.",
)
_LOGIN = (
    "The sign-in of profile {profile} has expired.",
    "Run `aws login --profile {profile}` and try again. Nothing done so far is lost.",
)
_NO_REGION = (
    "No AWS region is chosen.",
    "Name the region of the Magento project, for example us-west-2.",
)
_BAD_REGION = ("{region} is no AWS region.", "Name the region as AWS does, for example us-west-2.")
_CONFIG = (
    "The AWS configuration cannot be read: {detail}",
    "Correct the file that the message names (~/.aws/config or ~/.aws/credentials).",
)
_RETRIEVAL = (
    "The credentials of {profile} could not be fetched: {detail}",
    "Sign in again the way this profile does it (`aws sso login --profile {profile}`, your company's "
    "credential tool), then try again.",
)
_NO_XML = (
    "What answered {operation} is not AWS: {detail}",
    "Check the proxy of this machine and AWS_ENDPOINT_URL: a web page came back instead of an answer.",
)

_SDK: tuple[tuple[tuple[type[Exception], ...], ErrorCode, tuple[str, str] | None], ...] = (
    ((sdk.ProfileNotFound,), "no-credentials", _NO_PROFILE),
    (
        (sdk.NoCredentialsError, sdk.PartialCredentialsError, sdk.NoAuthTokenError),
        "no-credentials",
        _NO_CREDENTIALS,
    ),
    (
        (sdk.UnauthorizedSSOTokenError, sdk.SSOTokenLoadError, sdk.TokenRetrievalError, sdk.SSOError),
        "credentials-expired",
        _SSO,
    ),
    ((sdk.LoginError,), "credentials-expired", _LOGIN),
    ((sdk.CredentialRetrievalError, sdk.MetadataRetrievalError), "credentials-expired", _RETRIEVAL),
    ((sdk.NoRegionError,), "wrong-region", _NO_REGION),
    ((sdk.InvalidRegionError, sdk.UnknownRegionError, sdk.UnknownEndpointError), "wrong-region", _BAD_REGION),
    ((sdk.ConfigParseError, sdk.ConfigNotFound, sdk.InvalidConfigError), "invalid", _CONFIG),
    (
        (
            sdk.InvalidRetryConfigurationError,
            sdk.UnknownCredentialError,
            sdk.InvalidSTSRegionalEndpointsConfigError,
            sdk.InvalidProxiesConfigError,
        ),
        "invalid",
        _CONFIG,
    ),
    ((sdk.ConnectionError, sdk.HTTPClientError, sdk.IncompleteReadError), "unreachable", None),
    ((sdk.ParamValidationError, sdk.ValidationError), "invalid", None),
    ((ResponseParserError,), "unavailable", _NO_XML),
)
"""The SDK's own exceptions → code and words (None: the code's usual words). The first that fits counts."""

_ACTION = re.compile(r"perform:? ([A-Za-z0-9-]+:[A-Za-z0-9]+)")
"""The action that an "is not authorized to perform" message names."""
_RESOURCE = re.compile(r"on resource: (arn:[^\s]+)")
_WHO = re.compile(r"User: (arn:[^\s]+)")
"""The resource and the caller, where the message names them."""


def translate(error: Exception, operation: str, profile: str, region: str) -> CloudError:
    """The CloudError for an SDK exception. ``operation`` is the call's IAM action (``ec2:DescribeVpcs``).

    Does not raise. The caller keeps ``error`` as the cause.
    """
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error.operation_name.startswith("AssumeRole"):
            operation = f"sts:{error.operation_name}"
        return from_code(
            str(told.get("Code", "")), str(told.get("Message", "")), operation, profile, region, status
        )
    for kinds, code, words in _SDK:
        if isinstance(error, kinds):
            return _error(code, words, operation, profile, region, str(error))
    return _error("unexpected", None, operation, profile, region, f"{type(error).__name__}: {error}")


def from_code(
    aws_code: str, detail: str, operation: str, profile: str, region: str, status: int = 0
) -> CloudError:
    """The CloudError for an error code of AWS, as it stands in an answer or in an ``Unsuccessful`` list."""
    return _error(code_of(aws_code, status), None, operation, profile, region, detail, aws_code)


def code_of(aws_code: str, status: int) -> ErrorCode:
    """This program's code for one of AWS; where that is not known, the HTTP status tells."""
    known = next((code for pattern, code in _TABLE if pattern.fullmatch(aws_code)), None)
    return known or ("unavailable" if status >= 500 else "unexpected")


def no_credentials(profile: str) -> CloudError:
    """No credentials were found anywhere in the chain."""
    return _error("no-credentials", _NO_CREDENTIALS, "", profile, "", "")


def _error(
    code: ErrorCode,
    words: tuple[str, str] | None,
    operation: str,
    profile: str,
    region: str,
    detail: str,
    aws_code: str = "",
) -> CloudError:
    detail = hide(detail, named_secrets(os.environ))
    denied = detail if code == "access-denied" else ""
    named, resource, who = _ACTION.search(denied), _RESOURCE.search(denied), _WHO.search(denied)
    values = {
        "action": named.group(1) if named else operation,
        "on_resource": f" on {resource.group(1)}" if resource else "",
        "for_whom": f" for {who.group(1)}" if who else "",
        "operation": operation,
        "profile": profile,
        "region": region,
        "detail": detail or aws_code,
    }
    message, remedy = (text.format(**values) for text in words or _WORDS[code])
    return CloudError(
        code,
        message,
        remedy,
        operation=values["action"] if code == "access-denied" else operation,
        detail=f"{aws_code}: {detail}" if aws_code else detail,
    )

"""Every way a call fails, over real HTTP, as the error a person sees."""

from __future__ import annotations

import pickle
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from botocore.config import Config

import providers
from core.cloud import RETRYABLE, CloudError, ErrorCode
from core.network.model import Connection
from providers.aws import session
from providers.aws.cloud import AwsCloud
from providers.aws.errors import from_code
from providers.aws.session import Clients

REGION = "us-west-2"
QUICK = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=1, read_timeout=0.4)
KEYS = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret"}

Answer = Callable[[BaseHTTPRequestHandler], None]


def xml(body: str, status: int = 400, kind: str = "text/xml") -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        data = body.encode()
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def ec2_error(code: str, message: str = "as AWS says", status: int = 400) -> Answer:
    return xml(
        f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
        "<RequestID>1</RequestID></Response>",
        status,
    )


def query_error(code: str, message: str = "as AWS says", status: int = 400) -> Answer:
    return xml(
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        "</ErrorResponse>",
        status,
    )


def hang(handler: BaseHTTPRequestHandler) -> None:
    threading.Event().wait(1)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


class Faulty:
    """A server that answers every request the same wrong way."""

    def __init__(self) -> None:
        self.answer: Answer = hang_up
        faulty = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                faulty.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture(scope="module")
def faulty() -> Iterator[Faulty]:
    faulty = Faulty()
    yield faulty
    faulty.server.shutdown()
    faulty.server.server_close()


@pytest.fixture(scope="module")
def broken(faulty: Faulty) -> Clients:
    """No retries and no patience, so that a failure is one call."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "CONFIG", QUICK)
        return session.connect(REGION, environ={**KEYS, "AWS_ENDPOINT_URL": faulty.url})


@pytest.fixture(scope="module")
def cloud(broken: Clients) -> AwsCloud:
    return AwsCloud(broken)


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("UnauthorizedOperation", 403, "access-denied"),
        ("AccessDenied", 403, "access-denied"),
        ("AuthFailure", 401, "no-credentials"),
        ("InvalidClientTokenId", 403, "no-credentials"),
        ("SignatureDoesNotMatch", 403, "no-credentials"),
        ("ExpiredToken", 400, "credentials-expired"),
        ("ExpiredTokenException", 400, "credentials-expired"),
        ("RequestExpired", 400, "credentials-expired"),
        ("InvalidServiceName", 400, "service-not-visible"),
        ("OptInRequired", 403, "wrong-region"),
        ("RequestLimitExceeded", 503, "throttled"),
        ("Throttling", 400, "throttled"),
        ("TooManyRequestsException", 429, "throttled"),
        ("VpcEndpointLimitExceeded", 400, "quota-exceeded"),
        ("TooManyLoadBalancers", 400, "quota-exceeded"),
        ("SecurityGroupsPerVpcQuotaExceeded", 400, "quota-exceeded"),
        ("TargetGroupAssociationLimit", 400, "quota-exceeded"),
        ("InsufficientFreeAddressesInSubnet", 400, "quota-exceeded"),
        ("DependencyViolation", 400, "in-use"),
        ("ResourceInUse", 400, "in-use"),
        ("ExistingVpcEndpointConnections", 400, "in-use"),
        ("OperationNotPermitted", 400, "in-use"),
        ("InvalidVpcID.NotFound", 400, "not-found"),
        ("LoadBalancerNotFound", 400, "not-found"),
        ("InvalidVpcEndpointServiceId.NotFound", 400, "not-found"),
        ("InvalidGroup.Duplicate", 400, "already-exists"),
        ("DuplicateListener", 400, "already-exists"),
        ("IdempotentParameterMismatch", 400, "already-exists"),
        ("InvalidParameterValue", 400, "invalid"),
        ("InvalidSubnetID.Malformed", 400, "invalid"),
        ("InvalidAction", 400, "unsupported"),
        ("UnsupportedOperation", 400, "unsupported"),
        ("InternalError", 500, "unavailable"),
        ("ServiceUnavailable", 503, "unavailable"),
        ("NeverHeardOf", 500, "unavailable"),
        ("NeverHeardOf", 400, "unexpected"),
    ],
)
def test_error_codes(faulty: Faulty, cloud: AwsCloud, code: str, status: int, expected: ErrorCode) -> None:
    faulty.answer = ec2_error(code, status=status)
    with pytest.raises(CloudError) as raised:
        cloud.regions()
    error = raised.value
    assert error.code == expected
    assert error.message
    assert error.remedy
    assert "{" not in error.message + error.remedy
    assert error.operation == "ec2:DescribeRegions"
    assert error.__cause__ is not None
    assert code in error.detail
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.message, again.remedy, again.operation, again.detail) == (
        error.code,
        error.message,
        error.remedy,
        error.operation,
        error.detail,
    )


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (hang, "unreachable"),
        (hang_up, "unreachable"),
        (xml("<html><body>Sign in to Wi-Fi</body>", 200, "text/html"), "unavailable"),
        (xml("<html><body><br>Bad gateway", 502, "text/html"), "unavailable"),
        (xml("", 500), "unavailable"),
        (xml("\x00\xff not xml"), "unavailable"),
    ],
    ids=["hangs", "hangs up", "page with 200", "page with 502", "empty 500", "garbage"],
)
def test_answers_that_are_no_answers(
    faulty: Faulty, cloud: AwsCloud, answer: Answer, expected: ErrorCode
) -> None:
    faulty.answer = answer
    with pytest.raises(CloudError) as raised:
        cloud.regions()
    assert raised.value.code == expected
    assert raised.value.code in RETRYABLE


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "CONFIG", QUICK)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}"
        cloud = AwsCloud(session.connect(REGION, environ={**KEYS, "AWS_ENDPOINT_URL": url}))
        with pytest.raises(CloudError) as raised:
            cloud.identity()
    assert raised.value.code == "unreachable"
    assert "AWS_ENDPOINT_URL" in raised.value.remedy


@pytest.mark.parametrize(
    ("message", "action"),
    [
        (
            "User: arn:aws:iam::1:user/a is not authorized to perform: ec2:CreateTags on resource: x because "
            "no identity-based policy allows the ec2:CreateTags action",
            "ec2:CreateTags",
        ),
        ("You are not authorized to perform this operation.", "ec2:DescribeRegions"),
    ],
)
def test_denied_names_the_permission(faulty: Faulty, cloud: AwsCloud, message: str, action: str) -> None:
    faulty.answer = ec2_error("UnauthorizedOperation", message, 403)
    with pytest.raises(CloudError) as raised:
        cloud.regions()
    assert raised.value.operation == action
    assert action in raised.value.remedy


def test_not_visible_names_all_three_causes(faulty: Faulty, cloud: AwsCloud) -> None:
    faulty.answer = ec2_error("InvalidServiceName")
    with pytest.raises(CloudError) as raised:
        cloud.vendor_service("com.amazonaws.vpce.us-west-2.vpce-svc-1")
    assert all(word in raised.value.remedy for word in ("not allowed", "another region", "typing error"))


def test_expired_session_names_the_command() -> None:
    error = from_code("ExpiredToken", "", "sts:GetCallerIdentity", "prod", REGION)
    assert "aws sso login --profile prod" in error.remedy


def test_nothing_readable_raises_the_reason(faulty: Faulty, cloud: AwsCloud) -> None:
    faulty.answer = query_error("AccessDenied", status=403)
    with pytest.raises(CloudError) as raised:
        cloud.inventory("vpc-1")
    assert raised.value.code == "access-denied"


def test_a_look_never_raises(faulty: Faulty, cloud: AwsCloud) -> None:
    from core.cloud import Watch

    faulty.answer = hang_up
    seen = cloud.observe(Watch("vpc-1", ("svc",), ("vpce-svc-1",), (), ("arn:lb",)))
    assert {gap.what for gap in seen.gaps} == {
        "endpoints",
        "endpoint services",
        "connections",
        "load balancers",
        "vendor services",
    }
    assert {gap.code for gap in seen.gaps} == {"unreachable"}
    assert all(gap.permission for gap in seen.gaps)
    assert seen.vendor_services == {}


def test_refusals_in_a_list_are_errors(faulty: Faulty, cloud: AwsCloud) -> None:
    for verb, name in ((cloud.accept, "Accept"), (cloud.reject, "Reject")):
        faulty.answer = xml(
            f"<{name}VpcEndpointConnectionsResponse><requestId>1</requestId><unsuccessful><item>"
            "<error><code>InvalidVpcEndpointId.NotFound</code><message>gone</message></error>"
            f"<resourceId>vpce-1</resourceId></item></unsuccessful></{name}VpcEndpointConnectionsResponse>",
            200,
        )
        with pytest.raises(CloudError) as raised:
            verb(Connection("vpce-svc-1", "vpce-1", "111122223333", "pending-acceptance"))
        assert raised.value.code == "not-found"
        assert raised.value.operation == f"ec2:{name}VpcEndpointConnections"


def test_unknown_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    with pytest.raises(CloudError) as raised:
        providers.connect("aws", region=REGION, profile="prod")
    assert raised.value.code == "no-credentials"
    assert "prod" in raised.value.message

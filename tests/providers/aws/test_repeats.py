"""What the SDK repeats by itself: looks, and what AWS refused; never a call that may have made something."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from core.cloud import CloudError
from providers.aws import session

KEYS = {
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
}
MOST = 4


class Raw:
    """A body as urllib3 gives it."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self._text]


def answer(status: int, code: str) -> Callable[[], AWSResponse]:
    text = f"<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors></Response>"
    return lambda: AWSResponse("http://127.0.0.1:9", status, {"Content-Type": "text/xml"}, Raw(text))


def closed() -> AWSResponse:
    raise ConnectionClosedError(endpoint_url="http://127.0.0.1:9")


def silent() -> AWSResponse:
    raise ReadTimeoutError(endpoint_url="http://127.0.0.1:9")


MAKE = ("ec2", "CreateVpcEndpoint", {"VpcId": "vpc-1", "ServiceName": "s"})
BALANCE = ("elbv2", "CreateTargetGroup", {"Name": "g"})
LOOK = ("ec2", "DescribeVpcs", {})
BUSY = answer(503, "RequestLimitExceeded")


@pytest.mark.parametrize(
    ("call", "gives", "times", "code"),
    [
        (MAKE, closed, 1, "unreachable"),
        (MAKE, silent, 1, "unreachable"),
        (MAKE, answer(500, "InternalError"), 1, "unavailable"),
        (MAKE, answer(503, "Unavailable"), 1, "unavailable"),
        (MAKE, BUSY, MOST, "throttled"),
        (BALANCE, closed, 1, "unreachable"),
        (LOOK, closed, MOST, "unreachable"),
        (LOOK, answer(500, "InternalError"), MOST, "unavailable"),
    ],
)
def test_how_often_it_is_sent(
    monkeypatch: pytest.MonkeyPatch,
    call: tuple[str, str, dict[str, Any]],
    gives: Callable[[], AWSResponse],
    times: int,
    code: str,
) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    service, operation, arguments = call
    clients = session.connect("us-west-2", None, KEYS)
    client: Any = getattr(clients, service)
    sent: list[str] = []

    def send(request: Any, **_: object) -> AWSResponse:
        sent.append(request.url)
        return gives()

    client.meta.events.register("before-send", send)
    by_name = {name: method for method, name in client.meta.method_to_api_mapping.items()}
    with pytest.raises(CloudError) as told, clients.asking(f"{service}:{operation}"):
        getattr(client, by_name[operation])(**arguments)
    assert (len(sent), told.value.code) == (times, code)


def test_every_call_that_is_sent_once_has_its_name_from_aws() -> None:
    clients = session.connect("us-west-2", None, KEYS)
    known = {name for one in (clients.ec2, clients.elbv2) for name in one.meta.method_to_api_mapping.values()}
    assert known >= session.ONCE

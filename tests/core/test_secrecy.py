"""What is taken out of other people's words."""

from __future__ import annotations

import pytest

from core.cloud import CloudError
from core.secrecy import HIDDEN, hide, named_secrets
from tests.growth import assert_linear

JWT = "eyJ0eXAiOiJKV1Qi.eyJhdWQiOiJodHRwcyI6.c2lnbmF0dXJl-_x"
KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA\n-----END EC PRIVATE KEY-----"

SAID = [
    (f"Authorization: Bearer {JWT} was refused", "Authorization: Bearer (hidden) was refused"),
    ("bearer abc.def-123", "bearer (hidden)"),
    (f"token {JWT}.", "token (hidden)"),
    ("X-Amz-Security-Token: IQoJb3JpZ2luX2VjE//x+y==\nHost: x", "X-Amz-Security-Token: (hidden)\nHost: x"),
    ("Credential=AKIA/2026/us-west-2, Signature=0a1b2c", "Credential=(hidden), Signature=(hidden)"),
    ('{"client_secret": "s3cr3t!x", "scope": "y"}', '{"client_secret": "(hidden)", "scope": "y"}'),
    ("grant=x&client_secret=s3cr%2Bt&scope=y", "grant=x&client_secret=(hidden)&scope=y"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = (hidden)"),
    ("password: hunter2 <br>", "password: (hidden) <br>"),
    (f"key {KEY} end", "key (hidden)-----END EC PRIVATE KEY----- end"),
]
PLAIN = [
    "Not allowed: ec2:CreateVpcEndpoint on arn:aws:ec2:us-west-2:111122223333:vpc-endpoint/*.",
    "The credentials of profile shop have expired.",
    "Set AZURE_CLIENT_SECRET, or put the secret into the keyring.",
    "The access token is invalid or has expired.",
    "basic load balancer, 10.0.0.1",
    "InvalidServiceName: com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0",
]


@pytest.mark.parametrize(("text", "shown"), SAID)
def test_what_looks_like_a_secret_is_hidden(text: str, shown: str) -> None:
    assert hide(text) == shown
    assert hide(shown) == shown
    error = CloudError("invalid", f"It said: {text}", "Mend it.", detail=text)
    assert shown in str(error)
    assert error.detail == shown
    assert text not in repr(error)


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_speaks_of_secrets_stays(text: str) -> None:
    assert hide(text) == text


def test_the_secrets_of_the_environment_are_known_by_name() -> None:
    environ = {
        "AWS_SECRET_ACCESS_KEY": "a" * 40,
        "AZURE_CLIENT_SECRET": "b c" * 9,
        "MY_PASSWORD": "x",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
        "PATH": "/usr/bin:/bin",
    }
    known = named_secrets(environ)
    assert known == ("a" * 40, "b c" * 9)
    told = hide(f"KeyError: {'b c' * 9!r}", known)
    assert told == f"KeyError: '{HIDDEN}'"


@pytest.mark.parametrize(
    "unit",
    ["secret", "secret-", "Bearer ", "eyJabcdefg.", "-----BEGIN PRIVATE KEY-----", "token=", "a.b", "-"],
)
def test_twice_as_much_text_takes_twice_as_long(unit: str) -> None:
    assert_linear(lambda size: hide(unit * (size // len(unit))), 1 << 18)

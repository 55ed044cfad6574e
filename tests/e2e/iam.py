"""AWS's permission checks on a sandbox in this process: a role with one policy, and what it was judged on."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from providers.aws import session
from providers.sandbox import ROLES, Sandbox, moto_hook, moto_iam

Document = Mapping[str, Any]
EVERYTHING: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
ADMINISTRATOR = "Administrator"
IAM_NAMES = {"monitoring": "cloudwatch"}
"""Services that IAM calls otherwise than their requests do."""


@dataclass
class Guarded:
    """A sandbox whose permissions are checked.

    ``environment`` has the keys of the role that the program works with, ``administrator`` those of somebody who
    may do everything in the same account. ``called`` are the IAM actions that the program called, ``judged`` what
    the role was judged on: action and type of resource, also what a call takes besides.
    """

    sandbox: Sandbox
    environment: dict[str, str]
    administrator: dict[str, str]
    called: set[str] = field(default_factory=set)
    judged: set[tuple[str, str]] = field(default_factory=set)

    def allow(self, document: Document) -> None:
        """Give the program's role this policy and nothing else."""
        self._grant(self.environment, ROLES["customer"], document)

    def client(self, service: str, **changed: str) -> Any:
        """A plain client with the role's keys."""
        return _client(service, self.environment, **changed)

    def _grant(self, keys: Mapping[str, str], role: str, document: Document) -> None:
        client = _client("iam", keys)
        self._check("inf")
        if role not in [one["RoleName"] for one in client.list_roles()["Roles"]]:
            client.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(EVERYTHING))
        client.put_role_policy(RoleName=role, PolicyName="only", PolicyDocument=json.dumps(document))
        self._check("0")

    def _check(self, after: str) -> None:
        """moto's own switch: how many requests pass before permissions are checked."""
        url = f"{self.environment['AWS_ENDPOINT_URL']}/moto-api/reset-auth"
        request = urllib.request.Request(url, after.encode(), {"Content-Type": "text/plain"})
        with urllib.request.urlopen(request):
            pass


# One session: it reads the API's description once for all clients.
SESSION = boto3.Session()


def _client(service: str, keys: Mapping[str, str], **changed: str) -> Any:
    given = {
        "endpoint_url": keys["AWS_ENDPOINT_URL"],
        "region_name": keys["AWS_REGION"],
        "aws_access_key_id": keys["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": keys["AWS_SECRET_ACCESS_KEY"],
        "aws_session_token": keys["AWS_SESSION_TOKEN"],
    }
    return SESSION.client(service, **{**given, **changed})


@contextmanager
def guarded(sandbox: Sandbox) -> Iterator[Guarded]:
    """Check permissions on this sandbox while the context lasts. Magento's people may do everything."""
    environment = dict(sandbox.environment)
    ground = sandbox.ground
    keys = moto_hook.keys(ground.customer, ADMINISTRATOR, ground.region)
    found = Guarded(sandbox, environment, environment | keys)
    touches, client = moto_iam.touches, session._client

    def judged(response: Any, owner: str) -> Iterator[moto_iam.Touch]:
        for touch in touches(response, owner):
            if environment["AWS_ACCESS_KEY_ID"] in response.headers["Authorization"]:
                kind = touch.arn.rpartition(":")[2].partition("/")[0]
                found.judged.add((touch.action, kind))
            yield touch

    def called(model: Any, **_: Any) -> None:
        service = model.service_model.signing_name
        found.called.add(f"{IAM_NAMES.get(service, service)}:{model.name}")

    def made(*arguments: Any) -> Any:
        one: Any = client(*arguments)
        one.meta.events.register("before-call", called)
        return one

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moto_iam, "touches", judged)
        patch.setattr(session, "_client", made)
        magento = {name: environment.get(f"MAGENTO_{name}", value) for name, value in environment.items()}
        try:
            found._grant(magento, ROLES["vendor"], EVERYTHING)
            found._grant(found.administrator, ADMINISTRATOR, EVERYTHING)
            yield found
        finally:
            found._check("inf")

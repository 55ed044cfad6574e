"""A plain moto over HTTP: what AWS's API answers, without this program's sandbox."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from core.cloud import Cloud
from providers.aws import session
from providers.aws.cloud import AwsCloud
from providers.aws.session import Clients

REGION = "us-west-2"


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


ACCOUNTS = itertools.count(200000000001)


@pytest.fixture(scope="module")
def account() -> str:
    """An account of the module's own: moto keeps accounts for the whole process."""
    return str(next(ACCOUNTS))


@pytest.fixture(scope="module")
def keys(moto: str, account: str) -> dict[str, str]:
    sts = boto3.Session("AKIATEST", "secret", region_name=REGION).client("sts", endpoint_url=moto)
    role = f"arn:aws:iam::{account}:role/admin"
    given = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
        "AWS_ENDPOINT_URL": moto,
    }


@pytest.fixture(scope="module")
def clients(keys: dict[str, str]) -> Clients:
    return session.connect(REGION, environ=keys)


@pytest.fixture(scope="module")
def cloud(clients: Clients) -> Cloud:
    return AwsCloud(clients)


@dataclass(frozen=True)
class Land:
    """A VPC with two subnets in two zones, and anybody's clients to look at it with."""

    vpc: str
    subnets: tuple[str, str]
    ec2: Any
    elbv2: Any


@pytest.fixture(scope="module")
def anybody(keys: dict[str, str]) -> tuple[Any, Any]:
    own = boto3.Session(
        keys["AWS_ACCESS_KEY_ID"],
        keys["AWS_SECRET_ACCESS_KEY"],
        keys["AWS_SESSION_TOKEN"],
        region_name=REGION,
    )
    url = keys["AWS_ENDPOINT_URL"]
    return own.client("ec2", endpoint_url=url), own.client("elbv2", endpoint_url=url)


@pytest.fixture(scope="module")
def land(clients: Clients, anybody: tuple[Any, Any]) -> Land:
    """Shared by a module's tests, which leave it as it is."""
    return settle(*anybody)


@pytest.fixture
def own_land(clients: Clients, anybody: tuple[Any, Any]) -> Land:
    """For one test, to do with as it likes."""
    return settle(*anybody)


def settle(ec2: Any, elbv2: Any) -> Land:
    vpc = ec2.create_vpc(
        CidrBlock="10.20.0.0/16",
        TagSpecifications=[{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "shop [/] \u202e🛒"}]}],
    )["Vpc"]["VpcId"]
    subnets = tuple(
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.20.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for n, zone in enumerate("ab")
    )
    return Land(vpc, (subnets[0], subnets[1]), ec2, elbv2)


@pytest.fixture(scope="module")
def counted(clients: Clients) -> Iterator[list[str]]:
    """The names of the operations called so far, in order."""
    seen: list[str] = []

    def called(model: Any, **kwargs: Any) -> None:
        seen.append(model.name)

    for client in (clients.ec2, clients.elbv2):
        client.meta.events.register("before-call", called, unique_id="counted")
    yield seen
    for client in (clients.ec2, clients.elbv2):
        client.meta.events.unregister("before-call", called, unique_id="counted")


@pytest.fixture
def calls(counted: list[str]) -> list[str]:
    """The names of the operations that the test called so far, in order."""
    counted.clear()
    return counted

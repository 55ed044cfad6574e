"""One sandbox a module, without any waiting, and the customer's moves in plain boto3."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from providers.sandbox import Sandbox, start

NUMBERS = itertools.count(1)


@dataclass
class Account:
    """Plain boto3 clients of one account."""

    ec2: Any
    elbv2: Any


# One session: it reads the API's description once for all clients.
SESSION = boto3.Session()


def account(environment: dict[str, str], prefix: str = "") -> Account:
    ec2, elbv2 = (
        SESSION.client(
            name,
            aws_access_key_id=environment[f"{prefix}AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment[f"{prefix}AWS_SECRET_ACCESS_KEY"],
            aws_session_token=environment[f"{prefix}AWS_SESSION_TOKEN"],
            region_name=environment["AWS_REGION"],
            endpoint_url=environment["AWS_ENDPOINT_URL"],
        )
        for name in ("ec2", "elbv2")
    )
    return Account(ec2, elbv2)


@dataclass
class Customer:
    """What a customer does, step by step, each part of it to be had wrong."""

    sandbox: Sandbox
    api: Account
    made: list[tuple[str, str]] = field(default_factory=list)

    @property
    def vpc(self) -> str:
        return self.sandbox.world.vpc

    def shared_subnets(self) -> list[str]:
        """Private subnets in zones that Magento's service is in too."""
        return list(self.sandbox.world.private_subnets[1:])

    def group(self, *rules: tuple[int, str]) -> str:
        name = f"group-{next(NUMBERS)}"
        group = self.api.ec2.create_security_group(GroupName=name, Description="x", VpcId=self.vpc)["GroupId"]
        for port, cidr in rules:
            self.api.ec2.authorize_security_group_ingress(
                GroupId=group, IpProtocol="tcp", FromPort=port, ToPort=port, CidrIp=cidr
            )
        return str(group)

    def endpoint(self, service_name: str, **changed: Any) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "VpcEndpointType": "Interface",
            "VpcId": self.vpc,
            "ServiceName": service_name,
            "SubnetIds": self.shared_subnets(),
            "SecurityGroupIds": [self.group((80, "10.20.0.0/16"))],
            "PrivateDnsEnabled": False,
            **changed,
        }
        made: dict[str, Any] = self.api.ec2.create_vpc_endpoint(**arguments)["VpcEndpoint"]
        self.made.append(("endpoint", made["VpcEndpointId"]))
        return made

    def look(self, endpoint_id: str) -> dict[str, Any]:
        found = self.api.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"]
        one: dict[str, Any] = found[0]
        return one

    def load_balancer(self, subnets: list[str] | None = None, name: str = "") -> str:
        made = self.api.elbv2.create_load_balancer(
            Name=name or f"nlb-{next(NUMBERS)}",
            Type="network",
            Scheme="internal",
            Subnets=subnets or list(self.sandbox.world.private_subnets),
        )
        arn = made["LoadBalancers"][0]["LoadBalancerArn"]
        self.made.append(("load-balancer", arn))
        return str(arn)

    def listen(self, balancer: str, port: int, target: str | None, target_port: int | None = None) -> str:
        """A listener to one target; returns the target group."""
        kind = "instance" if target and target.startswith("i-") else "ip"
        group = self.api.elbv2.create_target_group(
            Name=f"tg-{next(NUMBERS)}",
            Protocol="TCP",
            Port=target_port or port,
            VpcId=self.vpc,
            TargetType=kind,
        )["TargetGroups"][0]["TargetGroupArn"]
        if target:
            self.api.elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": target}])
        self.api.elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol="TCP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return str(group)

    def cross_zone(self, balancer: str, on: bool = True) -> None:
        self.api.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=balancer,
            Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": str(on).lower()}],
        )

    def service(self, balancer: str, *principals: str) -> dict[str, Any]:
        made: dict[str, Any] = self.api.ec2.create_vpc_endpoint_service_configuration(
            AcceptanceRequired=True, NetworkLoadBalancerArns=[balancer]
        )["ServiceConfiguration"]
        if principals:
            self.api.ec2.modify_vpc_endpoint_service_permissions(
                ServiceId=made["ServiceId"], AddAllowedPrincipals=list(principals)
            )
        self.made.append(("service", made["ServiceId"]))
        return made


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(auto=False, ticketless=False, provisioning=0, registration=0) as running:
        yield running


@pytest.fixture(scope="module")
def magento(sandbox: Sandbox) -> Account:
    return account(dict(sandbox.environment), "MAGENTO_")


@pytest.fixture(scope="module")
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox, account(dict(sandbox.environment)))


@pytest.fixture(scope="module")
def allow(sandbox: Sandbox, magento: Account) -> Callable[[], str]:
    """Step 3: allows the customer's account, and gives the name of Magento's service."""

    def act() -> str:
        magento.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=sandbox.world.service_id, AddAllowedPrincipals=["arn:aws:iam::111122223333:root"]
        )
        return sandbox.world.service_name

    return act


@pytest.fixture
def allowed(allow: Callable[[], str]) -> str:
    """The name of Magento's service, which shows itself to the customer."""
    return allow()

"""Faults where several machines answer on a port: all of them are broken, and all is as it was once it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.cloud import CloudError
from providers.sandbox import Sandbox, faults
from providers.sandbox.faults.aws_stage import PRINCIPAL
from providers.sandbox.ground import LISTENS

from .conftest import Customer

TAGS = [{"Key": "privatelink", "Value": "some-enablement"}]
PORT = 3306


class Served:
    """A service of the customer's with machines in each of the zones that it names."""

    def __init__(self, customer: Customer, *names: str) -> None:
        world, self.elbv2, self.ec2 = customer.sandbox.world, customer.api.elbv2, customer.api.ec2
        self.sandbox = customer.sandbox
        self.balancer = customer.load_balancer()
        customer.cross_zone(self.balancer)
        for name in names:
            id = world.instances[name]
            self.ec2.create_tags(Resources=[id], Tags=[{"Key": LISTENS, "Value": str(PORT)}])
            self.ec2.modify_instance_attribute(InstanceId=id, Groups=[customer.group((PORT, "10.20.0.0/16"))])
        self.group = customer.listen(self.balancer, PORT, world.instances[names[0]])
        also = [{"Id": world.instances[one]} for one in names[1:]]
        if also:
            self.elbv2.register_targets(TargetGroupArn=self.group, Targets=also)
        self.elbv2.add_tags(ResourceArns=[self.listener["ListenerArn"]], Tags=TAGS)
        self.service = customer.service(self.balancer, PRINCIPAL)["ServiceId"]

    @property
    def listener(self) -> dict[str, Any]:
        (one,) = self.elbv2.describe_listeners(LoadBalancerArn=self.balancer)["Listeners"]
        return dict(one)

    def health(self) -> list[str]:
        rows = self.elbv2.describe_target_health(TargetGroupArn=self.group)["TargetHealthDescriptions"]
        return [one["TargetHealth"]["State"] for one in rows]

    def zones(self) -> int:
        (one,) = self.elbv2.describe_load_balancers(LoadBalancerArns=[self.balancer])["LoadBalancers"]
        return len(one["AvailabilityZones"])

    def tags(self) -> list[dict[str, str]]:
        told = self.elbv2.describe_tags(ResourceArns=[self.listener["ListenerArn"]])["TagDescriptions"]
        return list(told[0]["Tags"])

    def gone(self) -> None:
        self.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[self.service])


@pytest.fixture(scope="module")
def served(customer: Customer) -> Iterator[Served]:
    one = Served(customer, "shop-db", "shop-oms", "shop-sftp")
    yield one
    one.gone()


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("target-down", ["unhealthy"] * 3),
        ("target-unused", ["unused"]),
        ("zone-without-targets", ["healthy"]),
        ("targets-removed", []),
        ("listener-deleted", ["unused"] * 3),
        ("balancer-without-group", ["healthy"] * 3),
    ],
)
def test_all_machines_are_broken_and_mended(served: Served, name: str, seen: list[str]) -> None:
    assert served.health() == ["healthy"] * 3
    brought = faults.bring(served.sandbox, name)
    assert served.health() == seen
    brought.mend()
    assert served.health() == ["healthy"] * 3
    assert served.zones() == 3
    assert served.tags() == TAGS


def test_where_the_shape_cannot_show_it_it_says_so(sandbox: Sandbox, served: Served) -> None:
    one_zone = faults.bring(sandbox, "one-zone")
    for name in ("target-unused", "zone-without-targets"):
        with pytest.raises(CloudError, match="more than one zone"):
            faults.bring(sandbox, name)
    one_zone.mend()

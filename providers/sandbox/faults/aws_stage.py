"""What stands in the emulated AWS for a fault to break, found by what it is, whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.request.offer import Offer
from providers.sandbox.faults.fault import absent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_ec2 import type_defs as ec2
    from mypy_boto3_elbv2 import type_defs as elb

    from providers.aws.session import Clients
    from providers.sandbox import Sandbox
    from providers.sandbox.datapath import DataPath
    from providers.sandbox.ground import Ground
    from providers.sandbox.world import World

GONE = ("deleting", "deleted", "rejected", "failed", "expired")
DATABASE = 3306
"""The port of the customer's that faults break, where it is served; else the first one."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Both sides' clients, and the machinery behind them."""

    customer: Clients
    magento: Clients
    world: World
    ground: Ground
    data_path: DataPath
    open_port: Callable[[int], None]

    def endpoint(self) -> ec2.VpcEndpointTypeDef:
        """The customer's endpoint to Magento's service."""
        return self._endpoint(self.customer, self.world.service_name, "an endpoint to Magento's service")

    def connection(self) -> ec2.VpcEndpointTypeDef:
        """Magento's endpoint to the customer's service."""
        name = self.service().get("ServiceName", "")
        return self._endpoint(self.magento, name, "a connection of Magento's to your endpoint service")

    def _endpoint(self, clients: Clients, service_name: str, what: str) -> ec2.VpcEndpointTypeDef:
        found = clients.ec2.describe_vpc_endpoints(
            Filters=[{"Name": "service-name", "Values": [service_name]}]
        )["VpcEndpoints"]
        live = [one for one in found if str(one.get("State", "")).lower() not in GONE]
        if not live:
            raise absent(what)
        return live[-1]

    def service(self) -> ec2.ServiceConfigurationTypeDef:
        """The customer's endpoint service for Magento: the one that allows it, or else the latest."""
        services = self.customer.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
        if not services:
            raise absent("your endpoint service")
        return next((one for one in services if self._allows_magento(one)), services[-1])

    def _allows_magento(self, service: ec2.ServiceConfigurationTypeDef) -> bool:
        allowed = self.customer.ec2.describe_vpc_endpoint_service_permissions(
            ServiceId=service.get("ServiceId", "")
        )["AllowedPrincipals"]
        return PRINCIPAL in {one.get("Principal") for one in allowed}

    def balancer(self) -> elb.LoadBalancerTypeDef:
        """The load balancer behind the customer's endpoint service."""
        arns = self.service().get("NetworkLoadBalancerArns", [])
        found = self.customer.elbv2.describe_load_balancers(LoadBalancerArns=arns[:1]) if arns else None
        if found is None or not found["LoadBalancers"]:
            raise absent("the load balancer of your endpoint service")
        return found["LoadBalancers"][0]

    def listeners(self) -> Sequence[elb.ListenerTypeDef]:
        """What that load balancer listens on, the database's port first."""
        arn = self.balancer().get("LoadBalancerArn", "")
        found = self.customer.elbv2.describe_listeners(LoadBalancerArn=arn)["Listeners"]
        if not found:
            raise absent("a listener of your load balancer")
        return sorted(found, key=lambda one: (one.get("Port") != DATABASE, one.get("Port", 0)))

    def group(self) -> str:
        """The ARN of the target group behind the first of them."""
        return self.listeners()[0].get("DefaultActions", [])[0].get("TargetGroupArn", "")

    def targets(self) -> list[elb.TargetDescriptionTypeDef]:
        """What is registered in that target group."""
        rows = self.customer.elbv2.describe_target_health(TargetGroupArn=self.group())[
            "TargetHealthDescriptions"
        ]
        return [
            {"Id": target.get("Id", ""), "Port": target.get("Port", 0)}
            for row in rows
            if (target := row.get("Target")) is not None
        ]

    def machines(self) -> dict[str, ec2.InstanceTypeDef]:
        """The machines in that target group, by their targets' ids; at least one."""
        ids = [one["Id"] for one in self.targets()]
        known = {
            id: one
            for row in self.customer.ec2.describe_instances()["Reservations"]
            for one in row.get("Instances", [])
            for id in (one.get("InstanceId", ""), one.get("PrivateIpAddress", ""))
        }
        found = {id: known[id] for id in ids if id in known}
        if not found:
            raise absent("a machine behind your load balancer")
        return found

    def machine(self) -> ec2.InstanceTypeDef:
        """The first of them."""
        return next(iter(self.machines().values()))

    def acl(self, network: str) -> str:
        """The network ACL of the customer's network."""
        found = self.customer.ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [network]}])
        return found["NetworkAcls"][0].get("NetworkAclId", "")

    def cidr(self, network: str) -> str:
        """The addresses of the customer's network."""
        return self.customer.ec2.describe_vpcs(VpcIds=[network])["Vpcs"][0].get("CidrBlock", "")

    def emulated(self, endpoint: str) -> Any:
        """The customer's endpoint as the emulator keeps it."""
        from providers.sandbox.moto_base import ec2_of

        return ec2_of(self.ground.customer, self.ground.region).vpc_end_points[endpoint]


PRINCIPAL = Offer().aws_principal


def stage_of(sandbox: Sandbox) -> Stage:
    """The stage of a running sandbox."""
    return Stage(
        sandbox.customer_clients,
        sandbox.vendor_clients,
        sandbox.world,
        sandbox.ground,
        sandbox.data_path,
        sandbox.vendor.open_port,
    )

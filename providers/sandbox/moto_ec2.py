"""The EC2 actions around endpoints, as AWS answers them. What differs from moto: :mod:`.moto_hook`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidServiceName, InvalidVpcEndPointIdError
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.utils import add_tag_specification, random_vpc_ep_id
from moto.moto_api._internal import mock_random

from core.cloud import CloudError
from providers.sandbox.moto_base import (
    Refused,
    ec2_of,
    passes,
    services,
    settle,
    tags_of,
    unsuccessful,
    zone_ids_of,
)
from providers.sandbox.moto_services import ServiceActions

HOSTED_ZONE = "Z1YSA3EXCYUU9Z"
ENDPOINT_FILTERS = (
    "vpc-endpoint-id",
    "service-name",
    "service-region",
    "vpc-id",
    "vpc-endpoint-state",
    "vpc-endpoint-type",
    "ip-address-type",
)


class SandboxEC2(ServiceActions):
    """EC2, with PrivateLink between accounts."""

    def create_vpc_endpoint(self) -> ActionResult:
        """CreateVpcEndpoint. To a ``vpce-svc`` service: the request for a connection."""
        name = self._get_param("ServiceName", "")
        if ".vpce-svc-" not in name:
            return super().create_vpc_endpoint()
        match = [pair for pair in self._visible() if pair[1].service_name == name]
        if not match:
            raise InvalidServiceName(name)
        owner, service = match[0]
        if self._get_param("VpcEndpointType") != "Interface":
            words = f"The endpoint type does not match the type of the service {name} (Interface)."
            raise Refused("InvalidParameter", words)
        if self._get_bool_param("PrivateDnsEnabled", False):
            _check_private_dns(service)
        ec2 = self.ec2_backend
        vpc = ec2.get_vpc(self._get_param("VpcId"))
        subnets = [ec2.get_subnet(subnet_id) for subnet_id in self._get_param("SubnetIds", [])]
        self._check_subnets(vpc.id, subnets, owner, service)
        groups = self._get_param("SecurityGroupIds", []) or [ec2.get_default_security_group(vpc.id).id]
        self._check_groups(vpc.id, groups)

        endpoint_id = random_vpc_ep_id()
        made: Any = VPCEndPoint  # has abstract methods that moto itself leaves open
        endpoint = made(
            ec2,
            endpoint_id,
            vpc.id,
            name,
            "Interface",
            self._get_param("PolicyDocument"),
            [],
            [subnet.id for subnet in subnets],
            security_group_ids=list(groups),
            tags=add_tag_specification(self._get_param("TagSpecifications", [])),
            private_dns_enabled=self._get_bool_param("PrivateDnsEnabled", False),
        )
        endpoint.state = "pendingAcceptance" if service.acceptance_required else "pending"
        # Part of every name of the endpoint, the same for all of them.
        endpoint.label = f"{endpoint_id}-{mock_random.get_random_hex(8)}"
        self._furnish(endpoint)
        ec2.vpc_end_points[endpoint_id] = endpoint
        self.ground.begin(endpoint_id)
        settle(endpoint, self.ground)
        return ActionResult({"VpcEndpoint": endpoint})

    def modify_vpc_endpoint(self) -> ActionResult:
        """ModifyVpcEndpoint: subnets and groups, with their interfaces and names."""
        ec2 = self.ec2_backend
        endpoint = ec2.vpc_end_points.get(self._get_param("VpcEndpointId"))
        if endpoint is None:
            raise InvalidVpcEndPointIdError(self._get_param("VpcEndpointId"))
        match = [pair for pair in services(self.region) if pair[1].service_name == endpoint.service_name]
        if not match:
            return super().modify_vpc_endpoint()
        owner, service = match[0]
        if self._get_bool_param("PrivateDnsEnabled", False):
            _check_private_dns(service)
        added = [ec2.get_subnet(subnet_id) for subnet_id in self._get_param("AddSubnetIds", [])]
        leaving = self._get_param("RemoveSubnetIds", [])
        staying = [ec2.get_subnet(subnet_id) for subnet_id in endpoint.subnet_ids if subnet_id not in leaving]
        self._check_subnets(endpoint.vpc_id, staying + added, owner, service)
        self._check_groups(endpoint.vpc_id, self._get_param("AddSecurityGroupIds", []))
        answer = super().modify_vpc_endpoint()
        asked = self._get_param("PrivateDnsEnabled")
        if asked is not None:
            endpoint.private_dns_enabled = self._get_bool_param("PrivateDnsEnabled", False)
        self._furnish(endpoint)
        return answer

    def describe_vpc_endpoints(self) -> ActionResult:
        """DescribeVpcEndpoints, with the API's filters."""
        found = self.ec2_backend.describe_vpc_endpoints(self._get_param("VpcEndpointIds", []))
        filters = self._filters(ENDPOINT_FILTERS)
        shown = []
        for endpoint in found:
            settle(endpoint, self.ground)
            values = {
                "vpc-endpoint-id": endpoint.id,
                "service-name": endpoint.service_name,
                "service-region": self.region,
                "vpc-id": endpoint.vpc_id,
                "vpc-endpoint-state": endpoint.state,
                "vpc-endpoint-type": endpoint.vpc_endpoint_type or "Gateway",
                "ip-address-type": "ipv4",
            }
            if passes(filters, values, tags_of(endpoint)):
                shown.append(endpoint)
        return ActionResult({"VpcEndpoints": shown})

    def delete_vpc_endpoints(self) -> ActionResult:
        """DeleteVpcEndpoints: with their interfaces, at once."""
        failed: list[dict[str, Any]] = []
        for endpoint_id in self._get_param("VpcEndpointIds", []):
            endpoint = self.ec2_backend.vpc_end_points.get(endpoint_id)
            if endpoint is None:
                words = f"The VPC endpoint '{endpoint_id}' does not exist"
                failed.append(unsuccessful(endpoint_id, "InvalidVpcEndpoint.NotFound", words))
                continue
            self._unfurnish(endpoint, list(endpoint.network_interface_ids))
            endpoint.network_interface_ids = []
            self.ec2_backend.delete_vpc_endpoints([endpoint_id])
            del self.ec2_backend.vpc_end_points[endpoint_id]
        return ActionResult({"Unsuccessful": failed})

    def _furnish(self, endpoint: Any) -> None:
        """One network interface a subnet, with an address of that subnet, and the names."""
        ec2 = self.ec2_backend
        interfaces = [ec2.enis[interface_id] for interface_id in endpoint.network_interface_ids]
        kept = [one for one in interfaces if one.subnet.id in endpoint.subnet_ids]
        self._unfurnish(endpoint, [one.id for one in interfaces if one not in kept])
        served = {one.subnet.id for one in kept}
        for subnet_id in endpoint.subnet_ids:
            if subnet_id in served:
                continue
            subnet = ec2.get_subnet(subnet_id)
            interface = ec2.create_network_interface(
                subnet,
                subnet.get_available_subnet_ip(endpoint),
                group_ids=endpoint.security_group_ids,
                description=f"VPC Endpoint Interface {endpoint.id}",
            )
            interface.interface_type = "vpc_endpoint"
            interface.requester_managed = True
            interface.status = "in-use"
            kept.append(interface)
        endpoint.network_interface_ids = [one.id for one in kept]
        base = f"{endpoint.service_name.rsplit('.', 1)[1]}.{self.region}.vpce.amazonaws.com"
        labels = [endpoint.label] + [f"{endpoint.label}-{one.subnet.availability_zone}" for one in kept]
        endpoint.dns_entries = [
            {"DnsName": f"{label}.{base}", "HostedZoneId": HOSTED_ZONE} for label in labels
        ]

    def _unfurnish(self, endpoint: Any, interface_ids: Sequence[str]) -> None:
        for interface_id in interface_ids:
            interface = self.ec2_backend.enis.pop(interface_id, None)
            if interface is not None:
                interface.subnet.del_subnet_ip(interface.private_ip_address)

    def _check_subnets(self, vpc_id: str, subnets: Sequence[Any], owner: str, service: Any) -> None:
        supported = zone_ids_of(owner, service, self.region)
        seen: set[str] = set()
        for subnet in subnets:
            if subnet.vpc_id != vpc_id:
                words = f"The subnet {subnet.id} does not belong to the VPC {vpc_id}."
                raise Refused("InvalidParameter", words)
            if subnet.availability_zone_id not in supported:
                words = (
                    f"The VPC endpoint service {service.service_name} does not support the availability "
                    f"zone of the subnet: {subnet.id}."
                )
                raise Refused("InvalidParameter", words)
            if subnet.availability_zone_id in seen:
                words = f"Found another VPC endpoint subnet in the availability zone of {subnet.id}."
                raise Refused("DuplicateSubnetsInSameZone", words)
            seen.add(subnet.availability_zone_id)

    def _check_groups(self, vpc_id: str, group_ids: Sequence[str]) -> None:
        for group_id in group_ids:
            group = self.ec2_backend.get_security_group_from_id(group_id)
            if group is None:
                raise Refused("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
            if group.vpc_id != vpc_id:
                words = f"Security group {group_id} and the endpoint belong to different networks."
                raise Refused("InvalidParameter", words)

    # Subnets, in this account's own zones

    def create_subnet(self) -> ActionResult:
        """CreateSubnet: moto's zone names are the same in all accounts, AWS's are not."""
        answer = super().create_subnet()
        result: Any = answer.result
        subnet = result["Subnet"]
        zone_id = self._get_param("AvailabilityZoneId")
        for zone in self.ec2_backend.describe_availability_zones():
            if zone.zone_id == zone_id if zone_id else zone.name == subnet.availability_zone:
                subnet._availability_zone = zone
        return answer


def remap_zones(account: str, region: str) -> None:
    """Give an account zone names that are one place further than everybody else's, as AWS's differ.

    Raises CloudError ``invalid`` for a region whose zones moto does not know.
    """
    if region not in RegionsAndZonesBackend.zones:
        raise CloudError(
            "invalid",
            f"The sandbox knows no Availability Zones in {region}.",
            "Start it in another region, for example us-west-2.",
        )
    ec2 = ec2_of(account, region)
    zones = ec2.zones[region]
    ids = [zone.zone_id for zone in zones]
    moved = [
        type(zone)(name=zone.name, region_name=region, zone_id=zone_id)
        for zone, zone_id in zip(zones, ids[1:] + ids[:1], strict=True)
    ]
    ec2.zones = {**ec2.zones, region: moved}


def _check_private_dns(service: Any) -> None:
    if not service.private_dns_name:
        words = (
            f"Private DNS can't be enabled because the service {service.service_name} does not provide a "
            "private DNS name."
        )
        raise Refused("InvalidParameter", words)

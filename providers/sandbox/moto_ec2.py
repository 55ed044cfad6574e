"""The EC2 actions around PrivateLink, as AWS answers them. What differs from moto: :mod:`.moto_hook`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidServiceName, InvalidVpcEndPointIdError, UnknownVpcEndpointService
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response
from moto.ec2.utils import add_tag_specification, random_vpc_ep_id
from moto.moto_api._internal import mock_random

from core.cloud import CloudError
from providers.sandbox.moto_base import (
    Refused,
    Strict,
    check_filters,
    ec2_of,
    endpoints,
    passes,
    services,
    settle,
    tags_of,
    wire_tags,
    zone_ids_of,
)

LIVE = frozenset({"pendingAcceptance", "pending", "available"})
ACCEPTABLE = frozenset({"pendingAcceptance", "rejected"})
HOSTED_ZONE = "Z1YSA3EXCYUU9Z"
PRINCIPAL = re.compile(r"\*|arn:aws[a-z-]*:(iam|sts)::\d{12}:(root|(user|role|assumed-role)/[\w+=,.@/-]+)")
AWS_SERVICES = ("ec2", "kms", "s3", "secretsmanager", "sts")
"""AWS's own services that the list shows, beside the endpoint services: a few of the real thousands."""


CONNECTION_FILTERS = (
    "service-id",
    "vpc-endpoint-id",
    "vpc-endpoint-owner",
    "vpc-endpoint-state",
    "ip-address-type",
)
CONFIGURATION_FILTERS = ("service-name", "service-id", "service-state", "supported-ip-address-types")
SERVICE_FILTERS = ("service-name", "service-type", "owner", "service-region", "supported-ip-address-types")
ENDPOINT_FILTERS = (
    "vpc-endpoint-id",
    "service-name",
    "service-region",
    "vpc-id",
    "vpc-endpoint-state",
    "vpc-endpoint-type",
    "ip-address-type",
)
PRINCIPAL_FILTERS = ("principal", "principal-type")


class SandboxEC2(Strict, EC2Response):
    """EC2, with PrivateLink between accounts."""

    dry_run = True

    def _filters(self, known: Sequence[str]) -> list[dict[str, Any]]:
        filters: list[dict[str, Any]] = self._get_param("Filters", [])
        check_filters(filters, known)
        return filters

    # Endpoint services, as their owner sees them

    def create_vpc_endpoint_service_configuration(self) -> ActionResult:
        """CreateVpcEndpointServiceConfiguration: network load balancers only."""
        from moto.elbv2.models import elbv2_backends

        known = elbv2_backends[self.current_account][self.region].load_balancers
        for arn in self._get_param("NetworkLoadBalancerArns", []):
            if arn in known and known[arn].type != "network":
                raise Refused("InvalidParameter", f"Load balancer {arn} is not a network load balancer.")
        answer = super().create_vpc_endpoint_service_configuration()
        result: Any = answer.result
        return ActionResult({"ServiceConfiguration": self._configuration(result["ServiceConfiguration"])})

    def describe_vpc_endpoint_service_configurations(self) -> ActionResult:
        """DescribeVpcEndpointServiceConfigurations, with the API's filters."""
        found = self.ec2_backend.describe_vpc_endpoint_service_configurations(
            self._get_param("ServiceIds", [])
        )
        filters = self._filters(CONFIGURATION_FILTERS)
        shown = [
            self._configuration(service)
            for service in found
            if passes(
                filters,
                {
                    "service-name": service.service_name,
                    "service-id": service.id,
                    "service-state": service.service_state,
                    "supported-ip-address-types": "ipv4",
                },
                tags_of(service),
            )
        ]
        return ActionResult({"ServiceConfigurations": shown})

    def delete_vpc_endpoint_service_configurations(self) -> ActionResult:
        """DeleteVpcEndpointServiceConfigurations: not while endpoints are connected or wait to be."""
        failed: list[dict[str, Any]] = []
        for service_id in self._get_param("ServiceIds", []):
            service = self.ec2_backend.configurations.get(service_id)
            if service is None:
                words = f"The VpcEndpointService Id '{service_id}' does not exist"
                failed.append(_unsuccessful(service_id, "InvalidVpcEndpointService.NotFound", words))
            elif any(endpoint.state in LIVE for _, endpoint in self._connections(service)):
                words = f"Service {service_id} has existing active VPC Endpoint connections!"
                failed.append(_unsuccessful(service_id, "ExistingVpcEndpointConnections", words))
            else:
                del self.ec2_backend.configurations[service_id]
        return ActionResult({"Unsuccessful": failed})

    def describe_vpc_endpoint_service_permissions(self) -> ActionResult:
        """DescribeVpcEndpointServicePermissions."""
        service = self._own_service(self._get_param("ServiceId"))
        allowed = [
            {
                "Principal": principal,
                "PrincipalType": _principal_type(principal),
                "ServiceId": service.id,
            }
            for principal in sorted(service.principals)
        ]
        filters = self._filters(PRINCIPAL_FILTERS)
        shown = [
            one
            for one in allowed
            if passes(filters, {"principal": one["Principal"], "principal-type": one["PrincipalType"]}, {})
        ]
        return ActionResult({"AllowedPrincipals": shown})

    def modify_vpc_endpoint_service_permissions(self) -> ActionResult:
        """ModifyVpcEndpointServicePermissions: adds and removes, each principal a valid one."""
        for principal in self._get_param("AddAllowedPrincipals", []):
            if not PRINCIPAL.fullmatch(principal):
                raise Refused("InvalidPrincipal", f"Invalid Principal: '{principal}'")
        return super().modify_vpc_endpoint_service_permissions()

    def describe_vpc_endpoint_connections(self) -> ActionResult:
        """DescribeVpcEndpointConnections: everybody's endpoints to the caller's services."""
        filters = self._filters(CONNECTION_FILTERS)
        shown = []
        for service in list(self.ec2_backend.configurations.values()):
            for owner, endpoint in self._connections(service):
                values = {
                    "service-id": service.id,
                    "vpc-endpoint-id": endpoint.id,
                    "vpc-endpoint-owner": owner,
                    "vpc-endpoint-state": endpoint.state,
                    "ip-address-type": "ipv4",
                }
                if passes(filters, values, {}):
                    shown.append(_connection(service, owner, endpoint, self.region))
        return ActionResult({"VpcEndpointConnections": shown})

    def accept_vpc_endpoint_connections(self) -> ActionResult:
        """AcceptVpcEndpointConnections."""
        return self._decide("pending", ACCEPTABLE)

    def reject_vpc_endpoint_connections(self) -> ActionResult:
        """RejectVpcEndpointConnections."""
        return self._decide("rejected", LIVE)

    def _decide(self, state: str, possible: frozenset[str]) -> ActionResult:
        service = self._own_service(self._get_param("ServiceId"))
        known = {endpoint.id: endpoint for _, endpoint in self._connections(service)}
        failed: list[dict[str, Any]] = []
        for endpoint_id in self._get_param("VpcEndpointIds", []):
            endpoint = known.get(endpoint_id)
            if endpoint is None:
                words = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                failed.append(_unsuccessful(endpoint_id, "InvalidVpcEndpointId.NotFound", words))
            elif endpoint.state not in possible:
                words = f"The Vpc Endpoint {endpoint_id} is in state {endpoint.state}"
                failed.append(_unsuccessful(endpoint_id, "InvalidState", words))
            else:
                endpoint.state = state
                self.ground.restart(endpoint_id)
                settle(endpoint, self.ground)
        return ActionResult({"Unsuccessful": failed})

    def _own_service(self, service_id: str) -> Any:
        service = self.ec2_backend.configurations.get(service_id)
        if service is None:
            raise UnknownVpcEndpointService(service_id)
        return service

    def _connections(self, service: Any) -> list[tuple[str, Any]]:
        found = [
            (owner, one) for owner, one in endpoints(self.region) if one.service_name == service.service_name
        ]
        for _, endpoint in found:
            settle(endpoint, self.ground)
        return found

    def _configuration(self, service: Any) -> dict[str, Any]:
        ids = zone_ids_of(self.current_account, service, self.region)
        return {
            "ServiceType": service.service_type,
            "ServiceId": service.id,
            "ServiceName": service.service_name,
            "ServiceState": service.service_state,
            "AvailabilityZones": self._zone_names(ids),
            "AvailabilityZoneIds": list(ids),
            "AcceptanceRequired": service.acceptance_required,
            "ManagesVpcEndpoints": False,
            "NetworkLoadBalancerArns": service.network_load_balancer_arns,
            "SupportedIpAddressTypes": ["ipv4"],
            "BaseEndpointDnsNames": service.base_endpoint_dns_names,
            "PrivateDnsName": service.private_dns_name,
            "Tags": wire_tags(service),
        }

    # Endpoint services, as others see them

    def describe_vpc_endpoint_services(self) -> ActionResult:
        """DescribeVpcEndpointServices: those that show themselves to the caller's account."""
        details = [self._detail(owner, service) for owner, service in self._visible()]
        details += [_aws_service(name, self.region, self._zone_names()) for name in AWS_SERVICES]
        wanted = self._get_param("ServiceNames", [])
        known = {detail["ServiceName"] for detail in details}
        for name in wanted:
            if name not in known:
                raise InvalidServiceName(name)
        filters = self._filters(SERVICE_FILTERS)
        shown = [
            detail
            for detail in details
            if (not wanted or detail["ServiceName"] in wanted)
            and passes(
                filters,
                {
                    "service-name": detail["ServiceName"],
                    "service-type": [kind["ServiceType"] for kind in detail["ServiceType"]],
                    "owner": detail["Owner"],
                    "service-region": self.region,
                    "supported-ip-address-types": "ipv4",
                },
                {tag["Key"]: tag["Value"] for tag in detail["Tags"]},
            )
        ]
        names = [detail["ServiceName"] for detail in shown]
        return ActionResult({"ServiceNames": names, "ServiceDetails": shown})

    def _visible(self) -> list[tuple[str, Any]]:
        principals = {"*", f"arn:{self.partition}:iam::{self.current_account}:root"}
        return [
            (owner, service)
            for owner, service in services(self.region)
            if owner == self.current_account or principals.intersection(service.principals)
        ]

    def _detail(self, owner: str, service: Any) -> dict[str, Any]:
        ids = zone_ids_of(owner, service, self.region)
        return {
            "ServiceName": service.service_name,
            "ServiceId": service.id,
            "ServiceType": service.service_type,
            "ServiceRegion": self.region,
            "AvailabilityZones": self._zone_names(ids),
            "AvailabilityZoneIds": list(ids),
            "Owner": owner,
            "BaseEndpointDnsNames": service.base_endpoint_dns_names,
            "PrivateDnsName": service.private_dns_name,
            "VpcEndpointPolicySupported": False,
            "AcceptanceRequired": service.acceptance_required,
            "ManagesVpcEndpoints": False,
            "Tags": wire_tags(service) if owner == self.current_account else [],
            "SupportedIpAddressTypes": ["ipv4"],
        }

    def _zone_names(self, ids: Sequence[str] | None = None) -> list[str]:
        zones = self.ec2_backend.describe_availability_zones()
        return [zone.name for zone in zones if ids is None or zone.zone_id in ids]

    # Endpoints

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
                failed.append(_unsuccessful(endpoint_id, "InvalidVpcEndpoint.NotFound", words))
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


def _unsuccessful(resource_id: str, code: str, message: str) -> dict[str, Any]:
    return {"ResourceId": resource_id, "Error": {"Code": code, "Message": message}}


def _principal_type(principal: str) -> str:
    if principal == "*":
        return "All"
    kind = principal.rsplit(":", 1)[1].split("/")[0]
    return {"root": "Account", "user": "User"}.get(kind, "Role")


def _connection(service: Any, owner: str, endpoint: Any, region: str) -> dict[str, Any]:
    return {
        "ServiceId": service.id,
        "VpcEndpointId": endpoint.id,
        "VpcEndpointOwner": owner,
        "VpcEndpointState": endpoint.state,
        "CreationTimestamp": endpoint.creation_timestamp,
        "DnsEntries": endpoint.dns_entries,
        "NetworkLoadBalancerArns": service.network_load_balancer_arns,
        "IpAddressType": "ipv4",
        "VpcEndpointConnectionId": endpoint.id.replace("vpce-", "vpce-con-"),
        "VpcEndpointRegion": region,
        "Tags": [],
    }


def _aws_service(name: str, region: str, zones: Sequence[str]) -> dict[str, Any]:
    return {
        "ServiceName": f"com.amazonaws.{region}.{name}",
        "ServiceId": f"vpce-svc-aws{name}",
        "ServiceType": [{"ServiceType": "Interface"}],
        "ServiceRegion": region,
        "AvailabilityZones": list(zones),
        "Owner": "amazon",
        "BaseEndpointDnsNames": [f"{name}.{region}.vpce.amazonaws.com"],
        "VpcEndpointPolicySupported": True,
        "AcceptanceRequired": False,
        "ManagesVpcEndpoints": False,
        "Tags": [],
        "SupportedIpAddressTypes": ["ipv4"],
    }

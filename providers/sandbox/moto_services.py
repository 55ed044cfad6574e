"""The EC2 actions around endpoint services, as AWS answers them. What differs from moto: :mod:`.moto_hook`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidServiceName, UnknownVpcEndpointService
from moto.ec2.responses import EC2Response

from providers.sandbox.moto_base import (
    UNAUTHORIZED,
    Refused,
    Strict,
    check_filters,
    endpoints,
    passes,
    services,
    settle,
    tags_of,
    unsuccessful,
    wire_tags,
    zone_ids_of,
)

LIVE = frozenset({"pendingAcceptance", "pending", "available"})
ACCEPTABLE = frozenset({"pendingAcceptance", "rejected"})
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
PRINCIPAL_FILTERS = ("principal", "principal-type")


class ServiceActions(Strict, EC2Response):
    """Endpoint services, as their owners and as other accounts see them, and the connections to them."""

    dry_run = True
    denial = UNAUTHORIZED

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

    def modify_vpc_endpoint_service_configuration(self) -> ActionResult:
        """ModifyVpcEndpointServiceConfiguration: a private DNS name is taken off, too."""
        answer = super().modify_vpc_endpoint_service_configuration()
        if self._get_bool_param("RemovePrivateDnsName", False):
            self._own_service(self._get_param("ServiceId")).private_dns_name = None
        return answer

    def delete_vpc_endpoint_service_configurations(self) -> ActionResult:
        """DeleteVpcEndpointServiceConfigurations: not while endpoints are connected or wait to be."""
        failed: list[dict[str, Any]] = []
        for service_id in self._get_param("ServiceIds", []):
            service = self.ec2_backend.configurations.get(service_id)
            if service is None:
                words = f"The VpcEndpointService Id '{service_id}' does not exist"
                failed.append(unsuccessful(service_id, "InvalidVpcEndpointService.NotFound", words))
            elif any(endpoint.state in LIVE for _, endpoint in self._connections(service)):
                words = f"Service {service_id} has existing active VPC Endpoint connections!"
                failed.append(unsuccessful(service_id, "ExistingVpcEndpointConnections", words))
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
                failed.append(unsuccessful(endpoint_id, "InvalidVpcEndpointId.NotFound", words))
            elif endpoint.state not in possible:
                words = f"The Vpc Endpoint {endpoint_id} is in state {endpoint.state}"
                failed.append(unsuccessful(endpoint_id, "InvalidState", words))
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
            # Nobody here proves that a domain is theirs.
            "PrivateDnsNameConfiguration": {"State": "pendingVerification"}
            if service.private_dns_name
            else None,
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

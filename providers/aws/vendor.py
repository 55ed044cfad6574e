"""The vendor's moves on AWS: what Magento's infrastructure team does with the same API."""

from __future__ import annotations

from core.cloud import CloudError
from core.network.model import Connection, Tags
from providers.aws import lookups
from providers.aws.changes import create_endpoint
from providers.aws.observe import Remembered, vendor_service
from providers.aws.session import Clients
from providers.aws.settings import check_unsuccessful


class AwsVendor:
    """The infrastructure team's account in one region; answers :class:`core.cloud.Vendor`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._remembered = Remembered()

    def allow(self, service_id: str, account: str) -> None:
        """Step 3: ``ModifyVpcEndpointServicePermissions`` adds the account's root."""
        principal = f"arn:{self._clients.partition}:iam::{account}:root"
        with self._clients.asking("ec2:ModifyVpcEndpointServicePermissions"):
            self._clients.ec2.modify_vpc_endpoint_service_permissions(
                ServiceId=service_id, AddAllowedPrincipals=[principal]
            )

    def requests(self, service_id: str) -> tuple[Connection, ...]:
        """The connections of the vendor's service: ``DescribeVpcEndpointConnections``."""
        return tuple(lookups.connections(self._clients, (service_id,)))

    def approve(self, connection: Connection) -> None:
        """Step 5."""
        accept(self._clients, connection)

    def decline(self, connection: Connection) -> None:
        """Step 5, the other way."""
        reject(self._clients, connection)

    def connect(self, service_name: str, network_id: str, token: str) -> str:
        """Step 7a: an endpoint to the customer's service, in one subnet of each zone that the two share.

        Raises ``service-not-visible`` where the customer has not allowed this account, ``invalid`` where
        the network has no subnet in any of the service's zones.
        """
        clients = self._clients
        wire = lookups.service_detail(clients, service_name)
        zones = vendor_service(clients, wire, self._remembered).zone_ids
        subnets = {item.zone_id: item.id for item in lookups.subnets(clients, network_id)}
        shared = tuple(subnets[zone] for zone in zones if zone in subnets)
        if not shared:
            raise CloudError(
                "invalid",
                f"{network_id} has no subnet in a zone of {service_name} ({', '.join(zones)}).",
                "Make a subnet in one of these zones, or extend the service's load balancer to another zone.",
                operation="ec2:CreateVpcEndpoint",
            )
        mark: Tags = {"Name": service_name.rpartition(".")[2]}
        return create_endpoint(
            clients,
            network=network_id,
            service_name=service_name,
            subnets=shared,
            groups=(),
            mark=mark,
            token=token,
        ).id


def accept(clients: Clients, connection: Connection) -> None:
    """``AcceptVpcEndpointConnections``, whose refusals come in a list of the answer."""
    operation = "ec2:AcceptVpcEndpointConnections"
    with clients.asking(operation):
        answer = clients.ec2.accept_vpc_endpoint_connections(
            ServiceId=connection.service_id, VpcEndpointIds=[connection.endpoint_id]
        )
    check_unsuccessful(clients, operation, answer.get("Unsuccessful", ()))


def reject(clients: Clients, connection: Connection) -> None:
    """``RejectVpcEndpointConnections``, whose refusals come in a list of the answer."""
    operation = "ec2:RejectVpcEndpointConnections"
    with clients.asking(operation):
        answer = clients.ec2.reject_vpc_endpoint_connections(
            ServiceId=connection.service_id, VpcEndpointIds=[connection.endpoint_id]
        )
    check_unsuccessful(clients, operation, answer.get("Unsuccessful", ()))

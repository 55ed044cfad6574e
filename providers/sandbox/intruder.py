"""A stranger in the emulated AWS: somebody of the customer's lets another account see a service, and it asks."""

from __future__ import annotations

from collections.abc import Callable

from providers.aws.session import Clients
from providers.aws.vendor import AwsVendor

ACCOUNT = "999988887777"
"""The stranger's account."""


class AwsIntruder:
    """The stranger, and the customer's administrator who opens and closes the list of principals."""

    def __init__(self, administrator: Clients, sign_in: Callable[[str], Clients]) -> None:
        self._administrator = administrator
        self._sign_in = sign_in

    def ask(self, service_name: str) -> None:
        """Be put on the list of a customer's service, and request a connection to it. Raises CloudError."""
        self._list(service_name, add=True)
        stranger = self._sign_in(ACCOUNT)
        with stranger.asking("ec2:DescribeVpcs"):
            vpc = stranger.ec2.describe_vpcs()["Vpcs"][0].get("VpcId", "")
        AwsVendor(stranger).connect(service_name, vpc, "stranger")

    def leave(self, service_name: str) -> None:
        """Be taken off the list again; the request stays as it is. Raises CloudError."""
        self._list(service_name, add=False)

    def _list(self, service_name: str, *, add: bool) -> None:
        clients = self._administrator
        principals = [f"arn:{clients.partition}:iam::{ACCOUNT}:root"]
        service = service_name.rpartition(".")[2]
        with clients.asking("ec2:ModifyVpcEndpointServicePermissions"):
            if add:
                clients.ec2.modify_vpc_endpoint_service_permissions(
                    ServiceId=service, AddAllowedPrincipals=principals
                )
            else:
                clients.ec2.modify_vpc_endpoint_service_permissions(
                    ServiceId=service, RemoveAllowedPrincipals=principals
                )

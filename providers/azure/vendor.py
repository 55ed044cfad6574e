"""The vendor's moves on Azure, and deciding on a connection, which both sides do the same way."""

from __future__ import annotations

import re
import time
from functools import partial

from azure.mgmt.network import models as w

from core.cloud import CloudError
from core.network.model import Connection
from core.setup import change as c
from providers.azure import changes, ids, lookups, read, read_ground
from providers.azure.operations import if_there
from providers.azure.session import Clients

DECIDED = 120.0
"""Seconds that a decision on a connection may take to be in place."""
_MESSAGE = "Magento Commerce Cloud: connection to your private link service"


class AzureVendor:
    """The infrastructure team's subscription in one location; answers :class:`core.cloud.Vendor`."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def allow(self, service_id: str, account: str) -> None:
        """Step 3: the customer's subscription sees the service (``visibility`` of the service)."""
        spec = c.PrincipalSpec(service_id, (account,))
        change = c.Change("allow", "create", "principal", account, spec)
        changes.apply(self._clients, change, "vendor")

    def requests(self, service_id: str) -> tuple[Connection, ...]:
        """The connections of the vendor's service."""
        return tuple(read.connections(lookups.service(self._clients, service_id), ids.as_is))

    def approve(self, connection: Connection) -> None:
        """Step 5."""
        decide(self._clients, connection, "Approved")

    def decline(self, connection: Connection) -> None:
        """Step 5, the other way."""
        decide(self._clients, connection, "Rejected")

    def connect(self, service_name: str, network_id: str, token: str) -> str:
        """Step 7a: a private endpoint to the customer's service, in the first subnet with a free address.

        ``service_name`` is an alias or a resource id; ``token`` is part of the endpoint's name. Raises
        ``service-not-visible`` where the customer does not let this subscription see it, ``invalid`` where
        no subnet has room.
        """
        clients = self._clients
        lookups.vendor_service(clients, service_name)
        at = ids.place(network_id, "virtualNetworks")
        with clients.asking("virtualNetworks/read"):
            network = clients.network.virtual_networks.get(at.group, at.name)
        subnet = next((one for one in read_ground.subnets(network, ids.as_is) if one.free_addresses), None)
        if subnet is None:
            raise CloudError(
                "invalid",
                f"{network_id} has no subnet with a free address.",
                "Make a subnet for private endpoints in it.",
                operation="Microsoft.Network/privateEndpoints/write",
            )
        name = re.sub(r"[^A-Za-z0-9-]+", "-", token).strip("-")[:80] or "magento"
        spec = c.PrivateEndpointSpec(name, at.group, clients.location, subnet.id, service_name, _MESSAGE)
        change = c.Change("vendor-endpoint", "create", "endpoint", name, spec)
        return changes.apply(clients, change, "vendor").id


def decide(clients: Clients, connection: Connection, status: str) -> None:
    """``PrivateLinkServices_UpdatePrivateEndpointConnection``, then look until it is in place.

    The call is no long-running operation but answers ``Updating``. Raises ``not-found`` where the service
    has no such connection.
    """
    at = ids.place(connection.service_id, "privateLinkServices")
    name = connection.name or _name(clients, connection)
    services = clients.network.private_link_services
    body = w.PrivateEndpointConnection(
        name=name,
        properties=w.PrivateEndpointConnectionProperties(
            private_link_service_connection_state=w.PrivateLinkServiceConnectionState(
                status=status, description=f"{status} with privatelink"
            )
        ),
    )
    operation = "privateLinkServices/privateEndpointConnections/write"
    with clients.asking(operation):
        seen: w.PrivateEndpointConnection | None = services.update_private_endpoint_connection(
            at.group, at.name, name, body
        )

    def look() -> w.PrivateEndpointConnection:
        with clients.asking("privateLinkServices/privateEndpointConnections/read"):
            return services.get_private_endpoint_connection(at.group, at.name, name)

    end = time.monotonic() + DECIDED
    # What is gone by now was rejected and removed by its own side: nothing is left to wait for.
    while seen is not None and _moving(seen):
        if time.monotonic() > end:
            raise CloudError(
                "unavailable",
                f"Azure is still at work on the connection {name}.",
                "Look again in a minute; the decision itself was taken.",
                operation=f"Microsoft.Network/{operation}",
            )
        time.sleep(clients.interval)
        seen = if_there(partial(look))


def _moving(wire: w.PrivateEndpointConnection) -> bool:
    return read.said(wire.properties.provisioning_state if wire.properties else "") == "updating"


def _name(clients: Clients, connection: Connection) -> str:
    for one in read.connections(lookups.service(clients, connection.service_id), ids.as_is):
        if ids.same(one.endpoint_id, connection.endpoint_id):
            return one.name
    raise CloudError(
        "not-found",
        f"{connection.service_id} has no connection from {connection.endpoint_id}.",
        "Look again: the other side may have removed its private endpoint.",
        operation="Microsoft.Network/privateLinkServices/read",
    )

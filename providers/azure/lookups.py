"""The reads that more than one room makes. Each function is one API operation, all its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.cloud import CloudError
from core.network import model as m
from providers.azure import ids, read
from providers.azure.errors import from_code
from providers.azure.session import Clients

if TYPE_CHECKING:
    from azure.mgmt.network import models as w


def _here(clients: Clients, location: str | None) -> bool:
    """Whether a resource is in the location that is looked at."""
    return read.location(location) == clients.location


def networks(clients: Clients) -> list[w.VirtualNetwork]:
    """``VirtualNetworks_ListAll``: those of the location, with their subnets."""
    with clients.asking("virtualNetworks/read"):
        return [item for item in clients.network.virtual_networks.list_all() if _here(clients, item.location)]


def load_balancers(clients: Clients) -> list[w.LoadBalancer]:
    """``LoadBalancers_ListAll``: those of the location."""
    with clients.asking("loadBalancers/read"):
        return [item for item in clients.network.load_balancers.list_all() if _here(clients, item.location)]


def interfaces(clients: Clients) -> list[w.NetworkInterface]:
    """``NetworkInterfaces_ListAll``: those of the location."""
    with clients.asking("networkInterfaces/read"):
        return [
            item for item in clients.network.network_interfaces.list_all() if _here(clients, item.location)
        ]


def security_groups(clients: Clients) -> list[w.NetworkSecurityGroup]:
    """``NetworkSecurityGroups_ListAll``: those of the location."""
    with clients.asking("networkSecurityGroups/read"):
        found = clients.network.network_security_groups.list_all()
        return [item for item in found if _here(clients, item.location)]


def services(clients: Clients) -> list[w.PrivateLinkService]:
    """``PrivateLinkServices_ListBySubscription``: those of the location, with their connections."""
    with clients.asking("privateLinkServices/read"):
        found = clients.network.private_link_services.list_by_subscription()
        return [item for item in found if _here(clients, item.location)]


def endpoints(clients: Clients) -> list[w.PrivateEndpoint]:
    """``PrivateEndpoints_ListBySubscription``: those of the location."""
    with clients.asking("privateEndpoints/read"):
        found = clients.network.private_endpoints.list_by_subscription()
        return [item for item in found if _here(clients, item.location)]


def route_tables(clients: Clients) -> list[w.RouteTable]:
    """``RouteTables_ListAll``: those of the location."""
    with clients.asking("routeTables/read"):
        return [item for item in clients.network.route_tables.list_all() if _here(clients, item.location)]


def locations(clients: Clients) -> tuple[str, ...]:
    """Where the subscription has anything of a private link: in all locations, four lists."""
    net = clients.network
    found: set[str] = set()
    for action, listed in (
        ("virtualNetworks/read", net.virtual_networks.list_all),
        ("loadBalancers/read", net.load_balancers.list_all),
        ("privateLinkServices/read", net.private_link_services.list_by_subscription),
        ("privateEndpoints/read", net.private_endpoints.list_by_subscription),
    ):
        with clients.asking(action):
            found.update(read.location(item.location) for item in listed())
    return tuple(sorted(found - {""}))


def usages(clients: Clients) -> list[w.Usage]:
    """``Usages_List``: the location's limits and what is used of them."""
    with clients.asking("locations/usages/read"):
        return list(clients.network.usages.list(clients.location))


def load_balancer(clients: Clients, id: str) -> w.LoadBalancer:
    """``LoadBalancers_Get``. Raises ``not-found``."""
    at = ids.place(id, "loadBalancers")
    with clients.asking("loadBalancers/read"):
        found: w.LoadBalancer = clients.network.load_balancers.get(at.group, at.name)
    return found


def interface(clients: Clients, id: str) -> w.NetworkInterface:
    """``NetworkInterfaces_Get``. Raises ``not-found``."""
    at = ids.place(id, "networkInterfaces")
    with clients.asking("networkInterfaces/read"):
        return clients.network.network_interfaces.get(at.group, at.name)


def subnet(clients: Clients, id: str) -> w.Subnet:
    """``Subnets_Get``. Raises ``not-found``."""
    at = ids.place(id, "virtualNetworks")
    with clients.asking("virtualNetworks/subnets/read"):
        return clients.network.subnets.get(at.group, at.name, ids.part(id, "subnets"))


def service(clients: Clients, id: str) -> w.PrivateLinkService:
    """``PrivateLinkServices_Get``, with its connections. Raises ``not-found``."""
    at = ids.place(id, "privateLinkServices")
    with clients.asking("privateLinkServices/read"):
        return clients.network.private_link_services.get(at.group, at.name)


def endpoint(clients: Clients, id: str) -> w.PrivateEndpoint:
    """``PrivateEndpoints_Get``. Raises ``not-found``."""
    at = ids.place(id, "privateEndpoints")
    with clients.asking("privateEndpoints/read"):
        return clients.network.private_endpoints.get(at.group, at.name)


def id_of(clients: Clients, group: str, kind: str, name: str) -> str:
    """The id that a resource of Microsoft.Network has by its name."""
    return (
        f"/subscriptions/{clients.subscription}/resourceGroups/{group}"
        f"/providers/Microsoft.Network/{kind}/{name}"
    )


def vendor_service(clients: Clients, name: str) -> m.VendorService:
    """``PrivateLinkServices_CheckPrivateLinkServiceVisibility`` for an alias or a resource id.

    Raises ``service-not-visible``. The answer is a yes or no: whose service it is only its id tells, and a
    request made by hand always waits for its owner.
    """
    operation = "locations/checkPrivateLinkServiceVisibility/action"
    try:
        with clients.asking(operation):
            poller = clients.network.private_link_services.begin_check_private_link_service_visibility(
                clients.location, {"privateLinkServiceAlias": name}
            )
        visible = clients.finish(operation, poller).visible
    except CloudError as error:
        if error.code != "not-found":
            raise
        raise _hidden(clients, name, operation) from error
    if not visible:
        raise _hidden(clients, name, operation)
    return m.VendorService(name, ids.subscription_of(name), (), (), acceptance_required=True)


def _hidden(clients: Clients, name: str, operation: str) -> CloudError:
    return from_code("PrivateLinkServiceNotVisible", name, operation, clients.source, clients.location)

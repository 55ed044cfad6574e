"""Route tables, and what a location's quotas are."""

from __future__ import annotations

from collections.abc import Mapping

from providers.sandbox.azure.estate import Estate, Json, Resource, bad, referenced
from providers.sandbox.azure.kinds import Kind, complete, ids, show

HOPS = ("VirtualNetworkGateway", "VnetLocal", "Internet", "VirtualAppliance", "None")

LIMITS: Mapping[str, tuple[str, str, int]] = {
    "virtualNetworks": ("VirtualNetworks", "Virtual Networks", 1000),
    "networkSecurityGroups": ("NetworkSecurityGroups", "Network Security Groups", 5000),
    "networkInterfaces": ("NetworkInterfaces", "Network Interfaces", 65536),
    "loadBalancers": ("LoadBalancers", "Load Balancers", 1000),
    "privateEndpoints": ("PrivateEndpoints", "Private Endpoints", 65536),
    "privateLinkServices": ("PrivateLinkServices", "Private Link Services", 800),
    "routeTables": ("RouteTables", "Route Tables", 200),
}
"""Kinds with how ``Usages_List`` names and limits them ("Azure subscription and service limits", networking)."""


def usages(estate: Estate, subscription: str, location: str) -> list[Json]:
    """The usages of a location as ARM shows them."""
    shown = []
    for kind, (name, words, limit) in LIMITS.items():
        used = sum(one.location == location for one in estate.of_kind(kind, subscription))
        shown.append(
            {
                "id": f"/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/usages/{name}",
                "unit": "Count",
                "currentValue": used,
                "limit": limit,
                "name": {"value": name, "localizedValue": words},
            }
        )
    return shown


def _write(estate: Estate, old: Resource | None, new: Resource) -> None:
    if old and new.properties.get("routes") is None:
        new.properties["routes"] = old.parts("routes")
    for route in complete(new, "routes"):
        inner = route["properties"]
        hop = inner.get("nextHopType")
        if hop not in HOPS:
            raise bad("InvalidRequestFormat", f"Route {route['name']} has the next hop type {hop}.")
        if (hop == "VirtualAppliance") != bool(inner.get("nextHopIpAddress")):
            raise bad(
                "RouteMustHaveNextHopIpAddress"
                if hop == "VirtualAppliance"
                else "NextHopIpAddressMustBeEmptyForRoute",
                f"Route {route['name']} with next hop type {hop}: a next hop IP address belongs to a "
                "VirtualAppliance, and to nothing else.",
            )


def _subnets(estate: Estate, table: Resource) -> list[str]:
    return [
        str(subnet["id"])
        for network in estate.of_kind("virtualNetworks")
        for subnet in network.parts("subnets")
        if referenced(subnet["properties"], "routeTable").lower() == table.id.lower()
    ]


def _remove(estate: Estate, resource: Resource) -> None:
    if used := _subnets(estate, resource):
        raise bad(
            "InUseRouteTableCannotBeDeleted",
            f"Route table {resource.id} is in use by {used[0]} and cannot be deleted.",
        )


def _read(estate: Estate, resource: Resource) -> Json:
    shown: Json = {
        **resource.properties,
        "provisioningState": resource.state,
        "resourceGuid": resource.guid,
        "disableBgpRoutePropagation": bool(resource.properties.get("disableBgpRoutePropagation")),
        "routes": [show(one, resource) for one in resource.parts("routes")],
    }
    if used := _subnets(estate, resource):
        shown["subnets"] = ids(used)
    return shown


TABLES = Kind("routeTables", _write, _read, _remove)

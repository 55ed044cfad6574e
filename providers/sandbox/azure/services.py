"""Private link services."""

from __future__ import annotations

from providers.sandbox.azure.balancers import frontends, services_on
from providers.sandbox.azure.estate import Estate, Json, Link, Resource, bad, referenced
from providers.sandbox.azure.kinds import Kind, complete, ids, missing, need, show

PER_BALANCER = 8
NAT_ADDRESSES = 8
SUBSCRIPTIONS = 100
"""Azure's limits ("Azure Private Link limits")."""


def _write(estate: Estate, old: Resource | None, new: Resource) -> None:
    for key in ("alias", "networkInterfaces", "privateEndpointConnections", "provisioningState"):
        new.properties.pop(key, None)
    _check_frontends(estate, old, new)
    configurations = complete(new, "ipConfigurations")
    if not 0 < len(configurations) <= NAT_ADDRESSES:
        raise bad(
            "PrivateLinkServiceIpConfigurationsCountInvalid",
            f"Private link service {new.id} must have 1 to {NAT_ADDRESSES} IP configurations.",
        )
    for number, one in enumerate(configurations):
        inner = one["properties"]
        subnet = referenced(inner, "subnet")
        _, shown = need(estate, new, subnet)
        if shown["properties"]["privateLinkServiceNetworkPolicies"] != "Disabled":
            raise bad(
                "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
                f"Private link service {new.id} cannot be created in a subnet {subnet} since it has private "
                "link service network policies enabled.",
            )
        inner.setdefault("privateIPAllocationMethod", "Dynamic")
        inner.setdefault("privateIPAddressVersion", "IPv4")
        inner["primary"] = bool(inner.get("primary", number == 0))
    lost = {one["name"] for one in old.parts("ipConfigurations")} if old else set()
    if lost - {one["name"] for one in configurations}:
        words = f"IP configurations of private link service {new.id} cannot be removed."
        raise bad("PrivateLinkServiceIpConfigurationCannotBeRemoved", words)
    _check_subscriptions(new)
    new.properties["alias"] = (
        old.properties["alias"]
        if old
        else f"{new.name.lower()}.{new.guid}.{new.location}.azure.privatelinkservice"
    )


def _check_frontends(estate: Estate, old: Resource | None, new: Resource) -> None:
    given = frontends(new)
    if not given:
        raise bad(
            "PrivateLinkServiceMustHaveLoadBalancerFrontend",
            f"Private link service {new.id} must refer to a frontend IP configuration of a load balancer.",
        )
    written = new.properties["loadBalancerFrontendIpConfigurations"]
    new.properties["loadBalancerFrontendIpConfigurations"] = ids([str(one["id"]) for one in written])
    for id in given:
        balancer, frontend = need(estate, new, id)
        if (balancer.sku or {}).get("name") != "Standard":
            raise bad(
                "PrivateLinkServiceIsNotSupportedForBasicLoadBalancer",
                f"Private link service {new.id} is supported on Standard load balancers only; {balancer.id} is "
                f"of SKU {(balancer.sku or {}).get('name')}.",
            )
        if not referenced(frontend["properties"], "subnet"):
            raise missing(new.id, f"{frontend['id']}/subnet")
        _check_pools(balancer, new)
        others = [one for one in services_on(estate, balancer) if one.id.lower() != new.id.lower()]
        if len(others) >= PER_BALANCER:
            words = f"Load balancer {balancer.id} has {PER_BALANCER} private link services already."
            raise bad("PrivateLinkServiceCountPerLoadBalancerLimitReached", words)


def _check_pools(balancer: Resource, new: Resource) -> None:
    for pool in balancer.parts("backendAddressPools"):
        if pool["properties"].get("loadBalancerBackendAddresses"):
            raise bad(
                "PrivateLinkServiceIsNotSupportedForIPBasedLoadBalancer",
                f"Private link service {new.id} is not supported for load balancer {balancer.id}, whose pool "
                f"{pool['name']} is configured by IP address.",
            )


def _check_subscriptions(new: Resource) -> None:
    visible, approved = (_subscriptions(new, key) for key in ("visibility", "autoApproval"))
    for name, found in (("visibility", visible), ("autoApproval", approved)):
        if len(found) > SUBSCRIPTIONS:
            words = f"The {name} of {new.id} names more than {SUBSCRIPTIONS} subscriptions."
            raise bad("PrivateLinkServiceSubscriptionsLimitReached", words)
    if "*" not in visible and not approved <= visible:
        raise bad(
            "PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility",
            f"The subscriptions in autoApproval of {new.id} must be in its visibility too.",
        )


def _subscriptions(service: Resource, key: str) -> set[str]:
    found = (service.properties.get(key) or {}).get("subscriptions") or []
    return {str(one).lower() for one in found}


def is_visible(service: Resource, subscription: str) -> bool:
    """Whether a subscription sees a service: its own, and those that its visibility names."""
    return service.subscription == subscription or bool(
        {subscription, "*"} & _subscriptions(service, "visibility")
    )


def approves(service: Resource, subscription: str) -> bool:
    """Whether a service takes a subscription's connections without being asked."""
    return is_visible(service, subscription) and bool(
        {subscription, "*"} & _subscriptions(service, "autoApproval")
    )


def look_up(estate: Estate, named: str, subscription: str) -> Resource | None:
    """The service that an alias or id names, as far as a subscription sees it."""
    wanted = named.lower()
    for service in estate.of_kind("privateLinkServices"):
        if wanted in (service.id.lower(), str(service.properties["alias"]).lower()):
            return service if is_visible(service, subscription) and service.state != "Deleting" else None
    return None


def _stored(estate: Estate, resource: Resource) -> None:
    """Give the service its network interface, which holds the NAT addresses."""
    name = f"{resource.name}.nic.{resource.guid}"
    id = f"{resource.id.rpartition('/privateLinkServices/')[0]}/networkInterfaces/{name}"
    before = estate.find(id)
    configurations = []
    taken: list[str] = []
    for one in resource.parts("ipConfigurations"):
        inner = one["properties"]
        held = before.part("ipConfigurations", one["name"]) if before else None
        address = held["properties"]["privateIPAddress"] if held else None
        if address is None:
            wanted = inner.get("privateIPAddress") if inner["privateIPAllocationMethod"] == "Static" else None
            address = estate.allocate(referenced(inner, "subnet"), wanted, taken)
        taken.append(address)
        configurations.append(
            interface_part(id, one["name"], referenced(inner, "subnet"), address, inner["primary"])
        )
    owner = {"privateLinkService": {"id": resource.id}, "ipConfigurations": configurations}
    estate.resources[id.lower()] = interface(resource, id, owner)
    resource.properties["networkInterfaces"] = ids([id])


def interface(owner: Resource, id: str, properties: Json) -> Resource:
    """A network interface that Azure makes for another resource."""
    return Resource(
        id=id,
        kind="networkInterfaces",
        subscription=owner.subscription,
        group=owner.group,
        name=id.rpartition("/")[2],
        location=owner.location,
        tags={},
        properties=properties,
        guid=owner.guid,
    )


def interface_part(interface_id: str, name: str, subnet: str, address: str, primary: bool = True) -> Json:
    """The IP configuration of such an interface."""
    return {
        "id": f"{interface_id}/ipConfigurations/{name}",
        "name": name,
        "type": "Microsoft.Network/networkInterfaces/ipConfigurations",
        "properties": {
            "privateIPAddress": address,
            "privateIPAllocationMethod": "Dynamic",
            "privateIPAddressVersion": "IPv4",
            "primary": primary,
            "subnet": {"id": subnet},
        },
    }


def interfaces_of(estate: Estate, owner: Resource) -> list[Resource]:
    """The network interfaces that Azure made for a resource."""
    found = (estate.find(str(one["id"])) for one in owner.properties.get("networkInterfaces") or [])
    return [one for one in found if one is not None]


def drop_interfaces(estate: Estate, owner: Resource) -> None:
    """Remove the network interfaces that Azure made for a resource."""
    for one in interfaces_of(estate, owner):
        estate.resources.pop(one.id.lower(), None)


def links_of(estate: Estate, service: Resource) -> list[Link]:
    """The connections that a service shows."""
    wanted = service.id.lower()
    return [one for one in estate.links if one.service == wanted and not one.removed]


def _remove(estate: Estate, resource: Resource) -> None:
    if live := links_of(estate, resource):
        raise bad(
            "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted",
            f"Private link service {resource.id} with private endpoint connections cannot be deleted: "
            f"{', '.join(one.name for one in live)}. Please delete all private endpoint connections first.",
        )


def show_link(estate: Estate, service: Resource, link: Link) -> Json:
    """A connection as the service's owner sees it."""
    endpoint = estate.find(link.endpoint)
    return {
        "id": f"{service.id}/privateEndpointConnections/{link.name}",
        "name": link.name,
        "etag": link.etag,
        "type": "Microsoft.Network/privateLinkServices/privateEndpointConnections",
        "properties": {
            "provisioningState": link_state(estate, link),
            "privateEndpoint": {"id": link.endpoint},
            "privateLinkServiceConnectionState": connection_state(link),
            "linkIdentifier": str(link.number),
            "privateEndpointLocation": endpoint.location if endpoint else service.location,
        },
    }


def connection_state(link: Link) -> Json:
    """``privateLinkServiceConnectionState``."""
    return {"status": link.status, "description": link.description, "actionsRequired": link.actions}


def link_state(estate: Estate, link: Link) -> str:
    """A connection's provisioning state."""
    return "Succeeded" if estate.clock() >= link.settled else "Updating"


def _read(estate: Estate, resource: Resource) -> Json:
    nothing: Json = {"subscriptions": []}
    return {
        **resource.properties,
        "provisioningState": resource.state,
        "resourceGuid": resource.guid,
        "visibility": resource.properties.get("visibility") or nothing,
        "autoApproval": resource.properties.get("autoApproval") or nothing,
        "fqdns": resource.properties.get("fqdns") or [],
        "enableProxyProtocol": bool(resource.properties.get("enableProxyProtocol")),
        "ipConfigurations": [show(one, resource) for one in resource.parts("ipConfigurations")],
        "privateEndpointConnections": [
            show_link(estate, resource, one) for one in links_of(estate, resource)
        ],
    }


SERVICES = Kind("privateLinkServices", _write, _read, _remove, drop_interfaces, _stored)

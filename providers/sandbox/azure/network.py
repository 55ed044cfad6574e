"""Virtual networks, network security groups and network interfaces."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from providers.sandbox.azure.estate import Estate, Json, Resource, bad, prefixes, referenced
from providers.sandbox.azure.kinds import Kind, complete, ids, need, show

POLICIES = ("privateLinkServiceNetworkPolicies", "privateEndpointNetworkPolicies")
DEFAULTS = {"privateLinkServiceNetworkPolicies": "Enabled", "privateEndpointNetworkPolicies": "Disabled"}
ENDPOINT_POLICIES = ("Enabled", "Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled")
_SUBNET_ONLY_AZURE = frozenset({"ipConfigurations", "privateEndpoints", "purpose"})


# Virtual networks


def _write_network(estate: Estate, old: Resource | None, new: Resource) -> None:
    spaces = (new.properties.get("addressSpace") or {}).get("addressPrefixes") or []
    if not spaces:
        raise bad("InvalidRequestFormat", f"Address space of virtual network {new.id} must be specified.")
    whole = [_network(space, new.id) for space in spaces]
    if old and new.properties.get("subnets") is None:
        # Left out, the subnets stay; only a list replaces them.
        new.properties["subnets"] = old.parts("subnets")
    taken: list[tuple[str, ipaddress.IPv4Network]] = []
    for subnet in complete(new, "subnets", _SUBNET_ONLY_AZURE):
        inner = subnet["properties"]
        for key in POLICIES:
            inner[key] = inner.get(key) or DEFAULTS[key]
        if inner["privateEndpointNetworkPolicies"] not in ENDPOINT_POLICIES:
            raise bad("InvalidRequestFormat", "Cannot parse the request: privateEndpointNetworkPolicies.")
        if not (inner.get("addressPrefix") or inner.get("addressPrefixes")):
            raise bad("InvalidRequestFormat", f"Subnet {subnet['name']} has no address prefix.")
        for prefix in prefixes(subnet):
            range_ = _network(prefix, subnet["id"])
            if not any(range_.subnet_of(one) for one in whole):
                raise bad(
                    "NetcfgInvalidSubnet",
                    f"Subnet '{subnet['name']}' is not valid because its IP address range is outside the IP "
                    f"address range of virtual network '{new.name}'.",
                )
            for name, other in taken:
                if range_.overlaps(other):
                    words = f"Subnet '{subnet['name']}' is not valid because its IP address range overlaps "
                    raise bad("NetcfgSubnetRangesOverlap", f"{words}with that of subnet '{name}'.")
            taken.append((subnet["name"], range_))
        for key in ("networkSecurityGroup", "routeTable"):
            if held := referenced(inner, key):
                need(estate, new, held)
        _keep_policy(estate, subnet)
    kept = {subnet["id"].lower() for subnet in new.properties["subnets"]}
    for subnet in old.parts("subnets") if old else ():
        if subnet["id"].lower() not in kept:
            _check_empty(estate, subnet["id"])


def _keep_policy(estate: Estate, subnet: Json) -> None:
    """The policy can't come back while a private link service has its addresses in the subnet."""
    if subnet["properties"]["privateLinkServiceNetworkPolicies"] == "Disabled":
        return
    for service in estate.of_kind("privateLinkServices"):
        if subnet["id"].lower() in nat_subnets(service):
            raise bad(
                "PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet",
                f"Private link service network policies cannot be enabled on private link service subnet "
                f"{subnet['id']}.",
            )


def nat_subnets(service: Resource) -> set[str]:
    """The subnets (lower case) of a private link service's NAT addresses."""
    return {referenced(one["properties"], "subnet").lower() for one in service.parts("ipConfigurations")}


def _network(text: str, holder: str) -> ipaddress.IPv4Network:
    try:
        return ipaddress.IPv4Network(text)
    except ValueError as error:
        raise bad("InvalidAddressPrefixFormat", f"Address prefix {text} of {holder} is invalid.") from error


def _check_empty(estate: Estate, subnet: str) -> None:
    if seated := estate.occupants(subnet):
        raise bad(
            "InUseSubnetCannotBeDeleted",
            f"Subnet {subnet.rpartition('/')[2]} is in use by {seated[0][0]} and cannot be deleted.",
        )


def _remove_network(estate: Estate, resource: Resource) -> None:
    for subnet in resource.parts("subnets"):
        _check_empty(estate, subnet["id"])


def _read_network(estate: Estate, resource: Resource) -> Json:
    return {
        **resource.properties,
        "provisioningState": resource.state,
        "resourceGuid": resource.guid,
        "subnets": [show_subnet(estate, resource, one) for one in resource.parts("subnets")],
        "virtualNetworkPeerings": [],
        "enableDdosProtection": False,
    }


def show_subnet(estate: Estate, network: Resource, subnet: Json) -> Json:
    """A subnet with what sits in it."""
    endpoints = [
        one.id
        for one in estate.of_kind("privateEndpoints")
        if referenced(one.properties, "subnet").lower() == subnet["id"].lower()
    ]
    return show(
        subnet,
        network,
        ipConfigurations=ids([id for id, _ in estate.occupants(subnet["id"])]),
        privateEndpoints=ids(endpoints),
        purpose="PrivateEndpoints" if endpoints else None,
    )


# Network security groups


def _rule(name: str, priority: int, direction: str, access: str, source: str, target: str) -> Json:
    return {
        "name": name,
        "properties": {
            "description": name,
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": target,
            "access": access,
            "priority": priority,
            "direction": direction,
        },
    }


DEFAULT_RULES = (
    _rule("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    _rule("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    _rule("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    _rule("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    _rule("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    _rule("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)
"""The rules of every network security group ("Network security groups", default security rules)."""


def _write_group(estate: Estate, old: Resource | None, new: Resource) -> None:
    if old and new.properties.get("securityRules") is None:
        new.properties["securityRules"] = old.parts("securityRules")
    seen: set[tuple[str, int]] = set()
    for rule in complete(new, "securityRules"):
        inner = rule["properties"]
        lacking = [key for key in ("protocol", "access", "priority", "direction") if key not in inner]
        if lacking:
            raise bad("InvalidRequestFormat", f"Security rule {rule['name']} has no {lacking[0]}.")
        place = (str(inner["direction"]).lower(), int(inner["priority"]))
        if not 100 <= place[1] <= 4096:
            words = f"Security rule has invalid priority. Value should be between 100 and 4096: {place[1]}."
            raise bad("SecurityRuleInvalidPriority", words)
        if place in seen:
            words = f"Security rule {rule['name']} conflicts with another rule of the same priority."
            raise bad("SecurityRuleConflict", words)
        seen.add(place)


def _users(estate: Estate, group: Resource) -> tuple[list[str], list[str]]:
    """The interfaces and the subnets that a group stands in front of."""
    wanted = group.id.lower()
    interfaces = [
        one.id
        for one in estate.of_kind("networkInterfaces")
        if referenced(one.properties, "networkSecurityGroup").lower() == wanted
    ]
    subnets = [
        str(subnet["id"])
        for network in estate.of_kind("virtualNetworks")
        for subnet in network.parts("subnets")
        if referenced(subnet["properties"], "networkSecurityGroup").lower() == wanted
    ]
    return interfaces, subnets


def _remove_group(estate: Estate, resource: Resource) -> None:
    interfaces, subnets = _users(estate, resource)
    if used := interfaces + subnets:
        raise bad(
            "InUseNetworkSecurityGroupCannotBeDeleted",
            f"Network security group {resource.id} cannot be deleted because it is in use by: {used[0]}.",
        )


def _default_rules(resource: Resource) -> list[Json]:
    return [
        {
            **rule,
            "id": f"{resource.id}/defaultSecurityRules/{rule['name']}",
            "etag": resource.etag,
            "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
            "properties": {**rule["properties"], "provisioningState": "Succeeded"},
        }
        for rule in DEFAULT_RULES
    ]


def _read_group(estate: Estate, resource: Resource) -> Json:
    interfaces, subnets = _users(estate, resource)
    shown: Json = {
        **resource.properties,
        "provisioningState": resource.state,
        "resourceGuid": resource.guid,
        "securityRules": [show(one, resource) for one in resource.parts("securityRules")],
        "defaultSecurityRules": _default_rules(resource),
    }
    if interfaces:
        shown["networkInterfaces"] = ids(interfaces)
    if subnets:
        shown["subnets"] = ids(subnets)
    return shown


def rules(group: Resource) -> list[Json]:
    """Its inbound rules in the order in which they are asked, the default ones last."""
    inbound = [*group.parts("securityRules"), *DEFAULT_RULES]
    return sorted(
        (one["properties"] for one in inbound if one["properties"]["direction"].lower() == "inbound"),
        key=lambda inner: int(inner["priority"]),
    )


# Network interfaces


def _write_interface(estate: Estate, old: Resource | None, new: Resource) -> None:
    if old and owner_of(old):
        words = f"Network interface {old.id} belongs to {owner_of(old)} and cannot be changed."
        raise bad("NicInUseWithPrivateEndpoint", words)
    for key in ("privateEndpoint", "privateLinkService", "resourceGuid", "provisioningState"):
        new.properties.pop(key, None)
    # Only Azure says which machine an interface is in, and whether it is the machine's first one.
    for key in ("virtualMachine", "primary"):
        new.properties.pop(key, None)
        if old and key in old.properties:
            new.properties[key] = old.properties[key]
    configurations = complete(new, "ipConfigurations")
    if not configurations:
        raise bad("NetworkInterfaceMustHaveIpConfiguration", f"{new.id} must have an IP configuration.")
    taken: list[str] = []
    for number, one in enumerate(configurations):
        inner = one["properties"]
        subnet = referenced(inner, "subnet")
        need(estate, new, subnet)
        before = old.part("ipConfigurations", one["name"]) if old else None
        inner["privateIPAddress"] = place(estate, inner, before, taken)
        inner.setdefault("privateIPAllocationMethod", "Dynamic")
        inner.setdefault("privateIPAddressVersion", "IPv4")
        inner["primary"] = bool(inner.get("primary", number == 0))
        pools = [str(pool.get("id", "")) for pool in inner.get("loadBalancerBackendAddressPools") or []]
        for pool in pools:
            need(estate, new, pool)
        if pools:
            inner["loadBalancerBackendAddressPools"] = ids(pools)
        taken.append(inner["privateIPAddress"])
    if group := referenced(new.properties, "networkSecurityGroup"):
        need(estate, new, group)


def place(estate: Estate, inner: Json, before: Json | None, taken: Iterable[str] = ()) -> str:
    """The private address of an IP configuration: kept where it stays in its subnet, else given out."""
    subnet = referenced(inner, "subnet")
    old = before["properties"] if before else {}
    same = referenced(old, "subnet").lower() == subnet.lower()
    static = str(inner.get("privateIPAllocationMethod", "Dynamic")).lower() == "static"
    wanted = inner.get("privateIPAddress") if static else None
    if same and wanted in (None, old.get("privateIPAddress")):
        return str(old["privateIPAddress"])
    return estate.allocate(subnet, wanted, taken)


def owner_of(interface: Resource) -> str:
    """The private endpoint or private link service that an interface belongs to, or empty."""
    return referenced(interface.properties, "privateEndpoint") or referenced(
        interface.properties, "privateLinkService"
    )


def _remove_interface(estate: Estate, resource: Resource) -> None:
    if owner := owner_of(resource):
        words = f"Network Interface {resource.id} is used by existing resource {owner}."
        raise bad("NicInUseWithPrivateEndpoint", words)


def _read_interface(estate: Estate, resource: Resource) -> Json:
    return {
        **resource.properties,
        "provisioningState": resource.state,
        "resourceGuid": resource.guid,
        "ipConfigurations": [show(one, resource) for one in resource.parts("ipConfigurations")],
        "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
        "macAddress": "00-0D-3A-" + resource.guid[:6].upper().replace("-", "0")[:2] + "-00-01",
        "enableAcceleratedNetworking": False,
        "enableIPForwarding": False,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
    }


def _plain(estate: Estate, resource: Resource, part: Json) -> Json:
    return show(part, resource)


NETWORKS = Kind(
    "virtualNetworks",
    _write_network,
    _read_network,
    _remove_network,
    children={"subnets": show_subnet},
    writable=frozenset({"subnets"}),
)
GROUPS = Kind(
    "networkSecurityGroups",
    _write_group,
    _read_group,
    _remove_group,
    children={"securityRules": _plain},
    writable=frozenset({"securityRules"}),
)
INTERFACES = Kind(
    "networkInterfaces",
    _write_interface,
    _read_interface,
    _remove_interface,
    children={"ipConfigurations": _plain},
)

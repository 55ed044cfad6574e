"""Would the network let it through? Read from the emulated Azure, at the moment it is asked.

The rules, and how a client sees them broken:

- a private endpoint answers in its own VNet only, once its connection is Approved: else nothing comes back;
- where its subnet's ``privateEndpointNetworkPolicies`` say so, the subnet's network security group admits the
  client to the port: else nothing comes back;
- the private link service's load balancer has a rule for the port, and a pool with a member whose probe
  succeeds: else nothing comes back (``AzureLoadBalancer`` must be admitted, and the probed port answer);
- the member's network security groups admit the service's NAT addresses: else nothing comes back;
- the member answers on the rule's port, and is not sent proxy protocol headers that it does not know: else
  refused.

Routes and outbound rules are not looked at.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

from providers.sandbox.azure import endpoints, services
from providers.sandbox.azure.balancers import frontends, members
from providers.sandbox.azure.estate import Estate, Json, Resource, prefixes, referenced
from providers.sandbox.azure.network import owner_of, rules
from providers.sandbox.azure.store import Store
from providers.sandbox.ground import LISTENS
from providers.sandbox.way import Look, Obstacle, Side, Way

PROBER = "168.63.129.16"
"""The address that the load balancer's probes come from (service tag ``AzureLoadBalancer``)."""
CLIENT_HOST = 10
WITH_GROUPS = ("Enabled", "NetworkSecurityGroupEnabled")


@dataclass(frozen=True, slots=True)
class AzureNetwork:
    """The emulated Azure; answers :class:`providers.sandbox.way.Network`. A private endpoint has no name of
    its own: what is looked up is its private address.
    """

    store: Store
    customer: str
    vendor: str

    def look(self, host: str, port: int, side: Side) -> Look | None:
        """Follow a connection to an endpoint's address."""
        estate = self.store.estate
        with estate.lock:
            self.store.operations.settle()
            subscription = self.customer if side == "customer" else self.vendor
            found = _endpoint(estate, host, subscription)
            if found is None:
                return None
            endpoint, inner = found
            address, words = _client(estate, referenced(inner, "subnet"), subscription)
            return Look((host,), words, trace(estate, endpoint, inner, port, address))


def _endpoint(estate: Estate, host: str, subscription: str) -> tuple[Resource, Json] | None:
    for interface in estate.of_kind("networkInterfaces", subscription):
        owner = estate.find(referenced(interface.properties, "privateEndpoint"))
        for one in interface.parts("ipConfigurations") if owner else ():
            if one["properties"]["privateIPAddress"] == host:
                assert owner is not None
                return owner, one["properties"]
    return None


def _client(estate: Estate, subnet: str, subscription: str) -> tuple[str, str]:
    """A machine in the endpoint's VNet, or else an address of its subnet; and that in words."""
    network = subnet.partition("/subnets/")[0].lower()
    name = network.rpartition("/")[2]
    for interface in estate.of_kind("networkInterfaces", subscription):
        for one in interface.parts("ipConfigurations"):
            if owner_of(interface) or not referenced(one["properties"], "subnet").lower().startswith(network):
                continue
            address = str(one["properties"]["privateIPAddress"])
            machine = interface.name.removesuffix("-nic")
            return address, f"the sandbox's {machine} in {name}, {address}"
    found = estate.find_part(subnet)
    first = ipaddress.ip_network(prefixes(found[1])[0]) if found else ipaddress.ip_network("10.0.0.0/8")
    address = str(first.network_address + CLIENT_HOST)
    return address, f"the sandbox's a host in {name}, {address}"


def trace(estate: Estate, endpoint: Resource, inner: Json, port: int, client: str) -> Way | Obstacle:
    """Follow a connection from a client's address to a target. ``inner`` is the endpoint's IP configuration."""
    link = endpoints.link_of(estate, endpoint)
    if link is None or link.status != "Approved" or endpoint.state not in ("Succeeded", "Updating"):
        return Obstacle("timeout", f"{endpoint.name} is {link.status if link else 'not connected'}")
    subnet = estate.find_part(referenced(inner, "subnet"))
    if subnet and subnet[1]["properties"]["privateEndpointNetworkPolicies"] in WITH_GROUPS:
        group = estate.find(referenced(subnet[1]["properties"], "networkSecurityGroup"))
        if group and not admits(group, port, client, inner["privateIPAddress"]):
            return Obstacle("timeout", f"the network security group of {endpoint.name} is closed for {port}")
    service = estate.find(link.service)
    if service is None:
        return Obstacle("timeout", f"nothing stands behind {link.requested}")
    return _through(estate, endpoint, str(inner["privateIPAddress"]), service, port)


def _through(
    estate: Estate, endpoint: Resource, address: str, service: Resource, port: int
) -> Way | Obstacle:
    for id in frontends(service):
        found = estate.find_part(id)
        for one in found[0].parts("loadBalancingRules") if found else ():
            inner = one["properties"]
            fits = referenced(inner, "frontendIPConfiguration").lower() == id
            if (
                fits
                and int(inner["frontendPort"]) == port
                and str(inner["protocol"]).lower() in ("tcp", "all")
            ):
                assert found is not None
                return _behind(estate, endpoint, address, service, found[0], inner)
    return Obstacle("timeout", f"no load balancer behind {service.name} has a rule for port {port}")


def _behind(
    estate: Estate, endpoint: Resource, address: str, service: Resource, balancer: Resource, rule: Json
) -> Way | Obstacle:
    port = int(rule["backendPort"])
    worst = Obstacle("timeout", f"no member of the pool of {balancer.name} answers its probe")
    sources = [
        str(one["properties"]["privateIPAddress"])
        for interface in services.interfaces_of(estate, service)
        for one in interface.parts("ipConfigurations")
    ]
    for interface, part in members(estate, referenced(rule, "backendAddressPool")):
        own = str(part["properties"]["privateIPAddress"])
        groups = _groups(estate, interface, part)
        if not _probed(balancer, rule, interface, groups, own):
            # It is sent nothing; what the others meet is what the client meets.
            continue
        if not all(admits(group, port, source, own) for group in groups for source in sources):
            worst = Obstacle("timeout", f"a network security group of {interface.name} is closed for {port}")
        elif not listens(interface, port):
            worst = Obstacle("refused", f"nothing answers on port {port} of {interface.name}")
        elif service.properties.get("enableProxyProtocol"):
            worst = Obstacle("refused", f"{interface.name} does not know the proxy protocol")
        else:
            return Way(endpoint.id, address, interface.name.removesuffix("-nic"), port)
    return worst


def probes(estate: Estate, balancer: Resource) -> Iterator[tuple[str, int, bool]]:
    """What the probes of a load balancer find: each rule's members by address and port, and whether each answers."""
    for one in balancer.parts("loadBalancingRules"):
        rule = one["properties"]
        for interface, part in members(estate, referenced(rule, "backendAddressPool")):
            own = str(part["properties"]["privateIPAddress"])
            up = _probed(balancer, rule, interface, _groups(estate, interface, part), own)
            yield own, int(rule["backendPort"]), up


def _groups(estate: Estate, interface: Resource, part: Json) -> list[Resource]:
    subnet = estate.find_part(referenced(part["properties"], "subnet"))
    ids = [referenced(interface.properties, "networkSecurityGroup")]
    ids += [referenced(subnet[1]["properties"], "networkSecurityGroup")] if subnet else []
    return [group for id in ids if id and (group := estate.find(id))]


def _probed(balancer: Resource, rule: Json, interface: Resource, groups: list[Resource], own: str) -> bool:
    id = referenced(rule, "probe").lower()
    probe = next((one for one in balancer.parts("probes") if one["id"].lower() == id), None)
    if probe is None:
        return True
    port = int(probe["properties"]["port"])
    return listens(interface, port) and all(admits(group, port, PROBER, own) for group in groups)


def listens(interface: Resource, port: int) -> bool:
    """Whether the machine of an interface answers on a port."""
    told = [one.strip() for one in interface.tags.get(LISTENS, "").split(",")]
    return "all" in told or str(port) in told


def admits(group: Resource, port: int, source: str, target: str) -> bool:
    """Whether a network security group lets TCP in: its first rule that fits decides."""
    for inner in rules(group):
        if (
            str(inner["protocol"]).lower() in ("*", "tcp")
            and _ports(inner, port)
            and _covers(inner, "source", source)
            and _covers(inner, "destination", target)
        ):
            return str(inner["access"]).lower() == "allow"
    return False


def _ports(inner: Json, port: int) -> bool:
    for one in [inner.get("destinationPortRange"), *(inner.get("destinationPortRanges") or [])]:
        if not one:
            continue
        low, _, high = str(one).partition("-")
        if one == "*" or int(low) <= port <= int(high or low):
            return True
    return False


def _covers(inner: Json, which: str, address: str) -> bool:
    given = [inner.get(f"{which}AddressPrefix"), *(inner.get(f"{which}AddressPrefixes") or [])]
    own = ipaddress.ip_address(address)
    for one in given:
        if not one:
            continue
        if one == "*":
            return True
        if one == "AzureLoadBalancer" or one == "VirtualNetwork" or one == "Internet":
            fits = {
                "AzureLoadBalancer": address == PROBER,
                "VirtualNetwork": own.is_private,
                "Internet": not own.is_private and address != PROBER,
            }
            if fits[one]:
                return True
            continue
        try:
            if own in ipaddress.ip_network(one, strict=False):
                return True
        except ValueError:
            # Another service tag, or an application security group: nobody here is in it.
            continue
    return False

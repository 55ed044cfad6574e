"""An Azure subscription as anybody's client shows it, and Magento's moves in it: the plain SDK, nothing of ours."""

from __future__ import annotations

import json
import re
import socket
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from azure.identity import ClientSecretCredential
from azure.mgmt.network import NetworkManagementClient

from tests.e2e.account import Resource

MAGENTO = "9d3b7f41-2c58-4a6e-b1f0-6f5e4d3c2b1a"
PASSING = (
    "etag",
    "provisioningState",
    "resourceGuid",
    "ipConfigurations",
    "privateEndpoints",
    "privateEndpointConnections",
    "purpose",
)
"""What differs from look to look without anybody having changed the resource itself. What is in a subnet is other
resources', what is decided about a connection the other side's; an interface's configurations are looked at by
themselves."""


class Subscription:
    """Plain clients of one subscription, made from environment variables."""

    def __init__(self, environment: Mapping[str, str], prefix: str = "") -> None:
        url = environment["PRIVATELINK_AZURE_ENDPOINT"]
        ca = environment["PRIVATELINK_AZURE_CA"]
        self.credential = ClientSecretCredential(
            environment[f"{prefix}AZURE_TENANT_ID"],
            environment[f"{prefix}AZURE_CLIENT_ID"],
            environment[f"{prefix}AZURE_CLIENT_SECRET"],
            authority=environment["AZURE_AUTHORITY_HOST"],
            disable_instance_discovery=True,
            connection_verify=ca,
        )
        self.id = environment[f"{prefix}AZURE_SUBSCRIPTION_ID"]
        self.net = NetworkManagementClient(
            self.credential,
            self.id,
            base_url=url,
            credential_scopes=[f"{url}/.default"],
            connection_verify=ca,
            polling_interval=0.05,
        )

    def resources(self) -> dict[str, Resource]:
        """Everything that an enablement could touch, by id: the interfaces of machines, not Azure's own."""
        net = self.net
        machines = (
            one
            for one in net.network_interfaces.list_all()
            if not (one.private_endpoint or one.private_link_service)
        )
        subnets = (one for network in net.virtual_networks.list_all() for one in network.subnets or ())
        found = [
            *_rows("load-balancer", net.load_balancers.list_all()),
            *_rows("endpoint-service", net.private_link_services.list_by_subscription()),
            *_rows("endpoint", net.private_endpoints.list_by_subscription()),
            *_rows("security-group", net.network_security_groups.list_all()),
            *_rows("network-interface", machines),
            *_rows("subnet", subnets),
        ]
        return {one.id: one for one in found}

    def by_hand(self, _network: str) -> tuple[str, str]:
        """What somebody made in the portal: a load balancer, its members, and a private link service that nobody
        sees; answers its id, and what Magento is told.
        """
        net, group = self.net, "shop"
        network = net.virtual_networks.get(group, "shop-prod")
        subnets = {one.name: one for one in network.subnets}
        nat = subnets["shop-nat"]
        nat.private_link_service_network_policies = "Disabled"
        net.subnets.begin_create_or_update(group, "shop-prod", "shop-nat", nat).result()
        id = f"{network.id.partition('/virtualNetworks/')[0]}/loadBalancers/by-hand"
        ports = ((3306, 3306), (8443, 8080))
        body: dict[str, Any] = {
            "location": "westeurope",
            "sku": {"name": "Standard"},
            "properties": {
                "frontendIPConfigurations": [
                    {"name": "front", "properties": {"subnet": {"id": subnets["shop-backend"].id}}}
                ],
                "backendAddressPools": [{"name": "pool"}],
                "probes": [
                    {"name": f"p{port}", "properties": {"protocol": "Tcp", "port": port}} for _, port in ports
                ],
                "loadBalancingRules": [
                    {
                        "name": f"r{port}",
                        "properties": {
                            "protocol": "Tcp",
                            "frontendPort": port,
                            "backendPort": target,
                            "frontendIPConfiguration": {"id": f"{id}/frontendIPConfigurations/front"},
                            "backendAddressPool": {"id": f"{id}/backendAddressPools/pool"},
                            "probe": {"id": f"{id}/probes/p{target}"},
                        },
                    }
                    for port, target in ports
                ],
            },
        }
        net.load_balancers.begin_create_or_update(group, "by-hand", body).result()
        for machine in ("shop-db", "shop-oms"):
            found = net.network_interfaces.get(group, f"{machine}-nic")
            found.ip_configurations[0].load_balancer_backend_address_pools = [
                {"id": f"{id}/backendAddressPools/pool"}
            ]
            net.network_interfaces.begin_create_or_update(group, found.name, found).result()
        made = net.private_link_services.begin_create_or_update(
            group,
            "by-hand-pls",
            {
                "location": "westeurope",
                "tags": {"team": "network"},
                "properties": {
                    "loadBalancerFrontendIpConfigurations": [{"id": f"{id}/frontendIPConfigurations/front"}],
                    "ipConfigurations": [{"name": "nat", "properties": {"subnet": {"id": nat.id}}}],
                    "visibility": {"subscriptions": []},
                    "autoApproval": {"subscriptions": []},
                },
            },
        ).result()
        return made.id, made.id

    def let_in(self, service: str) -> None:
        """Let Magento see a private link service."""
        group, name = _placed(service)
        seen = self.net.private_link_services.get(group, name)
        seen.visibility.subscriptions = [MAGENTO]
        self.net.private_link_services.begin_create_or_update(group, name, seen).result()

    def ask(self, network: str, service_name: str) -> str:
        """Request a connection by hand; answers the private endpoint's id."""
        group, name = _placed(network)
        found = self.net.virtual_networks.get(group, name)
        subnet = next(one.id for one in found.subnets if one.name == "shop-endpoints")
        return self.request(group, "by-hand", found.location, subnet, service_name)

    def request(self, group: str, name: str, location: str, subnet: str, service: str) -> str:
        """Make a private endpoint with a manual connection; answers its id."""
        asked = {"privateLinkServiceId": service, "requestMessage": "please"}
        made = self.net.private_endpoints.begin_create_or_update(
            group,
            name,
            {
                "location": location,
                "properties": {
                    "subnet": {"id": subnet},
                    "manualPrivateLinkServiceConnections": [{"name": name, "properties": asked}],
                },
            },
        ).result()
        return str(made.id)

    def forget(self, endpoint: str) -> None:
        """Delete a private endpoint of its own."""
        self.net.private_endpoints.begin_delete(*_placed(endpoint)).result()


def _placed(id: str) -> tuple[str, str]:
    """Resource group and name of a resource."""
    parts = id.split("/")
    return parts[4], parts[-1]


def _rows(kind: str, wires: Iterable[Any]) -> Iterable[Resource]:
    for one in wires:
        told = one.as_dict()
        inner = {key: value for key, value in told.get("properties", {}).items() if key not in PASSING}
        if kind == "network-interface":
            inner["pools"] = [
                pool.id
                for item in one.ip_configurations
                for pool in item.load_balancer_backend_address_pools or ()
            ]
        if kind == "endpoint-service":
            inner |= {"principals": inner["visibility"].get("subscriptions", []), "service_name": one.id}
        if kind == "endpoint":
            (asked,) = one.manual_private_link_service_connections
            inner["service"] = asked.private_link_service_id
            for row in inner["manualPrivateLinkServiceConnections"]:
                row["properties"].pop("privateLinkServiceConnectionState", None)
        tags = dict(told.get("tags") or {})
        yield Resource(kind, one.id, one.name, tags, {**inner, "sku": told.get("sku")})


class Magento(Subscription):
    """The vendor's infrastructure team, with a script of its own."""

    group = "magento-cloud"
    service = "magento-privatelink"

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment, "MAGENTO_")
        self.service_name = environment["MAGENTO_SERVICE_NAME"]
        self.resolver = environment["PRIVATELINK_RESOLVER"]
        self.location = self.service_name.split(".")[-3]

    def allow(self, subscription: str, ports: tuple[int, ...]) -> str:
        """Step 3: open the ports, let the subscription see the service, and answer the ticket."""
        balancer = self.net.load_balancers.get(self.group, "magento-privatelink")
        open_already = {one.frontend_port for one in balancer.load_balancing_rules}
        for port in sorted({*ports} - open_already):
            balancer.probes.append({"name": f"p{port}", "properties": {"protocol": "Tcp", "port": port}})
            balancer.load_balancing_rules.append(
                {
                    "name": f"r{port}",
                    "properties": {
                        "protocol": "Tcp",
                        "frontendPort": port,
                        "backendPort": port,
                        "frontendIPConfiguration": {"id": balancer.frontend_ip_configurations[0].id},
                        "backendAddressPool": {"id": balancer.backend_address_pools[0].id},
                        "probe": {"id": f"{balancer.id}/probes/p{port}"},
                    },
                }
            )
        self.net.load_balancers.begin_create_or_update(self.group, balancer.name, balancer).result()
        service = self.net.private_link_services.get(self.group, self.service)
        seen = [*(service.visibility.subscriptions or ()), subscription]
        service.visibility.subscriptions = list(dict.fromkeys(seen))
        self.net.private_link_services.begin_create_or_update(self.group, self.service, service).result()
        return (
            "Hello,\n\n> your ticket\n\nit is done.\n"
            f"Alias: *{self.service_name}*\nOur subscription: {self.id}\n"
        )

    def approve(self) -> list[str]:
        """Step 5: approve every connection request that waits."""
        services = self.net.private_link_services
        decided = []
        for one in services.list_private_endpoint_connections(self.group, self.service):
            if one.private_link_service_connection_state.status == "Pending":
                one.private_link_service_connection_state.status = "Approved"
                services.update_private_endpoint_connection(self.group, self.service, one.name, one)
                decided.append(one.private_endpoint.id)
        return decided

    def turn_down(self, endpoint: str) -> None:
        """Reject the connection of a customer's endpoint, approved or not."""
        link = self._link(endpoint)
        link.private_link_service_connection_state.status = "Rejected"
        self.net.private_link_services.update_private_endpoint_connection(
            self.group, self.service, link.name, link
        )

    def cut(self, endpoint: str) -> None:
        """Remove the connection of a customer's endpoint, which is Disconnected then."""
        self.net.private_link_services.begin_delete_private_endpoint_connection(
            self.group, self.service, self._link(endpoint).name
        ).result()

    def _link(self, endpoint: str) -> Any:
        links = self.net.private_link_services.list_private_endpoint_connections(self.group, self.service)
        return next(one for one in links if one.private_endpoint.id.lower() == endpoint.lower())

    def connect(self, service: str) -> str:
        """Step 7a: request a connection to the customer's private link service."""
        network = self.net.virtual_networks.get(self.group, "magento-cloud")
        subnet = next(one.id for one in network.subnets if one.name == "magento-endpoints")
        name = f"magento-{len(list(self.net.private_endpoints.list(self.group))) + 1}"
        return self.request(self.group, name, self.location, subnet, service)

    def address(self, endpoint: str) -> str:
        """The private address of a private endpoint of its own."""
        made = self.net.private_endpoints.get(self.group, endpoint.rpartition("/")[2])
        interface = made.network_interfaces[0].id.rpartition("/")[2]
        found = self.net.network_interfaces.get(self.group, interface)
        return str(found.ip_configurations[0].private_ip_address)

    def run(self, commands: str, endpoint: str) -> str:
        """Do what the pasted commands ask for, the address filled in; answers what the terminal shows."""
        address = self.address(endpoint)
        assert "ENDPOINT=\n" in commands
        shown = [f"web@mymagento:~$ ENDPOINT={address}"]
        for port in re.findall(r"telnet://\$ENDPOINT:(\d+)", commands):
            shown.append(f'web@mymagento:~$ curl -v --max-time 10 "telnet://$ENDPOINT:{port}"')
            query = urllib.parse.urlencode({"host": address, "port": port, "side": "vendor"})
            with urllib.request.urlopen(f"{self.resolver}?{query}", timeout=10) as answer:
                found = json.load(answer)
            with socket.create_connection(tuple(found["connect"]), timeout=5) as connection:
                assert connection.recv(100)
            shown.append(f"*   Trying {address}:{port}...")
            shown.append(f"* Connected to {address} ({address}) port {port}")
        return "\n".join(shown)

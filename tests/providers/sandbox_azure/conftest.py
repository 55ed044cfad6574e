"""One sandbox a module, almost without waiting, and both sides' moves in plain azure-mgmt-network."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

from providers.sandbox.azure import Sandbox, start

NUMBERS = itertools.count(1)


def credential(environment: Mapping[str, str], prefix: str = "", **changed: Any) -> ClientSecretCredential:
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    tenant, client, secret = (environment[f"{prefix}{name}"] for name in names)
    return ClientSecretCredential(
        tenant,
        client,
        changed.get("secret", secret),
        authority=environment["AZURE_AUTHORITY_HOST"],
        disable_instance_discovery=True,
        connection_verify=environment["PRIVATELINK_AZURE_CA"],
        retry_total=0,
    )


@dataclass
class Account:
    """The SDK's clients of one subscription, which never try twice."""

    subscription: str
    network: NetworkManagementClient
    resources: ResourceManagementClient
    subscriptions: SubscriptionClient


def account(environment: Mapping[str, str], prefix: str = "", subscription: str | None = None) -> Account:
    url = environment["PRIVATELINK_AZURE_ENDPOINT"]
    own = subscription or environment[f"{prefix}AZURE_SUBSCRIPTION_ID"]
    options: dict[str, Any] = {
        "base_url": url,
        "credential_scopes": [f"{url}/.default"],
        "connection_verify": environment["PRIVATELINK_AZURE_CA"],
        "polling_interval": 0.02,
        "retry_total": 0,
    }
    signed_in = credential(environment, prefix)
    return Account(
        own,
        NetworkManagementClient(signed_in, own, **options),
        ResourceManagementClient(signed_in, own, **options),
        SubscriptionClient(signed_in, **options),
    )


@dataclass
class Customer:
    """What a customer does, step by step, each part of it to be had wrong."""

    sandbox: Sandbox
    api: Account
    group: str = "shop"

    @property
    def net(self) -> NetworkManagementClient:
        return self.api.network

    def name(self, what: str) -> str:
        return f"{what}-{next(NUMBERS)}"

    def subnet_policy(self, value: str = "Disabled", subnet: str = "shop-nat") -> None:
        found = self.net.subnets.get(self.group, "shop-prod", subnet)
        found.private_link_service_network_policies = value
        self.net.subnets.begin_create_or_update(self.group, "shop-prod", subnet, found).result()

    def balancer(self, *ports: int, sku: str = "Standard", name: str = "", **changed: Any) -> dict[str, Any]:
        """A load balancer's wire form: one frontend, one pool, a probe and a rule for each port."""
        called = name or self.name("lb")
        id = f"{self.sandbox.world.vpc.rpartition('/virtualNetworks/')[0]}/loadBalancers/{called}"
        inner: dict[str, Any] = {
            "frontendIPConfigurations": [
                {"name": "front", "properties": {"subnet": {"id": self.sandbox.world.backend_subnet}}}
            ],
            "backendAddressPools": [{"name": "pool"}],
            "probes": [
                {"name": f"p{port}", "properties": {"protocol": "Tcp", "port": port}} for port in ports
            ],
            "loadBalancingRules": [
                {
                    "name": f"r{port}",
                    "properties": {
                        "protocol": "Tcp",
                        "frontendPort": port,
                        "backendPort": port,
                        "frontendIPConfiguration": {"id": f"{id}/frontendIPConfigurations/front"},
                        "backendAddressPool": {"id": f"{id}/backendAddressPools/pool"},
                        "probe": {"id": f"{id}/probes/p{port}"},
                    },
                }
                for port in ports
            ],
            **changed,
        }
        body = {"location": self.sandbox.world.region, "sku": {"name": sku}, "properties": inner}
        self.net.load_balancers.begin_create_or_update(self.group, called, body).result()
        return {"id": id, "name": called}

    def join(self, machine: str, balancer: Mapping[str, Any]) -> None:
        found = self.net.network_interfaces.get(self.group, f"{machine}-nic")
        pools = found.ip_configurations[0].load_balancer_backend_address_pools or []
        pools.append({"id": f"{balancer['id']}/backendAddressPools/pool"})
        found.ip_configurations[0].load_balancer_backend_address_pools = pools
        self.net.network_interfaces.begin_create_or_update(self.group, f"{machine}-nic", found).result()

    def service_body(self, balancer: Mapping[str, Any], *visible: str, **changed: Any) -> dict[str, Any]:
        return {
            "location": self.sandbox.world.region,
            "properties": {
                "loadBalancerFrontendIpConfigurations": [
                    {"id": f"{balancer['id']}/frontendIPConfigurations/front"}
                ],
                "ipConfigurations": [
                    {"name": "nat", "properties": {"subnet": {"id": self.sandbox.world.nat_subnet}}}
                ],
                "visibility": {"subscriptions": list(visible)},
                **changed,
            },
        }

    def service(self, balancer: Mapping[str, Any], *visible: str, **changed: Any) -> Any:
        body = self.service_body(balancer, *visible, **changed)
        name = self.name("pls")
        return self.net.private_link_services.begin_create_or_update(self.group, name, body).result()

    def endpoint_body(self, service: str, *, manual: bool = True, message: str = "Please") -> dict[str, Any]:
        inner = {"privateLinkServiceId": service, "requestMessage": message}
        key = "manualPrivateLinkServiceConnections" if manual else "privateLinkServiceConnections"
        return {
            "location": self.sandbox.world.region,
            "properties": {
                "subnet": {"id": self.sandbox.world.endpoint_subnet},
                key: [{"name": "magento", "properties": inner}],
            },
        }

    def endpoint(self, service: str, **changed: Any) -> Any:
        name = self.name("pe")
        body = self.endpoint_body(service, **changed)
        return self.net.private_endpoints.begin_create_or_update(self.group, name, body).result()

    def look(self, endpoint: Any) -> Any:
        return self.net.private_endpoints.get(self.group, endpoint.name)

    def status(self, endpoint: Any) -> str:
        found = self.look(endpoint)
        links = [
            *(found.manual_private_link_service_connections or []),
            *(found.private_link_service_connections or []),
        ]
        return str(links[0].private_link_service_connection_state.status)

    def address(self, endpoint: Any) -> str:
        id = self.look(endpoint).network_interfaces[0].id
        nic = self.net.network_interfaces.get(self.group, id.rpartition("/")[2])
        return str(nic.ip_configurations[0].private_ip_address)


def refused(act: Any) -> tuple[int, str]:
    """Status and code of the error that a call is answered with."""
    with pytest.raises(HttpResponseError) as caught:
        act()
    assert caught.value.error is not None
    return caught.value.status_code, caught.value.error.code


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start(auto=False, ticketless=False, operation=0.02, retry_after=0.01) as running:
        yield running


@pytest.fixture(scope="module")
def magento(sandbox: Sandbox) -> Account:
    return account(sandbox.environment, "MAGENTO_")


@pytest.fixture(scope="module")
def customer(sandbox: Sandbox) -> Customer:
    return Customer(sandbox, account(sandbox.environment))


@pytest.fixture(scope="module")
def allowed(sandbox: Sandbox, customer: Customer) -> str:
    """The alias of Magento's service, which shows itself to the customer."""
    sandbox.vendor.file(f"Azure subscription ID: {customer.api.subscription}\n- web port 80 to Magento")
    sandbox.vendor.play("allow")
    return sandbox.world.service_name

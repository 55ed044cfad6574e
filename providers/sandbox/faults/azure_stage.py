"""What stands in the emulated Azure for a fault to break, found by what it is, whoever made it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from providers.sandbox.faults.fault import absent

if TYPE_CHECKING:
    from azure.mgmt.network import models as w

    from core.network.model import Connection
    from providers.azure.session import Clients
    from providers.sandbox.azure import Sandbox
    from providers.sandbox.azure.estate import Estate, Link, Resource
    from providers.sandbox.azure.world import World
    from providers.sandbox.datapath import DataPath

DATABASE = 3306
"""The port of the customer's that faults break, where it is served; else the first one."""
SHUT = "shut"
"""The name of the rule that keeps somebody out."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Both sides' clients, and the machinery behind them."""

    customer: Clients
    magento: Clients
    world: World
    estate: Estate
    data_path: DataPath
    open_port: Callable[[int], None]

    def endpoint(self) -> w.PrivateEndpoint:
        """The customer's private endpoint to Magento's service."""
        theirs = {self.world.service_id.lower(), self.world.service_name.lower()}
        for one in self.customer.network.private_endpoints.list_by_subscription():
            if {_asked(one).lower()} & theirs:
                return one
        raise absent("a private endpoint to Magento's service")

    def connection(self) -> w.PrivateEndpoint:
        """Magento's private endpoint to the customer's service."""
        service = self.service()
        own = {str(service.id).lower(), str(service.alias).lower()}
        for one in self.magento.network.private_endpoints.list_by_subscription():
            if {_asked(one).lower()} & own:
                return one
        raise absent("a connection of Magento's to your private link service")

    def service(self) -> w.PrivateLinkService:
        """The customer's private link service for Magento: the one that it sees, or else the latest."""
        found = list(self.customer.network.private_link_services.list_by_subscription())
        if not found:
            raise absent("your private link service")
        sees = (
            one
            for one in found
            if one.visibility and self.magento.subscription in (one.visibility.subscriptions or ())
        )
        return next(sees, found[-1])

    def balancer(self) -> w.LoadBalancer:
        """The load balancer behind it."""
        front = (self.service().load_balancer_frontend_ip_configurations or [])[0].id
        group, name = placed(str(front).partition("/frontendIPConfigurations/")[0])
        found: w.LoadBalancer = self.customer.network.load_balancers.get(group, name)
        return found

    def rule(self) -> w.LoadBalancingRule:
        """Its rule for the database, or else its first."""
        rules: list[w.LoadBalancingRule] = sorted(
            self.balancer().load_balancing_rules or (),
            key=lambda one: (one.frontend_port != DATABASE, one.frontend_port),
        )
        if not rules:
            raise absent("a rule of your load balancer")
        return rules[0]

    def members(self) -> list[w.NetworkInterface]:
        """The machines' network interfaces in the pool of that rule; at least one."""
        pool = str((pool := self.rule().backend_address_pool) and pool.id).lower()
        found = [
            one
            for one in self.customer.network.network_interfaces.list_all()
            if any(pool in _pools(part) for part in one.ip_configurations or ())
        ]
        if not found:
            raise absent("a machine in the pool of your load balancer")
        return found

    def emulated(self, id: str | None) -> Resource:
        """A resource as the emulator keeps it."""
        found = self.estate.find(str(id))
        assert found is not None
        return found

    def link(self) -> Link:
        """The customer's connection to Magento's service as the emulator keeps it."""
        wanted = str(self.endpoint().id).lower()
        return next(one for one in self.estate.links if one.endpoint.lower() == wanted)


def _asked(endpoint: w.PrivateEndpoint) -> str:
    """What a private endpoint asks to be connected to: an alias or an id."""
    asked = (
        endpoint.manual_private_link_service_connections or endpoint.private_link_service_connections or ()
    )
    return next((str(one.private_link_service_id) for one in asked), "")


def _pools(part: w.NetworkInterfaceIPConfiguration) -> set[str]:
    return {str(one.id).lower() for one in part.load_balancer_backend_address_pools or ()}


def placed(id: str | None) -> tuple[str, str]:
    """Resource group and name of a resource."""
    parts = str(id).split("/")
    return parts[4], parts[-1]


def asked_of(clients: Clients, service: str | None, endpoint: str | None) -> Connection:
    """The connection that a private endpoint asks a service for, as the service's owner sees it."""
    from providers.azure import ids
    from providers.azure.vendor import AzureVendor

    for one in AzureVendor(clients).requests(str(service)):
        if ids.same(one.endpoint_id, str(endpoint)):
            return one
    raise absent("that connection")


def decided(clients: Clients, service: str | None, endpoint: str | None, status: str) -> None:
    """The service's owner decides on the connection of one private endpoint, and on nobody else's."""
    from providers.azure.vendor import decide

    decide(clients, asked_of(clients, service, endpoint), status)


def set_subnet(stage: Stage, id: str, **settings: Any) -> dict[str, Any]:
    """Give a subnet other settings; answers what they were."""
    network, _, name = id.partition("/subnets/")
    group, vnet = placed(network)
    subnets = stage.customer.network.subnets
    found = subnets.get(group, vnet, name)
    was = {key: getattr(found, key) for key in settings}
    for key, value in settings.items():
        setattr(found, key, value)
    subnets.begin_create_or_update(group, vnet, name, found).result()
    return was


@contextmanager
def denied(stage: Stage, security_group: str, source: str, port: str = "*") -> Iterator[None]:
    """As long as it lasts, a rule before all others keeps a source out."""
    group, name = placed(security_group)
    groups = stage.customer.network.network_security_groups

    def write(rules: list[Any], step: int) -> None:
        found = groups.get(group, name)
        kept = [one for one in found.security_rules or () if one.name != SHUT]
        for one in kept:
            one.priority = (one.priority or 0) + step
        found.security_rules = [*rules, *kept]
        groups.begin_create_or_update(group, name, found).result()

    inner = {
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": port,
        "sourceAddressPrefix": source,
        "destinationAddressPrefix": "*",
        "access": "Deny",
        "priority": 100,
        "direction": "Inbound",
    }
    write([{"name": SHUT, "properties": inner}], 1)
    yield
    write([], -1)


def stage_of(sandbox: Sandbox) -> Stage:
    """The stage of a running sandbox."""
    return Stage(
        sandbox.customer_clients,
        sandbox.vendor_clients,
        sandbox.world,
        sandbox.arm.estate,
        sandbox.data_path,
        sandbox.vendor.open_port,
    )

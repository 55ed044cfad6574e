"""The seeded world: a customer who has a shop to connect, and Magento with a service to connect to.

In the plain shape (:mod:`core.walkthrough.shape`; another one has its own names, addresses and machines). Names and ids
are always the same, only GUIDs that Azure makes up differ. Customer:

- VNet ``shop-prod`` 10.20.0.0/16 in resource group ``shop``, with subnets ``shop-backend``,
  ``shop-endpoints`` and ``shop-nat`` (private link policies on, as Azure makes them); machines ``shop-db``
  (3306), ``shop-oms`` (443, 8080) and ``shop-sftp`` (2222) in the first; a Basic load balancer that has
  nothing to do with it all
- VNet ``shop-dev`` 10.30.0.0/16 in resource group ``shop-dev``

Magento, in another tenant: VNet ``magento-cloud`` 10.0.0.0/16 with two web servers, a Standard load balancer
without rules and a private link service in front of it that shows itself to nobody.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.request.model import (
    ConnectionType,
    Draft,
    DraftCloud,
    DraftConnection,
    DraftProject,
    DraftService,
)
from core.request.offer import Offer
from core.walkthrough.shape import PLAIN, Shape, by_type, played_request
from providers.sandbox.azure import management
from providers.sandbox.azure.estate import NAMESPACE, Estate, Json, Resource, Subscription
from providers.sandbox.azure.intruder import STRANGER
from providers.sandbox.azure.store import Store
from providers.sandbox.ground import LISTENS

CUSTOMER = Subscription(
    "5c0f1e2a-7b34-4d19-9e60-1a2b3c4d5e6f", "c0a80001-5a11-4e0c-8f2d-0123456789ab", "Shop Production"
)
MAGENTO = Subscription(
    "9d3b7f41-2c58-4a6e-b1f0-6f5e4d3c2b1a", "b0b1b2b3-6b22-4f1d-9a3e-ba9876543210", "Magento Cloud"
)
PROJECT = "abcdefg123456"
CLUSTER = "abcdefg123456-production-1"
GROUP, DEV_GROUP, MAGENTO_GROUP = "shop", "shop-dev", "magento-cloud"


@dataclass(frozen=True, slots=True)
class World:
    """What the seed made, by resource id. ``hosts`` maps the customer's machines to their private addresses,
    ``interfaces`` to their network interfaces. ``service_name`` is the alias of Magento's service.
    """

    region: str
    vpc: str
    backend_subnet: str
    endpoint_subnet: str
    nat_subnet: str
    hosts: Mapping[str, str]
    interfaces: Mapping[str, str]
    magento_vpc: str
    magento_load_balancer: str
    magento_hosts: tuple[str, ...]
    service_id: str
    service_name: str


def subscriptions() -> tuple[Subscription, Subscription]:
    """The customer's, and Magento's."""
    return CUSTOMER, MAGENTO


def _id(subscription: Subscription, group: str, kind: str, name: str) -> str:
    head = f"/subscriptions/{subscription.id}/resourceGroups/{group}"
    return f"{head}/providers/{NAMESPACE}/{kind}/{name}"


@dataclass(frozen=True, slots=True)
class _Side:
    """One subscription's group to seed resources in."""

    store: Store
    subscription: Subscription
    group: str

    def put(
        self,
        kind: str,
        name: str,
        properties: Json,
        *,
        tags: Mapping[str, str] | None = None,
        sku: str | None = None,
    ) -> Resource:
        body: Json = {
            "location": self.store.estate.region,
            "properties": properties,
            "tags": dict(tags or {}),
        }
        if sku:
            body["sku"] = {"name": sku}
        return self.store.write(_id(self.subscription, self.group, kind, name), body)

    def network(self, name: str, cidr: str, subnets: Sequence[Json]) -> Resource:
        space = {"addressSpace": {"addressPrefixes": [cidr]}, "subnets": list(subnets)}
        return self.put("virtualNetworks", name, space)

    def machine(self, name: str, subnet: str, address: str, group: str, listens: str) -> Resource:
        """A machine's network interface; of the machine itself nothing more than its id is there."""
        configuration = {
            "name": "ipconfig1",
            "properties": {
                "subnet": {"id": subnet},
                "privateIPAddress": address,
                "privateIPAllocationMethod": "Static",
                "primary": True,
            },
        }
        inner = {"ipConfigurations": [configuration], "networkSecurityGroup": {"id": group}}
        made = self.put("networkInterfaces", f"{name}-nic", inner, tags={LISTENS: listens})
        machine = _id(self.subscription, self.group, "virtualMachines", name)
        made.properties["virtualMachine"] = {"id": machine.replace(NAMESPACE, "Microsoft.Compute")}
        made.properties["primary"] = True
        return made


def _subnet(name: str, cidr: str, **more: object) -> Json:
    return {"name": name, "properties": {"addressPrefix": cidr, **more}}


def _admit(name: str, priority: int, ports: Sequence[str], source: str) -> Json:
    return {
        "name": name,
        "properties": {
            "protocol": "Tcp",
            "sourcePortRange": "*",
            "destinationPortRanges": list(ports),
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": "*",
            "access": "Allow",
            "priority": priority,
            "direction": "Inbound",
        },
    }


def seed(store: Store, shape: Shape = PLAIN) -> World:
    """Make both sides, the customer in a shape, ready at once."""
    estate = store.estate
    with estate.lock:
        for subscription, groups in ((CUSTOMER, (GROUP, DEV_GROUP)), (MAGENTO, (MAGENTO_GROUP,))):
            estate.registered[subscription.id] = estate.clock()
            for group in groups:
                management.put_group(estate, subscription.id, group, {"location": estate.region})
        shop = _Side(store, CUSTOMER, GROUP)
        network, interfaces, hosts = _shop(shop, shape)
        dev = _Side(store, CUSTOMER, DEV_GROUP)
        dev.network("shop-dev", "10.30.0.0/16", [_subnet("shop-dev", "10.30.1.0/24")])
        magento, balancer, servers, service = _magento(_Side(store, MAGENTO, MAGENTO_GROUP))
        return World(
            region=estate.region,
            vpc=network.id,
            backend_subnet=f"{network.id}/subnets/shop-backend",
            endpoint_subnet=f"{network.id}/subnets/shop-endpoints",
            nat_subnet=f"{network.id}/subnets/shop-nat",
            hosts=hosts,
            interfaces=interfaces,
            magento_vpc=magento.id,
            magento_load_balancer=balancer.id,
            magento_hosts=servers,
            service_id=service.id,
            service_name=str(service.properties["alias"]),
        )


def _shop(side: _Side, shape: Shape) -> tuple[Resource, dict[str, str], dict[str, str]]:
    network = side.network(
        shape.name,
        shape.cidr,
        [
            _subnet("shop-backend", f"{shape.half}.1.0/24"),
            _subnet("shop-endpoints", f"{shape.half}.2.0/24"),
            _subnet("shop-nat", f"{shape.half}.3.0/24"),
        ],
    )
    backend = f"{network.id}/subnets/shop-backend"
    ports = [str(port) for listens in shape.hosts.values() for port in listens]
    rule = _admit("allow-shop", 100, ports, shape.cidr)
    group = side.put("networkSecurityGroups", "shop-backend", {"securityRules": [rule]})
    interfaces, hosts = {}, {}
    for number, (name, listens) in enumerate(shape.hosts.items()):
        hosts[name] = f"{shape.half}.1.{20 + number}"
        said = ",".join(str(port) for port in listens)
        interfaces[name] = side.machine(name, backend, hosts[name], group.id, said).id
    frontend = {"name": "legacy", "properties": {"subnet": {"id": backend}}}
    side.put("loadBalancers", "shop-legacy", {"frontendIPConfigurations": [frontend]}, sku="Basic")
    return network, interfaces, hosts


def _magento(side: _Side) -> tuple[Resource, Resource, tuple[str, ...], Resource]:
    network = side.network(
        "magento-cloud",
        "10.0.0.0/16",
        [
            _subnet("magento-endpoints", "10.0.3.0/24"),
            _subnet("magento-web", "10.0.1.0/24"),
            _subnet("magento-nat", "10.0.2.0/24", privateLinkServiceNetworkPolicies="Disabled"),
        ],
    )
    web, nat = (f"{network.id}/subnets/{name}" for name in ("magento-web", "magento-nat"))
    group = side.put("networkSecurityGroups", "magento-web", {"securityRules": []})
    balancer = side.put(
        "loadBalancers",
        "magento-privatelink",
        {
            "frontendIPConfigurations": [{"name": "frontend", "properties": {"subnet": {"id": web}}}],
            "backendAddressPools": [{"name": "web", "properties": {}}],
        },
        sku="Standard",
    )
    pool = {"id": f"{balancer.id}/backendAddressPools/web"}
    servers = []
    for number in (1, 2):
        made = side.machine(f"magento-web-{number}", web, f"10.0.1.{20 + number}", group.id, "all")
        made.parts("ipConfigurations")[0]["properties"]["loadBalancerBackendAddressPools"] = [pool]
        servers.append(made.id)
    service = side.put(
        "privateLinkServices",
        "magento-privatelink",
        {
            "loadBalancerFrontendIpConfigurations": [
                {"id": f"{balancer.id}/frontendIPConfigurations/frontend"}
            ],
            "ipConfigurations": [{"name": "nat", "properties": {"subnet": {"id": nat}, "primary": True}}],
            "visibility": {"subscriptions": []},
            "autoApproval": {"subscriptions": []},
        },
    )
    return network, balancer, tuple(servers), service


def open_port(store: Store, world: World, port: int) -> None:
    """Magento's side of step 3 for one port: a probe and a rule at its load balancer. Idempotent."""
    with store.estate.lock:
        store.operations.settle()
        balancer = store.estate.find(world.magento_load_balancer)
        assert balancer is not None
        name = f"port-{port}"
        if balancer.part("loadBalancingRules", name):
            return
        properties = copy.deepcopy(balancer.properties)
        properties["probes"].append({"name": name, "properties": {"protocol": "Tcp", "port": port}})
        properties["loadBalancingRules"].append(
            {
                "name": name,
                "properties": {
                    "protocol": "Tcp",
                    "frontendPort": port,
                    "backendPort": port,
                    "frontendIPConfiguration": {"id": f"{balancer.id}/frontendIPConfigurations/frontend"},
                    "backendAddressPool": {"id": f"{balancer.id}/backendAddressPools/web"},
                    "probe": {"id": f"{balancer.id}/probes/{name}"},
                },
            }
        )
        body: Json = {"location": balancer.location, "sku": balancer.sku, "properties": properties}
        store.write(balancer.id, body)


def practice(world: World, shape: Shape) -> Mapping[ConnectionType, Draft]:
    """The requests that fit the seeded world: the shape's own, else one of each connection type."""
    cloud = DraftCloud(platform="azure", account=CUSTOMER.id, region=world.region, network=world.vpc)
    own = played_request(
        shape, cloud, lambda name, address: (world.hosts if address else world.interfaces)[name]
    )
    return by_type(own, lambda kind: request_draft(world, kind))


def request_draft(world: World, kind: ConnectionType) -> Draft:
    """A request that fits the seeded world."""
    fitting = [name for name, place in Offer().regions.items() if place.region == world.region]
    services = [
        DraftService(name="Webserver", protocol="HTTP", port=80, direction="to-magento"),
        DraftService(name="SFTP", protocol="SFTP", port=2222, direction="to-magento"),
    ]
    if kind == "bidirectional":
        services = [
            services[0],
            DraftService(
                name="Database",
                protocol="TCP",
                port=3306,
                direction="from-magento",
                targets=(world.hosts["shop-db"],),
            ),
            DraftService(
                name="Orders",
                protocol="HTTPS",
                port=443,
                direction="from-magento",
                targets=(world.interfaces["shop-oms"],),
            ),
        ]
    return Draft(
        project=DraftProject(
            id=PROJECT,
            plan="pro",
            environment="production",
            region=fitting[0] if fitting else "AZ-WESTEUROPE-1",
            cluster=CLUSTER,
        ),
        cloud=DraftCloud(platform="azure", account=CUSTOMER.id, region=world.region, network=world.vpc),
        connection=DraftConnection(type=kind),
        services=tuple(services),
    )


def new_estate(region: str) -> Estate:
    """An empty Azure with both subscriptions, and a stranger's."""
    return Estate(region, (*subscriptions(), STRANGER))

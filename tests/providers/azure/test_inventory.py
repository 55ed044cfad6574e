"""What is seen of a subscription: in a VNet, at a look, and as the vendor."""

from __future__ import annotations

import pytest

from core.cloud import CloudError, Spread, Watch
from core.network.model import Connection
from core.setup import change as c
from providers.azure.cloud import AzureCloud
from providers.azure.read import state
from providers.azure.session import Clients
from providers.azure.vendor import AzureVendor
from tests.providers.azure.arm import GROUP, NETWORK, OTHER, Arm, Json

ALIAS = "magento.0a1b2c3d-0000-4000-8000-000000000000.westus2.azure.privatelinkservice"
NET = f"{NETWORK}/virtualNetworks/net"
APP = f"{NET}/subnets/app"
ELSEWHERE = f"/subscriptions/{OTHER}/resourceGroups/m/providers/Microsoft.Network/privateEndpoints/e"


def link(status: str, **more: str) -> Json:
    decided = {"status": status, **more}
    return {"privateLinkServiceId": ALIAS, "privateLinkServiceConnectionState": decided}


@pytest.fixture
def estate(arm: Arm) -> Arm:
    """One of everything, with references in another case than the resources' own ids."""
    shout = APP.replace("resourceGroups/shop", "RESOURCEGROUPS/SHOP")
    subnets = [
        {
            "id": APP,
            "name": "app",
            "properties": {
                "addressPrefix": "10.0.1.0/24",
                "networkSecurityGroup": {"id": f"{NETWORK}/networkSecurityGroups/nsg"},
                "privateLinkServiceNetworkPolicies": "Enabled",
                "privateEndpointNetworkPolicies": "Disabled",
                "ipConfigurations": [{"id": "x"}],
            },
        },
        {
            "id": f"{NET}/subnets/nat",
            "name": "nat",
            "properties": {
                "addressPrefixes": ["fd00::/64", "10.0.2.0/28"],
                "privateLinkServiceNetworkPolicies": "Disabled",
            },
        },
    ]
    arm.put(
        "virtualNetworks", "net", {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}, "subnets": subnets}
    )
    arm.put(
        "virtualNetworks", "far", {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}, location="eastus2"
    )
    front = {"id": f"{NETWORK}/loadBalancers/lb/frontendIPConfigurations/f", "name": "f"}
    pool = {"id": f"{NETWORK}/loadBalancers/lb/backendAddressPools/p", "name": "p"}
    arm.put(
        "networkInterfaces",
        "db",
        {
            "virtualMachine": {"id": f"{GROUP}/providers/Microsoft.Compute/virtualMachines/db"},
            "ipConfigurations": [
                {
                    "id": f"{NETWORK}/networkInterfaces/db/ipConfigurations/1",
                    "properties": {"privateIPAddress": "10.0.1.4", "primary": True, "subnet": {"id": shout}},
                }
            ],
        },
    )
    arm.put(
        "networkInterfaces",
        "pe-nic",
        {
            "privateEndpoint": {"id": f"{NETWORK}/privateEndpoints/pe"},
            "ipConfigurations": [
                {"id": "i", "properties": {"privateIPAddress": "10.0.1.9", "subnet": {"id": APP}}}
            ],
        },
    )
    rule = {
        "protocol": "Tcp",
        "frontendPort": 3306,
        "backendPort": 3307,
        "backendAddressPool": {"id": pool["id"].upper()},
    }
    arm.put(
        "loadBalancers",
        "lb",
        {
            "provisioningState": "Succeeded",
            "frontendIPConfigurations": [
                front | {"properties": {"subnet": {"id": shout}, "privateIPAddress": "10.0.1.5"}}
            ],
            "backendAddressPools": [
                pool
                | {
                    "properties": {
                        "backendIPConfigurations": [
                            {"id": f"{NETWORK}/NetworkInterfaces/DB/ipConfigurations/1"}
                        ]
                    }
                }
            ],
            "loadBalancingRules": [
                {"id": f"{NETWORK}/loadBalancers/lb/loadBalancingRules/r", "properties": rule}
            ],
        },
        sku={"name": "Standard"},
    )
    arm.put(
        "loadBalancers",
        "public",
        {"frontendIPConfigurations": [{"id": "q", "properties": {"publicIPAddress": {"id": "ip"}}}]},
    )
    arm.put(
        "networkSecurityGroups",
        "nsg",
        {
            "subnets": [{"id": APP}],
            "securityRules": [
                {
                    "properties": {
                        "access": access,
                        "direction": "Inbound",
                        "protocol": "Tcp",
                        "priority": priority,
                        "destinationAddressPrefix": "10.0.1.0/24" if access == "Deny" else "*",
                        "sourceAddressPrefix": "AzureLoadBalancer",
                        "destinationPortRanges": ["80", "3306-3310"],
                    }
                }
                for access, priority in (("Allow", 200), ("Deny", 100))
            ],
            "defaultSecurityRules": [
                {
                    "properties": {
                        "access": "Deny",
                        "direction": "Inbound",
                        "protocol": "*",
                        "priority": 65500,
                        "sourceAddressPrefix": "*",
                        "destinationAddressPrefix": "*",
                        "destinationPortRange": "*",
                    }
                }
            ],
        },
    )
    connection = {
        "name": "e.guid",
        "properties": {
            "privateEndpoint": {"id": ELSEWHERE},
            "privateLinkServiceConnectionState": {"status": "Pending"},
            "provisioningState": "Succeeded",
        },
    }
    arm.put(
        "privateLinkServices",
        "pls",
        {
            "provisioningState": "Succeeded",
            "alias": "pls.guid.westus2.azure.privatelinkservice",
            "loadBalancerFrontendIpConfigurations": [
                {"id": front["id"].replace("loadBalancers", "LoadBalancers")}
            ],
            "ipConfigurations": [{"name": "nat", "properties": {"subnet": {"id": f"{NET}/subnets/nat"}}}],
            "visibility": {"subscriptions": [OTHER.upper()]},
            "privateEndpointConnections": [connection],
        },
    )
    arm.put(
        "privateEndpoints",
        "pe",
        {
            "provisioningState": "Succeeded",
            "subnet": {"id": shout},
            "networkInterfaces": [{"id": f"{NETWORK}/networkInterfaces/PE-nic"}],
            "manualPrivateLinkServiceConnections": [{"name": "c", "properties": link("Approved")}],
        },
    )
    return arm


def test_a_network_and_what_is_in_it(estate: Arm, cloud: AzureCloud) -> None:
    seen = cloud.inventory(NET.upper())
    assert len(estate.calls) == 7, "a list for each kind, and the registration"
    assert [one.id for one in seen.networks] == [NET]
    app, nat = seen.subnets
    assert (app.cidr, app.free_addresses, app.link_policies, app.endpoint_policies) == (
        "10.0.1.0/24",
        250,
        True,
        False,
    )
    assert (nat.cidr, nat.free_addresses, nat.link_policies) == ("10.0.2.0/28", 11, False)
    (machine,) = seen.instances
    assert machine.id.endswith("/virtualMachines/db")
    assert machine.interface_id == f"{NETWORK}/networkInterfaces/db"
    assert (machine.address, machine.subnet_id, machine.network_id) == ("10.0.1.4", APP, NET)
    assert machine.security_group_ids == (f"{NETWORK}/networkSecurityGroups/nsg",)
    (balancer,) = seen.load_balancers
    assert (balancer.kind, balancer.internal, balancer.state, balancer.dns_name) == (
        "Standard",
        True,
        "active",
        "10.0.1.5",
    )
    (listener,) = seen.listeners
    (pool,) = seen.target_groups
    assert (listener.port, listener.protocol, listener.target_group_id) == (3306, "TCP", pool.id)
    assert (listener.target_port, balancer.nat_frontend_ids, balancer.region) == (3307, (), "westus2")
    assert (pool.target_type, pool.port, [one.id for one in pool.targets]) == ("nic", 3307, ["10.0.1.4"])
    (group,) = seen.security_groups
    rows = [(one.priority, one.allow, one.from_port, one.to_port, one.peer, one.local) for one in group.rules]
    assert rows == [
        (100, False, 80, 80, "AzureLoadBalancer", "10.0.1.0/24"),
        (100, False, 3306, 3310, "AzureLoadBalancer", "10.0.1.0/24"),
        (200, True, 80, 80, "AzureLoadBalancer", ""),
        (200, True, 3306, 3310, "AzureLoadBalancer", ""),
        (65500, False, 0, 65535, "*", ""),
    ]
    (service,) = seen.endpoint_services
    assert service.service_name == "pls.guid.westus2.azure.privatelinkservice"
    assert (service.state, service.principals, service.acceptance_required) == ("available", (OTHER,), True)
    assert (service.load_balancer_ids, service.subnet_ids) == ((balancer.id,), (nat.id,))
    (connection,) = seen.connections
    assert (connection.owner, connection.state, connection.name) == (OTHER, "pending-acceptance", "e.guid")
    (endpoint,) = seen.endpoints
    assert (endpoint.service_name, endpoint.state, endpoint.addresses) == (ALIAS, "available", ("10.0.1.9",))


def test_another_location_is_not_seen(estate: Arm, cloud: AzureCloud) -> None:
    assert [one.name for one in cloud.networks()] == ["net"]
    assert [one.name for one in cloud.inventory(None).networks] == ["net"]


def test_locations_in_use_are_seen_from_any_of_them(estate: Arm, cloud: AzureCloud) -> None:
    assert isinstance(cloud, Spread)
    assert cloud.used_regions() == ("eastus2", "westus2")
    assert len(estate.calls) == 4


def test_regions_are_places(cloud: AzureCloud) -> None:
    assert [(one.name, one.title) for one in cloud.regions()] == [("westus2", "West US 2")]


def watch() -> Watch:
    return Watch(
        NET,
        (ALIAS.upper(),),
        (),
        ("pls.guid.westus2.azure.privatelinkservice",),
        (f"{NETWORK}/loadBalancers/lb",),
    )


def test_a_look_costs_few_calls_and_the_next_one_fewer(estate: Arm, cloud: AzureCloud) -> None:
    seen = cloud.observe(watch())
    assert seen.gaps == ()
    assert [one.state for one in seen.load_balancers] == ["active"]
    assert [one.state for one in seen.endpoint_services] == ["available"]
    assert [one.state for one in seen.connections] == ["pending-acceptance"]
    (endpoint,) = seen.endpoints
    assert (endpoint.service_name, endpoint.addresses) == (ALIAS.upper(), ("10.0.1.9",))
    assert seen.vendor_services[ALIAS.upper()] is not None
    # Endpoints, one address, services, the load balancer, visibility.
    assert len(estate.calls) == 5
    estate.calls.clear()
    again = cloud.observe(watch())
    assert (again.endpoints, again.endpoint_services) == (seen.endpoints, seen.endpoint_services)
    assert len(estate.calls) == 4


def test_what_is_gone_is_missing_from_a_look(estate: Arm, cloud: AzureCloud) -> None:
    cloud.observe(watch())
    estate.resources.clear()
    estate.hidden.add(ALIAS.upper())
    seen = cloud.observe(watch())
    assert (seen.gaps, seen.endpoints, seen.endpoint_services, seen.load_balancers) == ((), (), (), ())
    assert seen.vendor_services == {ALIAS.upper(): None}


def test_a_hidden_service(arm: Arm, cloud: AzureCloud) -> None:
    assert cloud.vendor_service(ALIAS).service_name == ALIAS
    arm.hidden.add(ALIAS)
    with pytest.raises(CloudError) as raised:
        cloud.vendor_service(ALIAS)
    assert raised.value.code == "service-not-visible"


def test_deciding_on_a_connection(estate: Arm, cloud: AzureCloud) -> None:
    (connection,) = cloud.inventory(NET).connections
    cloud.accept(connection)
    assert [one.state for one in cloud.inventory(NET).connections] == ["available"]
    # Its name is looked up where only the endpoint is known.
    cloud.reject(Connection(connection.service_id, ELSEWHERE.upper(), OTHER, "available"))
    assert [one.state for one in cloud.inventory(NET).connections] == ["rejected"]
    with pytest.raises(CloudError) as raised:
        cloud.accept(Connection(connection.service_id, "/nobody", OTHER, "pending-acceptance"))
    assert raised.value.code == "not-found"


def test_the_vendors_moves(estate: Arm, clients: Clients) -> None:
    vendor = AzureVendor(clients)
    service = f"{NETWORK}/privateLinkServices/pls"
    vendor.allow(service, "ABCD")
    assert estate.bodies[0]["properties"]["visibility"]["subscriptions"] == [OTHER, "abcd"]
    estate.resources[service.lower()]["properties"]["privateEndpointConnections"] = [
        {"name": "n", "properties": {"privateEndpoint": {"id": ELSEWHERE}}}
    ]
    (request,) = vendor.requests(service)
    vendor.approve(request)
    assert vendor.requests(service)[0].state == "available"
    vendor.decline(request)
    assert vendor.requests(service)[0].state == "rejected"
    made = vendor.connect(ALIAS, NET, "magento-1")
    assert made == vendor.connect(ALIAS, NET, "magento-1")
    assert estate.resources[made.lower()]["tags"][c.tag_key("vendor")]
    estate.hidden.add(ALIAS)
    with pytest.raises(CloudError) as raised:
        vendor.connect(ALIAS, NET, "magento-2")
    assert raised.value.code == "service-not-visible"


@pytest.mark.parametrize(
    ("provisioning", "status", "expected"),
    [
        ("Succeeded", "Pending", "pending-acceptance"),
        ("Updating", "Pending", "pending-acceptance"),
        ("Succeeded", "Approved", "available"),
        ("Succeeded", "Rejected", "rejected"),
        ("Succeeded", "Disconnected", "disconnected"),
        ("Failed", "Rejected", "rejected"),
        ("Failed", "Pending", "failed"),
        ("Deleting", "Approved", "deleting"),
        ("Updating", None, "pending"),
        ("Succeeded", " approved ", "available"),
        ("Succeeded", "Waiting for Godot", "unknown"),
    ],
)
def test_states(provisioning: str, status: str | None, expected: str) -> None:
    assert state(provisioning, status) == expected

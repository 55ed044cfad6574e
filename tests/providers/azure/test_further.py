"""What an audit reads beyond a plan's needs, and what the answers of the six lists hold besides."""

from __future__ import annotations

import pytest

from core.network.model import DnsRecord, HealthCheck, Quota, Route
from providers.azure.cloud import AzureCloud
from tests.providers.azure.arm import NETWORK, OTHER, Arm, Json

NET = f"{NETWORK}/virtualNetworks/net"
FAR = f"{NETWORK}/virtualNetworks/far"
APP = f"{NET}/subnets/app"
ROUTES = f"{NETWORK}/routeTables/rt"
LB = f"{NETWORK}/loadBalancers/lb"
ALIAS = "magento.0a1b2c3d-0000-4000-8000-000000000000.westus2.azure.privatelinkservice"
GONE = "gone.0a1b2c3d-0000-4000-8000-000000000000.westus2.azure.privatelinkservice"


def usage(name: str, words: str, used: int, limit: int) -> Json:
    value = {"value": name, "localizedValue": words}
    return {"id": "u", "unit": "Count", "currentValue": used, "limit": limit, "name": value}


def endpoint(arm: Arm, name: str, alias: str, status: str, kind: str = "manualPrivate") -> None:
    decided = {"status": status, "description": "please", "actionsRequired": "None"}
    asked = {
        "privateLinkServiceId": alias,
        "requestMessage": "for shop",
        "privateLinkServiceConnectionState": decided,
    }
    arm.put(
        "privateEndpoints",
        name,
        {
            "provisioningState": "Succeeded",
            "ipVersionType": "IPv4",
            "subnet": {"id": APP},
            "customDnsConfigs": [{"fqdn": "shop.internal", "ipAddresses": ["10.0.1.9"]}],
            f"{kind}LinkServiceConnections": [{"name": "c", "properties": asked}],
        },
    )


@pytest.fixture
def estate(arm: Arm) -> Arm:
    arm.put(
        "virtualNetworks",
        "net",
        {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "dhcpOptions": {"dnsServers": ["10.0.0.53"]},
            "virtualNetworkPeerings": [
                {"properties": {"peeringState": state, "remoteVirtualNetwork": {"id": id}}}
                for state, id in (("Connected", FAR), ("Disconnected", f"{FAR}-2"))
            ],
            "subnets": [
                {
                    "id": APP,
                    "name": "app",
                    "properties": {
                        "addressPrefixes": ["10.0.1.0/24", "fd00::/64"],
                        "routeTable": {"id": ROUTES.upper()},
                        "networkSecurityGroup": {"id": f"{NETWORK}/networkSecurityGroups/nsg"},
                        "privateEndpointNetworkPolicies": "RouteTableEnabled",
                    },
                },
                {"id": f"{NET}/subnets/bare", "name": "bare", "properties": {"addressPrefix": "10.0.2.0/24"}},
            ],
        },
    )
    route = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.0.4"}
    arm.put("routeTables", "rt", {"subnets": [{"id": APP}], "routes": [{"name": "r", "properties": route}]})
    arm.put("routeTables", "far", {"subnets": [{"id": f"{FAR}/subnets/x"}], "routes": []})
    front = {"id": f"{LB}/frontendIPConfigurations/f", "name": "f", "zones": ["2", "1"]}
    rule = {
        "protocol": "Tcp",
        "frontendPort": 443,
        "frontendIPConfiguration": {"id": front["id"]},
        "backendAddressPool": {"id": f"{LB}/backendAddressPools/p"},
        "enableFloatingIP": True,
    }
    probe = {"protocol": "Http", "port": 8080, "requestPath": "/up", "intervalInSeconds": 15}
    arm.put(
        "loadBalancers",
        "lb",
        {
            "frontendIPConfigurations": [
                front | {"properties": {"subnet": {"id": APP}, "privateIPAddress": "10.0.1.5"}}
            ],
            "backendAddressPools": [
                {
                    "id": f"{LB}/backendAddressPools/p",
                    "properties": {
                        "loadBalancerBackendAddresses": [{"properties": {"ipAddress": "10.0.2.7"}}]
                    },
                }
            ],
            "probes": [{"id": f"{LB}/probes/up", "properties": probe | {"probeThreshold": 2}}],
            "loadBalancingRules": [
                {
                    "id": f"{LB}/loadBalancingRules/probed",
                    "properties": rule
                    | {
                        "probe": {"id": f"{LB}/probes/UP"},
                        "idleTimeoutInMinutes": 15,
                        "enableFloatingIP": False,
                    },
                },
                {"id": f"{LB}/loadBalancingRules/bare", "properties": rule | {"frontendPort": 80}},
            ],
        },
        sku={"name": "Standard"},
    )
    arm.put(
        "privateLinkServices",
        "pls",
        {
            "alias": "pls.guid.westus2.azure.privatelinkservice",
            "enableProxyProtocol": True,
            "loadBalancerFrontendIpConfigurations": [{"id": front["id"]}],
            "ipConfigurations": [{"name": str(n), "properties": {"subnet": {"id": APP}}} for n in range(3)],
            "privateEndpointConnections": [
                {
                    "name": "e",
                    "properties": {
                        "privateEndpoint": {"id": f"/subscriptions/{OTHER}/resourceGroups/m/x/y"},
                        "privateLinkServiceConnectionState": {
                            "status": "Rejected",
                            "description": "[b]no[/]",
                            "actionsRequired": "Recreate",
                        },
                    },
                }
            ],
        },
    )
    for number, owner in enumerate(("privateEndpoint", "privateLinkService", "virtualMachine", "")):
        held = {owner: {"id": f"{NETWORK}/{owner}s/one"}} if owner else {}
        many = [
            {"properties": {"privateIPAddress": f"10.0.1.{20 + number}", "subnet": {"id": APP}}},
            {
                "properties": {
                    "privateIPAddress": f"10.0.1.{10 + number}",
                    "primary": True,
                    "subnet": {"id": APP},
                    "publicIPAddress": {"properties": {"ipAddress": "203.0.113.9"}},
                }
            },
        ]
        arm.put("networkInterfaces", f"nic-{number}", {**held, "ipConfigurations": many})
    endpoint(arm, "waits", ALIAS, "Pending")
    endpoint(arm, "lost", GONE, "Disconnected", "private")
    arm.answer(
        "GET",
        "/locations/westus2/usages$",
        body={
            "value": [usage("PrivateEndpoints", "Private Endpoints", 5, 65536), usage("Other", "Other", 1, 2)]
        },
    )
    return arm


def test_what_the_lists_hold_besides(estate: Arm, cloud: AzureCloud) -> None:
    seen = cloud.inventory(NET)
    assert len(estate.calls) == 7
    (network,) = seen.networks
    assert (network.dns_servers, network.peer_ids) == (("10.0.0.53",), (FAR,))
    app, bare = seen.subnets
    assert (app.endpoint_policies, app.endpoint_policy) == (True, "routetableenabled")
    assert (app.security_group_id, app.ipv6_cidr) == (f"{NETWORK}/networkSecurityGroups/nsg", "fd00::/64")
    assert (bare.endpoint_policy, bare.security_group_id, bare.route_table_id) == ("disabled", "", "")
    (balancer,) = seen.load_balancers
    assert (balancer.zones, balancer.addresses) == (("1", "2"), ("10.0.1.5",))
    bare_rule, probed = sorted(seen.listeners, key=lambda one: one.id)
    assert probed.health_check == HealthCheck("HTTP", 8080, "/up", 15, 2)
    assert bare_rule.health_check == HealthCheck("", enabled=False)
    assert (probed.idle_timeout, bare_rule.idle_timeout) == (900, 240)
    assert (probed.floating_address, bare_rule.floating_address) == (False, True)
    assert probed.frontend_id == balancer.frontend_ids[0]
    (pool,) = seen.target_groups
    assert [(one.id, one.subnet_id) for one in pool.targets] == [("10.0.2.7", bare.id)]
    (service,) = seen.endpoint_services
    assert (service.proxy_protocol, service.nat_addresses) == (True, 3)
    assert service.frontend_ids == balancer.frontend_ids
    (connection,) = seen.connections
    assert (connection.description, connection.actions_required) == ("[b]no[/]", "Recreate")
    endpoints = {one.name: one for one in seen.endpoints}
    assert endpoints["waits"].manual is True
    assert endpoints["lost"].manual is False
    assert (endpoints["waits"].request, endpoints["waits"].actions_required) == ("for shop", "")
    assert endpoints["waits"].dns_records == (DnsRecord("shop.internal", ("10.0.1.9",)),)
    assert (seen.detail, seen.route_tables, seen.interfaces, seen.quotas) == ("setup", (), (), ())


def test_what_an_audit_asks_besides(estate: Arm, cloud: AzureCloud) -> None:
    seen = cloud.inventory(NET, "audit")
    assert len(estate.calls) == len(estate.asked("GET")) == 9, "it only reads"
    (table,) = seen.route_tables
    assert (table.routes, table.subnet_ids) == ((Route("0.0.0.0/0", "virtualappliance 10.0.0.4"),), (APP,))
    assert seen.subnets[0].route_table_id == table.id
    kinds = {one.id.rpartition("-")[2]: one.kind for one in seen.interfaces}
    assert kinds == {"0": "private-endpoint", "1": "private-link-service", "2": "machine", "3": "free"}
    first = seen.interfaces[0]
    assert (first.addresses, first.public_address) == (("10.0.1.10", "10.0.1.20"), "203.0.113.9")
    assert first.owner_id == f"{NETWORK}/privateEndpoints/one"
    assert seen.quotas == (Quota("PrivateEndpoints", "Private Endpoints", 65536, 5, "account"),)

"""The emulator by the ordinary SDK: what it holds, how it shows it, and what it refuses with which code."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from providers.sandbox.azure import Sandbox

from .conftest import Account, Customer, refused


def test_each_side_sees_its_own_subscription_only(customer: Customer, magento: Account) -> None:
    for side in (customer.api, magento):
        assert [one.subscription_id for one in side.subscriptions.subscriptions.list()] == [side.subscription]
        assert len(list(side.subscriptions.tenants.list())) == 1
    places = list(customer.api.subscriptions.subscriptions.list_locations(customer.api.subscription))
    assert {"westeurope", "eastus2"} <= {one.name for one in places}


def test_what_is_seeded_is_listed_with_both_policies(customer: Customer, magento: Account) -> None:
    nets = {one.name: one for one in customer.net.virtual_networks.list_all()}
    assert set(nets) == {"shop-prod", "shop-dev"}
    assert [one.name for one in customer.net.virtual_networks.list("shop-dev")] == ["shop-dev"]
    nat = customer.net.subnets.get("shop", "shop-prod", "shop-nat")
    assert nat.private_link_service_network_policies == "Enabled"
    assert nat.private_endpoint_network_policies == "Disabled"
    machines = {one.name for one in customer.net.network_interfaces.list_all()}
    assert {"shop-db-nic", "shop-oms-nic", "shop-sftp-nic"} <= machines
    services = list(magento.network.private_link_services.list_by_subscription())
    assert [one.name for one in services] == ["magento-privatelink"]
    assert services[0].alias.startswith("magento-privatelink.")


def test_a_resource_group_comes_and_goes(customer: Customer) -> None:
    groups = customer.api.resources.resource_groups
    made = groups.create_or_update("temporary", {"location": "West Europe", "tags": {"a": "b"}})
    assert (made.location, made.tags) == ("westeurope", {"a": "b"})
    assert groups.check_existence("TEMPORARY")
    space = {"addressSpace": {"addressPrefixes": ["10.9.0.0/24"]}}
    body = {"location": "westeurope", "properties": space}
    customer.net.virtual_networks.begin_create_or_update("temporary", "v", body).result()
    assert [one.name for one in customer.api.resources.resources.list_by_resource_group("temporary")] == ["v"]
    groups.begin_delete("temporary").result()
    assert not groups.check_existence("temporary")
    assert refused(lambda: list(customer.net.virtual_networks.list("temporary"))) == (
        404,
        "ResourceGroupNotFound",
    )


def test_lists_come_in_pages(sandbox: Sandbox, customer: Customer) -> None:
    whole = [one.id for one in customer.net.network_interfaces.list_all()]
    sandbox.arm.handlers.page = 1
    try:
        assert [one.id for one in customer.net.network_interfaces.list_all()] == whole
    finally:
        sandbox.arm.handlers.page = 500


def test_ids_are_the_same_in_any_case(customer: Customer) -> None:
    found = customer.net.subnets.get("SHOP", "Shop-Prod", "SHOP-NAT")
    assert found.id.endswith(
        "/resourceGroups/shop/providers/Microsoft.Network/virtualNetworks/shop-prod/subnets/shop-nat"
    )


def test_a_load_balancer_shows_its_members_until_it_is_gone(customer: Customer) -> None:
    balancer = customer.balancer(3306)
    customer.join("shop-db", balancer)
    shown = customer.net.load_balancers.get("shop", balancer["name"])
    pool = shown.backend_address_pools[0]
    assert [one.id.split("/")[8] for one in pool.backend_ip_configurations] == ["shop-db-nic"]
    assert pool.load_balancing_rules[0].id.endswith("/loadBalancingRules/r3306")
    assert shown.frontend_ip_configurations[0].private_ip_address.startswith("10.20.1.")
    # What was read can be written again, and stays what it was.
    again = customer.net.load_balancers.begin_create_or_update("shop", balancer["name"], shown).result()
    assert again.frontend_ip_configurations[0].private_ip_address == (
        shown.frontend_ip_configurations[0].private_ip_address
    )
    customer.net.load_balancers.begin_delete("shop", balancer["name"]).result()
    nic = customer.net.network_interfaces.get("shop", "shop-db-nic")
    assert not nic.ip_configurations[0].load_balancer_backend_address_pools
    assert nic.tags["sandbox:listens"] == "3306"
    assert nic.virtual_machine.id.endswith("/shop-db")


def test_a_private_link_service_needs_the_subnets_policy_off(customer: Customer, magento: Account) -> None:
    balancer = customer.balancer(3306)
    customer.subnet_policy("Enabled")
    assert refused(lambda: customer.service(balancer)) == (
        400,
        "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled",
    )
    customer.subnet_policy()
    made = customer.service(balancer, magento.subscription)
    assert made.provisioning_state == "Succeeded"
    assert made.visibility.subscriptions == [magento.subscription]
    assert made.private_endpoint_connections == []
    nic = customer.net.network_interfaces.get("shop", made.network_interfaces[0].id.rpartition("/")[2])
    assert nic.ip_configurations[0].private_ip_address.startswith("10.20.3.")
    seen = [
        magento.network.private_link_services.begin_check_private_link_service_visibility(
            "westeurope", {"privateLinkServiceAlias": alias}
        )
        .result()
        .visible
        for alias in (made.alias, "no.such.alias")
    ]
    assert seen == [True, False]
    assert refused(lambda: customer.net.load_balancers.begin_delete("shop", balancer["name"]).result()) == (
        400,
        "CannotDeleteLoadBalancerWithPrivateLinkService",
    )
    code = "PrivateLinkServiceNetworkPoliciesCannotBeEnabledOnPrivateLinkServiceSubnet"
    assert refused(lambda: customer.subnet_policy("Enabled")) == (400, code)
    customer.net.private_link_services.begin_delete("shop", made.name).result()
    assert nic.name not in {one.name for one in customer.net.network_interfaces.list_all()}


@pytest.fixture(scope="module")
def balancer(customer: Customer) -> dict[str, Any]:
    customer.subnet_policy()
    return customer.balancer(3306)


Act = Callable[[Customer, dict[str, Any]], Any]


def _basic(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.service(customer.balancer(3306, sku="Basic"))


def _by_address(customer: Customer, balancer: dict[str, Any]) -> Any:
    member = {"name": "a", "properties": {"ipAddress": "10.20.1.20"}}
    pool = {"name": "pool", "properties": {"loadBalancerBackendAddresses": [member]}}
    return customer.service(customer.balancer(backendAddressPools=[pool]))


def _no_frontend(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.service({"id": f"{balancer['id']}x"})


def _other_region(customer: Customer, balancer: dict[str, Any]) -> Any:
    body = customer.service_body(balancer) | {"location": "northeurope"}
    return customer.net.private_link_services.begin_create_or_update("shop", "elsewhere", body).result()


def _bad_name(customer: Customer, balancer: dict[str, Any]) -> Any:
    body = customer.service_body(balancer)
    return customer.net.private_link_services.begin_create_or_update("shop", "ends-with-", body).result()


def _bad_group(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.api.resources.resource_groups.create_or_update("dot.", {"location": "westeurope"})


def _approved_but_unseen(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.service(balancer, autoApproval={"subscriptions": ["0"]})


def _rule_without_frontend(customer: Customer, balancer: dict[str, Any]) -> Any:
    rule = {"name": "r", "properties": {"protocol": "Tcp", "frontendPort": 1}}
    rule["properties"]["frontendIPConfiguration"] = {"id": "/nowhere"}  # type: ignore[index]
    return customer.balancer(loadBalancingRules=[rule])


def _outside(customer: Customer, balancer: dict[str, Any]) -> Any:
    body = {"properties": {"addressPrefix": "10.99.0.0/24"}}
    return customer.net.subnets.begin_create_or_update("shop", "shop-prod", "x", body).result()


def _overlapping(customer: Customer, balancer: dict[str, Any]) -> Any:
    body = {"properties": {"addressPrefix": "10.20.1.128/25"}}
    return customer.net.subnets.begin_create_or_update("shop", "shop-prod", "x", body).result()


def _used_subnet(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.net.subnets.begin_delete("shop", "shop-prod", "shop-backend").result()


def _used_group(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.net.network_security_groups.begin_delete("shop", "shop-backend").result()


def _sku(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.balancer(3306, sku="Basic", name=balancer["name"])


def _nowhere(customer: Customer, balancer: dict[str, Any]) -> Any:
    return customer.net.private_link_services.get("shop", "nowhere")


@pytest.mark.parametrize(
    ("act", "status", "code"),
    [
        (_basic, 400, "PrivateLinkServiceIsNotSupportedForBasicLoadBalancer"),
        (_by_address, 400, "PrivateLinkServiceIsNotSupportedForIPBasedLoadBalancer"),
        (_no_frontend, 400, "InvalidResourceReference"),
        (_other_region, 400, "InvalidResourceReference"),
        (_bad_name, 400, "InvalidResourceName"),
        (_bad_group, 400, "InvalidResourceGroup"),
        (_approved_but_unseen, 400, "PrivateLinkServiceAutoApprovalMustBeSubsetOfVisibility"),
        (_rule_without_frontend, 400, "InvalidResourceReference"),
        (_outside, 400, "NetcfgInvalidSubnet"),
        (_overlapping, 400, "NetcfgSubnetRangesOverlap"),
        (_used_subnet, 400, "InUseSubnetCannotBeDeleted"),
        (_used_group, 400, "InUseNetworkSecurityGroupCannotBeDeleted"),
        (_sku, 400, "LoadBalancerSkuChangeNotAllowed"),
        (_nowhere, 404, "ResourceNotFound"),
    ],
)
def test_it_refuses_what_azure_refuses(
    customer: Customer, balancer: dict[str, Any], act: Act, status: int, code: str
) -> None:
    assert refused(lambda: act(customer, balancer)) == (status, code)


THIRD_PARTY = "ThirdPartyPrivateLinkServiceProvidedDuringPrivateEndpointCreationDoesNotExistOrIsNotVisible"


def test_an_unknown_alias_and_one_that_is_not_shown_are_refused_alike(
    sandbox: Sandbox, customer: Customer, magento: Account
) -> None:
    hidden = "hidden"
    shown = magento.network.private_link_services.get("magento-cloud", "magento-privatelink")
    body = {
        "location": "westeurope",
        "properties": {
            "loadBalancerFrontendIpConfigurations": [
                {"id": shown.load_balancer_frontend_ip_configurations[0].id}
            ],
            "ipConfigurations": [
                {"name": "nat", "properties": {"subnet": {"id": shown.ip_configurations[0].subnet.id}}}
            ],
        },
    }
    made = magento.network.private_link_services.begin_create_or_update(
        "magento-cloud", hidden, body
    ).result()
    for name in (made.alias, made.id, "no.such.alias"):
        assert refused(lambda name=name: customer.endpoint(name)) == (400, THIRD_PARTY)
    magento.network.private_link_services.begin_delete("magento-cloud", hidden).result()


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"message": "x" * 141}, 400, "PrivateLinkServiceConnectionRequestMessageTooLong"),
        ({"manual": False}, 403, "LinkedAuthorizationFailed"),
    ],
)
def test_a_request_that_is_wrong_is_refused(
    customer: Customer, allowed: str, changed: dict[str, Any], status: int, code: str
) -> None:
    assert refused(lambda: customer.endpoint(allowed, **changed)) == (status, code)


def test_a_connection_is_asked_for_approved_and_removed(
    sandbox: Sandbox, customer: Customer, magento: Account, allowed: str
) -> None:
    services = magento.network.private_link_services
    where = ("magento-cloud", "magento-privatelink")
    made = customer.endpoint(allowed, message="x" * 140)
    assert customer.status(made) == "Pending"
    assert customer.address(made).startswith("10.20.2.")
    connection = next(iter(services.list_private_endpoint_connections(*where)))
    assert connection.name.startswith(f"{made.name}.")
    assert connection.private_endpoint.id == made.id
    assert connection.private_link_service_connection_state.description == "x" * 140
    approve = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
    services.update_private_endpoint_connection(*where, connection.name, approve)
    assert customer.status(made) == "Approved"
    busy = "PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted"
    assert refused(lambda: services.begin_delete(*where).result()) == (400, busy)
    services.begin_delete_private_endpoint_connection(*where, connection.name).result()
    assert customer.status(made) == "Disconnected"
    assert list(services.list_private_endpoint_connections(*where)) == []
    customer.net.private_endpoints.begin_delete("shop", made.name).result()
    nics = {one.id for one in customer.net.network_interfaces.list_all()}
    assert made.network_interfaces[0].id not in nics


def test_a_rejected_connection_stays_rejected(
    customer: Customer, magento: Account, allowed: str, sandbox: Sandbox
) -> None:
    services = magento.network.private_link_services
    where = ("magento-cloud", "magento-privatelink")
    made = customer.endpoint(sandbox.world.service_id)
    name = next(iter(services.list_private_endpoint_connections(*where))).name

    def decide(status: str) -> Any:
        body = {"properties": {"privateLinkServiceConnectionState": {"status": status}}}
        return services.update_private_endpoint_connection(*where, name, body)

    assert refused(lambda: decide("Maybe")) == (400, "InvalidPrivateLinkServiceConnectionState")
    decide("Rejected")
    assert customer.status(made) == "Rejected"
    assert refused(lambda: decide("Approved")) == (400, "PrivateEndpointConnectionIsRejected")
    customer.net.private_endpoints.begin_delete("shop", made.name).result()
    assert list(services.list_private_endpoint_connections(*where)) == []


def test_an_approval_takes_its_time(
    sandbox: Sandbox, customer: Customer, magento: Account, allowed: str
) -> None:
    services = magento.network.private_link_services
    where = ("magento-cloud", "magento-privatelink")
    made = customer.endpoint(allowed)
    name = next(iter(services.list_private_endpoint_connections(*where))).name
    sandbox.timing.approval = 0.1
    body = {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
    answered = services.update_private_endpoint_connection(*where, name, body)
    sandbox.timing.approval = 0.0
    assert answered.provisioning_state == "Updating"
    time.sleep(0.12)
    assert services.get_private_endpoint_connection(*where, name).provisioning_state == "Succeeded"
    customer.net.private_endpoints.begin_delete("shop", made.name).result()


def test_a_subscription_that_is_approved_in_advance_need_not_wait(
    customer: Customer, magento: Account, balancer: dict[str, Any], sandbox: Sandbox
) -> None:
    own = {"subscriptions": [magento.subscription]}
    service = customer.service(balancer, magento.subscription, autoApproval=own)
    found = magento.network.private_link_services.list_auto_approved_private_link_services("westeurope")
    assert [one.private_link_service for one in found] == [service.id]
    subnet = f"{sandbox.world.magento_vpc}/subnets/magento-endpoints"
    body = customer.endpoint_body(service.alias, manual=False)
    body["properties"]["subnet"]["id"] = subnet
    endpoints = magento.network.private_endpoints
    made = endpoints.begin_create_or_update("magento-cloud", "auto", body).result()
    state = made.private_link_service_connections[0].private_link_service_connection_state
    assert state.status == "Approved"
    endpoints.begin_delete("magento-cloud", "auto").result()
    customer.net.private_link_services.begin_delete("shop", service.name).result()


def test_a_subscription_has_to_be_registered(sandbox: Sandbox, customer: Customer) -> None:
    providers = customer.api.resources.providers
    providers.unregister("Microsoft.Network")
    assert refused(lambda: customer.balancer(1)) == (409, "MissingSubscriptionRegistration")
    sandbox.timing.registration = 0.05
    assert providers.register("Microsoft.Network").registration_state == "Registering"
    time.sleep(0.06)
    assert providers.get("Microsoft.Network").registration_state == "Registered"
    customer.balancer(1)


def test_tags_are_merged_replaced_and_taken_off_by_their_own_api(customer: Customer) -> None:
    """``Tags_UpdateAtScope``: nothing else of the resource changes, and names are compared without case."""
    tags = customer.api.resources.tags
    before = customer.net.network_interfaces.get("shop", "shop-sftp-nic")
    scope = before.id.lstrip("/")

    def now(operation: str, **pairs: str) -> dict[str, str]:
        body = {"operation": operation, "properties": {"tags": pairs}}
        answered = tags.begin_update_at_scope(scope, body).result().properties.tags
        assert answered == tags.get_at_scope(scope).properties.tags
        return dict(answered)

    own = dict(before.tags)
    assert now("Merge", Team="a") == {**own, "Team": "a"}
    assert now("Merge", team="b", more="c") == {**own, "team": "b", "more": "c"}
    assert now("Delete", TEAM="other", more="") == {**own, "team": "b"}
    assert now("Delete", TEAM="b") == own
    assert now("Replace", only="this") == {"only": "this"}
    assert now("Replace", **own) == own
    after = customer.net.network_interfaces.get("shop", "shop-sftp-nic")
    assert {**after.as_dict(), "etag": ""}.keys() == {**before.as_dict(), "etag": ""}.keys()
    assert (after.tags, after.mac_address, after.virtual_machine) == (
        own,
        before.mac_address,
        before.virtual_machine,
    )
    assert refused(lambda: now("Shuffle"))[1] == "InvalidTagOperation"
    assert refused(lambda: now("Merge", **{f"t{number}": "" for number in range(51)}))[1] == "TooManyTags"
    assert refused(lambda: tags.get_at_scope(f"{scope}-not-there"))[1] == "ResourceNotFound"


def test_an_interface_stays_the_machines_first_one_when_it_is_written(customer: Customer) -> None:
    before = customer.net.network_interfaces.get("shop", "shop-sftp-nic")
    customer.net.network_interfaces.begin_create_or_update("shop", before.name, before).result()
    after = customer.net.network_interfaces.get("shop", "shop-sftp-nic")
    assert (after.primary, after.virtual_machine.id) == (True, before.virtual_machine.id)

"""What each change puts, what it leaves alone, and how it is found, undone and taken up again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.cloud import CloudError
from core.setup import change as c
from core.setup.change import Change
from providers.azure.cloud import AzureCloud
from providers.azure.session import Clients
from tests.providers.azure.arm import NETWORK, OTHER, Arm, refusal

SUBNET = f"{NETWORK}/virtualNetworks/net/subnets/app"
ALIAS = "magento.0a1b2c3d-0000-4000-8000-000000000000.westus2.azure.privatelinkservice"
BALANCER = f"{NETWORK}/loadBalancers/pl-lb"
TAG = c.tag_key("shop")


def balancer(*ports: tuple[int, int]) -> Change:
    rules = tuple(c.PortRule(port, target) for port, target in ports)
    spec = c.StandardBalancerSpec("pl-lb", "shop", "westus2", SUBNET, rules)
    return Change("load-balancer", "create", "load-balancer", "pl-lb", spec)


SERVICE = Change(
    "service",
    "create",
    "endpoint-service",
    "pl-pls",
    c.PrivateLinkServiceSpec("pl-pls", "shop", "westus2", BALANCER, SUBNET, (OTHER,)),
)
ENDPOINT = Change(
    "endpoint",
    "create",
    "endpoint",
    "pl-pe",
    c.PrivateEndpointSpec("pl-pe", "shop", "westus2", SUBNET, ALIAS, "please"),
)


@pytest.fixture
def interface(arm: Arm) -> str:
    """A machine's interface, already in a pool of somebody else's."""
    pools = [{"id": f"{NETWORK}/loadBalancers/theirs/backendAddressPools/p"}]
    configuration = {
        "name": "first",
        "properties": {"privateIPAddress": "10.0.0.4", "loadBalancerBackendAddressPools": pools},
    }
    return arm.put(
        "networkInterfaces",
        "db",
        {"ipConfigurations": [configuration], "customerSetting": "kept"},
        etag='W/"1"',
    )


@pytest.fixture
def subnet(arm: Arm) -> str:
    properties = {"addressPrefix": "10.0.1.0/24", "routeTable": {"id": f"{NETWORK}/routeTables/rt"}}
    return arm.put("virtualNetworks", "net/subnets/app", properties, etag='W/"7"')


def test_balancer_has_a_rule_and_a_probe_for_each_port(arm: Arm, cloud: AzureCloud) -> None:
    made = cloud.apply(balancer((3306, 3306), (443, 8443)), "shop", "t")
    assert made == c.Outcome(made.id, "active")
    (body,) = arm.bodies
    assert body["sku"] == {"name": "Standard"}
    assert body["tags"] == {TAG: "load-balancer", "Name": "pl-lb"}
    told = body["properties"]
    assert [
        (rule["properties"]["frontendPort"], rule["properties"]["backendPort"])
        for rule in told["loadBalancingRules"]
    ] == [(3306, 3306), (443, 8443)]
    assert [probe["properties"]["port"] for probe in told["probes"]] == [3306, 8443]
    (rule, _) = told["loadBalancingRules"]
    assert rule["properties"]["backendAddressPool"]["id"].endswith(
        "/loadBalancers/pl-lb/backendAddressPools/pool"
    )
    assert rule["properties"]["probe"]["id"].endswith("/loadBalancers/pl-lb/probes/tcp-3306")


def test_a_port_more_keeps_what_stands(arm: Arm, cloud: AzureCloud) -> None:
    first = cloud.apply(balancer((3306, 3306)), "shop", "t")
    assert cloud.apply(balancer((3306, 3306)), "shop", "t") == first
    assert len(arm.bodies) == 1
    cloud.apply(balancer((3306, 3306), (6379, 6379)), "shop", "t")
    rules = arm.bodies[1]["properties"]["loadBalancingRules"]
    assert [rule["properties"]["frontendPort"] for rule in rules] == [3306, 6379]


def test_a_port_that_leads_elsewhere_is_led_anew(arm: Arm, cloud: AzureCloud) -> None:
    made = cloud.apply(balancer((443, 443)), "shop", "t")
    cloud.apply(replace(balancer((443, 8443)), action="change", id=made.id), "shop", "t")
    (rule,) = arm.bodies[1]["properties"]["loadBalancingRules"]
    assert (rule["properties"]["frontendPort"], rule["properties"]["backendPort"]) == (443, 8443)


@pytest.mark.parametrize(
    ("kind", "name", "change"),
    [
        ("loadBalancers", "pl-lb", balancer((80, 80))),
        ("privateLinkServices", "pl-pls", SERVICE),
        ("privateEndpoints", "pl-pe", ENDPOINT),
    ],
)
def test_what_somebody_else_made_is_not_overwritten(
    arm: Arm, cloud: AzureCloud, kind: str, name: str, change: Change
) -> None:
    arm.put(kind, name, {}, tags={c.tag_key("another"): change.key})
    with pytest.raises(CloudError) as raised:
        cloud.apply(change, "shop", "t")
    assert raised.value.code == "already-exists"
    assert not arm.bodies
    assert cloud.find(change, "shop") is None


def test_service_is_seen_by_the_vendor_only_and_approves_nobody(arm: Arm, cloud: AzureCloud) -> None:
    balancer_id = cloud.apply(balancer((80, 80)), "shop", "t").id
    assert isinstance(SERVICE.spec, c.PrivateLinkServiceSpec)
    made = cloud.apply(replace(SERVICE, spec=replace(SERVICE.spec, load_balancer=balancer_id)), "shop", "t")
    assert made.state == "available"
    told = arm.bodies[1]["properties"]
    assert told["visibility"] == {"subscriptions": [OTHER]}
    assert told["autoApproval"] == {"subscriptions": []}
    assert told["enableProxyProtocol"] is False
    (front,) = told["loadBalancerFrontendIpConfigurations"]
    assert front["id"] == f"{balancer_id}/frontendIPConfigurations/frontend"


def test_endpoint_asks_by_hand_and_never_for_a_dns_zone(arm: Arm, cloud: AzureCloud) -> None:
    cloud.apply(ENDPOINT, "shop", "t")
    told = arm.bodies[0]["properties"]
    assert "privateLinkServiceConnections" not in told
    (asked,) = told["manualPrivateLinkServiceConnections"]
    assert asked["properties"] == {"privateLinkServiceId": ALIAS, "requestMessage": "please"}
    assert not any("dnszone" in path.lower() for _, path in arm.calls)


def test_member_joins_once_and_leaves_only_its_own_pool(arm: Arm, cloud: AzureCloud, interface: str) -> None:
    balancer_id = cloud.apply(balancer((80, 80)), "shop", "t").id
    joins = Change("member/db", "create", "targets", "db", c.PoolMemberSpec(balancer_id, interface))
    assert cloud.find(joins, "shop") is None
    for _ in range(2):
        assert cloud.apply(joins, "shop", "t").id == interface
    assert cloud.find(joins, "shop") is not None
    assert len(arm.bodies) == 2
    joined = arm.bodies[1]["properties"]
    assert joined["customerSetting"] == "kept"
    assert [one["id"].split("/")[-3] for one in pools(joined)] == ["theirs", "pl-lb"]
    cloud.apply(replace(joins, action="delete"), "shop", "t")
    assert [one["id"].split("/")[-3] for one in pools(arm.bodies[2]["properties"])] == ["theirs"]


def pools(told: dict) -> list[dict[str, str]]:  # type: ignore[type-arg]
    found = told["ipConfigurations"][0]["properties"]["loadBalancerBackendAddressPools"]
    assert isinstance(found, list)
    return found


def test_what_is_the_customers_is_written_only_if_nobody_else_wrote(
    arm: Arm, cloud: AzureCloud, subnet: str
) -> None:
    off = Change("subnet", "change", "subnet-policy", "app", c.SubnetPolicySpec(subnet), id=subnet)
    arm.answer("PUT", "/subnets/", status=412, body=refusal("PreconditionFailed"))
    with pytest.raises(CloudError) as raised:
        cloud.apply(off, "shop", "t")
    assert raised.value.code == "throttled"
    cloud.apply(off, "shop", "t")
    put = [headers for (verb, _), headers in zip(arm.calls, arm.headers, strict=True) if verb == "PUT"]
    assert {headers.get("If-Match") for headers in put} == {'W/"7"'}


def test_subnet_policy_is_the_only_thing_that_changes(arm: Arm, cloud: AzureCloud, subnet: str) -> None:
    off = Change("subnet", "change", "subnet-policy", "app", c.SubnetPolicySpec(subnet), id=subnet)
    for _ in range(2):
        assert cloud.apply(off, "shop", "t") == c.Outcome(subnet, "disabled")
    (body,) = arm.bodies
    assert body["properties"] == {
        "addressPrefix": "10.0.1.0/24",
        "routeTable": {"id": f"{NETWORK}/routeTables/rt"},
        "privateLinkServiceNetworkPolicies": "Disabled",
    }
    on = Change("subnet", "delete", "subnet-policy", "app", c.SubnetPolicySpec(subnet), id=subnet)
    cloud.apply(on, "shop", "t")
    assert arm.bodies[1]["properties"]["privateLinkServiceNetworkPolicies"] == "Enabled"


def test_visibility_grows_and_shrinks_by_what_was_asked(arm: Arm, cloud: AzureCloud) -> None:
    properties = {"visibility": {"subscriptions": ["aaaa"]}, "autoApproval": {"subscriptions": ["aaaa"]}}
    service = arm.put("privateLinkServices", "theirs", properties)
    change = Change("principal", "create", "principal", "p", c.PrincipalSpec(service, (OTHER.upper(),)))
    cloud.apply(change, "shop", "t")
    told = arm.bodies[0]["properties"]
    assert told["visibility"]["subscriptions"] == ["aaaa", OTHER]
    assert told["autoApproval"]["subscriptions"] == []
    cloud.apply(replace(change, action="delete"), "shop", "t")
    assert arm.bodies[1]["properties"]["visibility"]["subscriptions"] == ["aaaa"]


def test_tag_is_put_on_and_taken_off_and_nothing_else(arm: Arm, cloud: AzureCloud) -> None:
    id = arm.put("loadBalancers", "theirs", {}, tags={"team": "net"})
    on = Change("load-balancer", "adopt", "load-balancer", "theirs", c.TagSpec(id), id=id)
    cloud.apply(on, "shop", "t")
    assert arm.resources[id.lower()]["tags"] == {"team": "net", TAG: c.ADOPTED}
    assert cloud.find(on, "shop") == c.Outcome(id)
    off = replace(on, action="change", spec=c.TagSpec(id, present=False))
    cloud.apply(off, "shop", "t")
    assert arm.resources[id.lower()]["tags"] == {"team": "net"}
    assert not arm.bodies


def test_deleting_twice_is_done(arm: Arm, cloud: AzureCloud) -> None:
    made = cloud.apply(ENDPOINT, "shop", "t")
    gone = Change("endpoint", "delete", "endpoint", "pl-pe", id=made.id)
    for _ in range(2):
        assert cloud.apply(gone, "shop", "t").state == "deleted"
    assert cloud.find(ENDPOINT, "shop") is None


def test_dead_connections_do_not_stand_in_the_way_of_a_deletion(arm: Arm, cloud: AzureCloud) -> None:
    rows = [
        {"name": name, "properties": {"privateLinkServiceConnectionState": {"status": status}}}
        for name, status in (("a", "Rejected"), ("b", "Approved"), ("c", "Disconnected"))
    ]
    id = arm.put("privateLinkServices", "pl-pls", {"privateEndpointConnections": rows})
    cloud.apply(Change("service", "delete", "endpoint-service", "s", id=id), "shop", "t")
    removed = [path.rpartition("/")[2] for path in arm.asked("DELETE")]
    assert removed == ["a", "c", "pl-pls"]


def test_an_operation_can_be_taken_up_after_a_restart(arm: Arm, clients: Clients) -> None:
    told: list[str] = []
    arm.polls = 3
    AzureCloud(clients).carry_out(ENDPOINT, "shop", "t", None, told.append)
    (continuation,) = told
    puts, looks = len(arm.asked("PUT")), len(arm.asked("GET"))
    for change in (ENDPOINT, replace(ENDPOINT, spec=None, id=next(iter(arm.resources.values()))["id"])):
        arm.operations[next(iter(arm.resources))] = 2
        resumed = AzureCloud(clients).carry_out(change, "shop", "t", continuation, told.append)
        assert resumed.id.endswith("/privateEndpoints/pl-pe")
    assert len(arm.asked("PUT")) == puts
    assert len([path for path in arm.asked("GET")[looks:] if "/operations/" in path]) >= 4
    assert told == [continuation]


def test_an_operation_that_failed_or_is_forgotten_is_begun_anew(arm: Arm, clients: Clients) -> None:
    told: list[str] = []
    arm.polls = 1
    AzureCloud(clients).carry_out(ENDPOINT, "shop", "t", None, told.append)
    failed = {"status": "Failed"} | refusal("InternalServerError")
    for status, body in ((200, failed), (404, refusal("NotFound"))):
        arm.resources.clear()
        arm.answer("GET", "^/operations/", status=status, body=body)
        puts = len(arm.asked("PUT"))
        made = AzureCloud(clients).carry_out(ENDPOINT, "shop", "t", told[0], told.append)
        assert made.id.endswith("/pl-pe")
        assert len(arm.asked("PUT")) == puts + 1


def test_what_is_still_being_made_is_waited_for_when_it_is_looked_for(arm: Arm, cloud: AzureCloud) -> None:
    properties = {"provisioningState": "Updating"}
    id = arm.put("privateEndpoints", "pl-pe", properties, tags={TAG: "endpoint"})
    arm.answer("GET", "privateEndpoints/pl-pe", body=dict(arm.resources[id.lower()]), times=2)
    arm.resources[id.lower()] |= {"properties": {"provisioningState": "Succeeded"}}
    assert cloud.find(ENDPOINT, "shop") == c.Outcome(id, "pending")
    assert len(arm.asked("GET")) == 3


def test_a_failed_operation_tells_its_own_reason(arm: Arm, cloud: AzureCloud) -> None:
    failed = {"status": "Failed"} | refusal(
        "PrivateLinkServiceCannotBeCreatedInSubnetThatHasNetworkPoliciesEnabled"
    )
    arm.answer("GET", "^/operations/", body=failed)
    with pytest.raises(CloudError) as raised:
        cloud.apply(ENDPOINT, "shop", "t")
    assert raised.value.code == "invalid"
    assert "network policies" in raised.value.message


def test_what_was_just_made_may_be_unknown_for_a_moment(arm: Arm, cloud: AzureCloud) -> None:
    # The first look is before the PUT, the second its end.
    arm.answer("GET", "privateEndpoints/pl-pe", status=404, body=refusal("ResourceNotFound"), times=3)
    assert cloud.apply(ENDPOINT, "shop", "t").id.endswith("/pl-pe")


def test_a_kind_that_azure_has_not(cloud: AzureCloud) -> None:
    change = Change("cross", "create", "cross-zone", "x", c.CrossZoneSpec("lb"))
    with pytest.raises(CloudError) as raised:
        cloud.apply(change, "shop", "t")
    assert raised.value.code == "unsupported"

"""Looking: what an account has, what is watched, and what happens when part of it cannot be read."""

from __future__ import annotations

import pickle
from datetime import UTC
from itertools import pairwise
from typing import Any

import pytest

from core.cloud import Cloud, CloudError, Progress, Watch
from core.network.model import Connection, Inventory
from providers.aws import lookups
from providers.aws.cloud import AwsCloud
from providers.aws.observe import own_service_ids
from providers.aws.session import Clients
from providers.aws.vendor import AwsVendor


@pytest.fixture(scope="module")
def shop(land: Any) -> dict[str, str]:
    """A set-up that somebody made by hand."""
    ec2, elbv2 = land.ec2, land.elbv2
    balancer = elbv2.create_load_balancer(
        Name="shop",
        Subnets=list(land.subnets),
        Type="network",
        Scheme="internal",
        Tags=[{"Key": "team", "Value": "[b]web[/]"}],
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = elbv2.create_target_group(
        Name="shop", Protocol="TCP", Port=3306, VpcId=land.vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.20.0.9", "Port": 3306}])
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="TCP",
        Port=3306,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        Tags=[{"Key": "Name", "Value": "db"}],
    )["Listeners"][0]["ListenerArn"]
    service = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[balancer])[
        "ServiceConfiguration"
    ]
    ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"], AddAllowedPrincipals=["arn:aws:iam::402592597372:root"]
    )
    endpoint = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=land.vpc,
        ServiceName=service["ServiceName"],
        SubnetIds=land.subnets,
    )["VpcEndpoint"]["VpcEndpointId"]
    ec2.create_vpc_endpoint(
        VpcEndpointType="Gateway", VpcId=land.vpc, ServiceName="com.amazonaws.us-west-2.s3"
    )
    instance = ec2.run_instances(
        ImageId="ami-1", MinCount=1, MaxCount=1, SubnetId=land.subnets[0], InstanceType="t3.micro"
    )["Instances"][0]["InstanceId"]
    return {
        "load-balancer": balancer,
        "target-group": group,
        "listener": listener,
        "service": service["ServiceId"],
        "service-name": service["ServiceName"],
        "endpoint": endpoint,
        "instance": instance,
    }


def test_one_network(cloud: Cloud, account: str, land: Any, shop: dict[str, str]) -> None:
    steps: list[Progress] = []
    seen = cloud.inventory(land.vpc, on_progress=steps.append)
    assert isinstance(seen, Inventory)
    assert (seen.platform, seen.account, seen.region) == ("aws", account, "us-west-2")
    assert seen.taken_at.tzinfo is UTC
    assert [(item.id, item.name, item.cidrs) for item in seen.networks] == [
        (land.vpc, "shop [/] \u202e🛒", ("10.20.0.0/16",))
    ]
    assert [item.id for item in seen.subnets] == sorted(
        land.subnets, key=lambda s: next(x.zone_id for x in seen.subnets if x.id == s)
    )
    assert all(item.zone_id.startswith("usw2-az") for item in seen.subnets)
    assert [item.id for item in seen.instances] == [shop["instance"]]
    assert all(item.network_id == land.vpc for item in seen.security_groups)
    (balancer,) = seen.load_balancers
    assert (balancer.id, balancer.kind, balancer.internal) == (shop["load-balancer"], "network", True)
    assert balancer.cross_zone is False
    assert balancer.tags == {"team": "[b]web[/]"}
    assert sorted(balancer.subnet_ids) == sorted(land.subnets)
    (listener,) = seen.listeners
    assert (listener.port, listener.protocol, listener.target_group_id) == (3306, "TCP", shop["target-group"])
    assert listener.tags == {"Name": "db"}
    (group,) = seen.target_groups
    assert [(item.id, item.port, item.health) for item in group.targets] == [("10.20.0.9", 3306, "healthy")]
    assert group.load_balancer_ids == (shop["load-balancer"],)
    (service,) = seen.endpoint_services
    assert service.principals == ("arn:aws:iam::402592597372:root",)
    assert service.load_balancer_ids == (shop["load-balancer"],)
    (endpoint,) = seen.endpoints
    assert (endpoint.id, endpoint.state) == (shop["endpoint"], "available")
    assert len(endpoint.addresses) == 2
    assert endpoint.created_at is None or endpoint.created_at.tzinfo is UTC
    assert [step.done for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].done == steps[-1].total
    assert all(a.total <= b.total for a, b in pairwise(steps))
    assert pickle.loads(pickle.dumps(seen)) == seen


def test_what_cannot_be_read_is_a_gap_with_its_permission(
    cloud: Cloud, land: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*args: Any) -> Any:
        raise CloudError(
            "access-denied", "Not allowed", "Ask", operation="ec2:DescribeVpcEndpointConnections"
        )

    monkeypatch.setattr(lookups, "connections", denied)
    seen = cloud.inventory(land.vpc)
    (gap,) = seen.gaps
    assert (gap.what, gap.code, gap.permission) == (
        "connections",
        "access-denied",
        "ec2:DescribeVpcEndpointConnections",
    )
    assert seen.networks


def test_the_whole_region(cloud: Cloud, land: Any) -> None:
    other = land.ec2.create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    ids = {item.id for item in cloud.inventory(None).networks}
    assert {land.vpc, other} < ids


def test_a_network_that_is_not_there(cloud: Cloud) -> None:
    with pytest.raises(CloudError) as raised:
        cloud.inventory("vpc-0000")
    assert raised.value.code == "not-found"
    assert "region" in raised.value.remedy


def test_networks_to_choose_from(cloud: Cloud, land: Any) -> None:
    first, *rest = cloud.networks()
    assert (first.id, first.zones, first.subnets, first.is_default) == (land.vpc, 2, 2, False)
    assert rest[-1].is_default


def test_many_endpoints_are_one_call(cloud: Cloud, land: Any, shop: dict[str, str], calls: list[str]) -> None:
    names = [f"com.amazonaws.vpce.us-west-2.vpce-svc-{n}" for n in range(9)]
    for name in names:
        land.ec2.create_vpc_endpoint(VpcEndpointType="Interface", VpcId=land.vpc, ServiceName=name)
    calls.clear()
    seen = cloud.observe(Watch(land.vpc, (*names, shop["service-name"])))
    assert len(seen.endpoints) == 10
    assert calls.count("DescribeVpcEndpoints") == 1
    assert calls.count("DescribeNetworkInterfaces") == 1
    calls.clear()
    again = cloud.observe(Watch(land.vpc, (*names, shop["service-name"])))
    assert again.endpoints == seen.endpoints
    assert calls.count("DescribeNetworkInterfaces") == 0
    (own,) = (item for item in again.endpoints if item.id == shop["endpoint"])
    assert len(own.addresses) == 2


def test_own_side_in_few_calls(cloud: Cloud, land: Any, shop: dict[str, str], calls: list[str]) -> None:
    calls.clear()
    gone = "vpce-svc-0gone"
    watch = Watch(
        land.vpc,
        service_ids=(gone,),
        service_names=(shop["service-name"],),
        load_balancer_ids=(shop["load-balancer"],),
    )
    seen = cloud.observe(watch)
    assert [item.id for item in seen.endpoint_services] == [shop["service"]]
    assert [item.id for item in seen.load_balancers] == [shop["load-balancer"]]
    assert sorted(calls) == [
        "DescribeLoadBalancers",
        "DescribeVpcEndpointConnections",
        "DescribeVpcEndpointServiceConfigurations",
        "DescribeVpcEndpointServicePermissions",
    ]
    assert pickle.loads(pickle.dumps(seen)) == seen


def test_a_load_balancer_that_is_gone_hides_no_other(cloud: Cloud, shop: dict[str, str]) -> None:
    gone = shop["load-balancer"].replace("shop", "gone")
    seen = cloud.observe(Watch("", load_balancer_ids=(gone, shop["load-balancer"])))
    assert [item.id for item in seen.load_balancers] == [shop["load-balancer"]]
    assert seen.gaps == ()


def test_vendor_services(cloud: Cloud, land: Any, shop: dict[str, str], calls: list[str]) -> None:
    own, hidden = shop["service-name"], "com.amazonaws.vpce.us-west-2.vpce-svc-0hidden"
    calls.clear()
    seen = cloud.observe(Watch("", (own, hidden)))
    assert seen.vendor_services[hidden] is None
    shown = seen.vendor_services[own]
    assert shown is not None
    assert shown.zones
    assert len(shown.zone_ids) == len(shown.zones)
    assert all(zone.startswith("usw2-az") for zone in shown.zone_ids)
    calls.clear()
    assert cloud.observe(Watch("", (own,))).vendor_services == {own: shown}
    assert calls == ["DescribeVpcEndpointServices"]
    assert cloud.observe(Watch("", (hidden,))).vendor_services == {hidden: None}
    assert cloud.vendor_service(own) == shown
    with pytest.raises(CloudError) as raised:
        cloud.vendor_service(hidden)
    assert raised.value.code == "service-not-visible"


def test_nothing_watched_is_no_call(cloud: Cloud, calls: list[str]) -> None:
    seen = cloud.observe(Watch("vpc-1"))
    assert calls == []
    assert (seen.endpoints, seen.gaps, seen.vendor_services) == ((), (), {})


def test_a_service_name_ends_in_its_id() -> None:
    watch = Watch("", service_ids=("vpce-svc-1",), service_names=("com.amazonaws.vpce.r.vpce-svc-2",))
    assert own_service_ids(watch) == ("vpce-svc-1", "vpce-svc-2")


def test_a_vendors_moves(clients: Clients, land: Any, shop: dict[str, str]) -> None:
    vendor = AwsVendor(clients)
    vendor.allow(shop["service"], "111122223333")
    answer = land.ec2.describe_vpc_endpoint_service_permissions(ServiceId=shop["service"])
    assert {item["Principal"] for item in answer["AllowedPrincipals"]} == {
        "arn:aws:iam::402592597372:root",
        "arn:aws:iam::111122223333:root",
    }
    made = vendor.connect(shop["service-name"], land.vpc, "token")
    (endpoint,) = land.ec2.describe_vpc_endpoints(VpcEndpointIds=[made])["VpcEndpoints"]
    assert endpoint["ServiceName"] == shop["service-name"]
    assert sorted(endpoint["SubnetIds"]) == sorted(land.subnets)
    assert endpoint["PrivateDnsEnabled"] is False


def test_a_vendor_without_a_common_zone(clients: Clients, land: Any, shop: dict[str, str]) -> None:
    far = land.ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
    land.ec2.create_subnet(VpcId=far, CidrBlock="10.40.0.0/24", AvailabilityZone="us-west-2c")
    with pytest.raises(CloudError) as raised:
        AwsVendor(clients).connect(shop["service-name"], far, "token")
    assert raised.value.code == "invalid"
    assert "zone" in raised.value.message


def test_connections_of_a_service(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto has no connections: the paginator's answer is stubbed, everything after it is real."""
    from botocore.stub import Stubber

    wire = {
        "ServiceId": "vpce-svc-1",
        "VpcEndpointId": "vpce-1",
        "VpcEndpointOwner": "402592597372",
        "VpcEndpointState": "pendingAcceptance",
        "DnsEntries": [{"DnsName": "vpce-1.example"}],
    }
    with Stubber(clients.ec2) as stub:
        stub.add_response(
            "describe_vpc_endpoint_connections",
            {"VpcEndpointConnections": [wire, {**wire, "ServiceId": "vpce-svc-2"}]},
            {"Filters": [{"Name": "service-id", "Values": ["vpce-svc-1"]}]},
        )
        found = AwsVendor(clients).requests("vpce-svc-1")
        connection = Connection(
            "vpce-svc-1", "vpce-1", "402592597372", "pending-acceptance", None, ("vpce-1.example",)
        )
        assert found == (connection,)
        stub.add_response(
            "accept_vpc_endpoint_connections",
            {"Unsuccessful": []},
            {"ServiceId": "vpce-svc-1", "VpcEndpointIds": ["vpce-1"]},
        )
        AwsCloud(clients).accept(connection)
        stub.assert_no_pending_responses()

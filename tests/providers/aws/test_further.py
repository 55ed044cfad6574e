"""What an audit reads beyond a plan's needs, from a plain moto; and that a plan does not pay for it."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest

from core.cloud import Cloud, CloudError
from core.network.model import HealthCheck, Inventory
from providers.aws import further, lookups, quotas, read_ground, session
from providers.aws.found import Found

AUDIT_ONLY = {
    "DescribeNetworkAcls",
    "DescribeRouteTables",
    "DescribeAvailabilityZones",
    "DescribeAccountLimits",
    "DescribeVpcAttribute",
    "DescribeListenerAttributes",
    "DescribeTargetGroupAttributes",
    "DescribeVpcEndpointServices",
}
HIDDEN = "com.amazonaws.vpce.us-west-2.vpce-svc-0hidden"


@pytest.fixture(scope="module")
def shop(land: Any, keys: dict[str, str]) -> dict[str, str]:
    """Two network load balancers with everything that an audit looks at."""
    ec2, elbv2 = land.ec2, land.elbv2
    group = ec2.create_security_group(GroupName="lb", Description="lb", VpcId=land.vpc)["GroupId"]
    made = {"group": group}
    for name in ("shop", "spare"):
        balancer = elbv2.create_load_balancer(
            Name=name, Subnets=list(land.subnets), Type="network", Scheme="internal", SecurityGroups=[group]
        )["LoadBalancers"][0]["LoadBalancerArn"]
        targets = elbv2.create_target_group(
            Name=name,
            Protocol="TCP",
            Port=3306,
            VpcId=land.vpc,
            TargetType="ip",
            HealthCheckProtocol="HTTP",
            HealthCheckPort="8080",
            HealthCheckPath="/up",
            HealthCheckIntervalSeconds=10,
            UnhealthyThresholdCount=3,
        )["TargetGroups"][0]["TargetGroupArn"]
        listener = elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol="TCP",
            Port=3306,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}],
            Tags=[{"Key": "of", "Value": name}],
        )["Listeners"][0]["ListenerArn"]
        made |= {f"{name}-balancer": balancer, f"{name}-targets": targets, f"{name}-listener": listener}
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=made["shop-balancer"],
        Attributes=[
            {"Key": "deletion_protection.enabled", "Value": "true"},
            {"Key": "dns_record.client_routing_policy", "Value": "any_availability_zone"},
        ],
    )
    elbv2.modify_target_group_attributes(
        TargetGroupArn=made["shop-targets"],
        Attributes=[
            {"Key": "proxy_protocol_v2.enabled", "Value": "true"},
            {"Key": "preserve_client_ip.enabled", "Value": "false"},
        ],
    )
    elbv2.modify_listener_attributes(
        ListenerArn=made["shop-listener"], Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "900"}]
    )
    elbv2.register_targets(TargetGroupArn=made["shop-targets"], Targets=[{"Id": "10.20.1.9", "Port": 3306}])
    service = ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[made["shop-balancer"]])[
        "ServiceConfiguration"
    ]
    made |= {"service": service["ServiceId"], "service-name": service["ServiceName"]}
    for name in (service["ServiceName"], HIDDEN):
        ec2.create_vpc_endpoint(
            VpcEndpointType="Interface", VpcId=land.vpc, ServiceName=name, SubnetIds=[land.subnets[0]]
        )
    own = boto3.Session(
        keys["AWS_ACCESS_KEY_ID"],
        keys["AWS_SECRET_ACCESS_KEY"],
        keys["AWS_SESSION_TOKEN"],
        region_name="us-west-2",
    )
    own.client("cloudwatch", endpoint_url=keys["AWS_ENDPOINT_URL"]).put_metric_data(
        Namespace="AWS/NetworkELB",
        MetricData=[
            {
                "MetricName": "PortAllocationErrorCount",
                "Dimensions": [
                    {"Name": "LoadBalancer", "Value": read_ground.balancer_part(made["shop-balancer"])}
                ],
                "Timestamp": datetime.now(UTC) - timedelta(hours=hours),
                "Value": 2,
            }
            for hours in (1, 5, 30)
        ],
    )
    ec2.create_network_acl_entry(
        NetworkAclId=ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [land.vpc]}])[
            "NetworkAcls"
        ][0]["NetworkAclId"],
        RuleNumber=90,
        Protocol="6",
        RuleAction="deny",
        Egress=False,
        CidrBlock="10.9.0.0/16",
        PortRange={"From": 80, "To": 81},
    )
    return made


@pytest.fixture(scope="module")
def audited(cloud: Cloud, land: Any, shop: dict[str, str]) -> Inventory:
    return cloud.inventory(land.vpc, "audit")


def one(items: Any, id: str) -> Any:
    return next(item for item in items if item.id == id)


def test_load_balancing_in_full(audited: Inventory, land: Any, shop: dict[str, str]) -> None:
    assert (audited.detail, audited.network_id) == ("audit", land.vpc)
    balancer = one(audited.load_balancers, shop["shop-balancer"])
    assert (balancer.deletion_protection, balancer.client_routing) == (True, "any_availability_zone")
    assert one(audited.load_balancers, shop["spare-balancer"]).deletion_protection is False
    zones = {item.id: item.zone_id for item in audited.subnets}
    assert balancer.zone_ids == tuple(sorted(zones[subnet] for subnet in land.subnets))
    group = one(audited.target_groups, shop["shop-targets"])
    assert (group.proxy_protocol, group.keeps_client_address, group.cross_zone) == (True, False, "inherited")
    assert group.health_check == HealthCheck("HTTP", 8080, "/up", 10, 3)
    assert [target.subnet_id for target in group.targets] == [land.subnets[1]]
    assert one(audited.target_groups, shop["spare-targets"]).proxy_protocol is None
    assert [
        (item.idle_timeout, item.tags) for item in audited.listeners if item.id == shop["shop-listener"]
    ] == [(900, {"of": "shop"})]


def test_ports_that_ran_out_in_the_last_day(audited: Inventory, shop: dict[str, str]) -> None:
    assert one(audited.load_balancers, shop["shop-balancer"]).port_errors == 4
    assert one(audited.load_balancers, shop["spare-balancer"]).port_errors is None


def test_filters_and_routes(audited: Inventory, land: Any) -> None:
    (acl,) = audited.network_acls
    assert acl.is_default
    assert sorted(acl.subnet_ids) == sorted(land.subnets)
    first, *_, last = (rule for rule in acl.rules if rule.direction == "in")
    assert (first.priority, first.allow, first.protocol, first.from_port, first.to_port, first.peer) == (
        90,
        False,
        "tcp",
        80,
        81,
        "10.9.0.0/16",
    )
    assert (last.priority, last.allow, last.peer) == (32767, False, "0.0.0.0/0")
    (table,) = audited.route_tables
    assert table.main
    assert [(route.destination, route.target) for route in table.routes] == [("10.20.0.0/16", "local")]
    assert {(item.acl_id, item.route_table_id) for item in audited.subnets} == {(acl.id, table.id)}
    (network,) = audited.networks
    assert (network.dns_support, network.dns_hostnames) == (True, False)


def test_endpoints_with_their_interfaces(audited: Inventory, land: Any, shop: dict[str, str]) -> None:
    mine = next(item for item in audited.endpoints if item.service_name == shop["service-name"])
    own = [item for item in audited.interfaces if item.owner_id == mine.id]
    assert [item.id for item in own] == list(mine.interface_ids)
    assert [address for item in own for address in item.addresses] == list(mine.addresses)
    assert audited.hidden_services == (HIDDEN,)
    assert audited.vendor_services == ()  # the own one tells its zones itself


def test_quotas_with_their_use(audited: Inventory, shop: dict[str, str], land: Any) -> None:
    found = {(item.code, item.scope_id): item for item in audited.quotas}
    assert found["listeners-per-network-load-balancer", shop["shop-balancer"]].used == 1
    assert found["network-load-balancers", ""].used is None  # one network cannot tell a region's
    assert found["network-load-balancers", ""].limit > 0


def test_what_this_cloud_does_not_answer_is_a_gap(audited: Inventory) -> None:
    assert {gap.what: gap.permission for gap in audited.gaps} == {
        "connections": "ec2:DescribeVpcEndpointConnections",
        "network quotas": "servicequotas:ListServiceQuotas",
    }


def test_a_plan_does_not_pay_for_it(cloud: Cloud, land: Any, shop: dict[str, str], calls: list[str]) -> None:
    calls.clear()
    planned = cloud.inventory(land.vpc)
    assert set(calls).isdisjoint(AUDIT_ONLY)
    assert planned.detail == "setup"
    assert (planned.network_acls, planned.interfaces, planned.quotas) == ((), (), ())
    assert {item.acl_id for item in planned.subnets} == {None}
    assert {item.idle_timeout for item in planned.listeners} == {None}
    assert {item.proxy_protocol for item in planned.target_groups} == {None}


def test_calls_are_as_few_as_there_can_be(
    cloud: Cloud, land: Any, shop: dict[str, str], calls: list[str]
) -> None:
    calls.clear()
    cloud.inventory(land.vpc, "audit")
    counts = Counter(calls)
    assert {name for name, count in counts.items() if count > 3} == set()
    assert counts["DescribeTags"] == 1, (
        "load balancers, target groups and listeners together, up to 20 a call"
    )
    assert counts["DescribeNetworkInterfaces"] == 1
    assert counts["DescribeListeners"] == counts["DescribeListenerAttributes"] == 2
    assert counts["DescribeVpcEndpointServices"] == 1


def test_a_hidden_service_hides_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def details(_clients: object, names: Any) -> list[dict[str, str]]:
        asked.append(len(names))
        if "hidden" in names:
            raise CloudError("service-not-visible", "no", "no")
        return [{"ServiceName": name} for name in names]

    monkeypatch.setattr(lookups, "service_details", details)
    names = [*(f"s{number}" for number in range(63)), "hidden"]
    clients: Any = None
    seen, hidden = lookups.visible_services(clients, names)
    assert [item["ServiceName"] for item in seen] == names[:-1]
    assert hidden == ["hidden"]
    assert len(asked) == 13  # two for each halving of 64
    assert lookups.visible_services(clients, ()) == ([], [])


@pytest.mark.parametrize("page", [b"<html>Sign in to the guest network</html>", b"\xa1\xff", b"{}", b"[]"])
def test_a_page_of_a_proxy_is_no_answer(page: bytes) -> None:
    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        keys = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"}
        url = f"http://127.0.0.1:{server.server_address[1]}"
        clients = session.connect("us-west-2", environ={**keys, "AWS_ENDPOINT_URL": url})
        arn = "arn:aws:elasticloadbalancing:us-west-2:111122223333:loadbalancer/net/a/1"
        found = Found(
            load_balancers=[{"LoadBalancerArn": arn}], services=[{"NetworkLoadBalancerArns": [arn]}]
        )
        parts = [*further.roots(clients, None, found), *further.last(clients, found, datetime.now(UTC))]
        told = {part.what: part for part in parts}
        for what in ("network quotas", "port allocation errors"):
            with pytest.raises(CloudError) as raised:
                told[what].read()
            assert raised.value.code == "unavailable"
        server.shutdown()


def test_a_quota_that_cannot_be_counted_is_not_guessed(audited: Inventory) -> None:
    limits = {known.code: 50 for known in quotas.KNOWN}
    rows = {(item.code, item.scope_id): item.used for item in quotas.of(audited, limits)}
    (network,) = audited.networks
    assert rows["L-29B6F2EB", network.id] == len(audited.endpoints)
    assert rows["L-F678F1CE", ""] is None

"""``privatelink doctor`` on a verified enablement that somebody breaks: the cause is named first, then mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e import requests
from tests.e2e.account import PRINCIPAL, Account, Magento
from tests.e2e.program import InProcess, clean_environment
from tests.e2e.stood import Break, Stood, is_named_first, is_run_on, some_slow

Here = Stood[Account, Magento]


@pytest.fixture(scope="module")
def stood(manual: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Here:
    folder = tmp_path_factory.mktemp("doctor")
    program = InProcess(clean_environment(folder, **manual), folder=folder)
    customer, magento = Account(manual), Magento(manual)
    before = customer.resources()
    name = program.json("new", requests.write(folder, requests.BIDIRECTIONAL, manual))["id"]
    program.json("apply", name, "--yes")
    program.json("filed", name, "--ticket", "200041")
    (folder / "reply.txt").write_text(magento.allow("111122223333", (80,)))
    program.json("details", name, "--reply", str(folder / "reply.txt"))
    program.json("apply", name, "--yes")
    magento.approve()
    made = {one.kind: one for key, one in customer.resources().items() if key not in before}
    connection = magento.connect(made["endpoint-service"].settings["service_name"])
    program.json("accept", name)
    half = program.json("verify", name, code=4)
    output = magento.run(half["commands"]["from-magento"])
    assert program.json("verify", name, "--output", "-", stdin=output.encode())["state"] == "verified"
    return Stood(program, name, customer, magento, made, connection)


def test_a_healthy_path_has_no_fault(stood: Here) -> None:
    told = stood.doctor(0)
    assert told["ok"] is True
    assert {one["certainty"] for one in told["causes"]} <= {"possible"}
    assert {path["direction"] for path in told["paths"]} == {"to-magento", "from-magento"}
    hops = {hop["key"]: hop["verdict"] for path in told["paths"] for hop in path["hops"]}
    assert hops["endpoint"] == hops["service"] == "proof"
    assert any(key.startswith("answer/") and verdict == "proof" for key, verdict in hops.items())
    assert told["ask"] == ""
    assert told["gaps"] == []


@contextmanager
def closed_endpoint(one: Here) -> Iterator[None]:
    group = one.made["security-group"].id
    rule = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.20.0.0/16"}]}]
    one.customer.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule)
    yield
    one.customer.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule)


@contextmanager
def closed_acl(one: Here) -> Iterator[None]:
    """Answers to clients are stopped on their way out of every subnet."""
    vpc = one.customer.ec2.describe_vpc_endpoints(VpcEndpointIds=[one.made["endpoint"].id])["VpcEndpoints"][0]
    where = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    acl = one.customer.ec2.describe_network_acls(Filters=where)["NetworkAcls"][0]["NetworkAclId"]
    entry = {"NetworkAclId": acl, "RuleNumber": 50, "Egress": True}
    one.customer.ec2.create_network_acl_entry(
        **entry,
        Protocol="6",
        RuleAction="deny",
        CidrBlock="10.20.0.0/16",
        PortRange={"From": 1024, "To": 65535},
    )
    yield
    one.customer.ec2.delete_network_acl_entry(**entry)


@contextmanager
def no_principal(one: Here) -> Iterator[None]:
    service = one.made["endpoint-service"].id
    one.customer.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service, RemoveAllowedPrincipals=[PRINCIPAL]
    )
    yield
    one.customer.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service, AddAllowedPrincipals=[PRINCIPAL]
    )


@contextmanager
def not_allowed(one: Here) -> Iterator[None]:
    """Magento takes its permission back."""
    who = {"ServiceId": one.magento.service_id}
    arn = "arn:aws:iam::111122223333:root"
    one.magento.ec2.modify_vpc_endpoint_service_permissions(**who, RemoveAllowedPrincipals=[arn])
    yield
    one.magento.ec2.modify_vpc_endpoint_service_permissions(**who, AddAllowedPrincipals=[arn])


@contextmanager
def rejected(one: Here) -> Iterator[None]:
    who = {"ServiceId": one.magento.service_id, "VpcEndpointIds": [one.made["endpoint"].id]}
    one.magento.ec2.reject_vpc_endpoint_connections(**who)
    yield
    one.magento.ec2.accept_vpc_endpoint_connections(**who)


@contextmanager
def closed_target(one: Here) -> Iterator[None]:
    """The database's group no longer lets the load balancer's subnets in."""
    machine = next(
        row["Instances"][0]
        for row in one.customer.ec2.describe_instances()["Reservations"]
        if row["Instances"][0].get("PrivateIpAddress") == "10.20.1.20"
    )
    before = [group["GroupId"] for group in machine["SecurityGroups"]]
    shut = one.customer.ec2.create_security_group(
        GroupName="shut", Description="lets nobody in", VpcId=machine["VpcId"]
    )["GroupId"]
    one.customer.ec2.modify_instance_attribute(InstanceId=machine["InstanceId"], Groups=[shut])
    yield
    one.customer.ec2.modify_instance_attribute(InstanceId=machine["InstanceId"], Groups=before)
    one.customer.ec2.delete_security_group(GroupId=shut)


@contextmanager
def no_listener(one: Here) -> Iterator[None]:
    rows = one.customer.elbv2.describe_listeners(LoadBalancerArn=one.made["load-balancer"].id)["Listeners"]
    gone = next(row for row in rows if row["Port"] == 3306)
    one.customer.elbv2.delete_listener(ListenerArn=gone["ListenerArn"])
    yield
    one.customer.elbv2.create_listener(
        LoadBalancerArn=gone["LoadBalancerArn"],
        Protocol=gone["Protocol"],
        Port=gone["Port"],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": gone["DefaultActions"][0]["TargetGroupArn"]}],
    )


@contextmanager
def no_cross_zone(one: Here) -> Iterator[None]:
    def turn(value: str) -> None:
        one.customer.elbv2.modify_load_balancer_attributes(
            LoadBalancerArn=one.made["load-balancer"].id,
            Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": value}],
        )

    turn("false")
    yield
    turn("true")


@contextmanager
def proxy_protocol(one: Here) -> Iterator[None]:
    def turn(value: str) -> None:
        one.customer.elbv2.modify_target_group_attributes(
            TargetGroupArn=one.made["target-group"].id,
            Attributes=[{"Key": "proxy_protocol_v2.enabled", "Value": value}],
        )

    turn("true")
    yield
    turn("false")


@contextmanager
def no_targets(one: Here) -> Iterator[None]:
    arn = one.made["target-group"].id
    rows = one.customer.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    targets = [{"Id": row["Target"]["Id"], "Port": row["Target"]["Port"]} for row in rows]
    one.customer.elbv2.deregister_targets(TargetGroupArn=arn, Targets=targets)
    yield
    one.customer.elbv2.register_targets(TargetGroupArn=arn, Targets=targets)


@contextmanager
def gone(one: Here) -> Iterator[None]:
    """Magento's endpoint to the customer is deleted, and asked for again."""
    one.magento.ec2.delete_vpc_endpoints(VpcEndpointIds=[one.connection])
    yield
    one.connection = one.magento.connect(one.made["endpoint-service"].settings["service_name"])
    one.program.json("accept", one.id)


BROKEN: dict[str, Break[Here]] = {
    "endpoint's security group": Break(closed_endpoint, "to-magento", "endpoint-filter"),
    "network ACL": Break(closed_acl, "to-magento", "network-acl"),
    "proxy protocol": Break(proxy_protocol, "from-magento", "proxy-protocol", fault=False),
    "principal": Break(no_principal, "from-magento", "magento-not-allowed"),
    "account not allowed": Break(not_allowed, "to-magento", "not-visible", asked=True),
    "rejected": Break(rejected, "to-magento", "endpoint-rejected", asked=True),
    "target's security group": Break(closed_target, "from-magento", "target-filter"),
    "listener": Break(no_listener, "from-magento", "no-listener"),
    "cross-zone": Break(no_cross_zone, "from-magento", "zone-without-targets"),
    "targets": Break(no_targets, "from-magento", "no-target"),
    "connection": Break(gone, "from-magento", "no-connection", asked=True),
}


@pytest.mark.parametrize(
    "what", some_slow(BROKEN, {"endpoint's security group", "network ACL", "account not allowed", "listener"})
)
def test_what_is_broken_is_named_first(stood: Here, what: str) -> None:
    is_named_first(stood, BROKEN[what])


def test_the_lines_name_hops_causes_and_what_to_ask(stood: Here) -> None:
    with rejected(stood):
        told = stood.program("doctor", stood.id, code=1).out
    assert "✗ Interface endpoint:" in told
    assert "1. Rejected (certain)." in told
    assert "To write in the ticket:" in told
    assert (
        stood.program("doctor", stood.id, "--ask", code=0).out.strip()
        == "Nothing has to be asked of Magento."
    )


def test_nothing_is_changed(stood: Here, tmp_path: Path) -> None:
    before = stood.customer.resources()
    stood.doctor(0)
    assert stood.customer.resources() == before


def test_an_endpoint_a_service_and_magentos_are_asked_about_by_their_names(stood: Here) -> None:
    own = stood.made["endpoint-service"]
    where = ("--region", stood.customer.region)
    told = stood.program.json("doctor", stood.made["endpoint"].id, *where)
    assert [path["direction"] for path in told["paths"]] == ["to-magento"]
    hops = {hop["key"]: hop["verdict"] for hop in told["paths"][0]["hops"]}
    assert hops["service"] == "proof"
    assert any(key.startswith("answer/") and verdict == "proof" for key, verdict in hops.items())
    # The region is in the name.
    assert stood.program.json("doctor", stood.magento.service_name)["ok"] is True
    with no_listener(stood):
        broken = stood.program.json("doctor", own.id, *where, "--port", "3306", code=1)
    assert (broken["causes"][0]["code"], broken["paths"][0]["ports"]) == ("no-listener", [3306])


def test_a_name_that_leads_nowhere_is_told(stood: Here) -> None:
    told = stood.program.json("doctor", stood.id, "--host", "magento.shop.example", code=1)
    first = told["causes"][0]
    assert (first["code"], first["direction"]) == ("public-address", "to-magento")
    assert "magento.shop.example" in first["message"]


def test_a_saved_inventory_takes_the_clouds_place(stood: Here, tmp_path: Path) -> None:
    """What was saved while it was broken is told after it was mended, and without credentials."""
    file = str(tmp_path / "broken.json")
    with no_principal(stood):
        stood.program.json("inventory", "--region", stood.customer.region, "--out", file)
    assert stood.doctor(0)["ok"] is True
    alone = {name: "" for name in stood.program.environment if name.startswith("AWS_")}
    offline = InProcess({**stood.program.environment, **alone}, folder=tmp_path)
    told = offline.json("doctor", stood.id, "--from", file, code=1)
    assert told["causes"][0]["code"] == "magento-not-allowed"
    assert {path["direction"] for path in told["paths"]} == {"to-magento", "from-magento"}
    assert "no service on port 9999" in offline("doctor", stood.id, "--from", file, "--port=9999", code=1).err


def test_probes_are_run_on_a_machine(stood: Here) -> None:
    is_run_on(stood, "shop-db")


def test_what_a_machine_meets_is_told(stood: Here) -> None:
    with closed_endpoint(stood):
        done = stood.program("doctor", stood.id, "--run-on", "shop-db", "--yes", "--format", "json", code=1)
    assert "Connection timed out" in done.err
    first, *others = (one["code"] for one in done.json["causes"])
    assert first == "endpoint-filter"
    assert "no-answer" in others

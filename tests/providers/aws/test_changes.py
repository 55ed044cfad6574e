"""Changes made through the port, looked at with anybody's client."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.cloud import Cloud, CloudError
from core.setup import change as c
from core.setup.change import Change, Outcome

ENABLEMENT = "e1"
TAG = {"Key": "privatelink:e1"}
MAGENTO = "arn:aws:iam::402592597372:root"


def tagged(resource: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in resource["Tags"]}


def make(
    cloud: Cloud,
    key: str,
    kind: c.Kind,
    spec: c.Spec,
    action: c.Action = "create",
    enablement: str = ENABLEMENT,
) -> Outcome:
    return cloud.apply(Change(key, action, kind, f"pl-{key}", spec), enablement, f"token-{key}")


@dataclass(frozen=True)
class Side:
    """The bidirectional side of one enablement, made change by change; ``ids`` maps keys to ids."""

    enablement: str
    land: Any
    ids: dict[str, str]
    calls: list[str]

    def changes(self) -> dict[str, Change]:
        """The same changes again, as a rerun would ask for them."""
        return {
            key: Change(key, "create", kind, getattr(spec, "name", key), c.resolve(spec, self.ids))
            for key, kind, spec in specs(self.enablement, self.land)
        }


def specs(prefix: str, land: Any) -> list[tuple[str, c.Kind, c.Spec]]:
    balancer, group, sg = c.Ref("load-balancer"), c.Ref("target-group/3306"), c.Ref("security-group")
    service = f"com.amazonaws.vpce.us-west-2.vpce-svc-{prefix}"
    return [
        ("load-balancer", "load-balancer", c.LoadBalancerSpec(f"{prefix}-lb", land.subnets)),
        ("target-group/3306", "target-group", c.TargetGroupSpec(f"{prefix}-tg", land.vpc, "tcp", 3306, "ip")),
        ("cross-zone", "cross-zone", c.CrossZoneSpec(balancer)),
        ("targets/3306", "targets", c.TargetsSpec(group, ("10.20.0.4",), 3306)),
        ("listener/3306", "listener", c.ListenerSpec(balancer, "tcp", 3306, group)),
        ("endpoint-service", "endpoint-service", c.EndpointServiceSpec("pl", balancer)),
        ("principal", "principal", c.PrincipalSpec(c.Ref("endpoint-service"), (MAGENTO,))),
        ("security-group", "security-group", c.SecurityGroupSpec(f"{prefix}-sg", "for it", land.vpc)),
        ("ingress", "ingress", c.IngressSpec(sg, (80, 443), ("10.20.0.0/16",))),
        ("endpoint/0", "endpoint", c.EndpointSpec("pl-ep", land.vpc, service, land.subnets, (sg,))),
    ]


def build(cloud: Cloud, land: Any, enablement: str, calls: list[str] | None = None) -> Side:
    ids: dict[str, str] = {}
    for key, kind, spec in specs(enablement, land):
        ids[key] = make(cloud, key, kind, c.resolve(spec, ids), enablement=enablement).id
    return Side(enablement, land, ids, list(calls or ()))


OWNER = {
    "cross-zone": "load-balancer",
    "targets/3306": "target-group/3306",
    "principal": "endpoint-service",
    "ingress": "security-group",
}
"""What has no id of its own → whose property it is."""


@pytest.fixture(scope="module")
def side(cloud: Cloud, land: Any, counted: list[str]) -> Side:
    counted.clear()
    return build(cloud, land, ENABLEMENT, counted)


@pytest.fixture
def own_side(cloud: Cloud, own_land: Any, request: pytest.FixtureRequest) -> Side:
    return build(cloud, own_land, f"own-{abs(hash(request.node.name)) % 10**6}")


def test_one_call_a_change(side: Side) -> None:
    assert side.calls == [
        "CreateLoadBalancer",
        "CreateTargetGroup",
        "ModifyLoadBalancerAttributes",
        "RegisterTargets",
        "CreateListener",
        "CreateVpcEndpointServiceConfiguration",
        "ModifyVpcEndpointServicePermissions",
        "CreateSecurityGroup",
        "AuthorizeSecurityGroupIngress",
        "CreateVpcEndpoint",
    ]


def test_what_was_made(side: Side, land: Any) -> None:
    (balancer,) = land.elbv2.describe_load_balancers()["LoadBalancers"]
    assert balancer["LoadBalancerArn"] == side.ids["load-balancer"]
    assert (balancer["Scheme"], balancer["Type"]) == ("internal", "network")
    attributes = land.elbv2.describe_load_balancer_attributes(LoadBalancerArn=side.ids["load-balancer"])[
        "Attributes"
    ]
    assert {"Key": "load_balancing.cross_zone.enabled", "Value": "true"} in attributes
    (listener,) = land.elbv2.describe_listeners(LoadBalancerArn=side.ids["load-balancer"])["Listeners"]
    assert (listener["Port"], listener["Protocol"]) == (3306, "TCP")
    assert listener["DefaultActions"][0]["TargetGroupArn"] == side.ids["target-group/3306"]
    (health,) = land.elbv2.describe_target_health(TargetGroupArn=side.ids["target-group/3306"])[
        "TargetHealthDescriptions"
    ]
    assert (health["Target"]["Id"], health["Target"]["Port"]) == ("10.20.0.4", 3306)

    (service,) = land.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    assert service["AcceptanceRequired"] is True
    assert service["NetworkLoadBalancerArns"] == [side.ids["load-balancer"]]
    allowed = land.ec2.describe_vpc_endpoint_service_permissions(ServiceId=side.ids["endpoint-service"])
    assert [item["Principal"] for item in allowed["AllowedPrincipals"]] == [MAGENTO]

    (endpoint,) = land.ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert endpoint["VpcEndpointType"] == "Interface"
    assert endpoint["PrivateDnsEnabled"] is False
    assert sorted(endpoint["SubnetIds"]) == sorted(land.subnets)
    (group,) = land.ec2.describe_security_groups(GroupIds=[side.ids["security-group"]])["SecurityGroups"]
    assert {(rule["FromPort"], rule["ToPort"]) for rule in group["IpPermissions"]} == {(80, 80), (443, 443)}

    arns = [side.ids[key] for key in ("load-balancer", "target-group/3306", "listener/3306")]
    described = land.elbv2.describe_tags(ResourceArns=arns)["TagDescriptions"]
    marks = {item["ResourceArn"]: tagged(item)["privatelink:e1"] for item in described}
    assert marks == {side.ids[key]: key for key in ("load-balancer", "target-group/3306", "listener/3306")}
    assert tagged(endpoint) == {"privatelink:e1": "endpoint/0", "Name": "pl-endpoint/0"}
    assert tagged(service)["privatelink:e1"] == "endpoint-service"
    assert tagged(group)["privatelink:e1"] == "security-group"


@pytest.mark.parametrize(
    ("key", "spec"),
    [
        ("principal", c.PrincipalSpec("endpoint-service", ("arn:aws:iam::999999999999:root",))),
        ("targets/3306", c.TargetsSpec("target-group/3306", ("10.20.0.5",), 3306)),
        ("targets/3306", c.TargetsSpec("target-group/3306", ("10.20.0.4",), 3307)),
        ("ingress", c.IngressSpec("security-group", (8080,), ("10.20.0.0/16",))),
        ("ingress", c.IngressSpec("security-group", (80,), ("10.21.0.0/16",))),
    ],
)
def test_find_wants_all_of_it(cloud: Cloud, side: Side, land: Any, key: str, spec: c.Spec) -> None:
    kind = side.changes()[key].kind
    values = {
        field.name: side.ids.get(value, value)
        if isinstance(value := getattr(spec, field.name), str)
        else value
        for field in dataclasses.fields(spec)
    }
    assert cloud.find(Change(key, "create", kind, key, type(spec)(**values)), ENABLEMENT) is None


@pytest.mark.parametrize(
    "key",
    [
        "target-group/3306",
        "cross-zone",
        "targets/3306",
        "principal",
        "security-group",
        "ingress",
    ],
)
def test_again_changes_nothing(cloud: Cloud, side: Side, land: Any, key: str) -> None:
    def state() -> Any:
        tags = sorted(side.ids[name] for name in ("load-balancer", "target-group/3306", "listener/3306"))
        return (
            land.elbv2.describe_target_groups()["TargetGroups"],
            land.elbv2.describe_listeners(LoadBalancerArn=side.ids["load-balancer"])["Listeners"],
            land.elbv2.describe_tags(ResourceArns=tags)["TagDescriptions"],
            land.ec2.describe_security_groups()["SecurityGroups"],
            land.ec2.describe_vpc_endpoint_service_permissions(ServiceId=side.ids["endpoint-service"])[
                "AllowedPrincipals"
            ],
        )

    before = state()
    assert cloud.apply(side.changes()[key], ENABLEMENT, "token").id == side.ids[OWNER.get(key, key)]
    assert state() == before


def test_one_existing_rule_does_not_keep_the_others_out(cloud: Cloud, own_side: Side, own_land: Any) -> None:
    spec = c.IngressSpec(own_side.ids["security-group"], (80, 8080), ("10.20.0.0/16", "fd00::/8"))
    make(cloud, "ingress", "ingress", spec)
    (group,) = own_land.ec2.describe_security_groups(GroupIds=[own_side.ids["security-group"]])[
        "SecurityGroups"
    ]
    ports = {
        (rule["FromPort"], peer)
        for rule in group["IpPermissions"]
        for peer in (
            *(item["CidrIp"] for item in rule["IpRanges"]),
            *(item["CidrIpv6"] for item in rule["Ipv6Ranges"]),
        )
    }
    assert ports == {
        (80, "10.20.0.0/16"),
        (443, "10.20.0.0/16"),
        (8080, "10.20.0.0/16"),
        (80, "fd00::/8"),
        (8080, "fd00::/8"),
    }


def test_a_strangers_is_not_adopted(cloud: Cloud, own_land: Any) -> None:
    own_land.ec2.create_security_group(GroupName="taken", Description="theirs", VpcId=own_land.vpc)
    spec = c.SecurityGroupSpec("taken", "ours", own_land.vpc)
    with pytest.raises(CloudError) as raised:
        make(cloud, "security-group", "security-group", spec, enablement="newcomer")
    assert raised.value.code == "already-exists"


def test_undo_twice_leaves_nothing(cloud: Cloud, own_side: Side, own_land: Any) -> None:
    made = own_side.changes()
    order = (
        "endpoint/0",
        "ingress",
        "security-group",
        "principal",
        "endpoint-service",
        "listener/3306",
        "targets/3306",
        "target-group/3306",
        "load-balancer",
    )
    keep_spec = {"ingress", "principal", "targets/3306"}
    for _ in range(2):
        for key in order:
            spec = made[key].spec if key in keep_spec else None
            resource = None if key in keep_spec else own_side.ids[key]
            cloud.apply(Change(key, "delete", made[key].kind, key, spec, resource), own_side.enablement, "t")
    left = cloud.inventory(own_land.vpc)
    assert (left.load_balancers, left.listeners, left.target_groups) == ((), (), ())
    assert own_side.ids["endpoint-service"] not in {item.id for item in left.endpoint_services}
    assert {item.state for item in left.endpoints} <= {"deleted"}
    groups = own_land.ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [own_land.vpc]}])
    assert [group["GroupName"] for group in groups["SecurityGroups"]] == ["default"]
    for key in ("endpoint/0", "security-group", "endpoint-service", "load-balancer", "target-group/3306"):
        assert cloud.find(made[key], own_side.enablement) is None


@pytest.mark.parametrize(
    "change",
    [
        Change("x", "create", "load-balancer", "x"),
        Change("x", "delete", "load-balancer", "x"),
        Change("x", "delete", "principal", "x", id="vpce-svc-1"),
        Change("x", "create", "cross-zone", "x", c.CrossZoneSpec(c.Ref("load-balancer"))),
        Change("x", "create", "endpoint-service", "x", c.RejectSpec(())),
    ],
)
def test_a_change_that_says_too_little(cloud: Cloud, change: Change, calls: list[str]) -> None:
    with pytest.raises(CloudError) as raised:
        cloud.apply(change, ENABLEMENT, "t")
    assert raised.value.code == "invalid"
    assert calls == []


@pytest.mark.parametrize("action", ["adopt", "leave"])
def test_nothing_to_do_makes_no_call(cloud: Cloud, calls: list[str], action: c.Action) -> None:
    change = Change("load-balancer", action, "load-balancer", "theirs", id="arn:lb")
    assert cloud.apply(change, ENABLEMENT, "t") == Outcome("arn:lb")
    assert calls == []


def test_targets_outside_the_network(cloud: Cloud, side: Side, clients: Any) -> None:
    sent: list[Any] = []

    def note(params: Any, **kwargs: Any) -> None:
        sent.append(params)

    event = "provide-client-params.elastic-load-balancing-v2.RegisterTargets"
    clients.elbv2.meta.events.register(event, note)
    group = side.ids["target-group/3306"]
    make(cloud, "t", "targets", c.TargetsSpec(group, ("10.20.0.7", "192.168.1.1"), 1, ("192.168.1.1",)))
    clients.elbv2.meta.events.unregister(event, note)
    assert sent[0]["Targets"] == [
        {"Id": "10.20.0.7", "Port": 1},
        {"Id": "192.168.1.1", "Port": 1, "AvailabilityZone": "all"},
    ]


def test_a_listener_that_is_there_already(cloud: Cloud, side: Side, clients: Any) -> None:
    """moto lets two listeners share a port, so AWS's refusal is put in its place."""

    def refuse(**kwargs: Any) -> None:
        raise ClientError(
            {"Error": {"Code": "DuplicateListener", "Message": "it is there"}}, "CreateListener"
        )

    event = "before-call.elastic-load-balancing-v2.CreateListener"
    clients.elbv2.meta.events.register(event, refuse)
    try:
        change = side.changes()["listener/3306"]
        assert cloud.apply(change, ENABLEMENT, "t").id == side.ids["listener/3306"]
        with pytest.raises(CloudError) as raised:
            cloud.apply(change, "somebody-else", "t")
        assert raised.value.code == "already-exists"
    finally:
        clients.elbv2.meta.events.unregister(event, refuse)


def test_a_change_mends_what_is_there_and_makes_nothing(
    cloud: Cloud, own_side: Side, clients: Any, calls: list[str]
) -> None:
    service, listener = own_side.ids["endpoint-service"], own_side.ids["listener/3306"]
    clients.ec2.modify_vpc_endpoint_service_configuration(ServiceId=service, AcceptanceRequired=False)
    balancer, group = own_side.ids["load-balancer"], own_side.ids["target-group/3306"]
    clients.elbv2.modify_listener(ListenerArn=listener, Port=3307)
    services = clients.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    calls.clear()

    mended = Change(
        "endpoint-service", "change", "endpoint-service", "s", c.EndpointServiceSpec("s", balancer), service
    )
    pointed = Change(
        "listener/3306", "change", "listener", "l", c.ListenerSpec(balancer, "TCP", 3306, group), listener
    )
    for change in (mended, pointed):
        assert cloud.apply(change, own_side.enablement, "token").id == change.id

    assert calls == ["ModifyVpcEndpointServiceConfiguration", "ModifyListener"]
    after = clients.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
    assert len(after) == len(services)
    assert next(one for one in after if one["ServiceId"] == service)["AcceptanceRequired"] is True
    assert clients.elbv2.describe_listeners(ListenerArns=[listener])["Listeners"][0]["Port"] == 3306

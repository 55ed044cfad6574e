"""The API that the sandbox adds, over HTTP, by plain boto3 of both accounts."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from providers.sandbox import Sandbox

ROOT = "arn:aws:iam::{}:root"
CUSTOMER, MAGENTO = "111122223333", "402592597372"


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture(autouse=True)
def tidy(sandbox: Sandbox, customer: Any, magento: Any) -> Iterator[None]:
    yield
    for kind, made in reversed(customer.made):
        if kind == "endpoint":
            customer.api.ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
        elif kind == "service":
            customer.api.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[made])
    customer.made.clear()
    magento.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=sandbox.world.service_id, RemoveAllowedPrincipals=[ROOT.format(CUSTOMER), "*"]
    )


# Who sees a service


def test_a_service_hides_from_strangers(sandbox: Sandbox, customer: Any) -> None:
    name = sandbox.world.service_name
    assert code_of(lambda: customer.api.ec2.describe_vpc_endpoint_services(ServiceNames=[name])) == (
        "InvalidServiceName"
    )
    assert code_of(lambda: customer.endpoint(name)) == "InvalidServiceName"
    listed = customer.api.ec2.describe_vpc_endpoint_services()["ServiceNames"]
    assert listed
    assert name not in listed


@pytest.mark.parametrize("principal", [ROOT.format(CUSTOMER), "*"])
def test_an_allowed_account_sees_it(sandbox: Sandbox, customer: Any, magento: Any, principal: str) -> None:
    magento.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=sandbox.world.service_id, AddAllowedPrincipals=[principal]
    )
    name = sandbox.world.service_name
    answer = customer.api.ec2.describe_vpc_endpoint_services(ServiceNames=[name])
    assert answer["ServiceNames"] == [name]
    (detail,) = answer["ServiceDetails"]
    assert (detail["Owner"], detail["AcceptanceRequired"]) == (MAGENTO, True)


@pytest.mark.parametrize("principal", [ROOT.format("999999999999"), "arn:aws:iam::111122223333:user/eve"])
def test_another_principal_does_not(sandbox: Sandbox, customer: Any, magento: Any, principal: str) -> None:
    service = sandbox.world.service_id
    magento.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service, AddAllowedPrincipals=[principal])
    name = sandbox.world.service_name
    assert code_of(lambda: customer.api.ec2.describe_vpc_endpoint_services(ServiceNames=[name])) == (
        "InvalidServiceName"
    )
    magento.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service, RemoveAllowedPrincipals=[principal]
    )


def test_principals_are_checked_and_shown(sandbox: Sandbox, magento: Any) -> None:
    service = sandbox.world.service_id
    assert (
        code_of(
            lambda: magento.ec2.modify_vpc_endpoint_service_permissions(
                ServiceId=service, AddAllowedPrincipals=[CUSTOMER]
            )
        )
        == "InvalidPrincipal"
    )
    magento.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service, AddAllowedPrincipals=[ROOT.format(CUSTOMER), "*"]
    )
    shown = magento.ec2.describe_vpc_endpoint_service_permissions(ServiceId=service)["AllowedPrincipals"]
    assert {one["Principal"]: one["PrincipalType"] for one in shown} == {
        "*": "All",
        ROOT.format(CUSTOMER): "Account",
    }


def test_zone_names_differ_between_accounts_and_ids_do_not(
    sandbox: Sandbox, customer: Any, magento: Any, allowed: str
) -> None:
    def zones(api: Any) -> dict[str, str]:
        shown = api.ec2.describe_availability_zones()["AvailabilityZones"]
        return {zone["ZoneName"]: zone["ZoneId"] for zone in shown}

    ours, theirs = zones(customer.api), zones(magento)
    assert set(ours) == set(theirs)
    assert set(ours.values()) == set(theirs.values())
    assert all(ours[name] != theirs[name] for name in ours)

    (mine,) = customer.api.ec2.describe_vpc_endpoint_services(ServiceNames=[allowed])["ServiceDetails"]
    (own,) = magento.ec2.describe_vpc_endpoint_services(ServiceNames=[allowed])["ServiceDetails"]
    assert sorted(ours[name] for name in mine["AvailabilityZones"]) == sorted(mine["AvailabilityZoneIds"])
    assert sorted(theirs[name] for name in own["AvailabilityZones"]) == sorted(mine["AvailabilityZoneIds"])
    customers = customer.api.ec2.describe_subnets(SubnetIds=list(sandbox.world.private_subnets))["Subnets"]
    shared = {subnet["AvailabilityZoneId"] for subnet in customers} & set(mine["AvailabilityZoneIds"])
    assert (len(customers), len(shared)) == (3, 2)


def test_services_pass_filters(customer: Any, allowed: str) -> None:
    def found(name: str, value: str) -> list[str]:
        filters = [{"Name": name, "Values": [value]}]
        names: list[str] = customer.api.ec2.describe_vpc_endpoint_services(Filters=filters)["ServiceNames"]
        return names

    assert found("owner", MAGENTO) == [allowed]
    assert found("service-name", allowed) == [allowed]
    assert found("service-type", "Gateway") == []


# Connections


def test_a_connection_waits_is_accepted_and_gone(
    sandbox: Sandbox, customer: Any, magento: Any, allowed: str
) -> None:
    endpoint = customer.endpoint(
        allowed,
        TagSpecifications=[
            {"ResourceType": "vpc-endpoint", "Tags": [{"Key": "privatelink:x", "Value": "endpoint"}]}
        ],
    )
    endpoint_id = endpoint["VpcEndpointId"]
    assert endpoint["State"] == "pendingAcceptance"
    assert endpoint["Tags"] == [{"Key": "privatelink:x", "Value": "endpoint"}]
    names = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    service = sandbox.world.service_id
    assert len(names) == 3
    assert all(name.startswith(endpoint_id) for name in names)
    assert all(name.endswith(f".{service}.us-west-2.vpce.amazonaws.com") for name in names)

    interfaces = customer.api.ec2.describe_network_interfaces(
        NetworkInterfaceIds=endpoint["NetworkInterfaceIds"]
    )["NetworkInterfaces"]
    assert sorted(one["SubnetId"] for one in interfaces) == sorted(endpoint["SubnetIds"])
    for one in interfaces:
        number = list(sandbox.world.private_subnets).index(one["SubnetId"]) + 1
        assert one["PrivateIpAddress"].startswith(f"10.20.{number}.")

    (waiting,) = magento.ec2.describe_vpc_endpoint_connections(
        Filters=[{"Name": "vpc-endpoint-state", "Values": ["pendingAcceptance"]}]
    )["VpcEndpointConnections"]
    assert (waiting["VpcEndpointId"], waiting["VpcEndpointOwner"], waiting["ServiceId"]) == (
        endpoint_id,
        CUSTOMER,
        service,
    )
    assert [entry["DnsName"] for entry in waiting["DnsEntries"]] == names

    answer = magento.ec2.accept_vpc_endpoint_connections(
        ServiceId=service, VpcEndpointIds=[endpoint_id, "vpce-0123"]
    )
    assert [(one["ResourceId"], one["Error"]["Code"]) for one in answer["Unsuccessful"]] == [
        ("vpce-0123", "InvalidVpcEndpointId.NotFound")
    ]
    assert customer.look(endpoint_id)["State"] == "available"
    again = magento.ec2.accept_vpc_endpoint_connections(ServiceId=service, VpcEndpointIds=[endpoint_id])
    assert again["Unsuccessful"][0]["Error"]["Code"] == "InvalidState"

    assert customer.api.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])["Unsuccessful"] == []
    assert code_of(lambda: customer.look(endpoint_id)) == "InvalidVpcEndpointId.NotFound"
    assert magento.ec2.describe_vpc_endpoint_connections()["VpcEndpointConnections"] == []
    (unknown,) = customer.api.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])["Unsuccessful"]
    assert unknown["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"


def test_a_rejected_connection_says_so(customer: Any, magento: Any, sandbox: Sandbox, allowed: str) -> None:
    endpoint_id = customer.endpoint(allowed)["VpcEndpointId"]
    magento.ec2.reject_vpc_endpoint_connections(
        ServiceId=sandbox.world.service_id, VpcEndpointIds=[endpoint_id]
    )
    assert customer.look(endpoint_id)["State"] == "rejected"


def test_acceptance_can_take_a_while(customer: Any, magento: Any, sandbox: Sandbox, allowed: str) -> None:
    endpoint_id = customer.endpoint(allowed)["VpcEndpointId"]
    sandbox.ground.timing.acceptance = 60
    try:
        magento.ec2.accept_vpc_endpoint_connections(
            ServiceId=sandbox.world.service_id, VpcEndpointIds=[endpoint_id]
        )
        assert customer.look(endpoint_id)["State"] == "pending"
    finally:
        sandbox.ground.timing.acceptance = 0
    assert customer.look(endpoint_id)["State"] == "available"


def test_only_the_owner_decides(sandbox: Sandbox, customer: Any, allowed: str) -> None:
    endpoint_id = customer.endpoint(allowed)["VpcEndpointId"]
    service = sandbox.world.service_id
    assert (
        code_of(
            lambda: customer.api.ec2.accept_vpc_endpoint_connections(
                ServiceId=service, VpcEndpointIds=[endpoint_id]
            )
        )
        == "InvalidVpcEndpointServiceId.NotFound"
    )


def test_an_endpoint_is_checked(sandbox: Sandbox, customer: Any, allowed: str) -> None:
    lonely, *shared = sandbox.world.private_subnets
    public = customer.api.ec2.describe_subnets(Filters=[{"Name": "tag:Name", "Values": ["shop-public-2"]}])[
        "Subnets"
    ][0]["SubnetId"]
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("InvalidParameter", {"SubnetIds": [lonely]}),
        ("DuplicateSubnetsInSameZone", {"SubnetIds": [shared[0], public]}),
        ("InvalidParameter", {"PrivateDnsEnabled": True}),
        ("InvalidParameter", {"VpcEndpointType": "Gateway"}),
        ("InvalidSubnetID.NotFound", {"SubnetIds": ["subnet-0123"]}),
        ("InvalidGroup.NotFound", {"SecurityGroupIds": ["sg-0123"]}),
        ("InvalidVpcID.NotFound", {"VpcId": "vpc-0123"}),
        ("InvalidServiceName", {"ServiceName": allowed.replace("us-west-2", "eu-west-1")}),
    ]
    for code, changed in wrong:
        assert code_of(lambda changed=changed: customer.endpoint(allowed, **changed)) == code, changed  # type: ignore[misc]
    with pytest.raises(ClientError, match=f"availability zone of the subnet: {lonely}"):
        customer.endpoint(allowed, SubnetIds=[lonely])
    assert customer.api.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_an_endpoint_can_be_changed(sandbox: Sandbox, customer: Any, allowed: str) -> None:
    lonely, first, second = sandbox.world.private_subnets
    endpoint_id = customer.endpoint(allowed, SubnetIds=[first])["VpcEndpointId"]
    customer.api.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, AddSubnetIds=[second])
    seen = customer.look(endpoint_id)
    assert (len(seen["NetworkInterfaceIds"]), len(seen["DnsEntries"])) == (2, 3)
    customer.api.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, RemoveSubnetIds=[first])
    assert len(customer.look(endpoint_id)["NetworkInterfaceIds"]) == 1
    assert (
        code_of(
            lambda: customer.api.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, AddSubnetIds=[lonely])
        )
        == "InvalidParameter"
    )


@pytest.mark.parametrize(
    ("name", "matching", "other"),
    [
        ("vpc-endpoint-id", "{id}", "vpce-0123"),
        ("service-name", "{service}", "com.amazonaws.us-west-2.s3"),
        ("vpc-id", "{vpc}", "vpc-0123"),
        ("vpc-endpoint-state", "pendingAcceptance", "available"),
        ("vpc-endpoint-state", "PendingAcceptance", "rejected"),
        ("vpc-endpoint-type", "Interface", "Gateway"),
        ("tag:Name", "shop*", "other"),
        ("tag-key", "Name", "Owner"),
    ],
)
def test_endpoints_pass_filters(customer: Any, allowed: str, name: str, matching: str, other: str) -> None:
    tags = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "shop-1"}]}]
    made = customer.endpoint(allowed, TagSpecifications=tags)["VpcEndpointId"]
    value = matching.format(id=made, service=allowed, vpc=customer.vpc)

    def found(*values: str) -> list[str]:
        filters = [{"Name": name, "Values": list(values)}]
        shown = customer.api.ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
        return [one["VpcEndpointId"] for one in shown]

    assert found(value) == [made]
    assert found(other) == []
    assert found(other, value) == [made]


def test_an_unknown_filter_is_refused(customer: Any) -> None:
    filters = [{"Name": "color", "Values": ["blue"]}]
    assert (
        code_of(lambda: customer.api.ec2.describe_vpc_endpoints(Filters=filters)) == "InvalidParameterValue"
    )


# Endpoint services


def test_a_service_keeps_its_tags_and_passes_filters(customer: Any) -> None:
    made = customer.api.ec2.create_vpc_endpoint_service_configuration(
        AcceptanceRequired=True,
        NetworkLoadBalancerArns=[customer.load_balancer()],
        TagSpecifications=[
            {"ResourceType": "vpc-endpoint-service", "Tags": [{"Key": "privatelink:a", "Value": "b"}]}
        ],
    )["ServiceConfiguration"]
    customer.made.append(("service", made["ServiceId"]))
    for filters in (
        [{"Name": "tag:privatelink:a", "Values": ["b"]}],
        [{"Name": "service-name", "Values": [made["ServiceName"]]}],
        [{"Name": "service-state", "Values": ["Available"]}],
    ):
        shown = customer.api.ec2.describe_vpc_endpoint_service_configurations(Filters=filters)
        (one,) = shown["ServiceConfigurations"]
        assert one["Tags"] == [{"Key": "privatelink:a", "Value": "b"}]
        assert len(one["AvailabilityZones"]) == 3
    none = [{"Name": "tag:privatelink:a", "Values": ["c"]}]
    shown = customer.api.ec2.describe_vpc_endpoint_service_configurations(Filters=none)
    assert shown["ServiceConfigurations"] == []


def test_a_service_with_connections_stays(
    sandbox: Sandbox, customer: Any, magento: Any, allowed: str
) -> None:
    endpoint_id = customer.endpoint(allowed)["VpcEndpointId"]
    service = sandbox.world.service_id
    for state in ("pendingAcceptance", "available"):
        assert customer.look(endpoint_id)["State"] == state
        (kept,) = magento.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service])["Unsuccessful"]
        assert kept["Error"]["Code"] == "ExistingVpcEndpointConnections"
        magento.ec2.accept_vpc_endpoint_connections(ServiceId=service, VpcEndpointIds=[endpoint_id])
    (gone,) = magento.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=["vpce-svc-0123"])[
        "Unsuccessful"
    ]
    assert gone["Error"]["Code"] == "InvalidVpcEndpointService.NotFound"


def test_a_service_needs_a_network_load_balancer(customer: Any) -> None:
    balancers = customer.api.elbv2.describe_load_balancers(Names=["shop-alb"])["LoadBalancers"]
    arn = balancers[0]["LoadBalancerArn"]
    assert "/app/" in arn
    assert code_of(lambda: customer.service(arn)) == "InvalidParameter"


# What moto would do wrong


def test_dry_runs_make_nothing(customer: Any, allowed: str) -> None:
    balancer = customer.load_balancer()
    calls: dict[str, dict[str, Any]] = {
        "create_vpc_endpoint": {
            "VpcId": customer.vpc,
            "ServiceName": allowed,
            "VpcEndpointType": "Interface",
            "SubnetIds": customer.shared_subnets(),
        },
        "create_vpc_endpoint_service_configuration": {"NetworkLoadBalancerArns": [balancer]},
        "create_security_group": {"GroupName": "dry", "Description": "dry", "VpcId": customer.vpc},
        "describe_vpc_endpoint_connections": {},
    }
    for name, arguments in calls.items():
        with pytest.raises(ClientError) as caught:
            getattr(customer.api.ec2, name)(**arguments, DryRun=True)
        assert caught.value.response["Error"]["Code"] == "DryRunOperation"
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert customer.api.ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert customer.api.ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"] == []
    groups = customer.api.ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["dry"]}])
    assert groups["SecurityGroups"] == []


def test_what_is_not_there_is_an_invalid_action(sandbox: Sandbox, customer: Any) -> None:
    with pytest.raises(ClientError) as caught:
        customer.api.ec2.describe_network_insights_paths()
    assert caught.value.response["Error"]["Code"] == "InvalidAction"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert code_of(customer.api.elbv2.describe_trust_stores) == "InvalidAction"

    authorization = "AWS4-HMAC-SHA256 Credential=X/20250101/us-west-2/ec2/aws4_request, SignedHeaders=host"
    request = urllib.request.Request(
        sandbox.environment["AWS_ENDPOINT_URL"],
        data=b"Action=MakeCoffee&Version=2016-11-15",
        headers={"Authorization": authorization},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    with refused.value:
        assert refused.value.code == 400
        assert b"<Code>InvalidAction</Code>" in refused.value.read()


def test_a_load_balancers_name_is_its_own(customer: Any) -> None:
    subnets = list(customer.sandbox.world.private_subnets)
    arn = customer.load_balancer(subnets, "twice")
    assert ":loadbalancer/net/twice/" in arn
    assert customer.load_balancer(subnets[::-1], "twice") == arn
    assert code_of(lambda: customer.load_balancer(subnets[:2], "twice")) == "DuplicateLoadBalancerName"
    found = customer.api.elbv2.describe_load_balancers(Names=["twice"])["LoadBalancers"]
    assert [one["LoadBalancerArn"] for one in found] == [arn]


def test_a_load_balancer_keeps_its_tags(customer: Any) -> None:
    made = customer.api.elbv2.create_load_balancer(
        Name="tagged",
        Type="network",
        Scheme="internal",
        Subnets=list(customer.sandbox.world.private_subnets),
        Tags=[{"Key": "privatelink:x", "Value": "load-balancer"}],
    )["LoadBalancers"][0]["LoadBalancerArn"]
    (told,) = customer.api.elbv2.describe_tags(ResourceArns=[made])["TagDescriptions"]
    assert told["Tags"] == [{"Key": "privatelink:x", "Value": "load-balancer"}]


def test_listeners_and_target_groups_are_made_once(customer: Any) -> None:
    balancer = customer.load_balancer()
    group = customer.listen(balancer, 3306, "10.20.1.20")
    other = customer.listen(balancer, 3307, "10.20.1.20")

    def listener(port: int, target_group: str) -> str:
        made = customer.api.elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol="TCP",
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": target_group}],
        )
        arn: str = made["Listeners"][0]["ListenerArn"]
        return arn

    assert listener(3306, group) == listener(3306, group)
    assert code_of(lambda: listener(3306, other)) == "DuplicateListener"
    assert len(customer.api.elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]) == 2

    name = customer.api.elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]
    same = {
        key: name[f"{key}" if key != "Name" else "TargetGroupName"] for key in ("Name", "Protocol", "VpcId")
    }
    again = customer.api.elbv2.create_target_group(**same, Port=3306, TargetType="ip")["TargetGroups"][0]
    assert again["TargetGroupArn"] == group
    assert (
        code_of(lambda: customer.api.elbv2.create_target_group(**same, Port=1, TargetType="ip"))
        == "DuplicateTargetGroupName"
    )


def test_a_load_balancer_takes_its_time(sandbox: Sandbox, customer: Any) -> None:
    def state(arn: str) -> str:
        shown = customer.api.elbv2.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
        code: str = shown[0]["State"]["Code"]
        return code

    sandbox.ground.timing.provisioning = 60
    try:
        arn = customer.load_balancer()
        assert [state(arn), state(arn)] == ["provisioning", "provisioning"]
    finally:
        sandbox.ground.timing.provisioning = 0
    assert state(arn) == "active"


def test_a_load_balancer_behind_a_service_stays(customer: Any) -> None:
    balancer = customer.load_balancer()
    group = customer.listen(balancer, 3306, "10.20.1.20")
    service = customer.service(balancer)["ServiceId"]
    assert (
        code_of(lambda: customer.api.elbv2.delete_load_balancer(LoadBalancerArn=balancer)) == "ResourceInUse"
    )
    customer.api.ec2.delete_vpc_endpoint_service_configurations(ServiceIds=[service])
    customer.api.elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    (left,) = customer.api.elbv2.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert left["LoadBalancerArns"] == []


def test_targets_are_as_healthy_as_they_answer(sandbox: Sandbox, customer: Any) -> None:
    database = sandbox.world.instances["shop-db"]

    def health(group: str) -> tuple[str, str]:
        shown = customer.api.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        told = shown[0]["TargetHealth"]
        return told["State"], told.get("Reason", "")

    balancer = customer.load_balancer()
    assert health(customer.listen(balancer, 3306, database)) == ("healthy", "")
    assert health(customer.listen(balancer, 3307, "10.20.1.20", 3306)) == ("healthy", "")
    assert health(customer.listen(balancer, 3308, "10.20.1.20")) == ("unhealthy", "Target.FailedHealthChecks")
    assert health(customer.listen(balancer, 3309, "10.20.9.9")) == ("unhealthy", "Target.FailedHealthChecks")

    alone = customer.api.elbv2.create_target_group(
        Name="alone", Protocol="TCP", Port=3306, VpcId=customer.vpc, TargetType="instance"
    )["TargetGroups"][0]["TargetGroupArn"]
    customer.api.elbv2.register_targets(TargetGroupArn=alone, Targets=[{"Id": database}])
    assert health(alone) == ("unused", "Target.NotInUse")

    sandbox.ground.timing.registration = 60
    try:
        fresh = customer.listen(balancer, 3310, database, 3306)
        assert health(fresh) == ("initial", "Elb.RegistrationInProgress")
    finally:
        sandbox.ground.timing.registration = 0
    assert health(fresh) == ("healthy", "")

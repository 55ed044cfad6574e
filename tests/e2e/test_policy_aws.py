"""A whole enablement on AWS with the permissions that ``privatelink policy`` prints, and nothing more."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from core.cloud import Cloud, CloudError, Remote
from core.export.permissions import Scope
from core.export.policy import policy
from core.export.policy_aws import ACTIONS, LARGEST, actions
from core.journal.files import new_id
from core.network.model import Connection
from core.request.offer import Offer
from core.setup import change as c
from providers import connect
from providers.sandbox import start
from tests.e2e import requests
from tests.e2e.account import PRINCIPAL, Account, Magento
from tests.e2e.iam import Guarded, guarded
from tests.e2e.program import InProcess, clean_environment

CUSTOMER, REGION = "111122223333", "us-west-2"


def document(purpose: Any = "setup", name: str = "pl-0", but: tuple[str, ...] = ()) -> dict[str, Any]:
    """What ``privatelink policy`` prints, without some actions."""
    made: Any = policy("aws", purpose, Scope(name, CUSTOMER, REGION), Offer()).document
    for statement in made["Statement"]:
        statement["Action"] = [one for one in statement["Action"] if one not in but]
    made["Statement"] = [one for one in made["Statement"] if one["Action"]]
    return dict(made)


def test_the_policy_is_enough_and_no_more(tmp_path: Path) -> None:
    """One test, because what was called is compared at its end."""
    with (
        start(auto=False, ticketless=False, provisioning=0, registration=0) as sandbox,
        guarded(sandbox) as aws,
    ):
        an_enablement(aws, tmp_path)
        standing = by_hand(aws)
        cloud = connect("aws", region=REGION, environ=aws.environment).cloud
        what_others_made(aws, cloud, standing)
        what_the_wizard_asks(aws, cloud)
        compare(aws)
        an_audit(aws, cloud)
        a_service_of_ones_own(aws, standing)
        nothing_else(aws, standing)


def an_enablement(aws: Guarded, tmp_path: Path) -> None:
    """By commands, from the request to the undo. What is missing in mid-run is named: action, resource and caller;
    what is done stays, and once it is granted the rest is done.
    """
    program = InProcess(clean_environment(tmp_path, **aws.environment))
    magento = Magento(aws.environment)
    name = program.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, aws.environment))["id"]
    missing = "elasticloadbalancing:CreateListener"
    aws.allow(document(name=name, but=(missing,)))
    told = program.json("apply", name, "--yes", code=3)
    (failed, *_) = [one for one in told["changes"] if one["result"] == "failed"]
    assert failed["error"]["code"] == "access-denied"
    where = f"arn:aws:elasticloadbalancing:{REGION}:{CUSTOMER}:loadbalancer/net/{name}-nlb/"
    assert f"{missing} on {where}" in failed["error"]["message"]
    assert "for arn:aws:sts::111122223333:assumed-role/ShopAdministrator/" in failed["error"]["message"]
    assert missing in failed["error"]["remedy"]
    done = {one["key"]: one["id"] for one in told["changes"] if one["result"] == "done"}
    assert "load-balancer" in done

    aws.allow(document(name=name))
    told = program.json("apply", name, "--yes")
    assert {one["key"]: one["id"] for one in told["changes"]}.items() >= done.items()
    program.json("filed", name, "--ticket", "1")
    (tmp_path / "reply").write_text(magento.allow(CUSTOMER, (80,)))
    program.json("details", name, "--reply", str(tmp_path / "reply"))
    program.json("apply", name, "--yes")
    magento.approve()
    (service,) = Account(aws.administrator).ec2.describe_vpc_endpoint_service_configurations()[
        "ServiceConfigurations"
    ]
    magento.connect(service["ServiceName"])
    program.json("accept", name)
    program.json("undo", name, "--yes", "--force")
    assert (
        Account(aws.administrator).ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
        == []
    )


@dataclass(frozen=True)
class Standing:
    """What somebody made by hand, and that an enablement adopts."""

    balancer: str
    group: str
    listener: str
    service: str
    guard: str
    endpoint: str

    def kinds(self) -> dict[c.Kind, str]:
        return {
            "load-balancer": self.balancer,
            "target-group": self.group,
            "listener": self.listener,
            "endpoint-service": self.service,
            "security-group": self.guard,
            "endpoint": self.endpoint,
        }


def by_hand(aws: Guarded) -> Standing:
    """Made by the administrator; its service accepts everybody by itself."""
    admin = Account(aws.administrator)
    world = aws.sandbox.world
    balancer = admin.elbv2.create_load_balancer(
        Name="by-hand", Type="network", Scheme="internal", Subnets=list(world.private_subnets)
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = admin.elbv2.create_target_group(
        Name="by-hand", Protocol="TCP", Port=3306, VpcId=world.vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    listener = admin.elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="TCP",
        Port=3306,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]
    service = admin.ec2.create_vpc_endpoint_service_configuration(
        AcceptanceRequired=False, NetworkLoadBalancerArns=[balancer]
    )["ServiceConfiguration"]["ServiceId"]
    guard = admin.ec2.create_security_group(GroupName="by-hand", Description="x", VpcId=world.vpc)["GroupId"]
    magento = Magento(aws.environment)
    magento.allow(CUSTOMER, ())
    endpoint = admin.ec2.create_vpc_endpoint(
        VpcEndpointType="Interface",
        VpcId=world.vpc,
        ServiceName=magento.service_name,
        SubnetIds=[world.private_subnets[1]],
    )["VpcEndpoint"]["VpcEndpointId"]
    return Standing(balancer, group, listener, service, guard, endpoint)


def adoption(there: Standing) -> tuple[c.Change, ...]:
    """The tag on everything, then all that is done to what is adopted."""
    tags = [c.Change(kind, "adopt", kind, kind, c.TagSpec(id), id) for kind, id in there.kinds().items()]
    return (
        *tags,
        c.Change("cross-zone", "change", "cross-zone", "x", c.CrossZoneSpec(there.balancer), there.balancer),
        c.Change("targets", "create", "targets", "x", c.TargetsSpec(there.group, ("10.20.1.20",), 3306)),
        c.Change(
            "listener", "change", "listener", "x", c.ListenerSpec(there.balancer, "TCP", 3306, there.group),
            there.listener,
        ),
        c.Change(
            "endpoint-service", "change", "endpoint-service", "x",
            c.EndpointServiceSpec("x", there.balancer), there.service,
        ),
        c.Change("principal", "create", "principal", "x", c.PrincipalSpec(there.service, (PRINCIPAL,))),
        c.Change("ingress", "create", "ingress", "x", c.IngressSpec(there.guard, (80,), ("10.20.0.0/16",))),
    )  # fmt: skip


def undone(there: Standing) -> tuple[c.Change, ...]:
    """The same back, the tag last."""
    spec: dict[c.Kind, tuple[c.Spec, str]] = {
        "targets": (c.TargetsSpec(there.group, ("10.20.1.20",), 3306), there.group),
        "principal": (c.PrincipalSpec(there.service, (PRINCIPAL,)), there.service),
        "ingress": (c.IngressSpec(there.guard, (80,), ("10.20.0.0/16",)), there.guard),
    }
    back = [c.Change(kind, "delete", kind, kind, one, id) for kind, (one, id) in spec.items()]
    tags = [
        c.Change(kind, "change", kind, kind, c.TagSpec(id, present=False), id)
        for kind, id in there.kinds().items()
    ]
    return (*back, *tags)


def what_others_made(aws: Guarded, cloud: Cloud, standing: Standing) -> None:
    """What the port does to it, for every kind that can be adopted, and what a rerun asks."""
    aws.allow(document())
    stranger = Connection(standing.service, "vpce-0stranger", "999999999999", "pendingAcceptance")
    for change in adoption(standing):
        cloud.apply(change, "pl-0", "token")
        if isinstance(change.spec, c.TagSpec):
            # What a rerun asks that does not know whether it was done.
            assert cloud.find(change, "pl-0") is not None
    with pytest.raises(Exception, match="vpce-0stranger"):
        cloud.reject(stranger)
    for change in undone(standing):
        cloud.apply(change, "pl-0", "token")
    left = Account(aws.administrator).resources()
    assert not any("privatelink:pl-0" in one.tags for one in left.values())


def what_the_wizard_asks(aws: Guarded, cloud: Cloud) -> None:
    aws.allow(document())
    assert cloud.identity().account == CUSTOMER
    assert REGION in [one.name for one in cloud.regions()]
    assert cloud.networks()
    assert cloud.inventory(None, "audit").gaps == ()
    assert isinstance(cloud, Remote)
    machine = aws.sandbox.world.instances["shop-db"]
    with pytest.raises(CloudError, match="Not allowed: ssm:SendCommand"):
        cloud.run_on(machine, "true")
    aws.allow(document("probe"))
    assert cloud.run_on(machine, "curl telnet://nowhere:80").startswith("* Could not resolve host: nowhere")
    aws.allow(document())

    def without_ids(parsed: dict[str, Any], **_: Any) -> None:
        """As an older API answers: zones by name only."""
        for one in parsed["ServiceDetails"]:
            one.pop("AvailabilityZoneIds", None)

    clients = cloud._clients  # type: ignore[attr-defined]  # AwsCloud's
    clients.ec2.meta.events.register("after-call.ec2.DescribeVpcEndpointServices", without_ids)
    assert cloud.vendor_service(aws.environment["MAGENTO_SERVICE_NAME"]).zone_ids


def compare(aws: Guarded) -> None:
    """Neither more nor less than the steps before made the program call. An action that is missing here goes into
    the table in core/export/policy_aws.py, with its reason; one that nothing calls goes out of it.
    """
    listed = {row.name for row in ACTIONS}
    judged = {(action, kind) for action, kind in aws.judged if kind != "*"}
    taken = aws.called | {action for action, _ in aws.judged}
    assert taken - listed == set(), "called and not in the policy"
    assert listed - taken == set(), "in the policy and never called"
    types = {(row.name, on.partition("/")[0]) for row in ACTIONS for on in row.on}
    assert judged - types == set(), "called on a type that the table does not name"
    assert types - judged == set(), "in the table and never called on"


def an_audit(aws: Guarded, cloud: Cloud) -> None:
    aws.allow(document("audit"))
    aws.called.clear()
    for network in (None, aws.sandbox.world.vpc):
        assert cloud.inventory(network, "audit").gaps == ()
    assert aws.called == {row.name for row in actions("audit")}
    told = json.dumps(document("audit"))
    assert not [row.name for row in ACTIONS if row.purpose == "setup" and f'"{row.name}"' in told]


def refused(call: Any, **parameters: Any) -> None:
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    assert raised.value.response["Error"]["Code"] in ("AccessDenied", "UnauthorizedOperation")


def nothing_else(aws: Guarded, standing: Standing) -> None:
    """Not what carries no tag of ours, not without the tag, not what was adopted away, not another region."""
    name = "pl-0"
    aws.allow(document())
    ec2, elb = aws.client("ec2"), aws.client("elbv2")
    world, key = aws.sandbox.world, f"privatelink:{name}"
    refused(aws.client("ec2", region_name="eu-west-1").describe_vpcs)
    refused(ec2.describe_images)
    refused(elb.delete_load_balancer, LoadBalancerArn=standing.balancer)
    refused(elb.register_targets, TargetGroupArn=standing.group, Targets=[{"Id": "10.0.0.1"}])
    refused(elb.add_tags, ResourceArns=[standing.balancer], Tags=[{"Key": "owner", "Value": "adopted"}])
    refused(elb.add_tags, ResourceArns=[standing.balancer], Tags=[{"Key": key, "Value": "load-balancer"}])
    untagged = {"Type": "network", "Subnets": list(world.private_subnets)}
    refused(elb.create_load_balancer, Name="x", **untagged)
    refused(elb.create_load_balancer, Name="x", Tags=[{"Key": "privatelink:other", "Value": "x"}], **untagged)
    refused(ec2.delete_security_group, GroupId=standing.guard)
    refused(
        ec2.modify_vpc_endpoint_service_permissions, ServiceId=standing.service, AddAllowedPrincipals=["*"]
    )
    refused(ec2.accept_vpc_endpoint_connections, ServiceId=standing.service, VpcEndpointIds=["vpce-0"])
    tagged = [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": key, "Value": "endpoint/1"}]}]
    refused(
        ec2.create_vpc_endpoint,
        VpcEndpointType="Interface",
        VpcId=world.vpc,
        ServiceName="com.amazonaws.us-west-2.secretsmanager",
        SubnetIds=[world.private_subnets[0]],
        TagSpecifications=tagged,
    )
    # Adopted is not made: it can be written to, and not deleted, and the tag's value cannot be changed.
    ec2.create_tags(Resources=[standing.guard], Tags=[{"Key": key, "Value": "adopted"}])
    refused(ec2.delete_security_group, GroupId=standing.guard)
    refused(ec2.create_tags, Resources=[standing.guard], Tags=[{"Key": key, "Value": "security-group/1"}])
    ec2.delete_tags(Resources=[standing.guard], Tags=[{"Key": key}])


def a_service_of_ones_own(aws: Guarded, standing: Standing) -> None:
    scope = Scope("pl-0", CUSTOMER, REGION, standing.service)
    aws.allow(policy("aws", "setup", scope, Offer()).document)
    done = aws.client("ec2").accept_vpc_endpoint_connections(
        ServiceId=standing.service, VpcEndpointIds=["vpce-0"]
    )
    assert done["Unsuccessful"], "let in, and told that there is no such endpoint"


def test_it_fits_into_a_managed_policy() -> None:
    scope = Scope(new_id(b"1234"), CUSTOMER, "ap-southeast-2", "vpce-svc-0123456789abcdef0")
    made = policy("aws", "setup", scope, Offer())
    assert len("".join(json.dumps(made.document).split())) <= LARGEST
    longer = policy("aws", "setup", replace(scope, enablement="x" * 63), Offer())
    assert "inline" in "".join(longer.notes)
    assert "inline" not in "".join(made.notes)

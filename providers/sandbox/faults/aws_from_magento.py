"""Faults of the emulated AWS on the way from Magento: the load balancer, its listeners, and the machines behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from providers.sandbox.faults.aws_stage import Stage
from providers.sandbox.faults.aws_to_magento import BEFORE_ALL
from providers.sandbox.faults.fault import Aside, Fault
from providers.sandbox.ground import LISTENS

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import type_defs as elb

METRICS = "AWS/NetworkELB"
FULL = "PortAllocationErrorCount"
IDLE = "tcp.idle_timeout.seconds"


def provisioning(stage: Stage) -> Iterator[Aside]:
    """The load balancer never becomes active."""
    arn = stage.balancer().get("LoadBalancerArn", "")
    stage.ground.hold(arn)
    yield Aside()
    stage.ground.forget(arn)


def no_listener(stage: Stage) -> Iterator[Aside]:
    """Somebody deletes the database's listener."""
    gone = stage.listeners()[0]
    stage.customer.elbv2.delete_listener(ListenerArn=gone.get("ListenerArn", ""))
    yield Aside()
    _listen(stage, gone.get("LoadBalancerArn", ""), (gone,))


def target_down(stage: Stage) -> Iterator[Aside]:
    """The database stops: nothing answers on its port."""
    one = stage.machine()
    id = one.get("InstanceId", "")
    listens = next(tag.get("Value", "") for tag in one.get("Tags", []) if tag.get("Key") == LISTENS)
    stage.customer.ec2.create_tags(Resources=[id], Tags=[{"Key": LISTENS, "Value": "none"}])
    yield Aside()
    stage.customer.ec2.create_tags(Resources=[id], Tags=[{"Key": LISTENS, "Value": listens}])


def target_unused(stage: Stage) -> Iterator[Aside]:
    """The load balancer leaves the database's zone."""
    balancer, machine = stage.balancer(), stage.machine()
    arn = balancer.get("LoadBalancerArn", "")
    zones = {one.get("ZoneName"): one.get("SubnetId", "") for one in balancer.get("AvailabilityZones", [])}
    zone = machine.get("Placement", {}).get("AvailabilityZone")
    left = [subnet for name, subnet in zones.items() if name != zone]
    stage.customer.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=left)
    yield Aside()
    stage.customer.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=list(zones.values()))


def no_target(stage: Stage) -> Iterator[Aside]:
    """Somebody takes the machines out of the target group."""
    arn = stage.group()
    rows = stage.customer.elbv2.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    targets: list[elb.TargetDescriptionTypeDef] = [
        {"Id": target.get("Id", ""), "Port": target.get("Port", 0)}
        for row in rows
        if (target := row.get("Target")) is not None
    ]
    stage.customer.elbv2.deregister_targets(TargetGroupArn=arn, Targets=targets)
    yield Aside()
    stage.customer.elbv2.register_targets(TargetGroupArn=arn, Targets=targets)
    for target in targets:
        stage.ground.forget(f"{arn}|{target['Id']}")


def zone_bare(stage: Stage) -> Iterator[Aside]:
    """Cross-zone load balancing is turned off."""
    arn, key = stage.balancer().get("LoadBalancerArn", ""), "load_balancing.cross_zone.enabled"
    change = stage.customer.elbv2.modify_load_balancer_attributes
    change(LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": "false"}])
    yield Aside()
    change(LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": "true"}])


def target_closed(stage: Stage) -> Iterator[Aside]:
    """The database's security group does not let the load balancer in."""
    one = stage.machine()
    id = one.get("InstanceId", "")
    before = [group.get("GroupId", "") for group in one.get("SecurityGroups", [])]
    shut = _group(stage, one.get("VpcId", ""))
    stage.customer.ec2.modify_instance_attribute(InstanceId=id, Groups=[shut])
    yield Aside()
    stage.customer.ec2.modify_instance_attribute(InstanceId=id, Groups=before)
    stage.customer.ec2.delete_security_group(GroupId=shut)


def _group(stage: Stage, network: str) -> str:
    """A security group that lets nobody in."""
    made = stage.customer.ec2.create_security_group(
        GroupName="shut", Description="lets nobody in", VpcId=network
    )
    return made["GroupId"]


def target_acl(stage: Stage) -> Iterator[Aside]:
    """A network ACL stops the database's port."""
    network = stage.machine().get("VpcId", "")
    acl, port = stage.acl(network), stage.listeners()[0].get("Port", 0)
    cidr = stage.customer.ec2.describe_vpcs(VpcIds=[network])["Vpcs"][0].get("CidrBlock", "")
    stage.customer.ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=BEFORE_ALL,
        Egress=False,
        Protocol="6",
        RuleAction="deny",
        CidrBlock=cidr,
        PortRange={"From": port, "To": port},
    )
    yield Aside()
    stage.customer.ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=BEFORE_ALL, Egress=False)


def clients_filtered(stage: Stage) -> Iterator[Aside]:
    """Another load balancer serves, with a security group that lets nobody in: that holds for PrivateLink, too."""
    shut = _group(stage, stage.balancer().get("VpcId", ""))
    yield from _replaced(stage, "internal", [shut])
    stage.customer.ec2.delete_security_group(GroupId=shut)


def without_group(stage: Stage) -> Iterator[Aside]:
    """Another load balancer serves, made without a security group."""
    yield from _replaced(stage, "internal", [])


def internet_facing(stage: Stage) -> Iterator[Aside]:
    """Another load balancer serves, which faces the internet."""
    yield from _replaced(stage, "internet-facing", [])


def _replaced(stage: Stage, scheme: str, groups: Sequence[str]) -> Iterator[Aside]:
    """Put another load balancer behind the service as long as it lasts: what is decided when one is made cannot be
    changed afterwards.
    """
    old, listeners = stage.balancer(), stage.listeners()
    service, arn = stage.service().get("ServiceId", ""), old.get("LoadBalancerArn", "")
    elbv2 = stage.customer.elbv2
    made = elbv2.create_load_balancer(
        Name="by-hand",
        Type="network",
        Scheme="internal" if scheme == "internal" else "internet-facing",
        Subnets=[one.get("SubnetId", "") for one in old.get("AvailabilityZones", [])],
        SecurityGroups=list(groups),
    )["LoadBalancers"][0].get("LoadBalancerArn", "")
    elbv2.modify_load_balancer_attributes(
        LoadBalancerArn=made, Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
    )
    stage.ground.forget(made)
    swap = stage.customer.ec2.modify_vpc_endpoint_service_configuration

    def moved(source: str, goal: str) -> None:
        for one in elbv2.describe_listeners(LoadBalancerArn=source)["Listeners"]:
            elbv2.delete_listener(ListenerArn=one.get("ListenerArn", ""))
        _listen(stage, goal, listeners)
        swap(ServiceId=service, AddNetworkLoadBalancerArns=[goal], RemoveNetworkLoadBalancerArns=[source])

    moved(arn, made)
    yield Aside()
    moved(made, arn)
    elbv2.delete_load_balancer(LoadBalancerArn=made)


def _listen(stage: Stage, balancer: str, listeners: Sequence[elb.ListenerTypeDef]) -> None:
    """Make listeners like these on a load balancer, with their tags."""
    elbv2 = stage.customer.elbv2
    for one in listeners:
        group = one.get("DefaultActions", [])[0].get("TargetGroupArn", "")
        elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol=one.get("Protocol", "TCP"),
            Port=one.get("Port", 0),
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )


def proxy_protocol(stage: Stage) -> Iterator[Aside]:
    """The target group begins to send proxy protocol headers."""
    arn = stage.group()
    change = stage.customer.elbv2.modify_target_group_attributes
    change(TargetGroupArn=arn, Attributes=[{"Key": "proxy_protocol_v2.enabled", "Value": "true"}])
    yield Aside()
    change(TargetGroupArn=arn, Attributes=[{"Key": "proxy_protocol_v2.enabled", "Value": "false"}])


def idle(stage: Stage) -> Iterator[Aside]:
    """The listener forgets quiet connections after a minute."""
    arn = stage.listeners()[0].get("ListenerArn", "")
    change = stage.customer.elbv2.modify_listener_attributes
    change(ListenerArn=arn, Attributes=[{"Key": IDLE, "Value": "60"}])
    yield Aside()
    change(ListenerArn=arn, Attributes=[{"Key": IDLE, "Value": "350"}])


def ports_exhausted(stage: Stage) -> Iterator[Aside]:
    """CloudWatch has counted connections that found no free port."""
    from moto.cloudwatch.models import cloudwatch_backends

    from providers.aws.read_ground import balancer_part

    part = balancer_part(stage.balancer().get("LoadBalancerArn", ""))
    backend = cloudwatch_backends[stage.ground.customer][stage.ground.region]
    before = list(backend.metric_data)
    # moto compares times without a zone.
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).replace(tzinfo=None)
    backend.put_metric_data(
        METRICS,
        [
            {
                "MetricName": FULL,
                "Dimensions": [{"Name": "LoadBalancer", "Value": part}],
                "Timestamp": an_hour_ago,
                "Value": 12.0,
                "Unit": "Count",
            }
        ],
    )
    yield Aside()
    backend.metric_data[:] = before


def one_zone(stage: Stage) -> Iterator[Aside]:
    """The load balancer is left in the database's zone only."""
    balancer = stage.balancer()
    arn, home = balancer.get("LoadBalancerArn", ""), stage.machine().get("SubnetId", "")
    had = [one.get("SubnetId", "") for one in balancer.get("AvailabilityZones", [])]
    stage.customer.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=[home])
    yield Aside()
    stage.customer.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=had)


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        "balancer-provisioning",
        "Your load balancer is not active",
        provisioning,
        "from-magento",
        "balancer-inactive",
        "aws-nlb-not-active",
    ),
    Fault("listener-deleted", "Nothing listens on the port", no_listener, "from-magento", "no-listener"),
    Fault(
        "target-down",
        "The machine behind it does not answer",
        target_down,
        "from-magento",
        "target-unhealthy",
        "aws-target-group-none-healthy",
    ),
    Fault(
        "target-unused",
        "The machine is in a zone that the load balancer is not in",
        target_unused,
        "from-magento",
        "target-unused",
        "aws-target-not-used",
    ),
    Fault(
        "targets-removed",
        "The target group is empty",
        no_target,
        "from-magento",
        "no-target",
        "aws-target-group-empty",
    ),
    Fault(
        "zone-without-targets",
        "Cross-zone is off, and zones have no target",
        zone_bare,
        "from-magento",
        "zone-without-targets",
        "aws-target-zone-bare",
    ),
    Fault(
        "target-group-closed",
        "The machine's security group keeps the load balancer out",
        target_closed,
        "from-magento",
        "target-filter",
        "aws-way-target-closed",
    ),
    Fault(
        "target-acl-closed",
        "A network ACL stops the way to the machine",
        target_acl,
        "from-magento",
        "network-acl",
        "aws-way-targets-stopped",
    ),
    Fault(
        "balancer-group-closed",
        "The load balancer's security group holds for PrivateLink",
        clients_filtered,
        "from-magento",
        "balancer-filter",
        "aws-way-clients-filtered",
    ),
    Fault(
        "balancer-without-group",
        "The load balancer was made without a security group",
        without_group,
        "from-magento",
        "balancer-without-group",
        "aws-nlb-no-group",
    ),
    Fault(
        "proxy-protocol",
        "Proxy protocol is on",
        proxy_protocol,
        "from-magento",
        "proxy-protocol",
        "aws-target-group-proxy-protocol",
    ),
    Fault(
        "idle-timeout-short",
        "Quiet connections are dropped after a minute",
        idle,
        "from-magento",
        "idle-drop",
        "aws-listener-idle-short",
    ),
    Fault(
        "ports-exhausted",
        "Ports to the machines run out",
        ports_exhausted,
        "from-magento",
        "ports-exhausted",
    ),
    Fault(
        "internet-facing",
        "Your load balancer faces the internet",
        internet_facing,
        "from-magento",
        finding="aws-nlb-internet-facing",
    ),
    Fault(
        "one-zone",
        "Your load balancer is in one zone",
        one_zone,
        "from-magento",
        finding="aws-nlb-one-zone",
    ),
)

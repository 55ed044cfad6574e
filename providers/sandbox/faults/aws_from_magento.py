"""Faults of the emulated AWS on the way from Magento: the load balancer, its listeners, and the machines behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from providers.sandbox.faults.aws_stage import Stage
from providers.sandbox.faults.aws_to_magento import BEFORE_ALL
from providers.sandbox.faults.fault import Aside, Fault, absent
from providers.sandbox.ground import LISTENS

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import type_defs as elb

    _Tags = Mapping[str, Sequence[elb.TagTypeDef]]

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
    tags = _tags(stage, (gone,))
    stage.customer.elbv2.delete_listener(ListenerArn=gone.get("ListenerArn", ""))
    yield Aside()
    _listen(stage, gone.get("LoadBalancerArn", ""), (gone,), tags)


def target_down(stage: Stage) -> Iterator[Aside]:
    """The database stops, on every machine: nothing answers on its port."""
    tag = stage.customer.ec2.create_tags
    listened = {
        one.get("InstanceId", ""): next(
            (each.get("Value", "") for each in one.get("Tags", []) if each.get("Key") == LISTENS), ""
        )
        for one in stage.machines().values()
    }
    tag(Resources=list(listened), Tags=[{"Key": LISTENS, "Value": "none"}])
    yield Aside()
    for id, ports in listened.items():
        tag(Resources=[id], Tags=[{"Key": LISTENS, "Value": ports}])


def target_unused(stage: Stage) -> Iterator[Aside]:
    """The load balancer leaves the database's zones."""
    balancer = stage.balancer()
    arn = balancer.get("LoadBalancerArn", "")
    had = [one.get("SubnetId", "") for one in balancer.get("AvailabilityZones", [])]
    left, elsewhere = _bare(stage, balancer)
    with _taken_out(stage, elsewhere):
        stage.customer.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=left)
        yield Aside()
        stage.customer.elbv2.set_subnets(LoadBalancerArn=arn, Subnets=had)


def no_target(stage: Stage) -> Iterator[Aside]:
    """Somebody takes the machines out of the target group."""
    with _taken_out(stage, stage.targets()):
        yield Aside()


def zone_bare(stage: Stage) -> Iterator[Aside]:
    """Cross-zone load balancing is turned off."""
    balancer = stage.balancer()
    arn, key = balancer.get("LoadBalancerArn", ""), "load_balancing.cross_zone.enabled"
    _, elsewhere = _bare(stage, balancer)
    change = stage.customer.elbv2.modify_load_balancer_attributes
    with _taken_out(stage, elsewhere):
        change(LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": "false"}])
        yield Aside()
        change(LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": "true"}])


def _bare(
    stage: Stage, balancer: elb.LoadBalancerTypeDef
) -> tuple[list[str], Sequence[elb.TargetDescriptionTypeDef]]:
    """The load balancer's subnets in zones without a machine of the database's, and the targets that have to be taken
    out for that: where every zone has one, all but those of the first machine's zone.
    """
    subnets = {one.get("ZoneName"): one.get("SubnetId", "") for one in balancer.get("AvailabilityZones", [])}
    if len(subnets) < 2:
        raise absent("a load balancer in more than one zone")
    zones = {id: one.get("Placement", {}).get("AvailabilityZone") for id, one in stage.machines().items()}
    kept = set(zones.values())
    if kept >= set(subnets):
        kept = {next(iter(zones.values()))}
    elsewhere = [one for one in stage.targets() if zones.get(one["Id"]) not in kept]
    return [subnet for zone, subnet in subnets.items() if zone not in kept], elsewhere


@contextmanager
def _taken_out(stage: Stage, targets: Sequence[elb.TargetDescriptionTypeDef]) -> Iterator[None]:
    """As long as it lasts, these targets are not in the database's target group."""
    arn = stage.group()
    if targets:
        stage.customer.elbv2.deregister_targets(TargetGroupArn=arn, Targets=targets)
    yield
    if targets:
        stage.customer.elbv2.register_targets(TargetGroupArn=arn, Targets=targets)
    for target in targets:
        stage.ground.forget(f"{arn}|{target['Id']}")


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
    stage.customer.ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=BEFORE_ALL,
        Egress=False,
        Protocol="6",
        RuleAction="deny",
        CidrBlock=stage.cidr(network),
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
    tags = _tags(stage, listeners)
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

    def moved(source: str, goal: str, tags: _Tags) -> None:
        for one in elbv2.describe_listeners(LoadBalancerArn=source)["Listeners"]:
            elbv2.delete_listener(ListenerArn=one.get("ListenerArn", ""))
        _listen(stage, goal, listeners, tags)
        swap(ServiceId=service, AddNetworkLoadBalancerArns=[goal], RemoveNetworkLoadBalancerArns=[source])

    moved(arn, made, {})
    yield Aside()
    moved(made, arn, tags)
    elbv2.delete_load_balancer(LoadBalancerArn=made)


def _tags(stage: Stage, listeners: Sequence[elb.ListenerTypeDef]) -> _Tags:
    """The tags of listeners by their ARNs: once they are deleted nobody can tell."""
    told = stage.customer.elbv2.describe_tags(ResourceArns=[one.get("ListenerArn", "") for one in listeners])
    return {one.get("ResourceArn", ""): one.get("Tags", []) for one in told["TagDescriptions"]}


def _listen(stage: Stage, balancer: str, listeners: Sequence[elb.ListenerTypeDef], tags: _Tags) -> None:
    """Make listeners like these on a load balancer, with the tags that they had, by their ARNs then."""
    elbv2 = stage.customer.elbv2
    for one in listeners:
        group = one.get("DefaultActions", [])[0].get("TargetGroupArn", "")
        made = elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol=one.get("Protocol", "TCP"),
            Port=one.get("Port", 0),
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )["Listeners"][0]
        if had := tags.get(one.get("ListenerArn", "")):
            elbv2.add_tags(ResourceArns=[made.get("ListenerArn", "")], Tags=had)


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

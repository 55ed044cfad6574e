"""Checks of the targets behind endpoint services on AWS: whether anything answers, zone by zone."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about
from core.audit.aws_balancers import attribute, serving
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.places import public_interfaces
from core.audit.sources import (
    AWS_HEALTH,
    AWS_HUB_EC2,
    AWS_NLB,
    AWS_TARGETS,
)
from core.export.advice import aws
from core.network.model import LoadBalancer, Target, TargetGroup

GROUPS, HEALTH = "target groups", "target health"
INTERFACES = "network interfaces"
READS = ("load balancers", "listeners", GROUPS, "endpoint services")
"""What has to be read to find the target groups behind endpoint services."""


def serving_groups(survey: Survey) -> Iterator[TargetGroup]:
    """The target groups behind own endpoint services, each once."""
    seen: set[str] = set()
    for balancer in serving(survey):
        for group in survey.index.groups_of(balancer):
            if group.id not in seen:
                seen.add(group.id)
                yield group


def _health(survey: Survey, group: TargetGroup) -> str:
    return aws(survey.region, "elbv2 describe-target-health", target_group_arn=group.id)


def _said(one: Target) -> str:
    return f"{one.id}:{one.port} {one.health}" + (f" ({one.reason})" if one.reason else "")


def _listed(targets: list[Target]) -> tuple[str, ...]:
    return tuple(_said(one) for one in targets)


def empty(survey: Survey) -> Iterator[Hit | Unread]:
    """No target is registered."""
    for group in serving_groups(survey):
        if not group.targets_read:
            yield Unread(about(survey, group), "TargetHealthDescriptions")
        elif not group.targets:
            yield Hit(
                about(survey, group),
                "No target is registered in it: connections are reset.",
                facts(TargetHealthDescriptions=()),
                aws(
                    survey.region,
                    "elbv2 register-targets",
                    target_group_arn=group.id,
                    targets=f"Id=<id or address>,Port={group.port}",
                ),
            )


def none_healthy(survey: Survey) -> Iterator[Hit | Unread]:
    """Targets are registered, and none is healthy or still being tried for the first time."""
    for group in serving_groups(survey):
        if group.targets and not any(one.health in ("healthy", "initial") for one in group.targets):
            yield Hit(
                about(survey, group),
                "None of its targets is healthy.",
                facts(TargetHealth=_listed(list(group.targets))),
                _health(survey, group),
            )


def unhealthy(survey: Survey) -> Iterator[Hit | Unread]:
    """Some targets are not healthy."""
    for group in serving_groups(survey):
        bad = [one for one in group.targets if one.health in ("unhealthy", "unhealthy.draining")]
        if bad and len(bad) < len(group.targets):
            yield Hit(
                about(survey, group),
                f"{len(bad)} of its {len(group.targets)} targets are unhealthy.",
                facts(TargetHealth=_listed(bad)),
                _health(survey, group),
            )


def not_used(survey: Survey) -> Iterator[Hit | Unread]:
    """A target is in a zone that the load balancer is not in, or its group is used by no listener."""
    for group in serving_groups(survey):
        idle = [one for one in group.targets if one.health == "unused"]
        if idle:
            yield Hit(
                about(survey, group),
                f"{len(idle)} of its {len(group.targets)} targets get no traffic.",
                facts(TargetHealth=_listed(idle)),
                _health(survey, group),
            )


def single(survey: Survey) -> Iterator[Hit | Unread]:
    """One target only."""
    for group in serving_groups(survey):
        if len(group.targets) == 1:
            yield Hit(
                about(survey, group),
                f"{group.targets[0].id} alone answers for it.",
                facts(TargetHealth=_listed(list(group.targets))),
                aws(
                    survey.region,
                    "elbv2 register-targets",
                    target_group_arn=group.id,
                    targets=f"Id=<second id or address>,Port={group.targets[0].port}",
                ),
            )


def stopped(survey: Survey) -> Iterator[Hit | Unread]:
    """A target is a machine that does not run."""
    for group in serving_groups(survey):
        for one in group.targets:
            machine = survey.index.machine(one.id, group.network_id)
            if machine is not None and machine.state not in ("running", "pending"):
                yield Hit(
                    about(survey, group),
                    f"Its target {one.id} is {machine.state}.",
                    facts(InstanceId=machine.id, State__Name=machine.state),
                    aws(survey.region, "ec2 start-instances", instance_ids=machine.id),
                    one.id,
                )


def zone_without_target(survey: Survey) -> Iterator[Hit | Unread]:
    """With cross-zone load balancing off, a zone of the load balancer has no healthy target."""
    for balancer in serving(survey):
        places = survey.index.subnets(balancer.subnet_ids)
        for group in survey.index.groups_of(balancer):
            crosses = _crosses(balancer, group)
            if crosses is None:
                yield Unread(about(survey, group), "load_balancing.cross_zone.enabled")
            if crosses is not False:
                continue
            zones = [_zone(survey, group, one) for one in group.targets if one.health == "healthy"]
            if "" in zones:
                yield Unread(about(survey, group), "the zone of a target")
                continue
            bare = sorted({subnet.zone for subnet in places if subnet.zone_id not in zones})
            if bare and zones:
                yield Hit(
                    about(survey, group),
                    f"No healthy target is in {', '.join(bare)}, and cross-zone load balancing is off: clients "
                    "that come in there get no answer.",
                    facts(
                        load_balancing__cross_zone__enabled=False,
                        AvailabilityZones=tuple(sorted({subnet.zone for subnet in places})),
                        TargetZoneIds=tuple(sorted(set(zones))),
                    ),
                    attribute(survey, balancer, "load_balancing.cross_zone.enabled", "true"),
                    balancer.id,
                )


def _crosses(balancer: LoadBalancer, group: TargetGroup) -> bool | None:
    """Whether traffic to a group crosses zones: the group's own word, else its load balancer's."""
    return {"on": True, "off": False}.get(group.cross_zone or "", balancer.cross_zone)


def public_address(survey: Survey) -> Iterator[Hit | Unread]:
    """A target's network interface has a public address."""
    public = public_interfaces(survey)
    for group in serving_groups(survey):
        for target in group.targets:
            machine = survey.index.machine(target.id, group.network_id)
            one = public.get((group.network_id.lower(), machine.address if machine else target.id))
            if one is not None:
                yield Hit(
                    about(survey, group),
                    f"Its target {target.id} has the public address {one.public_address}.",
                    facts(NetworkInterfaceId=one.id, PublicIp=one.public_address),
                    aws(
                        survey.region,
                        "ec2 describe-addresses",
                        filters=f"Name=public-ip,Values={one.public_address}",
                    ),
                    target.id,
                )


def _zone(survey: Survey, group: TargetGroup, target: Target) -> str:
    """The id of the zone that a target is in; empty where it is not known."""
    machine = survey.index.machine(target.id, group.network_id)
    subnet = survey.index.subnet(target.subnet_id or (machine.subnet_id if machine else ""))
    return subnet.zone_id if subnet else ""


CHECKS = (
    Check(
        "aws-target-group-empty",
        "Target group without targets",
        "high",
        "The port is open and nothing stands behind it.",
        "The network admin registers the machines of the application.",
        AWS_TARGETS,
        empty,
        READS,
        (HEALTH,),
    ),
    Check(
        "aws-target-group-none-healthy",
        "No healthy target",
        "critical",
        "Nothing answers on the port. A network load balancer then sends to all of them and hopes.",
        "The application's owner looks at the reason of each target, and at its security group and health check.",
        AWS_HEALTH,
        none_healthy,
        READS,
        (HEALTH,),
    ),
    Check(
        "aws-target-unhealthy",
        "Unhealthy targets",
        "medium",
        "The rest carries the load, and the next failure may be the last.",
        "The application's owner looks at the reason of each target.",
        AWS_HEALTH,
        unhealthy,
        READS,
        (HEALTH,),
    ),
    Check(
        "aws-target-not-used",
        "Targets that get no traffic",
        "medium",
        "A target in a zone that the load balancer is not in gets nothing.",
        "The network admin adds the zone to the load balancer, or a target in its zones.",
        AWS_TARGETS,
        not_used,
        READS,
        (HEALTH,),
    ),
    Check(
        "aws-target-single",
        "One target only",
        "low",
        "When that machine stops, the service stops.",
        "The application's owner adds a second machine, in another zone.",
        AWS_TARGETS,
        single,
        READS,
        (HEALTH,),
    ),
    Check(
        "aws-target-stopped",
        "Target that does not run",
        "high",
        "A stopped machine stays registered and answers nothing.",
        "The application's owner starts it, or deregisters it.",
        AWS_HEALTH,
        stopped,
        (*READS, "instances"),
        (HEALTH,),
    ),
    Check(
        "aws-target-zone-bare",
        "A zone of the load balancer without healthy targets",
        "high",
        "With cross-zone load balancing off, the address in such a zone accepts connections and leads nowhere: it "
        "looks available and times out for some clients.",
        "The network admin turns cross-zone load balancing on, or registers a target in the zone.",
        AWS_NLB,
        zone_without_target,
        (*READS, "load balancer attributes"),
        (HEALTH, "subnets", "instances"),
    ),
    Check(
        "aws-target-public-address",
        "Target with a public address",
        "medium",
        "What is offered over a private connection is one security group rule away from the internet.",
        "The network admin takes the public address away, or moves the application to a private subnet.",
        AWS_HUB_EC2,
        public_address,
        (*READS, "instances"),
        (INTERFACES,),
        deep=True,
    ),
)
"""Targets behind endpoint services on AWS."""

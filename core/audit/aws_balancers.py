"""Checks of network load balancers and their listeners on AWS.

Most look only at those behind an endpoint service: what else a load balancer is for is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about, behind_service
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.remedy import aws
from core.audit.sources import (
    AWS_CREATE_SERVICE,
    AWS_HUB_ELB,
    AWS_NLB,
    AWS_NLB_LISTENERS,
    AWS_PRICING,
    OFFER,
)
from core.network.model import Listener, LoadBalancer

BALANCERS, LISTENERS, ATTRIBUTES = "load balancers", "listeners", "load balancer attributes"
SSH = 22


def serving(survey: Survey) -> Iterator[LoadBalancer]:
    """The network load balancers behind own endpoint services."""
    return (
        one
        for one in survey.inventory.load_balancers
        if one.kind == "network" and behind_service(survey, one)
    )


def attribute(survey: Survey, one: LoadBalancer, key: str, value: str) -> str:
    """The command that sets an attribute of a load balancer."""
    return aws(
        survey,
        *("elbv2", "modify-load-balancer-attributes", "--load-balancer-arn", one.id),
        *("--attributes", f"Key={key},Value={value}"),
    )


def not_active(survey: Survey) -> Iterator[Hit | Unread]:
    """Its state is another than active."""
    for one in survey.inventory.load_balancers:
        if one.kind == "network" and one.state != "active":
            yield Hit(
                about(survey, one),
                f"Its state is {one.state or 'unknown'}.",
                facts(State__Code=one.state),
                aws(survey, "elbv2", "describe-load-balancers", "--load-balancer-arns", one.id),
            )


def internet_facing(survey: Survey) -> Iterator[Hit | Unread]:
    """It has addresses on the internet."""
    for one in serving(survey):
        if not one.internal:
            yield Hit(
                about(survey, one),
                "It is internet-facing: what is offered over the private connection is reachable publicly too.",
                facts(Scheme="internet-facing", DNSName=one.dns_name),
                aws(
                    survey,
                    *("elbv2", "create-load-balancer", "--name", "<another name>", "--type", "network"),
                    *("--scheme", "internal", "--subnets", *one.subnet_ids),
                ),
            )


def cross_zone_off(survey: Survey) -> Iterator[Hit | Unread]:
    """Cross-zone load balancing is off."""
    for one in serving(survey):
        if one.cross_zone is None:
            yield Unread(about(survey, one), "load_balancing.cross_zone.enabled")
        elif not one.cross_zone:
            yield Hit(
                about(survey, one),
                "Each zone's address leads only to the targets of that zone.",
                facts(load_balancing__cross_zone__enabled=False),
                attribute(survey, one, "load_balancing.cross_zone.enabled", "true"),
            )


def one_zone(survey: Survey) -> Iterator[Hit | Unread]:
    """It is in one zone only."""
    for one in serving(survey):
        subnets = survey.index.subnets(one.subnet_ids)
        zones = {subnet.zone_id for subnet in subnets}
        if len(subnets) < len(one.subnet_ids):
            yield Unread(about(survey, one), "the zones of its subnets")
        elif len(zones) == 1:
            spare = next(
                (
                    subnet.id
                    for subnet in survey.index.subnets_of(one.network_id)
                    if subnet.zone_id not in zones
                ),
                "<subnet in another zone>",
            )
            yield Hit(
                about(survey, one),
                f"It is in one Availability Zone only, {subnets[0].zone}.",
                facts(AvailabilityZones=tuple(sorted(zones))),
                aws(
                    survey,
                    *("elbv2", "set-subnets", "--load-balancer-arn", one.id),
                    *("--subnets", *one.subnet_ids, spare),
                ),
            )


def public_subnet(survey: Survey) -> Iterator[Hit | Unread]:
    """An internal one is in a subnet that gives public addresses."""
    for one in serving(survey):
        for subnet in survey.index.subnets(one.subnet_ids):
            if one.internal and subnet.public:
                yield Hit(
                    about(survey, one),
                    f"Its subnet {subnet.id} gives public addresses to what is launched in it.",
                    facts(SubnetId=subnet.id, MapPublicIpOnLaunch=True),
                    aws(
                        survey,
                        *("ec2", "modify-subnet-attribute", "--subnet-id", subnet.id),
                        "--no-map-public-ip-on-launch",
                    ),
                    subnet.id,
                )


def no_listener(survey: Survey) -> Iterator[Hit | Unread]:
    """It listens on no port."""
    for one in serving(survey):
        if not survey.index.listeners_of(one):
            groups = [group for group in survey.inventory.target_groups if group.network_id == one.network_id]
            group = next((g for g in groups if not g.load_balancer_ids), None)
            arn = group.id if group else "<ARN of the target group>"
            yield Hit(
                about(survey, one),
                "It has no listener: every port is closed.",
                facts(Listeners=()),
                aws(
                    survey,
                    *("elbv2", "create-listener", "--load-balancer-arn", one.id, "--protocol", "TCP"),
                    *("--port", str(group.port) if group else "<port>"),
                    *("--default-actions", f"Type=forward,TargetGroupArn={arn}"),
                ),
            )


def unused(survey: Survey) -> Iterator[Hit | Unread]:
    """It has no listener and stands behind nothing."""
    for one in survey.inventory.load_balancers:
        idle = not behind_service(survey, one) and not survey.index.listeners_of(one)
        if one.kind == "network" and idle:
            yield Hit(
                about(survey, one),
                "It has no listener and no endpoint service, and is billed by the hour.",
                facts(Listeners=(), EndpointServices=()),
                aws(survey, "elbv2", "delete-load-balancer", "--load-balancer-arn", one.id),
            )


def _listeners(survey: Survey) -> Iterator[Listener]:
    for balancer in serving(survey):
        yield from survey.index.listeners_of(balancer)


def ssh(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener is on port 22, or leads to it."""
    for one in _listeners(survey):
        group = survey.index.target_group(one.target_group_id)
        if one.port == SSH or (group is not None and group.port == SSH):
            yield Hit(
                about(survey, one),
                "It offers SSH (port 22) over the private connection.",
                facts(Port=one.port, TargetGroupPort=group.port if group else None),
                aws(survey, "elbv2", "delete-listener", "--listener-arn", one.id),
            )


def leads_nowhere(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener forwards to no target group that is there."""
    for one in _listeners(survey):
        if survey.index.target_group(one.target_group_id) is None:
            yield Hit(
                about(survey, one),
                f"It leads to {one.target_group_id}, which is not there."
                if one.target_group_id
                else "It forwards to no single target group.",
                facts(DefaultActions=one.target_group_id or "none"),
                aws(
                    survey,
                    *("elbv2", "modify-listener", "--listener-arn", one.id, "--default-actions"),
                    "Type=forward,TargetGroupArn=<ARN of the target group>",
                ),
            )


def not_tcp(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener takes UDP only."""
    for one in _listeners(survey):
        if one.protocol in ("UDP", "QUIC"):
            yield Hit(
                about(survey, one),
                f"It takes {one.protocol}: the ports of PrivateLink for Magento are TCP.",
                facts(Protocol=one.protocol, Port=one.port),
                aws(survey, "elbv2", "delete-listener", "--listener-arn", one.id),
            )


CHECKS = (
    Check(
        "aws-nlb-not-active",
        "Load balancer is not active",
        "high",
        "Only an active load balancer forwards traffic.",
        "The network admin waits while it is provisioning, and makes it anew where it failed.",
        AWS_NLB,
        not_active,
        (BALANCERS,),
    ),
    Check(
        "aws-nlb-internet-facing",
        "Load balancer of an endpoint service faces the internet",
        "high",
        "A private connection is meant to keep the application off the internet; a public address undoes that.",
        "The network admin makes an internal one, moves the listeners and the endpoint service to it, and deletes "
        "this one: the scheme cannot be changed.",
        AWS_NLB,
        internet_facing,
        (BALANCERS, "endpoint services"),
    ),
    Check(
        "aws-nlb-cross-zone-off",
        "Cross-zone load balancing is off",
        "medium",
        "It is off by default. A zone whose targets fail, or that has none, then answers nothing, although other "
        "zones are healthy.",
        "The network admin turns it on; traffic between zones is billed.",
        AWS_HUB_ELB,
        cross_zone_off,
        (BALANCERS, "endpoint services"),
    ),
    Check(
        "aws-nlb-one-zone",
        "Load balancer in one Availability Zone",
        "medium",
        "When that zone fails, the service fails, and endpoints can be made only in that zone (ELB.13).",
        "The network admin adds a subnet in a second zone.",
        AWS_HUB_ELB,
        one_zone,
        (BALANCERS, "endpoint services"),
        ("subnets",),
    ),
    Check(
        "aws-nlb-public-subnet",
        "Internal load balancer in a public subnet",
        "low",
        "What is launched beside it gets a public address without anybody asking for one.",
        "The network admin turns the subnet's public addresses off, or moves the load balancer.",
        AWS_NLB,
        public_subnet,
        (BALANCERS, "subnets", "endpoint services"),
    ),
    Check(
        "aws-nlb-no-listener",
        "Load balancer without a listener",
        "high",
        "A load balancer answers on the ports of its listeners and on no other.",
        "The network admin adds a TCP listener for each port of the request.",
        AWS_NLB_LISTENERS,
        no_listener,
        (BALANCERS, "endpoint services"),
        (LISTENERS,),
    ),
    Check(
        "aws-nlb-unused",
        "Load balancer that nothing uses",
        "info",
        "It is billed by the hour.",
        "Its owner deletes it, or leaves it where a service is about to come.",
        AWS_PRICING,
        unused,
        (BALANCERS,),
        (LISTENERS, "endpoint services"),
    ),
    Check(
        "aws-listener-ssh",
        "SSH over the private connection",
        "high",
        "SSH cannot be used over PrivateLink for Magento: port 22 is never opened between the VPCs.",
        "The network admin removes the listener; SFTP goes over another port, for example 2222.",
        OFFER,
        ssh,
        (BALANCERS, LISTENERS, "target groups", "endpoint services"),
    ),
    Check(
        "aws-listener-leads-nowhere",
        "Listener without a target group",
        "high",
        "Connections to its port are refused.",
        "The network admin points it at the target group of the application.",
        AWS_NLB_LISTENERS,
        leads_nowhere,
        (BALANCERS, LISTENERS, "endpoint services"),
        ("target groups",),
    ),
    Check(
        "aws-listener-not-tcp",
        "Listener that takes no TCP",
        "low",
        "The services of an enablement are TCP services.",
        "The network admin removes it, unless other clients use it.",
        AWS_CREATE_SERVICE,
        not_tcp,
        (BALANCERS, LISTENERS, "endpoint services"),
    ),
)
"""Network load balancers and listeners on AWS."""

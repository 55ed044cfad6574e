"""Checks of network load balancers on AWS.

Most look only at those behind an endpoint service: what else a load balancer is for is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about, behind_service
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.places import spare_subnet
from core.audit.sources import (
    AWS_HUB_ELB,
    AWS_NLB,
    AWS_NLB_GROUPS,
    AWS_NLB_LISTENERS,
    AWS_PRICING,
)
from core.export.advice import aws
from core.network.model import LoadBalancer

BALANCERS, LISTENERS, ATTRIBUTES = "load balancers", "listeners", "load balancer attributes"


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
        survey.region,
        "elbv2 modify-load-balancer-attributes",
        load_balancer_arn=one.id,
        attributes=f"Key={key},Value={value}",
    )


def not_active(survey: Survey) -> Iterator[Hit | Unread]:
    """Its state is another than active."""
    for one in survey.inventory.load_balancers:
        if one.kind == "network" and one.state != "active":
            yield Hit(
                about(survey, one),
                f"Its state is {one.state or 'unknown'}.",
                facts(State__Code=one.state),
                aws(survey.region, "elbv2 describe-load-balancers", load_balancer_arns=one.id),
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
                    survey.region,
                    "elbv2 create-load-balancer",
                    name="<another name>",
                    type="network",
                    scheme="internal",
                    subnets=one.subnet_ids,
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
            spare = spare_subnet(survey, one.network_id, zones)
            yield Hit(
                about(survey, one),
                f"It is in one Availability Zone only, {subnets[0].zone}.",
                facts(AvailabilityZones=tuple(sorted(zones))),
                aws(
                    survey.region,
                    "elbv2 set-subnets",
                    load_balancer_arn=one.id,
                    subnets=(*one.subnet_ids, spare),
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
                        survey.region,
                        "ec2 modify-subnet-attribute",
                        subnet_id=subnet.id,
                        no_map_public_ip_on_launch=True,
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
                    survey.region,
                    "elbv2 create-listener",
                    load_balancer_arn=one.id,
                    protocol="TCP",
                    port=str(group.port) if group else "<port>",
                    default_actions=f"Type=forward,TargetGroupArn={arn}",
                ),
            )


def unprotected(survey: Survey) -> Iterator[Hit | Unread]:
    """Deletion protection is off."""
    for one in serving(survey):
        if one.deletion_protection is None:
            yield Unread(about(survey, one), "deletion_protection.enabled")
        elif not one.deletion_protection:
            yield Hit(
                about(survey, one),
                "It can be deleted by mistake.",
                facts(deletion_protection__enabled=False),
                attribute(survey, one, "deletion_protection.enabled", "true"),
            )


def no_group(survey: Survey) -> Iterator[Hit | Unread]:
    """It was made without a security group."""
    for one in serving(survey):
        if not one.security_group_ids:
            yield Hit(
                about(survey, one),
                "It has no security group, and none can be added later.",
                facts(SecurityGroups=()),
                aws(
                    survey.region,
                    "elbv2 create-load-balancer",
                    name="<another name>",
                    type="network",
                    scheme="internal",
                    subnets=one.subnet_ids,
                    security_groups="<security group>",
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
                aws(survey.region, "elbv2 delete-load-balancer", load_balancer_arn=one.id),
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
        "aws-nlb-unprotected",
        "Load balancer without deletion protection",
        "medium",
        "Deleting it ends every connection, and its endpoint service has to be made anew (ELB.6).",
        "The network admin turns deletion protection on.",
        AWS_HUB_ELB,
        unprotected,
        (BALANCERS, ATTRIBUTES, "endpoint services"),
    ),
    Check(
        "aws-nlb-no-group",
        "Load balancer without a security group",
        "low",
        "Targets then have to admit its addresses one by one, and nothing filters before them.",
        "The network admin makes one with a security group when it is replaced for another reason.",
        AWS_NLB_GROUPS,
        no_group,
        (BALANCERS, "endpoint services"),
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
)
"""Network load balancers on AWS."""

"""Checks of how target groups behind endpoint services are set on AWS."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about
from core.audit.aws_balancers import serving
from core.audit.aws_targets import GROUPS, READS, serving_groups
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.sources import AWS_HEALTH, AWS_PRICING, AWS_TARGET_ATTRIBUTES
from core.export.advice import aws
from core.network.model import TargetGroup

ATTRIBUTES = "target group attributes"


def _attribute(survey: Survey, group: TargetGroup, key: str, value: str) -> str:
    return aws(
        survey.region,
        "elbv2 modify-target-group-attributes",
        target_group_arn=group.id,
        attributes=f"Key={key},Value={value}",
    )


def cross_zone_overridden(survey: Survey) -> Iterator[Hit | Unread]:
    """A target group turns off the cross-zone load balancing of its load balancer."""
    for balancer in serving(survey):
        for group in survey.index.groups_of(balancer):
            if group.cross_zone is None:
                yield Unread(about(survey, group), "load_balancing.cross_zone.enabled")
            elif group.cross_zone == "off" and balancer.cross_zone:
                yield Hit(
                    about(survey, group),
                    "Cross-zone load balancing is on for its load balancer and off for it.",
                    facts(load_balancing__cross_zone__enabled="false", LoadBalancerArn=balancer.id),
                    _attribute(
                        survey, group, "load_balancing.cross_zone.enabled", "use_load_balancer_configuration"
                    ),
                    balancer.id,
                )


def proxy_protocol(survey: Survey) -> Iterator[Hit | Unread]:
    """Proxy protocol v2 goes before each connection."""
    for group in serving_groups(survey):
        if group.proxy_protocol is None:
            yield Unread(about(survey, group), "proxy_protocol_v2.enabled")
        elif group.proxy_protocol:
            yield Hit(
                about(survey, group),
                "Each connection begins with a proxy protocol header: its targets have to read it.",
                facts(proxy_protocol_v2__enabled=True),
                _attribute(survey, group, "proxy_protocol_v2.enabled", "false"),
            )


def keeps_address(survey: Survey) -> Iterator[Hit | Unread]:
    """Client IP preservation is on, which does nothing here."""
    for group in serving_groups(survey):
        if group.keeps_client_address is None:
            yield Unread(about(survey, group), "preserve_client_ip.enabled")
        elif group.keeps_client_address:
            yield Hit(
                about(survey, group),
                "Client IP preservation is on, and has no effect on what comes over PrivateLink: targets see the "
                "load balancer's addresses.",
                facts(preserve_client_ip__enabled=True),
                _attribute(survey, group, "preserve_client_ip.enabled", "false"),
            )


def health_elsewhere(survey: Survey) -> Iterator[Hit | Unread]:
    """Its health check tries another port than the one that serves."""
    for group in serving_groups(survey):
        tried = group.health_check
        if tried is None:
            yield Unread(about(survey, group), "HealthCheckPort")
        elif tried.port is not None and tried.port != group.port:
            yield Hit(
                about(survey, group),
                f"Its health check tries port {tried.port}, its targets serve on {group.port}.",
                facts(HealthCheckPort=tried.port, Port=group.port),
                aws(
                    survey.region,
                    "elbv2 modify-target-group",
                    target_group_arn=group.id,
                    health_check_port="traffic-port",
                ),
            )


def orphan(survey: Survey) -> Iterator[Hit | Unread]:
    """A target group that no load balancer uses."""
    for group in survey.inventory.target_groups:
        if not group.load_balancer_ids:
            yield Hit(
                about(survey, group),
                "No load balancer uses it.",
                facts(LoadBalancerArns=()),
                aws(survey.region, "elbv2 delete-target-group", target_group_arn=group.id),
            )


CHECKS = (
    Check(
        "aws-target-group-cross-zone-off",
        "Target group turns cross-zone load balancing off",
        "medium",
        "What a group says goes before what its load balancer says: zones without healthy targets answer nothing.",
        "The network admin lets the group follow its load balancer.",
        AWS_TARGET_ATTRIBUTES,
        cross_zone_overridden,
        (*READS, ATTRIBUTES),
    ),
    Check(
        "aws-target-group-proxy-protocol",
        "Proxy protocol v2 is on",
        "low",
        "A target that cannot parse the header takes it for the client's first bytes and hangs up; one that expects "
        "it fails without it.",
        "The application's owner makes sure that every target reads it, else turns it off.",
        AWS_TARGET_ATTRIBUTES,
        proxy_protocol,
        (*READS, ATTRIBUTES),
    ),
    Check(
        "aws-target-group-keeps-address",
        "Client IP preservation does nothing over PrivateLink",
        "info",
        "Targets see the load balancer's private addresses as the source, so their security groups have to admit "
        "those.",
        "The application's owner takes the client's address from proxy protocol v2, where it is needed.",
        AWS_TARGET_ATTRIBUTES,
        keeps_address,
        (*READS, ATTRIBUTES),
    ),
    Check(
        "aws-target-group-health-elsewhere",
        "Health check on another port",
        "low",
        "A target is then called healthy although the port that serves may be closed.",
        "The application's owner lets the health check try the serving port.",
        AWS_HEALTH,
        health_elsewhere,
        READS,
    ),
    Check(
        "aws-target-group-orphan",
        "Target group that nothing uses",
        "info",
        "It is left over, and counts against the quota.",
        "Its owner deletes it.",
        AWS_PRICING,
        orphan,
        (GROUPS,),
    ),
)
"""Settings of target groups on AWS."""

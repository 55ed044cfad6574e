"""Checks of interface endpoints on AWS."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit import endpoints
from core.audit.about import about
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.endpoints import DEAD, evidence, partner, show
from core.audit.places import spare_subnet
from core.audit.sources import (
    AWS_ENDPOINT_MANAGE,
    AWS_ENDPOINT_STATES,
    AWS_PRICING,
    OFFER,
)
from core.export.advice import aws
from core.export.shell import Value
from core.network.model import Endpoint

ENDPOINTS = "endpoints"


def _modify(survey: Survey, one: Endpoint, **options: Value) -> str:
    return aws(survey.region, "ec2 modify-vpc-endpoint", vpc_endpoint_id=one.id, **options)


def _zones(survey: Survey, one: Endpoint) -> dict[str, str]:
    """The zones that an endpoint is in, by id."""
    return {subnet.zone_id: subnet.zone for subnet in survey.index.subnets(one.subnet_ids)}


def partial(survey: Survey) -> Iterator[Hit | Unread]:
    """It is there in some of its subnets only."""
    for one in survey.inventory.endpoints:
        if one.state == "partial":
            yield Hit(
                about(survey, one),
                "It has no network interface in some of its subnets.",
                (*evidence(survey, one), *facts(SubnetIds=one.subnet_ids)),
                show(survey, one),
            )


def one_zone(survey: Survey) -> Iterator[Hit | Unread]:
    """All its network interfaces are in one zone."""
    for one in survey.inventory.endpoints:
        if one.state in DEAD:
            continue
        zones = _zones(survey, one)
        if len(survey.index.subnets(one.subnet_ids)) < len(one.subnet_ids):
            yield Unread(about(survey, one), "the zones of its subnets")
        elif len(zones) == 1:
            spare = spare_subnet(survey, one.network_id, zones)
            yield Hit(
                about(survey, one),
                f"It is in one Availability Zone only, {next(iter(zones.values()))}.",
                facts(SubnetIds=one.subnet_ids, AvailabilityZoneId=tuple(zones)),
                _modify(survey, one, add_subnet_ids=spare),
            )


def zone_uncovered(survey: Survey) -> Iterator[Hit | Unread]:
    """Machines are in zones that it is not in."""
    for one in survey.inventory.endpoints:
        zones = _zones(survey, one)
        if not partner(one) or one.state in DEAD or len(zones) < 2:
            continue
        machines = survey.index.machines_of(one.network_id)
        places = survey.index.subnets(dict.fromkeys(machine.subnet_id for machine in machines))
        for zone_id, subnet in sorted({place.zone_id: place for place in places}.items()):
            if zone_id not in zones:
                yield Hit(
                    about(survey, one),
                    f"Machines in zone {subnet.zone} reach it through another zone only.",
                    facts(AvailabilityZoneId=tuple(sorted(zones)), clients=zone_id),
                    _modify(survey, one, add_subnet_ids=subnet.id),
                    zone_id,
                )


def no_group(survey: Survey) -> Iterator[Hit | Unread]:
    """It has no security group of its own but its VPC's default one."""
    for one in survey.inventory.endpoints:
        groups = survey.index.security_groups(one.security_group_ids)
        if groups and all(group.name == "default" for group in groups):
            yield Hit(
                about(survey, one),
                "It has the VPC's default security group only.",
                facts(Groups=one.security_group_ids),
                _modify(
                    survey,
                    one,
                    add_security_group_ids="<security group for it>",
                    remove_security_group_ids=one.security_group_ids,
                ),
            )


def private_dns(survey: Survey) -> Iterator[Hit | Unread]:
    """Private DNS is on for somebody's own service."""
    for one in survey.inventory.endpoints:
        if one.private_dns and partner(one):
            yield Hit(
                about(survey, one),
                "Private DNS is on: Magento's service has no private name, the endpoint's own names are used.",
                facts(PrivateDnsEnabled=True, ServiceName=one.service_name),
                _modify(survey, one, no_private_dns_enabled=True),
            )


_READS = (ENDPOINTS,)

CHECKS = (
    Check(
        "aws-endpoint-dead",
        "Endpoint that leads nowhere",
        "high",
        "A rejected, failed or expired endpoint never connects again, and stands for one that is missing.",
        "The customer deletes it and makes a new one, after asking the service's owner why it was refused.",
        AWS_ENDPOINT_STATES,
        endpoints.dead,
        _READS,
    ),
    Check(
        "aws-endpoint-waits-long",
        "Endpoint that waits too long for acceptance",
        "medium",
        "An enablement takes five business days. A request that nobody decides expires.",
        "The customer asks in the Support ticket; it names the endpoint's id.",
        OFFER,
        endpoints.waits_long,
        _READS,
    ),
    Check(
        "aws-endpoint-partial",
        "Endpoint that is there in part",
        "high",
        "In the subnets without a network interface nothing answers.",
        "The network admin removes and adds the subnets without an interface.",
        AWS_ENDPOINT_STATES,
        partial,
        _READS,
    ),
    Check(
        "aws-endpoint-one-zone",
        "Endpoint in one Availability Zone",
        "medium",
        "When that zone fails, the connection fails; from other zones it costs transfer between zones.",
        "The network admin adds a subnet in a second zone that the service is in too (compare zone ids).",
        AWS_ENDPOINT_MANAGE,
        one_zone,
        _READS,
        ("subnets",),
    ),
    Check(
        "aws-endpoint-zone-uncovered",
        "Clients in a zone without the endpoint",
        "low",
        "Their traffic crosses zones: it is billed, and depends on two zones.",
        "The network admin adds a subnet of that zone, where the service is in the zone too.",
        AWS_ENDPOINT_MANAGE,
        zone_uncovered,
        _READS,
        ("subnets", "instances"),
    ),
    Check(
        "aws-endpoint-default-group",
        "Endpoint with the default security group",
        "low",
        "Every resource without a group of its own is in the default one, and its rules change for all of them.",
        "The network admin gives it a security group that admits its clients on its ports.",
        AWS_ENDPOINT_MANAGE,
        no_group,
        _READS,
        ("security groups",),
    ),
    Check(
        "aws-endpoint-private-dns",
        "Private DNS on for a partner's service",
        "medium",
        "Private DNS is not available on PrivateLink for Magento; with it on, the names that resolve may not be "
        "the ones that answer.",
        "The customer turns it off and uses the endpoint's own DNS names.",
        OFFER,
        private_dns,
        _READS,
    ),
    Check(
        "aws-endpoint-other-region",
        "Endpoint to a service in another region",
        "high",
        "Both sides of PrivateLink for Magento are in one region.",
        "The customer asks for the service's name in this region and makes the endpoint anew.",
        OFFER,
        endpoints.other_region,
        _READS,
    ),
    Check(
        "aws-endpoint-duplicate",
        "Two endpoints to one service",
        "low",
        "Each endpoint is billed by the hour in each zone.",
        "The customer deletes the one that is not used.",
        AWS_PRICING,
        endpoints.duplicate,
        _READS,
    ),
    Check(
        "aws-endpoint-idle-network",
        "Endpoint in a network without machines",
        "info",
        "Nothing in its VPC can use it, and it is billed by the hour in each zone. Lambda functions and "
        "peered networks do not show here.",
        "The customer deletes it where nothing else uses it.",
        AWS_PRICING,
        endpoints.idle_network,
        _READS,
        ("instances",),
    ),
)
"""Interface endpoints on AWS."""

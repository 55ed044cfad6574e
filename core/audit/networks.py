"""Checks of the ground on the way of private connections: room in subnets, names, quotas."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about
from core.audit.aws_balancers import serving
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.endpoints import DEAD
from core.audit.finding import Resource
from core.audit.sources import AWS_ENDPOINT_MANAGE, AWS_QUOTAS, AWS_SUBNETS, AZURE_ENDPOINT_DNS, AZURE_LIMITS
from core.export.advice import aws, az
from core.network.model import Quota

LEAST = 8
"""Free addresses that a load balancer needs in a subnet to grow (elbv2 ``CreateLoadBalancer``)."""
NEAR = 80
"""Per cent of a quota that are a warning."""


def full(survey: Survey) -> Iterator[Hit | Unread]:
    """A subnet of a load balancer has few addresses left."""
    ids = dict.fromkeys(id for balancer in serving(survey) for id in balancer.subnet_ids)
    for subnet in survey.index.subnets(sorted(ids)):
        if subnet.free_addresses < LEAST:
            yield Hit(
                about(survey, subnet),
                f"{subnet.free_addresses} addresses are left in {subnet.cidr}.",
                facts(AvailableIpAddressCount=subnet.free_addresses, CidrBlock=subnet.cidr),
                aws(
                    survey.region,
                    "ec2 create-subnet",
                    vpc_id=subnet.network_id,
                    availability_zone_id=subnet.zone_id,
                    cidr_block="<free range>",
                ),
            )


def no_names(survey: Survey) -> Iterator[Hit | Unread]:
    """DNS is off in a VPC with endpoints."""
    ids = dict.fromkeys(one.network_id for one in survey.inventory.endpoints if one.state not in DEAD)
    for id in sorted(ids):
        network = survey.index.network(id)
        if network is None:
            continue
        if network.dns_support is None:
            yield Unread(about(survey, network), "enableDnsSupport")
        elif not network.dns_support:
            yield Hit(
                about(survey, network),
                "DNS resolution is off, and endpoints stand in it: their names resolve to nothing.",
                facts(enableDnsSupport=False),
                aws(survey.region, "ec2 modify-vpc-attribute", vpc_id=network.id, enable_dns_support=True),
            )


def own_resolvers(survey: Survey) -> Iterator[Hit | Unread]:
    """Other name servers than Azure's answer in a VNet with private endpoints."""
    ids = dict.fromkeys(one.network_id for one in survey.inventory.endpoints if one.state not in DEAD)
    for id in sorted(ids):
        network = survey.index.network(id)
        if network is None:
            continue
        if network.dns_servers is None:
            yield Unread(about(survey, network), "dhcpOptions.dnsServers")
        elif network.dns_servers:
            yield Hit(
                about(survey, network),
                f"{', '.join(network.dns_servers)} answer for names in it: they have to know the private ones.",
                facts(dhcpOptions__dnsServers=network.dns_servers),
                az("network vnet show", ids=network.id, query="dhcpOptions"),
            )


def _share(one: Quota) -> int:
    return 100 * (one.used or 0) // one.limit if one.limit > 0 else 0


def quota_near(survey: Survey) -> Iterator[Hit | Unread]:
    """A quota is used up, or nearly."""
    for one in survey.inventory.quotas:
        where = Resource("quota", f"{one.code} {one.scope_id}".rstrip(), one.name, one.scope_id)
        if one.used is None:
            yield Unread(where, "how much of it is used")
        elif _share(one) >= NEAR:
            azure = survey.inventory.platform == "azure"
            in_what = f" in {one.scope_id}" if one.scope_id else ""
            yield Hit(
                where,
                f"{one.used} of {one.limit} are used{in_what}.",
                facts(name=one.name, limit=one.limit, used=one.used, source=one.source),
                az("network list-usages", location=survey.region)
                if azure
                else aws(
                    survey.region,
                    "service-quotas request-service-quota-increase",
                    service_code=_service_of(one),
                    quota_code=one.code,
                    desired_value=str(one.limit * 2),
                ),
            )


def _service_of(one: Quota) -> str:
    return (
        "elasticloadbalancing"
        if "load balancer" in one.name.lower() or "target" in one.name.lower()
        else "vpc"
    )


CHECKS = (
    Check(
        "aws-subnet-full",
        "Subnet with few free addresses",
        "medium",
        "A load balancer needs eight free addresses in each subnet; without them it can't grow or be mended.",
        "The network admin frees addresses, or gives the load balancer a larger subnet of the zone.",
        AWS_SUBNETS,
        full,
        ("subnets", "load balancers", "endpoint services"),
    ),
    Check(
        "aws-network-no-dns",
        "DNS is off in a VPC with endpoints",
        "high",
        "Clients find an endpoint by its DNS names, which the VPC's own resolver answers.",
        "The network admin turns DNS resolution on.",
        AWS_ENDPOINT_MANAGE,
        no_names,
        ("endpoints", "networks", "DNS attributes"),
    ),
    Check(
        "aws-quota-near",
        "Quota nearly used up",
        "medium",
        "The next endpoint, load balancer or target is refused once a quota is used up.",
        "The owner of the account asks for more, or removes what is not used.",
        AWS_QUOTAS,
        quota_near,
        ("network quotas", "load balancing quotas"),
        deep=True,
    ),
    Check(
        "azure-network-own-resolvers",
        "Own name servers in a VNet with private endpoints",
        "info",
        "A name server that does not forward to Azure's answers with a public or stale address, or with none.",
        "The network admin lets them forward to 168.63.129.16, or adds the endpoint's name to them.",
        AZURE_ENDPOINT_DNS,
        own_resolvers,
        ("private endpoints", "networks"),
    ),
    Check(
        "azure-quota-near",
        "Quota nearly used up",
        "medium",
        "The next private endpoint or load balancer is refused once a quota is used up.",
        "The owner of the subscription asks for more, or removes what is not used.",
        AZURE_LIMITS,
        quota_near,
        ("quotas",),
        deep=True,
    ),
)
"""Subnets, names and quotas."""

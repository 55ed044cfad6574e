"""Checks of subnets on the way of private connections: whether there is room for what has to stand in them."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about
from core.audit.aws_balancers import serving
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.remedy import aws
from core.audit.sources import AWS_SUBNETS

LEAST = 8
"""Free addresses that a load balancer needs in a subnet to grow (elbv2 ``CreateLoadBalancer``)."""


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
                    survey,
                    *("ec2", "create-subnet", "--vpc-id", subnet.network_id),
                    *("--availability-zone-id", subnet.zone_id, "--cidr-block", "<free range>"),
                ),
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
)
"""Subnets on the way of private connections."""

"""All checks, by id. A check is registered by its row in its module's table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.audit import (
    aws_balancers,
    aws_endpoints,
    aws_listeners,
    aws_services,
    aws_target_groups,
    aws_targets,
    azure_admission,
    azure_balancers,
    azure_endpoints,
    azure_rules,
    azure_services,
    azure_ways,
    connections,
    filters,
    networks,
    ways,
)
from core.audit.check import Check, audit
from core.audit.finding import Report
from core.network.model import Inventory
from core.request.offer import Offer

CHECKS: Mapping[str, Check] = {
    check.id: check
    for room in (
        aws_services,
        aws_endpoints,
        aws_balancers,
        aws_listeners,
        aws_targets,
        aws_target_groups,
        azure_admission,
        azure_services,
        azure_endpoints,
        azure_balancers,
        azure_rules,
        connections,
        filters,
        networks,
        ways,
        azure_ways,
    )
    for check in room.CHECKS
}
"""Every check by its id, in the order of the rooms."""


def audit_all(inventories: Iterable[Inventory], offer: Offer) -> Report:
    """Make every check on every inventory of its cloud."""
    return audit(inventories, offer, CHECKS.values())

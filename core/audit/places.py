"""What several checks look up: a subnet in another zone, and what has a public address."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.audit.check import Survey
from core.network.model import Interface, Subnet

ANOTHER_ZONE = "<subnet in another zone>"


def spare_subnet(survey: Survey, network_id: str, zone_ids: Collection[str]) -> str:
    """The id of a subnet of a network that is in none of these zones; words in its place where there is none."""
    spare: list[Subnet] = [one for one in survey.index.subnets_of(network_id) if one.zone_id not in zone_ids]
    return min(spare, key=lambda one: (one.public, one.id)).id if spare else ANOTHER_ZONE


def public_interfaces(survey: Survey) -> Mapping[tuple[str, str], Interface]:
    """The interfaces that have a public address, by network (lower case) and private address."""
    return {
        (one.network_id.lower(), address): one
        for one in survey.inventory.interfaces
        if one.public_address
        for address in one.addresses
    }

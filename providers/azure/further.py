"""What a collection reads for an audit beyond what a plan needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.network import model as m
from providers.azure import lookups, read, read_ground
from providers.azure.session import Clients
from providers.parts import Part, by_id

if TYPE_CHECKING:
    from azure.mgmt.network import models as w

QUOTAS: frozenset[str] = frozenset(
    {
        "virtualnetworks",
        "networksecuritygroups",
        "networkinterfaces",
        "loadbalancers",
        "standardskuloadbalancers",
        "privateendpoints",
        "privatelinkservices",
        "routetables",
        "securityrulespernetworksecuritygroup",
        "frontendipconfigurationsperloadbalancer",
        "inboundrulesperloadbalancer",
    }
)
"""The usages that an enablement adds to, by name in lower case (``Usages_List``)."""


@dataclass(slots=True)
class More:
    """What the further parts found so far."""

    route_tables: list[w.RouteTable] = field(default_factory=list)
    quotas: list[m.Quota] = field(default_factory=list)


def roots(clients: Clients, more: More) -> Iterable[Part]:
    """What depends on nothing."""

    def route_tables() -> int:
        more.route_tables = lookups.route_tables(clients)
        return len(more.route_tables)

    def quotas() -> int:
        more.quotas = [
            m.Quota(
                code=item.name.value or "",
                name=item.name.localized_value or item.name.value or "",
                limit=item.limit,
                used=item.current_value,
                source="account",
            )
            for item in lookups.usages(clients)
            if (item.name.value or "").lower() in QUOTAS
        ]
        return len(more.quotas)

    return (Part("route tables", route_tables), Part("quotas", quotas))


def add(
    inventory: m.Inventory, interfaces: Iterable[w.NetworkInterface], more: More, spell: read.Spell
) -> m.Inventory:
    """The inventory with what was found."""
    inside = {item.id for item in inventory.networks}
    seen = (read_ground.interface(item, spell) for item in interfaces)
    tables = (read_ground.route_table(item, spell) for item in more.route_tables)
    return replace(
        inventory,
        detail="audit",
        interfaces=by_id(one for one in seen if one.network_id in inside),
        # A table that is on no subnet belongs to no network.
        route_tables=by_id(one for one in tables if not one.network_id or one.network_id in inside),
        quotas=tuple(sorted(more.quotas, key=lambda one: one.code)),
    )

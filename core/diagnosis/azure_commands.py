"""Commands of the Azure CLI that mend what a diagnosis found, with all that they need filled in.

Source: ``az network nsg rule create``, ``az network lb rule create`` and ``az network private-link-service connection
update`` in the Azure CLI's reference.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.export.advice import az
from core.network.model import Connection, EndpointService, Listener, LoadBalancer, SecurityGroup
from core.request.identifiers import id_part

FIRST = 100
"""The least priority that a rule of one's own may have."""


def let_in(group: SecurityGroup, name: str, sources: Iterable[str], ports: Iterable[int]) -> str:
    """A rule before all others of a network security group."""
    return az(
        "network nsg rule create",
        **_within(group.id, "networkSecurityGroups", "nsg_name"),
        name=name,
        priority=str(_free(group)),
        direction="Inbound",
        access="Allow",
        protocol="Tcp",
        source_address_prefixes=tuple(sources),
        destination_port_ranges=tuple(map(str, ports)),
    )


def _free(group: SecurityGroup) -> int:
    """The first number that no inbound rule has: where it does not come before the rule that stops it, that one has
    to be renumbered.
    """
    taken = {rule.priority for rule in group.rules if rule.direction == "in"}
    return next(number for number in range(FIRST, FIRST + len(taken) + 1) if number not in taken)


def add_rule(balancer: LoadBalancer, port: int, rows: tuple[Listener, ...]) -> str:
    """A rule for a port, to the pool of the other rules where there are any."""
    pools = [row.target_group_id.rpartition("/")[2] for row in rows if row.target_group_id]
    fronts = [one.rpartition("/")[2] for one in balancer.frontend_ids]
    return az(
        "network lb rule create",
        **_within(balancer.id, "loadBalancers", "lb_name"),
        name=f"port-{port}",
        protocol="Tcp",
        frontend_port=str(port),
        backend_port=str(port),
        frontend_ip_name=fronts[0] if fronts else "<frontend>",
        backend_pool_name=pools[0] if pools else "<pool>",
        probe_name=f"port-{port}",
    )


def approve(service: EndpointService, connection: Connection | None) -> str:
    """Approve a connection to the own private link service."""
    name = connection.name if connection else "<connection>"
    return az(
        "network private-link-service connection update",
        connection_status="Approved",
        ids=f"{service.id}/privateEndpointConnections/{name}",
    )


def _within(id: str, kind: str, option: str) -> dict[str, str]:
    """The options that name a resource to make something in."""
    return {
        "subscription": id_part(id, "subscriptions"),
        "resource_group": id_part(id, "resourceGroups"),
        option: id_part(id, kind),
    }

"""The ports that Magento reaches in the customer's network, with the targets that answer there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from core.network.model import Listener, LoadBalancer, TargetGroup
from core.request.identifiers import same_id
from core.request.model import Problem
from core.setup.ground import Ground, problem
from core.setup.places import Place

Locate = Callable[[Ground, str, str], tuple[Place | None, tuple[Problem, ...]]]
"""Finds a target of the request in the inventory, by the field that names it; what is wrong comes with it."""


@dataclass(frozen=True, slots=True)
class Port:
    """What one listener has to do. Targets listen on ``target_port``; ``field`` is the request's service."""

    port: int
    target_port: int
    places: tuple[Place, ...]
    field: str


def ports_of(ground: Ground, locate: Locate) -> tuple[tuple[Port, ...], tuple[Problem, ...]]:
    """The from-magento ports of the request. Services on one port share its listener and targets."""
    ports: dict[int, Port] = {}
    wrong: list[Problem] = []
    for index, service in enumerate(ground.request.services):
        if service.direction != "from-magento":
            continue
        field = f"services.{index}"
        port = ports.setdefault(service.port, Port(service.port, service.target_port, (), field))
        if port.target_port != service.target_port:
            wrong.append(
                problem(
                    "port-conflict",
                    f"{field}.target_port",
                    f"Port {service.port} cannot lead to both {port.target_port} and {service.target_port}.",
                    "The customer gives one of the two services another port.",
                )
            )
        places = list(port.places)
        for number, target in enumerate(service.targets):
            place, found = locate(ground, target, f"{field}.targets.{number}")
            wrong.extend(found)
            if place is not None and all(place.names.isdisjoint(other.names) for other in places):
                places.append(place)
        ports[service.port] = replace(port, places=tuple(places))
    return tuple(ports[number] for number in sorted(ports)), tuple(wrong)


def listener_at(ground: Ground, balancer: LoadBalancer, port: int) -> Listener | None:
    """The listener (AWS) or rule (Azure) of a load balancer on a port."""
    rows = (row for row in ground.inventory.listeners if same_id(row.load_balancer_id, balancer.id))
    return next((row for row in rows if row.port == port), None)


def group_at(ground: Ground, listener: Listener | None) -> TargetGroup | None:
    """The target group (AWS) or pool (Azure) that a listener leads to, as far as it was read."""
    wanted = listener.target_group_id if listener else None
    if wanted is None:
        return None
    return next((row for row in ground.inventory.target_groups if same_id(row.id, wanted)), None)


def targets_missing(port: Port) -> Problem:
    """The problem that a port has no target."""
    return problem(
        "targets-missing",
        f"{port.field}.targets",
        f"Nothing is named that answers on port {port.port}.",
        "The customer names at least one machine, by its id or private address.",
    )

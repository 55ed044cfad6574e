"""The way of the connection that a finding is on: from who connects to who answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.audit.finding import Resource
from core.network import model as m
from core.network.index import Index


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop on the way: its kind, its id or what stands there in words, and whether the finding is about it."""

    kind: str
    name: str
    found: bool = False


def way(index: Index, resource: Resource) -> tuple[Stop, ...]:
    """The stops in their order; empty for what is on no way."""
    endpoint = index.endpoint(resource.id)
    if endpoint is not None:
        return _marked(_outward(endpoint, index.inventory.platform == "azure"), resource)
    return _marked(_inward(index, resource), resource)


def _marked(stops: Iterable[Stop], resource: Resource) -> tuple[Stop, ...]:
    return tuple(Stop(one.kind, one.name, one.name.lower() == resource.id.lower()) for one in stops)


def _outward(endpoint: m.Endpoint, azure: bool) -> tuple[Stop, ...]:
    return (
        Stop("clients in", endpoint.network_id),
        Stop("private endpoint" if azure else "endpoint", endpoint.id),
        Stop("service", endpoint.service_name),
    )


def _inward(index: Index, resource: Resource) -> tuple[Stop, ...]:
    """From the other side's endpoint to the targets, as far as what the finding is about leads."""
    azure = index.inventory.platform == "azure"
    joined = index.connection(resource.id)
    service = index.service(joined.service_id if joined else resource.id)
    listener = index.listener(resource.id)
    group = index.target_group(resource.id)
    if group is not None:
        listener = next(iter(index.listeners_to(group)), None)
    balancer = index.load_balancer(listener.load_balancer_id if listener else resource.id)
    if service is None and balancer is not None:
        service = next(iter(index.services_of(balancer)), None)
    if balancer is None and service is not None:
        balancer = next(iter(index.load_balancers(service.load_balancer_ids)), None)
    if service is None and balancer is None:
        return ()
    if listener is None and balancer is not None:
        listener = next(iter(index.listeners_of(balancer)), None)
    if group is None and listener is not None:
        group = index.target_group(listener.target_group_id)
    if joined is None and service is not None:
        joined = next(iter(index.connections_of(service)), None)
    names = (
        ("private link service", "rule", "pool")
        if azure
        else ("endpoint service", "listener", "target group")
    )
    stops = (
        Stop("endpoint", joined.endpoint_id) if joined else Stop("endpoint", "none"),
        Stop(names[0], service.id) if service else Stop(names[0], "none"),
        Stop("load balancer", balancer.id) if balancer else Stop("load balancer", "none"),
        Stop(names[1], listener.id) if listener else Stop(names[1], "none"),
        Stop(names[2], group.id) if group else Stop(names[2], "none"),
    )
    targets = ", ".join(f"{one.id}:{one.port}" for one in group.targets[:3]) if group else ""
    more = f" and {len(group.targets) - 3} more" if group and len(group.targets) > 3 else ""
    return (*stops, Stop("targets", (targets or "none") + more))

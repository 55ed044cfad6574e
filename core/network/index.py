"""An inventory with everything in it by its id and by what it belongs to.

Built once and read often, so that a look along a path costs no search. Ids are compared without case: that of
Azure's resource ids says nothing, and no two ids of AWS differ in case alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from core.network import model as m
from core.network.balancing import over_tcp

R = TypeVar("R")
_One = TypeVar(
    "_One",
    m.Network,
    m.Subnet,
    m.Instance,
    m.SecurityGroup,
    m.LoadBalancer,
    m.Listener,
    m.TargetGroup,
    m.EndpointService,
    m.Endpoint,
    m.NetworkAcl,
)


class Index:
    """Look-ups in one inventory."""

    def __init__(self, inventory: m.Inventory) -> None:
        self.inventory = inventory

    def network(self, id: str) -> m.Network | None:
        """A network by its id."""
        return self._networks.get(id.lower())

    def subnet(self, id: str) -> m.Subnet | None:
        """A subnet by its id."""
        return self._subnets.get(id.lower())

    def subnets(self, ids: Iterable[str]) -> tuple[m.Subnet, ...]:
        """The subnets of these ids that were read."""
        return tuple(found for id in ids if (found := self.subnet(id)))

    def security_group(self, id: str) -> m.SecurityGroup | None:
        """A security group by its id."""
        return self._security_groups.get(id.lower())

    def security_groups(self, ids: Iterable[str]) -> tuple[m.SecurityGroup, ...]:
        """The security groups of these ids that were read."""
        return tuple(found for id in ids if (found := self.security_group(id)))

    def network_acl(self, id: str | None) -> m.NetworkAcl | None:
        """A network ACL by its id."""
        return self._network_acls.get((id or "").lower())

    def load_balancer(self, id: str) -> m.LoadBalancer | None:
        """A load balancer by its id."""
        return self._load_balancers.get(id.lower())

    def load_balancers(self, ids: Iterable[str]) -> tuple[m.LoadBalancer, ...]:
        """The load balancers of these ids that were read."""
        return tuple(found for id in ids if (found := self.load_balancer(id)))

    def target_group(self, id: str | None) -> m.TargetGroup | None:
        """A target group or pool by its id."""
        return self._target_groups.get((id or "").lower())

    def service(self, id: str) -> m.EndpointService | None:
        """An own endpoint service by its id."""
        return self._services.get(id.lower())

    def service_named(self, name: str) -> m.EndpointService | None:
        """An own endpoint service by what others connect to: its id, its service name or its alias."""
        return self.service(name) or self._by_service_name.get(name.lower())

    def endpoint(self, id: str) -> m.Endpoint | None:
        """An own endpoint by its id."""
        return self._endpoints.get(id.lower())

    def listener(self, id: str) -> m.Listener | None:
        """A listener or load balancing rule by its id."""
        return self._listener.get(id.lower())

    def machine(self, target: str, network_id: str) -> m.Instance | None:
        """The machine that a target names: by its id or interface, or by its private address in a network."""
        by_id = self._machines.get(target.lower())
        return by_id or self._addresses.get((network_id.lower(), target))

    def listeners_of(self, load_balancer: m.LoadBalancer) -> tuple[m.Listener, ...]:
        """The listeners of a load balancer."""
        return self._listeners.get(load_balancer.id.lower(), ())

    def answering(self, service: m.EndpointService) -> tuple[m.Listener, ...]:
        """The listeners that connections to an own endpoint service come to: those of its load balancers that take
        TCP, and on Azure belong to a frontend that it serves.
        """
        fronts = {one.lower() for one in service.frontend_ids}
        return tuple(
            one
            for balancer in self.load_balancers(service.load_balancer_ids)
            for one in self.listeners_of(balancer)
            if over_tcp(one) and not (fronts and one.frontend_id and one.frontend_id.lower() not in fronts)
        )

    def ports_of(self, service: m.EndpointService) -> tuple[int, ...]:
        """The ports that an own endpoint service is known to answer on. A rule for all ports (Azure) names none."""
        return tuple(sorted({one.port for one in self.answering(service) if one.port}))

    def groups_of(self, load_balancer: m.LoadBalancer) -> tuple[m.TargetGroup, ...]:
        """The target groups that a load balancer's listeners lead to, each once."""
        ids = dict.fromkeys((one.target_group_id or "").lower() for one in self.listeners_of(load_balancer))
        return tuple(found for id in ids if (found := self.target_group(id)))

    def listeners_to(self, group: m.TargetGroup) -> tuple[m.Listener, ...]:
        """The listeners that lead to a target group."""
        return self._listeners_to.get(group.id.lower(), ())

    def services_of(self, load_balancer: m.LoadBalancer) -> tuple[m.EndpointService, ...]:
        """The own endpoint services that a load balancer stands behind."""
        return self._services_of.get(load_balancer.id.lower(), ())

    def connections_of(self, service: m.EndpointService) -> tuple[m.Connection, ...]:
        """The incoming connections of an own endpoint service."""
        return self._connections.get(service.id.lower(), ())

    def connection(self, endpoint_id: str) -> m.Connection | None:
        """The incoming connection of somebody's endpoint."""
        return self._by_endpoint.get(endpoint_id.lower())

    def subnets_of(self, network_id: str) -> tuple[m.Subnet, ...]:
        """The subnets of a network."""
        return self._subnets_of.get(network_id.lower(), ())

    def machines_of(self, network_id: str) -> tuple[m.Instance, ...]:
        """The machines of a network."""
        return self._machines_of.get(network_id.lower(), ())

    @cached_property
    def _networks(self) -> Mapping[str, m.Network]:
        return _by_id(self.inventory.networks)

    @cached_property
    def _subnets(self) -> Mapping[str, m.Subnet]:
        return _by_id(self.inventory.subnets)

    @cached_property
    def _security_groups(self) -> Mapping[str, m.SecurityGroup]:
        return _by_id(self.inventory.security_groups)

    @cached_property
    def _network_acls(self) -> Mapping[str, m.NetworkAcl]:
        return _by_id(self.inventory.network_acls)

    @cached_property
    def _load_balancers(self) -> Mapping[str, m.LoadBalancer]:
        return _by_id(self.inventory.load_balancers)

    @cached_property
    def _target_groups(self) -> Mapping[str, m.TargetGroup]:
        return _by_id(self.inventory.target_groups)

    @cached_property
    def _services(self) -> Mapping[str, m.EndpointService]:
        return _by_id(self.inventory.endpoint_services)

    @cached_property
    def _by_service_name(self) -> Mapping[str, m.EndpointService]:
        return {one.service_name.lower(): one for one in self.inventory.endpoint_services}

    @cached_property
    def _endpoints(self) -> Mapping[str, m.Endpoint]:
        return _by_id(self.inventory.endpoints)

    @cached_property
    def _listener(self) -> Mapping[str, m.Listener]:
        return _by_id(self.inventory.listeners)

    @cached_property
    def _machines(self) -> Mapping[str, m.Instance]:
        return {
            name.lower(): one
            for one in self.inventory.instances
            for name in (one.interface_id, one.id)
            if name
        }

    @cached_property
    def _addresses(self) -> Mapping[tuple[str, str], m.Instance]:
        return {(one.network_id.lower(), one.address): one for one in self.inventory.instances if one.address}

    @cached_property
    def _listeners(self) -> Mapping[str, tuple[m.Listener, ...]]:
        return _by(self.inventory.listeners, lambda one: (one.load_balancer_id,))

    @cached_property
    def _listeners_to(self) -> Mapping[str, tuple[m.Listener, ...]]:
        return _by(self.inventory.listeners, lambda one: (one.target_group_id or "",))

    @cached_property
    def _services_of(self) -> Mapping[str, tuple[m.EndpointService, ...]]:
        return _by(self.inventory.endpoint_services, lambda one: one.load_balancer_ids)

    @cached_property
    def _connections(self) -> Mapping[str, tuple[m.Connection, ...]]:
        return _by(self.inventory.connections, lambda one: (one.service_id,))

    @cached_property
    def _by_endpoint(self) -> Mapping[str, m.Connection]:
        return {one.endpoint_id.lower(): one for one in self.inventory.connections}

    @cached_property
    def _subnets_of(self) -> Mapping[str, tuple[m.Subnet, ...]]:
        return _by(self.inventory.subnets, lambda one: (one.network_id,))

    @cached_property
    def _machines_of(self) -> Mapping[str, tuple[m.Instance, ...]]:
        return _by(self.inventory.instances, lambda one: (one.network_id,))


def _by_id(many: Iterable[_One]) -> Mapping[str, _One]:
    return {one.id.lower(): one for one in many}


def _by(many: Iterable[R], keys: Callable[[R], Iterable[str]]) -> Mapping[str, tuple[R, ...]]:
    found: dict[str, list[R]] = {}
    for one in many:
        for key in dict.fromkeys(key.lower() for key in keys(one)):
            found.setdefault(key, []).append(one)
    return {key: tuple(ones) for key, ones in found.items()}

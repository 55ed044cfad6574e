"""What Azure answers about load balancers, turned into :mod:`core.network.model`. Pure functions; every field may
be missing. ``spell`` as in :mod:`providers.azure.read`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.network import model as m
from providers.azure import ids, read

if TYPE_CHECKING:
    from azure.mgmt.network import models as w

IDLE_MINUTES = 4
"""The idle timeout of a rule that names none (``idleTimeoutInMinutes``: "The default value is 4 minutes")."""


@dataclass(frozen=True, slots=True)
class Member:
    """An IP configuration that can be in a back-end pool: its private address, subnet and interface."""

    address: str = ""
    subnet_id: str = ""
    interface_id: str = ""


def members(wires: Iterable[w.NetworkInterface]) -> dict[str, Member]:
    """Each IP configuration by its id (case folded)."""
    found = {}
    for wire in wires:
        for item in (wire.properties.ip_configurations if wire.properties else None) or ():
            told = item.properties
            if item.id and told and told.private_ip_address:
                subnet = (told.subnet.id or "") if told.subnet else ""
                found[item.id.casefold()] = Member(told.private_ip_address, subnet, wire.id or "")
    return found


def _frontends(wire: w.LoadBalancer) -> Sequence[w.FrontendIPConfiguration]:
    return (wire.properties.frontend_ip_configurations if wire.properties else None) or ()


def load_balancer(wire: w.LoadBalancer, spell: read.Spell) -> m.LoadBalancer:
    """A load balancer. ``dns_name`` is its first private frontend address: it has no name of its own."""
    fronts = [item.properties for item in _frontends(wire) if item.properties]
    placed = tuple(dict.fromkeys(spell(one.subnet.id) for one in fronts if one.subnet and one.subnet.id))
    sku = wire.sku.name if wire.sku else None
    return m.LoadBalancer(
        id=spell(wire.id),
        name=wire.name or "",
        network_id=spell(ids.up_to(placed[0], "virtualNetworks")) if placed else "",
        kind=str(getattr(sku, "value", sku) or "Basic"),
        internal=bool(placed) and not any(one.public_ip_address or one.public_ip_prefix for one in fronts),
        state=read.balancer_state(wire.properties.provisioning_state if wire.properties else ""),
        subnet_ids=placed,
        dns_name=next((one.private_ip_address for one in fronts if one.private_ip_address), ""),
        frontend_ids=tuple(spell(item.id) for item in _frontends(wire) if item.id),
        tags=dict(wire.tags or {}),
        nat_frontend_ids=tuple(
            spell(item.id)
            for item in _frontends(wire)
            if item.properties and (item.properties.inbound_nat_rules or item.properties.inbound_nat_pools)
        ),
        region=read.location(wire.location),
        zones=tuple(sorted({zone for item in _frontends(wire) for zone in item.zones or ()})),
        addresses=tuple(sorted(one.private_ip_address for one in fronts if one.private_ip_address)),
    )


def pool_of(rule: w.LoadBalancingRulePropertiesFormat) -> str:
    """The id of the back-end pool that a rule sends to, or nothing."""
    one = rule.backend_address_pool.id if rule.backend_address_pool else None
    many = (item.id for item in rule.backend_address_pools or ())
    return one or next((item for item in many if item), "")


def _balancing_rules(
    wire: w.LoadBalancer,
) -> Iterable[tuple[str, w.LoadBalancingRulePropertiesFormat]]:
    for item in (wire.properties.load_balancing_rules if wire.properties else None) or ():
        if item.properties:
            yield item.id or "", item.properties


def listeners(wire: w.LoadBalancer, spell: read.Spell) -> Iterable[m.Listener]:
    """A load balancer's rules, each with its probe."""
    probes = {
        item.id.casefold(): item.properties
        for item in (wire.properties.probes if wire.properties else None) or ()
        if item.id and item.properties
    }
    for id, rule in _balancing_rules(wire):
        yield m.Listener(
            id=spell(id),
            load_balancer_id=spell(wire.id),
            port=rule.frontend_port,
            protocol=read.said(rule.protocol).upper(),
            target_group_id=spell(pool_of(rule)) or None,
            target_port=rule.backend_port or rule.frontend_port,
            idle_timeout=(rule.idle_timeout_in_minutes or IDLE_MINUTES) * 60,
            frontend_id=spell(rule.frontend_ip_configuration.id if rule.frontend_ip_configuration else None),
            health_check=_health_check(probes.get((rule.probe.id or "").casefold()) if rule.probe else None),
            floating_address=bool(rule.enable_floating_ip),
        )


def _health_check(wire: w.ProbePropertiesFormat | None) -> m.HealthCheck:
    if wire is None:
        return m.HealthCheck("", enabled=False)
    return m.HealthCheck(
        protocol=read.said(wire.protocol).upper(),
        port=wire.port,
        path=wire.request_path or "",
        interval=wire.interval_in_seconds or 0,
        threshold=wire.probe_threshold or wire.number_of_probes or 0,
    )


def target_groups(
    wire: w.LoadBalancer, members: Mapping[str, Member], spell: read.Spell
) -> Iterable[m.TargetGroup]:
    """A load balancer's back-end pools.

    ``target_type`` is ``ip`` for a pool by address, else ``nic`` (also while it is empty). A pool has no
    port: ``port`` is that of the rules which use it, where they have one in common, else 0. Resource Manager
    does not tell health.
    """
    seen = load_balancer(wire, spell)
    for pool in (wire.properties.backend_address_pools if wire.properties else None) or ():
        told = pool.properties
        rules = [rule for _, rule in _balancing_rules(wire) if ids.same(pool_of(rule), pool.id or "")]
        ports = {rule.backend_port or rule.frontend_port for rule in rules}
        protocols = {read.said(rule.protocol).upper() for rule in rules}
        port = ports.pop() if len(ports) == 1 else 0
        by_nic = [
            members.get(item.id.casefold(), Member())
            for item in (told.backend_ip_configurations if told else None) or ()
            if item.id
        ]
        by_address = [
            Member(item.properties.ip_address)
            for item in (told.load_balancer_backend_addresses if told else None) or ()
            if item.properties
            and item.properties.ip_address
            and not item.properties.network_interface_ip_configuration
        ]
        inside: dict[str, Member] = {}
        for one in (*by_nic, *by_address):
            if one.address:
                inside.setdefault(one.address, one)
        yield m.TargetGroup(
            id=spell(pool.id),
            name=pool.name or "",
            network_id=seen.network_id,
            protocol=protocols.pop() if len(protocols) == 1 else "",
            port=port,
            target_type="ip" if by_address and not by_nic else "nic",
            targets=tuple(
                m.Target(
                    one.address,
                    port,
                    "unknown",
                    subnet_id=spell(one.subnet_id),
                    interface_id=spell(one.interface_id),
                )
                for one in inside.values()
            ),
            load_balancer_ids=(seen.id,),
        )


def balancer_ids(wire: w.LoadBalancer) -> Iterable[str | None]:
    """The ids of a load balancer and of everything in it, as it spells them."""
    yield wire.id
    told = wire.properties
    if told is not None:
        yield from (one.id for one in told.frontend_ip_configurations or ())
        yield from (one.id for one in told.backend_address_pools or ())
        yield from (one.id for one in told.load_balancing_rules or ())

"""The load balancer of the bidirectional side on Azure, and the network interfaces in its pool.

One made here is changed where it lacks a rule. The rules of anybody else's are never written to; only network
interfaces join its pool, each as a change of its own.
"""

from __future__ import annotations

from core.network.model import Listener, LoadBalancer, TargetGroup
from core.request.identifiers import id_part, same_id
from core.request.model import Problem
from core.setup.admission import FIELD
from core.setup.azure_places import (
    SCALE_SET,
    azure_name,
    by_address,
    group_of,
    holds,
    member_key,
    names,
    pools_of,
    roomiest,
)
from core.setup.base import balancer_of, balancer_problems
from core.setup.change import Change, PoolMemberSpec, PortRule, StandardBalancerSpec
from core.setup.ground import Ground, commanded, foreign, id_of, make, problem, stand
from core.setup.places import Place
from core.setup.plan import Plan
from core.setup.ports import Port, group_at, listener_at, targets_missing

COST = "Azure bills you for it by the hour for its rules and by the data that it handles, for as long as it stands."
CARRIES_TCP = frozenset({"TCP", "ALL"})
"""Protocols of a rule that carry a TCP connection (``TransportProtocol``; ``All`` is for HA ports)."""


def standard_problems(ground: Ground, balancer: LoadBalancer) -> tuple[Problem, ...]:
    """Why a private link service cannot be in front of a load balancer, or not in front of this one.

    Source: "What is Azure Private Link service", limitations.
    """
    found = [*balancer_problems(ground, balancer)]
    if balancer.kind.lower() != "standard":
        found.append(
            problem(
                "load-balancer-not-standard",
                FIELD,
                f"{balancer.name} is of SKU {balancer.kind}; a private link service needs a Standard one.",
                "The customer upgrades it to Standard, or lets the set-up make a load balancer.",
            )
        )
    if balancer.region and balancer.region != ground.request.region:
        found.append(
            problem(
                "load-balancer-region",
                FIELD,
                f"{balancer.name} is in {balancer.region}, the request is for {ground.request.region}.",
                "The customer names a service whose load balancer is in the request's region: private link "
                "service, load balancer and VNet have to be in one.",
            )
        )
    if balancer.nat_frontend_ids:
        found.append(
            problem(
                "load-balancer-nat-rules",
                FIELD,
                f"A frontend of {balancer.name} has inbound NAT rules; a private link service cannot use it.",
                "The customer removes the NAT rules, or lets the set-up make a load balancer.",
            )
        )
    found.extend(
        problem(
            "pool-by-address",
            FIELD,
            f"Pool {pool.name} of {balancer.name} holds addresses; a private link service needs one of "
            "network interfaces.",
            "The customer makes a pool of network interfaces, or lets the set-up make a load balancer.",
        )
        for pool in pools_of(ground.inventory, balancer)
        if by_address(pool)
    )
    return tuple(found)


def _leads(rule: Listener | None, port: Port) -> bool:
    """Whether a rule carries TCP to where the targets listen, as far as it tells."""
    return (
        rule is not None
        and rule.protocol.upper() in CARRIES_TCP
        and rule.target_port in (None, port.target_port)
    )


def lacking(ground: Ground, balancer: LoadBalancer, ports: tuple[Port, ...]) -> tuple[Port, ...]:
    """The ports that a load balancer has no fitting rule for."""
    return tuple(port for port in ports if not _leads(listener_at(ground, balancer, port.port), port))


def fits(ground: Ground, balancer: LoadBalancer, ports: tuple[Port, ...]) -> bool:
    """Whether a load balancer needs no write and is free for a private link service.

    A frontend serves one private link service only, so one that has a service already is not free.
    """
    root = balancer_of(balancer.id)
    used = (one for row in ground.inventory.endpoint_services for one in row.load_balancer_ids)
    return (
        len(balancer.frontend_ids) <= 1
        and all(balancer_of(one) != root for one in used)
        and not lacking(ground, balancer, ports)
        and all(port.places and not _outside(ground, balancer, port) for port in ports)
    )


def _pool_of(ground: Ground, balancer: LoadBalancer, port: Port) -> TargetGroup | None:
    """The pool behind a port; where its rule is still to be made, the pool that there is."""
    behind = group_at(ground, listener_at(ground, balancer, port.port))
    return behind or next(iter(pools_of(ground.inventory, balancer)), None)


def _outside(ground: Ground, balancer: LoadBalancer, port: Port) -> tuple[Place, ...]:
    """The targets of a port that are not in its pool."""
    pool = _pool_of(ground, balancer, port)
    return tuple(place for place in port.places if pool is None or not holds(ground.inventory, pool, place))


def plan_balancer(
    ground: Ground, existing: LoadBalancer | None, ports: tuple[Port, ...], first: tuple[str, ...]
) -> Plan:
    """Plan the load balancer with its rules, and its members. ``first`` are keys that it has to wait for."""
    wrong = tuple(targets_missing(port) for port in ports if not port.places)
    if existing is None:
        made = _new(ground, ports, first)
        changes, unfit = made.changes, (*_shared_ports(ports), *made.problems)
    elif ground.own("load-balancer", existing):
        changes, unfit = (_own(ground, existing, ports, first),), _shared_ports(ports)
    else:
        name = existing.name
        stands = stand(
            ground, "load-balancer", "load-balancer", existing, name, state=existing.state, cost=COST
        )
        changes, unfit = (stands,), _rules_missing(ground, existing, ports)
    members = _members(ground, existing, changes[0] if changes else None, ports)
    return Plan((*changes, *members.changes), (*wrong, *unfit, *members.problems), _one_pool(ports, existing))


def _one_pool(ports: tuple[Port, ...], existing: LoadBalancer | None) -> tuple[str, ...]:
    if existing is not None or len({frozenset(place.names for place in port.places) for port in ports}) < 2:
        return ()
    return ("One pool holds every target; the probe of each port keeps out those that do not answer on it.",)


def _shared_ports(ports: tuple[Port, ...]) -> tuple[Problem, ...]:
    """Two rules cannot lead to one port of one pool (``RulesUseSameBackendPortProtocolAndPool``)."""
    first: dict[int, Port] = {}
    found = []
    for port in ports:
        other = first.setdefault(port.target_port, port)
        if other is not port:
            found.append(
                problem(
                    "target-port-shared",
                    f"{port.field}.target_port",
                    f"Ports {other.port} and {port.port} both lead to {port.target_port}; a load balancer of "
                    "Azure takes one rule for each port of its pool.",
                    "The customer lets the targets of one service listen on another port.",
                )
            )
    return tuple(found)


def _rules(ports: tuple[Port, ...]) -> tuple[PortRule, ...]:
    return tuple(PortRule(port.port, port.target_port) for port in ports)


def _new(ground: Ground, ports: tuple[Port, ...], first: tuple[str, ...]) -> Plan:
    subnet = roomiest(ground)
    if subnet is None:
        return Plan()
    name = azure_name(ground.enablement, "lb")
    group = group_of(ground.network.id)
    spec = StandardBalancerSpec(name, group, ground.request.region, subnet.id, _rules(ports))
    listed = ", ".join(str(port.port) for port in ports)
    change = make(
        ground,
        "load-balancer",
        "load-balancer",
        name,
        spec,
        needs=first,
        reason=f"Magento's connection ends here: internal, in subnet {subnet.name} and resource group {group}, "
        f"with a probe and a rule for TCP {listed}.",
        cost=COST,
    )
    return Plan((change,), _taken(ground, name, group))


def _taken(ground: Ground, name: str, group: str) -> tuple[Problem, ...]:
    rows = (row for row in ground.inventory.load_balancers if row.name.lower() == name.lower())
    if not any(same_id(group_of(row.id), group) for row in rows):
        return ()
    return (
        problem(
            "name-taken",
            "",
            f"A load balancer {name} exists in {group}, without this enablement's tag.",
            "The customer deletes it, or starts an enablement with another id.",
        ),
    )


def _own(ground: Ground, existing: LoadBalancer, ports: tuple[Port, ...], first: tuple[str, ...]) -> Change:
    missing = lacking(ground, existing, ports)
    if not missing:
        return stand(
            ground, "load-balancer", "load-balancer", existing, existing.name, state=existing.state, cost=COST
        )
    wanted = {port.port for port in ports}
    kept = tuple(
        PortRule(row.port, row.target_port)
        for row in ground.inventory.listeners
        if same_id(row.load_balancer_id, existing.id)
        and row.port not in wanted
        and row.target_port is not None
    )
    subnet = next(iter(existing.subnet_ids), "")
    spec = StandardBalancerSpec(
        existing.name, group_of(existing.id), ground.request.region, subnet, (*_rules(ports), *kept)
    )
    listed = ", ".join(str(port.port) for port in missing)
    change = Change(
        "load-balancer",
        "change",
        "load-balancer",
        existing.name,
        spec,
        existing.id,
        first,
        reason=f"It lacks a probe and a rule for TCP {listed}; the rules that it has stay.",
        cost=COST,
        state=existing.state,
    )
    return commanded(ground, change)


def _rules_missing(ground: Ground, existing: LoadBalancer, ports: tuple[Port, ...]) -> tuple[Problem, ...]:
    return tuple(
        problem(
            "rule-missing",
            f"{port.field}.port",
            f"{existing.name} has no TCP rule from port {port.port} to {port.target_port}, and it was not made "
            "here.",
            "The customer's network admin adds the rule (az network lb rule create), or the request names no "
            "service, so that the set-up makes its own load balancer.",
        )
        for port in lacking(ground, existing, ports)
    )


def _members(
    ground: Ground, existing: LoadBalancer | None, balancer: Change | None, ports: tuple[Port, ...]
) -> Plan:
    """Every target's network interface once: in the pool already, or to join it."""
    if balancer is None:
        return Plan()
    parts: dict[str, Change] = {}
    wrong: dict[str, Problem] = {}
    for port in ports:
        outside = port.places if existing is None else _outside(ground, existing, port)
        for place in port.places:
            key = member_key(place.instance or "")
            joins = place in outside
            if key in parts and not (joins and parts[key].action == "leave"):
                continue
            parts[key] = _member(ground, existing, balancer, place, key, joins)
            if joins:
                wrong |= {row.message: row for row in _cannot_join(ground, existing, place, port)}
    return Plan(tuple(parts.values()), tuple(wrong.values()))


def _member(
    ground: Ground,
    existing: LoadBalancer | None,
    balancer: Change,
    place: Place,
    key: str,
    joins: bool,
) -> Change:
    interface = place.instance or ""
    nic = id_part(interface, "networkInterfaces") or interface
    name = f"{nic} in the pool of {balancer.name}"
    if not joins:
        action = "adopt" if balancer.action == "adopt" else "leave"
        return Change(key, "adopt" if action == "adopt" else "leave", "targets", name, id=interface)
    why = (
        f"Changes the network interface of {names((place,))}, which was not made here: its first IP "
        "configuration joins the pool. Nothing else of it changes."
    )
    if existing is not None:
        why = foreign(ground, "load-balancer", existing, why)
    spec = PoolMemberSpec(id_of(balancer), interface)
    change = Change(key, "create", "targets", name, spec, interface, ("load-balancer",), reason=why)
    return commanded(ground, change)


def _cannot_join(
    ground: Ground, existing: LoadBalancer | None, place: Place, port: Port
) -> tuple[Problem, ...]:
    field = f"{port.field}.targets"
    interface = place.instance or ""
    found = []
    if SCALE_SET in interface.lower():
        found.append(
            problem(
                "target-scale-set",
                field,
                f"{place.target} is in a scale set; its interfaces join a pool by the scale set's model only.",
                "The customer adds the pool to the scale set's network profile and updates its instances, or "
                "names a virtual machine outside a scale set.",
            )
        )
    if existing is not None and len(pools_of(ground.inventory, existing)) > 1:
        found.append(
            problem(
                "target-not-in-pool",
                field,
                f"{place.target} is not in the pool behind port {port.port} of {existing.name}, which has "
                "several pools.",
                "The customer's network admin adds it to that pool (az network nic ip-config address-pool add).",
            )
        )
    basic = [
        row.name
        for row in ground.inventory.load_balancers
        if row.kind.lower() == "basic"
        and any(holds(ground.inventory, pool, place) for pool in pools_of(ground.inventory, row))
    ]
    if basic:
        found.append(
            problem(
                "target-on-basic",
                field,
                f"{place.target} is behind the Basic load balancer {basic[0]}; a machine cannot be behind Basic "
                "and Standard at once.",
                "The customer upgrades that load balancer to Standard, or names another machine.",
            )
        )
    return tuple(found)

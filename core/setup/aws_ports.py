"""One port of the bidirectional side on AWS: its target group, the targets in it, and the listener."""

from __future__ import annotations

from typing import Literal

from core.network.model import Listener, LoadBalancer, TargetGroup
from core.request.model import Problem
from core.setup.change import Change, Id, ListenerSpec, Ref, TargetGroupSpec, TargetsSpec
from core.setup.ground import Ground, commanded, elb_name, foreign, id_of, make, problem, stand
from core.setup.places import Place, holds
from core.setup.plan import Plan
from core.setup.ports import Port, group_at, listener_at, targets_missing

CARRIES_TCP = frozenset({"TCP", "TLS", "TCP_UDP"})
"""Listener protocols that a TCP connection can be made to (elbv2 ``CreateListener``)."""


def serves(ground: Ground, balancer: LoadBalancer, ports: tuple[Port, ...]) -> bool:
    """Whether the load balancer has a listener on every port that carries TCP to a target group."""
    for port in ports:
        listener = listener_at(ground, balancer, port.port)
        if listener is None or listener.protocol not in CARRIES_TCP:
            return False
        if group_at(ground, listener) is None:
            return False
    return True


def fits(ground: Ground, balancer: LoadBalancer, ports: tuple[Port, ...]) -> bool:
    """Whether the load balancer needs no write: TCP listeners on every port to all the requested targets."""
    for port in ports:
        listener = listener_at(ground, balancer, port.port)
        group = group_at(ground, listener)
        if listener is None or listener.protocol != "TCP" or group is None or not port.places:
            return False
        if not all(holds(group, place, port.target_port) for place in port.places):
            return False
    return True


def plan_port(ground: Ground, existing: LoadBalancer | None, balancer: Change, port: Port) -> Plan:
    """Plan target group, targets and listener of one port on a load balancer that exists or is to be made."""
    listener = listener_at(ground, existing, port.port) if existing else None
    wrong = _listener_problems(ground, listener, port)
    if wrong:
        return Plan(problems=wrong)
    own = ground.ours(f"target-group/{port.port}", ground.inventory.target_groups)
    behind = group_at(ground, listener)
    mended = listener is not None and ground.tagged(listener)
    group = own or behind if mended else behind or own
    if listener is not None and group is None and listener.target_group_id:
        return Plan(problems=(_unseen(listener, port),))
    groups, first = _target_group(ground, group, port)
    targets = _targets(ground, group, first, port)
    return Plan(
        (*groups.changes, *targets.changes, _listener(ground, existing, balancer, listener, first, port)),
        (*groups.problems, *targets.problems),
        targets.notes,
    )


def _listener_problems(ground: Ground, listener: Listener | None, port: Port) -> tuple[Problem, ...]:
    if listener is None:
        return ()
    why = ""
    if listener.protocol not in CARRIES_TCP:
        why = f"is {listener.protocol}, not TCP"
    elif listener.target_group_id is None and not ground.tagged(listener):
        why = "does not lead to one target group"
    if not why:
        return ()
    return (
        problem(
            "listener-unfit",
            f"{port.field}.port",
            f"The load balancer's listener on port {port.port} {why}, and it was not made here.",
            "The customer mends or removes the listener, or gives the service another port.",
        ),
    )


def _unseen(listener: Listener, port: Port) -> Problem:
    return problem(
        "target-group-not-found",
        f"{port.field}.port",
        f"The listener on port {port.port} leads to {listener.target_group_id}, which could not be read.",
        "Whoever grants permissions allows elasticloadbalancing:DescribeTargetGroups.",
    )


def _type_of(port: Port) -> Literal["ip", "instance"]:
    asked = all(place.target.startswith("i-") for place in port.places)
    return "instance" if port.places and asked else "ip"


def _target_group(ground: Ground, group: TargetGroup | None, port: Port) -> tuple[Plan, Change]:
    key = f"target-group/{port.port}"
    if group is not None:
        missing = [place for place in port.places if not holds(group, place, port.target_port)]
        write = f"{_listed(missing)} is registered in it" if missing else ""
        change = stand(ground, key, "target-group", group, group.name, write=write)
        return Plan((change,)), change
    name = elb_name(ground.enablement, str(port.port))
    spec = TargetGroupSpec(name, ground.network.id, "TCP", port.target_port, _type_of(port))
    change = make(
        ground,
        key,
        "target-group",
        name,
        spec,
        reason=f"Holds the targets of port {port.port}, which listen on {port.target_port}.",
    )
    wrong: tuple[Problem, ...] = ()
    if any(row.name == name for row in ground.inventory.target_groups):
        wrong = (
            problem(
                "name-taken",
                "",
                f"A target group {name} exists, without this enablement's tag.",
                "The customer deletes it, or starts an enablement with another id.",
            ),
        )
    return Plan((change,), wrong), change


def _listed(places: list[Place]) -> str:
    return ", ".join(place.target for place in places)


def _targets(ground: Ground, group: TargetGroup | None, change: Change, port: Port) -> Plan:
    key = f"targets/{port.port}"
    missing = [p for p in port.places if group is None or not holds(group, p, port.target_port)]
    if group is not None and not missing:
        name = f"{_listed(list(port.places))} in {group.name}".removeprefix(" in ")
        action: Literal["adopt", "leave"] = "adopt" if change.action == "adopt" else "leave"
        notes = _extra(ground, group, port)
        return Plan((Change(key, action, "targets", name, id=group.id),), notes=notes)
    if not port.places:
        return Plan(problems=(targets_missing(port),))
    kind = group.target_type if group is not None else _type_of(port)
    ids = {place.target: place.in_type(kind) for place in missing}
    unknown = tuple(target for target, known in ids.items() if known is None)
    if unknown:
        return Plan(problems=(_unknown_in_type(unknown, kind, port),))
    listed = tuple(known for known in ids.values() if known is not None)
    outside = tuple(place.target for place in missing if place.outside)
    spec = TargetsSpec(id_of(change), listed, port.target_port, outside)
    why = f"They answer on port {port.target_port}."
    if group is not None:
        why = foreign(ground, change.key, group, why)
    name = f"{', '.join(listed)} in {change.name}"
    register = make(ground, key, "targets", name, spec, needs=(change.key,), reason=why)
    return Plan((register,), notes=_extra(ground, group, port) if group is not None else ())


def _unknown_in_type(targets: tuple[str, ...], kind: str, port: Port) -> Problem:
    wanted = "instance" if kind == "instance" else "address"
    return problem(
        "target-unknown",
        f"{port.field}.targets",
        f"No {wanted} is known for {', '.join(targets)}, and the target group takes one.",
        f"The customer names the {wanted}, as this account shows it.",
    )


def _extra(ground: Ground, group: TargetGroup, port: Port) -> tuple[str, ...]:
    asked = frozenset(name for place in port.places for name in place.names)
    rows = [row for row in group.targets if row.id not in asked or row.port != port.target_port]
    if not rows or not ground.own(f"target-group/{port.port}", group):
        return ()
    listed = ", ".join(f"{row.id}:{row.port}" for row in rows)
    return (f"{group.name} also holds {listed}, which the request does not name; it stays.",)


def _listener(
    ground: Ground,
    existing: LoadBalancer | None,
    balancer: Change,
    listener: Listener | None,
    group: Change,
    port: Port,
) -> Change:
    key = f"listener/{port.port}"
    name = f"TCP {port.port} on {balancer.name}"
    needs = ("load-balancer", group.key)
    if listener is None:
        why = f"Sends port {port.port} to {group.name}."
        if existing is not None:
            why = foreign(ground, "load-balancer", existing, why)
        spec = ListenerSpec(id_of(balancer), "TCP", port.port, id_of(group))
        return make(ground, key, "listener", name, spec, needs=needs, reason=why)
    wanted: Id = id_of(group)
    if isinstance(wanted, Ref) or wanted != listener.target_group_id:
        spec = ListenerSpec(listener.load_balancer_id, "TCP", port.port, wanted)
        why = f"It led elsewhere: it sends port {port.port} to {group.name}."
        change = Change(key, "change", "listener", name, spec, listener.id, needs, reason=why)
        return commanded(ground, change)
    return stand(ground, key, "listener", listener, f"{listener.protocol} {port.port} on {balancer.name}")

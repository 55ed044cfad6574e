"""AWS, the last hops from Magento: a target group, its targets, and the filters between them and the load balancer.

Sources: "Network Load Balancers": cross-zone load balancing is off by default; "Target groups": targets see the load
balancer's addresses, whatever client IP preservation says.
"""

from __future__ import annotations

from core.diagnosis.aws_filters import Blocked, blocked, through_acls, through_groups
from core.diagnosis.case import Case
from core.diagnosis.walk import Walk, seen
from core.export.advice import aws
from core.network.model import LoadBalancer, Subnet, TargetGroup

HEALTHY = frozenset({"healthy", "draining"})


def walk_targets(case: Case, here: Walk, balancer: LoadBalancer, group: TargetGroup, port: int) -> None:
    """The hops from a listener's target group on: health, zones, filters, and what is sent first."""
    _targets(case, here, balancer, group, port)
    _zones(case, here, balancer, group, port)
    _target_filters(case, here, balancer, group, port)
    _proxy(case, here, group, port)


def _targets(case: Case, here: Walk, balancer: LoadBalancer, group: TargetGroup, port: int) -> None:
    key, title = f"targets/{port}", f"Targets of port {port}"
    unread = case.unread("target health")
    facts = seen(
        group.id,
        TargetHealth=[f"{one.id}:{one.port} {one.health} {one.reason}".rstrip() for one in group.targets],
    )
    if unread:
        here.unknown(key, title, f"Not checked, because target health could not be read: {unread}.")
        return
    if not group.targets:
        here.fault(key, title, f"Target group {group.name} has none.", *facts)
        here.cause(
            "no-target",
            f"Nothing is registered in target group {group.name}: connections to port {port} are refused.",
            "The customer registers the machines that answer (privatelink plan, then apply).",
            aws(case.region, "elbv2 register-targets", target_group_arn=group.id, targets="Id=<machine>"),
        )
        return
    good = [one for one in group.targets if one.health in HEALTHY]
    if good:
        here.proof(key, title, f"{len(good)} of {len(group.targets)} are healthy.", *facts)
        return
    unused = all(one.health == "unused" for one in group.targets)
    starting = all(one.health == "initial" for one in group.targets)
    states = ", ".join(
        dict.fromkeys(f"{one.health} ({one.reason})" if one.reason else one.health for one in group.targets)
    )
    here.fault(key, title, f"None of {len(group.targets)} is healthy: {states}.", *facts)
    here.cause(
        "target-unused" if unused else "target-unhealthy",
        f"The targets of {group.name} are {states}: nothing is forwarded to them.",
        "Use the target group in a listener, and put the targets' zones among the load balancer's."
        if unused
        else "Wait until they are checked: registration takes some minutes."
        if starting
        else f"See that the service runs and answers on {group.protocol} {group.port}, and that the targets' security "
        "groups let the health check in.",
        aws(case.region, "elbv2 describe-target-health", target_group_arn=group.id),
        certainty="likely" if starting else "certain",
    )


def _zones(case: Case, here: Walk, balancer: LoadBalancer, group: TargetGroup, port: int) -> None:
    """Every zone of the load balancer has a healthy target of its own, or reaches those of the others."""
    key, title = f"zones/{port}", f"Targets in every zone, port {port}"
    crosses = _crosses(balancer, group)
    facts = seen(balancer.id, load_balancing__cross_zone__enabled=balancer.cross_zone) + seen(
        group.id, load_balancing__cross_zone__enabled=group.cross_zone
    )
    if crosses:
        here.proof(key, title, "Cross-zone load balancing is on: every zone reaches all targets.", *facts)
        return
    if crosses is None:
        why = case.unread("load balancer attributes") or "its attributes were not read"
        here.unknown(key, title, f"Not checked, because of cross-zone load balancing: {why}.")
        return
    zones = {one.zone: one for one in case.index.subnets(balancer.subnet_ids)}
    has = {_zone_of(case, group, target.id) for target in group.targets if target.health in HEALTHY}
    empty = sorted(zone for zone in zones if zone not in has)
    if not group.targets or not any(one.health in HEALTHY for one in group.targets):
        return
    if not empty:
        here.proof(key, title, "Each zone has a healthy target.", *facts)
        return
    here.fault(key, title, f"Cross-zone is off, and {', '.join(empty)} has no healthy target.", *facts)
    here.cause(
        "zone-without-targets",
        f"Cross-zone load balancing is off, and zone {', '.join(empty)} has no healthy target for port {port}: "
        "connections that arrive there are refused.",
        "The customer turns cross-zone load balancing on (privatelink plan, then apply), or registers a target in "
        "each zone.",
        aws(
            case.region,
            "elbv2 modify-load-balancer-attributes",
            load_balancer_arn=balancer.id,
            attributes="Key=load_balancing.cross_zone.enabled,Value=true",
        ),
    )


def _crosses(balancer: LoadBalancer, group: TargetGroup) -> bool | None:
    """Whether a zone reaches the targets of others: the target group says, or leaves it to the load balancer."""
    if group.cross_zone in ("on", "off"):
        return group.cross_zone == "on"
    return balancer.cross_zone


def _zone_of(case: Case, group: TargetGroup, target: str) -> str:
    machine = case.index.machine(target, group.network_id)
    return machine.zone if machine else ""


def _target_filters(case: Case, here: Walk, balancer: LoadBalancer, group: TargetGroup, port: int) -> None:
    """The targets' security groups and the network ACLs on the way to them: the load balancer is the source."""
    key, title = f"filters/{port}", f"Way to the targets of port {port}"
    subnets = case.index.subnets(balancer.subnet_ids)
    peers = tuple(dict.fromkeys(one.cidr for one in subnets))
    stops: list[Blocked] = []
    ways: list[tuple[Subnet, Subnet, int]] = []
    unseen: list[str] = []
    for target in group.targets:
        machine = case.index.machine(target.id, group.network_id)
        if machine is None:
            unseen.append(target.id)
            continue
        ports = (target.port or group.port,)
        found, unread = through_groups(
            case, machine.security_group_ids, ports, peers, balancer.security_group_ids
        )
        stops.extend(found)
        unseen.extend(unread)
        home = case.index.subnet(machine.subnet_id)
        if home is not None and not case.unread("network ACLs"):
            ways.extend((one, home, ports[0]) for one in subnets)
    acls = through_acls(case, ways)
    if stops:
        fix = (
            "The network admin lets the load balancer's subnets in: targets see its addresses, not Magento's."
        )
        blocked(case, here, key, title, "target-filter", stops, fix)
    if acls:
        blocked(
            case,
            here,
            f"acls/{port}",
            "Network ACLs",
            "network-acl",
            acls,
            "The network admin lets it through.",
        )
    if not stops and not acls and group.targets:
        if unseen:
            here.unknown(key, title, f"Not checked, because {', '.join(unseen[:3])} was not seen in the VPC.")
        else:
            here.proof(key, title, "Security groups and network ACLs let the load balancer's subnets in.")


def _proxy(case: Case, here: Walk, group: TargetGroup, port: int) -> None:
    if group.proxy_protocol is not True:
        return
    here.unknown(
        f"proxy/{port}",
        "Proxy protocol",
        "Version 2 is on: whether the targets expect it cannot be seen from here.",
        *seen(group.id, proxy_protocol_v2__enabled=True),
    )
    here.cause(
        "proxy-protocol",
        f"Target group {group.name} sends a proxy protocol v2 header first: a service that does not expect it "
        "breaks off.",
        "Turn it off, or make the service read it.",
        aws(
            case.region,
            "elbv2 modify-target-group-attributes",
            target_group_arn=group.id,
            attributes="Key=proxy_protocol_v2.enabled,Value=false",
        ),
        certainty="likely",
    )

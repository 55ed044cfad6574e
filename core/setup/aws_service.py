"""The bidirectional side on AWS: load balancer, target groups, listeners, endpoint service, principal.

Which of what stands is used is :mod:`core.setup.base`.
"""

from __future__ import annotations

from typing import Literal

from core.network.model import EndpointService, LoadBalancer
from core.request.model import Problem
from core.setup.admission import FIELD, intruders, unguarded
from core.setup.aws_ports import fits, plan_port, serves
from core.setup.base import (
    Base,
    Judges,
    balancer_problems,
    behind,
    choose,
    no_service,
    service_failed,
)
from core.setup.change import (
    Change,
    CrossZoneSpec,
    EndpointServiceSpec,
    LoadBalancerSpec,
    PrincipalSpec,
)
from core.setup.ground import (
    Ground,
    commanded,
    elb_name,
    foreign,
    id_of,
    make,
    problem,
    stand,
)
from core.setup.places import ELB_FREE, EVERYWHERE, candidates, locate, one_per_zone, zone_of
from core.setup.plan import Plan, merge, pending
from core.setup.ports import Port, ports_of

NLB_COST = "AWS bills you for it by the hour and by the data that it handles, for as long as it stands."
CROSS_ZONE_COST = "AWS bills you for the data that crosses zones."


def plan_service(ground: Ground) -> Plan:
    """Plan the service side, for the request's from-magento services."""
    ports, wrong = ports_of(ground, locate)
    if not ports:
        return Plan(problems=wrong or (no_service(),))
    base, found = choose(ground, _judges(ground, ports))
    wrong = (*wrong, *found.problems)
    if any(row.severity == "error" for row in wrong):
        return Plan(problems=wrong, notes=found.notes)
    return merge((Plan(problems=wrong, notes=found.notes), _changes(ground, base, ports)))


def _judges(ground: Ground, ports: tuple[Port, ...]) -> Judges:
    return Judges(_service_problems, _balancer_problems, lambda services: _fitting(ground, services, ports))


def _service_problems(ground: Ground, service: EndpointService) -> tuple[Problem, ...]:
    """Why a service cannot be used. What weakens its protection is told, never silently mended."""
    found = [*service_failed(ground, service)]
    if not ground.own("endpoint-service", service):
        found.extend(unguarded(ground.admitted, service, made_here=False))
    if service.principals is None:
        found.append(
            problem(
                "principals-unread",
                FIELD,
                f"Who may connect to {service.id} could not be read.",
                "Whoever grants permissions allows ec2:DescribeVpcEndpointServicePermissions.",
            )
        )
    return (*found, *intruders(ground.admitted, service.id, service.principals or (), ground.request.region))


def _balancer_problems(ground: Ground, balancer: LoadBalancer) -> tuple[Problem, ...]:
    if balancer.kind == "network":
        return balancer_problems(ground, balancer)
    other = problem(
        "load-balancer-not-network",
        FIELD,
        f"{balancer.name} is a load balancer of kind {balancer.kind}.",
        "The customer puts the endpoint service in front of a network load balancer.",
    )
    return (other, *balancer_problems(ground, balancer))


def _fitting(
    ground: Ground, services: tuple[EndpointService, ...], ports: tuple[Port, ...]
) -> tuple[Base, Plan]:
    """A service, else a load balancer, that fits as it stands; else nothing."""
    notes = []
    for service in sorted(services, key=lambda row: row.id):
        if ground.offer.aws_principal not in (service.principals or ()):
            continue
        base, found = behind(ground, service, _judges(ground, ports))
        unfit = [row for row in found.problems if row.severity == "error"]
        if unfit or base.balancer is None:
            notes.append(f"{service.id} allows Magento, but is not used: {unfit[0].message}")
        elif not serves(ground, base.balancer, ports):
            notes.append(f"{service.id} allows Magento, but is not used: it lacks a listener that is needed.")
        else:
            return base, found
    for balancer in sorted(ground.inventory.load_balancers, key=lambda row: row.id):
        if not _balancer_problems(ground, balancer) and fits(ground, balancer, ports):
            return Base(None, balancer), Plan(notes=tuple(notes))
    return Base(None, None), Plan(notes=tuple(notes))


def _changes(ground: Ground, base: Base, ports: tuple[Port, ...]) -> Plan:
    made = _new_balancer(ground) if base.balancer is None else Plan()
    if base.balancer is None:
        balancer = made.changes[0]
    else:
        # Whether it gets a new listener decides how it stands, so its ports are planned twice.
        balancer = _standing(ground, base.balancer, write="")
        new = [
            change.name
            for port in ports
            for change in pending(plan_port(ground, base.balancer, balancer, port))
            if change.kind == "listener" and change.action == "create"
        ]
        if new:
            balancer = _standing(ground, base.balancer, write=f"it gets {', '.join(new)}")
    parts = tuple(plan_port(ground, base.balancer, balancer, port) for port in ports)
    return merge(
        (
            Plan((balancer,), made.problems, made.notes),
            _cross_zone(ground, base.balancer, balancer, ports),
            *parts,
            _service(ground, base.service, balancer),
        )
    )


def _standing(ground: Ground, balancer: LoadBalancer, write: str) -> Change:
    return stand(
        ground,
        "load-balancer",
        "load-balancer",
        balancer,
        balancer.name,
        write=write,
        state=balancer.state,
        cost=NLB_COST,
    )


def _new_balancer(ground: Ground) -> Plan:
    subnets = one_per_zone(candidates(ground))
    name = elb_name(ground.enablement, "nlb")
    change = make(
        ground,
        "load-balancer",
        "load-balancer",
        name,
        LoadBalancerSpec(name, tuple(row.id for row in subnets)),
        reason=f"Magento's connection ends here: internal, in {len(subnets)} of the network's zones. It gets no "
        "deletion protection, so that undo can remove it, and no security group, which would have to name Magento's "
        "own private addresses. The audit tells both.",
        cost=NLB_COST,
    )
    found = [
        problem(
            "subnet-nearly-full",
            "cloud.subnets",
            f"{row.id} has {row.free_addresses} free addresses; a load balancer asks for {ELB_FREE}.",
            "The customer chooses another subnet of that zone, or frees addresses.",
            "warning",
        )
        for row in subnets
        if row.free_addresses < ELB_FREE
    ]
    if any(row.name == name for row in ground.inventory.load_balancers):
        found.append(
            problem(
                "name-taken",
                "",
                f"A load balancer {name} exists, without this enablement's tag.",
                "The customer deletes or renames it, or starts an enablement with another id.",
            )
        )
    return Plan((change,), tuple(found), _several(ground, len(subnets)))


def _several(ground: Ground, used: int) -> tuple[str, ...]:
    if len(ground.request.subnets) <= used:
        return ()
    return ("More than one subnet of a zone is chosen; only the one with the most free addresses is used.",)


def _cross_zone(
    ground: Ground, existing: LoadBalancer | None, balancer: Change, ports: tuple[Port, ...]
) -> Plan:
    """Cross-zone load balancing, only where a zone of the load balancer has no target of some service."""
    subnets = {row.id: row for row in ground.inventory.subnets}
    if existing is not None:
        ids = existing.subnet_ids
    else:
        ids = balancer.spec.subnets if isinstance(balancer.spec, LoadBalancerSpec) else ()
    zones = {zone_of(subnets[one]) for one in ids if one in subnets}
    lacking: dict[str, list[int]] = {}
    for port in ports:
        held = {place.zone for place in port.places}
        if port.places and EVERYWHERE not in held:
            for zone in sorted(zones - held):
                lacking.setdefault(zone, []).append(port.port)
    if not lacking:
        return Plan()
    where = ", ".join(f"{zone} (port {', '.join(map(str, rows))})" for zone, rows in lacking.items())
    why = f"No target in {where}: without it, connections through that zone are not answered."
    spec = CrossZoneSpec(id_of(balancer))
    name = f"cross-zone load balancing of {balancer.name}"
    if existing is None:
        change = Change(
            "cross-zone", "change", "cross-zone", name, spec, None, ("load-balancer",), reason=why,
            cost=CROSS_ZONE_COST,
        )  # fmt: skip
        return Plan((commanded(ground, change),))
    journaled = existing.cross_zone is None and "cross-zone" in ground.story.made
    if existing.cross_zone or journaled:
        return Plan(
            (Change("cross-zone", "leave", "cross-zone", name, id=existing.id, cost=CROSS_ZONE_COST),)
        )
    if not ground.own("load-balancer", existing):
        off = problem(
            "cross-zone-off",
            FIELD,
            f"{existing.name} has cross-zone load balancing off. {why}",
            "The customer registers a target in each zone, or turns cross-zone load balancing on.",
            "warning",
        )
        return Plan(problems=(off,))
    change = Change(
        "cross-zone", "change", "cross-zone", name, spec, existing.id, ("load-balancer",), reason=why,
        cost=CROSS_ZONE_COST,
    )  # fmt: skip
    return Plan((commanded(ground, change),))


def _service(ground: Ground, existing: EndpointService | None, balancer: Change) -> Plan:
    key: Literal["endpoint-service"] = "endpoint-service"
    principal = ground.offer.aws_principal
    lacking = existing is None or principal not in (existing.principals or ())
    if existing is None:
        name = f"{ground.enablement}-service"
        service = make(
            ground,
            key,
            key,
            name,
            EndpointServiceSpec(name, id_of(balancer)),
            needs=("load-balancer",),
            reason="Its service name is what Magento connects to; every connection needs acceptance.",
        )
    elif not existing.acceptance_required:
        change = Change(
            key,
            "change",
            key,
            existing.name or existing.id,
            EndpointServiceSpec(existing.name, id_of(balancer)),
            existing.id,
            reason="It accepts every connection by itself: acceptance is turned on.",
            state=existing.state,
        )
        service = commanded(ground, change)
    else:
        write = f"{principal} is added to its principals" if lacking else ""
        name = existing.name or existing.service_name
        service = stand(ground, key, key, existing, name, write=write, state=existing.state)
    name = f"{principal} on {service.name}"
    if existing is not None and not lacking:
        allowed = Change("principal", "leave", "principal", name, id=existing.id)
        if service.action == "adopt":
            allowed = Change(
                "principal", "adopt", "principal", name, id=existing.id, reason="It is allowed already."
            )
        return Plan((service, allowed))
    why = "Magento's account, and nobody else, may ask to connect."
    if existing is not None:
        why = foreign(ground, key, existing, why)
    spec = PrincipalSpec(id_of(service), (principal,))
    return Plan((service, make(ground, "principal", "principal", name, spec, needs=(key,), reason=why)))

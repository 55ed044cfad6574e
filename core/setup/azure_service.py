"""The bidirectional side on Azure: subnet policy, load balancer, private link service, who may see it.

Which of what stands is used is :mod:`core.setup.base`.
"""

from __future__ import annotations

from dataclasses import replace

from core.network.model import EndpointService, Subnet
from core.request.identifiers import same_id
from core.request.model import Problem
from core.setup.admission import FIELD, intruders, unguarded
from core.setup.azure_balancer import fits, lacking, plan_balancer, standard_problems
from core.setup.azure_filters import blocked
from core.setup.azure_places import azure_name, group_of, locate, no_room, roomiest, warn_few
from core.setup.base import Base, Judges, balancer_of, behind, choose, no_service, service_failed
from core.setup.change import (
    Change,
    PrincipalSpec,
    PrivateLinkServiceSpec,
    SubnetPolicySpec,
)
from core.setup.ground import Ground, commanded, foreign, id_of, make, problem, set_here, stand
from core.setup.plan import Plan, merge
from core.setup.ports import Port, ports_of
from core.workflow.story import vendor_subscriptions

VISIBLE_MOST = 100
"""Subscriptions that a private link service can be visible to ("Azure subscription limits", Private Link)."""

ADDRESSES = 3
"""What a subnet gives at most: the frontend, a NAT address, the private endpoint."""

COST = "Azure bills you for the data that crosses it; the service itself costs nothing."


def plan_service(ground: Ground) -> Plan:
    """Plan the service side, for the request's from-magento services."""
    ground = _without_failures(ground)
    ports, wrong = ports_of(ground, locate)
    if not ports:
        return Plan(problems=wrong or (no_service(),))
    judges = _judges(ground, ports)
    base, found = choose(ground, judges)
    wrong = (*wrong, *found.problems)
    if any(row.severity == "error" for row in wrong):
        return Plan(problems=wrong, notes=found.notes)
    return merge((Plan(problems=wrong, notes=found.notes), _changes(ground, base, ports)))


def _without_failures(ground: Ground) -> Ground:
    """The ground without what was made here and could not be set up: the same PUT once more mends it (ARM's
    ``provisioningState`` "Failed").
    """
    seen = ground.inventory
    services = tuple(
        row
        for row in seen.endpoint_services
        if not (row.state == "failed" and ground.own("endpoint-service", row))
    )
    balancers = tuple(
        row for row in seen.load_balancers if not (row.state == "failed" and ground.own("load-balancer", row))
    )
    return replace(ground, inventory=replace(seen, endpoint_services=services, load_balancers=balancers))


def _judges(ground: Ground, ports: tuple[Port, ...]) -> Judges:
    return Judges(_service_problems, standard_problems, lambda services: _fitting(ground, services, ports))


def _vendors(ground: Ground) -> tuple[str, ...]:
    return vendor_subscriptions(ground.story, ground.offer)


def _lower(names: tuple[str, ...] | None) -> tuple[str, ...]:
    return tuple(name.lower() for name in names or ())


def _service_problems(ground: Ground, service: EndpointService) -> tuple[Problem, ...]:
    """Why a service cannot be used. What weakens its protection is told, never silently mended."""
    found = [*service_failed(ground, service)]
    if service.region and service.region != ground.request.region:
        found.append(
            problem(
                "service-region",
                FIELD,
                f"{service.id} is in {service.region}, the request is for {ground.request.region}.",
                "The customer names a private link service in the request's region.",
            )
        )
    if not ground.own("endpoint-service", service):
        found.extend(unguarded(ground.admitted, service, made_here=False))
    if service.principals is None:
        found.append(
            problem(
                "principals-unread",
                FIELD,
                f"Who may see {service.id} could not be read.",
                "Whoever grants permissions allows Microsoft.Network/privateLinkServices/read.",
            )
        )
    found.extend(
        problem(
            "visible-unknown",
            FIELD,
            f"{service.id} is visible to {name}; no subscription of Magento's is known to compare with.",
            "The customer asks in the ticket for Magento's subscription, and compares.",
            "warning",
        )
        for name in ground.admitted.unknown(service.principals or ())
    )
    return (*found, *intruders(ground.admitted, service.id, service.principals or (), ground.request.region))


def _fitting(
    ground: Ground, services: tuple[EndpointService, ...], ports: tuple[Port, ...]
) -> tuple[Base, Plan]:
    """A service that Magento sees, else a load balancer, that fits as it stands; else nothing."""
    vendors = set(_vendors(ground))
    notes = []
    for service in sorted(services, key=lambda row: row.id):
        if not vendors or not vendors <= set(_lower(service.principals)):
            continue
        base, found = behind(ground, service, _judges(ground, ports))
        unfit = [row for row in found.problems if row.severity == "error"]
        if unfit or base.balancer is None:
            notes.append(f"{service.id} is visible to Magento, but is not used: {unfit[0].message}")
        elif lacking(ground, base.balancer, ports):
            notes.append(
                f"{service.id} is visible to Magento, but is not used: its load balancer lacks a rule."
            )
        else:
            return base, found
    for balancer in sorted(ground.inventory.load_balancers, key=lambda row: row.id):
        unfit = [row for row in standard_problems(ground, balancer) if row.severity == "error"]
        if not unfit and fits(ground, balancer, ports):
            return Base(None, balancer), Plan(notes=tuple(notes))
        if unfit and not lacking(ground, balancer, ports):
            notes.append(f"{balancer.name} has the rules, but is not used: {unfit[0].message}")
    return Base(None, None), Plan(notes=tuple(notes))


def _changes(ground: Ground, base: Base, ports: tuple[Port, ...]) -> Plan:
    nat = _nat_subnet(ground) if base.service is None else None
    wrong = no_room(ground, nat) if base.service is None else ()
    if wrong:
        return Plan(problems=wrong)
    policy = _policy(ground, nat, base.service)
    first = tuple(row.key for row in policy)
    balancer = plan_balancer(ground, base.balancer, ports, first)
    if not balancer.changes:
        return balancer
    made = Plan() if base.balancer is not None else warn_few(roomiest(ground), ADDRESSES)
    filtered = Plan(problems=blocked(ground, ports, _nat_cidr(ground, nat, base.service)))
    return merge(
        (
            Plan(policy),
            made,
            balancer,
            filtered,
            _service(ground, base.service, balancer.changes[0], nat, first),
        )
    )


def _nat_subnet(ground: Ground) -> Subnet | None:
    """Where the NAT addresses come from: a subnet whose policy is off already is preferred, so that a plan made
    again after the policy was changed takes the same one.
    """
    return roomiest(ground, lambda row: not row.link_policies)


def _nat_cidr(ground: Ground, nat: Subnet | None, service: EndpointService | None) -> str:
    """Where Magento's traffic comes from, as the targets see it."""
    held = {one.lower() for one in (service.subnet_ids if service else ())}
    rows = (nat, *(row for row in ground.inventory.subnets if row.id.lower() in held))
    return next((row.cidr for row in rows if row is not None), "")


def _policy(ground: Ground, nat: Subnet | None, service: EndpointService | None) -> tuple[Change, ...]:
    """The NAT subnet's policy: changed where it is on, left where this enablement changed it before."""
    if nat is None:
        held = {one.lower() for one in (service.subnet_ids if service else ())}
        nat = next((row for row in ground.inventory.subnets if row.id.lower() in held), None)
        if nat is None or service is None or not ground.own("endpoint-service", service):
            return ()
    name = f"private link service policies of subnet {nat.name}"
    if not nat.link_policies:
        if not set_here(ground.story, "subnet-policy", nat.id):
            return ()
        why = "They are off, as this enablement set them."
        return (Change("subnet-policy", "leave", "subnet-policy", name, id=nat.id, reason=why),)
    why = (
        f"Changes subnet {nat.name}, which was not made here: its network policies for private link services are "
        "turned off, because a private link service takes its NAT addresses from it. That affects the addresses "
        "of private link services only; network security groups go on guarding everything else in the subnet."
    )
    change = Change(
        "subnet-policy", "change", "subnet-policy", name, SubnetPolicySpec(nat.id), nat.id, reason=why
    )
    return (commanded(ground, change),)


def _service(
    ground: Ground,
    existing: EndpointService | None,
    balancer: Change,
    nat: Subnet | None,
    first: tuple[str, ...],
) -> Plan:
    vendors = _vendors(ground)
    wrong = () if vendors else (_nobody_known(existing),)
    if existing is None:
        return Plan(*_new_service(ground, balancer, nat, first, vendors, wrong))
    seen = _lower(existing.principals)
    missing = tuple(one for one in vendors if one not in seen)
    if len(seen) + len(missing) > VISIBLE_MOST:
        full = problem(
            "visibility-full",
            FIELD,
            f"{existing.id} is visible to {len(seen)} subscriptions; {VISIBLE_MOST} are the most.",
            "The customer's network admin takes some off the list, or names another service.",
        )
        return Plan(problems=(full,))
    service = _standing(ground, existing, balancer, missing)
    return Plan((service, *_visible(ground, existing, service, missing)), wrong)


def _nobody_known(existing: EndpointService | None) -> Problem:
    first = "is visible to nobody first" if existing is None else "stays as it is"
    return problem(
        "vendor-subscription-unknown",
        FIELD,
        f"No subscription of Magento's is known yet: the service {first}.",
        "The customer asks for it in the ticket; it goes with the request.",
        "warning",
    )


def _new_service(
    ground: Ground,
    balancer: Change,
    nat: Subnet | None,
    first: tuple[str, ...],
    vendors: tuple[str, ...],
    wrong: tuple[Problem, ...],
) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    if nat is None:
        return (), wrong
    name = azure_name(ground.enablement, "pls")
    group = group_of(ground.network.id)
    spec = PrivateLinkServiceSpec(name, group, ground.request.region, id_of(balancer), nat.id, vendors)
    who = f"Visible to {', '.join(vendors)} only" if vendors else "Visible to nobody yet"
    change = make(
        ground,
        "endpoint-service",
        "endpoint-service",
        name,
        spec,
        needs=("load-balancer", *first),
        reason=f"Its alias or resource id is what Magento connects to. {who}; every connection needs approval. "
        f"Its one NAT address comes from subnet {nat.name} and bears 64,000 connections; more can be added, as the "
        "audit tells.",
        cost=COST,
    )
    taken = [
        row.id
        for row in ground.inventory.endpoint_services
        if row.name.lower() == name.lower() and same_id(group_of(row.id), group)
    ]
    if taken:
        wrong = (
            *wrong,
            problem(
                "name-taken",
                "",
                f"A private link service {taken[0]} exists, without this enablement's tag.",
                "The customer deletes it, or starts an enablement with another id.",
            ),
        )
    root = "" if balancer.id is None else balancer_of(balancer.id)
    used = [
        row.id
        for row in ground.inventory.endpoint_services
        if root and any(balancer_of(one) == root for one in row.load_balancer_ids)
    ]
    if used:
        wrong = (
            *wrong,
            problem(
                "frontend-taken",
                "",
                f"{used[0]} is in front of {balancer.name} already; a frontend takes one private link service.",
                "The customer names that service in the request, or moves it to another load balancer.",
            ),
        )
    return (change,), wrong


def _standing(
    ground: Ground, existing: EndpointService, balancer: Change, missing: tuple[str, ...]
) -> Change:
    key = "endpoint-service"
    name = existing.name or existing.service_name
    if existing.auto_approval or not existing.acceptance_required:
        spec = PrivateLinkServiceSpec(
            existing.name,
            group_of(existing.id),
            ground.request.region,
            id_of(balancer),
            next(iter(existing.subnet_ids), ""),
            tuple(existing.principals or ()),
        )
        change = Change(
            key,
            "change",
            "endpoint-service",
            name,
            spec,
            existing.id,
            ("load-balancer",),
            reason="It approves connections by itself: automatic approval is turned off.",
            state=existing.state,
        )
        return commanded(ground, change)
    write = f"{', '.join(missing)} is added to who sees it" if missing else ""
    return stand(ground, key, "endpoint-service", existing, name, write=write, state=existing.state)


def _visible(
    ground: Ground, existing: EndpointService, service: Change, missing: tuple[str, ...]
) -> tuple[Change, ...]:
    """The change that adds Magento's subscriptions to who sees a service that stands."""
    if not missing:
        if not set_here(ground.story, "principal", existing.id):
            return ()
        return (Change("principal", "leave", "principal", f"Magento on {service.name}", id=existing.id),)
    listed = ", ".join(missing)
    why = foreign(
        ground, "endpoint-service", existing, "Magento's subscription, and nobody else, may ask to connect."
    )
    spec = PrincipalSpec(id_of(service), missing)
    name = f"{listed} on {service.name}"
    return (make(ground, "principal", "principal", name, spec, needs=("endpoint-service",), reason=why),)

"""What the service side stands on: which endpoint service and load balancer are used, on either cloud.

What stands is used before anything is made: the service that the request names, then what carries the
enablement's tag or is in its journal, then what already fits, then nothing, so that both are made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.network.model import EndpointService, LoadBalancer
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import same_id
from core.request.model import Platform, Problem
from core.setup.admission import FIELD
from core.setup.ground import Ground, problem
from core.setup.plan import Plan, merge

GONE = frozenset({"deleting", "deleted"})
CLOUD: Mapping[Platform, str] = {"aws": "AWS", "azure": "Azure"}
SERVICE: Mapping[Platform, str] = {"aws": "an endpoint service", "azure": "a private link service"}
BALANCER: Mapping[Platform, str] = {"aws": "a network load balancer", "azure": "a Standard load balancer"}
"""What each cloud calls the two."""


@dataclass(frozen=True, slots=True)
class Base:
    """What the side stands on: a service and a load balancer that exist, or None for each to be made."""

    service: EndpointService | None
    balancer: LoadBalancer | None


@dataclass(frozen=True, slots=True)
class Judges:
    """What only the cloud's own rules can say of what stands.

    ``service`` and ``balancer`` say why one cannot be used; ``fitting`` looks for what fits as it stands among
    the services that nobody named.
    """

    service: Callable[[Ground, EndpointService], tuple[Problem, ...]]
    balancer: Callable[[Ground, LoadBalancer], tuple[Problem, ...]]
    fitting: Callable[[tuple[EndpointService, ...]], tuple[Base, Plan]]


def balancer_of(id: str) -> str:
    """The load balancer's id in lower case, also from the id of one of its parts (Azure frontends, pools)."""
    lower = id.lower()
    if not lower.startswith("/subscriptions/"):
        return lower
    return "/".join(lower.split("/")[:9])


def choose(ground: Ground, judges: Judges) -> tuple[Base, Plan]:
    """The base, with what is wrong with it."""
    services = tuple(row for row in ground.inventory.endpoint_services if row.state not in GONE)
    ours = ground.ours("endpoint-service", services)
    named = ground.request.service_name
    if named:
        service = next((r for r in services if same_id(r.service_name, named) or same_id(r.id, named)), None)
        if service is None:
            return Base(None, None), Plan(problems=(_not_there(ground, named),))
        notes: tuple[str, ...] = ()
        if ours is not None and not same_id(ours.id, service.id):
            notes = (f"{ours.id} was used by this enablement before; the request now names {service.id}.",)
        base, found = behind(ground, service, judges)
        return base, merge((found, Plan(notes=notes)))
    if ours is not None:
        return behind(ground, ours, judges)
    balancer = ground.ours("load-balancer", ground.inventory.load_balancers)
    if balancer is not None:
        return Base(None, balancer), Plan(problems=judges.balancer(ground, balancer))
    return judges.fitting(services)


def _not_there(ground: Ground, named: str) -> Problem:
    account = ACCOUNT_NAMES[ground.request.platform]
    return problem(
        "service-not-found",
        FIELD,
        f"{named} is not {SERVICE[ground.request.platform]} of this {account} in {ground.inventory.region}.",
        "The customer corrects the service name, or leaves it out to have a service made.",
    )


def behind(ground: Ground, service: EndpointService, judges: Judges) -> tuple[Base, Plan]:
    """The load balancer behind a service, and what is wrong with the two."""
    rows = {balancer_of(row.id): row for row in ground.inventory.load_balancers}
    ids = tuple(dict.fromkeys(map(balancer_of, service.load_balancer_ids)))
    wrong = judges.service(ground, service)
    if not ids or any(one not in rows for one in ids):
        return Base(service, None), Plan(problems=(*wrong, _without_balancer(ground, service)))
    found = sorted((rows[one] for one in ids), key=lambda row: row.id)
    own = ground.ours("load-balancer", found)
    notes: tuple[str, ...] = ()
    if len(found) > 1:
        notes = (f"{service.id} has {len(found)} load balancers; each of them needs the same listeners.",)
    unfit = tuple(row for one in found for row in judges.balancer(ground, one))
    return Base(service, own or found[0]), Plan(problems=(*wrong, *unfit), notes=notes)


def _without_balancer(ground: Ground, service: EndpointService) -> Problem:
    if ground.own("endpoint-service", service):
        return problem(
            "load-balancer-gone",
            FIELD,
            f"The load balancer behind {service.id}, which was made here, is gone, and a service cannot be moved "
            "to another one by this program.",
            f"The customer removes what is left (privatelink undo {ground.enablement}), applies again, and puts "
            "the service's new name into the ticket.",
        )
    return problem(
        "load-balancer-elsewhere",
        FIELD,
        f"A load balancer behind {service.id} is not in {ground.network.id}.",
        f"The customer names {SERVICE[ground.request.platform]} whose load balancers are in "
        f"{ground.network.id}, or chooses their network.",
    )


def service_failed(ground: Ground, service: EndpointService) -> tuple[Problem, ...]:
    """The problem that a service's set-up failed, if it did."""
    if service.state != "failed":
        return ()
    word = SERVICE[ground.request.platform].partition(" ")[2]
    return (
        problem(
            "service-failed",
            FIELD,
            f"{word.capitalize()} {service.id} is in state failed.",
            "The customer deletes it (privatelink undo, where it was made here) and plans again.",
        ),
    )


def balancer_problems(ground: Ground, balancer: LoadBalancer) -> tuple[Problem, ...]:
    """Why a load balancer cannot be used, as far as that is the same on both clouds."""
    platform = ground.request.platform
    found = []
    if not balancer.internal:
        found.append(
            problem(
                "load-balancer-internet-facing",
                FIELD,
                f"{balancer.name} faces the internet.",
                f"The customer puts {SERVICE[platform].partition(' ')[2]} in front of an internal "
                f"{BALANCER[platform].partition(' ')[2]}.",
            )
        )
    if balancer.network_id and not same_id(balancer.network_id, ground.network.id):
        found.append(
            problem(
                "load-balancer-elsewhere",
                FIELD,
                f"{balancer.name} is in {balancer.network_id}, not in {ground.network.id}.",
                "The customer names a service whose load balancer is in the network, or chooses its network.",
            )
        )
    if balancer.state == "failed":
        found.append(
            problem(
                "load-balancer-failed",
                FIELD,
                f"Load balancer {balancer.name} is in state failed: {CLOUD[platform]} could not set it up.",
                "The customer deletes it (privatelink undo, where it was made here) and plans again.",
            )
        )
    return tuple(found)


def no_service() -> Problem:
    """The problem that a bidirectional request names nothing for Magento to reach."""
    return problem(
        "no-from-magento-service",
        "services",
        "A bidirectional connection needs a service that Magento reaches in the customer's network.",
        "The customer adds one with direction from-magento, or chooses a unidirectional connection.",
    )

"""Judge a draft: every rule of the offer, all problems at once, and the request that passed them.

The rules themselves are in the modules ``rules_project``, ``rules_cloud``, ``rules_connection`` and
``rules_services``; what each code means and where its rule comes from is in :data:`CODES`.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.request.codes import CODES
from core.request.facts import Facts, Rule, ServiceFacts, facts
from core.request.fields import FIELDS
from core.request.model import Draft, Problem, Request, Service
from core.request.offer import Offer
from core.request.protocols import transport
from core.request.rules_cloud import CLOUD_RULES
from core.request.rules_connection import CONNECTION_RULES
from core.request.rules_project import PROJECT_RULES
from core.request.rules_services import SERVICE_RULES, SERVICES_RULES

PUBLISHED = Offer()
"""The offer as the vendor publishes it."""

RULES: tuple[Rule, ...] = (*PROJECT_RULES, *CLOUD_RULES, *CONNECTION_RULES, *SERVICES_RULES)
"""Every rule but those about one service, which are :data:`SERVICE_RULES`."""

_ORDER = {name: rank for rank, name in enumerate(("", "project", "cloud", "connection", "services"))} | {
    path.rpartition(".")[2]: rank for rank, path in enumerate(FIELDS) if path != "services"
}


def check(draft: Draft, offer: Offer = PUBLISHED) -> tuple[Problem, ...]:
    """Every problem that the rules find, in the order of the request file's fields, then by code. Pure."""
    said = facts(draft, offer)
    found = [problem for rule in RULES for problem in rule(said)]
    found += [
        problem for service in said.services for rule in SERVICE_RULES for problem in rule(said, service)
    ]
    return ordered(found)


def request_of(draft: Draft, offer: Offer = PUBLISHED) -> Request:
    """The complete request that a draft is, with its values normalized.

    Blanks around values are gone; words and ids whose case does not matter are in one case; subnets and
    targets are named once; a service's target port is its port where none was given; what the connection
    type or direction has no use for is dropped. Raises ValueError while a rule finds an error.
    """
    errors = [problem for problem in check(draft, offer) if problem.severity == "error"]
    if errors:
        raise ValueError("; ".join(f"{problem.field}: {problem.message}" for problem in errors))
    said = facts(draft, offer)
    if (
        said.project_id is None
        or said.plan is None
        or said.environment is None
        or said.platform is None
        or said.account is None
        or said.region is None
        or said.network is None
        or said.type is None
    ):
        raise ValueError("the rules let a request pass that lacks required data")
    return Request(
        project_id=said.project_id,
        plan=said.plan,
        environment=said.environment,
        magento_region=said.magento_region or "",
        platform=said.platform,
        account=said.account,
        region=said.region,
        network=said.network,
        subnets=_once(said.subnets),
        profile=said.profile,
        type=said.type,
        service_name=said.service_name if said.type == "bidirectional" else None,
        services=tuple(_service(service) for service in said.services),
        cluster=said.cluster if said.platform == "azure" else None,
    )


def _service(said: ServiceFacts) -> Service:
    if said.name is None or said.protocol is None or said.port is None or said.direction is None:
        raise ValueError("the rules let a service pass that lacks required data")
    from_magento = said.direction == "from-magento"
    return Service(
        name=said.name,
        protocol=said.protocol,
        port=said.port,
        direction=said.direction,
        targets=_once(said.targets) if from_magento else (),
        target_port=said.target_port if from_magento and said.target_port is not None else said.port,
    )


def _once(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The texts without repetition; case does not tell two ids apart."""
    first: dict[str, str] = {}
    for _, text in pairs:
        first.setdefault(text.lower(), text)
    return tuple(first.values())


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in the order of the request file's fields, then by code, each once."""
    return tuple(sorted(set(problems), key=_rank))


def _rank(problem: Problem) -> tuple[tuple[tuple[int, str], ...], str, str]:
    parts = tuple(
        (
            int(part) if part.isdecimal() and part.isascii() and len(part) < 10 else _ORDER.get(part, 1000),
            part,
        )
        for part in problem.field.split(".")
    )
    return parts, problem.code, problem.message


__all__ = ["CODES", "PUBLISHED", "Facts", "check", "ordered", "request_of", "transport"]

"""What a look showed, as facts; and what of it is new to a story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC

from core.cloud import Watch
from core.journal.events import Fact, Observed
from core.network.model import Gap, Inventory, Observation, VendorService
from core.workflow.detail import UNREAD, service_detail
from core.workflow.story import Story, tell

GONE = "gone"
"""The state of a resource that was seen before and is not there any more."""
VISIBLE = "visible"
NOT_VISIBLE = "not-visible"

_WORDS = {
    "load-balancer": ("load balancer", "loadbalancer"),
    "endpoint-service": ("service",),
    "connection": ("connection",),
    "endpoint": ("endpoint",),
    "vendor-service": ("service",),
    "listener": ("listener", "load balancer", "loadbalancer"),
    "target-group": ("target", "pool"),
    "security-group": ("security",),
}


def facts(observation: Observation) -> tuple[Fact, ...]:
    """Everything that a look showed.

    Kinds: ``load-balancer``, ``endpoint-service`` (detail as :func:`core.workflow.detail.service_detail` writes it),
    ``connection`` (id of the endpoint, detail its owner), ``endpoint`` (detail the cloud's reason) and
    ``vendor-service`` (``visible`` or ``not-visible``).
    """
    return tuple(_facts(observation))


def _facts(observation: Observation) -> Iterator[Fact]:
    for balancer in observation.load_balancers:
        yield Fact(kind="load-balancer", id=balancer.id, state=balancer.state)
    for service in observation.endpoint_services:
        yield Fact(
            kind="endpoint-service",
            id=service.id,
            state=service.state,
            detail=service_detail(service),
            service=service.service_name,
        )
    for one in observation.connections:
        yield Fact(
            kind="connection", id=one.endpoint_id, state=one.state, detail=one.owner, service=one.service_id
        )
    for endpoint in observation.endpoints:
        yield Fact(
            kind="endpoint",
            id=endpoint.id,
            state=endpoint.state,
            detail=endpoint.reason,
            service=endpoint.service_name,
        )
    for name, shown in observation.vendor_services.items():
        yield Fact(kind="vendor-service", id=name, state=NOT_VISIBLE if shown is None else VISIBLE)


def news(story: Story, observation: Observation, watch: Watch | None = None) -> tuple[Fact, ...]:
    """What a look showed that the story does not know yet.

    A resource that the story has seen and that is absent now is ``gone``, but only where it was asked for and
    its kind was read without a gap. Principals that a gap left out stay as they were known. ``watch`` says
    what was asked for; without it, that is taken from what came back: endpoints are asked for with the
    vendor's services, connections with their own service.
    """
    now = {(fact.kind, fact.id): _with_known(fact, story) for fact in facts(observation)}
    changed = [fact for key, fact in now.items() if key not in story.seen or story.seen[key].fact != fact]
    gone = [
        replace(seen.fact, state=GONE)
        for key, seen in story.seen.items()
        if key not in now and seen.fact.state != GONE and _would_show(seen.fact, observation, watch)
    ]
    return (*changed, *gone)


def as_look(inventory: Inventory, vendor_services: Mapping[str, VendorService | None]) -> Observation:
    """What an inventory shows of that which is watched. ``vendor_services`` are those that were looked up."""
    return Observation(
        inventory.taken_at,
        inventory.load_balancers,
        inventory.endpoint_services,
        inventory.connections,
        inventory.endpoints,
        vendor_services,
        inventory.gaps,
    )


def with_look(story: Story, observation: Observation, watch: Watch | None = None) -> Story:
    """The story with what a look showed, as :func:`news` tells it, as part of it."""
    found = news(story, observation, watch)
    at = observation.at if observation.at.tzinfo else observation.at.replace(tzinfo=UTC)
    return tell((Observed(at=at, facts=found),), story) if found else story


def _with_known(fact: Fact, story: Story) -> Fact:
    """An own service whose principals were not read this time still has the ones that were read before."""
    before = story.seen.get((fact.kind, fact.id))
    if fact.kind != "endpoint-service" or before is None or not fact.detail.endswith(UNREAD):
        return fact
    acceptance, _, _ = fact.detail.partition("; ")
    _, _, allows = before.fact.detail.partition("; ")
    return replace(fact, detail=f"{acceptance}; {allows or UNREAD}")


def _would_show(fact: Fact, observation: Observation, watch: Watch | None) -> bool:
    """Whether the look would have shown this resource if it were still there."""
    if any(hides(gap, fact.kind) for gap in observation.gaps):
        return False
    services = {service.id for service in observation.endpoint_services}
    if fact.kind == "endpoint":
        names = set(watch.vendor_services if watch else observation.vendor_services)
        return fact.service in names if fact.service else bool(names)
    if fact.kind == "connection":
        asked = {*services, *(watch.service_ids if watch else ())}
        asked |= {name.rpartition(".")[2] for name in (watch.service_names if watch else ())}
        return fact.service in asked if fact.service else bool(asked)
    if fact.kind == "endpoint-service":
        if watch:
            return fact.id in watch.service_ids or fact.service in watch.service_names
        return bool(services)
    if fact.kind == "load-balancer":
        return fact.id in watch.load_balancer_ids if watch else bool(observation.load_balancers)
    return False


def hides(gap: Gap, kind: str) -> bool:
    """Whether a gap may hide this kind. A gap whose words fit no kind may hide any."""
    what = gap.what.lower().replace("-", " ").replace("_", " ")
    named = {name for name, words in _WORDS.items() if any(word in what for word in words)}
    return not named or kind in named

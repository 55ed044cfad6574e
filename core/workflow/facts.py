"""What a look showed, as facts; and what of it is new to a story."""

from __future__ import annotations

from collections.abc import Iterator

from core.cloud import Watch
from core.journal.events import Fact
from core.network.model import EndpointService, Gap, Observation
from core.workflow.story import Story

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
}


def facts(observation: Observation) -> tuple[Fact, ...]:
    """Everything that a look showed.

    Kinds: ``load-balancer``, ``endpoint-service`` (detail as :func:`service_detail` writes it),
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
        seen.fact.model_copy(update={"state": GONE})
        for key, seen in story.seen.items()
        if key not in now and seen.fact.state != GONE and _would_show(seen.fact, observation, watch)
    ]
    return (*changed, *gone)


def _with_known(fact: Fact, story: Story) -> Fact:
    """An own service whose principals were not read this time still has the ones that were read before."""
    before = story.seen.get((fact.kind, fact.id))
    if fact.kind != "endpoint-service" or before is None or not fact.detail.endswith(_UNREAD):
        return fact
    acceptance, _, _ = fact.detail.partition("; ")
    _, _, allows = before.fact.detail.partition("; ")
    return fact.model_copy(update={"detail": f"{acceptance}; {allows or _UNREAD}"})


def _would_show(fact: Fact, observation: Observation, watch: Watch | None) -> bool:
    """Whether the look would have shown this resource if it were still there."""
    if any(_hides(gap, fact.kind) for gap in observation.gaps):
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


def _hides(gap: Gap, kind: str) -> bool:
    """Whether a gap may hide this kind. A gap whose words fit no kind may hide any."""
    what = gap.what.lower().replace("-", " ").replace("_", " ")
    named = {name for name, words in _WORDS.items() if any(word in what for word in words)}
    return not named or kind in named


_ASKS, _OPEN = "acceptance required", "acceptance off"
_UNREAD, _NOBODY = "principals not read", "allows nobody"


def service_detail(service: EndpointService) -> str:
    """An endpoint service's acceptance and principals in words, for :func:`read_service_detail`."""
    allows = f"allows {', '.join(service.principals)}" if service.principals else _NOBODY
    if service.principals is None:
        allows = _UNREAD
    asks = service.acceptance_required and not service.auto_approval
    return f"{_ASKS if asks else _OPEN}; {allows}"


def read_service_detail(detail: str) -> tuple[bool | None, tuple[str, ...] | None]:
    """Whether acceptance is required, and the principals, as :func:`service_detail` wrote them.

    None for what it does not say. Principals are ARNs or ids, which hold no blank.
    """
    acceptance, _, allows = detail.partition("; ")
    required = {_ASKS: True, _OPEN: False}.get(acceptance)
    if required is None or allows == _UNREAD:
        return required, None
    if allows == _NOBODY:
        return required, ()
    return required, tuple(allows.removeprefix("allows ").split(", "))

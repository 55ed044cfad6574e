"""What the steps are judged by: the story, with the last look told as part of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from core.journal.events import Fact, Probed
from core.request.identifiers import same_id
from core.request.model import Direction
from core.request.offer import Offer
from core.setup.admission import EVERYBODY, Admitted, admitted
from core.workflow.detail import read_service_detail
from core.workflow.facts import GONE
from core.workflow.story import Seen, Story

MADE = "made"
"""The state of a resource that the journal says was made and that no look has shown yet."""
ABSENT = frozenset({GONE, "deleted"})
ENDED = frozenset({"rejected", "failed", "expired", "disconnected", "deleting"})
"""States of an endpoint or a connection that lead nowhere by themselves."""

_BEST_FIRST = ("available", "pending", "pending-acceptance", "partial", "unknown", MADE, "deleting")


def _rank(seen: Seen) -> int:
    state = seen.fact.state
    if state in _BEST_FIRST:
        return _BEST_FIRST.index(state)
    return len(_BEST_FIRST) + (1 if state in ENDED else 0)


def unproved_ports(story: Story, direction: Direction) -> tuple[int, ...]:
    """The ports that the request names in a direction and that its last probe says nothing of."""
    probed = story.proofs.get(direction)
    known = {service.port for service in probed.services} if probed else set()
    asked = {one.port for one in story.draft.services if one.direction == direction and one.port is not None}
    return tuple(sorted(asked - known))


@dataclass(frozen=True, slots=True)
class Leg:
    """A connection to one of the vendor's services: the service's name, and the best own endpoint to it."""

    service_name: str
    endpoint: Seen | None


@dataclass(frozen=True)
class View:
    """A story with everything that was seen in it, the offer, and the present moment in the person's zone.

    Every rule asks for the legs: they are worked out once.
    """

    story: Story
    offer: Offer
    now: datetime

    @property
    def azure(self) -> bool:
        """Whether the customer's cloud is Azure; AWS where nothing else was said."""
        return (self.story.draft.cloud.platform or "").strip().lower() == "azure"

    @property
    def bidirectional(self) -> bool | None:
        """Whether Magento connects to the customer too; None while nothing said or showed it."""
        said = (self.story.draft.connection.type or "").strip().lower()
        if said in ("unidirectional", "bidirectional"):
            return said == "bidirectional"
        hinted = (
            self.story.draft.connection.service_name
            or any(service.direction == "from-magento" for service in self.story.draft.services)
            or any(made.kind == "endpoint-service" for made in self.story.made.values())
        )
        return True if hinted else None

    def seen(self, kind: str) -> tuple[Seen, ...]:
        """Everything of a kind that was ever seen."""
        return tuple(seen for (its, _), seen in self.story.seen.items() if its == kind)

    def own_service(self) -> Seen | None:
        """The customer's own endpoint service as it was last seen: the one of the request before one made."""
        named = self.story.draft.connection.service_name or ""
        made = {one.id.lower() for one in self.story.made.values() if one.kind == "endpoint-service"}
        services = self.seen("endpoint-service")
        of_request = [
            one
            for one in services
            if named
            and (same_id(one.fact.service, named) or same_id(_last_part(named), _last_part(one.fact.id)))
        ]
        candidates = of_request or [one for one in services if one.fact.id.lower() in made]
        return min(candidates, key=lambda one: one.fact.state in ABSENT, default=None)

    def came(self, seen: Seen) -> datetime:
        """When a resource came to be: as the journal tells who made it here, else when it was first seen as it is."""
        return min(seen.since, self._made_at.get(seen.fact.id.lower(), seen.since))

    @cached_property
    def _made_at(self) -> Mapping[str, datetime]:
        return {one.id.lower(): one.at for one in self.story.made.values()}

    def legs(self) -> tuple[Leg, ...]:
        """One leg for each of the vendor's service names; without names, one for each endpoint made."""
        return self._legs

    @cached_property
    def _legs(self) -> tuple[Leg, ...]:
        made = {one.id: one for one in self.story.made.values() if one.kind == "endpoint"}
        known = {seen.fact.id for seen in self.seen("endpoint")}
        pool = [seen for seen in self.seen("endpoint") if seen.fact.state not in ABSENT]
        pool += [
            Seen(Fact(kind="endpoint", id=one.id, state=MADE), one.at)
            for one in made.values()
            if one.id not in known
        ]
        pool.sort(key=_rank)
        if not self.story.service_names:
            return tuple(Leg(seen.fact.service, seen) for seen in pool if seen.fact.id in made)
        # In the pool's order, so that the best is taken first. One that no look has shown names no service: it may
        # be this one's, but no other's as well.
        waiting: dict[str, deque[tuple[int, Seen]]] = {}
        for place, one in enumerate(pool):
            waiting.setdefault(one.fact.service.lower(), deque()).append((place, one))
        legs: list[Leg] = []
        for name in dict.fromkeys(self.story.service_names):
            fitting = [row for key in (name.lower(), "") if (row := waiting.get(key))]
            best = min(fitting, key=lambda row: row[0][0], default=None)
            legs.append(Leg(name, best.popleft()[1] if best else None))
        return tuple(legs)

    def asked(self) -> bool:
        """Whether a connection request of the customer's is out."""
        return any(leg.endpoint is not None for leg in self.legs())

    def vendors(self) -> frozenset[str]:
        """Magento's accounts (AWS) or subscriptions (Azure, as far as the offer or the ticket names them)."""
        return self.admitted().vendors

    def connections(self) -> tuple[tuple[Seen, ...], tuple[Seen, ...]]:
        """The incoming connections that are there: Magento's, best first, and strangers'."""
        own = self.own_service()
        here = [
            one
            for one in self.seen("connection")
            if one.fact.state not in ABSENT and (own is None or one.fact.service in ("", own.fact.id))
        ]
        here.sort(key=_rank)
        vendors = self.vendors()
        return (
            tuple(one for one in here if one.fact.detail.lower() in vendors),
            tuple(one for one in here if one.fact.detail.lower() not in vendors),
        )

    def proof(self, direction: Direction) -> Probed | None:
        """The last probe of a direction, where what it went through has not changed since.

        A proof of what has not been looked at counts; one made before the present state began does not, nor one
        that says nothing of a port that is asked for.
        """
        probed = self.story.proofs.get(direction)
        if probed is None or unproved_ports(self.story, direction):
            return None
        if direction == "to-magento":
            through: Iterable[Seen | None] = (leg.endpoint for leg in self.legs())
            looked = bool(self.seen("endpoint"))
        else:
            through = self.connections()[0][:1]
            looked = bool(self.seen("connection"))
        passed = tuple(through)
        if not looked:
            return probed
        holds = bool(passed) and all(
            one is not None and one.fact.state in ("available", MADE) and probed.at >= one.since
            for one in passed
        )
        return probed if holds else None

    def flaws(self, service: Seen) -> tuple[str, ...]:
        """What is wrong with whom an own endpoint service lets in, each in words; none where it is right."""
        found = ["it accepts connections without asking"] if self.asks_nobody(service) else []
        for one in self.strangers(service):
            found.append(
                "it allows everybody (*)" if one == EVERYBODY else f"it allows {one}, who is not Magento"
            )
        return tuple(found)

    def asks_nobody(self, service: Seen) -> bool:
        """Whether an own endpoint service lets in without asking, as far as was read."""
        required, _ = read_service_detail(service.fact.detail)
        return required is False

    def strangers(self, service: Seen) -> tuple[str, ...]:
        """The principals of an own endpoint service that may not be there, as far as they were read."""
        _, principals = read_service_detail(service.fact.detail)
        return self.admitted().strangers(principals or ())

    def allows_vendor(self, service: Seen) -> bool | None:
        """Whether an own endpoint service allows Magento; None where its principals were not read, or where no
        subscription of Magento's is known that it could allow (Azure).
        """
        _, principals = read_service_detail(service.fact.detail)
        if principals is None or (self.azure and not self.vendors()):
            return None
        if self.azure:
            return self.vendors() <= {one.lower() for one in principals}
        return any(map(self.admitted().vendor, principals))

    def admitted(self) -> Admitted:
        """Whom an own endpoint service may let in."""
        own = self.story.draft.cloud.account
        return admitted("azure" if self.azure else "aws", own, self.story, self.offer)


def _last_part(name: str) -> str:
    """The id in a service name (``com.amazonaws.vpce.<region>.vpce-svc-…``) or in a resource id."""
    return name if name.startswith("/") else name.rpartition(".")[2]


def by_state(legs: Iterable[Leg]) -> Mapping[str, tuple[Seen, ...]]:
    """The endpoints of the legs by their state."""
    found: dict[str, tuple[Seen, ...]] = {}
    for leg in legs:
        if leg.endpoint is not None:
            found[leg.endpoint.fact.state] = (*found.get(leg.endpoint.fact.state, ()), leg.endpoint)
    return found

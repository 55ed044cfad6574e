"""What a journal's events mean together: the fold that everything else reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from core.journal import events as e
from core.request.model import Draft, DraftService
from core.request.offer import Offer
from core.setup.change import Kind
from core.workflow.detail import read_service_detail

ANSWER_LOST = frozenset(
    {"unreachable", "unavailable", "unexpected", "throttled", "credentials-expired", "no-credentials"}
)
"""Error codes after which the call may have taken effect all the same: its key stays in doubt. With the last three
the cloud refused it, but perhaps only its repetition by the SDK.
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that a change made, adopted or found in place. ``own``: this program made it."""

    key: str
    kind: Kind
    id: str
    own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a change was made: the account, region and network that the request named then."""

    account: str | None
    region: str | None
    network: str | None


class Seen(NamedTuple):
    """A resource as it was last seen, since when its state is that one, and its state before (empty: none)."""

    fact: e.Fact
    since: datetime
    before: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An enablement so far.

    ``made`` maps a change's key to the resource; ``in_doubt`` the keys whose call was begun and whose end is
    not known, to the intent; ``failed`` the keys whose last call failed. ``seen`` maps (kind, id) to the
    state. ``proofs`` maps a direction to its last probe. ``subscriptions`` are Magento's on Azure, as far as the
    ticket named them. ``begun`` maps the key of a creation that was begun and is not done to whether the cloud may
    have something of it: its answer was lost, or the cloud was at work on it before it failed. ``placed`` maps the
    key of a change that wrote, or may have, to where; ``asked`` the key of a change that was done to the services of
    the request then. ``allowed`` maps an own service's id, in lower case,
    to every principal that a look ever showed on it.
    """

    draft: Draft = field(default_factory=Draft)
    opened_at: datetime | None = None
    changed_at: datetime | None = None
    sent_at: datetime | None = None
    ticket: str | None = None
    filed_at: datetime | None = None
    service_names: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()
    details_at: datetime | None = None
    made: Mapping[str, Made] = field(default_factory=dict)
    in_doubt: Mapping[str, e.ChangeIntended] = field(default_factory=dict)
    failed: Mapping[str, e.ChangeFailed] = field(default_factory=dict)
    begun: Mapping[str, bool] = field(default_factory=dict)
    placed: Mapping[str, Place] = field(default_factory=dict)
    asked: Mapping[str, tuple[DraftService, ...]] = field(default_factory=dict)
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen: Mapping[tuple[str, str], Seen] = field(default_factory=dict)
    decided: Mapping[str, e.ConnectionDecided] = field(default_factory=dict)
    proofs: Mapping[str, e.Probed] = field(default_factory=dict)
    undone_at: datetime | None = None

    def lets_in(self, endpoint_id: str) -> bool:
        """Whether the last decision about this incoming connection was to accept it."""
        decision = self.decided.get(endpoint_id)
        return decision is not None and decision.decision == "accept"


def place_of(draft: Draft) -> Place:
    """The place that a request names."""
    return Place(draft.cloud.account, draft.cloud.region, draft.cloud.network)


def places(story: Story) -> tuple[Place, ...]:
    """Where this enablement has written, without repetition, in the order of the journal."""
    return tuple(dict.fromkeys(story.placed.values()))


def vendor_subscriptions(story: Story, offer: Offer) -> tuple[str, ...]:
    """Magento's Azure subscriptions, in lower case: those of the offer, then those that the ticket named."""
    return tuple(dict.fromkeys(one.lower() for one in (*offer.azure_subscriptions, *story.subscriptions)))


def tell(events: Iterable[e.Event], story: Story | None = None) -> Story:
    """Fold events, oldest first, into a story; continues ``story`` where one is given.

    In two parts or in one: ``tell(b, tell(a)) == tell(a + b)``.
    """
    draft = _Draft.of(story or Story())
    for event in events:
        if draft.opened_at is None:
            draft.opened_at = event.at
        draft.changed_at = event.at
        _RULES[type(event)](draft, event)
    return draft.story()


@dataclass(slots=True)
class _Draft:
    """A story while it is being told: the same fields, in a form that is cheap to change."""

    draft: Draft
    opened_at: datetime | None
    changed_at: datetime | None
    sent_at: datetime | None
    ticket: str | None
    filed_at: datetime | None
    service_names: tuple[str, ...]
    subscriptions: tuple[str, ...]
    details_at: datetime | None
    made: dict[str, Made]
    in_doubt: dict[str, e.ChangeIntended]
    failed: dict[str, e.ChangeFailed]
    begun: dict[str, bool]
    placed: dict[str, Place]
    asked: dict[str, tuple[DraftService, ...]]
    allowed: dict[str, tuple[str, ...]]
    seen: dict[tuple[str, str], Seen]
    decided: dict[str, e.ConnectionDecided]
    proofs: dict[str, e.Probed]
    undone_at: datetime | None

    @classmethod
    def of(cls, story: Story) -> _Draft:
        """A copy that can be changed without changing the story."""
        values: dict[str, Any] = {}
        for item in dataclasses.fields(story):
            value = getattr(story, item.name)
            values[item.name] = dict(value) if isinstance(value, Mapping) else value
        return cls(**values)

    def story(self) -> Story:
        """What was told."""
        return Story(**{item.name: getattr(self, item.name) for item in dataclasses.fields(self)})


def _request_saved(now: _Draft, event: e.RequestSaved) -> None:
    now.draft = event.request


def _data_sent(now: _Draft, event: e.DataSent) -> None:
    now.sent_at = event.at


def _ticket_filed(now: _Draft, event: e.TicketFiled) -> None:
    # Telling the same number again does not restart the clock.
    if event.ticket != now.ticket:
        now.ticket, now.filed_at = event.ticket, event.at


def _details_received(now: _Draft, event: e.DetailsReceived) -> None:
    # A later reply that names none does not take back what an earlier one named.
    now.subscriptions = event.subscriptions or now.subscriptions
    if event.service_names or not event.subscriptions:
        now.service_names, now.details_at = event.service_names, event.at


def _change_intended(now: _Draft, event: e.ChangeIntended) -> None:
    if event.action == "create" or event.key in now.begun:
        # An intent is told once more when the cloud has begun to work on it.
        now.begun[event.key] = event.key in now.in_doubt or now.begun.get(event.key, False)
    now.in_doubt[event.key] = event
    now.failed.pop(event.key, None)
    if event.action != "delete":
        now.placed.setdefault(event.key, place_of(now.draft))
        now.undone_at = None


def _change_done(now: _Draft, event: e.ChangeDone) -> None:
    now.in_doubt.pop(event.key, None)
    now.failed.pop(event.key, None)
    now.begun.pop(event.key, None)
    before = now.made.pop(event.key, None)
    if event.action == "delete":
        now.placed.pop(event.key, None)
        now.asked.pop(event.key, None)
        return
    now.asked[event.key] = now.draft.services
    own = event.action == "create" or (before is not None and before.own)
    now.made[event.key] = Made(event.key, event.kind, event.id, own, event.at)
    now.undone_at = None


def _change_failed(now: _Draft, event: e.ChangeFailed) -> None:
    now.failed[event.key] = event
    if event.code in ANSWER_LOST or event.in_doubt:
        return
    intent = now.in_doubt.pop(event.key, None)
    if event.action == "change" and intent is not None and intent.continuation:
        # The cloud was at work on it, and no tag tells how far it came. The operation itself is over.
        now.in_doubt[event.key] = intent.model_copy(update={"continuation": None})
    elif event.key not in now.made and not now.begun.get(event.key):
        now.placed.pop(event.key, None)


def _observed(now: _Draft, event: e.Observed) -> None:
    for fact in event.facts:
        name = (fact.kind, fact.id)
        before = now.seen.get(name)
        if before is None:
            now.seen[name] = Seen(fact, event.at)
        elif before.fact.state == fact.state:
            now.seen[name] = Seen(fact, before.since, before.before)
        else:
            now.seen[name] = Seen(fact, event.at, before.fact.state)
        if fact.kind == "endpoint-service":
            _allowed(now, fact)


def _allowed(now: _Draft, fact: e.Fact) -> None:
    _, principals = read_service_detail(fact.detail)
    ever = now.allowed.get(fact.id.lower(), ())
    now.allowed[fact.id.lower()] = tuple(dict.fromkeys((*ever, *(principals or ()))))


def _connection_decided(now: _Draft, event: e.ConnectionDecided) -> None:
    now.decided[event.endpoint_id] = event


def _probed(now: _Draft, event: e.Probed) -> None:
    now.proofs[event.direction] = event


def _noted(now: _Draft, event: e.Noted) -> None:
    """Words change nothing."""


def _merged(now: _Draft, event: e.Merged) -> None:
    """What it brought is told by the journal, in the order of the whole history."""


def _undone(now: _Draft, event: e.Undone) -> None:
    for kept in (now.made, now.in_doubt, now.failed, now.begun, now.placed, now.asked, now.allowed):
        kept.clear()
    now.undone_at = event.at


E = TypeVar("E", bound=e.Event)


def _rule(kind: type[E], rule: Callable[[_Draft, E], None]) -> tuple[type[E], Callable[[_Draft, Any], None]]:
    """One line of the table; the type checker sees that rule and event type fit."""
    return kind, rule


_RULES: Mapping[type, Callable[[_Draft, Any], None]] = dict(
    (
        _rule(e.RequestSaved, _request_saved),
        _rule(e.DataSent, _data_sent),
        _rule(e.TicketFiled, _ticket_filed),
        _rule(e.DetailsReceived, _details_received),
        _rule(e.ChangeIntended, _change_intended),
        _rule(e.ChangeDone, _change_done),
        _rule(e.ChangeFailed, _change_failed),
        _rule(e.Observed, _observed),
        _rule(e.ConnectionDecided, _connection_decided),
        _rule(e.Probed, _probed),
        _rule(e.Noted, _noted),
        _rule(e.Merged, _merged),
        _rule(e.Undone, _undone),
    )
)

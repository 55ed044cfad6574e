"""The events an enablement's journal is made of. Nothing else holds state.

Every event carries the moment it was written (``at``, UTC, aware). Events are only ever appended; what they
mean together is :mod:`core.workflow.story`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter
from pydantic_core import PydanticSerializationError

from core.request.model import Draft
from core.setup.change import Action, Kind


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    at: AwareDatetime


class RequestSaved(_Event):
    """What the customer supplied so far; a later one replaces it whole."""

    type: Literal["request-saved"] = "request-saved"
    request: Draft


class DataSent(_Event):
    """Step 1: the customer says that the enablement data went to the CTA."""

    type: Literal["data-sent"] = "data-sent"


class TicketFiled(_Event):
    """Step 2: the Support ticket's number, as typed in."""

    type: Literal["ticket-filed"] = "ticket-filed"
    ticket: str


class DetailsReceived(_Event):
    """Step 3: the vendor's service names, from the reply or typed in.

    ``subscriptions`` are Magento's own on Azure, as far as the reply named them.
    """

    type: Literal["details-received"] = "details-received"
    service_names: tuple[str, ...]
    subscriptions: tuple[str, ...] = ()


class ChangeIntended(_Event):
    """A call to the cloud is about to be made. ``token`` is its idempotency token.

    Told again with ``continuation`` once the cloud has taken it as a long-running operation: with it a later
    run waits for that operation instead of beginning another.
    """

    type: Literal["change-intended"] = "change-intended"
    key: str
    action: Action
    kind: Kind
    name: str
    token: str
    id: str | None = None
    continuation: str | None = None


class ChangeDone(_Event):
    """The call took effect. ``id`` is the resource it made, changed, adopted or deleted."""

    type: Literal["change-done"] = "change-done"
    key: str
    action: Action
    kind: Kind
    id: str


class ChangeFailed(_Event):
    """The call was answered with an error, or its answer was lost. ``in_doubt``: whatever the error, it may
    have taken effect.
    """

    type: Literal["change-failed"] = "change-failed"
    key: str
    action: Action
    kind: Kind
    code: str
    message: str
    remedy: str
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """The state of one resource as it was seen. ``kind`` is a change's kind, ``connection`` or
    ``vendor-service``; ``detail`` is the requester's account or the cloud's reason. ``service`` is what
    it belongs to: an endpoint's service name, a connection's service id, an endpoint service's own name.

    No model, because a long journal is made of these, and a model takes three times as long to make.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")
    kind: str
    id: str
    state: str
    detail: str = ""
    service: str = ""


class Observed(_Event):
    """What a look showed that the look before had not. A resource that went away has state ``gone``."""

    type: Literal["observed"] = "observed"
    facts: tuple[Fact, ...]


class ConnectionDecided(_Event):
    """Step 7b: an incoming connection was accepted or rejected by this program."""

    type: Literal["connection-decided"] = "connection-decided"
    service_id: str
    endpoint_id: str
    owner: str
    decision: Literal["accept", "reject"]


class ProbedService(BaseModel):
    """One service's part of a proof."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    service: str
    host: str
    port: int
    ok: bool
    detail: str = ""


class Probed(_Event):
    """Steps 6 and 7c: a probe was made. ``ok`` only where every service of the direction answered."""

    type: Literal["probed"] = "probed"
    direction: Literal["to-magento", "from-magento"]
    place: str
    ok: bool
    services: tuple[ProbedService, ...]


class Noted(_Event):
    """Words of a person, kept with the story."""

    type: Literal["noted"] = "noted"
    text: str


class Undone(_Event):
    """Everything that this enablement made was removed."""

    type: Literal["undone"] = "undone"


Told = (
    RequestSaved
    | DataSent
    | TicketFiled
    | DetailsReceived
    | ChangeIntended
    | ChangeDone
    | ChangeFailed
    | Observed
    | ConnectionDecided
    | Probed
    | Noted
    | Undone
)
"""An event that says something of the enablement itself."""


class Brought(BaseModel):
    """An event that was first written in another copy of the journal.

    ``hash`` (hex) is that of its row there, and its name everywhere. ``clock`` is the latest moment of it and of all
    that its writer knew before it; ``place`` is greater than that of each of those. Together the three are its
    place in the history, the same in every copy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    hash: str
    clock: AwareDatetime
    place: int = Field(ge=1)
    event: Annotated[Told, Field(discriminator="type")]


class Merged(_Event):
    """Another copy of this history was joined with it: what it had more.

    ``mine`` and ``theirs`` are the hashes (hex) of the last rows of the two copies. Where its events belong in the
    history is :mod:`core.journal.merging`'s to say.
    """

    type: Literal["merged"] = "merged"
    mine: str
    theirs: str
    events: tuple[Brought, ...]


Event = Annotated[Told | Merged, Field(discriminator="type")]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and writes any event as JSON. Raises pydantic.ValidationError for one that is not known."""


def written(event: Event) -> tuple[Event, bytes]:
    """An event as the journal keeps it, and its JSON.

    A lone surrogate, which JSON can spell and no UTF-8 text can hold, stands as its code point in both.
    """
    try:
        return event, EVENT.dump_json(event)
    except PydanticSerializationError:
        kept = EVENT.validate_python(_without_surrogates(event.model_dump()))
        return kept, EVENT.dump_json(kept)


def _without_surrogates(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {key: _without_surrogates(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_without_surrogates(one) for one in value)
    return value

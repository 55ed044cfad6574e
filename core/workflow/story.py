"""What a journal's events mean together: the fold that everything else reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.journal import events as e
from core.request.model import Draft
from core.setup.change import Kind


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that a change made, adopted or found in place. ``own`` is true where this program made it."""

    key: str
    kind: Kind
    id: str
    own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """The state of a resource when it was last seen to change, and since when."""

    fact: e.Fact
    since: datetime


@dataclass(frozen=True, slots=True)
class Story:
    """An enablement so far.

    ``made`` maps a change's key to the resource; ``in_doubt`` the keys whose call was begun and whose end is
    not known, to the intent; ``failed`` the keys whose last call failed. ``seen`` maps (kind, id) to the
    state. ``proofs`` maps a direction to its last probe.
    """

    draft: Draft = Draft()
    opened_at: datetime | None = None
    changed_at: datetime | None = None
    sent_at: datetime | None = None
    ticket: str | None = None
    filed_at: datetime | None = None
    service_names: tuple[str, ...] = ()
    details_at: datetime | None = None
    made: Mapping[str, Made] = field(default_factory=dict)
    in_doubt: Mapping[str, e.ChangeIntended] = field(default_factory=dict)
    failed: Mapping[str, e.ChangeFailed] = field(default_factory=dict)
    seen: Mapping[tuple[str, str], Seen] = field(default_factory=dict)
    decided: Mapping[str, e.ConnectionDecided] = field(default_factory=dict)
    proofs: Mapping[str, e.Probed] = field(default_factory=dict)
    undone_at: datetime | None = None


def tell(events: Iterable[e.Event], story: Story | None = None) -> Story:
    """Fold events, oldest first, into a story; continues ``story`` where one is given."""
    now = story or Story()
    for event in events:
        now = _next(now, event)
    return now


def _next(story: Story, event: e.Event) -> Story:
    raise NotImplementedError

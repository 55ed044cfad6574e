"""Two copies of one history that both went on: what one has more than the other, and the order of all of it.

A journal is only ever appended to, so nothing that stands in it moves. What another copy has more is appended as one
event :class:`core.journal.events.Merged`; :func:`ordered` then tells all events in one order, which depends only
on which there are. So two people who send each other their copies end with the same history, whoever
began, and a copy that has nothing more adds nothing.

An event comes after all that its writer knew. Beyond that, time decides, by a clock that is never behind that of an
event before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from core.journal.chain import Lines, decode, first_link, next_link
from core.journal.errors import JournalError, damaged
from core.journal.events import Brought, ChangeIntended, Event, Merged, written


@dataclass(frozen=True, slots=True)
class Gained:
    """What another copy has more: the lines to append, and how many events those bring.

    ``merged``: both went on since they parted. ``both_changed``: both then began changes in the cloud.
    """

    lines: tuple[bytes, ...]
    events: int
    merged: bool = False
    both_changed: bool = False


def ordered(id: str, lines: Sequence[bytes]) -> list[Event]:
    """All events of a journal and of the copies that were merged into it, in the order of the history.

    ``lines`` are the JSON of its events. Raises JournalError ``damaged`` for one that is no event.
    """
    return [one.event for one in sorted(_told(id, lines).values(), key=_order)]


def gained(id: str, mine: Sequence[bytes], theirs: Sequence[bytes], at: datetime | None) -> Gained:
    """What to append to one copy so that it has all of another. ``lines`` are the JSON of their events.

    A copy that goes on where this one ends is appended as it is. Where the two part, what is new is appended as one
    event of the moment ``at``; without one, JournalError ``other-history``. ``damaged``: the two
    tell of one event otherwise, which only an edit does.
    """
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(mine, theirs, strict=False)))
    if same == min(len(mine), len(theirs)):
        more = tuple(theirs[same:])
        return Gained(more, len(_told(id, theirs)) - len(_told(id, mine)) if more else 0)
    if at is None:
        raise JournalError(
            "other-history",
            f"the two histories of {id} part at event {same + 1}: both were written to since then",
            "Nothing was changed. Join them: privatelink journal import FILE --merge. No event of either is lost.",
        )
    here, there = _told(id, mine), _told(id, theirs)
    if any(here[hash] != one for hash, one in there.items() if hash in here):
        raise damaged(
            f"the other history of {id}", "it tells an event otherwise than this one: it was edited"
        )
    new = [one for hash, one in there.items() if hash not in here]
    if not new:
        return Gained((), 0, merged=True)
    both = all(map(_changes, (new, (one for hash, one in here.items() if hash not in there))))
    event = Merged(
        at=at, mine=_last(id, mine), theirs=_last(id, theirs), events=tuple(sorted(new, key=_order))
    )
    return Gained((written(event)[1],), len(new), merged=True, both_changed=both)


def _changes(events: Iterable[Brought]) -> bool:
    return any(isinstance(one.event, ChangeIntended) for one in events)


def _order(one: Brought) -> tuple[datetime, int, str]:
    return one.clock, one.place, one.hash


def _last(id: str, lines: Sequence[bytes]) -> str:
    link = first_link(id)
    for line in lines:
        link = next_link(link, line)
    return link.hex()


def _told(id: str, lines: Sequence[bytes]) -> Mapping[str, Brought]:
    """Every event by its name, each with its place in the history."""
    part = decode(Lines(list(lines), b""), 0, f"the journal of {id}")
    if part.broken is not None:
        raise part.broken
    found: dict[str, Brought] = {}
    link, clock, place = first_link(id), None, 0
    for line, event in zip(lines, part.events, strict=True):
        link = next_link(link, line)
        if isinstance(event, Merged):
            for one in event.events:
                found.setdefault(one.hash, one)
                clock = max(clock or one.clock, one.clock)
                place = max(place, one.place)
        else:
            clock, place = max(clock or event.at, event.at), place + 1
            found[link.hex()] = Brought(hash=link.hex(), clock=clock, place=place, event=event)
    return found

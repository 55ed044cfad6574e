"""ARM resource ids: their parts, and one spelling of each.

Ids are compared without case ("Resource name rules": names are case-insensitive), and answers spell the same
id in different ways (``/resourcegroups/SHOP/`` in one, ``/resourceGroups/shop/`` in another).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.cloud import CloudError


def part(id: str, after: str) -> str:
    """The segment after ``after`` (``part(id, "resourceGroups")``), or nothing where there is none."""
    segments = id.split("/")
    folded = [one.casefold() for one in segments]
    try:
        return segments[folded.index(after.casefold()) + 1]
    except (ValueError, IndexError):
        return ""


def up_to(id: str, after: str) -> str:
    """The id of the parent: up to the segment after ``after``, or nothing where there is none."""
    segments = id.split("/")
    folded = [one.casefold() for one in segments]
    if after.casefold() not in folded:
        return ""
    return "/".join(segments[: folded.index(after.casefold()) + 2])


def same(one: str, other: str) -> bool:
    """Whether two ids name the same resource."""
    return one.casefold() == other.casefold()


def subscription_of(id: str) -> str:
    """The subscription's id, in lower case."""
    return part(id, "subscriptions").lower()


def name_of(id: str) -> str:
    """The last segment."""
    return id.rpartition("/")[2]


def as_is(id: str | None) -> str:
    """The id as it came; nothing for None. Stands in for a :class:`Spelling`."""
    return id or ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource is: what every operation of the SDK asks for."""

    group: str
    name: str


def place(id: str, kind: str) -> Place:
    """The group and name of a resource of this kind (``privateEndpoints``).

    Raises CloudError ``invalid`` where the id is no such id.
    """
    found = Place(part(id, "resourceGroups"), part(id, kind))
    if not (found.group and found.name):
        raise CloudError(
            "invalid",
            f"{id or 'Nothing'} is no resource id of {kind}.",
            f"Give the whole id: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/{kind}/….",
        )
    return found


@dataclass(slots=True)
class Spelling:
    """One spelling for every id: that of the resource itself, whatever a reference to it looks like."""

    _known: dict[str, str] = field(default_factory=dict)

    def learn(self, ids: Iterable[str | None]) -> None:
        """Remember how these resources spell their own ids."""
        self._known.update({id.casefold(): id for id in ids if id})

    def __call__(self, id: str | None) -> str:
        """The id as its resource spells it; as given where the resource was not seen."""
        return self._known.get(id.casefold(), id) if id else ""

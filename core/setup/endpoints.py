"""The connection requests: which endpoint to the vendor's services is left, adopted, made or made anew.

The same on both clouds; how one is made is the cloud's own (:class:`Ways`). An endpoint's number is the place
of its service among the vendor's names, or the number that an endpoint of ours to that service has already.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from core.export.shell import quote
from core.network.model import Endpoint, VendorService
from core.request.facts import ACCOUNT_NAMES
from core.request.identifiers import same_id
from core.request.model import Problem
from core.setup.change import Change
from core.setup.ground import Ground, commanded, problem
from core.setup.plan import Plan, merge

GONE = frozenset({"deleting", "deleted"})

OLD = "/old"
"""Ends the key of a dead endpoint's deletion: its successor has the endpoint's own key."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What only the cloud's own rules can say.

    ``dead`` are the states that an endpoint does not leave again; ``delete`` is the command that deletes one,
    before its id. ``own`` plans an endpoint of ours with this number, ``adopted`` somebody's under this key,
    ``new`` one to be made with this number once the deletions are done.
    """

    dead: frozenset[str]
    delete: str
    own: Callable[[Ground, Endpoint, int], Plan]
    adopted: Callable[[Ground, Endpoint, str], Plan]
    new: Callable[[Ground, VendorService, int, tuple[Change, ...]], Plan]


def endpoints(ground: Ground, vendor: tuple[VendorService, ...], ways: Ways) -> Plan:
    """Plan an endpoint for each vendor service that the story names and that shows itself."""
    visible = {row.service_name.lower(): row for row in vendor}
    names = ground.story.service_names
    rows = [
        row
        for row in ground.inventory.endpoints
        if same_id(row.network_id, ground.network.id) and row.state not in GONE
    ]
    numbers = _numbers(ground, rows, ways)
    parts = []
    for name in names:
        standing = [row for row in rows if same_id(row.service_name, name)]
        shown = visible.get(name.lower())
        if shown is None and all(row.state in ways.dead for row in standing):
            account = ACCOUNT_NAMES[ground.request.platform]
            note = (
                f"{name} does not show itself to this {account} yet; Magento's infrastructure team allows it."
            )
            parts.append(Plan(notes=(note,)))
        else:
            parts.append(_endpoint(ground, shown, standing, numbers[name], ways))
    left = [
        f"{row.id} to {row.service_name} was made here; the vendor's details no longer name that service."
        for row in rows
        if _own_number(ground, row) and not any(same_id(row.service_name, name) for name in names)
    ]
    return merge((*parts, Plan(notes=tuple(left))))


def _own_number(ground: Ground, row: Endpoint) -> int | None:
    """The number in the key of an endpoint that was made here, else None."""
    kind, _, number = row.tags.get(ground.tag, "").partition("/")
    if kind == "endpoint" and number.isdecimal():
        return int(number)
    for key, made in ground.story.made.items():
        if made.kind == "endpoint" and same_id(made.id, row.id) and key.startswith("endpoint/"):
            number = key.removeprefix("endpoint/")
            return int(number) if number.isdecimal() else None
    return None


def _numbers(ground: Ground, rows: list[Endpoint], ways: Ways) -> dict[str, int]:
    names = {name.lower(): name for name in reversed(ground.story.service_names)}
    taken: dict[str, int] = {}
    others = set()
    for row in sorted(rows, key=lambda one: (one.state in ways.dead, one.id)):
        number = _own_number(ground, row)
        name = names.get(row.service_name.lower())
        if number is not None and name is not None:
            taken.setdefault(name, number)
        elif number is not None:
            others.add(number)
    for place, name in enumerate(ground.story.service_names, 1):
        used = others | set(taken.values())
        if name not in taken:
            taken[name] = next(n for n in itertools.chain((place,), itertools.count(1)) if n not in used)
    return taken


def _endpoint(
    ground: Ground, vendor: VendorService | None, standing: list[Endpoint], number: int, ways: Ways
) -> Plan:
    key = f"endpoint/{number}"
    live = [row for row in standing if row.state not in ways.dead]
    own = next((row for row in live if _own_number(ground, row) == number), None)
    if own is not None:
        return ways.own(ground, own, number)
    if live:
        best = min(live, key=lambda row: (row.state != "available", row.id))
        return ways.adopted(ground, best, key)
    dead = [row for row in standing if ground.own(key, row)]
    strange = [row for row in standing if row not in dead]
    if strange and not dead:
        return Plan(problems=tuple(_dead(row, ways) for row in strange))
    if vendor is None:
        return Plan()
    gone = tuple(_removal(ground, row, f"{key}{OLD}" + (f"/{n}" if n else "")) for n, row in enumerate(dead))
    return ways.new(ground, vendor, number, gone)


def _dead(row: Endpoint, ways: Ways) -> Problem:
    words = f" ({row.reason})" if row.reason else ""
    return problem(
        "endpoint-" + row.state,
        "cloud.network",
        f"Endpoint {row.id} to {row.service_name} is {row.state}{words}, and it was not made here.",
        "The customer asks Magento why where it was rejected, deletes the endpoint "
        f"({ways.delete} {quote(row.id)}), and plans again.",
    )


def _removal(ground: Ground, row: Endpoint, key: str) -> Change:
    words = f": {row.reason}" if row.reason else ""
    change = Change(
        key,
        "delete",
        "endpoint",
        row.name or row.id,
        id=row.id,
        reason=f"It is {row.state}{words}. An endpoint does not leave that state, so it is made anew.",
        state=row.state,
    )
    return commanded(ground, change)

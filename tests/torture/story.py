"""An enablement's way through its moments, and the moves that are tortured."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from core.request.model import ConnectionType
from tests import tally
from tests.e2e import requests
from tests.e2e.azure_account import MAGENTO as SUBSCRIPTION
from tests.torture.proxy import writes
from tests.torture.rig import Inventory, Place, Rig, differences

TEMPLATES = {
    ("aws", "unidirectional"): requests.UNIDIRECTIONAL,
    ("aws", "bidirectional"): requests.BIDIRECTIONAL,
    ("azure", "unidirectional"): requests.AZURE_UNIDIRECTIONAL,
    ("azure", "bidirectional"): requests.AZURE_BIDIRECTIONAL,
}
PORTS = (80, 2222)
AGAIN = 3
"""How often a command that was disturbed is given again, at the most."""
POLLS = ("operations", "DescribeLoadBalancers")
"""Requests that a run makes as often as it has to wait."""
MOVES = ("apply", "connect", "accept", "undo")


@dataclass(frozen=True)
class Move:
    """A command at a moment: how it is called, and how it ends and what it leaves when nothing disturbs it.

    ``asked`` are the requests that it made, ``writes`` how many events it journaled.
    """

    before: Place
    arguments: tuple[str, ...]
    code: int
    wanted: Inventory
    asked: tuple[str, ...]
    writes: int

    def changes(self) -> Iterator[tuple[str, int]]:
        """The requests that change something: what matches their name, and their number among those of it."""
        for name, times in Counter(filter(writes, self.asked)).items():
            for nth in range(1, times + 1):
                yield f"^{re.escape(name)}$", nth

    def looks(self) -> Iterator[tuple[str, int]]:
        """The first and the last request of each name that changes nothing, but for those made as often as it takes."""
        for name, times in Counter(one for one in self.asked if not writes(one)).items():
            for nth in (1,) if name.endswith(POLLS) else dict.fromkeys((1, times)):
                yield f"^{re.escape(name)}$", nth


@dataclass(frozen=True)
class Story:
    """An enablement by its name, what is there and journaled after an undo, and its moves (as far as its type has
    them)."""

    rig: Rig
    name: str
    nothing: Inventory
    moves: Mapping[str, Move]

    def move(self, called: str) -> Move:
        """One of them; a test of a move that this enablement has not is left out."""
        if called not in self.moves:
            pytest.skip("this type of connection has no such move")
        return self.moves[called]


def _events(place: Place, name: str) -> int:
    from core.journal import store

    with store.open_to_read(place.home / "privatelink", name) as journal:
        return len(journal.events())


def tell(rig: Rig, kind: ConnectionType, *, short: bool = False) -> Story:
    """Go through a whole enablement once, undisturbed, and keep every moment; ``short``: only the own side, and
    back.
    """
    now = rig.begin()
    file = requests.write(now.home, TEMPLATES[rig.platform, kind], rig.environment)
    name = rig.run(now, "new", file)[0].out.strip()
    nothing = replace(rig.seen(now, name), undone=True)
    moves = {}

    def move(called: str, *arguments: str) -> None:
        before = rig.keep(now)
        events = _events(now, name)
        ran, told = rig.run(now, *arguments, code=None)
        assert ran.code in (0, 4), f"{called}: {ran.out}\n{ran.err}"
        wanted = rig.seen(now, name)
        assert wanted.undone is (called == "undo")
        moves[called] = Move(before, arguments, ran.code, wanted, told.asked, _events(now, name) - events)

    if kind == "bidirectional":
        move("apply", "apply", name, "--yes")
    if short:
        move("undo", "undo", name, "--yes")
        return Story(rig, name, nothing, moves)
    rig.run(now, "filed", name, "--ticket", "200041")
    rig.lead(now.world)
    rig.vendor.allow(rig.environment["PRIVATELINK_SANDBOX_ACCOUNT"], PORTS)
    named = ("--service-name", rig.vendor.service_name)
    if rig.platform == "azure":
        named = (*named, "--subscription", SUBSCRIPTION)
    rig.run(now, "details", name, *named)
    move("connect", "apply", name, "--yes")
    rig.lead(now.world)
    assert len(rig.vendor.approve()) == 1
    if kind == "bidirectional":
        (service,) = (one for one in rig.customer.resources().values() if one.kind == "endpoint-service")
        rig.vendor.connect(service.settings.get("service_name") or service.id)
        move("accept", "accept", name)
    move("undo", "undo", name, "--yes", "--force")
    return Story(rig, name, nothing, moves)


def rerun(story: Story, move: Move, **disturbed: object) -> tuple[bool, list[str]]:
    """A run that is killed, and one that is not: whether it was killed, and what is not as it should be."""
    rig = story.rig
    with rig.copy(move.before) as place:
        ran, _ = rig.run(place, *move.arguments, code=None, **disturbed)
        if ran.code >= 0:
            return False, []
        assert ran.code == -9, ran
        tally.add("kill points tried")
        again, _ = rig.run(place, *move.arguments, code=None)
        found = differences(move.wanted, rig.seen(place, story.name))
        if again.code != move.code:
            found.append(f"the rerun ended with {again.code}: {again.out}{again.err}")
        return True, found


def until_done(story: Story, move: Move, place: Place, **disturbed: object) -> list[str]:
    """A run that is disturbed and then as many as it takes; what is not as it should be."""
    rig = story.rig
    ran, told = rig.run(place, *move.arguments, code=None, **disturbed)
    tally.add("faults injected", told.faults)
    assert told.faults, "nothing was broken"
    again = 0
    while ran.code != move.code and again < AGAIN:
        again += 1
        ran, _ = rig.run(place, *move.arguments, code=None)
    found = differences(move.wanted, rig.seen(place, story.name))
    if ran.code != move.code:
        found.append(f"the last run ended with {ran.code}: {ran.out}{ran.err}")
    return found

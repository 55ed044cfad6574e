"""Everything around the program breaks in turn, and it still makes one of each and leaves nothing behind: at
once, or when the same command is given again.
"""

from __future__ import annotations

import itertools
import math

import pytest

from tests import tally
from tests.torture.proxy import STALE, Kind, Rule
from tests.torture.rig import tell
from tests.torture.story import MOVES, Move, Story, until_done

LOST: tuple[tuple[Kind, int], ...] = (("reset-after", 1), ("half", 1), ("hang-after", 1), ("reset-after", 99))
"""What takes effect and is not answered: at every change, because it is what makes two of one. So many requests in
a row of one name; the last of 99 is never reached.
"""
REFUSED: tuple[tuple[Kind, int], ...] = (
    *(("throttled", 3), ("error", 2), ("reset-before", 1), ("unavailable", 2)),
    *(("throttled", 99), ("half", 99), ("hang-before", 1)),
)
"""What else breaks: in turn at every change, two of them or more, so that every move meets all."""
FAULTS = (*LOST, *REFUSED)
PATIENT = 1.0
"""Seconds that the program waits here for an answer that never comes."""


def met(story: Story, move: Move, rule: Rule) -> list[str]:
    """What is not as it should be after this broke, and the command was given again as often as it takes."""
    with story.rig.copy(move.before) as place:
        patient = PATIENT if rule.kind.startswith("hang") else 0
        return until_done(story, move, place, rules=[rule], answer=patient)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("called", MOVES)
def test_at_every_request_that_changes_something(story: Story, called: str) -> None:
    move = story.move(called)
    points, turn = list(move.changes()), itertools.cycle(REFUSED)
    each = max(2, math.ceil(len(REFUSED) / len(points)))
    rules = [
        Rule(kind, *point, times)
        for point in points
        for kind, times in (*LOST, *itertools.islice(turn, each))
    ]
    tell({rule: met(story, move, rule) for rule in rules})


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("called", MOVES)
def test_at_looks(story: Story, called: str) -> None:
    """Every kind of request that only looks, at its first time and its last, broken in one way after the other."""
    move = story.move(called)
    rules = [
        Rule(kind, *point, times)
        for point, (kind, times) in zip(move.looks(), itertools.cycle(FAULTS), strict=False)
    ]
    tell({rule: met(story, move, rule) for rule in rules})


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("called", MOVES)
def test_looks_show_what_was_before(story: Story, called: str) -> None:
    """The cloud is slow to show what was made; killed meanwhile, and not killed."""
    move, rig = story.move(called), story.rig
    wrong = {}
    for kills in [[], *([Rule("signal-after", match, nth)] for match, nth in move.changes())]:
        with rig.copy(move.before) as place, rig.beside(place) as before:
            if kills:
                ran, _ = rig.run(place, *move.arguments, code=None, rules=kills)
                assert ran.code == -9
                tally.add("kill points tried")
            found = until_done(story, move, place, rules=[STALE], replica=before)
        if found:
            wrong[tuple(kills)] = found
    tell(wrong)

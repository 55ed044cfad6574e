"""Everything around the program breaks in turn, and it still makes one of each and leaves nothing behind: at
once, or when the same command is given again.
"""

from __future__ import annotations

import pytest

from tests import tally
from tests.torture.proxy import STALE, Kind, Rule
from tests.torture.rig import Place, differences, tell
from tests.torture.story import MOVES, Move, Story

AGAIN = 3
"""How often the same command is given again, at the most."""
FAULTS: tuple[tuple[Kind, int], ...] = (
    *(("throttled", 3), ("throttled", 99), ("error", 2), ("unavailable", 2)),
    *(("reset-before", 1), ("reset-after", 1), ("reset-after", 99), ("half", 1), ("half", 99)),
    *(("hang-before", 1), ("hang-after", 1)),
)
"""What breaks, and for how many requests in a row of one name; the last of 99 is never reached."""
PATIENT = 1.5
"""Seconds that the program waits here for an answer that never comes."""


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


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("called", MOVES)
def test_at_every_request_that_changes_something(story: Story, called: str) -> None:
    move = story.move(called)
    wrong = {}
    for match, nth in move.changes():
        for kind, times in FAULTS:
            with story.rig.copy(move.before) as place:
                patient = PATIENT if kind.startswith("hang") else 0
                found = until_done(story, move, place, rules=[Rule(kind, match, nth, times)], answer=patient)
            if found:
                wrong[kind, times, match, nth] = found
    tell(wrong)


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

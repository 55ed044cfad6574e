"""Killed with SIGKILL at every request and at every write to the journal: the same command, once more, ends as an
undisturbed run does. The emulators ignore client tokens: nothing but the program keeps things single.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests import tally
from tests.torture.proxy import STALE, Rule
from tests.torture.rig import differences, tell
from tests.torture.story import MOVES, POLLS, Move, Story, rerun


def requests(move: Move) -> Iterator[Rule]:
    """Every request, before it is handed on and after it took effect."""
    for name, times in Counter(move.asked).items():
        for nth in range(1, times + 1):
            yield Rule("signal-before", f"^{re.escape(name)}$", nth)
            yield Rule("signal-after", f"^{re.escape(name)}$", nth)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("called", MOVES)
def test_at_every_request(story: Story, called: str) -> None:
    move = story.move(called)
    wrong = {}
    for rule in requests(move):
        killed, found = rerun(story, move, rules=[rule])
        assert killed or rule.match.endswith(tuple(f"{poll}$" for poll in POLLS)), rule
        if found:
            wrong[rule.kind, rule.match, rule.nth] = found
    tell(wrong)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("called", MOVES)
def test_at_every_write(story: Story, called: str) -> None:
    move = story.move(called)
    wrong = {}
    for number in range(1, move.writes + 1):
        for moment in ("before", "after"):
            killed, found = rerun(story, move, write=number, moment=moment)
            assert killed, f"there was no write {number}"
            if found:
                wrong[moment, number] = found
    tell(wrong)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("slow", [False, True], ids=["at once", "shown late"])
@pytest.mark.parametrize("called", ["apply", "connect"])
def test_undone_after_a_kill(story: Story, called: str, slow: bool) -> None:
    """Whatever a killed run made is found and removed, also where the cloud does not show it at once."""
    move, rig = story.move(called), story.rig
    wrong = {}
    for match, nth in move.changes():
        with rig.copy(move.before) as place, rig.beside(place) as before:
            ran, _ = rig.run(place, *move.arguments, code=None, rules=[Rule("signal-after", match, nth)])
            assert ran.code == -9
            tally.add("kill points tried")
            rules = [STALE] if slow else []
            rig.run(place, "undo", story.name, "--yes", "--force", rules=rules, replica=before)
            found = differences(story.nothing, rig.seen(place, story.name))
        if found:
            wrong[match, nth] = found
    tell(wrong)

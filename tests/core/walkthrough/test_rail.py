"""The presenter's rail: every act says everything in both clouds' words, shortly enough for the screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from core.request.model import PLATFORMS, Platform
from core.walkthrough import scenario
from core.walkthrough.acts import ACTS, ActName
from core.walkthrough.frame import closing, opening
from core.walkthrough.moment import Moment
from core.walkthrough.moves import MOVES
from core.walkthrough.rail import rail, unmet
from core.walkthrough.scenario import Checkpoint
from tui.words import words_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONGEST = 150
"""Two lines of an 80-column screen beside what leads them."""


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_told_whole(platform: Platform, name: ActName) -> None:
    act = ACTS[name]
    for text in (act.title, act.now, act.why, act.ask, act.maps):
        told = words_of(platform).fill(text)
        assert "{" not in told
        assert 0 < len(told) <= LONGEST
    assert act.ask.endswith(("?", ".")), "it can be said as it stands"


def test_the_scenario_s_own_words_come_first_and_stay_as_they_are() -> None:
    one = scenario.read(
        b'title = "Mine"\ntype = "unidirectional"\n[[checkpoint]]\nact = "approve"\nask = "Who {w.account}?"\n'
    )
    shown = rail(one, 0, Moment(NOW), "to-do", words_of("azure").fill)
    assert shown.ask == "Who {w.account}?"
    assert shown.now == words_of("azure").fill(ACTS["approve"].now)
    assert (shown.number, shown.of, shown.actor, shown.step) == (1, 1, "Magento", "5")


@pytest.mark.parametrize(
    ("shows", "gone", "codes", "told"),
    [
        (None, None, (), ""),
        ("reply-wrong-region", None, (), "that it shows reply-wrong-region, and it does not"),
        ("x", None, ("x", "y"), ""),
        ("x", "y", ("x",), ""),
        ("x", "y", ("x", "y"), "that y is gone, and it is not"),
    ],
)
def test_what_was_to_be_seen(shows: str | None, gone: str | None, codes: tuple[str, ...], told: str) -> None:
    checkpoint = Checkpoint(act="reply", shows=shows, gone=gone)
    wrong = unmet(checkpoint, Moment(NOW, codes=frozenset(codes)))
    assert (told in wrong) if told else not wrong


YOU = re.compile(r"\byou(r|rs|rself)?\b", re.IGNORECASE)
CUSTOMER = re.compile(r"\bcustomers?\b", re.IGNORECASE)


@pytest.mark.parametrize("name", scenario.names())
def test_who_is_meant_is_called_one_thing(name: str) -> None:
    """The presenter speaks of the customer; only what is asked speaks to them. The wizard's page says "you"."""
    one = scenario.load(name)
    for platform in one.clouds:
        fill = words_of(platform).fill
        rails = [rail(one, index, Moment(NOW), "to-do", fill) for index in range(len(one.checkpoint))]
        around = (opening(one, fill), closing(one, Moment(NOW), platform, fill))
        about = [text for each in rails for text in (each.title, each.now, each.why, each.maps)]
        about += [text for framed in around for _, text in (*framed.told, ("", framed.title))]
        about += [fill(move.does) for move in MOVES]
        assert not [text for text in about if YOU.search(text)]
        assert not [each.ask for each in rails if CUSTOMER.search(each.ask)]

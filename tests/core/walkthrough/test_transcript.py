"""A recorded walkthrough: everything that was said is in it, and what came from outside does nothing there."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from core.walkthrough import scenario, transcript
from core.walkthrough.frame import Framed, closing, opening
from core.walkthrough.moment import Moment
from core.walkthrough.rail import rail
from core.walkthrough.transcript import Page, Transcript
from tui.words import words_of

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
ONE = scenario.load("unidirectional")
PAGES = tuple(
    Page(rail(ONE, index, Moment(NOW), "past", words_of("aws").fill), f"<svg>{index}</svg>")
    for index in range(len(ONE.checkpoint))
)
FILL = words_of("aws").fill
WHOLE = Transcript(ONE.title, opening(ONE, FILL), PAGES, closing(ONE, Moment(NOW), "aws", FILL))


def test_the_page_has_every_checkpoint_and_fetches_nothing() -> None:
    made = transcript.html(WHOLE)
    for index, page in enumerate(PAGES):
        assert f'id="{page.name}"' in made
        assert base64.b64encode(f"<svg>{index}</svg>".encode()).decode() in made
        assert page.rail.title in unescape(made)
    assert not re.search(r"(src|href)=\"(?!data:|#)", made)
    assert "<script" not in made


def test_words_of_a_scenario_are_text() -> None:
    bad = replace(PAGES[0].rail, now="<script>alert(1)</script>\x1b[2J")
    one = Transcript("<b>\x1b", Framed("<b>", (("<b>", "\x1b"),)), (Page(bad, "<svg/>"),))
    made = transcript.html(one)
    assert "<script" not in made
    assert "<b>" not in made
    assert "\x1b" not in made + transcript.text(one)


def test_the_transcript_says_all_of_it() -> None:
    made = transcript.text(WHOLE)
    for page in PAGES:
        for said in (page.rail.title, page.rail.now, page.rail.why, page.rail.ask, page.rail.maps):
            assert said in made
    assert "9/9  Mon 2 Mar 09:05  Customer: Prove: customer to Magento" in made
    assert "  Account The customer's VPC" in made, "what leads a paragraph stands apart from it"


def test_page_and_transcript_say_the_same_around_it() -> None:
    """What was said on the screen before and after the checkpoints, word for word."""
    page, plain = unescape(transcript.html(WHOLE)), transcript.text(WHOLE)
    assert WHOLE.closing is not None
    for framed in (WHOLE.opening, WHOLE.closing):
        for said in (framed.title, *(text for _, text in framed.told)):
            assert said in page
            assert said in plain
    broken_off = replace(WHOLE, closing=None)
    assert WHOLE.closing.title not in transcript.html(broken_off) + transcript.text(broken_off)

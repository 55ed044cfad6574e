"""When an act is over: by what came since it began, never by what was there before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.walkthrough.acts import ACTS, ActName
from core.walkthrough.moment import Moment

BLANK = Moment(datetime(2026, 3, 2, 9, tzinfo=UTC))
WAITING = replace(BLANK, codes=frozenset({"not-accepted"}), diagnoses=1, replies=1)
"""Somebody looked for causes, and read a reply, before."""


@pytest.mark.parametrize(
    ("act", "before", "now", "over"),
    [
        pytest.param(
            "diagnose",
            WAITING,
            replace(WAITING, codes=frozenset({"network-acl"}), diagnoses=2),
            True,
            id="another cause than before",
        ),
        pytest.param("diagnose", WAITING, replace(WAITING, diagnoses=2), True, id="the same cause again"),
        pytest.param("diagnose", WAITING, WAITING, False, id="only the old diagnosis"),
        pytest.param(
            "diagnose",
            BLANK,
            replace(BLANK, codes=frozenset({"reply-unread"})),
            False,
            id="a problem of a reply",
        ),
        pytest.param("reply", WAITING, replace(WAITING, replies=2), True, id="the same problem again"),
        pytest.param("reply", WAITING, replace(WAITING, diagnoses=2), False, id="a diagnosis is no reply"),
        pytest.param("reply", BLANK, replace(BLANK, replies=1), False, id="a reply that says nothing"),
    ],
)
def test_what_came_since_counts(act: ActName, before: Moment, now: Moment, over: bool) -> None:
    assert ACTS[act].over(before, now) is over

"""``explain``."""

from __future__ import annotations

from core.explain.look_up import everything
from tests.e2e.program import InProcess


def test_a_term_and_a_code_in_words(offline: InProcess) -> None:
    assert "network load balancer" in offline("explain", "endpoint", "service").out
    told = offline("explain", "aws-nlb-one-zone").out
    assert "What to do: " in told
    assert "https://docs.aws.amazon.com/" in told


def test_json_has_every_meaning(offline: InProcess) -> None:
    told = offline.json("explain", "endpoint-failed")
    assert [one["name"] for one in told] == ["endpoint-failed"] * 2
    assert all(one["meaning"] and one["remedy"] and one["source"] for one in told)
    assert len(offline.json("explain")) == len(everything())


def test_without_a_word_all_are_listed(offline: InProcess) -> None:
    assert len(offline("explain").out.splitlines()) == len(everything())


def test_an_unknown_word_is_answered_with_what_was_perhaps_meant(offline: InProcess) -> None:
    told = offline("explain", "princpal\x1b[31m", code=2)
    assert "\x1b" not in told.err
    assert "Principal" in offline("explain", "princpal", code=2).err
    assert "lists them all" in offline("explain", "qqqqqqqq", code=2).err

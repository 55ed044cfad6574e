import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import excerpt, hidden, visible, visible_lines
from tests import nasty
from tests.growth import assert_linear

SHOWN = [
    ("plain ü 漢 🎉", "plain ü 漢 🎉"),
    ("\x1b[31mred", "␛[31mred"),
    ("a\nb\r\tc\x00\x7f", "a␊b␍␉c␀␡"),
    ("\x9b2J", "\\u009b2J"),
    ("\u202eabc\u2066", "\\u202eabc\\u2066"),
    ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
    ("line\u2028end\u2029", "line\\u2028end\\u2029"),
    ("\ud800", "\\ud800"),
    ("\U000e0041", "\\U000e0041"),
    ("❤\ufe0f", "❤\ufe0f"),
]


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_visible_text_is_printable_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert all(unicodedata.category(one) not in ("Cc", "Cs", "Zl", "Zp") for one in shown)
    assert visible(shown) == shown
    assert visible_lines(text).replace("\n", "").replace(" ", "") == visible(
        text.replace("\r\n", "\n").replace("\n", "").replace("\t", "")
    ).replace(" ", "")


@pytest.mark.parametrize(
    ("text", "shown"), [("a\r\nb\n\tc\r", "a\nb\n    c␍"), ("\x1b\n\x1b", "␛\n␛"), ("a b", "a b")]
)
def test_lines_stay(text: str, shown: str) -> None:
    assert visible_lines(text) == shown


@pytest.mark.parametrize("unit", ["plain text ", "\x1b", "a\x1b", "ü\u202e", "漢"])
def test_twice_as_much_text_takes_twice_as_long(unit: str) -> None:
    def show(size: int) -> None:
        text = unit * (size // len(unit))
        visible(text)
        visible_lines(text)

    assert_linear(show, 1 << 18)


def test_hidden_names_the_first_and_lets_joiners_be() -> None:
    assert hidden("a\x1b\u202e") == "␛"
    assert hidden("👩\u200d💻") is None


@given(st.text(st.characters()), st.integers(2, 50))
def test_an_excerpt_keeps_to_its_limit(text: str, limit: int) -> None:
    assert len(excerpt(text, limit)) <= limit


def test_no_character_of_unicode_is_obeyed_or_missed() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert nasty.obeyed(visible(every), but="") == ""


@pytest.mark.parametrize("text", nasty.TEXTS.values(), ids=nasty.TEXTS)
def test_no_trick_is_left(text: str) -> None:
    assert nasty.obeyed(visible(text), but="") == ""
    assert nasty.obeyed(visible_lines(text)) == ""
    assert nasty.obeyed(excerpt(text), but="") == ""

"""ASCII: where it is wanted, and that nothing shifts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ascii import encoding_of, plain, wanted
from tui.preferences import Switch


@pytest.mark.parametrize(("choice", "environ", "ascii"), [
    ("auto", {}, False),
    ("auto", {"LANG": "de_DE.UTF-8"}, False),
    ("auto", {"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, True),
    ("auto", {"LC_CTYPE": "POSIX", "LANG": "C.UTF-8"}, True),
    ("auto", {"LANG": "de_DE.ISO-8859-1@euro"}, True),
    ("auto", {"LANG": "ru_RU.KOI8-R"}, True),
    ("auto", {"LANG": "xx.nonsense"}, False),
    ("auto", {"LANG": "de_DE"}, False),
    ("auto", {"LANG": "C.UTF-8", "TERM": "linux"}, True),
    ("auto", {"TERM": "xterm-256color"}, False),
    ("on", {"LANG": "C.UTF-8"}, True),
    ("off", {"LC_ALL": "C", "TERM": "dumb"}, False),
])  # fmt: skip
def test_where_it_is_wanted(choice: Switch, environ: dict[str, str], ascii: bool) -> None:
    assert wanted(choice, environ) is ascii


def test_letters_stay_where_the_terminal_has_them() -> None:
    assert plain("✓ Größe → 3 µs …", encoding_of({"LANG": "de_DE.ISO-8859-1"})) == "v Größe > 3 µs ."
    assert plain("✓ Größe 日本", "ascii") == "v Gr??e ????"


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Mn", "Me"))))
def test_nothing_shifts_and_nothing_is_left(text: str) -> None:
    shown = plain(text)
    assert shown.isascii()
    assert cell_len(shown) == cell_len(text)

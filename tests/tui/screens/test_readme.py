"""The README's pictures and the recorded walkthrough show the program as it is."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.tui.film import DOCS, PAGE, SHOWN, made


def test_the_readme_links_to_every_picture_and_to_no_other() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(docs/(\w+)\.svg\)", readme)) == set(SHOWN)
    assert f"(docs/{PAGE})" in readme
    assert {path.name for path in DOCS.iterdir()} == {PAGE, *(f"{name}.svg" for name in SHOWN)}


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_a_whole_svg_that_fetches_nothing(name: str) -> None:
    root = ElementTree.parse(DOCS / f"{name}.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "@font-face" not in (DOCS / f"{name}.svg").read_text(encoding="utf-8")


def test_the_recorded_page_needs_nothing_else() -> None:
    page = (DOCS / PAGE).read_text(encoding="utf-8")
    assert set(re.findall(r'(?:src|href)="([^"]{5})', page)) == {"data:", *re.findall(r'href="(#.{4})', page)}
    assert len(page) < 1_000_000


@pytest.mark.whole
def test_none_of_them_is_stale() -> None:
    stale = [path.name for path, text in made() if path.read_text(encoding="utf-8") != text]
    assert not stale, "run `make pictures`, look at them, and commit them"

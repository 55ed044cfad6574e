"""The README's pictures show the program as it is."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.tui.pictures import DOCS, SHOWN, pictures


def test_the_readme_links_to_every_picture_and_to_no_other() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(docs/(\w+)\.svg\)", readme)) == set(SHOWN)
    assert {path.stem for path in DOCS.glob("*.svg")} == set(SHOWN)


@pytest.mark.parametrize("name", SHOWN)
def test_a_picture_is_a_whole_svg_that_fetches_nothing(name: str) -> None:
    root = ElementTree.parse(DOCS / f"{name}.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "@font-face" not in (DOCS / f"{name}.svg").read_text(encoding="utf-8")


def test_the_pictures_are_not_stale() -> None:
    stale = [path.name for path, svg in pictures() if path.read_text(encoding="utf-8") != svg]
    assert not stale, "run `make pictures`, look at them, and commit them"

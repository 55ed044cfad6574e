"""The README's pictures show the program as it is."""

from __future__ import annotations

import re

from tests.tui.pictures import DOCS, SHOWN, pictures


def test_the_readme_links_to_every_picture_and_to_no_other() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(docs/(\w+)\.svg\)", readme)) == set(SHOWN)
    assert {path.stem for path in DOCS.glob("*.svg")} == set(SHOWN)


def test_the_pictures_are_not_stale() -> None:
    stale = [path.name for path, svg in pictures() if path.read_text(encoding="utf-8") != svg]
    assert not stale, "run `make pictures`, look at them, and commit them"

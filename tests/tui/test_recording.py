"""A walkthrough recorded in a folder, without a screen that anybody sees."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

import tui.guide
from core.unusable import UnusableFile
from core.walkthrough import scenario
from tests.tui.near import near
from tui.recording import Recording, portable

ONE = scenario.read(
    b'title = "Mine"\ntype = "unidirectional"\nends = "preparing"\n'
    b'[[checkpoint]]\nact = "sign-in"\n[[checkpoint]]\nact = "request"\n'
)


def test_every_checkpoint_has_its_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "made" / "here"
    with near("azure") as worker:
        monkeypatch.setattr(tui.guide, "Worker", lambda *_, **__: worker)
        recording = Recording(folder, ONE)
        phases: list[tuple[int, str]] = []
        problem = tui.guide.run(
            ONE,
            "azure",
            "fast",
            told=lambda walk: phases.append((walk.index, walk.phase)),
            picture=recording.take,
            headless=True,
        )
        recording.finish()
    assert problem == ""
    assert {path.name for path in folder.iterdir()} == {
        "01-sign-in.svg",
        "02-request.svg",
        "transcript.txt",
        "index.html",
    }
    assert [index for index, phase in phases if phase == "over"] == [0, 1]
    words = "".join(ElementTree.parse(folder / "02-request.svg").getroot().itertext()).replace("\xa0", " ")
    assert "2/2  Customer: Say what to connect" in words
    assert "this is the end" in words
    with pytest.raises(UnusableFile, match="not empty"):
        Recording(folder, ONE)


def test_a_picture_has_no_font_to_fetch() -> None:
    assert "http" not in portable("<svg>@font-face { src: url(http://x) }\n</svg>")

"""A walkthrough recorded in a folder, without a screen that anybody sees."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

import tui.guide
from core.journal.errors import JournalError
from core.unusable import UnusableFile
from core.walkthrough import scenario
from core.walkthrough.clock import PACES, PaceName
from tests.tui.near import near
from tui.recording import Recording, portable

ONE = scenario.read(
    b'title = "Mine"\ntype = "unidirectional"\nends = "preparing"\n'
    b'[[checkpoint]]\nact = "sign-in"\n[[checkpoint]]\nact = "request"\n'
)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sandbox in this process."""
    with near("azure") as worker:
        monkeypatch.setattr(tui.guide, "Worker", lambda *_, **__: worker)
        yield


@pytest.mark.whole
@pytest.mark.parametrize("pace", PACES)
def test_every_checkpoint_has_its_picture(here: None, tmp_path: Path, pace: PaceName) -> None:
    """At any pace it goes by itself: there is nobody to press a key."""
    folder = tmp_path / "made" / "here"
    recording = Recording(folder, ONE)
    phases: list[tuple[int, str]] = []
    ended = tui.guide.run(
        ONE,
        "azure",
        pace,
        told=lambda walk: phases.append((walk.index, walk.phase)),
        picture=recording.take,
        headless=True,
    )
    recording.finish()
    assert ended == (0, "")
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


def refuse(error: Exception) -> Callable[..., None]:
    """What cannot do anything but this."""

    def refused(*_: object) -> None:
        raise error

    return refused


FULL = JournalError("disk-full", "the disk is full", "Make room.")


@pytest.mark.parametrize(
    ("picture", "ended"),
    [
        (refuse(FULL), (2, "the disk is full\n  Make room.")),
        (refuse(RuntimeError("a fault")), (3, "it did not come to its end")),
        (lambda *_: signal.raise_signal(signal.SIGTERM), (143, "it did not come to its end")),
    ],
    ids=["files", "fault", "signal"],
)
def test_what_ends_it_early_is_told(
    here: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    picture: tui.guide.Picture,
    ended: tuple[int, str],
) -> None:
    """None of it waits behind a dialog that nobody can close."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert tui.guide.run(ONE, "azure", "fast", picture=picture, headless=True) == ended
    assert ("a fault of the program; what happened is in" in capfd.readouterr().err) == (ended[0] == 3)


def test_a_dialog_without_anybody_ends_it(here: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tui.guide.Guide, "_new_session", refuse(FULL))
    code, problem = tui.guide.run(ONE, "azure", "fast", headless=True)
    assert (code, problem) == (2, "disk-full: the disk is full\nMake room.")


def test_a_picture_has_no_font_to_fetch() -> None:
    assert "http" not in portable("<svg>@font-face { src: url(http://x) }\n</svg>")

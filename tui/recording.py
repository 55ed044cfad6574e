"""A walkthrough kept in a folder: a picture of every checkpoint, a transcript, and one page made of them."""

from __future__ import annotations

import re
from pathlib import Path

from core.journal import files
from core.request.model import Platform
from core.unusable import UnusableFile
from core.walkthrough import transcript
from core.walkthrough.scenario import Scenario
from core.walkthrough.transcript import Page, Transcript
from tui.model import Model
from tui.walk import Kept, closing_of, opening_of

_FONT_FACE = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_FONTS = "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace"
_ID = re.compile(r"\bterminal-\d+-")
_RECT = re.compile(r'<rect fill="([^"]*)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"([^>]*)/>')
_ROW = re.compile(rf"(?:{_RECT.pattern.replace('(', '(?:')})+")


def portable(svg: str) -> str:
    """The same picture on every run and at half the size, with fonts that are there instead of fonts to fetch."""
    text = _ID.sub("terminal-", _FONT_FACE.sub("", svg)).replace("Fira Code, monospace", _FONTS)
    text = _ROW.sub(lambda row: _joined(row[0]), text.replace("&#160;", "\xa0"))
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def _joined(rects: str) -> str:
    """What stands behind the text: neighbours of one color as one piece."""
    pieces: list[tuple[str, float, str, float, str]] = []
    for fill, x, y, width, rest in _RECT.findall(rects):
        piece = (fill, float(x), y, float(width), rest)
        if pieces:
            before, left, row, wide, other = pieces[-1]
            if (before, row, other) == (fill, y, rest) and abs(left + wide - piece[1]) < 0.1:
                pieces[-1] = (fill, left, y, wide + piece[3], rest)
                continue
        pieces.append(piece)
    return "".join(
        f'<rect fill="{fill}" x="{x:.1f}" y="{y}" width="{width:.1f}"{rest}/>'
        for fill, x, y, width, rest in pieces
    )


class Recording:
    """Takes the checkpoints as they come. Nothing is overwritten."""

    def __init__(self, folder: Path, scenario: Scenario, cloud: Platform | None = None) -> None:
        """``cloud`` is the one that it is played on, the scenario's first if left out. Raises UnusableFile for a
        folder that is not empty or cannot be made.
        """
        self._folder = folder
        self._scenario = scenario
        self._cloud = cloud or scenario.clouds[0]
        self._pages: list[Page] = []
        self._models: list[Model] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            full = any(folder.iterdir())
        except OSError as error:
            raise UnusableFile(
                f"{folder}: {error.strerror or error}", "Name a folder that can be made."
            ) from error
        if full:
            raise UnusableFile(f"{folder}: the folder is not empty", "Name a new or an empty one.")

    def take(self, kept: Kept, svg: str) -> None:
        """Keep one checkpoint's picture. Raises JournalError where it cannot be written."""
        page = Page(kept.rail, portable(svg))
        self._pages.append(page)
        self._models.append(kept.model)
        files.write_new(self._folder / f"{page.name}.svg", page.svg.encode())

    def finish(self) -> None:
        """Write transcript and page. Raises JournalError where they cannot be written."""
        scenario = self._scenario
        one = Transcript(
            scenario.title,
            opening_of(scenario, self._cloud),
            self._pages,
            closing_of(scenario, self._models),
        )
        texts = {"transcript.txt": transcript.text(one), "index.html": transcript.html(one)}
        for name, content in texts.items():
            files.write_new(self._folder / name, content.encode())

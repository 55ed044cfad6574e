"""Terminals that show no more than their own letters: one filter over all that is painted.

It stands at the very end, behind every widget, Textual's own too: borders, scrollbars, marks, pictures, toasts.
Nothing changes its width, so nothing shifts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from tui.preferences import Switch

_PAIRS = (
    ("✓✗▸▾▴◂…–—−·○●□■▌│┃┆═", "vX>v^<.----oo##||||="),
    ("─━╌┄═╴╶→←↑↓×", "--..=--><^vx"),
    ("╭╮╰╯┌┐└┘├┤┬┴┼╪╫╞╡", "+++++++++++++++++"),
    ("“”„‘’‚•▲▼▶◀", '"""\'\',*^v><'),
    # The ends of a scrollbar: its ground is enough.
    ("█▇▆▅▄▃▂▁▉▊▋▍▎▏▔", "#" + " " * 14),
)
ASCII: Mapping[int, str] = {ord(a): b for have, give in _PAIRS for a, b in zip(have, give, strict=True)}
"""One ASCII character for each symbol and line that the program draws with."""

PLAIN_TERMINALS = ("linux", "dumb", "vt52", "vt100", "vt220")
"""Values of ``TERM`` whose fonts have letters and little else."""


def encoding_of(environ: Mapping[str, str]) -> str:
    """The encoding that the person's locale names, else UTF-8: Python itself reads “C” as if it were UTF-8."""
    named = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    if named in ("C", "POSIX"):
        return "ascii"
    _, dot, encoding = named.partition("@")[0].partition(".")
    try:
        "".encode(encoding)
    except LookupError:
        return "utf-8"
    return encoding if dot else "utf-8"


def wanted(choice: Switch, environ: Mapping[str, str]) -> bool:
    """Whether to paint in ASCII: as the settings say, else where locale or terminal have no lines and marks."""
    if choice != "auto":
        return choice == "on"
    if environ.get("TERM", "") in PLAIN_TERMINALS:
        return True
    return not _has("╭✓▸", encoding_of(environ))


def _has(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


class AsciiFilter(LineFilter):
    """Gives each symbol its ASCII stand-in; letters stay where ``encoding`` has them, else they are a ``?``."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments in other characters."""
        return [
            segment if segment.text.isascii() else Segment(plain(segment.text, self._encoding), *segment[1:])
            for segment in segments
        ]


@lru_cache(4096)
def plain(text: str, encoding: str = "ascii") -> str:
    """``text`` without symbols, as wide as before."""
    return "".join(_stand_in(one, encoding) for one in text)


def _stand_in(character: str, encoding: str) -> str:
    if character.isascii():
        return character
    given = ASCII.get(ord(character))
    if given is not None:
        return given
    if unicodedata.category(character)[0] in "LNM" and _has(character, encoding):
        return character
    return "?" * cell_len(character)

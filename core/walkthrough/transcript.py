"""A recorded walkthrough: as text, and as one HTML page that needs nothing else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from core.pages import template
from core.text import visible_lines
from core.walkthrough.frame import Framed
from core.walkthrough.rail import Rail

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True)
class Page:
    """A checkpoint that is over: what was said of it, and its screen as SVG."""

    rail: Rail
    svg: str

    @property
    def name(self) -> str:
        """The name of its picture, without a suffix: ``03-own-side``."""
        return f"{self.rail.number:02}-{self.rail.act}"

    @property
    def at(self) -> str:
        """When it was over, on the virtual clock."""
        return f"{self.rail.at:%a} {self.rail.at.day} {self.rail.at:%b %H:%M}"

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """What is said, each with what leads it."""
        rail = self.rail
        parts = (
            ("Now", rail.now),
            ("Why", rail.why),
            ("Ask", rail.ask),
            ("Account", rail.maps),
            ("Seen", rail.evidence),
        )
        return tuple((lead, text) for lead, text in parts if text)

    @property
    def data(self) -> str:
        """The picture as an address that holds it: its styles cannot touch the page's."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole walkthrough: what was said before it, its pages, and what was said after it, where it came so far."""

    title: str
    opening: Framed
    pages: Sequence[Page]
    closing: Framed | None = None


def text(one: Transcript) -> str:
    """The transcript as plain text."""
    parts = [one.title, _told(one.opening.title, one.opening.told)]
    for page in one.pages:
        rail = page.rail
        parts.append(_told(f"{rail.number}/{rail.of}  {page.at}  {rail.actor}: {rail.title}", page.told))
    if one.closing is not None:
        parts.append(_told(one.closing.title, one.closing.told))
    return visible_lines("\n\n".join(parts)) + "\n"


def _told(head: str, told: Sequence[tuple[str, str]]) -> str:
    width = max((len(lead) for lead, _ in told), default=0) + 1
    return "\n".join([head, *(f"  {lead:<{width}}{said}" for lead, said in told)])


def html(one: Transcript) -> str:
    """The page. Everything in it is escaped by the template and made visible before; it fetches nothing."""
    return _template().render(one=one)


@cache
def _template() -> Template:
    source = resources.files(__package__).joinpath("transcript.html")
    return template(source.read_text(encoding="utf-8"))

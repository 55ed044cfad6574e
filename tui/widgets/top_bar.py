"""The top line: where we are, and whether it is real."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual.content import Content

from core.text import visible
from tui.text import fit, middle
from tui.widgets.drawn import Drawn, Lines

MARKS = ("REHEARSAL — sandbox, nothing real", "REHEARSAL — sandbox", "REHEARSAL")
"""The sandbox's mark, from the longest to the one that always has room."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the top bar says. Empty parts are left out; ``cloud`` as people write it (``AWS``).

    ``local`` is the ``host:port`` where this machine answers in the cloud's place, outside a rehearsal.
    """

    product: str = "privatelink"
    cloud: str = ""
    account: str = ""
    region: str = ""
    project: str = ""
    environment: str = ""
    rehearsal: bool = False
    local: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """What says that this is not the cloud itself, from the longest; ``("",)`` where it is."""
        if self.rehearsal:
            return MARKS
        if self.local:
            shown = visible(self.local)
            return (f"LOCAL {shown}, not the cloud itself", f"LOCAL {shown}", "LOCAL")
        return ("",)


def _parts(place: Place) -> list[Content]:
    def pair(first: str, second: str, joint: str, first_style: str) -> Content:
        dot = (joint if first and second else "", "$text-muted")
        return Content.assemble((visible(first), first_style), dot, visible(second))

    parts = [
        Content.styled(visible(place.product), "bold $text-primary"),
        pair(place.cloud, place.account, " ", "$text-muted"),
        Content(visible(place.region)),
        pair(place.project, place.environment, " · ", ""),
    ]
    return [part for part in parts if part.plain]


def _laid(place: Place, mark: str, width: int) -> Content | None:
    left = Content.styled("  │  ", "$border-blurred").join(_parts(place))
    if left.cell_length > width and len(_parts(place)) > 1:
        left = Content("  ").join(_parts(place))
    right = Content.styled(f" {mark} ", "bold reverse $text-warning") if mark else Content("")
    gap = 2 if mark and left.plain else 0
    if left.cell_length + gap + right.cell_length > width:
        tight = Content("  ").join(_parts(place))
        if tight.cell_length + gap + right.cell_length > width:
            return None
        left = tight
    return fit(left, width - right.cell_length) + right


def top_line(place: Place, width: int) -> Content:
    """The bar at ``width`` cells. Ids keep their full length as long as anything else can give way."""
    nameless = replace(place, product="")
    short = replace(nameless, project=middle(place.project, 11), account=middle(place.account, 12))
    shorter = replace(nameless, project=middle(place.project, 7), account=middle(place.account, 7))
    shortest = replace(shorter, environment="", cloud="")
    marks = place.marks
    tries = [(place, mark) for mark in marks] + [(nameless, mark) for mark in marks[1:] or marks]
    tries += [(smaller, marks[-1]) for smaller in (short, shorter, shortest)]
    for said, mark in tries:
        laid = _laid(said, mark, width)
        if laid is not None:
            return laid
    last = Content.styled(f" {marks[-1]} ", "bold reverse $text-warning") if marks[-1] else Content("")
    return fit(last if marks[-1] else Content("  ").join(_parts(shortest)), width)


class TopBar(Drawn):
    """One line: product, cloud, account, region, project · environment, and the sandbox's mark."""

    DEFAULT_CSS = """
    TopBar { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    def __init__(self, place: Place | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._place = place or Place()

    def show(self, place: Place) -> None:
        """Show another place."""
        if place == self._place:
            return
        before = self.present()
        self._place = place
        self.redraw(before)

    def draw(self, width: int) -> Lines:
        """The one line."""
        return [top_line(self._place, width)]

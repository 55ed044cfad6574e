"""The audit's lists: the findings, and the tree of the resources that they are about."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from core.audit.catalogue import CHECKS
from core.audit.finding import SEVERITIES, Finding, Severity
from core.audit.sift import Branch
from tui.text import end, fit, line, middle
from tui.widgets.drawn import Drawn, Lines
from tui.widgets.long_list import LongList
from tui.widgets.marks import mark
from tui.widgets.rows import RowList
from tui.widgets.state import FINDINGS, look

_SEVERITY = 11
_LEAST_ID = 12
_TITLE = 56


class FindingList(LongList[Finding]):
    """One line a finding: how bad, what, and of which resource."""

    @dataclass
    class Pointed(Message):
        """The cursor is on another finding. Of several that wait only the newest matters."""

        finding: Finding

        def can_replace(self, message: Message) -> bool:
            """Coalesce."""
            return isinstance(message, FindingList.Pointed)

    def key_of(self, item: Finding) -> str:
        """What tells it from every other."""
        return item.fingerprint

    def draw_item(self, item: Finding, width: int) -> Lines:
        """The line."""
        column = min(_TITLE, max(width - _SEVERITY - _LEAST_ID - 1, 8))
        room = max(width - _SEVERITY - column - 1, 4)
        name = item.resource.name or item.resource.id
        return [
            Content.assemble(
                fit(mark(look(FINDINGS, item.severity)), _SEVERITY),
                fit(line(end(CHECKS[item.check].title, column)), column),
                " ",
                line(middle(name, room), "$text-muted"),
            )
        ]

    def when_highlighted(self, item: Finding) -> Message | None:
        """Tell the screen, which shows all of it."""
        return self.Pointed(item)

    def text_of(self, item: Finding) -> tuple[str, str]:
        """The command that mends it."""
        return item.command, "the command"


class ResourceTree(RowList[Branch]):
    """Account, network, kind, resource: each with how many findings it holds."""

    @dataclass
    class Pointed(Message):
        """The cursor is on another branch: only its findings are shown."""

        branch: Branch

    def key_of(self, item: Branch) -> str:
        """The branch's key."""
        return item.key

    def draw_item(self, item: Branch, width: int) -> Lines:
        """The line, indented by its depth."""
        count = f" {item.count}"
        indent = " " * item.depth
        shown = look(FINDINGS, item.worst)
        title = middle(item.title, max(width - len(indent) - len(count) - 2, 4))
        return [
            Content.assemble(
                indent,
                (f"{shown.symbol} ", shown.style),
                line(title, "bold" if item.depth == 0 else ""),
                (count, "$text-muted"),
            )
        ]

    def when_highlighted(self, item: Branch) -> Message | None:
        """Tell the screen."""
        return self.Pointed(item)

    def text_of(self, item: Branch) -> tuple[str, str]:
        """What the branch is called."""
        return item.title, "the name"


class SeverityBar(Drawn):
    """How many findings there are of each severity, and which are shown. Keys 1 to 5 hide and show them."""

    DEFAULT_CSS = """
    SeverityBar { height: 1; padding: 0 2; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._counts: tuple[tuple[Severity, int, bool], ...] = ()

    def tell(self, counts: tuple[tuple[Severity, int, bool], ...]) -> None:
        """Show these: severity, how many, and whether they are shown."""
        if counts != self._counts:
            before = self.present()
            self._counts = counts
            self.redraw(before)

    def draw(self, width: int) -> Lines:
        """The one line."""
        parts = []
        for number, (severity, count, shown) in enumerate(self._counts, 1):
            seen = look(FINDINGS, severity)
            word = f"{seen.symbol} {severity} {count}" if shown else f"– {severity} {count}"
            parts.append(
                Content.assemble(
                    (f"{number} ", "bold $text-accent"), (word, seen.style if shown else "$text-muted")
                )
            )
        return [fit(Content("  ").join(parts), width)]


def severity_at(number: int) -> Severity:
    """The severity that a key from 1 to 5 stands for."""
    return SEVERITIES[number - 1]

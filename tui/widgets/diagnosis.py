"""A diagnosis as a list: the causes that count, most telling first, then every hop of each path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from core.diagnosis.causes import CAUSES, source_of
from core.diagnosis.model import Cause, Diagnosis, Evidence, Hop, Path
from core.text import visible
from tui.text import line, wrap
from tui.widgets.drawn import Lines
from tui.widgets.marks import mark
from tui.widgets.rows import RowList
from tui.widgets.state import CERTAINTIES, VERDICTS


@dataclass(frozen=True, slots=True)
class Title:
    """A heading in the list."""

    text: str


@dataclass(frozen=True, slots=True)
class CauseRow:
    """A cause with its place in the order, from 1, and the page that describes it."""

    number: int
    cause: Cause
    source: str


@dataclass(frozen=True, slots=True)
class HopRow:
    """A hop of the ``path``-th path."""

    path: int
    hop: Hop


Row = Title | CauseRow | HopRow


def rows_of(found: Diagnosis) -> tuple[Row, ...]:
    """What the list shows of a diagnosis."""
    rows: list[Row] = [
        CauseRow(number, cause, source_of(cause.code, found.platform))
        for number, cause in enumerate(found.causes, 1)
    ]
    for number, path in enumerate(found.paths):
        rows.append(Title(_heading(path)))
        rows += [HopRow(number, hop) for hop in path.hops]
    return tuple(rows)


def _heading(path: Path) -> str:
    ports = f", TCP {', '.join(map(str, path.ports))}" if path.ports else ""
    return f"{path.ends}{ports}"


def detail(row: Row) -> str:
    """Everything about a row in words: what, evidence, who does what, and the command."""
    if isinstance(row, Title):
        return row.text
    if isinstance(row, HopRow):
        return "\n".join((row.hop.words, *_facts(row.hop.evidence)))
    cause = row.cause
    # What is certain or likely is told whole in the list.
    told = [cause.fix] if cause.certainty != "possible" else [cause.message, "", cause.fix]
    if cause.command:
        told += ["", f"$ {cause.command}"]
    return "\n".join((*told, "", *_facts(cause.evidence), f"Source: {row.source}"))


def _facts(evidence: Sequence[Evidence]) -> list[str]:
    return [f"{one.resource}  {one.field} = {one.value}" for one in evidence]


class DiagnosisList(RowList[Row]):
    """Causes and hops. Reaching one posts :class:`Highlighted` with all about it; ``c`` copies the fix."""

    @dataclass
    class Highlighted(Message):
        """The cursor is on a row."""

        list: DiagnosisList
        detail: str

        @property
        def control(self) -> DiagnosisList:
            """The list that posted it."""
            return self.list

    def key_of(self, item: Row) -> str:
        """A cause by its number, a hop by its path and key."""
        if isinstance(item, CauseRow):
            return f"cause {item.number}"
        return f"path {item.path} {item.hop.key}" if isinstance(item, HopRow) else f"title {item.text}"

    def can_choose(self, item: Row) -> bool:
        """Headings are passed over."""
        return not isinstance(item, Title)

    def draw_item(self, item: Row, width: int) -> Lines:
        """A cause in two lines or more, a hop folded beneath its mark."""
        if isinstance(item, Title):
            return [Content(""), line(item.text, "bold $text-primary")]
        if isinstance(item, CauseRow):
            cause = item.cause
            head = Content.assemble(
                mark(CERTAINTIES[cause.certainty]), "  ", (visible(CAUSES[cause.code].title), "bold")
            )
            if cause.certainty == "possible":
                return [head]
            return [head, *wrap(cause.message, width, "", "  ")]
        shown = VERDICTS[item.hop.verdict]
        first, *more = wrap(f"{item.hop.title}: {item.hop.words}", width, "", "  ")
        return [Content.styled(f"{shown.symbol} ", shown.style) + first[2:], *more]

    def when_highlighted(self, item: Row) -> Message | None:
        """Tell the page what to show beside."""
        return self.Highlighted(self, detail(item))

    def text_of(self, item: Row) -> tuple[str, str]:
        """A cause's command, else all about the row."""
        if isinstance(item, CauseRow) and item.cause.command:
            return item.cause.command, "the command"
        return detail(item), "the row"

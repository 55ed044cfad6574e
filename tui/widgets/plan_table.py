"""The plan: every change, what it is called, and how far carrying it out is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message

from core.setup.change import Change
from core.text import visible
from tui.text import end, fit, line, middle
from tui.widgets.drawn import Lines
from tui.widgets.marks import mark
from tui.widgets.rows import RowList
from tui.widgets.state import ACTIONS, RUNS, SEVERITIES, Look, look
from tui.words import AWS, short_id

_ACTION, _KIND, _RUN = 9, 17, 10
_NAME = 18
"""The name's column keeps this width where longer kinds want room."""
_ID_FROM = 96
"""From this width on, the ids have a column of their own."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A change and how far it is: ``run`` is a key of the table of runs.

    ``id`` is the resource's id where it became known after planning. ``mends``: it mends what somebody changed.
    """

    change: Change
    run: str = "planned"
    id: str = ""
    mends: bool = False


def detail(row: PlanRow) -> str:
    """Everything about a row in words: what, why, what it costs, and the equivalent command."""
    change = row.change
    said = (
        f"{change.action} {change.kind} {change.name}",
        f"id: {row.id or change.id}" if row.id or change.id else "",
        change.reason,
        f"Cost while it stands: {change.cost}" if change.cost else "",
        f"\n{change.command}" if change.command else "",
    )
    return "\n".join(part for part in said if part)


def _columns(width: int, run: int, kind: int = _KIND) -> tuple[int, int]:
    """The widths of name and id (0 where the ids have no column); ``run`` and ``kind`` are other columns'."""
    rest = max(width - _ACTION - kind - run, 8)
    return (rest - rest // 2, rest // 2) if width >= _ID_FROM else (rest, 0)


def _action(item: PlanRow) -> Look:
    """The action's look; where it mends what somebody changed, with the mark of a warning."""
    shown = look(ACTIONS, item.change.action)
    return replace(shown, symbol=look(SEVERITIES, "warning").symbol, tone="warn") if item.mends else shown


class PlanTable(RowList[PlanRow]):
    """The changes, one a line; columns have fixed widths, so that a state that changes moves nothing."""

    @dataclass
    class Highlighted(Message):
        """The cursor is on a change. ``detail`` is everything about it in words."""

        table: PlanTable
        row: PlanRow
        detail: str

        @property
        def control(self) -> PlanTable:
            """The table that posted it."""
            return self.table

    @dataclass
    class Chosen(Message):
        """A change was chosen with Enter or a click."""

        table: PlanTable
        row: PlanRow
        detail: str

        @property
        def control(self) -> PlanTable:
            """The table that posted it."""
            return self.table

    _word: Callable[[str], str] = AWS.kind
    DEFAULT_CSS = """
    PlanTable { height: auto; max-height: 100%; }
    """

    def show_plan(
        self,
        changes: Sequence[Change],
        runs: Mapping[str, str] | None = None,
        ids: Mapping[str, str] | None = None,
        kind: Callable[[str], str] = AWS.kind,
        mends: Collection[str] = (),
    ) -> None:
        """Show a plan; ``runs`` maps a change's key to how far it is, ``ids`` to an id known since. ``kind`` says
        how a kind is called. ``mends`` are the keys of those that mend what somebody changed.
        """
        runs, ids = runs or {}, ids or {}
        self._word = kind
        self.show(
            [
                PlanRow(one, runs.get(one.key, "planned"), ids.get(one.key, ""), one.key in mends)
                for one in changes
            ]
        )

    def _shown(self, change: Change) -> str:
        return visible(self._word(change.kind))

    def _kind_width(self, width: int) -> int:
        """The kinds' column: wider for long words, as far as the names leave room."""
        longest = max((cell_len(self._shown(item.change)) for item in self.items), default=0) + 1
        room = width - _ACTION - self._run_width() - _NAME
        return max(_KIND, min(longest, room))

    def _run_width(self) -> int:
        """The state's column is there once something was begun: before that every state is the same."""
        return _RUN if any(item.run != "planned" for item in self.items) else 0

    @property
    def change(self) -> Change | None:
        """The change under the cursor."""
        row = self.highlighted
        return None if row is None else row.change

    def key_of(self, item: PlanRow) -> str:
        """The change's key: unique in the enablement."""
        return item.change.key

    def draw_header(self, width: int) -> Content | None:
        """The column titles."""
        run = self._run_width()
        kind = self._kind_width(width)
        name, id_width = _columns(width, run, kind)
        cells = [("Change", _ACTION), ("Kind", kind), ("Name", name), ("Id", id_width), ("State", run)]
        return Content("").join(
            [fit(Content.styled(text, "$text-muted"), size) for text, size in cells if size]
        )

    def draw_item(self, item: PlanRow, width: int) -> Lines:
        """One line."""
        change = item.change
        run = self._run_width()
        kind = self._kind_width(width)
        name, id_width = _columns(width, run, kind)
        quiet = "$text-muted" if change.action == "leave" else ""
        cells = [
            fit(mark(_action(item)), _ACTION),
            fit(line(end(self._shown(change), kind - 1)), kind),
            fit(line(middle(change.name, name - 1), quiet), name),
        ]
        if id_width:
            cells.append(
                fit(
                    line(middle(short_id(item.id or change.id or "–"), id_width - 1), "$text-muted"), id_width
                )
            )
        nothing_to_do = change.action == "leave" and item.run == "planned"
        if run:
            cells.append(Content("") if nothing_to_do else fit(mark(look(RUNS, item.run)), run))
        return [Content("").join(cells)]

    def when_highlighted(self, item: PlanRow) -> Message | None:
        """Tell the screen what to explain."""
        return self.Highlighted(self, item, detail(item))

    def when_chosen(self, item: PlanRow) -> Message | None:
        """Tell the screen which change."""
        return self.Chosen(self, item, detail(item))

    def text_of(self, item: PlanRow) -> tuple[str, str]:
        """The equivalent command, else the id."""
        change = item.change
        if change.command:
            return change.command, f"the command for {change.name}"
        known = item.id or change.id or ""
        return known, f"the id {known}"

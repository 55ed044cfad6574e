"""The list of problems: what is wrong, where, and who does what about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.message import Message

from core.request.model import Problem
from core.text import visible
from tui.text import wrap
from tui.widgets.drawn import Lines
from tui.widgets.marks import mark
from tui.widgets.rows import RowList
from tui.widgets.state import SEVERITIES, look


class Problems(RowList[Problem]):
    """Problems, each with mark, field, message and remedy. Enter or a click posts :class:`Chosen`."""

    @dataclass
    class Chosen(Message):
        """A problem was chosen: its field is the place to go."""

        problems: Problems
        problem: Problem

        @property
        def control(self) -> Problems:
            """The list that posted it."""
            return self.problems

    DEFAULT_CSS = """
    Problems { height: auto; max-height: 100%; }
    """

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems, errors first; without any the list takes no room."""
        ranked = sorted(problems, key=lambda problem: problem.severity != "error")
        self.display = bool(ranked)
        self.show(tuple(dict.fromkeys(ranked)))

    def key_of(self, item: Problem) -> str:
        """Code, field and message: a file can hold the same problem twice only in two places."""
        return f"{item.code} {item.field} {item.message}"

    def draw_item(self, item: Problem, width: int) -> Lines:
        """Mark and field on one line, then message and remedy, folded."""
        head = Content.assemble(
            mark(look(SEVERITIES, item.severity)), "  ", (visible(item.field) or "the request", "$text-muted")
        )
        return [head, *wrap(item.message, width, "", "  "), *wrap(item.remedy, width, "$text-muted", "  ")]

    def when_chosen(self, item: Problem) -> Message | None:
        """Tell the screen which problem."""
        return self.Chosen(self, item)

    def text_of(self, item: Problem) -> tuple[str, str]:
        """Everything about the problem."""
        where = f"{item.field}: " if item.field else ""
        return f"{item.code}: {where}{item.message}\n{item.remedy}", f"the problem {item.code}"

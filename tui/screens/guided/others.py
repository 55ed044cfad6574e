"""The other party's moves: a list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.walkthrough.moves import MOVES, Move
from tui.text import line
from tui.widgets.dialog import Choice, Dialog
from tui.widgets.drawn import Lines
from tui.widgets.rows import RowList


class MoveList(RowList[Move]):
    """One line a move."""

    class Chosen(Message):
        """A move was chosen."""

        def __init__(self, move: Move) -> None:
            super().__init__()
            self.move = move

    DEFAULT_CSS = "MoveList { height: auto; max-height: 9; }"

    def __init__(self, fill: Callable[[str], str]) -> None:
        self._fill = fill
        super().__init__(MOVES)

    def key_of(self, item: Move) -> str:
        """Its name."""
        return item.name

    def draw_item(self, item: Move, width: int) -> Lines:
        """Title, and what it does."""
        return [Content.assemble((f"{item.title:<15}", "bold"), line(self._fill(item.does)))]

    def when_chosen(self, item: Move) -> Message | None:
        """Tell the dialog."""
        return self.Chosen(item)


class OthersDialog(Dialog[str]):
    """Answers the name of the move to play, or None."""

    AUTO_FOCUS = "MoveList"
    DEFAULT_CSS = """
    OthersDialog > #dialog { width: 78; padding: 1 1 0 1; }
    """

    def __init__(self, fill: Callable[[str], str]) -> None:
        body = line("You play the others here. What cannot be done now is told, and nothing happens.")
        super().__init__(
            "The others' moves", body, (Choice("no", "Close"), Choice("yes", "Play it", "primary"))
        )
        self._fill = fill

    def extra(self) -> Sequence[Widget]:
        """The moves."""
        return (MoveList(self._fill),)

    @on(MoveList.Chosen)
    def _chosen(self, event: MoveList.Chosen) -> None:
        self.dismiss(event.move.name)

    def answer(self, id: str) -> None:
        """The move under the cursor, or nothing."""
        highlighted = self.query_one(MoveList).highlighted
        self.dismiss(highlighted.name if id == "yes" and highlighted is not None else None)

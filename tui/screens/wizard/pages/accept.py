"""Accept incoming: Magento's connection, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content

from core.network.model import Connection
from tui.model import Model
from tui.screens.wizard.page import Action, Page
from tui.text import line, middle
from tui.widgets.dialog import ConfirmDialog
from tui.widgets.drawn import Lines
from tui.widgets.rows import RowList
from tui.widgets.state import RESOURCES, look
from tui.words import Words, short_id


@dataclass(frozen=True, slots=True)
class Row:
    """An incoming connection, whether Magento asks, the cloud's words; ``let_in``: it was accepted here."""

    connection: Connection
    magentos: bool
    words: Words
    let_in: bool = False


class ConnectionList(RowList[Row]):
    """Two lines a connection: state and endpoint; who asks."""

    def key_of(self, item: Row) -> str:
        """The endpoint's id."""
        return item.connection.endpoint_id

    def draw_item(self, item: Row, width: int) -> Lines:
        """State, endpoint, requester."""
        one = item.connection
        shown = look(RESOURCES, one.state)
        lead = f"  {item.words.account} "
        told = " is Magento's" if item.magentos else " is a stranger"
        if not item.magentos and width >= 60:
            told += f": {item.words.accepts} by you" if item.let_in else f": not {item.words.accepts}"
        style = "$text-success" if item.magentos else "bold $text-error"
        owner = middle(one.owner, max(width - len(lead) - len(told), 9))
        who = Content.assemble(lead, line(owner, "" if item.magentos else style), (told, style))
        return [
            Content.assemble(
                (f"{shown.symbol} ", shown.style),
                (middle(short_id(one.endpoint_id), 26), "bold"),
                "  ",
                (item.words.state(one.state) or shown.word, shown.style),
            ),
            who,
        ]

    def text_of(self, item: Row) -> tuple[str, str]:
        """The endpoint's id."""
        return item.connection.endpoint_id, "the endpoint's id"


class AcceptPage(Page):
    """Step 7b."""

    HEADING = "{w.accept} the incoming connection"
    WHY = "Magento asks for a connection. A stranger's is {w.accepts} only by typing its {w.account}."
    TOPIC = "accept"
    JOBS = ("accept", "look")
    DEFAULT_CSS = "AcceptPage ConnectionList { height: auto; max-height: 14; min-height: 2; }"

    def compose(self) -> ComposeResult:
        """The connections."""
        yield from self.head()
        yield ConnectionList(empty="… none yet. It appears here by itself.")

    def entered(self) -> None:
        """Look now."""
        self.session.look()

    def show(self, model: Model) -> None:
        """The connections as they are."""
        seen = model.incoming
        rows: list[Row] = []
        if seen is not None:
            rows = [Row(one, True, self.words) for one in (*seen.pending, *seen.accepted, *seen.closed)]
            rows += [
                Row(one, False, self.words, model.story.lets_in(one.endpoint_id)) for one in seen.strangers
            ]
        self.query_one(ConnectionList).show(rows)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Accept Magento's; reject the one under the cursor."""
        pending = model.incoming.pending if model.incoming else ()
        lists = self.query(ConnectionList)
        some = bool(lists and lists.first().items)
        idle = "accept" not in model.jobs
        actions = [
            Action(
                "accept",
                f"{self.words.accept} Magento's",
                "primary" if pending else "default",
                bool(pending) and idle,
            ),
            Action("reject", "Reject …", "default", some and idle),
        ]
        if _asking(model):
            actions.append(Action("stranger", "A stranger's …", "default", idle))
        if model.rehearsal and model.timeline is not None and model.timeline.turn == "magento":
            actions.append(Action("move", "Let Magento move now"))
        return tuple(actions)

    def do_accept(self) -> None:
        """Accept what is Magento's."""
        self.session.accept()

    def do_reject(self) -> None:
        """Reject the one under the cursor, after a question."""
        row = self.query_one(ConnectionList).highlighted
        if row is None:
            return
        connection = row.connection

        def agreed(yes: bool | None) -> None:
            if yes:
                self.session.reject(connection)

        details = (
            f"{connection.endpoint_id} of {self.words.account} {connection.owner}, now "
            f"{self.words.state(connection.state) or connection.state}. "
            "The requester has to ask anew."
        )
        self.app.push_screen(ConfirmDialog("Reject this connection?", details, danger=True), agreed)

    def do_stranger(self) -> None:
        """Accept a stranger's, the one under the cursor or else the first, once its account's number is typed."""
        row = self.query_one(ConnectionList).highlighted
        asking = _asking(self.model)
        if not asking:
            return
        connection = row.connection if row is not None and row.connection in asking else asking[0]

        def agreed(yes: bool | None) -> None:
            if yes:
                self.session.accept_stranger(connection)

        details = (
            f"{connection.endpoint_id} of {self.words.account} {connection.owner} is not Magento's. Who has it "
            "reaches your service as Magento does. Nothing in this enablement needs it."
        )
        question = f"{self.words.accept} a stranger's connection?"
        dialog = ConfirmDialog(question, details, danger=True, word=connection.owner)
        self.app.push_screen(dialog, agreed)

    def do_move(self) -> None:
        """The other party moves now."""
        self.session.play("connect")


def _asking(model: Model) -> tuple[Connection, ...]:
    """The strangers' connections that wait for a decision."""
    seen = model.incoming.strangers if model.incoming else ()
    return tuple(one for one in seen if one.state == "pending-acceptance")

"""Connection type, with the picture of the one under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from core.request.model import CONNECTION_TYPES, ConnectionType
from tui.model import Model
from tui.screens.wizard.page import Action, Page
from tui.screens.wizard.picture import picture_of
from tui.widgets.connection_picture import ConnectionPicture
from tui.widgets.drawn import Lines
from tui.widgets.field import Field
from tui.widgets.rows import RowList

WORDS = {
    "unidirectional": ("Unidirectional", "you read from the store"),
    "bidirectional": ("Bidirectional", "the store reaches you, too"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A type, and whether it is the request's."""

    kind: ConnectionType
    chosen: bool


class TypeList(RowList[Row]):
    """One line a type; Enter chooses."""

    class Chosen(Message):
        """A type was chosen."""

        def __init__(self, kind: ConnectionType) -> None:
            super().__init__()
            self.kind = kind

    class Pointed(Message):
        """The cursor is on a type."""

    def key_of(self, item: Row) -> str:
        """The type's name."""
        return item.kind

    def draw_item(self, item: Row, width: int) -> Lines:
        """Mark, name, meaning."""
        name, meaning = WORDS[item.kind]
        mark = ("● ", "$text-success") if item.chosen else ("○ ", "$text-muted")
        return [Content.assemble(mark, (f"{name}: ", "bold"), meaning)]

    def when_chosen(self, item: Row) -> Message | None:
        """Take it."""
        return self.Chosen(item.kind)

    def when_highlighted(self, item: Row) -> Message | None:
        """Show its picture."""
        return self.Pointed()


class TypePage(Page):
    """One direction or both."""

    HEADING = "Connection type"
    WHY = "Bidirectional needs a load balancer and {w.a_service} of your own first."
    TOPIC = "type"
    DEFAULT_CSS = """
    TypePage TypeList { height: 2; margin-bottom: 1; }
    TypePage Field { margin-top: 1; }
    """

    def compose(self) -> ComposeResult:
        """Two choices and the picture of the one under the cursor."""
        yield from self.head()
        yield TypeList(self._rows(self.model))
        yield ConnectionPicture(picture_of(self.model), id="picture")
        yield Field(
            "connection.service_name",
            self.words.fill("Your {w.service}, if there is one"),
            self.model.draft.connection.service_name or "",
            hint="Leave it empty: the set-up makes one.",
        )

    def entered(self) -> None:
        """Start at the type that the request has."""
        self.query_one(TypeList).point(self.model.draft.connection.type or CONNECTION_TYPES[0])
        self.show(self.model)

    def _rows(self, model: Model) -> list[Row]:
        return [Row(kind, kind == model.draft.connection.type) for kind in CONNECTION_TYPES]

    @on(TypeList.Chosen)
    def _chosen(self, event: TypeList.Chosen) -> None:
        self.session.choose_type(event.kind)

    @on(Field.Changed)
    def _named(self, event: Field.Changed) -> None:
        draft = self.model.draft
        named = draft.connection.model_copy(update={"service_name": event.value.strip() or None})
        if named != draft.connection:
            self.session.answer(draft.model_copy(update={"connection": named}))

    @on(TypeList.Pointed)
    def _pointed(self) -> None:
        self.screen.show(self.model)  # type: ignore[attr-defined]  # the wizard's

    def show(self, model: Model) -> None:
        """The choices, and the picture of the one under the cursor."""
        types = self.query_one(TypeList)
        types.show(self._rows(model))
        under = types.highlighted
        kind = under.kind if under is not None else model.draft.connection.type
        self.query_one(ConnectionPicture).show(picture_of(model, kind == "bidirectional"))
        field = self.query_one(Field)
        field.display = model.bidirectional or bool(model.draft.connection.service_name)
        field.show_problems(
            [one for one in model.problems_in(field.path) if one.code != "service-name-missing"]
        )

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Each type as a button."""
        now = model.draft.connection.type
        lists = self.query(TypeList)
        under = lists.first().highlighted if now is None and lists else None
        return tuple(
            Action(
                f"take_{kind}",
                WORDS[kind][0],
                "primary" if under is not None and kind == under.kind else "default",
                now != kind,
            )
            for kind in CONNECTION_TYPES
        )

    def do_take_unidirectional(self) -> None:
        """Choose one direction."""
        self.query_one(TypeList).point("unidirectional")
        self.session.choose_type("unidirectional")

    def do_take_bidirectional(self) -> None:
        """Choose both."""
        self.query_one(TypeList).point("bidirectional")
        self.session.choose_type("bidirectional")

"""Connection type, with the live picture of both."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import RadioButton, RadioSet

from core.request.model import CONNECTION_TYPES, ConnectionType
from tui.model import Model
from tui.screens.wizard.page import Page
from tui.screens.wizard.picture import picture_of
from tui.widgets.connection_picture import ConnectionPicture
from tui.widgets.problems import Problems

LABELS = {
    "unidirectional": "Unidirectional: you read from the store",
    "bidirectional": "Bidirectional: the store reaches you, too",
}


class TypePage(Page):
    """One direction or both."""

    HEADING = "Connection type"
    WHY = "Bidirectional needs a load balancer and an endpoint service of your own first."
    DEFAULT_CSS = """
    TypePage RadioSet { border: none; padding: 0; width: 1fr; background: transparent; margin-bottom: 1; }
    TypePage RadioButton { background: transparent; padding: 0; }
    """
    TOPIC = "type"

    def compose(self) -> ComposeResult:
        """Two choices and the picture of the one under the cursor."""
        yield from self.head()
        with RadioSet(id="choice"):
            for kind in CONNECTION_TYPES:
                yield RadioButton(Content(LABELS[kind]), value=self.model.draft.connection.type == kind, name=kind)
        yield ConnectionPicture(picture_of(self.model), id="picture")
        yield Problems(id="problems")

    @on(RadioSet.Changed)
    def _changed(self, event: RadioSet.Changed) -> None:
        kind: ConnectionType = "bidirectional" if event.pressed.name == "bidirectional" else "unidirectional"
        self.session.choose_type(kind)

    def show(self, model: Model) -> None:
        """The chosen type's picture."""
        self.query_one(ConnectionPicture).show(picture_of(model))
        for button in self.query(RadioButton):
            if button.name == model.draft.connection.type and not button.value:
                button.value = True
        self.query_one(Problems).show_problems(model.problems_in("connection.type"))

"""One service, asked for in a dialog."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button

from core.request.model import DraftService
from tui.widgets.border import border_title
from tui.widgets.field import Field, Option
from tui.widgets.over import over
from tui.words import Words

DIRECTIONS = (
    Option("to-magento", "you → Magento: your systems reach the store"),
    Option("from-magento", "Magento → you: the store reaches your service"),
)


class ServiceDialog(ModalScreen[DraftService | None]):
    """Answers the service, or None where the person let it be."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        *over(),
    ]
    DEFAULT_CSS = """
    ServiceDialog {
        align: center middle;
        #dialog { width: 76; max-width: 100%; height: auto; max-height: 100%; padding: 0 1; }
        #dialog { border: round $border; background: $surface; }
        #dialog { border-title-color: $text-primary; border-title-style: bold; }
        #fields { height: auto; scrollbar-size-vertical: 1; }
        #fields Horizontal { height: auto; }
        #row { height: 2; padding-top: 1; align-horizontal: right; }
        #row Button { margin-left: 2; min-width: 10; }
    }
    """

    def __init__(self, service: DraftService, title: str, words: Words) -> None:
        super().__init__()
        self.words = words
        self.service = service
        self._heading = title

    def compose(self) -> ComposeResult:
        """Six fields; the last two count only for services that Magento reaches."""
        one = self.service
        with Vertical(id="dialog") as dialog:
            border_title(dialog, self._heading)
            with VerticalScroll(id="fields", can_focus=False):
                yield Field("direction", "Direction", one.direction or "to-magento", options=DIRECTIONS)
                with Horizontal():
                    yield Field("name", "Name", one.name or "", hint="As in Webserver.")
                    yield Field(
                        "protocol", "Protocol", one.protocol or "", hint="HTTP, HTTPS, TCP, SFTP, MySQL …"
                    )
                yield Field(
                    "targets",
                    "Targets, if Magento connects to you",
                    ", ".join(one.targets),
                    hint=self.words.targets_hint,
                )
                with Horizontal():
                    yield Field("port", "Port", _text(one.port), hint="1–65535, never 22.")
                    yield Field(
                        "target_port",
                        "Port of the targets",
                        _text(one.target_port),
                        hint="Empty: the same port.",
                    )
            with Horizontal(id="row"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Keep it", id="keep", variant="primary", compact=True)

    def on_resize(self, event: events.Resize) -> None:
        """Leave the fields what the border and the buttons do not need."""
        self.query_one("#fields").styles.max_height = max(event.size.height - 4, 1)

    def read(self) -> DraftService | None:
        """The service as it is typed; None, with the words under the field, where a port is no number."""
        values = {field.path: field.value.strip() for field in self.query(Field)}
        ports: dict[str, int | None] = {}
        wrong = False
        for path in ("port", "target_port"):
            text = values[path]
            if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
                field = self.query_one(f"#{path}-field", Field)
                field.show_error("A port is a number from 1 to 65535.")
                if not wrong:
                    field.focus()
                wrong = True
            else:
                ports[path] = int(text) if text else None
        if wrong:
            return None
        return DraftService(
            name=values["name"] or None,
            protocol=values["protocol"] or None,
            port=ports["port"],
            direction=values["direction"] or None,
            targets=tuple(part.strip() for part in values["targets"].split(",") if part.strip()),
            target_port=ports["target_port"],
        )

    @on(Button.Pressed, "#keep")
    @on(Field.Submitted)
    def _keep(self) -> None:
        service = self.read()
        if service is not None:
            self.dismiss(service)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        """Let it be."""
        self.dismiss(None)


def _text(value: int | None) -> str:
    return "" if value is None else str(value)

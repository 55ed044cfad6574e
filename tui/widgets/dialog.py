"""Dialogs: a question, or an error, with a body that scrolls and buttons that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Literal, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from tui.keys import keys_of, shown
from tui.text import block, line
from tui.widgets.border import border_title
from tui.widgets.buttons import relabel
from tui.widgets.copyable import Copied, copy
from tui.widgets.over import over

T = TypeVar("T")

_FRAME = 7
"""Lines of a dialog that are not its body: border, padding, buttons, and a line of air."""
_FIELD = 3
"""Lines of a text field."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a dialog. ``id`` is what :meth:`Dialog.answer` gets."""

    id: str
    label: str
    variant: Literal["default", "primary", "success", "warning", "error"] = "default"
    key: str = ""
    """The name of its key action (see :mod:`tui.keys`), empty for none."""


class Dialog(ModalScreen[T], Generic[T]):
    """Base: title in the border, a body that scrolls, a row of buttons beneath that is always there.

    Esc closes with :attr:`cancelled`. The buttons keep the focus: left and right go from one to the other, up and
    down scroll the body. A subclass gives the body and answers the buttons.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Close", show=False),
        *over(),
        Binding("left", "beside(-1)", show=False),
        Binding("right", "beside(1)", show=False),
        Binding("up", "scroll_body('up')", show=False),
        Binding("down", "scroll_body('down')", show=False),
        Binding("pageup", "scroll_body('page_up')", show=False),
        Binding("pagedown", "scroll_body('page_down')", show=False),
    ]
    DEFAULT_CSS = """
    Dialog {
        align: center middle;
        background: $background 70%;
        & > #dialog {
            width: 72;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $border;
            border-title-color: $text-primary;
            border-title-style: bold;
            background: $surface;
            padding: 1 2 0 2;
        }
        &.-danger > #dialog { border: round $error; border-title-color: $text-error; }
        & #body { height: auto; scrollbar-size-vertical: 1; }
        & #body > Static { width: 1fr; height: auto; }
        & #row { height: 2; padding-top: 1; align-horizontal: right; }
        & #row Button { margin-left: 2; min-width: 10; }
        & Input { border: round $border-blurred; border-title-color: $text-muted; background: transparent; }
        & Input:focus { border: round $border; border-title-color: $text-primary; }
    }
    """

    def __init__(
        self, title: str, body: Content | None, choices: Sequence[Choice], *, danger: bool = False
    ) -> None:
        """``body`` is None where :meth:`content` is another widget."""
        super().__init__(classes="-danger" if danger else None)
        self._dialog_title = title
        self._body = body
        self._choices = tuple(choices)

    def content(self) -> Widget:
        """What the body shows."""
        return Static(self._body or "", markup=False)

    def extra(self) -> Sequence[Widget]:
        """What stands between the body and the buttons."""
        return ()

    def compose(self) -> ComposeResult:
        """Title, body, buttons."""
        with Vertical(id="dialog") as dialog:
            border_title(dialog, self._dialog_title)
            with VerticalScroll(id="body", can_focus=False):
                yield self.content()
            yield from self.extra()
            with Horizontal(id="row"):
                for choice in self._choices:
                    yield Button(self._label(choice), variant=choice.variant, id=choice.id, compact=True)

    def _label(self, choice: Choice) -> Content:
        key = f" ({shown(keys_of(self.app)[choice.key])})" if choice.key else ""
        return line(choice.label + key)

    def on_resize(self, event: events.Resize) -> None:
        """Leave the body what is not needed by the rest, so that the buttons are always seen."""
        taken = _FRAME + sum(
            widget.outer_size.height or _FIELD for widget in self.query("#dialog > Input, #dialog > Field")
        )
        self.query_one("#body").styles.max_height = max(event.size.height - taken, 1)

    def cancelled(self) -> T | None:
        """What Esc answers."""
        return None

    def action_cancel(self) -> None:
        """Close without doing anything."""
        self.dismiss(self.cancelled())

    def action_beside(self, by: int) -> None:
        """Go to the button before (-1) or after (+1), round the ends; to one of them from anywhere else."""
        buttons = [one for one in self.query("#row Button").results(Button) if not one.disabled]
        at = next((place for place, one in enumerate(buttons) if one.has_focus), -1 if by > 0 else 0)
        buttons[(at + by) % len(buttons)].focus()

    def action_scroll_body(self, way: str) -> None:
        """Scroll the body: ``up``, ``down``, ``page_up`` or ``page_down``."""
        getattr(self.query_one("#body", VerticalScroll), f"scroll_{way}")(animate=False)

    def answer(self, id: str) -> None:
        """A button was pressed."""
        raise NotImplementedError

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.answer(event.button.id or "")


class ConfirmDialog(Dialog[bool]):
    """A question. ``danger`` marks what can't be taken back: then "no" has the focus.

    ``word`` must be typed before "yes" can be pressed, where it is given. Dismissed with True or False.
    """

    AUTO_FOCUS = None

    def __init__(
        self,
        question: str,
        details: str = "",
        danger: bool = False,
        word: str = "",
        yes: str = "Yes",
        no: str = "Cancel",
    ) -> None:
        choices = (Choice("no", no), Choice("yes", yes, "error" if danger else "primary"))
        body = Content.assemble(line(question, "bold"), "\n\n" if details else "", block(details))
        super().__init__("Please confirm", body, choices, danger=danger)
        self._word = word
        self._danger = danger

    def extra(self) -> Sequence[Widget]:
        """The field for the word."""
        if not self._word:
            return ()
        field = Input(id="word")
        border_title(field, f"Type {self._word} to go on")
        return (field,)

    def on_mount(self) -> None:
        """The focus is where nothing can go wrong, and from the first paint on: keys may come at once."""
        self.query_one("#yes", Button).disabled = bool(self._word)
        self.set_focus(self.query_one("#word" if self._word else "#no" if self._danger else "#yes"))

    @on(Input.Changed, "#word")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.query_one("#yes", Button).disabled = event.value.strip() != self._word

    @on(Input.Submitted, "#word")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip() == self._word:
            self.dismiss(True)

    def cancelled(self) -> bool:
        """Esc is "no"."""
        return False

    def answer(self, id: str) -> None:
        """Yes or no."""
        self.dismiss(id == "yes")


class ErrorDialog(Dialog[None]):
    """An error: what happened, what to do, who can do it, and the detail to copy.

    ``code`` is stable; ``who`` and ``detail`` may be empty.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("c", "copy", "Copy", show=False, id="copy")]
    AUTO_FOCUS = "#close"

    def __init__(self, code: str, happened: str, remedy: str, who: str = "", detail: str = "") -> None:
        parts: list[Content] = [Content.styled("✗ ", "bold $text-error") + block(happened, "bold")]
        for label, text in (("What to do", remedy), ("Who", who), ("Detail", detail)):
            if text:
                parts.append(Content.assemble((f"{label}\n", "$text-muted"), block(text)))
        parts.append(Content.assemble(("Code ", "$text-muted"), line(code)))
        choices = (Choice("copy", "Copy", key="copy"), Choice("close", "Close", "primary"))
        super().__init__("Something went wrong", Content("\n\n").join(parts), choices, danger=True)
        self._code = code
        self.told = "\n".join(part for part in (f"{code}: {happened}", remedy, who, detail) if part)
        """All of it as plain lines."""

    def action_copy(self) -> None:
        """Copy the whole error."""
        copy(self, self.told, f"the error {self._code}")

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        relabel(self.query_one("#copy", Button), "Copied")

    def answer(self, id: str) -> None:
        """Copy or close."""
        if id == "copy":
            self.action_copy()
        else:
            self.dismiss(None)

"""A labeled field of a form: label in the border, beneath it the error, or where the value is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.suggester import SuggestFromList
from textual.widgets import Input, Select

from core.request.model import Problem
from core.text import visible
from tui.text import line, wrap
from tui.widgets.border import border_title
from tui.widgets.drawn import Drawn, Lines
from tui.widgets.state import SEVERITIES

_NOTE_LINES = 2


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose from, and how it is called."""

    value: str
    title: str


class _Note(Drawn):
    """The line beneath: the error or warning if there is one, else the hint."""

    DEFAULT_CSS = """
    _Note { height: auto; min-height: 1; padding: 0 2; }
    """

    def __init__(self, hint: str) -> None:
        super().__init__()
        self._hint = hint
        self._severity = ""
        self._said = ""

    def say(self, text: str, severity: str) -> None:
        if (text, severity) != (self._said, self._severity):
            before = self.present()
            self._said, self._severity = text, severity
            self.redraw(before)

    def draw(self, width: int) -> Lines:
        if not self._said:
            return wrap(self._hint, width, "$text-muted")[:_NOTE_LINES] or [Content("")]
        shown = SEVERITIES[self._severity]
        folded = wrap(f"{shown.symbol} {shown.word}: {visible(self._said)}", width, shown.style)
        return folded[:_NOTE_LINES]


class _Line(Input):
    """A text field that shows what it holds: what can't be seen is made visible as it comes in.

    Its box never changes with its text, so a key need not lay the whole screen out anew, as it does in Input.
    """

    virtual_size = Reactive(Size(0, 0), layout=False)

    def validate_value(self, value: str) -> str:
        return visible(value)


class Field(Vertical):
    """A text field, or a choice where ``options`` are given.

    ``path`` names the datum (``cloud.region``); the id is ``cloud-region-field``. The value stays whatever
    happens around it, also one that is not among the options.
    """

    @dataclass
    class Changed(Message):
        """The person changed the value. Not posted for the first value, nor by :meth:`Field.fill`."""

        field: Field
        path: str
        value: str

        @property
        def control(self) -> Field:
            """The field that posted it."""
            return self.field

    @dataclass
    class Submitted(Message):
        """Enter was pressed in a text field."""

        field: Field
        path: str
        value: str

        @property
        def control(self) -> Field:
            """The field that posted it."""
            return self.field

    DEFAULT_CSS = """
    Field {
        height: auto;
        width: 1fr;
        max-width: 100;
        & > Input, & > Select {
            height: 3;
            border: round $border-blurred;
            border-title-color: $text-muted;
            background: transparent;
            padding: 0 1;
        }
        & > Input:focus, & > Select:focus, & > Select.-expanded {
            border: round $border;
            border-title-color: $text-primary;
            border-title-style: bold;
            background-tint: transparent;
        }
        & > Select > SelectCurrent { border: none; padding: 0; background: transparent; }
        & > Select:focus > SelectCurrent { border: none; background-tint: transparent; }
        & > Select > SelectCurrent Static#label { color: $text-muted; }
        & > Select > SelectCurrent.-has-value Static#label { color: $foreground; }
        &.-error > Input, &.-error > Select { border: round $error; border-title-color: $text-error; }
    }
    """

    def __init__(
        self,
        path: str,
        label: str,
        value: str = "",
        *,
        options: Sequence[Option] | None = None,
        hint: str = "",
        placeholder: str = "",
        suggestions: Sequence[str] = (),
        password: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id or f"{path.replace('.', '-')}-field")
        self.path = path
        self._label = label
        self._value = value
        self._note = _Note(hint)
        self._placeholder = placeholder
        self._suggestions = tuple(suggestions)
        self._password = password
        self._options = None if options is None else tuple(options)
        self._select: Select[str] | None = None
        self._input: Input | None = None

    def compose(self) -> ComposeResult:
        """The control and the line beneath it."""
        control = self._make_input() if self._options is None else self._make_select(self._options)
        border_title(control, self._label)
        yield control
        yield self._note

    def _make_input(self) -> Input:
        self._input = _Line(
            visible(self._value),
            placeholder=visible(self._placeholder),
            password=self._password,
            select_on_focus=False,
        )
        if self._suggestions:
            self._input.suggester = SuggestFromList([visible(one) for one in self._suggestions])
        return self._input

    def _make_select(self, options: Sequence[Option]) -> Select[str]:
        chosen = self._value or Select.NULL
        self._select = Select(_choices(options, self._value), value=chosen, prompt="Choose …", compact=True)
        return self._select

    @property
    def label(self) -> str:
        """What the field is called on the screen."""
        return self._label

    @property
    def value(self) -> str:
        """What the field holds, as typed; empty where nothing is chosen."""
        return self._value

    def fill(self, value: str) -> None:
        """Put a value in that came from elsewhere."""
        if value == self._value:
            return
        self._value = value
        if self._input is not None:
            self._input.value = visible(value)
        elif self._select is not None:
            with self.prevent(Select.Changed):
                self._select.set_options(_choices(self._options or (), value))
                self._select.value = value or Select.NULL

    def show_error(self, message: str) -> None:
        """Show one error beneath the field; empty takes it away."""
        self._say(message, "error")

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the first error, else the first warning, else the hint.

        A value that is only missing is no mistake yet: the hint says where to find it.
        """
        problems = [one for one in problems if one.code != "required"]
        first = next((one for one in problems if one.severity == "error"), problems[0] if problems else None)
        if first is None:
            self._say("", "error")
        else:
            self._say(first.message, first.severity)

    def _say(self, message: str, severity: str) -> None:
        self._note.say(message, severity)
        self.set_class(bool(message) and severity == "error", "-error")

    def focus(self, scroll_visible: bool = True) -> Field:
        """Put the cursor into the field."""
        control = self._select if self._input is None else self._input
        if control is not None:
            control.focus(scroll_visible)
        return self

    def _take(self, value: str) -> None:
        if value not in (self._value, visible(self._value)):
            self._value = value
            self.post_message(self.Changed(self, self.path, value))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._take(event.value)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._take(event.value)
        self.post_message(self.Submitted(self, self.path, self._value))

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        event.stop()
        self._take("" if event.value is Select.NULL else str(event.value))


def _choices(options: Sequence[Option], value: str) -> list[tuple[Content, str]]:
    shown = [(line(one.title), one.value) for one in options]
    if value and value not in {one.value for one in options}:
        shown.append((line(value), value))
    return shown

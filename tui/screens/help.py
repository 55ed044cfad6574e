"""F1: the field that has the cursor, what this screen is for, its keys, and the words it uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from core.explain.glossary import Term, terms_in
from core.explain.vendor_page import address
from core.request.model import Platform, platform_of
from tui.help_fields import field_help
from tui.help_text import OTHER_KEYS, TOPICS, Topic
from tui.keys import ACTIONS, keys_of, shown
from tui.text import line, wrap
from tui.widgets.copyable import Copied, Copyable
from tui.widgets.drawn import Lines
from tui.widgets.field import Field
from tui.widgets.over import over
from tui.widgets.rows import RowList


@dataclass(frozen=True, slots=True)
class Asked:
    """What F1 was pressed on: a topic, and a field by its path and label where one has the cursor."""

    topic: str
    path: str = ""
    label: str = ""
    platform: Platform | None = None


def asked(screens: Sequence[Screen[object]], focused: Widget | None) -> Asked:
    """What the cursor is on: in a dialog the topic is that of the screen beneath."""
    from tui.screens.wizard import Wizard

    topic, platform = "", None
    for screen in screens:
        if isinstance(screen, Wizard):
            topic, platform = screen.page.TOPIC, platform_of(screen.session.model.draft.cloud.platform)
        topic = getattr(screen, "TOPIC", "") or topic
    path, label = _focused(focused)
    return Asked(topic or "home", path, label, platform)


def _focused(focused: Widget | None) -> tuple[str, str]:
    field = (
        None if focused is None else next((one for one in focused.ancestors if isinstance(one, Field)), None)
    )
    if field is not None:
        return field.path, field.label
    if isinstance(focused, Input | TextArea) and focused.id:
        return focused.id, str(focused.border_title or focused.id.capitalize())
    return "", ""


class TermList(RowList[Term]):
    """The words of a page: Enter shows one in the glossary."""

    DEFAULT_CSS = "TermList { height: auto; }"

    def key_of(self, item: Term) -> str:
        """The word."""
        return item.name

    def draw_item(self, item: Term, width: int) -> Lines:
        """The word and its meaning, folded."""
        first, *rest = wrap(f"{item.name}: {item.meaning}", width)
        return [first.stylize("bold", 0, len(item.name)), *rest]

    def when_chosen(self, item: Term) -> Message | None:
        """Show it in the glossary."""
        return Help.Chosen(item.name)

    def text_of(self, item: Term) -> tuple[str, str]:
        """Word and meaning."""
        return f"{item.name}: {item.meaning}", f"the word {item.name}"


class Help(ModalScreen[None]):
    """A field, one topic, its words, the keys. Esc closes it."""

    class Chosen(Message):
        """A word was chosen."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss_help", "Close", show=False),
        Binding("f1", "dismiss_help", "Close", show=False, id="help"),
        *over("help"),
    ]
    DEFAULT_CSS = """
    Help {
        align: center middle;
        #box { width: 76; max-width: 100%; height: 90%; border: round $border; background: $surface; padding: 0 1; }
        Copyable { margin-top: 1; }
        .head { text-style: bold; color: $text-primary; margin-top: 1; }
    }
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__()
        self.asked = asked

    @property
    def topic(self) -> str:
        """The topic's key."""
        return self.asked.topic

    def compose(self) -> ComposeResult:
        """The texts."""
        topic = TOPICS.get(self.topic, TOPICS["home"])
        terms = terms_in(" ".join((topic.text, *topic.find, *topic.know)))
        with Vertical(id="box") as box:
            box.border_subtitle = Content(f"Esc closes, {shown(keys_of(self.app)['glossary'])}: all words")
            with VerticalScroll(can_focus=True):
                yield from self._field()
                yield Static(Content(topic.title), classes="head", markup=False)
                yield Static(Content(topic.text), markup=False)
                yield from _sentences("Where it is found", topic.find)
                yield from _sentences("Good to know", topic.know)
                links = _links(topic)
                if links:
                    told = "\n".join(f"{name}\n{address}" for name, address in links)
                    yield Copyable(told, title="Documentation", description="the addresses")
                if terms:
                    yield Static(Content("Words"), classes="head", markup=False)
                    yield TermList(terms)
                yield Static(Content("Keys"), classes="head", markup=False)
                yield Static(
                    Content("\n".join(f"{key:<12}{what}" for key, what in self._keys())), markup=False
                )

    def _field(self) -> Iterator[Static]:
        told = field_help(self.asked.path, self.asked.platform)
        if told is not None:
            yield Static(line(self.asked.label), classes="head", markup=False)
            found = [f"· {one}" for one in told.find]
            example = [f"As in: {told.example}"] if told.example else []
            yield Static(Content("\n".join((told.text, *found, *example))), markup=False)

    def _keys(self) -> tuple[tuple[str, str], ...]:
        chosen = keys_of(self.app)
        return (*((shown(chosen[one.name]), one.does) for one in ACTIONS), *OTHER_KEYS)

    @on(Chosen)
    async def _chosen(self, event: Chosen) -> None:
        event.stop()
        await self.app.run_action(f"glossary({event.name!r})")

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        self.notify(f"Copied: {event.description}", timeout=3, markup=False)

    def action_dismiss_help(self) -> None:
        """Close."""
        self.dismiss(None)


def _sentences(title: str, sentences: tuple[str, ...]) -> Iterator[Static]:
    if sentences:
        yield Static(Content(title), classes="head", markup=False)
        yield Static(Content("\n".join(f"· {one}" for one in sentences)), markup=False)


def _links(topic: Topic) -> tuple[tuple[str, str], ...]:
    return (*((f"Magento's PrivateLink page: {one}", address(one)) for one in topic.sections), *topic.links)

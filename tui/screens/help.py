"""F1: what this screen is for, its keys, and the words it uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from core.explain.glossary import GLOSSARY
from tui.help_text import OTHER_KEYS, TOPICS
from tui.keys import ACTIONS, keys_of, shown
from tui.widgets.copyable import Copied, Copyable


def topic_of(screen: Screen[object]) -> str:
    """The help topic of a screen: the open page's in the wizard, home's otherwise."""
    from tui.screens.wizard import Wizard

    if isinstance(screen, Wizard):
        return screen.page.TOPIC
    topic = getattr(screen, "TOPIC", "home")
    return topic if isinstance(topic, str) else "home"


def _sentences(title: str, sentences: tuple[str, ...]) -> Iterator[Static]:
    if sentences:
        yield Static(Content(title), classes="head", markup=False)
        yield Static(Content("\n".join(f"· {one}" for one in sentences)), markup=False)


class Help(ModalScreen[None]):
    """One topic, the keys, the glossary. Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss_help", "Close", show=False),
        Binding("f1", "dismiss_help", "Close", show=False, id="help"),
    ]
    DEFAULT_CSS = """
    Help {
        align: center middle;
        #box { width: 76; max-width: 100%; height: 90%; border: round $border; background: $surface; padding: 0 1; }
        Copyable { margin-top: 1; }
        .head { text-style: bold; color: $text-primary; margin-top: 1; }
    }
    """

    def __init__(self, topic: str) -> None:
        super().__init__()
        self.topic = topic

    def compose(self) -> ComposeResult:
        """The texts."""
        topic = TOPICS.get(self.topic, TOPICS["home"])
        with Vertical(id="box") as box:
            box.border_subtitle = Content("Esc closes")
            with VerticalScroll(can_focus=True):
                yield Static(Content(topic.title), classes="head", markup=False)
                yield Static(Content(topic.text), markup=False)
                yield from _sentences("Where it is found", topic.find)
                yield from _sentences("Good to know", topic.know)
                if topic.links:
                    told = "\n".join(f"{name}\n{address}" for name, address in topic.links)
                    yield Copyable(told, title="Documentation", description="the addresses")
                yield Static(Content("Keys"), classes="head", markup=False)
                yield Static(
                    Content("\n".join(f"{key:<12}{what}" for key, what in self._keys())), markup=False
                )
                yield Static(Content("Words"), classes="head", markup=False)
                yield Static(
                    Content("\n").join(
                        Content.assemble((one.name, "bold"), f": {one.meaning}") for one in GLOSSARY
                    ),
                    markup=False,
                )

    def _keys(self) -> tuple[tuple[str, str], ...]:
        chosen = keys_of(self.app)
        return (*((shown(chosen[one.name]), one.does) for one in ACTIONS), *OTHER_KEYS)

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        self.notify(f"Copied: {event.description}", timeout=3, markup=False)

    def action_dismiss_help(self) -> None:
        """Close."""
        self.dismiss(None)

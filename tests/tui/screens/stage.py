"""The wizard on a session that only remembers what it was asked for: no cloud, no journal, no threads."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, TextArea

import tui
from core.request.model import Draft
from core.request.rules import check
from core.workflow.prerequisites import prerequisites
from tests.tui.screens.account import OFFER
from tests.tui.screens.states import NOW, State
from tui.answers import known as known_of
from tui.app import PrivateLink
from tui.enablements import Summary
from tui.model import Model
from tui.screens.home import Home
from tui.screens.wizard import Wizard
from tui.session import Session
from tui.themes import DARK

INTENTS = tuple(
    name for name, value in vars(Session).items() if inspect.isfunction(value) and not name.startswith("_")
)
"""The names of everything that a session can be asked for."""


class StandIn:
    """Has the intents of :class:`Session` with their signatures, and writes every call down.

    Answers are taken into the model as a session takes them; ``faults`` maps an intent to what it raises.
    """

    at_rest = True

    def __init__(self, model: Model, changed: Callable[[], None]) -> None:
        self.model = model
        self.changed = changed
        self.calls: list[tuple[Any, ...]] = []
        self.faults: dict[str, Exception] = {}
        for name in INTENTS:
            setattr(self, name, self._intent(name))

    def _intent(self, name: str) -> Callable[..., None]:
        signature = inspect.signature(getattr(Session, name))

        def intent(*given: Any, **named: Any) -> None:
            bound = signature.bind(self, *given, **named)
            self.calls.append((name, *bound.args[1:]))
            if name in self.faults:
                raise self.faults[name]
            if name in ("answer", "suppose"):
                self._answer(*given)
            elif name == "choose_type":
                kind = self.model.draft.connection.model_copy(update={"type": given[0]})
                self._answer(self.model.draft.model_copy(update={"connection": kind}))

        return intent

    def _answer(self, draft: Draft) -> None:
        problems = check(draft, OFFER)
        known = known_of(self.model, draft, problems)
        self.set(replace(self.model, draft=draft, problems=problems, prerequisites=prerequisites(known)))

    def set(self, model: Model) -> None:
        """Have another model, and tell the app."""
        self.model = model
        self.changed()

    def asked(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of each call of one intent."""
        return [call[1:] for call in self.calls if call[0] == name]


class Stage(PrivateLink):
    """The app with the wizard open on one page of one model."""

    CSS_PATH = Path(tui.__file__).parent / "app.tcss"

    def __init__(self, state: State, theme: str = DARK, *, forgiving: bool = False) -> None:
        super().__init__(Path("/nowhere"), clock=lambda: state.model.now)
        self.state = state
        self.theme = theme
        self.forgiving = forgiving
        self.animation_level = "none"
        self.stand_in = StandIn(state.model, self._model_changed)

    def on_mount(self, event: events.Mount) -> None:
        """Open the wizard on the state's page."""
        event.prevent_default()
        self.session = self.stand_in  # type: ignore[assignment]  # it has the intents of one
        assert self.session is not None
        self.push_screen(Wizard(self.session, self.state.page))

    def _handle_exception(self, error: Exception) -> None:
        """A fault fails the test, unless the test is about faults."""
        if self.forgiving:
            super()._handle_exception(error)
        else:
            App._handle_exception(self, error)

    @property
    def wizard(self) -> Wizard:
        """The wizard, wherever it is in the stack."""
        return next(screen for screen in self.screen_stack if isinstance(screen, Wizard))


Found = tuple[Summary, ...] | str | None
"""What home reads: the list, words in its place, or None while it is still being read."""


class Listing(Home):
    """Home, with what it reads given to it."""

    def __init__(self, found: Found) -> None:
        super().__init__(lambda: ())
        self.found = found

    def action_reread(self) -> None:
        """Answer at once."""
        if isinstance(self.found, str):
            self.post_message(self.Listed((), self.found))
        elif self.found is not None:
            self.post_message(self.Listed(self.found))


class Lobby(PrivateLink):
    """The app on home."""

    CSS_PATH = Stage.CSS_PATH

    def __init__(self, found: Found, theme: str = DARK) -> None:
        super().__init__(Path("/nowhere"), clock=lambda: NOW)
        self.found = found
        self.theme = theme
        self.animation_level = "none"
        self.opened: list[str | None] = []
        self.begun: list[Draft | None] = []

    def on_mount(self, event: events.Mount) -> None:
        """Open home without reading a folder."""
        event.prevent_default()
        self.push_screen(Listing(self.found))

    def begin(self, draft: Draft | None = None) -> None:
        """Write down that a new one was asked for."""
        self.opened.append(None)
        self.begun.append(draft)

    def resume(self, name: str) -> None:
        """Write down which was chosen."""
        self.opened.append(name)

    def _handle_exception(self, error: Exception) -> None:
        App._handle_exception(self, error)


def unpainted(screen: Screen[Any]) -> None:
    """In place of a screen's paint, where nobody sees it before a picture is taken: that paints by itself."""
    screen._dirty_widgets.clear()
    screen.app._update_mouse_over(screen)


async def settle(pilot: Pilot[Any]) -> None:
    """Let the screen come to rest and paint it: that may be what fails."""
    await rest(pilot)
    pilot.app.screen._compositor.render_update(screen_stack=pilot.app._background_screens)


async def rest(pilot: Pilot[Any]) -> None:
    """Let the screen come to rest, with cursors that do not blink."""
    await pilot.pause()
    for screen in pilot.app.screen_stack:
        for one in (*screen.query(Input), *screen.query(TextArea)):
            one.cursor_blink = False
    await pilot.pause()


def ready(state: State) -> Callable[[Pilot[Any]], Any]:
    """What to do before a picture of a state is taken."""

    async def run(pilot: Pilot[Any]) -> None:
        await rest(pilot)
        if state.press:
            await pilot.press(*state.press)
        if state.act:
            assert isinstance(pilot.app, Stage)
            getattr(pilot.app.wizard.page, state.act)()
        await rest(pilot)

    return run

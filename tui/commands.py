"""The palette: every action of the open screen, by name and with its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual import on
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.screen import Screen
from textual.widgets import Button, Input

from tui.keys import keys_of, shown
from tui.screens.home import Home
from tui.screens.wizard import Wizard
from tui.screens.wizard.page import Page
from tui.screens.wizard.route import needed
from tui.words import words_of

Entry = tuple[str, str, Callable[[], object]]
"""What it says, the name of its key action or nothing, and what it does."""


class Palette(CommandPalette):
    """Textual's palette for quick fingers: keys that come while it closes find nothing to close or to search."""

    _answered = False

    def dismiss(self, result: object = None) -> AwaitComplete:
        """Close, once."""
        if self._answered:
            return AwaitComplete()
        self._answered = True
        return super().dismiss(None)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if self._answered:
            event.prevent_default()


class Intents(Provider):
    """What the open screen can do, and what can be done everywhere."""

    def _entries(self) -> Iterator[tuple[str, str | None, Callable[[], object]]]:
        screen, keys = self.screen, keys_of(self.app)
        own = (
            _wizard(screen)
            if isinstance(screen, Wizard)
            else _home(screen)
            if isinstance(screen, Home)
            else _buttons(screen)
        )
        for text, name, act in (*own, *self._everywhere()):
            yield text, f"key {shown(keys[name])}" if name else None, act

    def _everywhere(self) -> Iterator[Entry]:
        run = self.app.run_action
        yield "Help for this screen", "help", partial(run, "help")
        yield "Glossary", "glossary", partial(run, "glossary")
        yield "Settings", "settings", partial(run, "settings")
        yield "Next theme", "theme", partial(run, "toggle_dark")
        yield "Quit", "quit", partial(run, "leave")

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for text, key, act in self._entries():
            yield DiscoveryHit(text, act, help=key)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for text, key, act in self._entries():
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), act, help=key)


def _wizard(screen: Wizard) -> Iterator[Entry]:
    model = screen.session.model
    words = words_of(model.draft.cloud.platform)
    main = screen.main_action()
    for one in screen.page.actions(model):
        if one.enabled:
            yield one.label, "main" if one == main else "", partial(_do, screen, screen.page, one.name)
    yield "Page before", "back", partial(screen.action_turn, -1)
    yield "Page after", "next", partial(screen.action_turn, 1)
    yield "Look at the cloud now", "look", screen.action_look
    yield "Home", "home", screen.action_home
    for page in needed(model):
        yield f"Go to: {words.fill(page.title)}", "", partial(screen.go, page.key)


def _do(screen: Wizard, page: Page, name: str) -> None:
    """Run an action of the page that it was listed for; another one may be open by the time it is chosen."""
    if screen.page is page:
        screen.do(name)


def _home(screen: Home) -> Iterator[Entry]:
    yield "New enablement", "new", screen.action_new
    yield "Audit", "audit", screen.action_audit
    yield "CTA's desk", "desk", screen.action_desk
    if screen.learns:
        yield "Learn by a walkthrough", "learn", screen.action_learn
    yield "Read the list again", "reread", screen.action_reread


def _buttons(screen: Screen[object]) -> Iterator[Entry]:
    """What can be pressed on a screen that has no more to say."""
    for one in screen.query(Button):
        if one.display and not one.disabled:
            yield str(one.label), "", one.press

"""The wizard of one enablement: rail, page, docked buttons."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button

from tui.messages import GoHome
from tui.screens.says import FailureBar
from tui.screens.wizard import route
from tui.screens.wizard.page import Action, Page
from tui.widgets.buttons import relabel
from tui.widgets.copyable import Copied
from tui.widgets.durations import clock
from tui.widgets.key_bar import KeyBar
from tui.widgets.step_rail import Page as RailPage
from tui.widgets.step_rail import StepRail
from tui.widgets.top_bar import Place, TopBar
from tui.words import words_of

if TYPE_CHECKING:
    from tui.model import Model
    from tui.session import Session

KEYS = (
    ("help", "Help"),
    ("back", "Back"),
    ("next", "Next"),
    ("main", "Do it"),
    ("look", "Look"),
    ("home", "Home"),
    ("^P", "Actions"),
)

WHOLE_SECONDS = 0.005
"""Seconds between looks whether a page is mounted."""


class Wizard(Screen[None]):
    """Shows the session's model; keys and buttons become the session's intents."""

    CSS_PATH = "wizard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "turn(-1)", "Back", show=False, id="back"),
        Binding("f3", "turn(1)", "Next", show=False, id="next"),
        Binding("f4", "main", "The main button", show=False, id="main"),
        Binding("f5", "look", "Look now", show=False, id="look"),
        Binding("escape", "home", "Home", show=False, id="home"),
        Binding("pagedown,down", "scroll_page(1)", "Scroll down", show=False),
        Binding("pageup,up", "scroll_page(-1)", "Scroll up", show=False),
    ]
    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    def __init__(self, session: Session, key: str = "") -> None:
        """``key``: the page to begin with; where none is named, the first that is open."""
        super().__init__()
        self.session = session
        self.key = key or route.first_open(session.model)
        self.page = self._made()
        """The page that is open; while another one is opened, the one that was."""
        self._actions: tuple[Action, ...] | None = None
        self._buttons: dict[str, Button] = {}
        self._turning = False
        self._door = asyncio.Lock()
        self._known = session.model.identity is not None
        self._look_asked: Model | None = None

    def compose(self) -> ComposeResult:
        """Top bar, rail, the page with its docked buttons, keys."""
        yield TopBar(id="top")
        with Horizontal(id="middle"):
            yield StepRail(id="rail")
            with Vertical(id="right"):
                yield self.page
                yield FailureBar(id="failure")
        yield from self.beneath()
        with Horizontal(id="buttons"):
            yield Button("Back", id="back", compact=True)
            yield Horizontal(id="actions")
            yield Button("Next", id="next", compact=True)
        yield KeyBar(KEYS)

    def beneath(self) -> Iterator[Widget]:
        """What stands between the page and its buttons."""
        return iter(())

    def _made(self) -> Page:
        module, _, name = route.BY_KEY[self.key].page.partition(":")
        page = getattr(importlib.import_module(f"tui.screens.wizard.pages.{module}"), name)(self.session)
        assert isinstance(page, Page)
        return page

    async def on_mount(self) -> None:
        """Paint the first page and let the session sign in."""
        self._paint(self.session.model)
        self.page.entered()
        model = self.session.model
        if model.identity is None and (model.rehearsal or model.draft.cloud.region):
            self.session.sign_in()
        if self.session.model.id is not None:
            self.session.watch()
        self.call_after_refresh(self._focus_first)

    def on_screen_resume(self) -> None:
        """Show what was learned while something else was open."""
        self.show(self.session.model)

    # -- painting ----------------------------------------------------------------------------------------

    def show(self, model: Model) -> None:
        """Paint a model, unless the page is just being built: that paints the newest when it is there."""
        if self.is_mounted and not self._turning:
            self._paint(model)
            self._tell_look(model)
            known, self._known = self._known, model.identity is not None
            if self._known and not known:
                self.page.signed_in()

    def _paint(self, model: Model) -> None:
        with self.app.batch_update():
            self._show_frame(model)
            page = self.page
            page.show(model)
            self.query_one(FailureBar).show(page.failure(model))
            self._show_actions(page.actions(model))

    def _show_frame(self, model: Model) -> None:
        draft, words = model.draft, words_of(model.draft.cloud.platform)
        self.query_one(TopBar).show(
            Place(
                cloud=words.cloud if draft.cloud.platform else "",
                account=draft.cloud.account or "",
                region=draft.cloud.region or "",
                project=draft.project.id or "",
                environment=draft.project.environment or "",
                rehearsal=model.rehearsal,
                local=model.identity.local if model.identity else "",
            )
        )
        pages = [RailPage(page.key, words.fill(page.title), state) for page, state in route.rail(model)]
        self.query_one(StepRail).show_rail(pages, self.key)
        keys = [page.key for page in pages]
        self.query_one("#back", Button).disabled = self.key == keys[0]
        self.query_one("#next", Button).disabled = self.key == keys[-1]

    def _show_actions(self, actions: tuple[Action, ...]) -> None:
        """Change only what is other than before: a button that is rebuilt loses its focus."""
        if actions == self._actions:
            return
        if [one.name for one in actions] == list(self._buttons):
            for one in actions:
                button = self._buttons[one.name]
                relabel(button, one.label)
                button.variant = one.variant
                button.disabled = not one.enabled
        else:
            row = self.query_one("#actions", Horizontal)
            focused = self.focused in self._buttons.values()
            name = self.focused.name if focused and self.focused is not None else None
            row.remove_children()
            self._buttons = {
                one.name: Button(
                    one.label, variant=one.variant, disabled=not one.enabled, compact=True, name=one.name
                )
                for one in actions
            }
            row.mount_all(self._buttons.values())
            if focused:
                self.call_after_refresh(self._focus_action, name)
        self._actions = actions

    def _focus_action(self, name: str | None = None) -> None:
        """Put the cursor on an action by name, else on the first that can be pressed, else on Next."""
        buttons = [one for one in self._buttons.values() if not one.disabled]
        named = [one for one in buttons if one.name == name]
        (named or buttons or [self.query_one("#next", Button)])[0].focus()

    # -- turning pages -----------------------------------------------------------------------------------

    async def go(self, key: str) -> None:
        """Open a page. The answers of the one before are kept. One turn at a time: another one waits."""
        async with self._door:
            await self._open(key)

    async def _open(self, key: str) -> None:
        if key == self.key or not self._stands:
            return
        self._told(self.session.keep)
        self.key = key
        self._turning = True
        try:
            await self._whole()
            await self.page.remove()
            if self._stands:
                self.page = self._made()
                await self.query_one("#right").mount(self.page, before=0)
                await self._whole()
        finally:
            self._turning = False
        if self._stands:
            self.show(self.session.model)
            self.page.entered()
            self._focus_first()

    @property
    def _stands(self) -> bool:
        """Whether its parts are there: not before it is mounted, nor any more while it is left, or the program."""
        return self.is_mounted and self.is_attached and self in self.app.screen_stack

    @property
    def settled(self) -> bool:
        """Whether page and buttons are there whole: a page that is taken away while it is built fails."""
        buttons = [*self.query("#actions Button")]
        return (
            not self._turning
            and self._is_whole()
            and len(buttons) == len(self._buttons)
            and all(one.is_mounted for one in buttons)
        )

    def _is_whole(self) -> bool:
        parts = [*self.query(Page), *self.query("Page *")]
        return bool(parts) and all(one.is_mounted for one in parts)

    async def _whole(self) -> None:
        """Wait until everything of the page is mounted, or the wizard is left: that waits for this to end."""
        while self._stands and not self._is_whole():
            await asyncio.sleep(WHOLE_SECONDS)

    def _focus_first(self) -> None:
        """Put the cursor on the first thing of the page that takes keys, else on the first button."""
        reachable = set(self.focus_chain)
        first = next((widget for widget in self.page.query("*") if widget in reachable), None)
        if first is not None:
            first.focus(scroll_visible=False)
        else:
            self.call_after_refresh(self._focus_action)

    async def action_turn(self, by: int) -> None:
        """Go to the page before or after this one."""
        async with self._door:
            await self._open(route.beside(self.session.model, self.key, by))

    def do(self, name: str) -> None:
        """Run an action of the page, unless that is just being left or not there yet."""
        if self._turning or not self.is_mounted:
            return
        self._told(getattr(self.page, f"do_{name}"))

    def _told(self, intent: Callable[[], None]) -> None:
        """Run an intent; what the journal refuses is told, and the answers stay on the page."""
        from core.journal.errors import JournalError

        try:
            intent()
        except JournalError as error:
            from tui.widgets.dialog import ErrorDialog

            self.app.push_screen(ErrorDialog(error.code, error.message, error.remedy))

    def main_action(self) -> Action | None:
        """The page's main button: the one that says so, the highlighted one, or the only one."""
        actions = [one for one in self.page.actions(self.session.model) if one.enabled]
        return next(
            (one for one in actions if one.main or one.variant == "primary"),
            actions[0] if len(actions) == 1 else None,
        )

    def action_main(self) -> None:
        """Press the page's main button."""
        main = self.main_action()
        if main is not None:
            self.do(main.name)

    def action_scroll_page(self, way: int) -> None:
        """Scroll the page, where what has the cursor does not scroll itself."""
        if way > 0:
            self.page.scroll_page_down(animate=False)
        else:
            self.page.scroll_page_up(animate=False)

    def action_look(self) -> None:
        """Look at the cloud now, and tell when it was done."""
        if self.session.model.id is None:
            self.notify("Nothing to look at yet: nothing was answered", timeout=4, markup=False)
            return
        self._look_asked = self.session.model
        self.session.look()
        self.notify("Looking now", timeout=2, markup=False)

    def _tell_look(self, model: Model) -> None:
        """Say once that the look that was asked for is over, and whether it showed anything new."""
        asked = self._look_asked
        if asked is None or model.looked_at is None or model.looked_at == asked.looked_at:
            return
        self._look_asked = None
        before, seen = ({key: one.fact for key, one in m.story.seen.items()} for m in (asked, model))
        told = "nothing new" if seen == before else "something is new: see Progress"
        self.notify(f"Looked {clock(model.looked_at, seconds=True)}, {told}", timeout=4, markup=False)

    def action_home(self) -> None:
        """Back to the list of enablements; the answers are kept."""
        self.post_message(GoHome())

    @on(StepRail.Chosen)
    async def _chosen(self, event: StepRail.Chosen) -> None:
        await self.go(event.key)

    @on(Page.Go)
    async def _asked(self, event: Page.Go) -> None:
        await self.go(event.key)

    @on(Button.Pressed, "#back")
    async def _back(self) -> None:
        await self.action_turn(-1)

    @on(Button.Pressed, "#next")
    async def _next(self) -> None:
        await self.action_turn(1)

    @on(Button.Pressed, "#actions Button")
    def _acted(self, event: Button.Pressed) -> None:
        event.stop()
        # One that was pressed as its page was left is another page's.
        if event.button in self._buttons.values():
            self.do(event.button.name or "")

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        self.notify(f"Copied: {event.description}", timeout=3, markup=False)

"""The Textual app: what it wires, and nothing else."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from tui import ending
from tui.messages import (
    GoHome,
    NewEnablement,
    OpenAudit,
    OpenDesk,
    OpenLesson,
    RecoverEnablement,
    ResumeEnablement,
    SettingsChanged,
)
from tui.sturdy import Sturdy
from tui.themes import THEMES

if TYPE_CHECKING:
    from core.request.model import Draft
    from core.walkthrough.clock import PaceName
    from providers.worker import Worker
    from tui.enablements import Summary
    from tui.screens.guided.lessons import Lesson
    from tui.screens.home import Home
    from tui.screens.wizard import Wizard
    from tui.session import Session
    from tui.settings import Settings


TURN_SECONDS = 0.001
"""How long another thread may hold the interpreter while a key waits."""


class ModelChanged(Message):
    """The session's model is a new one. Only the newest matters."""

    def can_replace(self, message: Message) -> bool:
        """Coalesce: a screen paints the model as it is, not each step to it."""
        return isinstance(message, ModelChanged)


def _now() -> datetime:
    return datetime.now().astimezone()


class PrivateLink(Sturdy):
    """Home, and the wizard of one enablement at a time."""

    TITLE = "privatelink"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {lambda: _commands()}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", show=False, id="help"),
        Binding("f7", "glossary", "Glossary", show=False, id="glossary"),
        Binding("f8", "settings", "Settings", show=False, id="settings"),
        Binding("f9", "toggle_dark", "Light or dark", show=False, id="theme"),
        Binding("f10", "leave", "Quit", show=False, id="quit"),
    ]

    def __init__(
        self,
        home: Path,
        *,
        clock: Callable[[], datetime] = _now,
        rehearsal: Worker | None = None,
        practice: Draft | None = None,
        settings: Path | None = None,
    ) -> None:
        """``home`` is the folder of the journals; ``settings`` that of the settings, where it is another one."""
        super().__init__(settings or home)
        self.home = home
        self.clock = clock
        self.rehearsal = rehearsal
        self.practice = practice
        self.session: Session | None = None
        self.lesson: Lesson | None = None
        self.pace: PaceName = "step"
        self._door = asyncio.Lock()
        self._turns = 0

    @on(SettingsChanged)
    def _settings_changed(self) -> None:
        """Take the settings anew and paint everything so. The offer and the looks are read when they are used."""
        self.take_preferences()
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh(layout=True)

    def on_mount(self) -> None:
        """Open the first screen: home, or in a rehearsal the wizard itself."""
        ending.heed_signals(self._ended)
        # A key never waits longer than this for work that goes on beside the screen; Python's own 5 ms show.
        sys.setswitchinterval(TURN_SECONDS)
        if not self.is_headless:
            self.set_interval(ending.LOOK_SECONDS, self._see_terminal)
        if self.rehearsal is None:
            self.push_screen(self._home())
        else:
            self.begin(self.practice)

    def _home(self) -> Home:
        from tui.screens.home import Home

        def read() -> tuple[Summary, ...]:
            from tui.enablements import summaries

            return summaries(self.home, self.clock)

        return Home(read, rehearsal=self.rehearsal is not None)

    # -- sessions ----------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """The person's settings; a rehearsal has the defaults, as its sandbox has. Raises SettingsError."""
        from tui.settings import read_settings

        return read_settings(self.home)

    def _new_session(self, draft: Draft | None) -> Session:
        from tui.session import Session

        settings = self.settings()
        return Session(
            home=self.home,
            offer=settings.offer,
            looks=settings.looks,
            clock=self.clock,
            start=self._start,
            changed=self._model_changed,
            rehearsal=self.rehearsal,
            draft=draft,
        )

    def _at_home(self) -> bool:
        """Whether home is still what is seen: of two keys in one breath the first has led elsewhere."""
        from tui.screens.home import Home

        return isinstance(self.screen, Home) and not self._turns

    def begin(self, draft: Draft | None = None) -> None:
        """Open the wizard on a new enablement."""
        self._turn(self._open(None, draft))

    @on(NewEnablement)
    def _new_asked(self) -> None:
        if self._at_home():
            self.begin(self.practice)

    @on(ResumeEnablement)
    def _resume_asked(self, event: ResumeEnablement) -> None:
        self.resume(event.id)

    def resume(self, name: str) -> None:
        """Open the wizard where an enablement stands."""
        self._turn(self._open(name))

    @on(RecoverEnablement)
    def _recover_asked(self, event: RecoverEnablement) -> None:
        """Ask, then set the damaged journal aside and open what could be read of it."""
        if not self._at_home():
            return
        from tui.widgets.dialog import ConfirmDialog

        def agreed(yes: bool | None) -> None:
            if yes:
                self._turn(self._recover(event.id))

        question = f"Recover {event.id}?"
        told = (
            "The damaged journal is set aside, whole and unchanged; a new one begins with everything up to the "
            "first damaged event. What was made in the cloud stays and is found again by its tag."
        )
        self.push_screen(ConfirmDialog(question, told), agreed)

    async def _recover(self, name: str) -> None:
        def read() -> tuple[int, Path]:
            from core.journal.recovery import recover

            found = recover(self.home, name, "the privatelink wizard")
            found.journal.close()
            return found.kept, found.aside

        kept, aside = await asyncio.to_thread(read)
        told = f"{kept} events are kept. The damaged journal is {aside}"
        self.notify(told, title=f"{name} is recovered", timeout=20, markup=False)
        await self._open(name)

    def _turn(self, work: Coroutine[object, object, None], *, patient: bool = False) -> None:
        """Go from one enablement to another, or home, beside the keys. One turn at a time: a second one is not
        begun, or waits where it is ``patient``.
        """
        if self._turns and not patient:
            work.close()
            return
        self._turns += 1

        async def turn() -> None:
            try:
                async with self._door:
                    if self.over:
                        work.close()
                        return
                    with self._telling():
                        await work
            finally:
                self._turns -= 1

        self.run_worker(turn(), group="turn")

    @on(OpenAudit)
    def open_audit(self) -> None:
        """Open the audit: of the sandbox in a rehearsal, else of what the person names."""
        if not self._at_home():
            return
        from core.request.model import DraftCloud
        from tui.audits import Audits
        from tui.link import own_region
        from tui.screens.audit import AuditScreen

        def changed() -> None:
            screen.post_message(AuditScreen.Changed())

        with self._telling():
            practice, own = self.practice, own_region(os.environ)
            named = practice.cloud if practice else DraftCloud(platform="aws", region=own) if own else None
            audits = Audits(
                offer=self.settings().offer,
                clock=self.clock,
                start=self._start,
                changed=changed,
                rehearsal=self.rehearsal,
                named=named,
            )
            screen = AuditScreen(audits)
            self.push_screen(screen)

    @on(OpenDesk)
    def open_desk(self) -> None:
        """Open the CTA's desk on this folder's enablements."""
        if not self._at_home():
            return
        from tui.desks import Desks
        from tui.screens.desk import DeskScreen

        def changed() -> None:
            screen.post_message(DeskScreen.Changed())

        with self._telling():
            offer = self.settings().offer
            desks = Desks(home=self.home, offer=offer, clock=self.clock, start=self._start, changed=changed)
            screen = DeskScreen(desks)
            self.push_screen(screen)

    def _start(self, name: str, work: Callable[[], None]) -> object:
        """Run work in a thread; a fault in it is one of the program."""
        return self.run_worker(work, name=name, group=name, thread=True, exit_on_error=True)

    @on(OpenLesson)
    def _lesson_asked(self) -> None:
        """Choose a walkthrough: it begins, in an app and a folder of its own, when this one has ended."""
        if not self._at_home():
            return
        from tui.screens.guided.lessons import LessonDialog

        def chosen(lesson: Lesson | None) -> None:
            if lesson is not None:
                self.lesson = lesson
                self.action_leave()

        with self._telling():
            settings = self.settings()
            pace = settings.walkthrough.pace
            self.pace = "step" if pace == "auto" else pace
            self.push_screen(LessonDialog(settings.offer), chosen)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the journal or the settings refuse into words on the screen."""
        from core.journal.errors import JournalError
        from tui.settings import SettingsError
        from tui.widgets.dialog import ErrorDialog

        try:
            yield
        except (JournalError, SettingsError) as error:
            self.push_screen(ErrorDialog(error.code, error.message, error.remedy))

    async def _open(self, name: str | None, draft: Draft | None = None) -> None:
        """Read the journal in a thread, then open the wizard on it. Raises JournalError, SettingsError."""

        def read() -> Session:
            session = self._new_session(draft)
            if name is not None:
                session.open(name)
            return session

        await self.end_session()
        session = await asyncio.to_thread(read)
        self.session = session
        self.push_screen(self.wizard_of(session))

    def wizard_of(self, session: Session, key: str = "") -> Wizard:
        """The wizard on a session, at a page."""
        from tui.screens.wizard import Wizard

        return Wizard(session, key)

    async def end_session(self) -> None:
        """Keep the answers and let the journal go; the keys do not wait for the disk. Raises JournalError."""
        if self.session is not None:
            session, self.session = self.session, None
            await asyncio.to_thread(session.close)

    def _model_changed(self) -> None:
        self.post_message(ModelChanged())

    def on_model_changed(self) -> None:
        """Show the newest model, after what already waits to be painted: a typed letter is seen first."""
        if not self.over:
            self.call_after_refresh(self._show_model)

    def _show_model(self) -> None:
        """Let the wizard paint what is known now, wherever it is in the stack."""
        from tui.screens.wizard import Wizard

        if self.session is not None and not self.stopped:
            for screen in self.screen_stack:
                if isinstance(screen, Wizard):
                    try:
                        screen.show(self.session.model)
                    except Exception as error:  # noqa: BLE001  # told below; let out, it would end the App's own loop
                        self._handle_exception(error)

    def anew(self) -> Screen[None]:
        """The wizard where it stands, or home; what stood over it is closed."""
        from tui.screens.home import Home
        from tui.screens.wizard import Wizard

        if self.session is None:
            self.down_to(Home)
            return self._home()
        self.down_to(Wizard)
        return self.wizard_of(self.session, self.screen.key if isinstance(self.screen, Wizard) else "")

    # -- actions -----------------------------------------------------------------------------------------

    def action_help(self) -> None:
        """Explain the screen that is open."""
        from tui.screens.help import Help, asked

        if not isinstance(self.screen, Help):
            self.push_screen(Help(asked(self.screen_stack, self.focused)))

    def action_glossary(self, name: str = "") -> None:
        """Show every word with its meaning, the cursor on one of them."""
        from tui.screens.glossary import Glossary

        if not isinstance(self.screen, Glossary):
            self.push_screen(Glossary(name))

    def action_settings(self) -> None:
        """Show the settings, once."""
        from tui.screens.settings import SettingsScreen
        from tui.settings_file import change

        if not any(isinstance(screen, SettingsScreen) for screen in self.screen_stack):
            folder = self.settings_folder
            rehearsal = self.rehearsal is not None
            self.push_screen(SettingsScreen(folder, partial(change, folder), rehearsal=rehearsal))

    def action_command_palette(self) -> None:
        """Everything that can be done here, to search in."""
        from tui.commands import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_toggle_dark(self) -> None:
        """Change to the next theme."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    def action_leave(self) -> None:
        """Quit; the journal holds everything. What cannot be kept is told first, and a second time quits."""
        self._turn(self._leave(), patient=True)

    async def _leave(self) -> None:
        from core.journal.errors import JournalError

        try:
            await self.end_session()
        except JournalError as error:
            from tui.widgets.dialog import ErrorDialog

            remedy = f"{error.remedy} Quitting again loses the answers of this page."
            self.push_screen(ErrorDialog(error.code, error.message, remedy))
            return
        self._quit(0)

    def _ended(self, code: int) -> None:
        """Keep what can be kept and give the terminal back; there is nobody to ask."""
        self._quit(code, self._kept())

    def _kept(self) -> str | None:
        """Keep the answers and let the journal go. Answers what is lost, in words."""
        from core.journal.errors import JournalError

        session, self.session = self.session, None
        try:
            if session is not None:
                session.close()
        except JournalError as error:
            return f"privatelink: {error.message}; the answers of the open page are lost"
        return None

    def _quit(self, code: int, words: str | None = None) -> None:
        """End now: calls under way in a rehearsal fail at once, so that no thread has to be waited for."""
        self.over = True
        if self.rehearsal is not None:
            self.rehearsal.close()
        self.exit(code, message=words)

    def on_exit_app(self) -> None:
        """Keep what can be kept where nobody quit: the browser's page was closed."""
        lost = self._kept()
        if lost:
            self._quit(1, lost)

    def _see_terminal(self) -> None:
        if ending.hung_up():
            self._ended(ending.HUNG_UP)

    async def action_quit(self) -> None:
        """Quit as Ctrl+Q does."""
        self.action_leave()

    def action_help_quit(self) -> None:
        """Ctrl+C, which people press to end a program, says by which key it ends."""
        from tui.keys import shown

        self.notify(f"{shown(self.keys['quit'])} quits; nothing is lost.", timeout=2, markup=False)

    @on(GoHome)
    def _home_asked(self) -> None:
        self._turn(self._show_home())

    async def _show_home(self) -> None:
        """Leave the wizard or the audit for home, if that is not open already; the answers are kept.

        Raises JournalError.
        """
        from tui.screens.home import Home

        await self.end_session()
        if isinstance(self.screen, Home):
            return
        if any(isinstance(screen, Home) for screen in self.screen_stack):
            self.pop_screen()  # the desk may lie between
        else:
            self.put(self._home())


def _commands() -> type:
    from tui.commands import Intents

    return Intents

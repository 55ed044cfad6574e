"""Textual's App in a form that stands: any bytes as keys, any terminal to paint on, and a fault is told in words."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.app import App
from textual.constants import TEXTUAL_ANIMATIONS
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen
from textual.worker import WorkerFailed

from tui.ascii import AsciiFilter, encoding_of, wanted
from tui.keyboard import forgiving, silence
from tui.keys import DEFAULTS, keymap
from tui.preferences import SETTINGS_FILE, Preferences, animated
from tui.themes import BY_SETTING, THEMES


class Sturdy(App[int]):
    """What holds for every app of this program, whatever it shows."""

    def __init__(self, settings: Path) -> None:
        """``settings`` is the folder of the settings."""
        super().__init__()
        self.settings_folder = settings
        self.over = False
        """Whether the end was asked for: screens go away under what still runs on them."""
        self.stopped = False
        """Whether a fault may have stopped what is open, until something is opened anew."""
        self._faults = 0
        for theme in THEMES:
            self.register_theme(theme)
        self._ascii = AsciiFilter(encoding_of(os.environ))
        self.take_preferences()

    async def run_async(self, **options: Any) -> int | None:
        """Run; however it ends, no thread waits for keys afterwards."""
        try:
            return await super().run_async(**options)
        finally:
            silence(self._driver)

    @abstractmethod
    def anew(self) -> Screen[None]:
        """A screen to put in the place of one that a fault may have stopped."""

    def take_preferences(self) -> None:
        """Be as the settings want it, as far as they can be read."""
        wish = read_preferences(self.settings_folder)
        self.keys = wish.keys
        self.set_keymap(dict(wish.keys))
        self.theme = BY_SETTING[wish.theme]
        self._ascii.enabled = wanted(wish.ascii, os.environ)
        self.animation_level = TEXTUAL_ANIMATIONS if animated(wish.animation, os.environ) else "none"

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters over what is painted, and ours behind them."""
        return [*super().get_line_filters(), *([self._ascii] if self._ascii.enabled else ())]

    def get_driver_class(self) -> type[Driver]:
        """The terminal's driver, in a form that no byte ends."""
        return forgiving(super().get_driver_class())

    def _handle_exception(self, error: Exception) -> None:
        """Turn a fault of the program into words; Textual would end with a traceback on the screen.

        The first one is shown and the program goes on; a second one ends it. The journal has everything.
        """
        from tui.fault import keep_traceback, words

        if self.over:
            return
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        path = keep_traceback(error)
        self._faults += 1
        if self._faults > 1 or not self.screen_stack:
            self.over = True
            self.exit(3, message=f"privatelink: a fault of the program; what happened is in {path}")
            return
        # Textual ends the message loop of what raised, so the App itself has to tell it.
        self.stopped = True
        self.call_later(self._tell_fault, words(error), path)

    def _tell_fault(self, happened: str, path: str) -> None:
        from tui.widgets.dialog import ErrorDialog

        remedy = f"Please report it with the file {path}. Your answers are kept; you can go on."
        self.push_screen(ErrorDialog("fault", happened, remedy), self._rebuild)

    def _rebuild(self, _: None = None) -> None:
        """Put a new screen in the place of the one that a fault may have stopped."""
        self.stopped = False
        while isinstance(self.screen, ModalScreen):
            self.pop_screen()
        self.put(self.anew())

    def down_to(self, kind: type[Screen[Any]]) -> bool:
        """Close what stands over a screen of a kind. Answers whether there is one; else all stays."""
        if not any(isinstance(screen, kind) for screen in self.screen_stack):
            return False
        while not isinstance(self.screen, kind):
            self.pop_screen()
        return True

    def put(self, screen: Screen[None]) -> None:
        """Open a screen in the place of the one that is open; the lowest one is Textual's own, and stays."""
        if len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)


def read_preferences(folder: Path) -> Preferences:
    """The preferences in the settings of this folder; the defaults where they cannot be read: home says so."""
    if not (folder / SETTINGS_FILE).exists():
        return Preferences(DEFAULTS)
    from tui.settings import SettingsError, read_settings

    try:
        settings = read_settings(folder)
    except SettingsError:
        return Preferences(DEFAULTS)
    screen = settings.screen
    return Preferences(keymap(settings.keys), screen.theme, screen.ascii, screen.animation)

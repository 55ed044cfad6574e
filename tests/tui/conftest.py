"""A pilot waits for an app to come to rest, and no longer; what many apps read alike is read once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual import app, pilot
from textual._context import active_app
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet


async def at_rest(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until nothing is left to do: no callback of the loop, and no screen that is to be painted.

    Textual's own wait sleeps for 20 ms at least, twice for each key, and longer while the process is busy with
    anything: most of the time of a test.
    """
    loop: Any = asyncio.get_running_loop()  # its queue is not public
    end = loop.time() + max_sleep
    while loop.time() < end:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        running = active_app.get(None)
        if running is None or not running.screen_stack or not _painting(running.screen):
            return
        await asyncio.sleep(0.001)


def _painting(screen: Any) -> bool:
    """Whether the screen has still to be laid out or painted."""
    timer = screen._update_timer
    return timer is not None and timer._active.is_set()


PARSED: dict[tuple[object, ...], list[RuleSet]] = {}
READ = Stylesheet._parse_rules


def read_once(sheet: Stylesheet, *given: Any, **named: Any) -> list[RuleSet]:
    """The rules of a style sheet, which are the same for every app that has the same variables."""
    key = (given, *named.items(), _frozen(sheet._variables))
    if key not in PARSED:
        PARSED[key] = READ(sheet, *given, **named)
    return PARSED[key]


FROZEN: list[tuple[dict[str, str], frozenset[tuple[str, str]]]] = []


def _frozen(variables: dict[str, str]) -> frozenset[tuple[str, str]]:
    """The variables as a key. A sheet reads a hundred texts with the same ones, and takes others as a whole."""
    if not FROZEN or FROZEN[0][0] is not variables:
        FROZEN[:] = [(variables, frozenset(variables.items()))]
    return FROZEN[0][1]


@pytest.fixture(autouse=True)
def _a_terminal_that_shows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the one that the tests happen to be started in."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(autouse=True)
def _no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "wait_for_idle", at_rest)
    monkeypatch.setattr(pilot, "wait_for_idle", at_rest)
    monkeypatch.setattr(Stylesheet, "_parse_rules", read_once)

"""One time zone for every machine: the widgets tell moments in the machine's own. And no paint for nobody."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from textual.screen import Screen

from tests.tui.screens.stage import Lobby, Stage, unpainted
from tests.tui.screens.teller import TZ


@pytest.fixture(autouse=True)
def _berlin() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", TZ)
        patch.delenv("NO_COLOR", raising=False)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _painted_when_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the stage a screen is painted by ``settle`` and for a picture, not between: half of a test's time."""
    paint = Screen._compositor_refresh

    def refresh(screen: Screen[object]) -> None:
        if not isinstance(screen.app, Stage | Lobby) or screen is not screen.app.screen:
            return paint(screen)
        return unpainted(screen)

    monkeypatch.setattr(Screen, "_compositor_refresh", refresh)

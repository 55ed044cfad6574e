"""The walkthrough as an app: the wizard on the sandbox with the presenter's rail, and a recording where one is made."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual import events
from textual.widgets import Input, TextArea

from core.journal.errors import JournalError
from core.journal.files import home
from core.request.model import Draft, Platform
from core.walkthrough.clock import RUNNING, PaceName
from core.walkthrough.scenario import Scenario
from core.walkthrough.shape import PLAIN, Shape
from providers.worker import Worker, rehearsal
from tui.app import PrivateLink
from tui.model import Model
from tui.screens.guided import GuidedWizard
from tui.session import Session
from tui.walk import Kept, Walk
from tui.walkthrough import clock_of, practice_of
from tui.widgets.dialog import ErrorDialog

TICK_SECONDS = 0.1
REFUSED = 2
"""The exit code where files or settings refuse, as that of the commands."""
RECORDED = (120, 36)
"""Cells of a recorded screen that nobody sees."""

Picture = Callable[[Kept, str], None]
"""Takes a checkpoint that is over, and its screen as SVG."""


class Guide(PrivateLink):
    """One walkthrough. Leaving the wizard leaves it."""

    CSS_PATH = str(Path(__file__).parent / "app.tcss")

    def __init__(
        self,
        folder: Path,
        scenario: Scenario,
        cloud: Platform,
        pace: PaceName,
        worker: Worker,
        *,
        settings: Path | None = None,
        told: Callable[[Walk], None] = lambda _walk: None,
        picture: Picture | None = None,
        alone: bool = False,
    ) -> None:
        """``told`` hears of every step; ``picture`` gets the screen of every checkpoint that is over. ``alone``:
        nobody sees it, so that it goes by itself and ends by itself.
        """
        self.walk: Walk | None = None
        self.problem = ""
        """What ended it, in words, where that is not the walk's own problem."""
        self._virtual = clock_of(scenario, pace)
        super().__init__(
            folder,
            clock=self._virtual,
            rehearsal=worker,
            practice=practice_of(scenario, cloud),
            settings=settings,
        )
        self._scenario = scenario
        self._pace: PaceName = pace
        self._told = told
        self._picture = picture
        self._waiting: Kept | None = None
        self._posing: Model | None = None
        self._painted: Model | None = None
        self.alone = alone
        if alone:
            # Nobody can close a dialog: the first fault ends it, as elsewhere the second one.
            self._faults = 1

    def on_load(self, _event: events.Load) -> None:
        """Look again and again whether the walk can go on: not every reason is a new model."""
        self.set_interval(TICK_SECONDS, self.tick)

    def _new_session(self, draft: Draft | None) -> Session:
        session = super()._new_session(draft)
        self.walk = Walk(
            self._scenario,
            session,
            self._virtual,
            self._pace,
            time.monotonic,
            self._keep,
            alone=self.alone,
        )
        return session

    def wizard_of(self, session: Session, key: str = "") -> GuidedWizard:
        """The wizard with the rail, at the walk's page."""
        assert self.walk is not None, "made with the session"
        return GuidedWizard(session, self.walk)

    def _keep(self, kept: Kept) -> None:
        if self._picture is not None:
            self._waiting = kept

    def _show_model(self) -> None:
        super()._show_model()
        self.tick()

    def tick(self) -> None:
        """Let the walk go on, and show where it is. What a picture's file refuses ends it."""
        if self.over:
            return
        try:
            self._tick()
        except JournalError as error:
            self._refused(f"{error.message}\n  {error.remedy}")
        except Exception as error:  # noqa: BLE001  # told there; let out, it would end the App's own loop
            self._handle_exception(error)

    def _refused(self, words: str) -> None:
        self.problem = words
        self._quit(REFUSED)

    def _tick(self) -> None:
        walk, screen = self.walk, self.screen
        if self.alone and isinstance(screen, ErrorDialog):
            self._refused(screen.told)
            return
        if walk is None or not isinstance(screen, GuidedWizard) or not screen.is_mounted:
            return
        if not screen.settled:
            return
        if self._waiting is not None:
            self._take(screen)
            return
        changed = walk.tick()
        if changed:
            self._told(walk)
        if changed or walk.running == RUNNING:
            self.run_worker(self._follow(screen), group="follow")
        if walk.ended and self.alone and self._waiting is None:
            self._quit(0)

    async def _follow(self, screen: GuidedWizard) -> None:
        await screen.follow()
        if self.walk is not None:
            screen.show(screen.live.model)

    def _take(self, screen: GuidedWizard) -> None:
        """Take the picture once nothing is under way and the newest model is painted, with all its buttons."""
        model = screen.live.model
        if self._picture is None or self._waiting is None or not screen.live.at_rest:
            return
        if self._painted is model and screen.key == screen.walk.page:
            kept, self._waiting = self._waiting, None
            self._picture(kept, self.export_screenshot(title=self._scenario.title))
        elif self._posing is not model:
            self._posing = model
            self.clear_notifications()
            for one in (*screen.query(Input), *screen.query(TextArea)):
                one.cursor_blink = False
            screen.show(model)
            # Parts that were shown or hidden ask for their places only after this.
            self.set_timer(TICK_SECONDS, lambda: screen.call_after_refresh(self._pose, screen, model))

    def _pose(self, screen: GuidedWizard, model: Model) -> None:
        """What was to be painted is, unless a button is still without its place: then once more."""
        there = screen.settled and all(one.size for one in screen.query("#actions Button"))
        self._posing, self._painted = None, model if there else None
        self.tick()

    async def _show_home(self) -> None:
        """Home is not here: leaving the wizard leaves the walkthrough."""
        await self._leave()


def run(
    scenario: Scenario,
    cloud: Platform,
    pace: PaceName,
    *,
    told: Callable[[Walk], None] = lambda _walk: None,
    picture: Picture | None = None,
    headless: bool = False,
    shape: Shape = PLAIN,
) -> tuple[int, str]:
    """Open the wizard on a walkthrough. ``headless``: nobody sees it, and it goes by itself at any pace.

    Returns the exit code of the program that showed it, 0 for a checkpoint that failed too, and what went wrong, or
    nothing.
    """
    with tempfile.TemporaryDirectory(prefix="privatelink-walkthrough-") as folder:
        scratch = Path(folder, "sandbox")
        scratch.mkdir()
        worker = Worker(rehearsal(cloud, 0.0, auto=False, shape=shape), scratch=scratch)
        app = Guide(
            Path(folder, "home"),
            scenario,
            cloud,
            pace,
            worker,
            settings=None if headless else home(os.environ),
            told=told,
            picture=picture,
            alone=headless,
        )
        try:
            code = app.run(headless=headless, size=RECORDED if headless else None) or 0
        finally:
            worker.close()
    return code, app.problem or _wrong(app.walk, headless=headless)


def _wrong(walk: Walk | None, *, headless: bool) -> str:
    if walk is None:
        return "it did not begin"
    if headless and not walk.ended:
        return "it did not come to its end"
    return walk.problem

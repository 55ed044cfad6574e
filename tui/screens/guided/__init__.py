"""The wizard in a walkthrough: with the presenter's rail, and a way back to look at what was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Button

import tui.screens.wizard
from core.walkthrough.clock import RUNNING
from core.walkthrough.frame import Framed
from tui.model import Model
from tui.past import Past
from tui.screens.guided.framed import FramedDialog
from tui.screens.guided.others import OthersDialog
from tui.screens.guided.presenter import Presented, Presenter
from tui.screens.wizard import KEYS, Wizard
from tui.screens.wizard.page import Action, Page
from tui.widgets.key_bar import KeyBar
from tui.words import words_of

if TYPE_CHECKING:
    from tui.session import Session
    from tui.walk import Walk


_PRESENT = frozenset({"main", "look"})
"""Keys that do nothing while what was is looked back at."""


class GuidedWizard(Wizard):
    """Shows a walk beneath its page. While it looks back, everything is as it was and nothing can be done."""

    CSS_PATH = str(Path(tui.screens.wizard.__file__).parent / "wizard.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+g", "forward", "Go on", show=False, priority=True, id="forward"),
        Binding("ctrl+r", "review", "Look back", show=False, priority=True, id="review"),
        Binding("ctrl+t", "others", "The others' moves", show=False, priority=True, id="others"),
    ]

    def __init__(self, session: Session, walk: Walk) -> None:
        super().__init__(session, walk.page)
        self.walk = walk
        self.live = session
        self._followed: object = None
        self._refused: object = None

    def beneath(self) -> Iterator[Widget]:
        """The presenter's rail."""
        yield Presenter()

    @property
    def looks_back(self) -> bool:
        """Whether the page shows what was."""
        return isinstance(self.session, Past)

    def _made(self) -> Page:
        page = super()._made()
        page.disabled = self.looks_back
        return page

    async def follow(self) -> None:
        """Show the page of the walk's checkpoint, whenever that became another one."""
        walk = self.walk
        here = (walk.index, walk.looked_at)
        if here == self._followed:
            return
        self._followed = here
        then = walk.shown
        if then is not None or self.looks_back:
            self.session = self.live if then is None else Past(then)
            self.key = ""
        await self.go(walk.page)

    def show(self, model: Model) -> None:
        """Paint the live model, or the one that is looked back at; and the rail in any case."""
        super().show(self.session.model)
        refused = model.failures.get("vendor")
        if refused is not None and refused != self._refused:
            self.notify(f"{refused.message} {refused.remedy}", timeout=8, markup=False)
        self._refused = refused

    def _paint(self, model: Model) -> None:
        super()._paint(model)
        walk = self.walk
        self.query_one(KeyBar).show([one for one in KEYS if not (self.looks_back and one[0] in _PRESENT)])
        self.query_one(Presenter).show(
            Presented(walk.rail(), walk.problem, walk.ended, walk.running == RUNNING, walk.can_look_back)
        )

    def _show_actions(self, actions: tuple[Action, ...]) -> None:
        super()._show_actions(() if self.looks_back else actions)

    # -- keys --------------------------------------------------------------------------------------------

    def action_main(self) -> None:
        """Press the page's main button, but not in the past."""
        if not self.looks_back:
            super().action_main()

    def action_look(self) -> None:
        """Look at the cloud now, but not in the past."""
        if not self.looks_back:
            super().action_look()

    async def action_forward(self) -> None:
        """Go on: let the checkpoint happen, go to the next one, out of the past, or to what sums all of it up."""
        closing = self.walk.closing() if self.walk.looked_at is None else None
        if closing is not None:
            self._sum_up(closing)
            return
        self.walk.forward()
        await self._stepped()

    async def on_mount(self) -> None:
        """Say who is who before anything happens, where somebody is there to read it."""
        if not self.walk.alone and self.walk.pace != "fast" and not self.walk.kept:
            self.app.push_screen(FramedDialog(self.walk.opening(), "Begin"))

    def _sum_up(self, closing: Framed) -> None:
        async def answered(button: str | None) -> None:
            if button == "leave":
                await self.app.run_action("leave")

        self.app.push_screen(FramedDialog(closing, "Look around", leave=True), answered)

    async def action_review(self) -> None:
        """Look back at the checkpoint before."""
        self.walk.back()
        await self._stepped()

    async def _stepped(self) -> None:
        await self.follow()
        self.show(self.live.model)

    def action_others(self) -> None:
        """Choose a move of the other party, and have it made now."""

        def chosen(move: str | None) -> None:
            if move is not None:
                self.walk.play(move)

        fill = words_of(self.live.model.draft.cloud.platform).fill
        self.app.push_screen(OthersDialog(fill), chosen)

    @on(Button.Pressed, "#forward")
    async def _forward_pressed(self) -> None:
        await self.action_forward()

    @on(Button.Pressed, "#review")
    async def _review_pressed(self) -> None:
        await self.action_review()

    @on(Button.Pressed, "#others")
    def _others_pressed(self) -> None:
        self.action_others()

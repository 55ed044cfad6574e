"""The enablement behind the wizard: begun with the first answer, its answers kept, and what follows from its story."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

from core.handoff.proof import commands
from core.journal import events as e
from core.journal import store
from core.request.model import Draft, Problem
from core.request.offer import Offer
from core.request.rules import check
from core.workflow import connections, exchange, proving
from core.workflow.enablement import Enablement
from core.workflow.prerequisites import Known, prerequisites
from tui.board import Board
from tui.model import Model

WRITER = "the privatelink wizard"
"""Who holds the journal, as another process is told."""


class Answers:
    """One enablement's answers and journal, told to the board. Safe to use from several threads."""

    def __init__(self, board: Board, home: Path, offer: Offer, supposed: Draft) -> None:
        """``supposed`` is what stands in the fields before anybody answered."""
        self._board = board
        self._home = home
        self._offer = offer
        self._supposed = supposed
        self._writing = threading.Lock()
        self.enablement: Enablement | None = None

    def open(self, name: str) -> None:
        """Open an enablement that is there already. Raises JournalError (somebody else may hold it)."""
        journal = store.open_to_write(self._home, name, WRITER)
        self.enablement = Enablement(journal, self._offer, self._board.clock)
        draft = self.enablement.story.draft
        self._board.set(id=name, draft=draft, problems=check(draft, self._offer))
        self.retell()

    def begun(self) -> Enablement:
        """The enablement; begun in the journal with the first answer that is worth keeping."""
        with self._writing:
            if self.enablement is None:
                name = store.new_id(os.urandom(16))
                journal = store.create(self._home, name, WRITER)
                self.enablement = Enablement(journal, self._offer, self._board.clock)
                self._board.set(id=name)
            return self.enablement

    def answer(self, draft: Draft) -> None:
        """Take an answer: shown at once, kept by :meth:`keep`."""
        problems = check(draft, self._offer)
        told = prerequisites(known(self._board.model, draft, problems))
        self._board.set(draft=draft, problems=problems, prerequisites=told)

    def suppose(self, draft: Draft) -> None:
        """Take what nobody answered, such as a rehearsal's practice: shown like an answer, and kept with one."""
        with self._board.lock:
            if self._board.model.draft == self._supposed:
                self._supposed = draft
            self.answer(draft)

    @property
    def unkept(self) -> bool:
        """Whether the answers are other than those already written."""
        return self._board.model.draft != self._kept()

    @property
    def given(self) -> bool:
        """Whether there is an enablement, or an answer that one has to be begun for."""
        return self.enablement is not None or self._board.model.draft != self._supposed

    def _kept(self) -> Draft:
        return self.enablement.story.draft if self.enablement else Draft()

    def keep(self) -> None:
        """Write the answers down, if they are other than those already written."""
        draft = self._board.model.draft
        if draft != self._kept():
            one = self.begun()
            one.record(e.RequestSaved(at=one.now(), request=draft))
            self.retell()

    def retell(self) -> None:
        """Work out everything that follows from the story."""
        one = self.enablement
        if one is None:
            return
        model = self._board.model
        self._board.set(
            story=one.story,
            timeline=one.timeline(),
            prerequisites=prerequisites(known(model, model.draft, model.problems)),
            ticket=exchange.write_ticket(one, None),
            incoming=connections.incoming(one, one.observation),
            commands=probe_commands(one),
        )

    def close(self) -> None:
        """Let the journal go."""
        if self.enablement is not None:
            self.enablement.journal.close()


def known(model: Model, draft: Draft, problems: tuple[Problem, ...]) -> Known:
    """What there is to check the prerequisites with."""
    return Known(draft, problems, model.identity, model.inventory, model.plan)


def probe_commands(one: Enablement) -> Mapping[str, str]:
    """What to paste where, by direction, for what no probe has proved; nothing while the request is not complete."""
    request = one.request()
    if request is None:
        return {}
    return {
        direction: commands(direction, targets, request)
        for direction, targets in proving.unproved(one).items()
        if targets
    }

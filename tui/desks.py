"""The desk's work beside the screen: reading files and journals, the CTA's moves, and the model that they fill.

Nothing here paints. ``start`` runs a function in a thread; ``changed`` is told, from any thread, that
:attr:`Desks.model` is a new one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from core.desk import keeping
from core.desk.cases import Case, cases
from core.desk.received import Received
from core.journal import files, store, transfer
from core.request.offer import Offer
from core.workflow import exchange
from core.workflow.enablement import Clock, Enablement
from tui.jobs import Start
from tui.model import Failure, Job
from tui.paths import named
from tui.received import read_received
from tui.working import Working

WHO = "the CTA's desk"


@dataclass(frozen=True, slots=True)
class DeskModel:
    """Everything that the desk's screen shows.

    ``paths`` are the files and folders that were opened; ``found`` is None until all was read once. ``said`` is what
    the last move did, in words, ``caution`` what has to be looked at after it, ``at`` the enablement that it was
    about; ``moves`` counts them.
    """

    paths: tuple[str, ...] = ()
    found: tuple[Case, ...] | None = None
    said: str = ""
    caution: str = ""
    at: str = ""
    moves: int = 0
    jobs: frozenset[Job] = frozenset()
    failures: Mapping[Job, Failure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move did, with which enablement, and what has to be looked at after it."""

    said: str
    at: str = ""
    caution: str = ""


class Desks(Working[DeskModel]):
    """One desk on the screen. Public methods are intents: they return at once, work goes on beside."""

    def __init__(
        self, *, home: Path, offer: Offer, clock: Clock, start: Start, changed: Callable[[], None]
    ) -> None:
        super().__init__(DeskModel(), start, changed)
        self._home = home
        self._offer = offer
        self._clock = clock
        self._received: tuple[Received, ...] = ()

    # -- intents -----------------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        """Open a file, or a folder of files, beside what is open already."""
        if path not in self.model.paths:
            self.set(paths=(*self.model.paths, path))
        self.again()

    def again(self) -> None:
        """Read all files and journals anew."""
        self.jobs.run("desk", self._read)

    def keep(self, case: Case) -> None:
        """Take what a file says into an enablement here."""

        def work() -> Moved:
            now = self._clock().astimezone(UTC)
            for _, taken in keeping.keep_all(self._home, (case,), self._received, now, os.urandom, WHO):
                return Moved(f"Kept as {taken.id}", taken.id, taken.caution)
            return Moved(f"{case.name} has nothing to keep")

        self._move(work)

    def file(self, id: str, number: str) -> None:
        """Remember that an enablement's ticket was filed."""

        def work() -> Moved:
            self._write(id, lambda one: exchange.file_ticket(one, number))
            return Moved(f"Ticket {number} of {id} is remembered", id)

        self._move(work)

    def note(self, id: str, text: str) -> None:
        """Keep words with an enablement's story."""

        def work() -> Moved:
            self._write(id, lambda one: keeping.note(one, text))
            return Moved(f"Noted with {id}", id)

        self._move(work)

    def export(self, id: str, path: str) -> None:
        """Write an enablement's history into a file of its own, to hand on."""

        def work() -> Moved:
            files.write_new(named(path), transfer.export(self._home, id)[0])
            return Moved(f"{id} is in {path}", id)

        self._move(work)

    def close(self) -> None:
        """Begin nothing more."""
        self.jobs.stopping.set()

    # -- work --------------------------------------------------------------------------------------------

    def _move(self, work: Callable[[], Moved]) -> None:
        """Make a move and read all again."""

        def whole() -> None:
            moved = work()
            moves = self.model.moves + 1
            self.set(said=moved.said, caution=moved.caution, at=moved.at, moves=moves)
            self._read()

        self.jobs.run("desk-move", whole)

    def _write(self, id: str, act: Callable[[Enablement], None]) -> None:
        with store.open_to_write(self._home, id, WHO) as journal:
            act(Enablement(journal, self._offer, self._clock))

    def _read(self) -> None:
        received = read_received(self.model.paths)
        found = cases(received, keeping.kept(self._home), self._offer, self._clock())
        with self.lock:
            self._received = received
        self.set(found=found)

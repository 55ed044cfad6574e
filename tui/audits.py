"""The audit's work beside the screen: looking, checking, saving, and the model that they fill.

Nothing here paints. ``start`` runs a function in a thread; ``changed`` is told, from any thread, that
:attr:`Audits.model` is a new one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.audit.catalogue import CHECKS, audit_all
from core.audit.check import audit, renewed
from core.audit.finding import Report
from core.audit.formats import FORMATS
from core.audit.sift import searchable
from core.cloud import Progress
from core.journal import files
from core.network import saved
from core.network.model import Inventory
from core.request.model import DraftCloud
from core.request.offer import Offer
from core.unusable import UnusableFile
from core.workflow.enablement import NotYet
from providers import worker
from tui.jobs import Start
from tui.link import Link
from tui.model import Failure, Job
from tui.working import Working

TURN = 0.0005
"""Seconds that the checks keep the interpreter while a key waits for it."""


@dataclass(frozen=True, slots=True)
class AuditModel:
    """Everything that the audit's screen shows.

    ``named`` is what is looked at, in the fields that a request has for it; ``file`` the saved inventory that
    was opened instead. ``texts`` are what words are looked for in, one for each finding. ``saved`` is where the
    report was written to.
    """

    named: DraftCloud = field(default_factory=DraftCloud)
    file: str = ""
    rehearsal: bool = False
    local: str = ""
    inventories: tuple[Inventory, ...] = ()
    report: Report | None = None
    texts: tuple[str, ...] = ()
    saved: str = ""
    progress: Progress | None = None
    jobs: frozenset[Job] = frozenset()
    failures: Mapping[Job, Failure] = field(default_factory=dict)


class Audits(Working[AuditModel]):
    """One audit on the screen. Public methods are intents: they return at once, work goes on beside."""

    def __init__(
        self,
        *,
        offer: Offer,
        start: Start,
        changed: Callable[[], None],
        rehearsal: worker.Worker | None = None,
        named: DraftCloud | None = None,
    ) -> None:
        super().__init__(
            AuditModel(named=named or DraftCloud(), rehearsal=rehearsal is not None), start, changed
        )
        self._offer = offer
        self._rehearsal = rehearsal
        self._link = Link(rehearsal)

    # -- intents -----------------------------------------------------------------------------------------

    def look(self, named: DraftCloud) -> None:
        """Look at an account and check all of it."""
        self._set(named=named, file="", progress=None, saved="")
        self._jobs.run("audit", lambda: self._tell(self._collect(named)))

    def open(self, file: str) -> None:
        """Check a saved inventory."""
        self._set(file=file, progress=None, saved="")
        self._jobs.run("audit", lambda: self._tell(_read(file)))

    def again(self, check: str | None = None) -> None:
        """Look again where it was looked, and make one check anew; without one, all of them."""
        model = self.model

        def work() -> None:
            seen = _read(model.file) if model.file else self._collect(model.named)
            if check is None or model.report is None:
                self._tell(seen)
            else:
                with sharing():
                    found = audit(seen, self._offer, (CHECKS[check],))
                self._tell(seen, renewed(model.report, found, check))

        self._set(progress=None, saved="")
        self._jobs.run("audit", work)

    def save(self, form: str, path: str) -> None:
        """Write the report into a file of its own."""
        report = self.model.report

        def work() -> None:
            if report is not None:
                files.write_new(Path(path).expanduser(), FORMATS[form](report, CHECKS).encode())
                self._set(saved=path)

        self._jobs.run("save-report", work)

    def cancel(self) -> None:
        """Stop looking. What was found before stays."""
        self._jobs.cancel("audit")
        if self._rehearsal is None:
            self._link.close()
            self._link = Link(None)
        with self._lock:
            self.model = replace(self.model, progress=None)
        self._changed()

    def close(self) -> None:
        """End what is under way, and the cloud's process."""
        self._jobs.stopping.set()
        self._jobs.cancel("audit")
        self._link.close()

    # -- work --------------------------------------------------------------------------------------------

    def _collect(self, named: DraftCloud) -> tuple[Inventory, ...]:
        cloud = self._link.open(named)
        self._set(local=self._link.identity(named).local)
        return (cloud.inventory(named.network, "audit", self._on_progress),)

    def _on_progress(self, progress: Progress) -> None:
        self._set(progress=progress)

    def _tell(self, seen: tuple[Inventory, ...], report: Report | None = None) -> None:
        with sharing():
            told = report or audit_all(seen, self._offer)
            texts = tuple(searchable(one, CHECKS) for one in told.findings)
        self._set(inventories=seen, report=told, texts=texts, progress=None)


@contextmanager
def sharing() -> Iterator[None]:
    """While it lasts, a thread that computes gives way sooner: each thing that a key does waits half a millisecond for
    its turn in place of Python's five (``sys.setswitchinterval``). A process of its own would have to hand over ten
    thousand findings, which holds up keys for longer.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _read(file: str) -> tuple[Inventory, ...]:
    """A saved inventory. Raises NotYet in words that name the file."""
    try:
        with Path(file).expanduser().open("rb") as opened:
            return saved.read(opened.read(saved.MOST + 1)).inventories
    except OSError as error:
        raise NotYet(f"{file}: {error.strerror or error}", "Name a file that can be read.") from error
    except UnusableFile as error:
        raise NotYet(f"{file}: {error.message}", error.remedy) from error

"""The audit's work beside the screen: looking, checking, saving, and the model that they fill.

Nothing here paints. ``start`` runs a function in a thread; ``changed`` is told, from any thread, that
:attr:`Audits.model` is a new one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.audit import baseline, suppress
from core.audit.catalogue import CHECKS, audit_all
from core.audit.check import audit, renewed
from core.audit.finding import Report
from core.audit.formats import FORMATS
from core.audit.sift import searchable, unhidden
from core.cloud import Progress
from core.journal import files
from core.network import saved
from core.network.model import Inventory
from core.request.model import DraftCloud
from core.request.offer import Offer
from core.unusable import UnusableFile
from core.workflow.enablement import Clock, NotYet
from providers import worker
from tui.jobs import Start
from tui.link import Link
from tui.model import Failure, Job
from tui.paths import named, opened
from tui.working import Working

TURN = 0.0005
"""Seconds that the checks keep the interpreter while a key waits for it."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hiding:
    """The files that say which findings are not shown: suppressions, and an earlier report; empty for none."""

    suppress: str = ""
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class AuditModel:
    """Everything that the audit's screen shows.

    ``named`` is what is looked at, in the fields that a request has for it; ``file`` the saved inventory that
    was opened instead. ``hiding`` names what is not to be shown; ``refused`` maps those of the fields
    that cannot be used to why. ``report`` is what is shown, ``whole`` the same with what is hidden. ``texts`` are
    what words are looked for in, one for each finding. ``saved`` is where the report was written to.
    """

    named: DraftCloud = field(default_factory=DraftCloud)
    file: str = ""
    hiding: Hiding = Hiding()
    refused: Mapping[str, str] = field(default_factory=dict)
    rehearsal: bool = False
    local: str = ""
    inventories: tuple[Inventory, ...] = ()
    report: Report | None = None
    whole: Report | None = None
    texts: tuple[str, ...] = ()
    saved: str = ""
    progress: Progress | None = None
    jobs: frozenset[Job] = frozenset()
    failures: Mapping[Job, Failure] = field(default_factory=dict)


_NOTHING = Hiding()
_Hidden = tuple[Collection[suppress.Suppression], Collection[str]]
"""Suppressions, and the fingerprints that a baseline knows."""


class Audits(Working[AuditModel]):
    """One audit on the screen. Public methods are intents: they return at once, work goes on beside."""

    def __init__(
        self,
        *,
        offer: Offer,
        clock: Clock,
        start: Start,
        changed: Callable[[], None],
        rehearsal: worker.Worker | None = None,
        named: DraftCloud | None = None,
    ) -> None:
        super().__init__(
            AuditModel(named=named or DraftCloud(), rehearsal=rehearsal is not None), start, changed
        )
        self._offer = offer
        self._clock = clock
        self._rehearsal = rehearsal
        self._link = Link(rehearsal)

    # -- intents -----------------------------------------------------------------------------------------

    def look(self, named: DraftCloud, hiding: Hiding = _NOTHING) -> None:
        """Look at an account and check all of it; without a region it is asked for."""
        self.set(named=named, file="", hiding=hiding, progress=None, saved="")
        if named.region:
            self.again()
        else:
            self.set(refused={"region": "Say where to look; or name a saved inventory below."})

    def open(self, file: str, hiding: Hiding = _NOTHING) -> None:
        """Check a saved inventory."""
        self.set(file=file, hiding=hiding, progress=None, saved="")
        self.again()

    def again(self, check: str | None = None) -> None:
        """Look again where it was looked, and make one check anew; without one, all of them."""
        model = self.model

        def work() -> None:
            # Before minutes of looking: that the files can be used.
            hidden = self._hidden(model.hiding)
            seen = _inventories(model.file) if model.file else self._collect(model.named)
            with sharing():
                if check is None or model.whole is None:
                    whole = audit_all(seen, self._offer)
                else:
                    whole = renewed(model.whole, audit(seen, self._offer, (CHECKS[check],)), check)
                self._tell(seen, whole, hidden)

        self.set(refused={}, progress=None, saved="")
        self.jobs.run("audit", work)

    def save(self, form: str, path: str) -> None:
        """Write the report into a file of its own."""
        report = self.model.report

        def work() -> None:
            if report is not None:
                files.write_new(named(path), FORMATS[form](report, CHECKS).encode())
                self.set(saved=path)

        self.jobs.run("save-report", work)

    def cancel(self) -> None:
        """Stop looking. What was found before stays."""
        self.jobs.cancel("audit")
        if self._rehearsal is None:
            self._link.close()
            self._link = Link(None)
        with self.lock:
            self.model = replace(self.model, progress=None)
        self._changed()

    def close(self) -> None:
        """End what is under way, and the cloud's process."""
        self.jobs.stopping.set()
        self.jobs.cancel("audit")
        self._link.close()

    # -- work --------------------------------------------------------------------------------------------

    def _collect(self, named: DraftCloud) -> tuple[Inventory, ...]:
        cloud = self._link.open(named)
        self.set(local=self._link.identity(named).local)
        return (cloud.inventory(named.network, "audit", self._on_progress),)

    def _on_progress(self, progress: Progress) -> None:
        self.set(progress=progress)

    def _hidden(self, hiding: Hiding) -> _Hidden:
        """What the files say. Raises NotYet; :attr:`AuditModel.refused` says it of each field."""
        problems: dict[str, NotYet] = {}

        def read(name: str, file: str, reader: Callable[[bytes], T], most: int, none: T) -> T:
            try:
                return _read(file, reader, most) if file else none
            except NotYet as error:
                problems[name] = error
                return none

        none: tuple[suppress.Suppression, ...] = ()
        kept = read("suppress", hiding.suppress, suppress.read, suppress.MOST, none)
        known = read("baseline", hiding.baseline, baseline.read, saved.MOST, frozenset[str]())
        if problems:
            # The field has the file's name already.
            told = {
                name: one.message.removeprefix(f"{getattr(hiding, name)}: ") for name, one in problems.items()
            }
            self.set(refused=told)
            raise next(iter(problems.values()))
        return kept, known

    def _tell(self, seen: tuple[Inventory, ...], whole: Report, hidden: _Hidden) -> None:
        told = unhidden(whole, *hidden, self._clock().date())
        texts = tuple(searchable(one, CHECKS) for one in told.findings)
        self.set(inventories=seen, report=told, whole=whole, texts=texts, progress=None)


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


def _inventories(file: str) -> tuple[Inventory, ...]:
    return _read(file, saved.read, saved.MOST).inventories


def _read(file: str, read: Callable[[bytes], T], most: int) -> T:
    """What a file says. Raises NotYet in words that name the file."""
    try:
        with opened(file) as source:
            data = source.read(most + 1)
        if len(data) > most:
            raise UnusableFile(f"it is larger than {most >> 20} MiB", "Name another file.")
        return read(data)
    except OSError as error:
        told = UnusableFile(error.strerror or str(error), "Name a file that can be read.")
        raise _refused(file, told) from error
    except UnusableFile as error:
        raise _refused(file, error) from error


def _refused(file: str, error: UnusableFile) -> NotYet:
    return NotYet(f"{file}: {error.message}", error.remedy, code=error.code)

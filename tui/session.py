"""The wizard's work beside the screen: jobs that talk to the cloud and the journal, and the model they fill.

Nothing here paints. ``start`` runs a function in a thread; ``changed`` is told, from any thread, that
:attr:`Session.model` is a new one.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core.cloud import Cloud, CloudError, Connected, Progress
from core.export.commands import script
from core.handoff.proof import commands
from core.journal import events as e
from core.journal import store
from core.journal.store import JournalError
from core.network.model import Connection
from core.request.model import ConnectionType, Draft, platform_of
from core.request.offer import Offer
from core.request.rules import check
from core.setup.executor import ExecutorEvent
from core.setup.plan import Plan
from core.workflow import moves
from core.workflow.enablement import Clock, Enablement
from core.workflow.moves import NotYet
from core.workflow.pace import next_look
from core.workflow.prerequisites import Known, prerequisites
from providers import worker
from tui.model import Execution, Failure, Job, LogLine, Model

LOG_LINES = 500
REHEARSAL_LOOK = 0.7
"""Seconds between looks in a rehearsal: there a wait of days takes moments."""


class Session:
    """One enablement on the screen. Public methods are intents: they return at once, work goes on beside."""

    def __init__(
        self,
        *,
        home: Path,
        offer: Offer,
        clock: Clock,
        start: Callable[[str, Callable[[], None]], object],
        changed: Callable[[], None],
        rehearsal: worker.Worker | None = None,
        draft: Draft | None = None,
    ) -> None:
        self._home = home
        self._offer = offer
        self._clock = clock
        self._start = start
        self._changed = changed
        self._lock = threading.RLock()
        self._again: dict[Job, Callable[[], None]] = {}
        self._stopping = threading.Event()
        self._kick = threading.Event()
        self._rehearsal = rehearsal
        self._worker: worker.Worker | None = rehearsal
        self._connected: Connected | None = None
        self._signed_in_as: tuple[object, ...] = ()
        self._enablement: Enablement | None = None
        self._watching = False
        self._pieces_seen = 0
        given = draft or Draft()
        self.model = Model(
            now=clock(), rehearsal=rehearsal is not None, draft=given, problems=check(given, offer)
        )

    # -- the model ---------------------------------------------------------------------------------------

    def _set(self, **fields: Any) -> None:  # the fields of Model, which replace() checks by name
        with self._lock:
            self.model = replace(self.model, now=self._clock(), **fields)
        self._changed()

    def _log(self, text: str) -> None:
        with self._lock:
            lines = (*self.model.log, LogLine(self._clock(), text))[-LOG_LINES:]
            self._set(log=lines)

    def _job(self, job: Job, work: Callable[[], None]) -> None:
        """Run work beside the screen, one of its kind at a time; asked again meanwhile, it runs once more."""
        with self._lock:
            if job in self.model.jobs:
                self._again[job] = work
                return
            self._set(jobs=self.model.jobs | {job})

        def run() -> None:
            failure: Failure | None = None
            try:
                work()
            except (CloudError, JournalError, NotYet) as error:
                failure = Failure(
                    getattr(error, "code", "not-yet"),
                    error.message,
                    error.remedy,
                    getattr(error, "detail", ""),
                )
                self._log(f"{job}: {error.message}")
            finally:
                with self._lock:
                    others = {name: old for name, old in self.model.failures.items() if name != job}
                    if failure is not None:
                        others[job] = failure
                    again = self._again.pop(job, None)
                    self._set(jobs=self.model.jobs - {job}, failures=others)
            if again is not None and not self._stopping.is_set():
                self._job(job, again)

        self._start(job, run)

    # -- the story ---------------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Open an enablement that is there already. Raises JournalError (somebody else may hold it)."""
        journal = store.open_to_write(self._home, name, "the privatelink wizard")
        self._enablement = Enablement(journal, self._offer, self._clock)
        story = self._enablement.story
        self._set(id=name, draft=story.draft, problems=check(story.draft, self._offer))
        self._retell()

    def _begun(self) -> Enablement:
        """The enablement; begun in the journal with the first answer that is worth keeping."""
        if self._enablement is None:
            name = store.new_id(os.urandom(16))
            journal = store.create(self._home, name, "the privatelink wizard")
            self._enablement = Enablement(journal, self._offer, self._clock)
            self._set(id=name)
        return self._enablement

    def answer(self, draft: Draft) -> None:
        """Take an answer: shown at once, kept by :meth:`keep`."""
        known = replace_known(self.model, draft, check(draft, self._offer))
        self._set(draft=draft, problems=known.problems, prerequisites=prerequisites(known))

    def choose_type(self, kind: ConnectionType) -> None:
        """Take the connection type. In a rehearsal the practice services come and go with it."""
        draft = self.model.draft
        changed = draft.model_copy(update={"connection": draft.connection.model_copy(update={"type": kind})})
        practice = self._connected.practice if self._connected else {}
        if kind in practice and any(draft.services == one.services for one in practice.values()):
            changed = changed.model_copy(update={"services": practice[kind].services})
        if changed != draft:
            self.answer(changed)

    def keep(self) -> None:
        """Write the answers down, if they are other than those already written."""
        draft = self.model.draft
        if draft != (self._enablement.story.draft if self._enablement else Draft()):
            one = self._begun()
            one.record(e.RequestSaved(at=one.now(), request=draft))
            self._retell()

    def _retell(self) -> None:
        """Work out everything that follows from the story."""
        one = self._enablement
        if one is None:
            return
        model = self.model
        known = replace_known(model, model.draft, model.problems)
        self._set(
            story=one.story,
            timeline=one.timeline(),
            prerequisites=prerequisites(known),
            ticket=moves.write_ticket(one, None),
            incoming=moves.incoming(one, one.observation),
            commands=self._probe_commands(one),
        )

    def _probe_commands(self, one: Enablement) -> Mapping[str, str]:
        request = one.request()
        if request is None:
            return {}
        return {
            direction: commands(direction, targets, request)
            for direction, targets in moves.unproved(one).items()
            if targets
        }

    # -- the cloud ---------------------------------------------------------------------------------------

    def _cloud(self) -> Cloud:
        """The cloud that the answers name, connected when first needed."""
        cloud = self.model.draft.cloud
        wanted = (cloud.platform, cloud.region, cloud.profile)
        with self._lock:
            if self._worker is None or (self._rehearsal is None and wanted != self._signed_in_as):
                if self._worker is not None:
                    self._worker.close()
                platform = platform_of(cloud.platform)
                if platform is None or not cloud.region:
                    raise NotYet("no cloud and region are chosen", "Choose them on the first page.")
                self._worker = worker.Worker(worker.account(platform, cloud.region, cloud.profile))
                self._signed_in_as, self._connected = wanted, None
            child = self._worker
        if self._connected is None:
            self._connected = worker.connect(child)
        return self._connected.cloud

    def sign_in(self) -> None:
        """Connect, and see who we are and which networks there are."""

        def work() -> None:
            self._set(identity=None, networks=(), inventory=None, plan=None)
            cloud = self._cloud()
            self._practice()
            identity = cloud.identity()
            self._set(identity=identity)
            if self.model.draft.cloud.account is None:
                told = self.model.draft.cloud.model_copy(update={"account": identity.account})
                self.answer(self.model.draft.model_copy(update={"cloud": told}))
            self._log(f"signed in to account {identity.account} by {identity.source}")
            self._set(regions=cloud.regions(), networks=cloud.networks())
            self._retell()

        self._job("connect", work)

    def _practice(self) -> None:
        """In a rehearsal that has no answers yet: those that fit the sandbox."""
        practice = self._connected.practice if self._connected else {}
        if practice and self.model.id is None and not self.model.draft.project.id:
            self.answer(practice["bidirectional"])

    def collect(self) -> None:
        """Read the chosen network."""

        def work() -> None:
            network = self.model.draft.cloud.network
            if network:
                self._set(progress=None)
                self._set(inventory=self._cloud().inventory(network, self._on_progress), progress=None)
                self._retell()

        self._job("collect", work)

    def _on_progress(self, progress: Progress) -> None:
        self._set(progress=progress)

    def plan(self) -> None:
        """Plan what the customer's side needs now."""

        def work() -> None:
            self.keep()
            self._planned(moves.make_plan(self._begun(), self._cloud(), self._on_progress))

        self._job("plan", work)

    def undo(self) -> None:
        """Remove what this enablement made, which the person has agreed to, and nothing else."""

        def work() -> None:
            self._planned(moves.make_undo_plan(self._begun(), self._cloud(), force=True))
            self.apply()

        self._job("undo", work)

    def _planned(self, plan: Plan) -> None:
        one = self._begun()
        region = self.model.draft.cloud.region or ""
        self._set(plan=plan, progress=None, executing={}, script=script(plan, one.id, region))
        self._retell()

    def apply(self) -> None:
        """Make the changes of the plan on the screen, which the person has agreed to."""
        plan = self.model.plan
        if plan is None:
            return

        def work() -> None:
            self._set(executing={change.key: Execution("waiting") for change in plan.changes})
            result = moves.apply_plan(
                self._begun(),
                self._cloud(),
                plan,
                token=lambda _key: os.urandom(16).hex(),
                pause=self._stopping.wait,
                on_event=self._on_change,
            )
            one = self._begun()
            undone = any(change.action == "delete" for change in plan.changes)
            if result.ok and undone and not one.story.made:
                one.record(e.Undone(at=one.now()))
            self._retell()
            self.look()
            if result.ok:
                self.plan()

        self._job("apply", work)

    def _on_change(self, event: ExecutorEvent) -> None:
        with self._lock:
            self._set(executing={**self.model.executing, event.key: Execution(event.state, event.text)})
        if event.state in ("done", "failed"):
            self._log(f"{event.key}: {event.state} {event.text}".rstrip())

    # -- the other party ---------------------------------------------------------------------------------

    def sent(self) -> None:
        """Step 1: the data went to the CTA."""
        one = self._begun()
        one.record(e.DataSent(at=one.now()))
        self._retell()

    def file(self, number: str) -> None:
        """Step 2: the ticket is filed. In a rehearsal the other party receives it."""

        def work() -> None:
            self.keep()
            one = self._begun()
            counterpart = self._connected.counterpart if self._connected else None
            text = self.model.ticket
            filed = number
            if counterpart is not None and text is not None and hasattr(text, "plain"):
                filed = counterpart.file(text.plain) or number
            moves.file_ticket(one, filed or number)
            self._log(f"ticket {filed} is filed")
            self._retell()
            self.watch()

        self._job("file", work)

    def details(self, text: str) -> None:
        """Step 3: take Magento's reply."""

        def work() -> None:
            reply = moves.take_reply(self._begun(), text)
            self._set(reply=reply)
            self._retell()
            self.look()
            if reply.service_names:
                self.plan()

        self._job("details", work)

    def accept(self) -> None:
        """Step 7b: accept what is Magento's, and only that."""

        def work() -> None:
            moves.accept_pending(self._begun(), self._cloud())
            self._retell()

        self._job("accept", work)

    def reject(self, connection: Connection) -> None:
        """Reject an incoming connection."""

        def work() -> None:
            moves.reject_connection(self._begun(), self._cloud(), connection)
            self._look_once()

        self._job("accept", work)

    def probe(self) -> None:
        """Steps 6 and 7c: probe from this machine; in a rehearsal Magento's side runs its commands too."""

        def work() -> None:
            one = self._begun()
            cloud = self._cloud()
            moves.look(one, cloud)
            network = self.model.draft.cloud.network
            inside = next((item.cidrs for item in self.model.networks if item.id == network), ())
            self._set(report=moves.probe_from_here(one, cloud, inside))
            self._retell()

        self._job("probe", work)

    def ask_the_other_side(self) -> None:
        """In a rehearsal: let Magento's side run its probe commands, and read what they printed."""

        def work() -> None:
            one = self._begun()
            counterpart = self._connected.counterpart if self._connected else None
            targets = moves.probe_targets(one, "from-magento")
            if counterpart is not None and targets:
                self._read(counterpart.run(self.model.commands.get("from-magento", ""), targets))

        self._job("probe", work)

    def read_back(self, text: str) -> None:
        """Read the output of probe commands that were run elsewhere."""
        self._job("probe", lambda: self._read(text))

    def _read(self, text: str) -> None:
        read = moves.take_output(self._begun(), text)
        if not read:
            raise NotYet(
                "the output names none of the endpoints that have to answer",
                "Paste everything that the commands printed, from the first line on.",
            )
        self._set(read_back=read)
        self._retell()

    def play(self, move: str) -> None:
        """In a rehearsal: the other party makes its next move now."""

        def work() -> None:
            counterpart = self._connected.counterpart if self._connected else None
            if counterpart is not None:
                counterpart.play(move)
                self.look()

        self._job("vendor", work)

    # -- looking -----------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look now rather than when it is due."""
        self._kick.set()
        self.watch()

    def _look_once(self) -> None:
        one = self._enablement
        if one is None:
            return
        before = one.story.seen
        if moves.watch(one) is not None:
            self._set(observation=moves.look(one, self._cloud()))
        counterpart = self._connected.counterpart if self._connected else None
        if counterpart is not None:
            self._set(inbox=counterpart.inbox())
        for key, seen in one.story.seen.items():
            if before.get(key) != seen:
                self._log(f"{seen.fact.kind} {seen.fact.id}: {seen.fact.state} {seen.fact.detail}".rstrip())
        self._set(looked_at=self._clock())
        self._retell()

    def watch(self) -> None:
        """Keep looking until the session ends: quick after a change, slow when nothing moves."""
        with self._lock:
            if self._watching:
                return
            self._watching = True

        def loop() -> None:
            changed_at = self._clock()
            seen: object = None
            while not self._stopping.is_set():
                self._kick.clear()
                self._look_safely()
                one = self._enablement
                if one is not None and one.story.seen is not seen:
                    seen, changed_at = one.story.seen, self._clock()
                line = self.model.timeline
                turn = line.turn if line else "customer"
                seconds = next_look(self._clock() - changed_at, turn, random.random())
                if self._rehearsal is not None:
                    seconds = REHEARSAL_LOOK
                self._set(next_look=self._clock() + timedelta(seconds=seconds))
                self._kick.wait(seconds)

        self._start("watch", loop)

    def _look_safely(self) -> None:
        """A look that fails is told and tried again: waiting goes on."""
        try:
            self._look_once()
        except (CloudError, JournalError, NotYet) as error:
            failure = Failure(getattr(error, "code", "not-yet"), error.message, error.remedy)
            self._set(failures={**self.model.failures, "look": failure})
        else:
            if "look" in self.model.failures:
                self._set(failures={job: old for job, old in self.model.failures.items() if job != "look"})

    def close(self) -> None:
        """End: keep the answers, stop looking, let the journal go, end the cloud's process if it is ours."""
        self._stopping.set()
        self._kick.set()
        try:
            self.keep()
        finally:
            if self._enablement is not None:
                self._enablement.journal.close()
            if self._worker is not None and self._rehearsal is None:
                self._worker.close()


def replace_known(model: Model, draft: Draft, problems: tuple[Any, ...]) -> Known:
    """What there is to check the prerequisites with."""
    return Known(draft, problems, model.identity, model.inventory, model.plan)


def moment(value: datetime | None) -> str:
    """A moment of today as a clock shows it; empty for none."""
    return f"{value:%H:%M:%S}" if value else ""

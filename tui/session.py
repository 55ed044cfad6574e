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
from pathlib import Path
from typing import Any

from core.cloud import Choosing, Cloud, CloudError, Progress, SignInWay
from core.diagnosis.case import Case
from core.diagnosis.diagnose import diagnose
from core.export.commands import script
from core.handoff.proof import commands
from core.journal import events as e
from core.journal import store
from core.journal.store import JournalError
from core.network.model import Connection
from core.request.facts import ACCOUNT_NAMES
from core.request.model import ConnectionType, Draft, Problem
from core.request.offer import Offer
from core.request.rules import check
from core.setup.executor import ExecutorEvent
from core.setup.plan import Plan, blocking
from core.workflow import connections, diagnosing, exchange, proving, provision, removal
from core.workflow.enablement import Clock, Enablement, NotYet
from core.workflow.model import Turn
from core.workflow.prerequisites import Known, prerequisites
from core.workflow.words import said
from providers import worker
from tui import practice
from tui.jobs import Jobs, Start, failure_of
from tui.link import Link
from tui.model import Execution, Failure, Job, LogLine, Model
from tui.watch import Watch

LOG_LINES = 500


class Session:
    """One enablement on the screen. Public methods are intents: they return at once, work goes on beside."""

    def __init__(
        self,
        *,
        home: Path,
        offer: Offer,
        clock: Clock,
        start: Start,
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
        self._writing = threading.Lock()
        self._jobs = Jobs(start, self._jobs_changed, self._log, self._lock)
        self._cancelled = threading.Event()
        self._link = Link(rehearsal)
        self._enablement: Enablement | None = None
        self._case: Case | None = None
        self._watch = Watch(
            start,
            self._look_safely,
            self._turn,
            lambda due: self._set(next_look=due),
            clock=clock,
            random=random.random,
            rehearsal=rehearsal is not None,
        )
        self._supposed = draft or Draft()
        self.model = Model(
            now=clock(),
            rehearsal=rehearsal is not None,
            draft=self._supposed,
            problems=check(self._supposed, offer),
        )

    # -- the model ---------------------------------------------------------------------------------------

    def _set(self, **fields: Any) -> None:  # the fields of Model, which replace() checks by name
        with self._lock:
            self._jobs.check()
            self.model = replace(self.model, now=self._clock(), **fields)
        self._changed()

    def _log(self, text: str) -> None:
        with self._lock:
            lines = (*self.model.log, LogLine(self._clock(), text))[-LOG_LINES:]
            self._set(log=lines)

    def _jobs_changed(self, jobs: frozenset[Job], failures: Mapping[Job, Failure]) -> None:
        self.model = replace(self.model, now=self._clock(), jobs=jobs, failures=failures)
        self._changed()

    def cancel(self) -> None:
        """Stop what the person waits for: reading ends at once, changes after the calls that are under way."""
        self._cancelled.set()
        for job in ("collect", "plan", "connect", "diagnose"):
            self._jobs.cancel(job)
        self._link.give_up()
        self._set(progress=None, code=None)

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
        with self._writing:
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

    def suppose(self, draft: Draft) -> None:
        """Take what nobody answered, such as a rehearsal's practice: shown like an answer, and kept with one."""
        with self._lock:
            if self.model.draft == self._supposed:
                self._supposed = draft
            self.answer(draft)

    def choose_type(self, kind: ConnectionType) -> None:
        """Take the connection type. In a rehearsal the practice services come and go with it."""
        changed = practice.with_type(self.model.draft, kind, self._practices())
        if changed != self.model.draft:
            self.answer(changed)

    def keep(self) -> None:
        """Write the answers down beside the screen, if they are other than those already written."""
        if self.model.draft != self._kept():
            self._jobs.run("keep", self._keep)

    def _kept(self) -> Draft:
        return self._enablement.story.draft if self._enablement else Draft()

    def _keep(self) -> None:
        draft = self.model.draft
        if draft != self._kept():
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
            ticket=exchange.write_ticket(one, None),
            incoming=connections.incoming(one, one.observation),
            commands=self._probe_commands(one),
        )

    def _probe_commands(self, one: Enablement) -> Mapping[str, str]:
        request = one.request()
        if request is None:
            return {}
        return {
            direction: commands(direction, targets, request)
            for direction, targets in proving.unproved(one).items()
            if targets
        }

    # -- the cloud ---------------------------------------------------------------------------------------

    def _cloud(self) -> Cloud:
        """The cloud of the account that the answers name."""
        return self._link.right_account(self.model.draft.cloud)

    def sign_in(self, way: SignInWay | None = None) -> None:
        """Connect, and see who we are and which networks there are. ``way``: a person signs in, not what is set up."""

        def work() -> None:
            self._set(identity=None, code=None, networks=(), inventory=None, plan=None, removal=None)
            cloud = self._link.sign_in(self.model.draft.cloud, way, lambda code: self._set(code=code))
            self._practice()
            identity = self._link.identity(self.model.draft.cloud)
            accounts = cloud.accounts() if isinstance(cloud, Choosing) else ()
            self._set(identity=identity, accounts=accounts, code=None)
            if self.model.draft.cloud.account is None and len(accounts) < 2:
                told = self.model.draft.cloud.model_copy(update={"account": identity.account})
                self.suppose(self.model.draft.model_copy(update={"cloud": told}))
            self._log(f"signed in to {ACCOUNT_NAMES[cloud.platform]} {identity.account} by {identity.source}")
            chosen = self.model.draft.cloud.account is not None
            self._set(regions=cloud.regions(), networks=cloud.networks() if chosen else ())
            self._retell()

        self._jobs.run("connect", work)

    def _practices(self) -> Mapping[ConnectionType, Draft]:
        """In a rehearsal: for each connection type the answers that fit the sandbox."""
        return self._link.connected.practice if self._link.connected else {}

    def _practice(self) -> None:
        """In a rehearsal: fill in what was not answered before the sandbox stood."""
        with self._lock:
            filled = practice.filled(self.model.draft, self._practices())
            if filled != self.model.draft:
                self.suppose(filled)

    def collect(self) -> None:
        """Read the chosen network."""

        def work() -> None:
            network = self.model.draft.cloud.network
            if network:
                self._set(progress=None)
                found = self._cloud().inventory(network, on_progress=self._on_progress)
                self._set(inventory=found, progress=None)
                self._retell()

        self._jobs.run("collect", work)

    def _on_progress(self, progress: Progress) -> None:
        """Told by the reader of the cloud's answers, also after a person cancelled."""
        if {"collect", "plan", "diagnose"} & self.model.jobs:
            self._set(progress=progress)

    def plan(self) -> None:
        """Plan what the customer's side needs now."""

        def work() -> None:
            self._keep()
            one = self._begun()
            plan = provision.make_plan(one, self._cloud(), self._on_progress)
            self._set(plan=plan, progress=None, executing={}, script=self._script(plan))
            self._retell()

        self._jobs.run("plan", work)

    def diagnose(self) -> None:
        """Find out why traffic does not come through. Changes nothing."""

        def work() -> None:
            self._set(diagnosing=True, progress=None)
            one = self._begun()
            case = diagnosing.collect_case(one, self._cloud(), self._on_progress)
            if isinstance(case, Problem):
                raise NotYet(case.message, case.remedy)
            self._tell_diagnosis(case)
            self._retell()

        self._jobs.run("diagnose", work)

    def run_on(self, run: diagnosing.Run) -> None:
        """Run probes on a machine, which a person has seen and agreed to, and diagnose anew with what they show."""

        def work() -> None:
            if self._case is None or run not in self.model.runs:
                raise NotYet(
                    "the machines were read anew since this was shown", "Nothing was run. Look again."
                )
            where = run.machine.name or run.machine.id
            self._log(f"running probes on {where} by {run.by}")
            case, output = diagnosing.ran(self._case, self._cloud(), run)
            for line in output.splitlines():
                self._log(f"{where}: {line}")
            self._tell_diagnosis(case)

        self._jobs.run("diagnose", work)

    def _tell_diagnosis(self, case: Case) -> None:
        self._case = case
        runs = diagnosing.runs(case, diagnosing.targets_of(case))
        self._set(diagnosis=diagnose(case), runs=runs, progress=None)

    def plan_removal(self, force: bool = False) -> None:
        """Plan the removal of what this enablement made; ``force``: the person agreed to cut live connections."""

        def work() -> None:
            planned = removal.make_undo_plan(
                self._begun(), self._cloud(), force=force, on_progress=self._on_progress, pause=self._pause
            )
            self._set(removal=planned, progress=None, executing={}, script=self._script(planned))

        self._jobs.run("plan", work)

    def _script(self, plan: Plan) -> str:
        return script(plan, self._begun().id, self.model.draft.cloud.region or "")

    def apply(self, agreed: Plan) -> None:
        """Make these changes, which a person has seen and agreed to: all or a part of the plan, or of the removal.

        What is no longer planned like that is not made.
        """

        def work() -> None:
            model = self.model
            removes = _part_of(agreed, model.removal)
            if blocking(agreed) or not (removes or _part_of(agreed, model.plan)):
                raise NotYet(
                    "the plan has changed since it was shown", "Nothing was changed. Look at the new plan."
                )
            one, cloud = self._begun(), self._cloud()
            self._cancelled.clear()
            self._set(executing={change.key: Execution("waiting") for change in agreed.changes})
            result = provision.apply_plan(
                one,
                cloud,
                agreed,
                token=lambda _key: os.urandom(16).hex(),
                pause=self._pause,
                on_event=self._on_change,
            )
            if removes and result.ok:
                left = removal.finish_undo(one, cloud, agreed)
                self._set(removal=left, plan=None, executing={})
            self._retell()
            self.look()
            if result.ok and not removes:
                self.plan()

        self._jobs.run("apply", work)

    def _pause(self, seconds: float) -> bool:
        """Wait; answers whether the person cancelled or the session ends."""
        return self._cancelled.wait(seconds) or self._jobs.stopping.is_set()

    def _on_change(self, event: ExecutorEvent) -> None:
        with self._lock:
            self._set(executing={**self.model.executing, event.key: Execution(event.state, event.text)})
        if event.state in ("done", "failed"):
            self._log(f"{event.key}: {event.state} {event.text}".rstrip())

    # -- the other party ---------------------------------------------------------------------------------

    def sent(self) -> None:
        """Step 1: the data went to the CTA."""

        def work() -> None:
            self._keep()
            one = self._begun()
            one.record(e.DataSent(at=one.now()))
            self._retell()

        self._jobs.run("file", work)

    def file(self, number: str) -> None:
        """Step 2: the ticket is filed. In a rehearsal the other party receives it."""

        def work() -> None:
            self._keep()
            one = self._begun()
            counterpart = self._link.connected.counterpart if self._link.connected else None
            text = self.model.ticket
            filed = number
            if counterpart is not None and text is not None and hasattr(text, "plain"):
                filed = counterpart.file(text.plain) or number
            exchange.file_ticket(one, filed or number)
            self._log(f"ticket {filed} is filed")
            self._retell()
            self.watch()

        self._jobs.run("file", work)

    def details(self, text: str) -> None:
        """Step 3: take Magento's reply."""

        def work() -> None:
            reply = exchange.take_reply(self._begun(), text)
            self._set(reply=reply)
            self._retell()
            self.look()
            if reply.service_names:
                self.plan()

        self._jobs.run("details", work)

    def accept(self) -> None:
        """Step 7b: accept what is Magento's, and only that."""

        def work() -> None:
            connections.accept_pending(self._begun(), self._cloud())
            self._retell()

        self._jobs.run("accept", work)

    def accept_stranger(self, connection: Connection) -> None:
        """Accept a connection that is not Magento's: a person typed its account's number."""

        def work() -> None:
            connections.accept_stranger(
                self._begun(), self._cloud(), connection.owner, connection.endpoint_id
            )
            self._retell()

        self._jobs.run("accept", work)

    def reject(self, connection: Connection) -> None:
        """Reject an incoming connection."""

        def work() -> None:
            connections.reject_connection(self._begun(), self._cloud(), connection)
            self._look_once()

        self._jobs.run("accept", work)

    def probe(self) -> None:
        """Steps 6 and 7c: probe from this machine; in a rehearsal Magento's side runs its commands too."""

        def work() -> None:
            one = self._begun()
            cloud = self._cloud()
            connections.look(one, cloud)
            network = self.model.draft.cloud.network
            inside = next((item.cidrs for item in self.model.networks if item.id == network), ())
            self._set(report=proving.probe_from_here(one, cloud, inside))
            self._retell()

        self._jobs.run("probe", work)

    def ask_the_other_side(self) -> None:
        """In a rehearsal: let Magento's side run its probe commands, and read what they printed."""

        def work() -> None:
            one = self._begun()
            counterpart = self._link.connected.counterpart if self._link.connected else None
            targets = proving.probe_targets(one, "from-magento")
            if counterpart is not None and targets:
                self._read(counterpart.run(self.model.commands.get("from-magento", ""), targets))

        self._jobs.run("probe", work)

    def read_back(self, text: str) -> None:
        """Read the output of probe commands that were run elsewhere."""
        self._jobs.run("probe", lambda: self._read(text))

    def _read(self, text: str) -> None:
        read = proving.take_output(self._begun(), text)
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
            counterpart = self._link.connected.counterpart if self._link.connected else None
            if counterpart is not None:
                counterpart.play(move)
                self.look()

        self._jobs.run("vendor", work)

    # -- looking -----------------------------------------------------------------------------------------

    def look(self) -> None:
        """Look now rather than when it is due."""
        self._watch.now()

    def watch(self) -> None:
        """Keep looking until the session ends."""
        self._watch.begin()

    def _look_once(self) -> None:
        one = self._enablement
        if one is None:
            return
        before = one.story.seen
        if connections.watch(one) is not None:
            self._set(observation=connections.look(one, self._cloud()))
        counterpart = self._link.connected.counterpart if self._link.connected else None
        if counterpart is not None:
            self._set(inbox=counterpart.inbox())
        for key, seen in one.story.seen.items():
            if before.get(key) != seen:
                self._log(said(seen.fact, one.on_azure))
        self._set(looked_at=self._clock())
        self._retell()

    def _look_safely(self) -> object:
        """A look that fails is told and tried again: waiting goes on. Gives the facts seen so far."""
        try:
            self._look_once()
        except (CloudError, JournalError, NotYet) as error:
            self._jobs.note("look", failure_of(error))
        else:
            self._jobs.note("look", None)
        return self._enablement.story.seen if self._enablement else None

    def _turn(self) -> Turn:
        line = self.model.timeline
        return line.turn if line else "customer"

    def close(self) -> None:
        """End: keep the answers, stop looking, let the journal go, end the cloud's process if it is ours.

        Where nobody answered anything, no enablement is begun.
        """
        self._jobs.stopping.set()
        self._cancelled.set()
        self._watch.end()
        try:
            if self._enablement is not None or self.model.draft != self._supposed:
                self._keep()
        finally:
            if self._enablement is not None:
                self._enablement.journal.close()
            self._link.close()


def _part_of(part: Plan, whole: Plan | None) -> bool:
    return whole is not None and all(change in whole.changes for change in part.changes)


def replace_known(model: Model, draft: Draft, problems: tuple[Any, ...]) -> Known:
    """What there is to check the prerequisites with."""
    return Known(draft, problems, model.identity, model.inventory, model.plan)

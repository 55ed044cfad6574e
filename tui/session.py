"""The wizard's work beside the screen: jobs that talk to the cloud and the journal, and the model they fill.

Nothing here paints. ``start`` runs a function in a thread; ``changed`` is told, from any thread, that
:attr:`Session.model` is a new one.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from core.cloud import Choosing, Cloud, CloudError, Progress, SignInWay
from core.diagnosis.case import Case
from core.diagnosis.diagnose import diagnose
from core.export.commands import script
from core.journal import events as e
from core.journal.store import JournalError
from core.network.model import Connection
from core.request.facts import ACCOUNT_NAMES
from core.request.model import ConnectionType, Draft, Problem
from core.request.offer import Offer
from core.request.rules import check
from core.setup.executor import ExecutorEvent
from core.setup.plan import Plan, blocking
from core.workflow import connections, diagnosing, exchange, pace, proving, provision, removal
from core.workflow.enablement import Clock, NotYet
from core.workflow.model import Turn
from core.workflow.words import said
from providers import worker
from tui import practice
from tui.answers import Answers
from tui.board import Board
from tui.jobs import Start, failure_of
from tui.link import Link
from tui.model import Execution, Model
from tui.watch import Watch


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
        looks: pace.Limits = pace.DEFAULT,
    ) -> None:
        supposed = draft or Draft()
        shown = Model(
            now=clock(), rehearsal=rehearsal is not None, draft=supposed, problems=check(supposed, offer)
        )
        self._board = Board(shown, clock, start, changed)
        self._jobs = self._board.jobs
        self._offer = offer
        self._answers = Answers(self._board, home, offer, supposed)
        self._cancelled = threading.Event()
        self._link = Link(rehearsal)
        self._case: Case | None = None
        self._watch = Watch(
            start,
            self._look_safely,
            self._turn,
            lambda due: self._board.set(next_look=due),
            clock=clock,
            random=random.random,
            limits=looks,
            rehearsal=rehearsal is not None,
        )

    @property
    def model(self) -> Model:
        """What the screen shows; a new one after every change."""
        return self._board.model

    @property
    def at_rest(self) -> bool:
        """Whether nothing is under way, and every look that was asked for is over."""
        return not self.model.jobs and not self._watch.owes

    def cancel(self) -> None:
        """Stop what the person waits for: reading ends at once, changes after the calls that are under way."""
        self._cancelled.set()
        for job in ("collect", "plan", "connect", "diagnose", "audit"):
            self._jobs.cancel(job)
        self._link.give_up()
        self._board.set(progress=None, code=None)

    # -- the answers -------------------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Open an enablement that is there already. Raises JournalError (somebody else may hold it)."""
        self._answers.open(name)

    def answer(self, draft: Draft) -> None:
        """Take an answer: shown at once, kept by :meth:`keep`."""
        self._answers.answer(draft)

    def suppose(self, draft: Draft) -> None:
        """Take what nobody answered: shown like an answer, and kept with one."""
        self._answers.suppose(draft)

    def choose_type(self, kind: ConnectionType) -> None:
        """Take the connection type. In a rehearsal the practice services come and go with it."""
        changed = practice.with_type(self.model.draft, kind, self._practices())
        if changed != self.model.draft:
            self.answer(changed)

    def keep(self) -> None:
        """Write the answers down beside the screen, if they are other than those already written."""
        if self._answers.unkept:
            self._jobs.run("keep", self._answers.keep)

    # -- the cloud ---------------------------------------------------------------------------------------

    def _cloud(self) -> Cloud:
        """The cloud of the account that the answers name."""
        return self._link.right_account(self.model.draft.cloud)

    def sign_in(self, way: SignInWay | None = None) -> None:
        """Connect, and see who we are and which networks there are. ``way``: a person signs in, not what is set up."""

        def work() -> None:
            self._board.set(identity=None, code=None, networks=(), inventory=None, plan=None, removal=None)
            cloud = self._link.sign_in(self.model.draft.cloud, way, lambda code: self._board.set(code=code))
            self._practice()
            identity = self._link.identity(self.model.draft.cloud)
            accounts = cloud.accounts() if isinstance(cloud, Choosing) else ()
            self._board.set(identity=identity, accounts=accounts, code=None)
            if self.model.draft.cloud.account is None and len(accounts) < 2:
                told = self.model.draft.cloud.model_copy(update={"account": identity.account})
                self.suppose(self.model.draft.model_copy(update={"cloud": told}))
            self._board.log(
                f"signed in to {ACCOUNT_NAMES[cloud.platform]} {identity.account} by {identity.source}"
            )
            chosen = self.model.draft.cloud.account is not None
            self._board.set(regions=cloud.regions(), networks=cloud.networks() if chosen else ())
            self._answers.retell()

        self._jobs.run("connect", work)

    def _practices(self) -> Mapping[ConnectionType, Draft]:
        """In a rehearsal: for each connection type the answers that fit the sandbox."""
        return self._link.connected.practice if self._link.connected else {}

    def _practice(self) -> None:
        """In a rehearsal: fill in what was not answered before the sandbox stood."""
        with self._board.lock:
            filled = practice.filled(self.model.draft, self._practices())
            if filled != self.model.draft:
                self.suppose(filled)

    def collect(self) -> None:
        """Read the chosen network."""

        def work() -> None:
            network = self.model.draft.cloud.network
            if network:
                self._board.set(progress=None)
                found = self._cloud().inventory(network, on_progress=self._on_progress)
                self._board.set(inventory=found, progress=None)
                self._answers.retell()

        self._jobs.run("collect", work)

    def _on_progress(self, progress: Progress) -> None:
        """Told by the reader of the cloud's answers, also after a person cancelled."""
        if {"collect", "plan", "diagnose", "audit"} & self.model.jobs:
            self._board.set(progress=progress)

    def plan(self) -> None:
        """Plan what the customer's side needs now."""

        def work() -> None:
            self._answers.keep()
            one = self._answers.begun()
            plan = provision.make_plan(one, self._cloud(), self._on_progress)
            self._board.set(plan=plan, progress=None, executing={}, script=self._script(plan))
            self._answers.retell()

        self._jobs.run("plan", work)

    def diagnose(self) -> None:
        """Find out why traffic does not come through. Changes nothing."""

        def work() -> None:
            self._board.set(diagnosing=True, progress=None)
            one = self._answers.begun()
            case = diagnosing.collect_case(one, self._cloud(), self._on_progress)
            if isinstance(case, Problem):
                raise NotYet(case.message, case.remedy)
            self._tell_diagnosis(case)
            self._answers.retell()

        self._jobs.run("diagnose", work)

    def run_on(self, run: diagnosing.Run) -> None:
        """Run probes on a machine, which a person has seen and agreed to, and diagnose anew with what they show."""

        def work() -> None:
            if self._case is None or run not in self.model.runs:
                raise NotYet(
                    "the machines were read anew since this was shown", "Nothing was run. Look again."
                )
            where = run.machine.name or run.machine.id
            self._board.log(f"running probes on {where} by {run.by}")
            case, output = diagnosing.ran(self._case, self._cloud(), run)
            for line in output.splitlines():
                self._board.log(f"{where}: {line}")
            self._tell_diagnosis(case)

        self._jobs.run("diagnose", work)

    def _tell_diagnosis(self, case: Case) -> None:
        self._case = case
        runs = diagnosing.runs(case, diagnosing.targets_of(case))
        count = self.model.diagnoses + 1
        self._board.set(diagnosis=diagnose(case), diagnoses=count, runs=runs, progress=None)

    def audit(self) -> None:
        """Check the network for what is unsafe or unfit. Changes nothing."""

        def work() -> None:
            from core.audit.catalogue import audit_all

            self._board.set(progress=None)
            seen = self._cloud().inventory(self.model.draft.cloud.network, "audit", self._on_progress)
            found = audit_all((seen,), self._offer)
            self._board.set(audit=found, audits=self.model.audits + 1, progress=None)

        self._jobs.run("audit", work)

    def plan_removal(self, force: bool = False) -> None:
        """Plan the removal of what this enablement made; ``force``: the person agreed to cut live connections."""

        def work() -> None:
            planned = removal.make_undo_plan(
                self._answers.begun(),
                self._cloud(),
                force=force,
                on_progress=self._on_progress,
                pause=self._pause,
            )
            self._board.set(removal=planned, progress=None, executing={}, script=self._script(planned))

        self._jobs.run("plan", work)

    def _script(self, plan: Plan) -> str:
        return script(plan, self._answers.begun().id, self.model.draft.cloud.region or "")

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
            one, cloud = self._answers.begun(), self._cloud()
            self._cancelled.clear()
            self._board.set(executing={change.key: Execution("waiting") for change in agreed.changes})
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
                self._board.set(removal=left, plan=None, executing={})
            self._answers.retell()
            self.look()
            if result.ok and not removes:
                self.plan()

        self._jobs.run("apply", work)

    def _pause(self, seconds: float) -> bool:
        """Wait; answers whether the person cancelled or the session ends."""
        return self._cancelled.wait(seconds) or self._jobs.stopping.is_set()

    def _on_change(self, event: ExecutorEvent) -> None:
        with self._board.lock:
            ran = Execution(event.state, event.text, event.remedy)
            self._board.set(executing={**self.model.executing, event.key: ran})
        if event.state in ("done", "failed"):
            self._board.log(f"{event.key}: {event.state} {event.text}".rstrip())

    # -- the other party ---------------------------------------------------------------------------------

    def sent(self) -> None:
        """Step 1: the data went to the CTA."""

        def work() -> None:
            self._answers.keep()
            one = self._answers.begun()
            one.record(e.DataSent(at=one.now()))
            self._answers.retell()

        self._jobs.run("file", work)

    def file(self, number: str) -> None:
        """Step 2: the ticket is filed. In a rehearsal the other party receives it."""

        def work() -> None:
            self._answers.keep()
            one = self._answers.begun()
            counterpart = self._link.connected.counterpart if self._link.connected else None
            text = self.model.ticket
            filed = number
            if counterpart is not None and text is not None and hasattr(text, "plain"):
                filed = counterpart.file(text.plain) or number
            exchange.file_ticket(one, filed or number)
            self._board.log(f"ticket {filed} is filed")
            self._answers.retell()
            self.watch()

        self._jobs.run("file", work)

    def details(self, text: str) -> None:
        """Step 3: take Magento's reply."""

        def work() -> None:
            reply = exchange.take_reply(self._answers.begun(), text)
            self._board.set(reply=reply, replies=self.model.replies + 1)
            self._answers.retell()
            self.look()
            if reply.service_names:
                self.plan()

        self._jobs.run("details", work)

    def accept(self) -> None:
        """Step 7b: accept what is Magento's, and only that."""

        def work() -> None:
            connections.accept_pending(self._answers.begun(), self._cloud())
            self._answers.retell()

        self._jobs.run("accept", work)

    def accept_stranger(self, connection: Connection) -> None:
        """Accept a connection that is not Magento's: a person typed its account's number."""

        def work() -> None:
            connections.accept_stranger(
                self._answers.begun(), self._cloud(), connection.owner, connection.endpoint_id
            )
            self._answers.retell()

        self._jobs.run("accept", work)

    def reject(self, connection: Connection) -> None:
        """Reject an incoming connection."""

        def work() -> None:
            connections.reject_connection(self._answers.begun(), self._cloud(), connection)
            self._look_once()

        self._jobs.run("accept", work)

    def probe(self) -> None:
        """Steps 6 and 7c: probe from this machine; in a rehearsal Magento's side runs its commands too."""

        def work() -> None:
            one = self._answers.begun()
            cloud = self._cloud()
            connections.look(one, cloud)
            network = self.model.draft.cloud.network
            inside = next((item.cidrs for item in self.model.networks if item.id == network), ())
            self._board.set(report=proving.probe_from_here(one, cloud, inside))
            self._answers.retell()

        self._jobs.run("probe", work)

    def ask_the_other_side(self) -> None:
        """In a rehearsal: let Magento's side run its probe commands, and read what they printed."""

        def work() -> None:
            one = self._answers.begun()
            counterpart = self._link.connected.counterpart if self._link.connected else None
            targets = proving.probe_targets(one, "from-magento")
            if counterpart is not None and targets:
                self._read(counterpart.run(self.model.commands.get("from-magento", ""), targets))

        self._jobs.run("probe", work)

    def read_back(self, text: str) -> None:
        """Read the output of probe commands that were run elsewhere."""
        self._jobs.run("probe", lambda: self._read(text))

    def _read(self, text: str) -> None:
        read = proving.take_output(self._answers.begun(), text)
        if not read:
            raise NotYet(
                "the output names none of the endpoints that have to answer",
                "Paste everything that the commands printed, from the first line on.",
            )
        self._board.set(read_back=read)
        self._answers.retell()

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
        one = self._answers.enablement
        if one is None:
            return
        before = one.story.seen
        if connections.watch(one) is not None:
            self._board.set(observation=connections.look(one, self._cloud()))
        counterpart = self._link.connected.counterpart if self._link.connected else None
        if counterpart is not None:
            self._board.set(inbox=counterpart.inbox())
        for key, seen in one.story.seen.items():
            if before.get(key) != seen:
                self._board.log(said(seen.fact, one.on_azure))
        self._board.set(looked_at=self._board.clock())
        self._answers.retell()

    def _look_safely(self) -> object:
        """A look that fails is told and tried again: waiting goes on. Gives the facts seen so far."""
        try:
            self._look_once()
        except (CloudError, JournalError, NotYet) as error:
            self._jobs.note("look", failure_of(error))
        else:
            self._jobs.note("look", None)
        return self._answers.enablement.story.seen if self._answers.enablement else None

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
            if self._answers.given:
                self._answers.keep()
        finally:
            self._answers.close()
            self._link.close()


def _part_of(part: Plan, whole: Plan | None) -> bool:
    return whole is not None and all(change in whole.changes for change in part.changes)

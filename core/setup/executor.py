"""The executor: makes a plan's changes side by side, each as soon as what it needs is done.

The journal is written from the calling thread only: the intent before a call, the outcome after it. Killed at
any instruction, a rerun of a new plan with the journal's ids and intents ends with exactly one of each.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import count
from queue import PriorityQueue
from typing import Literal

from core.cloud import Cloud, CloudError
from core.journal.events import ChangeDone, ChangeFailed, ChangeIntended, Event
from core.setup.attempt import USABLE, Cancelled, InDoubt, attempt, until_active
from core.setup.change import Action, Change, EndpointServiceSpec, Outcome, Ref, resolve
from core.setup.plan import Plan, blocking, pending

ExecutorState = Literal["started", "waiting", "done", "failed", "skipped"]

SLICE = 1.0
"""Longest uninterrupted rest in seconds, so that a run that has to end ends soon."""


@dataclass(frozen=True, slots=True)
class ExecutorEvent:
    """What just happened to the change with this key, in words; ``done`` of ``total`` are finished. ``remedy``: what
    to do about a failure, and who can.
    """

    key: str
    state: ExecutorState
    text: str = ""
    remedy: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did. ``done`` maps keys to ids, ``failed`` to errors, ``skipped`` to the reason in words."""

    done: Mapping[str, str]
    failed: Mapping[str, CloudError]
    skipped: Mapping[str, str]
    cancelled: bool

    @property
    def ok(self) -> bool:
        """Whether everything that the plan asked for is done."""
        return not (self.failed or self.skipped or self.cancelled)


def execute(
    plan: Plan,
    *,
    cloud: Cloud,
    enablement: str,
    known: Mapping[str, str],
    in_doubt: Mapping[str, ChangeIntended],
    record: Callable[[Event], None],
    now: Callable[[], datetime],
    token: Callable[[str], str],
    pause: Callable[[float], bool],
    on_event: Callable[[ExecutorEvent], None] | None = None,
    recent: Container[str] = frozenset(),
    perhaps: Container[str] = frozenset(),
    workers: int = 16,
) -> Result:
    """Make a plan's changes.

    ``known`` maps keys to ids that the journal has; ``in_doubt`` keys to intents whose end is not known:
    these are looked for before they are made again, with the same token. ``recent`` are keys that were made
    so short a time ago that the cloud may not show them yet: they are looked for too. ``perhaps`` are keys whose
    creation was refused after an earlier call for it was lost: what stands after all is journaled as made.
    ``token(key)`` gives a token that was never used. ``pause(seconds)`` waits and is True once the run is to be
    cancelled; it is called in several threads, ``record`` and ``on_event`` only in this one. Cancelling lets calls
    under way finish.

    Raises ValueError where a problem blocks the plan, and whatever ``record`` raises: then nothing new was
    begun after that.
    """
    stops = blocking(plan)
    if stops:
        raise ValueError(f"the plan is blocked: {stops[0].code}")
    run = _Run(
        plan, cloud, enablement, dict(known), in_doubt, record, now, token, pause, on_event, recent, perhaps
    )
    return run.go(workers)


@dataclass(frozen=True, slots=True)
class _Operation:
    """A long-running operation that the cloud has taken, by its continuation token."""

    continuation: str


Word = tuple[int, int, str, "Future[Outcome] | _Operation | str"]
"""What a worker says: how pressing it is (least first), its turn, its change's key, and how it ended, which
operation it began or what it waits for.
"""


@dataclass(slots=True)
class _Run:
    plan: Plan
    cloud: Cloud
    enablement: str
    ids: dict[str, str]
    in_doubt: Mapping[str, ChangeIntended]
    record: Callable[[Event], None]
    now: Callable[[], datetime]
    token: Callable[[str], str]
    pause: Callable[[float], bool]
    on_event: Callable[[ExecutorEvent], None] | None
    recent: Container[str]
    perhaps: Container[str]
    changes: dict[str, Change] = field(default_factory=dict)
    todo: dict[str, Change] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    intents: dict[str, ChangeIntended] = field(default_factory=dict)
    looking: set[str] = field(default_factory=set)
    running: set[str] = field(default_factory=set)
    done: dict[str, str] = field(default_factory=dict)
    failed: dict[str, CloudError] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    cancelled: bool = False
    total: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    heights: Mapping[str, int] = field(default_factory=dict)
    inbox: PriorityQueue[Word] = field(default_factory=PriorityQueue)
    turns: Iterator[int] = field(default_factory=count)

    def go(self, workers: int) -> Result:
        self.changes = {change.key: change for change in self.plan.changes}
        self.heights = _heights(self.plan)
        under_way = [change for change in map(self._under_way, self.plan.changes) if change is not None]
        self.changes.update({change.key: change for change in under_way})
        waiting = sorted((*under_way, *pending(self.plan)), key=lambda change: -self.heights[change.key])
        self.todo = {change.key: change for change in waiting}
        self.ids.update({change.key: change.id for change in self.plan.changes if change.id})
        self.states = {change.id: change.state for change in self.plan.changes if change.id}
        self.total = sum(
            row.action != "leave" or row.key in self.in_doubt or row.key in self.perhaps
            for row in self.plan.changes
        )
        with self._pool(workers) as pool:
            for change in self.plan.changes:
                if change.key not in self.todo:
                    self._take(change)
            self._start(pool)
            while self.running or not self.inbox.empty():
                self._hear()
                self._start(pool)
        for key in tuple(self.todo):
            self._skip(key, "The run was cancelled." if self.cancelled else "What it needs was not made.")
        return Result(self.done, self.failed, self.skipped, self.cancelled)

    @contextmanager
    def _pool(self, workers: int) -> Iterator[ThreadPoolExecutor]:
        """A pool that is left with no call under way, and at once where the run cannot go on."""
        pool = ThreadPoolExecutor(workers, thread_name_prefix="change")
        try:
            yield pool
        finally:
            self.stop.set()
            pool.shutdown(wait=True, cancel_futures=True)

    def _under_way(self, change: Change) -> Change | None:
        """The change to wait for: what stands already may still be an earlier run's operation."""
        intent = self.in_doubt.get(change.key)
        if change.action != "leave" or change.id is None or intent is None:
            return None
        if not intent.continuation or intent.action == "delete" or intent.kind != change.kind:
            return None
        return replace(change, action=intent.action, spec=None)

    def _take(self, change: Change) -> None:
        """Journal what stands already: what is adopted, and what an intent in doubt did make."""
        if change.id is None:
            return
        intent = self.in_doubt.get(change.key)
        action: Action = change.action
        if change.action == "leave":
            if intent is not None:
                # A deletion in doubt whose resource still stands did not happen.
                action = "leave" if intent.action == "delete" else intent.action
            elif change.key in self.perhaps:
                action = "create"
            else:
                return
        self.record(self._done_event(change, action, change.id))
        self.done[change.key] = change.id
        self._say(change.key, "done", change.reason)

    def _done_event(self, change: Change, action: Action, id: str) -> ChangeDone:
        return ChangeDone(at=self.now(), key=change.key, action=action, kind=change.kind, id=id)

    def _start(self, pool: ThreadPoolExecutor) -> None:
        """Begin every change whose needs are done, or as many until a worker has news.

        Needs come first, so that one pass is enough.
        """
        for key, change in tuple(self.todo.items()):
            if not self.inbox.empty():
                return
            if any(need in self.todo or need in self.running for need in change.needs):
                continue
            broken = next(
                (need for need in change.needs if need in self.failed or need in self.skipped), None
            )
            if broken is not None:
                why = "failed" if broken in self.failed else "was skipped"
                self._skip(key, f"{broken} {why}.")
                continue
            if not self.cancelled and self.pause(0):
                self.cancelled = True
            if self.cancelled:
                return
            balancer = self._not_active(change)
            if balancer is None:
                self._begin(pool, change)
            elif key not in self.looking:
                self.looking.add(key)
                self._submit(
                    pool,
                    f"{key} waits",
                    partial(
                        until_active, self.cloud, balancer, rest=self._rest, tell=partial(self._tell, key)
                    ),
                )

    def _not_active(self, change: Change) -> str | None:
        """The load balancer that is not active yet and that an endpoint service is to be put in front of."""
        if change.kind != "endpoint-service" or change.action != "create":
            return None
        spec = resolve(change.spec, self.ids) if isinstance(change.spec, EndpointServiceSpec) else None
        if spec is None or isinstance(spec.load_balancer, Ref):
            return None
        return None if self.states.get(spec.load_balancer) in USABLE else spec.load_balancer

    def _begin(self, pool: ThreadPoolExecutor, change: Change) -> None:
        key = change.key
        earlier = self.in_doubt.get(key)
        doubtful = earlier is not None and (earlier.action, earlier.kind) == (change.action, change.kind)
        token = earlier.token if earlier is not None and doubtful else self.token(key)
        spec = resolve(change.spec, self.ids) if change.spec is not None else None
        ready = replace(change, spec=spec)
        continuation = earlier.continuation if earlier is not None and doubtful else None
        self.intents[key] = ChangeIntended(
            at=self.now(),
            key=key,
            action=change.action,
            kind=change.kind,
            name=change.name,
            token=token,
            id=change.id,
            continuation=continuation,
        )
        self.record(self.intents[key])
        del self.todo[key]
        self._say(key, "started", change.name)
        gone = frozenset(row.id for row in self.plan.changes if row.action == "delete" and row.id)
        self._submit(
            pool,
            key,
            partial(
                attempt,
                self.cloud,
                ready,
                self.enablement,
                token,
                doubtful=doubtful or key in self.recent,
                gone=gone,
                rest=self._rest,
                tell=partial(self._tell, key),
                continuation=continuation,
                on_operation=partial(self._operates, key),
            ),
        )

    def _submit(self, pool: ThreadPoolExecutor, name: str, work: Callable[[], Outcome]) -> None:
        self.running.add(name)
        pool.submit(work).add_done_callback(partial(self._put, name))

    def _put(self, name: str, told: Future[Outcome] | _Operation | str) -> None:
        height = self.heights[name.removesuffix(" waits")]
        self.inbox.put((-height, next(self.turns), name, told))

    def _hear(self) -> None:
        """Take the most pressing word of a worker: what it waits for, or how its change ended."""
        _, _, name, told = self.inbox.get()
        if isinstance(told, str):
            self._say(name, "waiting", told)
            return
        if isinstance(told, _Operation):
            update = {"at": self.now(), "continuation": told.continuation}
            self.record(self.intents[name].model_copy(update=update))
            return
        self.running.discard(name)
        error = told.exception()
        if error is not None and not isinstance(error, Exception):
            raise error
        key = name.removesuffix(" waits")
        change = self.changes[key]
        if isinstance(error, Cancelled):
            self.cancelled = True
            if name == key:
                self._skip(key, "The run was cancelled while the cloud's answer was awaited.")
        elif error is not None:
            self._fail(change, error)
        elif name != key:
            balancer = told.result()
            self.states[balancer.id] = balancer.state
        else:
            self._finish(change, told.result())

    def _finish(self, change: Change, outcome: Outcome) -> None:
        id = outcome.id or change.id or ""
        self.record(self._done_event(change, change.action, id))
        self.ids[change.key] = id
        self.done[change.key] = id
        # A change of another kind to the load balancer (cross-zone) tells an older state than the wait for it.
        if change.kind == "load-balancer" and outcome.state:
            self.states[id] = outcome.state
        self._say(change.key, "done", id)

    def _fail(self, change: Change, error: Exception) -> None:
        in_doubt = isinstance(error, InDoubt)
        if isinstance(error, InDoubt):
            error = error.error
        told = error if isinstance(error, CloudError) else _unexpected(error)
        self.todo.pop(change.key, None)
        self.record(
            ChangeFailed(
                at=self.now(),
                key=change.key,
                action=change.action,
                kind=change.kind,
                code=told.code,
                message=told.message,
                remedy=told.remedy,
                in_doubt=in_doubt,
            )
        )
        self.failed[change.key] = told
        self._say(change.key, "failed", told.message, told.remedy)

    def _skip(self, key: str, why: str) -> None:
        self.todo.pop(key, None)
        self.skipped[key] = why
        self._say(key, "skipped", why)

    def _say(self, key: str, state: ExecutorState, text: str, remedy: str = "") -> None:
        if self.on_event is not None:
            over = len(self.done) + len(self.failed) + len(self.skipped)
            self.on_event(ExecutorEvent(key, state, text, remedy, over, self.total))

    def _tell(self, key: str, text: str) -> None:
        self._put(key, text)

    def _operates(self, key: str, continuation: str) -> None:
        self._put(key, _Operation(continuation))

    def _rest(self, seconds: float) -> bool:
        left = seconds
        while left > 0:
            if self.stop.is_set() or self.pause(min(left, SLICE)):
                return True
            left -= SLICE
        return self.stop.is_set()


def _heights(plan: Plan) -> Mapping[str, int]:
    """How long the longest chain of changes is that wait for each one: what much waits for goes first."""
    heights = {change.key: 0 for change in plan.changes}
    for change in reversed(plan.changes):
        for need in change.needs:
            if need in heights:
                heights[need] = max(heights[need], heights[change.key] + 1)
    return heights


def _unexpected(error: Exception) -> CloudError:
    told = CloudError(
        "unexpected",
        f"An error that was not foreseen: {type(error).__name__}: {error}",
        "Apply again: what was made is found. If it stays so, report it with these words.",
        detail=repr(error),
    )
    told.__cause__ = error
    return told

"""A cloud in a process of its own, so that SDK imports and large answers never hold up a key.

A :class:`Worker` returns at once; the child connects while the parent paints. The port's verbs then go over a
pipe: many at a time, each answered when it is done. When either side ends, so does the other.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal

from core.cloud import (
    Account,
    Choosing,
    Cloud,
    CloudError,
    Connected,
    Counterpart,
    Identity,
    Message,
    NetworkChoice,
    OnCode,
    OnOperation,
    OnProgress,
    ProbeReport,
    ProbeTarget,
    Region,
    SignInWay,
    Watch,
    carry_out,
)
from core.network.model import Connection, Detail, Inventory, Observation, VendorService
from core.request.model import ConnectionType, Draft, Platform
from core.setup.change import Change, Outcome
from providers.sandboxes import OPENERS

THREADS = 32
"""Calls under way at once in the child: more gain nothing (measured: 16–32 saturate one process)."""

TELLING = frozenset({"inventory", "carry_out"})
"""Verbs whose last argument is a function that is told something on the way."""

Kind = Literal["answer", "error", "progress"]
Ready = tuple[tuple[Platform, str], bool, dict[str, str], dict[ConnectionType, Draft]]
"""(platform, region), whether it rehearses, its environment, requests to practice with."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the child connects to. ``opener`` is ``module:function``, called with ``arguments`` and answering
    a :class:`core.cloud.Connected`. ``tells``: it takes ``on_code`` and tells there what a person has to do.
    """

    opener: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    tells: bool = False


def account(platform: Platform, region: str, profile: str | None, account: str | None = None) -> Start:
    """A real account. ``account`` is the subscription on Azure; see :func:`providers.connect`."""
    named = {"platform": platform, "region": region, "profile": profile, "account": account}
    return Start("providers:connect", named)


def signing_in(
    platform: Platform,
    region: str,
    profile: str | None,
    account: str | None,
    tenant: str | None,
    way: SignInWay | None,
) -> Start:
    """A real account for somebody at a screen; see :func:`providers.sign_in`."""
    named = {"platform": platform, "region": region, "profile": profile, "account": account}
    return Start("providers:sign_in", {**named, "tenant": tenant, "way": way}, tells=True)


def rehearsal(platform: Platform, delay: float) -> Start:
    """The sandbox of a cloud, where Magento takes ``delay`` seconds for a move."""
    return Start(OPENERS[platform], {"delay": delay})


def _lost(detail: str = "") -> CloudError:
    return CloudError(
        "unavailable",
        "the part of privatelink that talks to the cloud has ended",
        "Start privatelink again: the journal holds everything that was done.",
        detail=detail,
    )


def _open(start: Start, on_code: OnCode) -> Connected:
    module_name, _, function_name = start.opener.partition(":")
    module = __import__(module_name, fromlist=[function_name])
    opener: Callable[..., Connected] = getattr(module, function_name)
    return opener(**start.arguments, **({"on_code": on_code} if start.tells else {}))


def _unexpected(error: BaseException) -> CloudError:
    return CloudError(
        "unexpected",
        f"{type(error).__name__}: {error}",
        "This is a fault of privatelink: report it with these words.",
        detail=repr(error),
    )


def _end_with(pipe: int) -> None:
    """End as soon as the parent's end of the pipe is closed, whatever is under way: a sign-in may wait for long."""
    hung_up = select.poll()
    hung_up.register(pipe, select.POLLHUP)
    hung_up.poll()
    os._exit(0)


def _serve(asked: BinaryIO, answered: BinaryIO) -> None:
    """The child: answers until the parent is gone."""
    sending = threading.Lock()
    here: list[Connected] = []

    def send(number: int, kind: Kind, value: object) -> None:
        data = pickle.dumps((number, kind, value))
        with sending:
            answered.write(data)
            answered.flush()

    def answer(number: int, who: str, verb: str, arguments: tuple[object, ...]) -> None:
        try:
            if verb == "elsewhere" and isinstance(here[0].cloud, Choosing):
                here[0] = replace(here[0], cloud=here[0].cloud.elsewhere(*arguments))  # type: ignore[arg-type]
                send(number, "answer", None)
                return
            connected = here[0]
            target: object = connected.cloud if who == "cloud" else connected.counterpart
            act: Callable[..., object] = (
                partial(carry_out, connected.cloud) if verb == "carry_out" else getattr(target, verb)
            )
            tell = (lambda told: send(number, "progress", told),) if verb in TELLING else ()
            value = act(*arguments, *tell)
            send(number, "answer", value)
        except CloudError as error:
            send(number, "error", error)
        except Exception as error:  # noqa: BLE001 - turned into the port's own error for the parent to show
            send(number, "error", _unexpected(error))

    threading.Thread(target=_end_with, args=(asked.fileno(),), daemon=True).start()
    try:
        start: Start = pickle.load(asked)
        try:
            here.append(_open(start, lambda code: send(0, "progress", code)))
        except CloudError as error:
            send(0, "error", error)
            return
        except Exception as error:  # noqa: BLE001 - as above
            send(0, "error", _unexpected(error))
            return
        connected = here[0]
        identity = (connected.cloud.platform, connected.cloud.region)
        rehearses = connected.counterpart is not None
        send(0, "answer", (identity, rehearses, dict(connected.environment), dict(connected.practice)))
        with ThreadPoolExecutor(THREADS) as pool:
            while True:
                pool.submit(answer, *pickle.load(asked))
    except (EOFError, OSError, KeyboardInterrupt):
        # The parent is gone. Calls under way may still be waiting for the cloud: nobody will read them.
        os._exit(0)


def main() -> None:
    """The child's entry: its pipes are its standard input and output, which nothing else may touch."""
    asked, answered = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _serve(asked, answered)


class Worker:
    """The parent's end: one child, its pipes and the calls that wait for an answer."""

    def __init__(self, start: Start, on_code: OnCode | None = None, *, scratch: Path | None = None) -> None:
        """``scratch`` is a folder for the child's temporary files: it may be ended before it can remove them."""
        own = {} if scratch is None else {"TMPDIR": str(scratch)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from providers.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **own},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._ask: IO[bytes] = self._process.stdin
        self._answers: IO[bytes] = self._process.stdout
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[Future[Any], Callable[[Any], None] | None]] = {}
        self._ready: Future[Any] = Future()
        self._waiting[0] = (self._ready, on_code)
        self._ended = False
        with self._sending:
            self._send(start)
        threading.Thread(target=self._read, name="cloud-answers", daemon=True).start()

    def _send(self, value: object) -> None:
        self._ask.write(pickle.dumps(value))
        self._ask.flush()

    def _read(self) -> None:
        try:
            while True:
                number, kind, value = pickle.load(self._answers)
                future, on_progress = self._waiting[number]
                if kind == "progress":
                    if on_progress is not None:
                        on_progress(value)
                    continue
                del self._waiting[number]
                if kind == "answer":
                    future.set_result(value)
                else:
                    future.set_exception(value)
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            # The child ended, or close() took the pipe away in the middle of an answer.
            with self._sending:
                self._ended = True
                waiting = list(self._waiting.values())
                self._waiting.clear()
            for future, _ in waiting:
                future.set_exception(_lost())

    @property
    def broken(self) -> bool:
        """Whether it could not connect, or has ended."""
        return self._ended or (self._ready.done() and self._ready.exception() is not None)

    def ready(self) -> Ready:
        """Wait until the child is connected, and say to what. Raises CloudError where it could not."""
        answer: Ready = self._ready.result()
        return answer

    def call(
        self, who: str, verb: str, *arguments: object, on_progress: Callable[[Any], None] | None = None
    ) -> Any:  # the caller's annotation says which type the verb answers with
        """Make one call in the child and wait for it. Raises CloudError."""
        self.ready()
        future: Future[Any] = Future()
        with self._sending:
            if self._ended:
                raise _lost()
            number = next(self._numbers)
            self._waiting[number] = (future, on_progress)
            try:
                self._send((number, who, verb, arguments))
            except OSError as error:
                del self._waiting[number]
                raise _lost(str(error)) from error
        return future.result()

    def close(self) -> None:
        """End the child now. Calls under way fail with ``unavailable``."""
        self._process.terminate()
        self._process.wait()
        with contextlib.suppress(OSError):  # what was not flushed has nobody left to read it
            self._ask.close()


class RemoteCloud:
    """The port, answered by a worker's child."""

    def __init__(self, worker: Worker, platform: Platform, region: str) -> None:
        self._worker = worker
        self._platform = platform
        self._region = region

    @property
    def platform(self) -> Platform:
        """See :class:`core.cloud.Cloud`."""
        return self._platform

    @property
    def region(self) -> str:
        """See :class:`core.cloud.Cloud`."""
        return self._region

    def identity(self) -> Identity:
        """See :class:`core.cloud.Cloud`."""
        answer: Identity = self._worker.call("cloud", "identity")
        return answer

    def accounts(self) -> tuple[Account, ...]:
        """See :class:`core.cloud.Choosing`; none where the child's cloud has no choice."""
        if self._platform != "azure":
            return ()
        answer: tuple[Account, ...] = self._worker.call("cloud", "accounts")
        return answer

    def elsewhere(self, region: str, account: str | None) -> RemoteCloud:
        """See :class:`core.cloud.Choosing`. This one is in the other place from then on, too."""
        self._worker.call("cloud", "elsewhere", region, account)
        return RemoteCloud(self._worker, self._platform, region)

    def regions(self) -> tuple[Region, ...]:
        """See :class:`core.cloud.Cloud`."""
        answer: tuple[Region, ...] = self._worker.call("cloud", "regions")
        return answer

    def networks(self) -> tuple[NetworkChoice, ...]:
        """See :class:`core.cloud.Cloud`."""
        answer: tuple[NetworkChoice, ...] = self._worker.call("cloud", "networks")
        return answer

    def inventory(
        self, network_id: str | None, detail: Detail = "setup", on_progress: OnProgress | None = None
    ) -> Inventory:
        """See :class:`core.cloud.Cloud`."""
        answer: Inventory = self._worker.call(
            "cloud", "inventory", network_id, detail, on_progress=on_progress
        )
        return answer

    def vendor_service(self, service_name: str) -> VendorService:
        """See :class:`core.cloud.Cloud`."""
        answer: VendorService = self._worker.call("cloud", "vendor_service", service_name)
        return answer

    def apply(self, change: Change, enablement: str, token: str) -> Outcome:
        """See :class:`core.cloud.Cloud`."""
        answer: Outcome = self._worker.call("cloud", "apply", change, enablement, token)
        return answer

    def carry_out(
        self,
        change: Change,
        enablement: str,
        token: str,
        continuation: str | None,
        on_operation: OnOperation,
    ) -> Outcome:
        """See :class:`core.cloud.Resumable`; where the child's cloud is none, this is :meth:`apply`."""
        asked = (change, enablement, token, continuation)
        answer: Outcome = self._worker.call("cloud", "carry_out", *asked, on_progress=on_operation)
        return answer

    def find(self, change: Change, enablement: str) -> Outcome | None:
        """See :class:`core.cloud.Cloud`."""
        answer: Outcome | None = self._worker.call("cloud", "find", change, enablement)
        return answer

    def observe(self, watch: Watch) -> Observation:
        """See :class:`core.cloud.Cloud`."""
        answer: Observation = self._worker.call("cloud", "observe", watch)
        return answer

    def accept(self, connection: Connection) -> None:
        """See :class:`core.cloud.Cloud`."""
        self._worker.call("cloud", "accept", connection)

    def reject(self, connection: Connection) -> None:
        """See :class:`core.cloud.Cloud`."""
        self._worker.call("cloud", "reject", connection)

    def probe(self, targets: tuple[ProbeTarget, ...], inside: tuple[str, ...]) -> ProbeReport:
        """See :class:`core.cloud.Cloud`."""
        answer: ProbeReport = self._worker.call("cloud", "probe", targets, inside)
        return answer


class RemoteCounterpart:
    """The rehearsal's other party, in the child."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def file(self, ticket: str) -> str:
        """See :class:`core.cloud.Counterpart`."""
        answer: str = self._worker.call("counterpart", "file", ticket)
        return answer

    def inbox(self) -> tuple[Message, ...]:
        """See :class:`core.cloud.Counterpart`."""
        answer: tuple[Message, ...] = self._worker.call("counterpart", "inbox")
        return answer

    def run(self, commands: str, targets: tuple[ProbeTarget, ...]) -> str:
        """See :class:`core.cloud.Counterpart`."""
        answer: str = self._worker.call("counterpart", "run", commands, targets)
        return answer

    def play(self, move: str) -> None:
        """See :class:`core.cloud.Counterpart`."""
        self._worker.call("counterpart", "play", move)


def connect(worker: Worker) -> Connected:
    """Wait for the child and return its cloud. Raises CloudError where it could not connect."""
    (platform, region), rehearses, environment, practice = worker.ready()
    cloud: Cloud = RemoteCloud(worker, platform, region)
    counterpart: Counterpart | None = RemoteCounterpart(worker) if rehearses else None
    return Connected(cloud, counterpart, environment, practice)

"""A cloud in a process of its own, so that SDK imports and large answers never hold up a key.

A :class:`Worker` returns at once; the child connects while the parent paints. The port's verbs then go over a
pipe: many at a time, each answered when it is done. When either side ends, so does the other.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

from core.cloud import CloudError, OnCode, SignInWay
from core.request.model import Platform
from core.walkthrough.shape import PLAIN, Shape
from providers.sandboxes import OPENERS
from providers.worker_child import Ready, Start


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


def rehearsal(
    platform: Platform, delay: float, *, region: str | None = None, auto: bool = True, shape: Shape = PLAIN
) -> Start:
    """The sandbox of a cloud, where Magento takes ``delay`` seconds for a move, or moves when told to only.

    ``region`` None takes that of the ``shape``'s request, else the sandbox's own default.
    """
    region = region or (shape.request.region if shape.request else None)
    named = {} if region is None else {"region": region}
    return Start(OPENERS[platform], {"delay": delay, "auto": auto, "shape": shape, **named})


def _lost(detail: str = "") -> CloudError:
    return CloudError(
        "unavailable",
        "the part of privatelink that talks to the cloud has ended",
        "Start privatelink again: the journal holds everything that was done.",
        detail=detail,
    )


class Worker:
    """The parent's end: one child, its pipes and the calls that wait for an answer."""

    def __init__(self, start: Start, on_code: OnCode | None = None, *, scratch: Path | None = None) -> None:
        """``scratch`` is a folder for the child's temporary files: it may be ended before it can remove them."""
        own = {} if scratch is None else {"TMPDIR": str(scratch)}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from providers.worker_child import main; main()"],
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

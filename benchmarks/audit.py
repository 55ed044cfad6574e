"""Making every check of an account of ten thousand resources, and how that grows.

In processor time: the checks wait for nothing, so what else the machine does says nothing about them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter, thread_time

from benchmarks.figures import Figure, median, ms
from core.audit.catalogue import CHECKS, audit_all
from core.network.model import Inventory
from core.request.offer import Offer
from tests.core.audit.build import large
from tui.audits import sharing

RESOURCES = 10_000
ROUNDS = 5
SECONDS = 1.0
"""What all checks of ten thousand resources may take."""
HELD_UP = 0.05
"""Seconds that a key may wait longer while the screen's own process makes the checks in a thread."""
BEATS = 100
BEAT = 0.01
CALLS = 4
GROWTH = 2.5
"""What twice the resources may take of the time for once: linear is 2."""


def _spent(inventory: Inventory) -> tuple[float, int]:
    begun = thread_time()
    report = audit_all([inventory], Offer())
    return thread_time() - begun, len(report.findings)


def _lateness(inventory: Inventory | None) -> float:
    """How late the 95th of a hundred beats of the main thread is, in seconds, while another thread makes the checks
    (None: while nothing else is done). A beat does what a key takes: some milliseconds, and a few system calls, after
    each of which it has to get hold of the interpreter anew.
    """
    ended, late, here = threading.Event(), list[float](), Path(__file__)

    def check() -> None:
        while inventory is not None and not ended.is_set():
            with sharing():
                audit_all([replace(inventory)], Offer())

    beside = threading.Thread(target=check)
    beside.start()
    for _ in range(BEATS):
        begun = perf_counter()
        time.sleep(BEAT)
        for _ in range(CALLS):
            here.stat()
            sum(range(10_000))
        late.append(perf_counter() - begun - BEAT)
    ended.set()
    beside.join()
    return sorted(late)[int(len(late) * 0.95)]


def figures() -> Iterator[Figure]:
    """The time for ten thousand resources against the second that it may take, and against half of them."""
    whole, half = large(RESOURCES), large(RESOURCES // 2)
    once: list[float] = []
    halves: list[float] = []
    found = 0
    for _ in range(ROUNDS):
        spent, found = _spent(replace(whole))
        once.append(spent)
        halves.append(_spent(replace(half))[0])
    aws = sum(check.platform == "aws" for check in CHECKS.values())
    yield Figure(
        f"{aws} checks of {RESOURCES:,} resources, processor time",
        f"{ms(median(once))}, {found:,} findings",
        f"{ms(SECONDS)}",
        (median(once) / SECONDS,),
        (1.0,),
    )
    alone, beside = _lateness(None), _lateness(whole)
    yield Figure(
        "a key (95th of 100) beside the checks, in one process",
        f"{ms(beside)}, {ms(alone)} without them",
        f"{ms(HELD_UP)} more",
        ((beside - alone) / HELD_UP,),
        (1.0,),
    )
    yield Figure(
        "the same against half of the resources",
        ms(median(once)),
        ms(median(halves)),
        (median(once) / median(halves),),
        (GROWTH,),
    )

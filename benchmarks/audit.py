"""Making every check of an account of ten thousand resources, and how that grows.

In processor time: the checks wait for nothing, so what else the machine does says nothing about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import thread_time

from benchmarks.figures import Figure, median, ms
from core.audit.catalogue import CHECKS, audit_all
from core.network.model import Inventory
from core.request.offer import Offer
from tests.core.audit.build import large

RESOURCES = 10_000
ROUNDS = 5
SECONDS = 1.0
"""What all checks of ten thousand resources may take."""
GROWTH = 2.5
"""What twice the resources may take of the time for once: linear is 2."""


def _spent(inventory: Inventory) -> tuple[float, int]:
    begun = thread_time()
    report = audit_all([inventory], Offer())
    return thread_time() - begun, len(report.findings)


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
    yield Figure(
        "the same against half of the resources",
        ms(median(once)),
        ms(median(halves)),
        (median(once) / median(halves),),
        (GROWTH,),
    )

"""Diagnosing one service in an account of a thousand: finding it, walking its path, ranking the causes.

In processor time, as for the checks: nothing here waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import thread_time

from benchmarks.figures import Figure, median, ms
from core.diagnosis.diagnose import diagnose
from core.diagnosis.subject import case_among
from core.network.model import Inventory
from core.request.offer import Offer
from tests.core.audit.build import large

SERVICES = 1000
ROUNDS = 7
SECONDS = 0.5


def spent(inventory: Inventory) -> tuple[float, int]:
    """Seconds for the last service and the last endpoint of an account, and how many hops were walked."""
    begun = thread_time()
    hops = 0
    for subject in (inventory.endpoint_services[-1].id, inventory.endpoints[-1].id):
        case = case_among(subject, (inventory,), Offer())
        assert case is not None
        hops += sum(len(path.hops) for path in diagnose(case).paths)
    return thread_time() - begun, hops


def figures() -> Iterator[Figure]:
    """The time against the half second that it may take."""
    # large() counts balancers, listeners, target groups, services and endpoints.
    inventory = large(5 * SERVICES)
    measured = [spent(replace(inventory)) for _ in range(ROUNDS)]
    seconds = median([one for one, _ in measured])
    yield Figure(
        f"diagnosis of a service and an endpoint among {SERVICES:,} of each",
        f"{ms(seconds)}, {measured[0][1]} hops",
        ms(SECONDS),
        (seconds / SECONDS,),
        (1.0,),
    )

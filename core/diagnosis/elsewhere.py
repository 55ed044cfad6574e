"""Probes that were run on a machine in the network: what they printed, as the results that a diagnosis reads."""

from __future__ import annotations

import re

from core.cloud import Hop, ProbeResult, ProbeTarget
from core.handoff.proof import NOT_THERE, read_output
from core.journal.events import ProbedService

_ADDRESS = re.compile(r"^connected to (?P<address>[0-9A-Fa-f:.]+)")


def results(output: str, targets: tuple[ProbeTarget, ...]) -> tuple[ProbeResult, ...]:
    """One for each target that the output says something about, in the targets' order."""
    read = zip(targets, read_output(output, targets), strict=True)
    return tuple(_result(target, one) for target, one in read if one.detail != NOT_THERE)


def _result(target: ProbeTarget, read: ProbedService) -> ProbeResult:
    found = _ADDRESS.match(read.detail)
    addresses = (found["address"],) if found else ()
    if read.ok:
        return ProbeResult(target, True, addresses, (_resolved(addresses), Hop("connect", True, read.detail)))
    if addresses or "resolve" in read.detail:
        # Connected, but to an address that is not private; or nothing to connect to.
        return ProbeResult(target, False, addresses, (Hop("resolve", False, read.detail),))
    return ProbeResult(target, False, (), (Hop("connect", False, read.detail),))


def _resolved(addresses: tuple[str, ...]) -> Hop:
    return Hop("resolve", True, ", ".join(addresses))

"""What the parts of one sandbox share: how long things take, a lock, and since when things last."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.sandbox.shell import Shell

MOTO_VERSION = "5.2.5"
"""The version of moto that the hooks are made for, exactly."""
LISTENS = "sandbox:listens"
"""The tag of an instance that says on which ports it answers: ``3306``, ``443,8080`` or ``all``."""


@dataclass(slots=True)
class Timing:
    """How long things take, in seconds; may be changed while the sandbox runs.

    ``provisioning`` is a load balancer's way to ``active``, ``acceptance`` an accepted endpoint's way from
    ``pending`` to ``available``, ``registration`` a target's way from ``initial`` to its first health,
    ``invocation`` how long a command that was sent to a machine is not known there.
    """

    provisioning: float = 1.0
    acceptance: float = 0.0
    registration: float = 0.5
    invocation: float = 0.05


@dataclass(slots=True)
class Ground:
    """One sandbox's region and accounts, its timing, and the lock that every change of state takes."""

    region: str
    customer: str
    vendor: str
    timing: Timing = field(default_factory=Timing)
    clock: Callable[[], float] = time.monotonic
    lock: threading.RLock = field(default_factory=threading.RLock)
    shell: Shell | None = None
    """What runs scripts on the customer's machines, once the data path stands."""
    quotas: dict[str, float] = field(default_factory=dict)
    """Quotas of the customer's that are other than AWS's defaults, by code."""
    _since: dict[str, float] = field(default_factory=dict)

    def begin(self, key: str) -> None:
        """Something named ``key`` begins now; a second beginning does not count."""
        self._since.setdefault(key, self.clock())

    def restart(self, key: str) -> None:
        """Something named ``key`` begins anew."""
        self._since[key] = self.clock()

    def hold(self, key: str) -> None:
        """Something named ``key`` does not go on until it is begun anew or forgotten."""
        self._since[key] = float("inf")

    def lasted(self, key: str, seconds: float) -> bool:
        """Whether ``key`` began at least ``seconds`` ago; true for what never began."""
        return self.clock() - self._since.get(key, float("-inf")) >= seconds

    def forget(self, key: str) -> None:
        """Something named ``key`` is no more."""
        self._since.pop(key, None)

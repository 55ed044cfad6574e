"""Faults on request: the next answers that match are failures, as Azure words them."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

FaultKind = Literal[
    "throttled",
    "unavailable",
    "busy",
    "forbidden",
    "not-found",
    "slow",
    "failed",
    "reset",
    "lost",
]
"""``throttled`` 429 with Retry-After; ``unavailable`` 503 with Retry-After; ``busy`` 409
AnotherOperationInProgress; ``forbidden`` 403 AuthorizationFailed; ``not-found`` 404 for a read; ``slow`` a
long-running operation takes ``seconds``; ``failed`` one ends with ``code``; ``reset`` the connection breaks
before the request took effect; ``lost`` after it took effect."""

KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
FAILED = ("InternalServerError", "An error occurred.")
"""What a failed operation says, where nothing else is asked for."""
OPERATIONS: frozenset[FaultKind] = frozenset({"slow", "failed"})


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure for the next ``times`` requests with this method (any, if empty) whose path holds the regular
    expression ``path`` (case does not matter). ``seconds`` is Retry-After, or how long a slow operation takes.
    """

    kind: FaultKind
    method: str = ""
    path: str = ""
    times: int = 1
    seconds: float = 1.0
    code: str = FAILED[0]
    message: str = FAILED[1]

    def fits(self, method: str, path: str) -> bool:
        """Whether a request meets this fault."""
        if self.kind == "not-found" and method != "GET":
            return False
        if self.kind in OPERATIONS and method not in ("PUT", "DELETE"):
            return False
        return self.method in ("", method) and re.search(self.path, path, re.IGNORECASE) is not None


class Faults:
    """The faults that wait for their requests. Thread-safe."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Let it happen. Raises ValueError for a ``path`` that is no regular expression."""
        try:
            re.compile(fault.path)
        except re.error as error:
            raise ValueError(f"{fault.path!r} is no regular expression: {error}") from error
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Let nothing happen any more."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str, *, operation: bool) -> Fault | None:
        """The fault that a request meets, used up once; ``operation``: one of a long-running operation."""
        with self._lock:
            for number, fault in enumerate(self._waiting):
                if (fault.kind in OPERATIONS) == operation and fault.fits(method, path):
                    if fault.times <= 1:
                        del self._waiting[number]
                    else:
                        self._waiting[number] = replace(fault, times=fault.times - 1)
                    return fault
        return None


def read(query: Mapping[str, str]) -> Fault:
    """A fault from a query's fields. Raises ValueError for an unknown kind or a number that is none."""
    kind = next((one for one in KINDS if one == query.get("kind")), None)
    if kind is None:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    return Fault(
        kind,
        query.get("method", "").upper(),
        query.get("path", ""),
        int(query.get("times", "1")),
        float(query.get("seconds", "1")),
        query.get("code", FAILED[0]),
        query.get("message", FAILED[1]),
    )

"""What a client meets on its way through a sandbox's network, whichever cloud it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Side = Literal["customer", "vendor"]


@dataclass(frozen=True, slots=True)
class Way:
    """A connection that holds: the endpoint's address, and the target behind it."""

    endpoint: str
    address: str
    target: str
    target_port: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A connection that does not hold, as the client sees it, and why in words."""

    kind: Literal["unknown", "timeout", "refused"]
    reason: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a name resolves to, from where the client looks in words, and what a connection would meet."""

    addresses: tuple[str, ...]
    place: str
    outcome: Way | Obstacle


class Network(Protocol):
    """A sandbox's network. Thread-safe."""

    def look(self, host: str, port: int, side: Side) -> Look | None:
        """Follow a connection from one side's machine; None for a host that is no endpoint."""

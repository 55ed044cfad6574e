"""What a diagnosis is made of: paths, their hops, and causes with their evidence and their fix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.network.model import Gap
from core.request.model import Direction, Platform

Verdict = Literal["proof", "fault", "unknown"]
"""A hop is seen to be right (✓), seen to be wrong (✗), or cannot be known from here (?)."""

Certainty = Literal["certain", "likely", "possible"]
"""A cause that alone keeps traffic away; one that fits what was seen; one that nothing speaks against."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was read: the resource's id, the API's own field, and its value."""

    resource: str
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Why traffic does not come through, or soon will not.

    ``code`` is the row of the causes' table (:data:`core.diagnosis.causes.CAUSES`), ``hop`` the key of the hop
    where it was found. ``fix`` says who does what, ``command`` the exact command where there is one.
    """

    code: str
    hop: str
    direction: Direction
    certainty: Certainty
    message: str
    evidence: tuple[Evidence, ...]
    fix: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One stage of a path. ``key`` is unique in its path, ``place`` whose side it is on."""

    key: str
    title: str
    place: Literal["customer", "magento"]
    verdict: Verdict
    words: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """One connection's way, from who connects to who answers. ``ends`` names both in words."""

    direction: Direction
    ends: str
    ports: tuple[int, ...]
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The paths that were walked, the causes with the most telling first, and what only Magento can see.

    ``ask`` is text for the ticket; empty where nothing has to be asked. ``gaps`` is what could not be read.
    """

    platform: Platform
    account: str
    region: str
    paths: tuple[Path, ...]
    causes: tuple[Cause, ...]
    ask: str
    gaps: tuple[Gap, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether no hop is at fault. Traffic is proved by a probe only."""
        return not any(hop.verdict == "fault" for path in self.paths for hop in path.hops)

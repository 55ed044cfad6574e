"""A path while it is walked: hops are added with what was seen, and with the causes found at them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from core.diagnosis.model import Cause, Certainty, Evidence, Hop, Path, Verdict
from core.request.model import Direction


def seen(resource: str, **fields: object) -> tuple[Evidence, ...]:
    """Evidence of one resource from API fields and values; ``__`` in a field's name is a dot, None is left out."""
    return tuple(
        Evidence(resource, name.replace("__", "."), told(value))
        for name, value in fields.items()
        if value is not None
    )


def told(value: object) -> str:
    """A value as the APIs write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list | frozenset | set):
        return ", ".join(map(told, value)) or "none"
    return str(value) or "none"


def listed(ports: tuple[int, ...]) -> str:
    """Ports in words."""
    return "TCP " + ", ".join(map(str, ports)) if ports else "no port that was asked for"


@dataclass(slots=True)
class Walk:
    """One direction, hop by hop."""

    direction: Direction
    ends: str
    ports: tuple[int, ...]
    hops: list[Hop] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)

    def proof(self, key: str, title: str, words: str, *evidence: Evidence) -> None:
        """A hop that was seen to be right."""
        self._add(key, title, "customer", "proof", words, evidence)

    def unknown(
        self,
        key: str,
        title: str,
        words: str,
        *evidence: Evidence,
        place: Literal["customer", "magento"] = "customer",
    ) -> None:
        """A hop that cannot be known from here, and why."""
        self._add(key, title, place, "unknown", words, evidence)

    def fault(self, key: str, title: str, words: str, *evidence: Evidence) -> None:
        """A hop that was seen to be wrong."""
        self._add(key, title, "customer", "fault", words, evidence)

    def _add(
        self,
        key: str,
        title: str,
        place: Literal["customer", "magento"],
        verdict: Verdict,
        words: str,
        evidence: tuple[Evidence, ...],
    ) -> None:
        self.hops.append(Hop(key, title, place, verdict, words, evidence))

    def cause(
        self,
        code: str,
        message: str,
        fix: str,
        command: str = "",
        *evidence: Evidence,
        certainty: Certainty = "certain",
    ) -> None:
        """A cause at the hop that was added last."""
        at = self.hops[-1] if self.hops else None
        self.causes.append(
            Cause(
                code,
                at.key if at else "",
                self.direction,
                certainty,
                message,
                evidence or (at.evidence if at else ()),
                fix,
                command,
            )
        )

    def path(self) -> Path:
        """The path as far as it was walked."""
        return Path(self.direction, self.ends, self.ports, tuple(self.hops))

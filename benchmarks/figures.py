"""One row of the table: what was measured, beside what, and whether that is good enough."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A row. ``ratios`` and ``limits`` go together; without limits a row only informs."""

    name: str
    measured: str = ""
    yardstick: str = ""
    ratios: tuple[float, ...] = ()
    limits: tuple[float, ...] = ()
    unmeasured: str = ""

    @property
    def target(self) -> str:
        return " / ".join(f"≤ {limit:g}×" for limit in self.limits)

    @property
    def ratio(self) -> str:
        return " / ".join(f"{ratio:.2f}" for ratio in self.ratios)

    @property
    def verdict(self) -> str:
        if self.unmeasured:
            return f"not measured, because {self.unmeasured}"
        if not self.limits:
            return ""
        met = all(ratio <= limit for ratio, limit in zip(self.ratios, self.limits, strict=True))
        return "met" if met else "NOT MET"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def ms(*seconds: float) -> str:
    return " / ".join(f"{one * 1000:.1f}" for one in seconds) + " ms"

"""What a code means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """``text``: what is so or has to be so. ``remedy``: who does what. ``source``: where the rule is written."""

    text: str
    remedy: str
    source: str

"""How every state looks: symbol, word and color, always all three.

The symbol and the word alone must tell the state (16 colors, ``NO_COLOR``, a color-blind reader); the color
only makes it quicker. Styles name theme variables, so light and dark are the theme's business. Nothing here
needs a screen: the commands without one use the same symbols and words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.text import excerpt, visible

Tone = Literal["good", "act", "wait", "warn", "bad", "idle"]
"""``act``: this person can do something now. ``wait``: it rests on somebody or something else."""

STYLES: Mapping[Tone, str] = {
    "good": "$text-success",
    "act": "bold $text-accent",
    "wait": "$text-secondary",
    "warn": "bold $text-warning",
    "bad": "bold $text-error",
    "idle": "$text-muted",
}


@dataclass(frozen=True, slots=True)
class Look:
    """A state as it is shown: ``symbol`` (one cell), ``word``, ``short`` (at most 8 cells) and its tone."""

    symbol: str
    word: str
    tone: Tone
    short: str = ""

    @property
    def style(self) -> str:
        """The content style of the tone."""
        return STYLES[self.tone]

    @property
    def brief(self) -> str:
        """The word where room is scarce."""
        return self.short or self.word


STEPS: Mapping[str, Look] = {
    "done": Look("✓", "done", "good"),
    "active": Look("▸", "your turn", "act", "now"),
    "waiting": Look("…", "waiting", "wait"),
    "todo": Look("○", "to do", "idle"),
    "problem": Look("✗", "problem", "bad"),
    "not-needed": Look("–", "not needed", "idle", "n/a"),
}
"""States of a step and of a page: :data:`core.workflow.timeline.StepState`."""

TIMELINE: Mapping[str, Look] = {
    "preparing": Look("▸", "preparing", "act"),
    "requested": Look("…", "requested", "wait"),
    "connecting": Look("…", "connecting", "wait"),
    "accepting": Look("▸", "accepting", "act"),
    "verifying": Look("▸", "verifying", "act"),
    "verified": Look("✓", "verified", "good"),
    "problem": Look("✗", "problem", "bad"),
    "undone": Look("–", "undone", "idle"),
}
"""States of an enablement: :data:`core.workflow.timeline.State`."""

TURNS: Mapping[str, str] = {"cta": "CTA", "customer": "Customer", "magento": "Magento", "nobody": "nobody"}
"""Whose turn it is, as the CTA's desk says it: :data:`core.workflow.model.Turn`."""

CASES: Mapping[str, Look] = {
    **TIMELINE,
    "incomplete": Look("✗", "incomplete", "bad"),
    "ready": Look("▸", "to be filed", "act"),
    "unreadable": Look("✗", "unreadable", "bad"),
}
"""States of a case on the CTA's desk: :class:`core.desk.cases.Case`."""

VERDICTS: Mapping[str, Look] = {
    "proof": Look("✓", "right", "good"),
    "fault": Look("✗", "fault", "bad"),
    "unknown": Look("?", "not known", "idle"),
}
"""Of a hop: :data:`core.diagnosis.model.Verdict`."""

CERTAINTIES: Mapping[str, Look] = {
    "certain": Look("✗", "certain", "bad"),
    "likely": Look("!", "likely", "warn"),
    "possible": Look("?", "possible", "idle"),
}
"""Of a cause: :data:`core.diagnosis.model.Certainty`."""

RESOURCES: Mapping[str, Look] = {
    "available": Look("✓", "available", "good"),
    "active": Look("✓", "active", "good"),
    "healthy": Look("✓", "healthy", "good"),
    "open": Look("✓", "open", "good"),
    "visible": Look("✓", "visible", "good"),
    "verified": Look("✓", "verified", "good"),
    "pending-acceptance": Look("…", "pending acceptance", "wait", "pending"),
    "pending": Look("…", "pending", "wait"),
    "provisioning": Look("…", "provisioning", "wait", "starting"),
    "initial": Look("…", "first checks", "wait", "checks"),
    "draining": Look("…", "draining", "wait"),
    "deleting": Look("…", "deleting", "wait"),
    "partial": Look("!", "partly available", "warn", "partial"),
    "impaired": Look("!", "impaired", "warn"),
    "unused": Look("!", "unused", "warn"),
    "not-visible": Look("○", "not visible yet", "idle", "unseen"),
    "planned": Look("○", "not made yet", "idle", "planned"),
    "deleted": Look("–", "deleted", "idle"),
    "gone": Look("✗", "gone", "bad"),
    "rejected": Look("✗", "rejected", "bad"),
    "disconnected": Look("✗", "disconnected", "bad", "cut off"),
    "expired": Look("✗", "expired", "bad"),
    "failed": Look("✗", "failed", "bad"),
    "unhealthy": Look("✗", "unhealthy", "bad", "unwell"),
    "closed": Look("✗", "closed", "bad"),
    "stranger": Look("!", "stranger", "warn"),
    "unknown": Look("?", "unknown", "warn"),
}
"""States of resources and connections: :data:`core.network.model.ConnectionState` and the clouds' others."""

SEVERITIES: Mapping[str, Look] = {
    "error": Look("✗", "error", "bad"),
    "warning": Look("!", "warning", "warn"),
    "info": Look("·", "note", "idle"),
    "ok": Look("✓", "ok", "good"),
}

FINDINGS: Mapping[str, Look] = {
    "critical": Look("✗", "critical", "bad"),
    "high": Look("✗", "high", "bad"),
    "medium": Look("!", "medium", "warn"),
    "low": Look("!", "low", "wait"),
    "info": Look("·", "info", "idle"),
}
"""How bad a finding of the audit is: :data:`core.audit.finding.Severity`."""

ACTIONS: Mapping[str, Look] = {
    "create": Look("+", "create", "good"),
    "adopt": Look("=", "adopt", "wait"),
    "change": Look("~", "change", "warn"),
    "leave": Look("·", "leave", "idle"),
    "delete": Look("−", "delete", "bad"),
}
"""What a plan does: :data:`core.setup.change.Action`."""

RUNS: Mapping[str, Look] = {
    "planned": Look("○", "planned", "idle"),
    "waiting": Look("…", "waiting", "wait"),
    "running": Look("▸", "running", "act"),
    "started": Look("▸", "running", "act"),
    "done": Look("✓", "done", "good"),
    "failed": Look("✗", "failed", "bad"),
    "skipped": Look("–", "skipped", "idle"),
}
"""How far one change of a plan is while it is carried out."""

ACTORS: Mapping[str, str] = {"customer": "You", "cta": "CTA", "magento": "Magento", "nobody": "–"}
"""The short names of :data:`core.workflow.timeline.Turn`, as the customer reads them."""


TABLES = (STEPS, TIMELINE, CASES, RESOURCES, SEVERITIES, FINDINGS, RUNS)
"""Every table of states."""


def look(table: Mapping[str, Look], state: str) -> Look:
    """The look of ``state``; one that the table has not is shown by its own word as ``?``, never dropped."""
    known = table.get(state)
    return known or Look("?", visible(state) or "unknown", "warn", excerpt(state, 8) or "unknown")


def symbol_of(state: str) -> str:
    """The symbol of a state of any table, for a line without a screen."""
    return next((table[state].symbol for table in TABLES if state in table), "?")

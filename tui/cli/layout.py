"""How ``--help`` is laid out: all of a command on one screen of 80×24, its examples too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click
from click.formatting import wrap_text

COLUMN = 22
"""Cells of an option's name before its text; a longer one moves its own text aside."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Ask": ("new", "check", "schema", "ticket", "filed", "details"),
    "Set up": ("plan", "apply", "accept", "reject", "verify", "undo"),
    "Follow": ("status", "drift", "doctor", "note", "desk"),
    "Audit": ("audit", "inventory", "policy"),
    "Learn": ("walkthrough", "scenarios", "rehearse", "sandbox", "explain"),
    "Keep": ("journal", "recover", "settings", "serve", "completion"),
}
"""The commands by what they are for, in the order in which an enablement needs them."""


class Brief(click.HelpFormatter):
    """Options in one narrow column, one line each where there is room."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = COLUMN, col_spacing: int = 2) -> None:
        """Write names with their texts. ``--help`` itself is left out: whoever reads this has found it."""
        shown = [row for row in rows if not row[0].endswith("--help")]
        widest = min(max((len(name) for name, _ in shown), default=0), col_max)
        for name, text in shown:
            lead = " " * self.current_indent + name.ljust(widest) + " " * col_spacing
            first, *rest = wrap_text(text, max(self.width - len(lead), 20)).splitlines() or [""]
            self.write(f"{lead}{first}\n")
            if rest:
                aside = " " * (self.current_indent + widest + col_spacing)
                self.write(f"{wrap_text(' '.join(rest), self.width, aside, aside)}\n")


class BriefContext(click.Context):
    """A context whose help is laid out so."""

    formatter_class = Brief


def write_groups(formatter: click.HelpFormatter, commands: Mapping[str, tuple[str, str]]) -> None:
    """The commands' names by what they are for; one that no group has comes last."""
    grouped = {name for names in GROUPS.values() for name in names}
    rest = tuple(name for name in commands if name not in grouped)
    with formatter.section("Commands"):
        formatter.write_dl(
            [(title, "  ".join(names)) for title, names in (*GROUPS.items(), ("More", rest)) if names]
        )

"""Probes on a machine of the customer's: which one, and exactly what would be run there, before it is."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from core.workflow.diagnosing import Run
from tui.text import block, line
from tui.widgets.dialog import Choice, Dialog
from tui.widgets.field import Field, Option


class RunDialog(Dialog[Run]):
    """Answers the run that a person agreed to, or None. ``runs``: the same lines, one for each machine."""

    def __init__(self, runs: Sequence[Run]) -> None:
        body = Content.assemble(
            line(f"By {runs[0].by} these lines are run, and nothing else:", "bold"),
            "\n\n",
            block(runs[0].script.rstrip()),
        )
        super().__init__(
            "Run probes on a machine", body, (Choice("no", "Cancel"), Choice("yes", "Run it", "primary"))
        )
        self._runs = {one.machine.id: one for one in runs}

    def extra(self) -> Sequence[Widget]:
        """The machines."""
        options = [
            Option(id, f"{one.machine.name or id} ({one.machine.address})") for id, one in self._runs.items()
        ]
        hint = "It needs the agent of the cloud, a shell and curl."
        return (Field("machine", "Machine", options[0].value, options=options, hint=hint),)

    def answer(self, id: str) -> None:
        """The run on the chosen machine, or nothing."""
        chosen = self.query_one("#machine-field", Field).value
        self.dismiss(self._runs.get(chosen) if id == "yes" else None)

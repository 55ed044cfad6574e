"""Undo: what would be removed, and its removal."""

from __future__ import annotations

from core.setup.plan import Plan, blocking
from core.setup.undo_stops import CUTS
from core.workflow.removal import unclear
from tui.model import Model
from tui.screens.says import Said
from tui.screens.wizard.page import Action
from tui.screens.wizard.planning import PlanPage
from tui.widgets.dialog import ConfirmDialog


class UndoPage(PlanPage):
    """The plan of the removal. Live connections are cut only after a question of their own."""

    HEADING = "Undo"
    WHY = "Removed is only what this enablement made; what was there before stays."
    TOPIC = "undo"
    VERB = "Remove:"

    def plan_of(self, model: Model) -> Plan | None:
        """The removal."""
        return model.removal

    def look_again(self) -> None:
        """Plan the removal anew; live connections stand in its way again."""
        self.session.plan_removal()

    def stands(self, model: Model) -> Said:
        """Nothing is left, as far as everything could be read."""
        if model.removal is not None and unclear(model.removal):
            return Said("nothing more was found, but not everything could be read", "$text-warning", "!")
        return Said("nothing that this enablement made is left", "$text-success", "✓")

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Remove; where only live connections stand in the way, cut them."""
        plan = self.plan_of(model)
        codes = {problem.code for problem in blocking(plan)} if plan is not None else set()
        if codes and codes <= CUTS and not {"plan", "apply"} & model.jobs:
            return (Action("cut", "End live connections …", "error"), Action("again", "Check again"))
        rows = super().actions(model)
        return tuple(
            Action(one.name, "Remove …", "error", one.enabled) if one.name == "tool" else one for one in rows
        )

    def do_cut(self) -> None:
        """Ask whether live connections may end, then plan the removal with them."""

        def agreed(yes: bool | None) -> None:
            if yes:
                self.session.plan_removal(True)

        plan = self.plan_of(self.model)
        details = "\n".join(problem.message for problem in blocking(plan)) if plan is not None else ""
        question = "Plan the removal with the live connections too? Traffic through them would end."
        self.app.push_screen(ConfirmDialog(question, details, danger=True), agreed)

    def question(self, question: str, details: str) -> ConfirmDialog:
        """Removing is agreed to by typing the enablement's id."""
        return ConfirmDialog(question, details, danger=True, word=self.model.id or "")

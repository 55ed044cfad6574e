"""Doctor: why traffic does not come through, hop by hop, with what would mend it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult

from core.diagnosis.model import Diagnosis
from core.workflow.diagnosing import Run
from tui.model import Model
from tui.screens.says import Said, Says, reading
from tui.screens.wizard.page import Action, Page
from tui.widgets.copyable import Copyable, copy
from tui.widgets.diagnosis import DiagnosisList, rows_of


class DoctorPage(Page):
    """The causes ranked, the paths with every hop, and all about the row under the cursor."""

    HEADING = "Diagnosis"
    WHY = "Read only. ✓ right, ✗ wrong, ? not seen from here."
    TOPIC = "doctor"
    JOBS = ("diagnose",)
    DEFAULT_CSS = """
    DoctorPage #state { margin-bottom: 1; }
    DoctorPage DiagnosisList { height: 1fr; min-height: 4; }
    DoctorPage Copyable { height: auto; max-height: 40%; }
    """

    _shown: Diagnosis | None = None

    def compose(self) -> ComposeResult:
        """How things stand, the list, and the row's details."""
        yield from self.head()
        yield Says(id="state")
        yield DiagnosisList()
        yield Copyable("", title="Evidence and fix", description="the details", id="detail")

    def entered(self) -> None:
        """Look at once."""
        if self.model.diagnosis is None:
            self.session.diagnose()

    def show(self, model: Model) -> None:
        """Show the newest diagnosis."""
        found = model.diagnosis
        self.query_one("#state", Says).say(*_stands(found, "diagnose" in model.jobs, model))
        rows = self.query_one(DiagnosisList)
        rows.say_empty("" if "diagnose" in model.jobs else "Nothing was looked at yet.")
        if found is not self._shown and found is not None:
            self._shown = found
            rows.show(rows_of(found))
        self.query_one("#detail").display = found is not None

    @on(DiagnosisList.Highlighted)
    def _pointed(self, event: DiagnosisList.Highlighted) -> None:
        self.query_one("#detail", Copyable).show(event.detail)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Look again; probe from inside the network; copy what to write in the ticket."""
        idle = "diagnose" not in model.jobs
        ask = model.diagnosis is not None and bool(model.diagnosis.ask)
        return (
            Action("again", "Look again" if idle else "Looking …", "default", idle),
            Action("run", "Run probes …", "default", bool(model.runs) and idle),
            Action("ask", "Copy the ticket's text", "primary" if ask else "default", ask),
        )

    def do_again(self) -> None:
        """Look again."""
        self.session.diagnose()

    def do_run(self) -> None:
        """Choose a machine, see what would be run on it, and agree to it."""
        from tui.screens.wizard.run_dialog import RunDialog

        def agreed(run: Run | None) -> None:
            if run is not None:
                self.session.run_on(run)

        if self.model.runs:
            self.app.push_screen(RunDialog(self.model.runs), agreed)

    def do_ask(self) -> None:
        """Copy what to ask of Magento."""
        if self.model.diagnosis is not None:
            copy(self, self.model.diagnosis.ask, "the text for the ticket")


def _stands(found: Diagnosis | None, busy: bool, model: Model) -> tuple[Said, ...]:
    """How many causes there are, and what could not be read."""
    if found is None:
        return (reading(model.progress),) if busy else ()
    grave = sum(one.certainty == "certain" for one in found.causes)
    likely = sum(one.certainty == "likely" for one in found.causes)
    if grave or likely:
        words = " and ".join(
            text for text in (f"{grave} certain" * bool(grave), f"{likely} likely" * bool(likely)) if text
        )
        told = [Said(f"{words} {'cause' if grave + likely == 1 else 'causes'}", "bold $text-error", "✗")]
    elif found.healthy:
        told = [Said("nothing is wrong on your side, as far as can be seen", "$text-success", "✓")]
    else:
        told = [Said("something is wrong that no cause explains", "$text-warning", "!")]
    told += [
        Said(f"not checked: {gap.what}, because {gap.message}", "$text-muted", "?") for gap in found.gaps
    ]
    if found.ask:
        told.append(
            Said("Magento has to act: the text for the ticket is ready to copy", "$text-warning", "!")
        )
    return tuple(told)

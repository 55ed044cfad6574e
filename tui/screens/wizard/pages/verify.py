"""Verify: bytes, not states, prove a connection."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import TextArea

from tui.model import Model
from tui.screens.wizard.page import Action, Page
from tui.screens.wizard.pasted import Pasted
from tui.text import wrap
from tui.widgets.copyable import Copyable
from tui.widgets.drawn import Drawn, Lines

TITLES = {"to-magento": "You → Magento", "from-magento": "Magento → you"}


class Proofs(Drawn):
    """What has been proved, service by service."""

    def __init__(self) -> None:
        super().__init__()
        self._model: Model | None = None

    def show(self, model: Model) -> None:
        """Show what this model knows."""
        before = self.present()
        self._model = model
        self.redraw(before)

    def draw(self, width: int) -> Lines:
        """A line a direction, and a line a service."""
        model = self._model
        if model is None:
            return []
        lines: list[Content] = []
        for direction in ("to-magento", "from-magento") if model.bidirectional else ("to-magento",):
            proof = model.story.proofs.get(direction)
            if proof is None:
                words = "not proved yet" if direction in model.commands else "no endpoint yet"
                lines.append(
                    Content.assemble(("○ ", "$text-muted"), (TITLES[direction], "bold"), f": {words}")
                )
                continue
            mark = ("✓ ", "$text-success") if proof.ok else ("✗ ", "$text-error")
            words = "proved" if proof.ok else "not proved"
            lines.append(Content.assemble(mark, (TITLES[direction], "bold"), f": {words}"))
            lines += wrap(f"from {proof.place}", width, "$text-muted", indent="    ")
            if model.rehearsal and direction == "from-magento":
                words = "the rehearsal pasted what Magento's side printed"
                lines += wrap(words, width, "$text-muted", indent="    ")
            for service in proof.services:
                style = "$text-success" if service.ok else "$text-error"
                text = f"{'✓' if service.ok else '✗'} {service.service} port {service.port}: {service.detail}"
                lines += wrap(text, width, style, indent="    ")
        report = model.report
        if report is not None and not report.inside and not all(result.ok for result in report.results):
            lines += wrap(
                f"! Tried from {report.place}, which is not in your network: that says nothing about the connection. "
                "Run the commands below on a machine in the network.",
                width,
                "$text-warning",
            )
        return lines


class VerifyPage(Page):
    """Probe from here where here is in the network; else commands to paste, and their output read back."""

    HEADING = "Verify"
    WHY = "“{w.available}” proves nothing: only an answer over the connection does."
    TOPIC = "verify"
    JOBS = ("probe",)
    DEFAULT_CSS = """
    VerifyPage #commands { margin-top: 1; max-height: 40%; }
    VerifyPage TextArea { height: 5; }
    """

    def compose(self) -> ComposeResult:
        """Proofs, commands, and room for their output."""
        yield from self.head()
        yield Proofs()
        yield Copyable("", title="Commands for the other machine", description="the commands", id="commands")
        area = Pasted(soft_wrap=False, show_line_numbers=False, id="output", tab_behavior="focus")
        area.border_title = "Paste here what they printed"
        yield area

    def show(self, model: Model) -> None:
        """What is proved, and what to run for the rest."""
        self.query_one(Proofs).show(model)
        commands = "\n\n".join(
            f"# {TITLES.get(direction, direction)}\n{text}" for direction, text in model.commands.items()
        )
        block = self.query_one("#commands", Copyable)
        if block.text != commands:
            block.show(commands)
        for widget in (block, self.query_one(TextArea)):
            widget.display = bool(commands)

    @on(TextArea.Changed)
    def _changed(self) -> None:
        self.screen.show(self.model)  # type: ignore[attr-defined]

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Probe from here, read the output; in a rehearsal, let Magento's side run its commands."""
        idle = "probe" not in model.jobs
        proofs = model.story.proofs
        here = "to-magento" not in proofs or not proofs["to-magento"].ok
        areas = self.query(TextArea)
        actions = [
            Action(
                "probe",
                "Probe from here" if idle else "Probing …",
                "primary" if here and "to-magento" in model.commands else "default",
                idle,
            ),
            Action("read", "Read the output", "default", idle and bool(areas and areas.first().text.strip())),
        ]
        if model.rehearsal and model.bidirectional:
            ready = "from-magento" in model.commands and idle
            actions.append(Action("ask", "Let Magento run them", "default" if here else "primary", ready))
        if model.commands or model.report is not None:
            actions.append(Action("diagnose", "Diagnose"))
        return tuple(actions)

    def do_probe(self) -> None:
        """Probe from this machine."""
        self.session.probe()

    def do_diagnose(self) -> None:
        """Open the page that says why traffic does not come through."""
        self.post_message(self.Go("doctor"))

    def do_read(self) -> None:
        """Read what was pasted."""
        self.session.read_back(self.query_one(TextArea).text)

    def do_ask(self) -> None:
        """In a rehearsal: Magento's side runs the commands."""
        self.session.ask_the_other_side()

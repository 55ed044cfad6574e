"""The CTA's desk on cases that the core made of made-up files: no folder, no threads."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from textual import events
from textual.app import App

import tui
from core.desk.cases import Case, cases
from core.journal import events as e
from tests.core.audit.build import OFFER
from tests.core.audit.test_audit import everything
from tests.core.desk.test_cases import NOW, draft, filed_at, inventory, kept, request, saved_at
from tests.tui.screens.audit_stage import StandIn
from tui.app import PrivateLink
from tui.desks import DeskModel, Desks
from tui.model import Failure
from tui.screens.desk import DeskScreen
from tui.themes import DARK


def five() -> tuple[Case, ...]:
    """What five customers sent, and two enablements that are kept here, one of them late."""
    received = [
        request("inbox/acme.json", project__id="acme012345678", cloud__account="222233334444"),
        request(
            "inbox/globex.json",
            project__id="globex1234567",
            cloud__account="444455556666",
            connection__service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-0abc",
        ),
        request("inbox/umbrella.json", project__id="umbrella12345", cloud__account=None),
        request("inbox/hooli.json", project__id="hooli12345678"),
        inventory(everything(), "inbox/seen.json"),
    ]
    late = kept(
        "pl-7k3m9q",
        saved_at(20, draft(project__id="initech123456", cloud__account="777788889999")),
        filed_at(20, "4711"),
        e.Noted(at=NOW - timedelta(days=2), text="Called: the network team answers on Monday"),
    )
    return cases(
        received,
        (late, kept("pl-2p9xwa", saved_at(1, draft(cloud__account="333344445555")), filed_at(1))),
        OFFER,
        NOW,
    )


FIVE = five()
MODELS: dict[str, DeskModel] = {
    "reading": DeskModel(jobs=frozenset({"desk"})),
    "empty": DeskModel(found=()),
    "five": DeskModel(paths=("inbox",), found=FIVE),
    "failed": DeskModel(
        found=FIVE,
        failures={"desk-move": Failure("held", "pl-7k3m9q is being changed by apply.", "Wait for it.")},
    ),
}


class DeskStage(PrivateLink):
    """The app with the desk open on one model."""

    CSS_PATH = Path(tui.__file__).parent / "app.tcss"

    def __init__(self, model: DeskModel, theme: str = DARK) -> None:
        super().__init__(Path("/nowhere"), clock=lambda: NOW)
        self.theme = theme
        self.animation_level = "none"
        self.stand_in = StandIn(model, lambda: self.desk.post_message(DeskScreen.Changed()), Desks)
        self.desk = DeskScreen(self.stand_in)  # type: ignore[arg-type]  # it has the intents of one

    def on_mount(self, event: events.Mount) -> None:
        """Open the desk."""
        event.prevent_default()
        self.push_screen(self.desk)

    def _handle_exception(self, error: Exception) -> None:
        App._handle_exception(self, error)

"""The audit's screen on a model that is made up: no cloud, no threads. The findings are the core's own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App

import tui
from core.audit.catalogue import CHECKS, audit_all
from core.audit.sift import searchable, unhidden
from core.audit.suppress import Suppression
from core.cloud import Progress
from core.network.model import Gap, Inventory
from core.request.model import DraftCloud
from tests.core.audit.build import AWS, AZURE, NOW, OFFER, large
from tests.core.audit.test_audit import everything
from tui.app import PrivateLink
from tui.audits import AuditModel, Audits, Hiding
from tui.model import Failure
from tui.screens.audit import AuditScreen
from tui.themes import DARK

NAMED = DraftCloud(platform="aws", region="us-west-2", profile="prod")
AZURE_NAMED = DraftCloud(platform="azure", region="eastus2", account=AZURE.account)
GAP = Gap("connections", "access-denied", "You may not.", "ec2:DescribeVpcEndpointConnections")

AZURE_GAP = Gap(
    "private endpoints", "access-denied", "You may not.", "Microsoft.Network/privateEndpoints/read"
)


def seen(*inventories: Inventory, **fields: Any) -> AuditModel:
    """A model after looking at these."""
    report = audit_all(inventories, OFFER)
    texts = tuple(searchable(one, CHECKS) for one in report.findings)
    return AuditModel(named=NAMED, inventories=inventories, report=report, texts=texts, **fields)


def hidden() -> AuditModel:
    """A model of which some is suppressed, and of the rest all that is bad is known."""
    whole = audit_all([everything()], OFFER)
    until = NOW.date().replace(year=NOW.year + 1)
    rows = (
        ("aws-connection-*", "CHG-123"),
        ("aws-target-*", "the shop moves in May"),
        ("aws-rule-*", "CHG-7"),
    )
    kept = [Suppression(check=check, resource="*", reason=why, expires=until) for check, why in rows]
    known = [one.fingerprint for one in whole.findings if one.severity in ("critical", "high")]
    report = unhidden(whole, kept, known, NOW.date())
    texts = tuple(searchable(one, CHECKS) for one in report.findings)
    files = Hiding("known.toml", "last-week.json")
    return replace(seen(everything()), report=report, whole=whole, texts=texts, hiding=files)


MODELS: dict[str, AuditModel] = {
    "start": AuditModel(named=NAMED),
    "start-azure": AuditModel(named=AZURE_NAMED),
    "looking": AuditModel(named=NAMED, jobs=frozenset({"audit"}), progress=Progress(41, 96, "listeners", 12)),
    "failed": AuditModel(
        named=NAMED,
        failures={
            "audit": Failure(
                "credentials-expired", "The sign-in has expired.", "Run aws sso login --profile prod."
            )
        },
    ),
    "refused": AuditModel(
        named=NAMED,
        hiding=Hiding("known.toml", "last-week.json"),
        refused={"suppress": "suppress.0.expires: Field required", "baseline": "No such file or directory"},
        failures={
            "audit": Failure(
                "unusable-input",
                "known.toml: suppress.0.expires: Field required",
                "Each [[suppress]] has check, resource, reason and expires (a date).",
            )
        },
    ),
    "findings": seen(everything()),
    "hidden": hidden(),
    "findings-azure": replace(seen(replace(AZURE, connections=())), named=AZURE_NAMED),
    "healthy": seen(AWS),
    "gaps": seen(replace(AWS, connections=(), gaps=(GAP,))),
    "several": seen(everything(), replace(AZURE, connections=(), gaps=(AZURE_GAP,))),
    "again": seen(everything(), jobs=frozenset({"audit"}), progress=Progress(41, 96, "listeners", 12)),
    "many": seen(large(10_000)),
}


class StandIn:
    """Has the intents of :class:`Audits`, or of another, with their signatures, and writes every call down."""

    def __init__(self, model: Any, changed: Callable[[], None], of: type = Audits) -> None:
        self.model = model
        self.changed = changed
        self.calls: list[tuple[Any, ...]] = []
        for name, value in vars(of).items():
            if inspect.isfunction(value) and not name.startswith("_"):
                setattr(self, name, self._intent(name, inspect.signature(value)))

    def _intent(self, name: str, signature: inspect.Signature) -> Callable[..., None]:
        def intent(*given: Any, **named: Any) -> None:
            self.calls.append((name, *signature.bind(self, *given, **named).args[1:]))

        return intent

    def set(self, model: Any) -> None:
        """Have another model, and tell the screen."""
        self.model = model
        self.changed()


class AuditStage(PrivateLink):
    """The app with the audit open on one model."""

    CSS_PATH = Path(tui.__file__).parent / "app.tcss"

    def __init__(self, model: AuditModel, theme: str = DARK) -> None:
        super().__init__(Path("/nowhere"))
        self.theme = theme
        self.animation_level = "none"
        self.stand_in = StandIn(model, lambda: self.audit.post_message(AuditScreen.Changed()))
        self.audit = AuditScreen(self.stand_in)  # type: ignore[arg-type]

    def on_mount(self, event: events.Mount) -> None:
        """Open the audit."""
        event.prevent_default()
        self.push_screen(self.audit)

    def _handle_exception(self, error: Exception) -> None:
        App._handle_exception(self, error)

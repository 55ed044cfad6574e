"""Where to look: an account and region, or a saved inventory."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from core.request.model import PLATFORMS, DraftCloud, platform_of
from core.request.offer import PROJECT_REGIONS
from tui.audits import AuditModel
from tui.widgets.field import Field, Option
from tui.words import words_of

WHY = (
    "Read-only: it looks at the load balancers, endpoints and services of an account, and checks whether they are "
    "fit for PrivateLink, and safe. Nothing is changed."
)


class StartForm(VerticalScroll, can_focus=False):
    """The fields, filled from what was looked at before."""

    DEFAULT_CSS = """
    StartForm { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    StartForm Horizontal { height: auto; }
    StartForm .heading { text-style: bold; color: $text-primary; }
    StartForm .why { color: $text-muted; margin-bottom: 1; }
    """

    def __init__(self, model: AuditModel) -> None:
        super().__init__(id="start")
        self._named = model.named
        self._rehearsal = model.rehearsal

    def compose(self) -> ComposeResult:
        """Cloud, region; profile or subscription, network; file."""
        named, words = self._named, words_of(self._named.platform)
        yield Static(Content("Audit"), classes="heading", markup=False)
        yield Static(Content(WHY), classes="why", markup=False)
        choices = (platform_of(named.platform),) if self._rehearsal else PLATFORMS
        with Horizontal():
            yield Field(
                "audit.platform",
                "Cloud",
                named.platform or "aws",
                options=[Option(one, words_of(one).cloud) for one in choices if one],
            )
            offered = {one.region for one in PROJECT_REGIONS.values()}
            yield Field(
                "audit.region",
                words.location.capitalize(),
                named.region or "",
                placeholder=words.location_example,
                suggestions=sorted(offered),
            )
        with Horizontal():
            if words.azure:
                yield Field(
                    "audit.account", "Subscription", named.account or "", hint="Empty: that of az login."
                )
            else:
                yield Field("audit.profile", "Profile", named.profile or "", placeholder="default")
            yield Field(
                "audit.network", words.network_label, named.network or "", hint="Empty: all of the region."
            )
        yield Field(
            "audit.file",
            "Or a saved inventory",
            hint="The file that privatelink inventory wrote. No sign-in is needed.",
        )

    @property
    def named(self) -> DraftCloud:
        """The account that the fields name."""
        values = {one.path.partition(".")[2]: one.value.strip() or None for one in self.query(Field)}
        values.pop("file", None)
        return DraftCloud.model_validate(values)

    @property
    def file(self) -> str:
        """The file that is named, empty where none is."""
        return self.query_one("#audit-file-field", Field).value.strip()

    @on(Field.Changed, "#audit-platform-field")
    async def _other_cloud(self, event: Field.Changed) -> None:
        if event.value != self._named.platform:
            self._named = DraftCloud(platform=event.value)
            await self.recompose()
            self.query_one("#audit-region-field", Field).focus()

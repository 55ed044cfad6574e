"""Where to look: an account and region, or a saved inventory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from core.request.model import PLATFORMS, DraftCloud, platform_of
from core.request.offer import PROJECT_REGIONS
from tui.audits import AuditModel, Hiding
from tui.widgets.field import Field, Option
from tui.words import words_of

WHY = (
    "Looks at an account's load balancers, endpoints and services, and checks whether they are fit for PrivateLink, "
    "and safe. Nothing is changed."
)

DRAFT = ("platform", "region", "account", "profile", "network")
"""What names an account, among the fields."""


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
        self._file = model.file
        self._hiding = model.hiding
        self._refused: Mapping[str, str] = {}
        self._rehearsal = model.rehearsal

    def compose(self) -> ComposeResult:
        """Cloud, region; profile or subscription, network; files."""
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
                placeholder=f"such as {words.location_example}",
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
            self._file,
            hint="The file that privatelink inventory wrote. No sign-in is needed.",
        )
        with Horizontal():
            yield Field(
                "audit.suppress",
                "Known findings (file)",
                self._hiding.suppress,
                hint="TOML: what you live with.",
            )
            yield Field(
                "audit.baseline",
                "Baseline (file)",
                self._hiding.baseline,
                hint="An earlier JSON report.",
            )

    @property
    def named(self) -> DraftCloud:
        """The account that the fields name."""
        values = self._values()
        return DraftCloud.model_validate({name: values.get(name) or None for name in DRAFT})

    @property
    def file(self) -> str:
        """The file that is named, empty where none is."""
        return self._values()["file"]

    @property
    def hiding(self) -> Hiding:
        """The files of what is not to be shown."""
        values = self._values()
        return Hiding(values["suppress"], values["baseline"])

    def refuse(self, refused: Mapping[str, str]) -> None:
        """Tell at the fields that can be refused why they are: the region, and the files of :class:`Hiding`."""
        self._refused = refused
        for name in ("region", *(one.name for one in fields(Hiding))):
            self._field(name).show_error(refused.get(name, ""))

    def focus_first(self) -> None:
        """Put the cursor where something is to be mended, all of that field in view; else where to begin."""
        first = self._field(next(iter(self._refused), "region")).focus()
        self.call_after_refresh(first.scroll_visible, animate=False)

    def _field(self, name: str) -> Field:
        return self.query_one(f"#audit-{name}-field", Field)

    def _values(self) -> dict[str, str]:
        return {one.path.partition(".")[2]: one.value.strip() for one in self.query(Field)}

    @on(Field.Changed, "#audit-platform-field")
    async def _other_cloud(self, event: Field.Changed) -> None:
        if event.value != self._named.platform:
            self._file, self._hiding = self.file, self.hiding
            self._named = DraftCloud(platform=event.value)
            await self.recompose()
            self._field("region").focus()

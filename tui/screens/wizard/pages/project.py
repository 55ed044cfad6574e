"""Project and environment."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from core.request.offer import PROJECT_REGIONS
from tui.model import Model
from tui.screens.wizard.page import Page
from tui.widgets.field import Field, Option
from tui.words import words_of


class ProjectPage(Page):
    """The Magento Commerce Cloud project and the environment that is to be connected."""

    HEADING = "Project and environment"
    WHY = "PrivateLink is there for Production and Staging of Pro plan projects only."
    TOPIC = "project"
    DEFAULT_CSS = "ProjectPage Horizontal { height: auto; }"

    def compose(self) -> ComposeResult:
        """Four fields, and the cluster where the ticket wants it."""
        project = self.model.draft.project
        yield from self.head()
        yield Field(
            "project.id",
            "Magento Cloud project ID",
            project.id or "",
            hint="In the project's URL.",
        )
        with Horizontal():
            yield self._plan()
            yield self._environment()
        if self.words.cluster_hint:
            yield Field(
                "project.cluster",
                "Magento cluster ID",
                project.cluster or "",
                hint=self.words.cluster_hint,
            )
        yield Field(
            "project.region",
            "Magento region",
            project.region or "",
            options=tuple(
                Option(name, f"{name}  ({words_of(one.platform).cloud} {one.region})")
                for name, one in PROJECT_REGIONS.items()
            ),
            hint="In the project's URL, as in us-3.magento.cloud.",
        )

    def _plan(self) -> Field:
        return Field(
            "project.plan",
            "Plan",
            self.model.draft.project.plan or "",
            options=(Option("pro", "Pro"), Option("starter", "Starter")),
            hint="On the invoice, and in Account Settings.",
        )

    def _environment(self) -> Field:
        return Field(
            "project.environment",
            "Environment",
            self.model.draft.project.environment or "",
            options=(
                Option("production", "Production"),
                Option("staging", "Staging"),
                Option("integration", "Integration"),
            ),
            hint="One enablement for each.",
        )

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        project = self.model.draft.project
        changed = project.model_copy(update={event.path.partition(".")[2]: event.value.strip() or None})
        if changed != project:
            self.session.answer(self.model.draft.model_copy(update={"project": changed}))

    def show(self, model: Model) -> None:
        """Errors under their fields; values that came from elsewhere (a rehearsal) filled in."""
        for field in self.query(Field):
            field.show_problems(model.problems_in(field.path))
            if not field.value:
                field.fill(getattr(model.draft.project, field.path.partition(".")[2]) or "")

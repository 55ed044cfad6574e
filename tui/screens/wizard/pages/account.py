"""Sign-in and account."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from core.request.model import DraftCloud
from core.request.offer import PROJECT_REGIONS
from tui.model import Model
from tui.screens.says import Said, Says
from tui.screens.wizard.page import Action, Page
from tui.text import one_line
from tui.widgets.field import Field, Option


class AccountPage(Page):
    """Which cloud, which region, whose credentials; and whether they fit."""

    HEADING = "Sign-in and account"
    WHY = "Both ends must be in the same cloud and region. Magento opens its service to this account."
    TOPIC = "account"
    JOBS = ("connect",)
    DEFAULT_CSS = """
    AccountPage Horizontal { height: auto; }
    AccountPage #who { margin-top: 1; }
    """

    def compose(self) -> ComposeResult:
        """Cloud, region, profile, account, and who is signed in."""
        cloud = self.model.draft.cloud
        yield from self.head()
        with Horizontal():
            yield Field(
                "cloud.platform",
                "Cloud",
                cloud.platform or "aws",
                options=(Option("aws", "AWS"),),
                hint="Azure is not in this version yet.",
            )
            yield Field(
                "cloud.region",
                "Region",
                cloud.region or "",
                placeholder="us-west-2",
                suggestions=sorted({one.region for one in PROJECT_REGIONS.values() if one.platform == "aws"}),
                hint="Of the VPC; Magento's as well.",
            )
        with Horizontal():
            yield Field(
                "cloud.profile",
                "Profile",
                cloud.profile or "",
                placeholder="default",
                hint="From ~/.aws/config; may be empty.",
            )
            yield Field(
                "cloud.account",
                "Account number",
                cloud.account or "",
                hint="12 digits; signing in fills it.",
            )
        yield Says(id="who")

    def entered(self) -> None:
        """A new answer sheet starts with the cloud that there is."""
        if self.model.draft.cloud.platform is None:
            self._answer("cloud.platform", "aws")

    def _answer(self, path: str, value: str) -> None:
        cloud = self.model.draft.cloud
        changed: DraftCloud = cloud.model_copy(update={path.partition(".")[2]: value.strip() or None})
        if changed != cloud:
            self.session.answer(self.model.draft.model_copy(update={"cloud": changed}))

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        self._answer(event.path, event.value)

    def show(self, model: Model) -> None:
        """Errors under their fields; who is signed in beneath."""
        for field in self.query(Field):
            field.show_problems(model.problems_in(field.path))
            if not field.value:
                field.fill(getattr(model.draft.cloud, field.path.partition(".")[2]) or "")
        self.query_one("#who", Says).say(*_who(model))

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Sign in."""
        busy = "connect" in model.jobs
        label = "Signing in …" if busy else "Sign in again" if model.identity else "Sign in"
        return (Action("sign_in", label, "primary" if model.identity is None else "default", not busy),)

    def do_sign_in(self) -> None:
        """Connect with what was chosen."""
        self.session.sign_in()


def _who(model: Model) -> tuple[Said, ...]:
    identity = model.identity
    if "connect" in model.jobs and identity is None:
        return (Said("signing in", "$text-secondary", "…"),)
    if identity is None:
        return (Said("not signed in", "$text-muted", "○"),)
    same = identity.account == model.draft.cloud.account
    said = (
        Said(
            f"account {one_line(identity.account)}, by {one_line(identity.source)}",
            "$text-success" if same else "$text-error",
            "✓" if same else "✗",
        ),
        Said(one_line(identity.principal), "$text-muted"),
    )
    wrong = Said("The request names another account: correct one of the two.", "$text-error")
    return said if same else (*said, wrong)

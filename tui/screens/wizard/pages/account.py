"""Sign-in and account."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from core.request.model import PLATFORMS, DraftCloud, platform_of
from core.request.offer import PROJECT_REGIONS
from tui.model import Failure, Model
from tui.screens.says import Said, Says
from tui.screens.wizard.page import Action, Page
from tui.text import one_line
from tui.widgets.copyable import Copyable, copy
from tui.widgets.durations import clock
from tui.widgets.field import Field, Option
from tui.words import Words, words_of

WAYS = (("code", "Use a code", "device-code"), ("browser", "Use the browser", "browser"))
"""The ways in which a person signs in: the action, its button, and the way's name."""


class AccountPage(Page):
    """Which cloud, which region, whose credentials; and whether they fit."""

    HEADING = "Sign-in and {w.account}"
    WHY = "Both ends must be in the same cloud and region. Magento opens its service to this {w.account}."
    TOPIC = "account"
    JOBS = ("connect",)
    DEFAULT_CSS = """
    AccountPage Horizontal { height: auto; }
    AccountPage #who { margin-top: 1; }
    AccountPage #code { margin: 1 0; }
    """

    def compose(self) -> ComposeResult:
        """Cloud, region, profile or tenant, account, and who is signed in; while a code waits, only that."""
        cloud, words = self.model.draft.cloud, self.words
        self._built = self._shape(self.model)
        yield from self.head()
        yield Copyable("", title="Code", description="the code", id="code")
        with Horizontal():
            yield self._platform()
            yield Field(
                "cloud.region",
                words.location,
                cloud.region or "",
                placeholder=f"such as {words.location_example}",
                suggestions=self._regions(),
                hint=words.location_hint,
            )
        with Horizontal():
            if words.by_person:
                yield self._account()
                yield Field("cloud.tenant", "Tenant", cloud.tenant or "", hint=words.tenant_hint)
            else:
                yield Field(
                    "cloud.profile",
                    "Profile",
                    cloud.profile or "",
                    placeholder="default",
                    hint=words.profile_hint,
                )
                yield self._account()
        yield Says(id="who")

    def _platform(self) -> Field:
        now = self.model.draft.cloud.platform or "aws"
        choices = (platform_of(now),) if self.model.rehearsal else PLATFORMS
        return Field(
            "cloud.platform",
            "Cloud",
            now,
            options=[Option(one, words_of(one).cloud) for one in choices if one],
            hint="The one that is rehearsed." if self.model.rehearsal else "Magento's is the same.",
        )

    def _account(self) -> Field:
        words, account = self.words, self.model.draft.cloud.account or ""
        options = [Option(one.id, f"{one.name}  {one.id}") for one in self.model.accounts]
        hint = words.account_hint
        return Field("cloud.account", words.account_label, account, options=options or None, hint=hint)

    def _regions(self) -> Sequence[str]:
        offered = {one.region for one in PROJECT_REGIONS.values() if one.platform == self.words.platform}
        return [*sorted(offered), *(one.name for one in self.model.regions if one.name not in offered)]

    @staticmethod
    def _shape(model: Model) -> tuple[object, ...]:
        """What the fields are built from; where it changes, they are built anew."""
        return words_of(model.draft.cloud.platform), model.accounts

    async def recompose(self) -> None:
        """Build the fields anew, with the cursor where it was; once, however often it was asked for."""
        if self._shape(self.model) == self._built:
            return
        self._built = ()  # nothing is painted on fields that are taken away
        fields = [one.path for one in self.query(Field) if one.has_focus_within]
        await super().recompose()
        self.show(self.model)
        for field in self.query(Field):
            if field.path in fields:
                field.focus()

    def entered(self) -> None:
        """A new answer sheet starts with the cloud that is met most."""
        draft = self.model.draft
        if draft.cloud.platform is None:
            cloud = draft.cloud.model_copy(update={"platform": "aws"})
            self.session.suppose(draft.model_copy(update={"cloud": cloud}))

    def _answer(self, path: str, value: str) -> None:
        cloud = self.model.draft.cloud
        update: dict[str, str | None] = {path.partition(".")[2]: value.strip() or None}
        if path == "cloud.platform" and value != cloud.platform:
            update |= dict.fromkeys(("account", "region", "profile", "tenant", "network"))
        changed: DraftCloud = cloud.model_copy(update=update)
        if changed != cloud:
            self.session.answer(self.model.draft.model_copy(update={"cloud": changed}))

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        chosen = event.path == "cloud.account" and bool(self.model.accounts)
        self._answer(event.path, event.value)
        if chosen and event.value:
            self.session.sign_in()

    def show(self, model: Model) -> None:
        """Errors under their fields; who is signed in beneath."""
        if self._shape(model) != self._built:
            self.refresh(recompose=True)
            return
        for field in self.query(Field):
            field.show_problems(model.problems_in(field.path))
            if not field.value:
                field.fill(getattr(model.draft.cloud, field.path.partition(".")[2]) or "")
        code = model.code if "connect" in model.jobs else None
        for row in self.query(Horizontal):
            row.display = code is None
        block = self.query_one("#code", Copyable)
        block.display = code is not None
        block.show(code.code if code else "")
        self.query_one("#who", Says).say(*_who(model, self.words))

    def failure(self, model: Model) -> Failure | None:
        """The last sign-in's, until another one is under way."""
        return None if "connect" in model.jobs else super().failure(model)

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Sign in, by what is set up here or by a person; while that is under way, copy the code or stop."""
        if "connect" in model.jobs:
            stop = Action("stop", "Cancel")
            if model.code is not None:
                return (Action("copy", "Copy the code", "primary"), stop)
            return (Action("sign_in", "Signing in …", "default", False), stop)
        label = "Sign in again" if model.identity else "Sign in"
        main = Action("sign_in", label, "primary" if model.identity is None else "default")
        if not self.words.by_person or model.rehearsal:
            return (main,)
        return (main, *(Action(name, button) for name, button, _ in WAYS))

    def do_sign_in(self) -> None:
        """Connect with what was chosen."""
        self.session.sign_in()

    def do_code(self) -> None:
        """Let the person sign in with a code."""
        self.session.sign_in("device-code")

    def do_browser(self) -> None:
        """Let the person sign in in the browser."""
        self.session.sign_in("browser")

    def do_stop(self) -> None:
        """End the sign-in that is under way."""
        self.session.cancel()

    def do_copy(self) -> None:
        """Copy the code."""
        block = self.query_one("#code", Copyable)
        copy(block, block.text, "the code")


def _who(model: Model, words: Words) -> tuple[Said, ...]:
    identity, code = model.identity, model.code
    if "connect" in model.jobs and code is not None:
        return (
            Said(f"Open {one_line(code.url)} on any device and enter the code.", "bold $text-accent", "▸"),
            Said(f"It is valid until {clock(code.until)}. Signing in goes on here by itself.", "$text-muted"),
        )
    if "connect" in model.jobs and identity is None:
        return (Said("signing in", "$text-secondary", "…"),)
    if identity is None:
        return (Said("not signed in", "$text-muted", "○"),)
    if model.draft.cloud.account is None and model.accounts:
        return (
            Said(f"signed in: choose one {words.account} of {len(model.accounts)}", "bold $text-accent", "▸"),
        )
    same = identity.account == model.draft.cloud.account
    said = (
        Said(
            f"{words.account} {one_line(identity.account)}, by {one_line(identity.source)}",
            "$text-success" if same else "$text-error",
            "✓" if same else "✗",
        ),
        Said(one_line(identity.principal), "$text-muted"),
    )
    wrong = Said(f"The request names another {words.account}: correct one of the two.", "$text-error")
    return said if same else (*said, wrong)

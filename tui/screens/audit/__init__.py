"""The audit: where to look, what was found, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input

from core.audit.catalogue import CHECKS
from core.audit.finding import SEVERITIES, Finding, Report
from core.audit.formats.words import amount, subject, summary, unmade_by_reason
from core.audit.sift import Branch, Sieve, branches, sifted
from core.audit.way import Stop, way
from core.network.index import Index
from core.network.model import Inventory
from core.request.facts import CLOUD_NAMES
from tui.audits import AuditModel
from tui.messages import GoHome
from tui.screens.audit.detail import Detail
from tui.screens.audit.lists import FindingList, ResourceTree, SeverityBar, severity_at
from tui.screens.audit.save_dialog import SaveDialog
from tui.screens.audit.start import StartForm
from tui.screens.says import FailureBar, Said, Says
from tui.widgets.copyable import Copied
from tui.widgets.key_bar import KeyBar
from tui.widgets.top_bar import Place, TopBar
from tui.words import words_of

if TYPE_CHECKING:
    from tui.audits import Audits

KEYS = (
    ("help", "Help"),
    ("main", "Look"),
    ("/", "Search"),
    ("1-5", "Show"),
    ("copy", "Copy"),
    ("audit", "Again"),
    ("s", "Save"),
    ("home", "Back"),
)

NOT_CHECKED, HIDDEN = "not checked", "hidden"
"""The branches of what was not checked, and of what is hidden by suppressions and a baseline."""
_BELOW = {
    NOT_CHECKED: "What was not checked, and why, is below.",
    HIDDEN: "What is hidden, and why, is below.",
}
_MOST = 20
"""Suppressed findings that are told one by one."""


class AuditScreen(Screen[None]):
    """Shows the audit's model; keys and buttons become its intents."""

    class Changed(Message):
        """The model is a new one. Only the newest matters."""

        def can_replace(self, message: Message) -> bool:
            """Coalesce: the model is painted as it is, not each step to it."""
            return isinstance(message, AuditScreen.Changed)

    TOPIC = "audit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "main", "Look", show=False, id="main"),
        # Before others, so that what is typed in the same breath is part of the search already.
        Binding("slash", "search", "Search", show=False, priority=True),
        *(
            Binding(str(number), f"severity({number})", "Hide or show a severity", show=False)
            for number in range(1, 6)
        ),
        Binding("a", "again", "Make this check again", show=False, id="audit"),
        Binding("s", "save", "Save the report", show=False),
        Binding("escape", "back", "Back", show=False, id="home"),
    ]
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    AuditScreen {
        #found { height: 1fr; }
        #search { height: 1; border: none; padding: 0 1; background: $surface; }
        #search:focus { background: $block-cursor-blurred-background; }
        #middle { height: 1fr; }
        #state { padding: 0 1; }
        #left { width: 26; border-right: solid $border-blurred; }
        #right { width: 1fr; }
        FindingList { height: 1fr; }
        RowList { scrollbar-size-horizontal: 0; }
        #buttons { height: 1; padding: 0 1; background: $surface; align-horizontal: center; }
        #buttons Button { margin: 0 1; min-width: 8; background: $foreground 14%; }
        #buttons Button.-primary { background: $primary; }
    }
    """

    def __init__(self, audits: Audits) -> None:
        super().__init__()
        self.audits = audits
        self.sieve = Sieve()
        self._starting = audits.model.report is None
        self._shown: AuditModel | None = None
        self._indexes: tuple[Index, ...] = ()

    def compose(self) -> ComposeResult:
        """The form to start with, or the findings; buttons and keys."""
        yield TopBar(id="top")
        yield StartForm(self.audits.model)
        with Vertical(id="found"):
            yield SeverityBar(id="severities")
            with Horizontal(id="middle"):
                with Vertical(id="left"):
                    yield Input(placeholder="Search (/)", id="search", select_on_focus=False)
                    yield ResourceTree(id="tree")
                with Vertical(id="right"):
                    yield FindingList(
                        id="findings", empty="Nothing here: another branch, search or severity?"
                    )
                    yield Detail(id="detail")
        yield Says(id="state")
        yield FailureBar(id="failure")
        with Horizontal(id="buttons"):
            yield Button("Look", id="look", variant="primary", compact=True)
            yield Button("Check again", id="again", compact=True)
            yield Button("Copy", id="copy", compact=True)
            yield Button("Save …", id="save", compact=True)
            yield Button("Look elsewhere", id="elsewhere", compact=True)
            yield Button("Cancel", id="cancel", compact=True)
        yield KeyBar(KEYS)

    def on_mount(self) -> None:
        """Paint what is known."""
        self._paint()
        self._focus_first()

    def on_unmount(self) -> None:
        """End the look that is under way, and the cloud's process."""
        self.audits.close()

    # -- painting ----------------------------------------------------------------------------------------

    @on(Changed)
    def paint(self) -> None:
        """Show the newest model."""
        if self.is_mounted:
            self._paint()

    def _paint(self) -> None:
        model, before = self.audits.model, self._shown
        self._shown = model
        fresh = model.report is not None and (before is None or before.report is not model.report)
        with self.app.batch_update():
            if fresh:
                self._starting = False
                self._take_report(model)
            self._show_frame(model)
        if before is not None and model.saved and model.saved != before.saved:
            self.notify(f"Saved: {model.saved}", timeout=5, markup=False)
        refused = bool(model.refused) and (before is None or before.refused != model.refused)
        if fresh or refused:
            self._focus_first()

    def _show_frame(self, model: AuditModel) -> None:
        busy = "audit" in model.jobs
        found = model.report is not None and not self._starting
        self.query_one("#start").display = not found
        self.query_one("#found").display = found
        for name, seen in {
            "look": not busy,
            "again": found and not busy,
            "copy": found,
            "save": found,
            "elsewhere": found and not busy,
            "cancel": busy or (self._starting and model.report is not None),
        }.items():
            self.query_one(f"#{name}", Button).display = seen
        self.query_one("#look", Button).label = "Look again" if found else "Look now"
        failure = next(iter(model.failures.values()), None)
        self.query_one(FailureBar).show(None if busy else failure)
        self.query_one(StartForm).refuse(model.refused)
        told = self.query_one("#state", Says)
        told.display = busy
        told.say(*_progress(model))
        self.query_one(TopBar).show(_place(model))

    def _take_report(self, model: AuditModel) -> None:
        assert model.report is not None
        self._indexes = tuple(Index(one) for one in model.inventories)
        self.query_one(ResourceTree).show(_rows(model.report))
        self._sift()

    def _sift(self) -> None:
        model = self.audits.model
        if model.report is None:
            return
        shown = sifted(model.report.findings, model.texts, self.sieve)
        rows = self.query_one(FindingList)
        rows.say_empty(_instead(model, self.sieve))
        rows.show(shown)
        counts = model.report.counts
        self.query_one(SeverityBar).tell(
            tuple((one, counts[one], one in self.sieve.severities) for one in SEVERITIES)
        )
        self._point(rows.highlighted)

    def _point(self, finding: Finding | None) -> None:
        stops: tuple[Stop, ...] = ()
        if finding is not None:
            seen = next((one for one in self._indexes if _same(one.inventory, finding)), None)
            stops = way(seen, finding.resource) if seen else ()
        otherwise = () if finding is not None else _nothing(self.audits.model, self.sieve)
        self.query_one(Detail).show(finding, stops, otherwise)

    def _focus_first(self) -> None:
        if self._starting:
            self.query_one(StartForm).focus_first()
        else:
            self.query_one(FindingList).focus()

    # -- what a person does ------------------------------------------------------------------------------

    @on(FindingList.Pointed)
    def _finding_pointed(self, event: FindingList.Pointed) -> None:
        self._point(event.finding)

    @on(ResourceTree.Pointed)
    def _branch_pointed(self, event: ResourceTree.Pointed) -> None:
        self.sieve = Sieve(self.sieve.severities, self.sieve.words, event.branch.key)
        self._sift()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self.sieve = Sieve(self.sieve.severities, event.value, self.sieve.branch)
        self._sift()

    @on(Input.Submitted, "#search")
    def _search_done(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(FindingList).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where text is typed, a slash is one."""
        return not (action == "search" and isinstance(self.focused, Input))

    def action_search(self) -> None:
        """Put the cursor into the search."""
        if not self._starting:
            self.set_focus(self.query_one("#search"))

    def action_severity(self, number: int) -> None:
        """Hide or show the findings of a severity, the worst is 1."""
        severities = self.sieve.severities ^ {severity_at(number)}
        self.sieve = Sieve(severities, self.sieve.words, self.sieve.branch)
        self._sift()

    @on(Button.Pressed, "#look")
    def action_main(self) -> None:
        """Look where the fields say; with findings on the screen, look there again."""
        if "audit" in self.audits.model.jobs:
            return
        if not self._starting:
            self.audits.again()
            return
        form = self.query_one(StartForm)
        if form.file:
            self.audits.open(form.file, form.hiding)
        else:
            self.audits.look(form.named, form.hiding)

    @on(Button.Pressed, "#again")
    def action_again(self) -> None:
        """Look again, for the check under the cursor only."""
        one = self.query_one(FindingList).highlighted
        if one is not None and not self._starting and "audit" not in self.audits.model.jobs:
            self.audits.again(one.check)
            self.notify(f"Looking again: {CHECKS[one.check].title}", timeout=3, markup=False)

    @on(Button.Pressed, "#copy")
    def _copy_pressed(self) -> None:
        self.query_one(FindingList).action_copy()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Ask for the form and the file."""
        if self.audits.model.report is not None and not self._starting:
            self.app.push_screen(SaveDialog(), self._save)

    def _save(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            self.audits.save(*chosen)

    @on(Button.Pressed, "#elsewhere")
    def action_elsewhere(self) -> None:
        """Back to the fields."""
        self._starting = True
        self.paint()
        self._focus_first()

    @on(Button.Pressed, "#cancel")
    def action_back(self) -> None:
        """Stop looking; else back to the findings; else home."""
        if "audit" in self.audits.model.jobs:
            self.audits.cancel()
        elif self._starting and self.audits.model.report is not None:
            self._starting = False
            self.paint()
            self._focus_first()
        else:
            self.post_message(GoHome())

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        self.notify(f"Copied: {event.description}", timeout=3, markup=False)


def _same(inventory: Inventory, finding: Finding) -> bool:
    scope = finding.scope
    there = (inventory.platform, inventory.account, inventory.region)
    return there == (scope.platform, scope.account, scope.region)


def _progress(model: AuditModel) -> tuple[Said, ...]:
    if "audit" not in model.jobs:
        return ()
    told = model.progress
    if told is None:
        return (Said("looking", "$text-secondary", "…"),)
    return (
        Said(f"looking: {told.done} of {told.total} parts, {told.count} {told.what}", "$text-secondary", "…"),
    )


def _rows(report: Report) -> tuple[Branch, ...]:
    """The tree of what has findings; second what is hidden by files, last what was not checked, where there is such."""
    hidden = report.known + len(report.suppressed)
    first, *rest = (*branches(report.findings), None)
    return tuple(
        one
        for one in (
            first,
            Branch(HIDDEN, 0, "hidden", hidden, "info") if hidden or report.notes else None,
            *rest,
            Branch(NOT_CHECKED, 0, "not checked", len({one.check for one in report.not_checked}), "info")
            if report.not_checked
            else None,
        )
        if one is not None
    )


def _instead(model: AuditModel, sieve: Sieve) -> str:
    """What the list says where it has no finding to show."""
    if sieve.branch in _BELOW:
        return _BELOW[sieve.branch]
    found = model.report is not None and bool(model.report.findings)
    return "Nothing here: another branch, search or severity?" if found else "Nothing was found."


def _nothing(model: AuditModel, sieve: Sieve) -> tuple[Said, ...]:
    """What stands in the place of a finding's detail where there is none."""
    if model.report is None:
        return ()
    if sieve.branch == HIDDEN:
        return tuple(_hidden(model.report))
    gaps = tuple(
        Said(f"{why}: {', '.join(ids)}", "$text-muted", "?")
        for (why, _), ids in unmade_by_reason(model.report).items()
    )
    return (Said(f"{summary(model.report)}.", "bold"), *gaps)


def _hidden(report: Report) -> Iterator[Said]:
    """What is not shown, by what; and which suppressions are good for nothing."""
    if report.known:
        yield Said(f"{amount(report.known, 'finding')} known from the baseline.", "bold")
    if report.suppressed:
        yield Said(f"{amount(len(report.suppressed), 'finding')} suppressed.", "bold")
    for one in report.suppressed[:_MOST]:
        found = one.finding
        yield Said(
            f"{CHECKS[found.check].title}, {subject(found)}: {one.reason}, until {one.expires}", "", "·"
        )
    if len(report.suppressed) > _MOST:
        yield Said(f"… and {len(report.suppressed) - _MOST} more", "$text-muted")
    for note in report.notes:
        yield Said(note, "$text-warning", "!")


def _place(model: AuditModel) -> Place:
    scope = model.report.scopes[0] if model.report and model.report.scopes else None
    if scope is None:
        cloud = words_of(model.named.platform).cloud if model.named.platform else ""
        return Place(
            cloud=cloud, region=model.named.region or "", rehearsal=model.rehearsal, local=model.local
        )
    return Place(
        cloud=CLOUD_NAMES[scope.platform],
        account=scope.account,
        region=scope.region,
        rehearsal=model.rehearsal and not model.file,
        local=model.local if not model.file else "",
    )

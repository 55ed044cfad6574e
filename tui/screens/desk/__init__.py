"""The CTA's desk: what customers sent and what is kept here, the late ones first, with the texts to send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button

from core.desk.cases import Case
from tui.messages import GoHome, RecoverEnablement, ResumeEnablement
from tui.screens.desk.dialogs import LineDialog
from tui.screens.desk.told import VIEWS, due_words, first_view, turn_words
from tui.screens.says import FailureBar
from tui.text import line, middle
from tui.widgets.copyable import Copied, Copyable
from tui.widgets.drawn import Lines
from tui.widgets.key_bar import KeyBar
from tui.widgets.rows import RowList
from tui.widgets.state import CASES, look
from tui.widgets.top_bar import Place, TopBar

if TYPE_CHECKING:
    from tui.desks import DeskModel, Desks

KEYS = (
    ("help", "Help"),
    ("o", "Open"),
    ("t", "Take in"),
    ("f", "Filed"),
    ("n", "Note"),
    ("1-4", "Show"),
    ("copy", "Copy"),
    ("home", "Back"),
)
EMPTY = "Nothing yet. “Open …” takes a file that a customer sent, or a folder."


class CaseList(RowList[Case]):
    """Two lines a case: which it is and how far; whose turn it is and what comes next."""

    class Pointed(Message):
        """The cursor is on another case. Of several that wait only the newest matters."""

        def __init__(self, case: Case) -> None:
            super().__init__()
            self.case = case

        def can_replace(self, message: Message) -> bool:
            """Coalesce."""
            return isinstance(message, CaseList.Pointed)

    def key_of(self, item: Case) -> str:
        """Its kind and name."""
        return f"{item.kind} {item.name}"

    def draw_item(self, item: Case, width: int) -> Lines:
        """The two lines."""
        shown, project, cloud = look(CASES, item.state), item.draft.project, item.draft.cloud
        which = " · ".join(one for one in (project.id, project.environment, cloud.region) if one)
        # A file by its name; where it lies is told beneath.
        name = middle(PurePath(item.name).name or item.name, max(width // 3, 8))
        room = width - cell_len(name) - len(shown.word) - 6
        actor = turn_words(item)
        due = "bold $text-error" if item.overdue else "$text-muted"
        return [
            Content.assemble(
                (f"{shown.symbol} ", shown.style),
                (name, "bold"),
                "  ",
                (shown.word, shown.style),
                "  ",
                line(middle(which, max(room, 1)), "$text-muted"),
            ),
            Content.assemble(
                "  ", line(actor, "bold"), line(due_words(item), due), ": " if actor else "", line(item.next)
            ),
        ]

    def when_chosen(self, item: Case) -> Message | None:
        """Go to the enablement's wizard; what is damaged is recovered first."""
        if item.kind != "enablement":
            return None
        return RecoverEnablement(item.id) if item.state == "unreadable" else ResumeEnablement(item.id)

    def when_highlighted(self, item: Case) -> Message | None:
        """Tell the screen, which shows all of it."""
        return self.Pointed(item)

    def text_of(self, item: Case) -> tuple[str, str]:
        """What is to be sent next."""
        view = VIEWS[first_view(item)]
        return view.text(item), view.title(item)


class DeskScreen(Screen[None]):
    """Shows the desk's model; keys and buttons become its intents."""

    class Changed(Message):
        """The model is a new one. Only the newest matters."""

        def can_replace(self, message: Message) -> bool:
            """Coalesce: the model is painted as it is, not each step to it."""
            return isinstance(message, DeskScreen.Changed)

    TOPIC = "desk"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "Open a file", show=False),
        Binding("t", "keep", "Take in", show=False),
        Binding("f", "file", "Filed", show=False),
        Binding("n", "note", "Note", show=False),
        Binding("e", "export", "Export", show=False),
        Binding("r", "reread", "Read all again", show=False, id="reread"),
        *(
            Binding(str(number), f"view('{name}')", view.label, show=False)
            for number, (name, view) in enumerate(VIEWS.items(), 1)
        ),
        Binding("escape", "back", "Back", show=False, id="home"),
    ]
    AUTO_FOCUS = "CaseList"
    DEFAULT_CSS = """
    DeskScreen {
        CaseList { height: 2fr; }
        #views { height: 1; padding: 0 1; }
        #views Button { margin-right: 1; min-width: 10; }
        #told { height: 3fr; }
        #buttons { height: 1; padding: 0 1; background: $surface; align-horizontal: center; }
        #buttons Button { margin: 0 1; min-width: 8; background: $foreground 14%; }
        #buttons Button.-primary { background: $primary; }
    }
    """

    def __init__(self, desks: Desks) -> None:
        super().__init__()
        self.desks = desks
        self._shown: DeskModel | None = None
        self._pointed_at = 0
        self._answered = False
        self._view = ("", "")
        """The case for which a view was chosen, and which."""

    def compose(self) -> ComposeResult:
        """The cases, what is said of one, buttons and keys."""
        yield TopBar(Place(product="privatelink · CTA's desk"), id="top")
        yield CaseList(id="cases", empty="Reading …")
        with Horizontal(id="views"):
            for number, (name, view) in enumerate(VIEWS.items(), 1):
                yield Button(f"{number} {view.label}", id=f"view-{name}", compact=True)
        yield Copyable("", id="told")
        yield FailureBar(id="failure")
        with Horizontal(id="buttons"):
            yield Button("Open …", id="open", variant="primary", compact=True)
            yield Button("Take in", id="keep", compact=True)
            yield Button("Filed …", id="file", compact=True)
            yield Button("Note …", id="note", compact=True)
            yield Button("Export …", id="export", compact=True)
            yield Button("Copy", id="copy", compact=True)
            yield Button("Back", id="back", compact=True)
        yield KeyBar(KEYS)

    def on_mount(self) -> None:
        """Paint what is known."""
        self._paint()

    def on_screen_resume(self) -> None:
        """Read all again whenever the desk is seen; what an answer began reads by itself."""
        if not self._answered:
            self.desks.again()
        self._answered = False

    def on_unmount(self) -> None:
        """Begin nothing more."""
        self.desks.close()

    # -- painting ----------------------------------------------------------------------------------------

    @on(Changed)
    def paint(self) -> None:
        """Show the newest model."""
        if self.is_mounted:
            self._paint()

    def _paint(self) -> None:
        model, before = self.desks.model, self._shown
        self._shown = model
        with self.app.batch_update():
            rows = self.query_one(CaseList)
            if model.found is not None:
                rows.say_empty(EMPTY)
                rows.show(model.found)
            if (
                model.at
                and before is not None
                and model.found is not before.found
                and self._pointed_at != model.moves
            ):
                self._pointed_at = model.moves
                rows.point(f"enablement {model.at}")
            self._tell(rows.highlighted)
            failure = next(iter(model.failures.values()), None)
            self.query_one(FailureBar).show(None if model.jobs else failure)
        if before is not None and model.moves != before.moves:
            self.notify(model.said, timeout=5, markup=False)
            if model.caution:
                self.notify(model.caution, severity="warning", timeout=60, markup=False)

    def _tell(self, case: Case | None) -> None:
        """What is said of the case, in the view that was chosen, and what can be done with it."""
        name = first_view(case) if case is not None else "state"
        if case is not None and self._view[0] == self.query_one(CaseList).key_of(case):
            name = self._view[1]
        view = VIEWS[name]
        told = self.query_one("#told", Copyable)
        told.retitle(view.title(case) if case is not None else "")
        told.show((view.text(case) or view.otherwise) if case is not None else "")
        busy = bool(self.desks.model.jobs)
        for key in VIEWS:
            self.query_one(f"#view-{key}", Button).variant = "primary" if key == name else "default"
        for move, can in {
            "keep": case is not None and "keep" in case.can,
            "file": case is not None and "file" in case.can and case.filed is None,
            "note": case is not None and "note" in case.can,
            "export": case is not None and "note" in case.can,
            "copy": case is not None,
        }.items():
            self.query_one(f"#{move}", Button).disabled = not can or (busy and move != "copy")

    # -- what a person does ------------------------------------------------------------------------------

    @property
    def case(self) -> Case | None:
        """The case under the cursor."""
        return self.query_one(CaseList).highlighted

    @on(CaseList.Pointed)
    def _pointed(self, event: CaseList.Pointed) -> None:
        self._tell(event.case)
        self.query_one("#told", Copyable).scroll_home(animate=False)

    def action_view(self, name: str) -> None:
        """Show another side of the case."""
        if self.case is not None:
            self._view = (self.query_one(CaseList).key_of(self.case), name)
            self._tell(self.case)

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        id = event.button.id or ""
        event.stop()
        if id.startswith("view-"):
            self.action_view(id.removeprefix("view-"))
        else:
            await self.run_action(id)

    def action_open(self) -> None:
        """Ask which file or folder to open."""
        about = (
            "A request, a saved inventory, an exported history, or a folder of them. They are never changed."
        )
        self._ask(LineDialog("desk.open", "Open", about, "File or folder", "Open"), self.desks.open)

    def action_keep(self) -> None:
        """Take what the file says into an enablement here."""
        case = self.case
        if case is not None and not self.query_one("#keep", Button).disabled:
            self.desks.keep(case)

    def action_file(self) -> None:
        """Ask for the ticket's number."""
        about = "The five business days begin with it."
        self._of_case(
            "file", lambda id: LineDialog("ticket", "Filed", about, f"Support ticket of {id}", "Remember")
        )

    def action_note(self) -> None:
        """Ask for the words."""
        about = "It is kept with the story, and goes with it where it is handed on."
        self._of_case("note", lambda id: LineDialog("desk.note", "Note", about, f"Words about {id}", "Keep"))

    def action_export(self) -> None:
        """Ask for the file."""
        about = "One file for the customer or the infrastructure team. What comes back is opened here and taken in."
        self._of_case(
            "export",
            lambda id: LineDialog("desk.export", "Export", about, "A new file", "Write", f"{id}.jsonl"),
        )

    def action_copy(self) -> None:
        """Copy what is said."""
        if self.case is not None:
            self.query_one("#told", Copyable).action_copy()

    def action_reread(self) -> None:
        """Read all files and journals anew."""
        self.desks.again()

    def action_back(self) -> None:
        """Home."""
        self.post_message(GoHome())

    def _of_case(self, move: str, dialog: Callable[[str], LineDialog]) -> None:
        case = self.case
        if case is None or self.query_one(f"#{move}", Button).disabled:
            return
        id = case.id
        intent: Callable[[str, str], None] = getattr(self.desks, move)
        self._ask(dialog(id), lambda text: intent(id, text))

    def _ask(self, dialog: LineDialog, then: Callable[[str], None]) -> None:
        def answered(text: str | None) -> None:
            # Textual tells the answer before the screen is resumed.
            self._answered = text is not None
            if text is not None:
                then(text)

        self.app.push_screen(dialog, answered)

    @on(Copied)
    def _copied(self, event: Copied) -> None:
        self.notify(f"Copied: {event.description}", timeout=3, markup=False)

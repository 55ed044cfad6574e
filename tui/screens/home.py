"""Home: the enablements with their state and whose turn it is, and the way to a new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Static

from tui.messages import NewEnablement, OpenAudit, OpenDesk, OpenLesson, RecoverEnablement, ResumeEnablement
from tui.screens.says import Said, Says
from tui.text import line, middle
from tui.widgets.buttons import relabel
from tui.widgets.drawn import Lines
from tui.widgets.durations import day
from tui.widgets.key_bar import KeyBar
from tui.widgets.rows import RowList
from tui.widgets.state import ACTORS, SEVERITIES, TIMELINE, look
from tui.widgets.top_bar import Place, TopBar

if TYPE_CHECKING:
    from tui.enablements import Summary

WELCOME = (
    "A private connection between your VPC or VNet and Magento Commerce Cloud: from the prerequisites to the proof "
    "that traffic flows. Nothing in your account changes before you have seen a plan and agreed to it."
)
KEYS = (
    ("help", "Help"),
    ("new", "New"),
    ("Enter", "Resume"),
    ("audit", "Audit"),
    ("settings", "Settings"),
    ("^P", "All actions"),
    ("quit", "Quit"),
)


class EnablementList(RowList["Summary"]):
    """Two lines an enablement: which it is and how far; whose turn it is and what comes next."""

    def key_of(self, item: Summary) -> str:
        """The enablement's id."""
        return item.id

    def draw_item(self, item: Summary, width: int) -> Lines:
        """The two lines."""
        if item.damaged:
            return [
                Content.assemble(
                    ("✗ ", "$text-error"), (item.id, "bold"), "  cannot be read: ", line(item.damaged)
                ),
                line(f"  {item.remedy}", "$text-muted"),
            ]
        shown = look(TIMELINE, item.state)
        due = Content("")
        if item.due is not None:
            style = "bold $text-error" if item.overdue else "$text-muted"
            due = Content.styled(f", {'OVERDUE since' if item.overdue else 'due'} {day(item.due)}", style)
        warning = look(SEVERITIES, "warning")
        drift = Content.styled(f"  {warning.symbol} drift", warning.style) if item.drifted else Content("")
        actor = "" if item.turn == "nobody" else ACTORS.get(item.turn, item.turn)
        return [
            Content.assemble(
                (f"{shown.symbol} ", shown.style),
                (item.id, "bold"),
                "  ",
                line(f"{middle(item.project or 'no project yet', 16)} · {item.environment or '–'}"),
                "  ",
                line(item.type, "$text-muted"),
                "  ",
                (shown.word, shown.style),
                drift,
            ),
            Content.assemble("  ", line(actor, "bold"), due, ": " if actor else "", line(item.next)),
        ]

    def when_chosen(self, item: Summary) -> Message | None:
        """Resume it; what is damaged is recovered first."""
        return RecoverEnablement(item.id) if item.damaged else ResumeEnablement(item.id)

    def when_highlighted(self, item: Summary) -> Message | None:
        """Tell the screen, whose button says what can be done with it."""
        return Home.Pointed(bool(item.damaged))

    def text_of(self, item: Summary) -> tuple[str, str]:
        """The id."""
        return item.id, f"the id {item.id}"


class Home(Screen[None]):
    """The first screen. The journals are read beside it, after it is painted."""

    class Pointed(Message):
        """The cursor is on an enablement."""

        def __init__(self, damaged: bool) -> None:
            super().__init__()
            self.damaged = damaged

    class Listed(Message):
        """The journals were read."""

        def __init__(self, found: tuple[Summary, ...], problem: str = "") -> None:
            super().__init__()
            self.found = found
            self.problem = problem

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New enablement", show=False, id="new"),
        Binding("a", "audit", "Audit", show=False, id="audit"),
        Binding("d", "desk", "CTA's desk", show=False, id="desk"),
        Binding("l", "learn", "Learn", show=False, id="learn"),
        Binding("r", "reread", "Read the list again", show=False, id="reread"),
    ]
    DEFAULT_CSS = """
    Home {
        #body { padding: 1 2; }
        #welcome { color: $text-muted; margin-bottom: 1; }
        #problem { display: none; }
        #title { text-style: bold; color: $text-primary; }
        #buttons { height: 1; padding: 0 2; }
        #buttons Button { margin-right: 1; min-width: 8; }
    }
    """

    def __init__(self, read: Callable[[], tuple[Summary, ...]], *, rehearsal: bool = False) -> None:
        """``read`` reads the journals; it may take its time, and raise SettingsError."""
        super().__init__()
        self._summaries = read
        self._rehearsal = rehearsal

    @property
    def learns(self) -> bool:
        """Whether a walkthrough can be begun here: not in the middle of another rehearsal."""
        return not self._rehearsal

    def compose(self) -> ComposeResult:
        """Title, list, buttons."""
        yield TopBar(Place(rehearsal=self._rehearsal), id="top")
        with Vertical(id="body"):
            yield Static("PrivateLink for Magento Commerce Cloud", id="title", markup=False)
            yield Static(WELCOME, id="welcome", markup=False)
            yield Says(id="problem")
            yield EnablementList(id="list", empty="Reading your enablements …")
        with Horizontal(id="buttons"):
            yield Button("New enablement", id="new", variant="primary", compact=True)
            yield Button("Resume", id="resume", compact=True, disabled=True)
            yield Button("Audit", id="audit", compact=True)
            yield Button("CTA's desk", id="desk", compact=True)
            if self.learns:
                yield Button("Learn", id="learn", compact=True)
            yield Button("Settings", id="settings", action="app.settings", compact=True)
        yield KeyBar(KEYS)

    def on_screen_resume(self) -> None:
        """Read the journals whenever home is seen again."""
        self.action_reread()

    def action_reread(self) -> None:
        """Read the journals, after this paint."""
        self.call_after_refresh(self._read)

    @work(thread=True, exclusive=True, group="home")
    def _read(self) -> None:
        from tui.settings import SettingsError

        try:
            found = self._summaries()
        except SettingsError as error:
            self.post_message(self.Listed((), f"{error.message}: {error.remedy}"))
        else:
            self.post_message(self.Listed(found))

    @on(Listed)
    def _listed(self, event: Listed) -> None:
        rows = self.query_one(EnablementList)
        told = self.query_one("#problem", Says)
        told.display = bool(event.problem)
        told.say(Said(event.problem, "$text-error", "✗"))
        learn = "“Learn” shows one on a sandbox." if self.learns else "it takes about ten minutes."
        none = f"None yet. “New enablement” starts one; {learn}"
        rows.say_empty("" if event.problem else none)
        rows.show(event.found)
        self.query_one("#resume", Button).disabled = not event.found
        if self.focused is None or self.focused is rows:
            (rows if event.found else self.query_one("#new", Button)).focus()

    @on(Button.Pressed, "#new")
    def action_new(self) -> None:
        """Begin a new enablement."""
        self.post_message(NewEnablement())

    @on(Button.Pressed, "#audit")
    def action_audit(self) -> None:
        """Check an account or a saved inventory."""
        self.post_message(OpenAudit())

    @on(Button.Pressed, "#desk")
    def action_desk(self) -> None:
        """What customers sent to a CTA."""
        self.post_message(OpenDesk())

    @on(Button.Pressed, "#learn")
    def action_learn(self) -> None:
        """Begin a walkthrough."""
        if self.learns:
            self.post_message(OpenLesson())

    @on(Pointed)
    def _pointed(self, event: Pointed) -> None:
        relabel(self.query_one("#resume", Button), "Recover …" if event.damaged else "Resume")

    @on(Button.Pressed, "#resume")
    def _resume_highlighted(self) -> None:
        rows = self.query_one(EnablementList)
        message = rows.when_chosen(rows.highlighted) if rows.highlighted is not None else None
        if message is not None:
            self.post_message(message)

"""What every page of the wizard is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.model import Failure, Job, Model
from tui.words import Words, words_of

if TYPE_CHECKING:
    from tui.session import Session


@dataclass(frozen=True, slots=True)
class Action:
    """A button of the page's docked row. ``name`` is the page's method ``do_<name>`` that it calls; ``main`` makes
    it the page's main one though it is not highlighted.
    """

    name: str
    label: str
    variant: Literal["default", "primary", "success", "warning", "error"] = "default"
    enabled: bool = True
    main: bool = False


class Page(VerticalScroll, can_focus=False):
    """One page: one thing to decide, the reason why it is asked, and the means to decide it.

    A page is built once per visit; :meth:`show` paints a model and is called for every new one. Intents go
    straight to the session; pages never wait for them.
    """

    class Go(Message):
        """The page asks for another page."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    HEADING: ClassVar[str] = ""
    WHY: ClassVar[str] = ""
    """Heading and reason, with :class:`tui.words.Words` in braces."""
    TOPIC: ClassVar[str] = ""
    """The help topic that F1 opens."""
    JOBS: ClassVar[tuple[Job, ...]] = ()
    """The jobs whose failures this page shows."""

    DEFAULT_CSS = """
    Page { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Page > .why { color: $text-muted; margin-bottom: 1; }
    Page > .heading { text-style: bold; color: $text-primary; }
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    @property
    def model(self) -> Model:
        """The newest model."""
        return self.session.model

    @property
    def words(self) -> Words:
        """What the request's cloud calls things."""
        return words_of(self.model.draft.cloud.platform)

    def head(self) -> tuple[Static, Static]:
        """The heading and the reason, the first two widgets of every page."""
        return (
            Static(Content(self.words.fill(self.HEADING)), classes="heading", markup=False),
            Static(Content(self.words.fill(self.WHY)), classes="why", markup=False),
        )

    def entered(self) -> None:
        """The page was opened: start what it needs (a look, a plan). Called after the first show."""

    def signed_in(self) -> None:
        """Somebody is signed in since the page was opened: begin what had to wait for that."""

    def show(self, model: Model) -> None:
        """Paint a model."""

    def actions(self, model: Model) -> tuple[Action, ...]:
        """The buttons of the docked row, besides Back and Next."""
        return ()

    def failure(self, model: Model) -> Failure | None:
        """The first failure of this page's jobs, or None. Answers that could not be kept come first."""
        return next((model.failures[job] for job in ("keep", *self.JOBS) if job in model.failures), None)

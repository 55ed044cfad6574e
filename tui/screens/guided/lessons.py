"""Which walkthrough: a list of the scenarios on their clouds, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.request.facts import CLOUD_NAMES
from core.request.model import CONNECTION_TYPES, Platform
from core.walkthrough import scenario
from tui.text import line
from tui.widgets.dialog import Choice, Dialog
from tui.widgets.drawn import Lines
from tui.widgets.rows import RowList


@dataclass(frozen=True, slots=True)
class Lesson:
    """A scenario by its name, on one cloud."""

    name: str
    cloud: Platform
    title: str


def lessons() -> tuple[Lesson, ...]:
    """Every scenario on every cloud of its: where nothing goes wrong first, faults last."""
    found = [
        Lesson(name, cloud, one.title)
        for name in scenario.names()
        for one in (scenario.load(name),)
        for cloud in one.clouds
    ]
    return tuple(sorted(found, key=lambda one: (_rank(one.name), one.title)))


def _rank(name: str) -> int:
    """Where a scenario stands in the list."""
    if name in CONNECTION_TYPES:
        return CONNECTION_TYPES.index(name)
    return len(CONNECTION_TYPES) + name.startswith("fault-")


class LessonList(RowList[Lesson]):
    """One line a lesson."""

    class Chosen(Message):
        """A lesson was chosen."""

        def __init__(self, lesson: Lesson) -> None:
            super().__init__()
            self.lesson = lesson

    DEFAULT_CSS = "LessonList { height: auto; max-height: 11; }"

    def key_of(self, item: Lesson) -> str:
        """Name and cloud."""
        return f"{item.name} {item.cloud}"

    def draw_item(self, item: Lesson, width: int) -> Lines:
        """Cloud, and what it is about."""
        return [Content.assemble((f"{CLOUD_NAMES[item.cloud]:<7}", "$text-muted"), line(item.title))]

    def when_chosen(self, item: Lesson) -> Message | None:
        """Tell the dialog."""
        return self.Chosen(item)


class LessonDialog(Dialog[Lesson]):
    """Answers the walkthrough to begin, or None."""

    AUTO_FOCUS = "LessonList"

    def __init__(self) -> None:
        body = line("A whole enablement on a sandbox: nothing real is touched. Leaving it leads back here.")
        choices = (Choice("no", "Cancel"), Choice("yes", "Begin", "primary"))
        super().__init__("Learn it by a walkthrough", body, choices)

    def extra(self) -> Sequence[Widget]:
        """The lessons."""
        return (LessonList(lessons()),)

    @on(LessonList.Chosen)
    def _chosen(self, event: LessonList.Chosen) -> None:
        self.dismiss(event.lesson)

    def answer(self, id: str) -> None:
        """The lesson under the cursor, or nothing."""
        self.dismiss(self.query_one(LessonList).highlighted if id == "yes" else None)

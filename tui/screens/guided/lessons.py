"""Which walkthrough: a list of the scenarios on their clouds, to choose from."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from core.request.facts import CLOUD_NAMES
from core.request.model import CONNECTION_TYPES, ConnectionType, Platform
from core.request.offer import Offer
from core.walkthrough import scenario
from core.walkthrough.shape import PLAIN, Shape
from tui.own_request import shape_at
from tui.text import line
from tui.widgets.dialog import Choice, Dialog
from tui.widgets.drawn import Lines
from tui.widgets.field import Field
from tui.widgets.rows import RowList


@dataclass(frozen=True, slots=True)
class Lesson:
    """A scenario by its name, on one cloud, in the shape of the sandbox's own shop or of a person's request."""

    name: str
    cloud: Platform
    title: str
    type: ConnectionType
    shape: Shape = PLAIN


def lessons() -> tuple[Lesson, ...]:
    """Every scenario on every cloud of its: where nothing goes wrong first, faults last."""
    found = [
        Lesson(name, cloud, one.title, one.type)
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

    DEFAULT_CSS = "LessonList { height: auto; max-height: 9; }"

    def key_of(self, item: Lesson) -> str:
        """Name and cloud."""
        return f"{item.name} {item.cloud}"

    def has_bar(self, key: str) -> bool:
        """The one that would begin keeps its mark while the request file is typed."""
        return self.highlighted is not None and key == self.key_of(self.highlighted)

    def draw_item(self, item: Lesson, width: int) -> Lines:
        """Cloud, and what it is about."""
        return [Content.assemble((f"{CLOUD_NAMES[item.cloud]:<7}", "$text-muted"), line(item.title))]

    def when_chosen(self, item: Lesson) -> Message | None:
        """Tell the dialog."""
        return self.Chosen(item)


class LessonDialog(Dialog[Lesson]):
    """Answers the walkthrough to begin, or None."""

    AUTO_FOCUS = "LessonList"

    def __init__(self, offer: Offer) -> None:
        """``offer`` is what a request file is judged by."""
        body = line("A whole enablement on a sandbox: nothing real is touched. Leaving it leads back here.")
        choices = (Choice("no", "Cancel"), Choice("yes", "Begin", "primary"))
        super().__init__("Learn it by a walkthrough", body, choices)
        self._offer = offer
        self._field = Field(
            "lesson.request", "Your request file", hint="May be empty. The sandbox takes its shape."
        )

    def extra(self) -> Sequence[Widget]:
        """The lessons, and whose shape the sandbox takes."""
        return (LessonList(lessons()), self._field)

    @on(LessonList.Chosen)
    def _chosen(self, event: LessonList.Chosen) -> None:
        self._begin(event.lesson)

    @on(Field.Submitted)
    def _entered(self) -> None:
        self.answer("yes")

    def answer(self, id: str) -> None:
        """The lesson under the cursor, or nothing."""
        lesson = self.query_one(LessonList).highlighted
        if id == "yes" and lesson is not None:
            self._begin(lesson)
        else:
            self.dismiss(None)

    @work(exclusive=True)
    async def _begin(self, lesson: Lesson) -> None:
        """Answer the lesson, in the shape of the request where one is named and can be used."""
        path = self._field.value.strip()
        if not path:
            self.dismiss(lesson)
            return
        shape = await asyncio.to_thread(shape_at, path, self._offer, lesson.cloud, lesson.type)
        if isinstance(shape, Shape):
            self.dismiss(replace(lesson, shape=shape))
        else:
            self._field.show_error(shape)
            self._field.focus()

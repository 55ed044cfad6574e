"""Services and ports."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from core.request.model import DraftService, Problem
from tui.keys import keys_of, shown
from tui.model import Model
from tui.screens.wizard.page import Action, Page
from tui.screens.wizard.service_dialog import ServiceDialog
from tui.text import end, fit, line
from tui.widgets.drawn import Lines
from tui.widgets.problems import Problems
from tui.widgets.rows import RowList
from tui.words import short_id

ARROWS = {"to-magento": "you → Magento", "from-magento": "Magento → you"}


@dataclass(frozen=True, slots=True)
class Row:
    """A service, its place in the request, and the worst that the rules say of it."""

    place: int
    service: DraftService
    worst: str


class ServiceList(RowList[Row]):
    """One line a service."""

    class Chosen(Message):
        """A service is to be edited."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def key_of(self, item: Row) -> str:
        """The place."""
        return str(item.place)

    def draw_item(self, item: Row, width: int) -> Lines:
        """Mark, direction, name, protocol and port; targets beside, or beneath where there is no room."""
        one = item.service
        marks = {
            "error": ("✗ ", "$text-error"),
            "warning": ("! ", "$text-warning"),
            "": ("✓ ", "$text-success"),
        }
        inside = f", port {one.target_port}" if one.target_port and one.target_port != one.port else ""
        targets = (
            line(f"to {', '.join(map(short_id, one.targets))}{inside}", "$text-muted")
            if one.targets
            else Content("")
        )
        head = Content.assemble(
            marks[item.worst],
            (f"{ARROWS.get(one.direction or '', '?'):<15}", "$text-secondary"),
            fit(line(end(one.name or "unnamed", 16), "bold"), 17),
            line(f"{one.protocol or '?'} {one.port or '?'}"),
        )
        if head.cell_length + 1 + targets.cell_length <= width:
            return [Content.assemble(head, " ", targets)]
        return [head, Content.assemble(" " * 17, targets)]

    def when_chosen(self, item: Row) -> Message | None:
        """Edit it."""
        return self.Chosen(item.place)

    def text_of(self, item: Row) -> tuple[str, str]:
        """Name, protocol and port."""
        one = item.service
        return f"{one.name}, {one.protocol} port {one.port}", f"the service {one.name}"


class ServicesPage(Page):
    """What crosses the connection, on which port, in which direction."""

    HEADING = "Services and ports"
    WHY = "Magento opens exactly these ports, and never port 22 (SSH)."
    TOPIC = "services"
    DEFAULT_CSS = """
    ServicesPage ServiceList { height: auto; max-height: 10; min-height: 1; }
    ServicesPage Problems { height: auto; max-height: 10; margin-top: 1; }
    """

    def compose(self) -> ComposeResult:
        """The list, and what the rules say."""
        yield from self.head()
        main = shown(keys_of(self.app)["main"])
        yield ServiceList(empty=f"None yet. “Add” ({main}) takes the first.")
        yield Problems()

    def show(self, model: Model) -> None:
        """The services as they are."""
        self.query_one(ServiceList).show(
            [
                Row(place, one, _worst(model.problems_in(f"services.{place}.", f"services.{place}")))
                for place, one in enumerate(model.draft.services)
            ]
        )
        problems = [_told(one, model.draft.services) for one in model.problems_in("services")]
        self.query_one(Problems).show_problems(problems if model.draft.services else ())

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Add, edit, remove."""
        some = bool(model.draft.services)
        return (
            Action("add", "Add", "default" if some else "primary"),
            Action("edit", "Edit", "default", some),
            Action("remove", "Remove", "default", some),
        )

    def _put(self, services: tuple[DraftService, ...]) -> None:
        self.session.answer(self.model.draft.model_copy(update={"services": services}))

    def do_add(self) -> None:
        """Ask for a new service."""
        direction = "to-magento"
        if self.model.bidirectional and any(
            one.direction == "to-magento" for one in self.model.draft.services
        ):
            direction = "from-magento"

        def added(service: DraftService | None) -> None:
            if service is not None:
                self._put((*self.model.draft.services, service))

        self.app.push_screen(
            ServiceDialog(DraftService(direction=direction), "Add a service", self.words), added
        )

    def do_edit(self) -> None:
        """Edit the service under the cursor."""
        row = self.query_one(ServiceList).highlighted
        if row is not None:
            self._edit(row.place)

    @on(ServiceList.Chosen)
    def _chosen(self, event: ServiceList.Chosen) -> None:
        self._edit(event.place)

    def _edit(self, place: int) -> None:
        def edited(service: DraftService | None) -> None:
            services = self.model.draft.services
            if service is not None and place < len(services):
                self._put((*services[:place], service, *services[place + 1 :]))

        service = self.model.draft.services[place]
        self.app.push_screen(ServiceDialog(service, "Edit the service", self.words), edited)

    def do_remove(self) -> None:
        """Take the service under the cursor out of the request."""
        row = self.query_one(ServiceList).highlighted
        if row is not None:
            services = self.model.draft.services
            self._put((*services[: row.place], *services[row.place + 1 :]))


def _told(problem: Problem, services: tuple[DraftService, ...]) -> Problem:
    """The problem with the service's name in place of its number, as in the list above it."""
    place, _, datum = problem.field.removeprefix("services.").partition(".")
    if not place.isdecimal() or int(place) >= len(services):
        return problem
    name = services[int(place)].name or f"service {int(place) + 1}"
    return replace(problem, field=f"{name}: {datum.replace('_', ' ')}" if datum else name)


def _worst(problems: tuple[Problem, ...]) -> str:
    severities = {problem.severity for problem in problems}
    return "error" if "error" in severities else "warning" if severities else ""

"""Network: which VPC, and which of its subnets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from tui.model import Model
from tui.screens.says import Said, Says
from tui.screens.wizard.page import Action, Page
from tui.text import end, fit, line, middle
from tui.widgets.drawn import Lines
from tui.widgets.durations import count
from tui.widgets.field import Field
from tui.widgets.rows import RowList
from tui.words import short_id

if TYPE_CHECKING:
    from core.cloud import NetworkChoice
    from core.network.model import Subnet


@dataclass(frozen=True, slots=True)
class Row:
    """A network to choose; ``chosen`` is the request's, ``part`` what it is counted in."""

    network: NetworkChoice
    chosen: bool
    part: str


class NetworkList(RowList[Row]):
    """One line a network."""

    class Chosen(Message):
        """A network was chosen."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    def key_of(self, item: Row) -> str:
        """The network's id."""
        return item.network.id

    def draw_item(self, item: Row, width: int) -> Lines:
        """Mark, name, id, range, zones."""
        one = item.network
        mark = Content.styled("● ", "$text-success") if item.chosen else Content.styled("○ ", "$text-muted")
        name = one.name or ("default" if one.is_default else "unnamed")
        where = f"{', '.join(one.cidrs)}, {count(getattr(one, f'{item.part}s'), item.part)}"
        bold = "bold" if item.chosen else ""
        head = Content.assemble(
            mark, fit(line(end(name, 16), bold), 17), fit(line(middle(short_id(one.id), 22)), 23)
        )
        if width >= 76:
            return [Content.assemble(head, line(where, "$text-muted"))]
        return [head, line(f"  {where}", "$text-muted")]

    def when_chosen(self, item: Row) -> Message | None:
        """Take it."""
        return self.Chosen(item.network.id)

    def text_of(self, item: Row) -> tuple[str, str]:
        """The id."""
        return item.network.id, f"the id {item.network.id}"


@dataclass(frozen=True, slots=True)
class SubnetRow:
    """A subnet, whether it is chosen, and whether somebody chose at all."""

    subnet: Subnet
    chosen: bool


class SubnetList(RowList[SubnetRow]):
    """One line a subnet; Enter chooses or lets go."""

    class Toggled(Message):
        """A subnet was chosen or let go."""

        def __init__(self, id: str) -> None:
            super().__init__()
            self.id = id

    def key_of(self, item: SubnetRow) -> str:
        """The subnet's id."""
        return item.subnet.id

    def draw_item(self, item: SubnetRow, width: int) -> Lines:
        """Mark, zone, name (else id), range, free addresses."""
        one = item.subnet
        mark = Content.styled("■ ", "$text-success") if item.chosen else Content.styled("□ ", "$text-muted")
        room = 11 if one.zone_id else 20
        name = end(one.name, room) if one.name else middle(short_id(one.id), room)
        cells = [(name, room + 1), (one.cidr, 16)]
        if one.zone_id:
            cells.insert(0, (one.zone_id, 9))
        if width >= 66:
            cells.insert(-1, (middle(short_id(one.id), 24), 25))
        return [
            Content.assemble(
                mark,
                *(fit(line(text), size) for text, size in cells),
                (f"{one.free_addresses} free", "$text-muted"),
            )
        ]

    def when_chosen(self, item: SubnetRow) -> Message | None:
        """Choose it or let it go."""
        return self.Toggled(item.subnet.id)

    def text_of(self, item: SubnetRow) -> tuple[str, str]:
        """The id."""
        return item.subnet.id, f"the id {item.subnet.id}"


class NetworkPage(Page):
    """The VPC that hosts the services, and optionally the subnets."""

    HEADING = "Network"
    WHY = "{w.network_why}"
    TOPIC = "network"
    JOBS = ("connect", "collect")
    DEFAULT_CSS = """
    NetworkPage NetworkList { height: auto; max-height: 6; min-height: 1; }
    NetworkPage SubnetList { height: auto; max-height: 9; min-height: 1; }
    NetworkPage #label { margin-top: 1; }
    """

    def compose(self) -> ComposeResult:
        """Networks, then the subnets of the one chosen."""
        yield from self.head()
        yield NetworkList(id="networks", empty="Nobody is signed in: see the page Sign-in.")
        yield Field(
            "cloud.network",
            self.words.network_label,
            self.model.draft.cloud.network or "",
            hint=self.words.network_hint,
        )
        yield Says(id="label")
        yield SubnetList(id="subnets", empty="They show once the network is read.")

    def entered(self) -> None:
        """Read the network that is chosen already."""
        if self.model.inventory is None and self.model.draft.cloud.network and self.model.identity:
            self.session.collect()

    def signed_in(self) -> None:
        """The same, which had to wait."""
        self.entered()

    def _choose(self, id: str | None, subnets: tuple[str, ...]) -> None:
        cloud = self.model.draft.cloud.model_copy(update={"network": id, "subnets": subnets})
        if cloud != self.model.draft.cloud:
            self.session.answer(self.model.draft.model_copy(update={"cloud": cloud}))

    @on(NetworkList.Chosen)
    def _chosen(self, event: NetworkList.Chosen) -> None:
        self.query_one(Field).fill(event.id)
        self._choose(event.id, ())
        self.session.collect()

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        self._choose(event.value.strip() or None, ())

    @on(SubnetList.Toggled)
    def _toggled(self, event: SubnetList.Toggled) -> None:
        cloud = self.model.draft.cloud
        kept = tuple(one for one in cloud.subnets if one != event.id)
        self._choose(cloud.network, kept if event.id in cloud.subnets else (*kept, event.id))

    def show(self, model: Model) -> None:
        """Networks, subnets, and what is wrong with them."""
        chosen = model.draft.cloud.network
        networks = self.query_one(NetworkList)
        if "connect" in model.jobs:
            networks.say_empty("… reading the networks")
        networks.show([Row(one, one.id == chosen, self.words.part) for one in model.networks])
        field = self.query_one(Field)
        if not field.value:
            field.fill(chosen or "")
        field.show_problems(model.problems_in("cloud.network", "cloud.subnets"))
        subnets = self.query_one(SubnetList)
        if "collect" in model.jobs:
            part = model.progress
            subnets.say_empty(f"… reading: {part.what}, {part.done} of {part.total}" if part else "… reading")
        read = model.inventory.subnets if model.inventory else ()
        picked = model.draft.cloud.subnets
        words = "chosen by you" if picked else f"none chosen: {self.words.one_subnet}"
        self.query_one("#label", Says).say(Said(f"Subnets – {words}", "bold"))
        subnets.show([SubnetRow(one, one.id in picked) for one in read if one.network_id == chosen])

    def actions(self, model: Model) -> tuple[Action, ...]:
        """Read it again."""
        busy = bool({"connect", "collect"} & model.jobs)
        return (Action("read", "Reading …" if busy else "Read again", "default", not busy),)

    def do_read(self) -> None:
        """Ask the cloud again."""
        if self.model.identity is None:
            self.session.sign_in()
        self.session.collect()

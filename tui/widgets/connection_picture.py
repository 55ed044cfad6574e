"""A picture of the connection or connections: who connects to whom, with the state of every node and link.

The consumer of a service owns the endpoint: towards Magento the endpoint is the customer's, from Magento it
is Magento's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rich.cells import cell_len

from tui.text import end, middle
from tui.widgets.canvas import Canvas
from tui.widgets.connection_chain import Link, chain_lines
from tui.widgets.drawn import Drawn, Lines
from tui.widgets.state import RESOURCES, STEPS, Look, look

WIDE = 76
"""From this width on, the two sides stand side by side."""

ROOMY = 32
"""Lines of a screen from which on the tall form has room."""

_EDGE = "$text-muted"


@dataclass(frozen=True, slots=True)
class Node:
    """Something at an end of a link. ``state`` is a key of the tables of states, empty for none.

    ``detail`` is an id; ``word`` replaces the state's own (``2 of 2 healthy``).
    """

    title: str
    detail: str = ""
    state: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Customer → Magento. ``link`` is the state of the connection, empty where it has none to show; ``link_word``
    replaces its own word.
    """

    client: Node = Node("clients")
    endpoint: Node = Node("interface endpoint")
    link: str = ""
    service: Node = Node("endpoint service")
    link_word: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Magento → customer: Magento's endpoint to the customer's service, load balancer and targets."""

    endpoint: Node = Node("interface endpoint")
    link: str = ""
    service: Node = Node("endpoint service")
    balancer: Node = Node("NLB")
    targets: Node = Node("targets")
    link_word: str = ""
    balancer_short: str = "NLB"


@dataclass(frozen=True, slots=True)
class Picture:
    """One connection, or two where ``incoming`` is there."""

    customer: str = "Your VPC"
    vendor: str = "Magento"
    outgoing: Outgoing = field(default_factory=Outgoing)
    incoming: Incoming | None = None

    @property
    def bidirectional(self) -> bool:
        """Whether Magento connects to the customer too."""
        return self.incoming is not None


_PLAIN = Look("", "", "idle")


def _look(state: str) -> Look:
    if not state:
        return _PLAIN
    # An active load balancer is no step that somebody is at.
    return STEPS[state] if state in STEPS and state not in RESOURCES else look(RESOURCES, state)


def _stroke(state: str) -> tuple[str, str, str]:
    """The link's strokes across and down, and its style: the line itself tells the state, without color."""
    if not state:
        return "─", "│", "$text-primary"
    shown = _look(state)
    across, down = {"good": ("━", "┃"), "bad": ("╌", "┆"), "idle": ("╌", "┆")}.get(shown.tone, ("─", "│"))
    return across, down, shown.style


def _label(state: str, word: str = "", room: int = 100) -> tuple[str, str]:
    """Symbol and word with their style; the short word where the long one has no room."""
    shown = _look(state)
    if not state:
        return word, ""
    text = f"{shown.symbol} {word or shown.word}"
    return text if cell_len(text) <= room or word else f"{shown.symbol} {shown.brief}", shown.style


def _detail(canvas: Canvas, x: int, y: int, node: Node, room: int) -> int:
    """The lines beneath a node's title: id, then state; returns the next free row."""
    if node.detail:
        canvas.put(x, y, middle(node.detail, room), "$text-muted")
        y += 1
    text, style = _label(node.state, node.word, room)
    if text:
        canvas.put(x, y, text, style, room)
        y += 1
    return y


def _rows(node: Node) -> int:
    return 1 + bool(node.detail) + bool(node.state or node.word)


def _wide_link(canvas: Canvas, y: int, x: int, until: int, state: str, *, right: bool) -> None:
    """A horizontal link from ``x`` to ``until`` with its head at one end and its state in the middle."""
    across, _, style = _stroke(state)
    canvas.put(x, y, across * (until - x + 1), style)
    canvas.put(until if right else x, y, "▸" if right else "◂", style)


def _wide_state(canvas: Canvas, y: int, left: int, gap: int, state: str, word: str) -> None:
    text, style = _label(state, word, gap - 4)
    if text:
        text = f" {text} "
        canvas.put(left + max((gap - cell_len(text)) // 2, 0), y, text, style, gap)


def _node_line(canvas: Canvas, x: int, y: int, node: Node, room: int) -> None:
    """A node on one line: title, state, and the id where there is room."""
    at = canvas.put(x, y, node.title, "bold", room)
    text, style = _label(node.state, node.word)
    if text:
        at = canvas.put(at + 2, y, text, style, x + room - at - 2)
    left = x + room - at - 2
    if node.detail and left >= 9:
        canvas.put(at + 2, y, middle(node.detail, left), "$text-muted")


def _wide(picture: Picture, width: int) -> Lines:
    gap = min(16 + max(width - WIDE - 4, 0) // 2, 26)
    right_width = min(24 + max(width - WIDE - 9, 0) // 3, 34)
    left_width = width - gap - right_width
    right = left_width + gap
    out, back = picture.outgoing, picture.incoming
    out_rows = max(_rows(out.client), _rows(out.endpoint), _rows(out.service))
    in_at = 2 + out_rows + 1
    in_rows = 0 if back is None else max(_rows(back.service) + 4, _rows(back.endpoint))
    height = 2 + out_rows + 1 + (in_rows + 1 if back else 0)
    canvas = Canvas(width, height)
    canvas.box(0, 0, left_width, height, picture.customer, _EDGE)
    canvas.box(right, 0, right_width, height, picture.vendor, _EDGE)

    inner_right, right_room = right + 4, right_width - 6
    y = 2
    canvas.put(3, y, out.client.title, "bold")
    _detail(canvas, 3, y + 1, out.client, cell_len(out.client.title) + 3)
    end_x = 3 + cell_len(out.client.title) + 5
    canvas.put(end_x - 4, y, "──▸", "$text-primary")
    room = left_width - end_x - 4
    after = canvas.put(end_x, y, out.endpoint.title, "bold", room)
    _detail(canvas, end_x, y + 1, out.endpoint, left_width - end_x - 2)
    _wide_link(canvas, y, after + 1, inner_right - 2, out.link, right=True)
    _wide_state(canvas, y, left_width, gap, out.link, out.link_word)
    canvas.put(inner_right, y, out.service.title, "bold", right_room)
    _detail(canvas, inner_right, y + 1, out.service, right_room)

    if back is not None:
        y = in_at
        after = canvas.put(3, y, back.service.title, "bold", left_width - 7)
        below = _detail(canvas, 3, y + 1, back.service, left_width - 5)
        _wide_link(canvas, y, after + 1, inner_right - 2, back.link, right=False)
        _wide_state(canvas, y, left_width, gap, back.link, back.link_word)
        canvas.put(inner_right, y, back.endpoint.title, "bold", right_room)
        _detail(canvas, inner_right, y + 1, back.endpoint, right_room)
        for node in (back.balancer, back.targets):
            canvas.put(4, below, "▾", "$text-primary")
            _node_line(canvas, 3, below + 1, node, left_width - 5)
            below += 2
    return canvas.lines()


def _on_one_line(node: Node, room: int) -> bool:
    """Whether title and state share a line; then the id is left out."""
    return bool(node.state) and cell_len(f"{node.title} {_label(node.state, node.word)[0]}") <= room


def _column(canvas: Canvas, x: int, y: int, nodes: tuple[Node, ...], room: int, arrow: str) -> None:
    """Nodes beneath each other with an arrow between."""
    for at, node in enumerate(nodes):
        if at:
            canvas.put(x + 1, y, arrow, "$text-primary")
            y += 1
        after = canvas.put(x, y, node.title, "bold", room)
        if _on_one_line(node, room):
            text, style = _label(node.state, node.word)
            canvas.put(after + 1, y, text, style, x + room - after - 1)
            y += 1
        else:
            y = _detail(canvas, x, y + 1, node, room)


def _column_height(nodes: tuple[Node, ...], room: int) -> int:
    return len(nodes) - 1 + sum(1 if _on_one_line(node, room) else _rows(node) for node in nodes)


def _tall(picture: Picture, width: int) -> Lines:
    out, back = picture.outgoing, picture.incoming
    half = (width - 5) // 2 if back else width - 4
    left_nodes = (out.client, out.endpoint)
    right_nodes = () if back is None else (back.targets, back.balancer, back.service)
    tops = [_column_height(nodes, half) for nodes in (left_nodes, right_nodes) if nodes]
    top = max(tops) + 2
    ends = [_rows(out.service)] + ([_rows(back.endpoint)] if back else [])
    bottom = max(ends) + 2
    canvas = Canvas(width, top + 2 + bottom)
    canvas.box(0, 0, width, top, picture.customer, _EDGE)
    canvas.box(0, top + 2, width, bottom, "", _EDGE)
    vendor = f" {end(picture.vendor, half - 8)} "
    canvas.put(width - 3 - cell_len(vendor), top + 2, vendor, "bold")
    columns: list[tuple[int, tuple[Node, ...], tuple[str, str], Node, bool]]
    columns = [(2, left_nodes, (out.link, out.link_word), out.service, True)]
    if back is not None:
        columns.append((3 + half, right_nodes, (back.link, back.link_word), back.endpoint, False))
    for x, nodes, (state, word), far, down in columns:
        start = top - 1 - _column_height(nodes, half)
        _column(canvas, x, start, nodes, half, "▾" if down else "▴")
        _, stroke, style = _stroke(state)
        for y in range(top - 1, top + 3):
            canvas.put(x + 1, y, stroke, style)
        canvas.put(x + 1, top + 2 if down else top - 1, "▾" if down else "▴", style)
        text, label_style = _label(state, word, half - 3)
        canvas.put(x + 3, top, text, label_style, half - 3)
        if text:
            canvas.put(x + 3, top + 1, "to Magento" if down else "from Magento", "$text-muted", half - 3)
        canvas.put(x, top + 3, far.title, "bold", half)
        _detail(canvas, x, top + 4, far, half)
    return canvas.lines()


def picture_lines(picture: Picture, width: int) -> Lines:
    """The picture at ``width`` cells: side by side from :data:`WIDE` on, else one above the other."""
    if width < 24:
        return [*Canvas(max(width, 1), 1).lines()]
    return _wide(picture, min(width, 120)) if width >= WIDE else _tall(picture, width)


def compact_lines(picture: Picture, width: int) -> Lines:
    """The same with little room: a chain for each connection."""
    out, back = picture.outgoing, picture.incoming
    chain = (
        Link(out.client.title),
        Link("endpoint", out.endpoint.state, word=out.endpoint.word),
        Link(f"{picture.vendor}'s service", out.service.state, out.link, crosses=True),
    )
    lines = list(chain_lines(f"You → {picture.vendor}", chain, width))
    if back is not None:
        answer = (
            Link(picture.vendor, back.endpoint.state, word=back.endpoint.word),
            Link("service", back.service.state, back.link, crosses=True),
            Link(back.balancer_short, back.balancer.state),
            Link("targets"),
        )
        lines += chain_lines(f"{picture.vendor} → you", answer, width)
    return lines


class ConnectionPicture(Drawn):
    """The picture, live: a new :class:`Picture` repaints only the lines that changed.

    On a screen of fewer than :data:`ROOMY` lines the narrow form is a chain for each connection.
    """

    DEFAULT_CSS = """
    ConnectionPicture { height: auto; }
    """

    def __init__(self, picture: Picture | None = None, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture = picture or Picture()

    def show(self, picture: Picture) -> None:
        """Show another state of things."""
        if picture != self._picture:
            before = self.present()
            self._picture = picture
            self.redraw(before)

    def draw(self, width: int) -> Lines:
        """The lines of the picture."""
        if width < WIDE and self.app.size.height < ROOMY:
            return compact_lines(self._picture, width)
        return picture_lines(self._picture, width)

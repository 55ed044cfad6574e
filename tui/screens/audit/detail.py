"""All about one finding: what, evidence, where on the way of the connection, how to mend it, where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from core.audit.catalogue import CHECKS
from core.audit.finding import Finding
from core.audit.way import Stop
from core.text import visible
from tui.screens.says import Said, Says
from tui.text import line
from tui.widgets.state import FINDINGS, look
from tui.words import short_id


class Detail(VerticalScroll, can_focus=True):
    """The finding under the cursor. It scrolls."""

    DEFAULT_CSS = """
    Detail { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; border-top: solid $border-blurred; }
    Detail:focus { border-top: solid $border; }
    """

    def compose(self) -> ComposeResult:
        """The sentences."""
        yield Says(id="told")

    def show(self, finding: Finding | None, way: tuple[Stop, ...], otherwise: tuple[Said, ...] = ()) -> None:
        """Tell a finding; without one, something else."""
        said = tuple(_told(finding, way)) if finding is not None else otherwise
        self.query_one("#told", Says).say(*said)
        self.scroll_home(animate=False)


def _told(finding: Finding, way: tuple[Stop, ...]) -> Iterator[Said]:
    check, shown = CHECKS[finding.check], look(FINDINGS, finding.severity)
    yield Said(
        f"{visible(check.title)} ({shown.word})",
        f"bold {shown.style}".replace("bold bold", "bold"),
        shown.symbol,
    )
    one = finding.resource
    yield Said(
        f"{one.kind} {one.id}" + (f" ({one.name})" if one.name not in ("", one.id) else ""), "$text-muted"
    )
    yield Said(finding.message)
    for fact in finding.evidence:
        yield Said(
            Content.assemble((f"{visible(fact.field)} = ", "$text-muted"), line(fact.value)),
            "$text-muted",
            "·",
        )
    if way:
        yield Said("")
        width = max(len(stop.kind) for stop in way)
        for place, stop in enumerate(way):
            symbol, style = (
                ("✗", "bold $text-error") if stop.found else ("▾" if place else "○", "$text-muted")
            )
            words = Content.assemble(
                (f"{stop.kind:<{width}}  ", "$text-muted"),
                line(_short(stop.name), "bold" if stop.found else ""),
            )
            yield Said(words, style, symbol)
    yield Said("")
    yield Said(check.remedy, "", "▸")
    if finding.command:
        yield Said(f"$ {finding.command}", "$text-accent")
    yield Said("")
    yield Said(check.rationale, "$text-muted")
    yield Said(f"{check.source.title}: {check.source.url}", "$text-muted")
    yield Said(f"check {finding.check}", "$text-muted")


def _short(name: str) -> str:
    """An id without what is the same for all: of an ARN what follows the account."""
    return short_id(name.split(":", 5)[-1] if name.startswith("arn:") else name)

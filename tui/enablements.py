"""The list of a person's enablements, as home shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Summary:
    """One enablement in a line. ``drifted``: the last look showed that somebody changed something behind this
    program's back. ``damaged`` says why it cannot be read; the rest is empty then.
    """

    id: str
    project: str = ""
    environment: str = ""
    type: str = ""
    cloud: str = ""
    account: str = ""
    region: str = ""
    state: str = ""
    turn: str = ""
    next: str = ""
    due: datetime | None = None
    overdue: bool = False
    drifted: bool = False
    damaged: str = ""
    remedy: str = ""


def summaries(home: Path, clock: Callable[[], datetime]) -> tuple[Summary, ...]:
    """Read every journal; one that is damaged is listed with its reason and hides no other.

    Raises SettingsError where the settings cannot be read.
    """
    from core.journal import store
    from core.journal.errors import JournalError
    from core.workflow.enablement import Enablement
    from tui.settings import read_settings

    offer = read_settings(home).offer
    found: list[Summary] = []
    for name in store.names(home):
        try:
            with store.open_to_read(home, name) as journal:
                one = Enablement(journal, offer, clock)
                line, draft = one.timeline(), one.story.draft
        except JournalError as error:
            found.append(Summary(name, damaged=error.message, remedy=error.remedy))
            continue
        found.append(
            Summary(
                id=name,
                project=draft.project.id or "",
                environment=draft.project.environment or "",
                type=draft.connection.type or "",
                cloud=draft.cloud.platform or "",
                account=draft.cloud.account or "",
                region=draft.cloud.region or "",
                state=line.state,
                turn=line.turn,
                next=line.next,
                due=line.due,
                overdue=line.overdue,
                drifted=bool(line.drift),
            )
        )
    return tuple(found)

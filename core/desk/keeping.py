"""What the CTA does with a case: all of it becomes events of an enablement that is kept here, and nothing else.

What a customer sent is never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from core.desk.cases import Case, Kept, whose
from core.desk.received import Received
from core.journal import events as e
from core.journal import store, transfer
from core.journal.errors import JournalError
from core.journal.transfer import Packed, Taken
from core.request.model import Draft, differing
from core.text import excerpt
from core.workflow.enablement import Enablement, NotYet
from core.workflow.story import tell

MOST_NOTE = 2_000
"""Characters of a note at the most."""


def kept(home: Path) -> tuple[Kept, ...]:
    """The enablements of a folder; one that cannot be read hides no other. Raises JournalError where the folder
    cannot be listed.
    """
    found = []
    for id in store.names(home):
        try:
            found.append(Kept(id, transfer.history(home, id)))
        except JournalError as error:
            found.append(Kept(id, broken=error))
    return tuple(found)


def keep(
    home: Path, case: Case, received: Received, now: datetime, entropy: Callable[[int], bytes], who: str
) -> Taken:
    """Take what a file says into the enablement that the case names, or into a new one; answers what was taken.

    A request becomes the enablement's request, and one without errors counts as sent: the clock runs. A history is
    taken in, and merged where both went on. ``now`` is UTC, ``entropy`` answers so many random bytes. Raises NotYet,
    also for a file of which not all could be read where the enablement is there already; JournalError.
    """
    if "keep" not in case.can or (case.id and not case.whole):
        raise NotYet(f"{case.name} has nothing to keep", "Open a request, or a history that has more.", "cta")
    if isinstance(received.content, Packed):
        return transfer.take_in(home, received.content, who, now)
    id = case.id or store.new_id(entropy(16))
    events: list[e.Event] = [
        e.RequestSaved(at=now, request=case.draft),
        e.Noted(at=now, text=f"Request received: {excerpt(case.name, 200)}"),
    ]
    if not case.id:
        lines = [e.written(one)[1] for one in (*events, *_sent(case, now, True))]
        store.create(home, id, who, lines).close()
        return Taken(id, len(lines), len(lines))
    with store.open_to_write(home, id, who) as journal:
        before = journal.events()
        events += _sent(case, now, tell(before).sent_at is None)
        for event in events:
            journal.append(event)
    return Taken(id, len(events), len(before) + len(events))


def keep_all(
    home: Path,
    found: Sequence[Case],
    received: Sequence[Received],
    now: datetime,
    entropy: Callable[[int], bytes],
    who: str,
) -> Iterator[tuple[Case, Taken]]:
    """Keep every case that can be, and answer each with what was taken as soon as it is kept: what fails later loses
    no word of it. Of several requests of one project and environment the later ones that are whole correct the first.
    Raises JournalError.
    """
    by_name = {one.name: one for one in received}
    kept_now: dict[tuple[str, str], tuple[str, Draft]] = {}
    for case in sorted((one for one in found if "keep" in one.can), key=lambda one: one.name):
        project = whose(case.draft) if case.kind == "request" else None
        if project in kept_now:
            if not case.whole:
                continue
            id, said = kept_now[project]
            case = replace(case, id=id, differs=differing(said, case.draft))
        taken = keep(home, case, by_name[case.name], now, entropy, who)
        if project is not None:
            kept_now[project] = taken.id, case.draft
        yield case, taken


def _sent(case: Case, now: datetime, fresh: bool) -> tuple[e.Event, ...]:
    """A complete request has arrived at the CTA's: step 1."""
    return (e.DataSent(at=now),) if fresh and not case.verdict.errors else ()


def note(enablement: Enablement, text: str) -> None:
    """Keep words with an enablement's story. Raises NotYet for none or too many, JournalError."""
    words = text.strip()
    if not words or len(words) > MOST_NOTE:
        raise NotYet(f"a note has 1 to {MOST_NOTE} characters", "Write it shorter, or at all.", "customer")
    enablement.record(e.Noted(at=enablement.now(), text=words))

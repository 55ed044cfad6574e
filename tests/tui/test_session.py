"""When an enablement is begun in the journal: with an answer, never with what is filled in for somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from core.journal import store
from core.request.model import Draft, DraftCloud, DraftProject
from core.request.offer import Offer
from tui.session import Session

FILLED = Draft(cloud=DraftCloud(platform="azure", region="westeurope"))
ANSWERED = FILLED.model_copy(update={"project": DraftProject(environment="staging")})


def session_in(home: Path, draft: Draft | None = None) -> Session:
    """A session whose work is done at once."""

    def start(_name: str, work: Callable[[], None]) -> None:
        work()

    return Session(
        home=home,
        offer=Offer(),
        clock=lambda: datetime(2026, 11, 26, tzinfo=UTC),
        start=start,
        changed=lambda: None,
        draft=draft,
    )


def begun(home: Path) -> int:
    return len(store.names(home))


def test_leaving_what_nobody_answered_begins_nothing(tmp_path: Path) -> None:
    session_in(tmp_path, FILLED).close()
    one = session_in(tmp_path)
    one.suppose(Draft(cloud=DraftCloud(platform="azure")))
    one.suppose(FILLED)
    one.close()
    assert begun(tmp_path) == 0


def test_an_answer_begins_an_enablement_and_keeps_what_was_filled_in(tmp_path: Path) -> None:
    one = session_in(tmp_path)
    one.suppose(FILLED)
    one.answer(ANSWERED)
    one.close()
    (name,) = store.names(tmp_path)
    again = session_in(tmp_path)
    again.open(name)
    assert again.model.draft == ANSWERED
    again.close()


def test_what_is_filled_in_after_an_answer_takes_nothing_back(tmp_path: Path) -> None:
    one = session_in(tmp_path)
    one.answer(Draft(project=DraftProject(environment="staging")))
    one.suppose(ANSWERED)
    one.close()
    assert begun(tmp_path) == 1


def test_turning_the_page_keeps_what_was_filled_in(tmp_path: Path) -> None:
    one = session_in(tmp_path, FILLED)
    one.keep()
    one.close()
    assert begun(tmp_path) == 1


def test_what_can_be_no_ticket_s_number_is_told_and_not_kept(tmp_path: Path) -> None:
    one = session_in(tmp_path)
    one.answer(ANSWERED)
    one.file("4" * 10_000)
    assert "1 to 200 characters" in one.model.failures["file"].message
    assert one.model.story.ticket is None
    one.close()

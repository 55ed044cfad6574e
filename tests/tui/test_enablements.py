"""What home lists is read from the journals alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.journal import events as e
from core.journal import store
from core.request.model import Draft
from core.workflow.facts import NOT_VISIBLE, VISIBLE
from tui.enablements import summaries

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SERVICE = "com.amazonaws.vpce.us-west-2.vpce-svc-0a1b2c3d4e5f60718"


@pytest.mark.parametrize(
    ("looks", "drifted"), [((VISIBLE,), False), ((VISIBLE, NOT_VISIBLE), True), ((NOT_VISIBLE,), False)]
)
def test_what_the_last_look_showed_as_drift_is_told(
    tmp_path: Path, looks: tuple[str, ...], drifted: bool
) -> None:
    with store.create(tmp_path, "pl-7k3m9q", "a test") as journal:
        journal.append(e.RequestSaved(at=NOW, request=Draft()))
        journal.append(e.DetailsReceived(at=NOW, service_names=(SERVICE,)))
        for state in looks:
            fact = e.Fact(kind="vendor-service", id=SERVICE, state=state)
            journal.append(e.Observed(at=NOW, facts=(fact,)))
    (found,) = summaries(tmp_path, lambda: NOW)
    assert (found.id, found.drifted) == ("pl-7k3m9q", drifted)

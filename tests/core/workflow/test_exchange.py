"""What a person says was filed."""

from __future__ import annotations

import pytest

from core.workflow import exchange
from core.workflow.enablement import NotYet
from tests.core.workflow.test_exchange_azure import enablement


@pytest.mark.parametrize("number", ["", "x" * 201, "1\n2", "4711\u200b", "\x1b[31m1", "1\u202e2"])
def test_what_can_be_no_ticket_s_number_is_not_journaled(number: str) -> None:
    one = enablement()
    with pytest.raises(NotYet, match="ticket number") as told:
        exchange.file_ticket(one, number)
    assert told.value.remedy
    assert one.story.ticket is None
    exchange.file_ticket(one, "#4711")
    assert one.story.ticket == "#4711"

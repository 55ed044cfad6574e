"""A redacted inventory is diagnosed as the one that it was made from: the same causes in the same order."""

from __future__ import annotations

import pytest

from core.diagnosis.diagnose import diagnose
from core.diagnosis.model import Diagnosis
from core.diagnosis.subject import case_of
from core.network.model import Inventory
from core.network.redact import redact
from tests.core.audit import build as b
from tests.core.diagnosis.test_causes import ROWS, Row, name_of
from tests.core.diagnosis.test_causes import case_of as case_of_row

KEY = bytes(32)


def seen(row: Row) -> Inventory:
    return case_of_row(row.platform, *row.edits).inventory


def subject(row: Row, inventory: Inventory) -> str:
    """What is asked about, by its id in this inventory; empty where it is what is missing."""
    many = inventory.endpoints if row.direction == "to-magento" else inventory.endpoint_services
    return many[0].id if many else ""


def told(row: Row, inventory: Inventory) -> Diagnosis:
    case = case_of(subject(row, inventory), inventory, b.OFFER, ports=(3306,))
    assert case is not None
    return diagnose(case)


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if not row.case and subject(row, seen(row))],
    ids=name_of,
)
def test_the_causes_are_the_same(row: Row) -> None:
    before = seen(row)
    (after,), _ = redact((before,), KEY, (b.OFFER.aws_account, *b.OFFER.azure_subscriptions))
    assert subject(row, after) != subject(row, before)
    clear, hidden = told(row, before), told(row, after)
    assert [(one.code, one.certainty) for one in hidden.causes] == [
        (one.code, one.certainty) for one in clear.causes
    ]
    assert [[hop.verdict for hop in path.hops] for path in hidden.paths] == [
        [hop.verdict for hop in path.hops] for path in clear.paths
    ]

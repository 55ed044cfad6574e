"""The desk's work beside the screen: what a move did is told, and what has to be looked at after it."""

from __future__ import annotations

from pathlib import Path

from core.journal import transfer
from tests.core.audit.build import OFFER
from tests.core.desk.test_cases import NOW, parted
from tui.desks import Desks


def test_two_histories_that_both_began_changes_are_joined_with_a_caution(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "theirs.jsonl"
    parted(home, tmp_path / "theirs")
    file.write_bytes(transfer.export(tmp_path / "theirs", "pl-1")[0])
    desks = Desks(
        home=home, offer=OFFER, clock=lambda: NOW, start=lambda _name, work: work(), changed=lambda: None
    )
    desks.open(str(file))
    (history,) = (one for one in desks.model.found or () if one.kind == "history")
    desks.keep(history)
    assert (desks.model.said, desks.model.at) == ("Kept as pl-1", "pl-1")
    assert "privatelink drift pl-1" in desks.model.caution
    desks.note("pl-1", "looked at it")
    assert (desks.model.said, desks.model.caution) == ("Noted with pl-1", "")

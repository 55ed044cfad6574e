"""``recover``: a damaged journal is set aside whole, and what comes before the damage goes on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.e2e import requests
from tests.e2e.program import InProcess

KNOWN = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc"}

FORGE = """UPDATE events SET json = replace(json, '"42"', '"43"') WHERE json LIKE '%"42"%'"""


@pytest.fixture
def name(offline: InProcess, tmp_path: Path) -> str:
    """An enablement with a request and a ticket."""
    name = str(offline.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, KNOWN))["id"])
    offline("filed", name, "--ticket", "42")
    return name


def damage(tmp_path: Path, name: str) -> tuple[Path, bytes]:
    """Change the ticket's number, and nothing else, behind the program's back."""
    [file] = [one for one in tmp_path.rglob("*") if name in one.name and one.suffix == ".db"]
    with sqlite3.connect(file) as journal:
        assert journal.execute(FORGE).rowcount == 1
    journal.close()
    return file, file.read_bytes()


def test_nothing_is_touched_without_yes(offline: InProcess, name: str, tmp_path: Path) -> None:
    file, content = damage(tmp_path, name)
    assert "add --yes" in offline("recover", name, code=2).err
    assert file.read_bytes() == content


def test_the_damaged_journal_is_kept_and_its_sound_part_goes_on(
    offline: InProcess, name: str, tmp_path: Path
) -> None:
    damage(tmp_path, name)
    told = offline("status", name, code=2)
    assert "damaged" in told.err
    assert "privatelink recover ID --yes" in told.err
    done = offline("recover", name, "--yes", "--format", "json").json
    assert done["kept"] == 1
    aside = Path(done["aside"])
    with sqlite3.connect(aside) as journal:
        rows = [row for (row,) in journal.execute("SELECT json FROM events ORDER BY seq")]
    journal.close()
    assert len(rows) == 2
    steps = {one["number"]: one["state"] for one in offline.json("status", name)["steps"]}
    assert steps["2"] != "done"
    offline("filed", name, "--ticket", "42")
    assert {one["number"]: one["state"] for one in offline.json("status", name)["steps"]}["2"] == "done"


def test_a_sound_journal_is_left_alone(offline: InProcess, name: str) -> None:
    told = offline("recover", name, "--yes", code=2)
    assert "is whole" in told.err
    offline.json("status", name)


def test_an_enablement_that_is_not_there(offline: InProcess) -> None:
    assert "nobody" in offline("recover", "nobody", "--yes", code=2).err

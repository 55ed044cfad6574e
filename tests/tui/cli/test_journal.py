"""``journal export``, ``import``, ``verify``."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.e2e import requests
from tests.e2e.program import InProcess, clean_environment
from tests.tui.cli.test_recover import KNOWN, damage


@pytest.fixture
def name(offline: InProcess, tmp_path: Path) -> str:
    """An enablement with a request and a ticket."""
    name = str(offline.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, KNOWN))["id"])
    offline("filed", name, "--ticket", "42")
    return name


@pytest.fixture
def elsewhere(tmp_path: Path) -> InProcess:
    """The program of somebody else, with a folder of its own."""
    (tmp_path / "elsewhere").mkdir()
    return InProcess(clean_environment(tmp_path / "elsewhere"))


def test_it_goes_from_one_to_another_and_on(
    offline: InProcess, elsewhere: InProcess, name: str, tmp_path: Path
) -> None:
    file = tmp_path / "out.jsonl"
    assert offline.json("journal", "export", name, "--out", str(file)) == {
        "id": name,
        "events": 2,
        "file": str(file),
    }
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert offline("journal", "export", name).out == file.read_text()
    assert elsewhere.json("journal", "import", str(file)) == {
        "id": name,
        "added": 2,
        "events": 2,
        "merged": False,
        "both_changed": False,
    }
    assert elsewhere.json("status") == offline.json("status")
    offline("filed", name, "--ticket", "43")
    more = offline("journal", "export", name).out.encode()
    assert "1 events are new, 3 in all" in elsewhere("journal", "import", "-", stdin=more).out
    assert elsewhere.json("journal", "import", str(file))["added"] == 0
    offline("filed", name, "--ticket", "44")
    elsewhere("filed", name, "--ticket", "45")
    parted = offline("journal", "export", name).out.encode()
    told = elsewhere("journal", "import", "-", "--format", "json", code=2, stdin=parted)
    assert told.json["problems"][0]["code"] == "other-history"
    assert "part at event 4" in told.err


def test_two_that_went_on_are_joined_and_tell_the_same(
    offline: InProcess, elsewhere: InProcess, name: str, tmp_path: Path
) -> None:
    elsewhere("journal", "import", "-", stdin=offline("journal", "export", name).out.encode())
    offline("filed", name, "--ticket", "44")
    elsewhere("filed", name, "--ticket", "45")
    mine = offline("journal", "export", name).out.encode()
    joined = elsewhere("journal", "import", "-", "--merge", stdin=mine)
    assert "1 events are new, joined with those here, 4 in all" in joined.out
    back = elsewhere("journal", "export", name).out.encode()
    assert offline("journal", "import", "-", "--merge", stdin=back).out.startswith(
        f"{name}: 1 events are new"
    )
    assert elsewhere.json("status") == offline.json("status"), "the ticket that was filed last"
    assert "45" in str(offline.json("status"))
    for side, data in ((offline, back), (elsewhere, mine)):
        again = side("journal", "import", "-", "--merge", "--format", "json", stdin=data).json
        assert again["added"] == 0
        assert side.json("journal", "verify")[0]["ok"]
    offline("filed", name, "--ticket", "46")
    third = offline("journal", "export", name).out.encode()
    forged = third.replace(b'\\"ticket\\":\\"46', b'\\"ticket\\":\\"64')
    assert forged != third
    assert "edited" in elsewhere("journal", "import", "-", "--merge", code=2, stdin=forged).err
    assert elsewhere("journal", "import", "-", "--merge", stdin=third).out.endswith("1 events are new, joined "
        "with those here, 5 in all\n")  # fmt: skip


def test_nothing_that_is_there_is_written_over(offline: InProcess, name: str, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("precious")
    told = offline("journal", "export", name, "--out", str(tmp_path / "precious"), code=2)
    assert "precious" in told.err
    assert (tmp_path / "precious").read_text() == "precious"


def test_an_edited_file_is_refused(offline: InProcess, elsewhere: InProcess, name: str) -> None:
    forged = offline("journal", "export", name).out.replace("42", "43").encode()
    told = elsewhere("journal", "import", "-", "--format", "json", code=2, stdin=forged)
    assert told.json["problems"][0]["code"] == "damaged"
    assert elsewhere.json("status") == []


def test_verify_says_which_event_is_broken(offline: InProcess, name: str, tmp_path: Path) -> None:
    [good] = offline.json("journal", "verify", name)
    assert (good["ok"], good["events"], good["broken"]) == (True, 2, None)
    assert good["hash"] in offline("journal", "export", name).out
    assert good["hash"] in offline("journal", "verify").out
    damage(tmp_path, name)
    [bad] = offline.json("journal", "verify", code=1)
    assert (bad["ok"], bad["events"], bad["broken"]["event"]) == (False, 1, 2)
    assert "privatelink recover" in bad["broken"]["remedy"]
    assert "event 2" in offline("journal", "verify", name, code=1).out
    assert "event 2" in offline("journal", "export", name, code=2).err


def test_of_none(offline: InProcess) -> None:
    assert offline.json("journal", "verify") == []
    assert "nobody" in offline("journal", "verify", "nobody", code=2).err
    assert "no exported journal" in offline("journal", "import", "-", code=2, stdin=b"hello").err

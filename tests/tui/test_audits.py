"""The audit's work beside the screen: looking, failing, cancelling, checking one again, saving."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.cloud import CloudError, Identity, OnProgress, Progress
from core.network import saved
from core.network.model import Detail, Inventory
from core.request.model import DraftCloud
from tests.core.audit.build import AWS, NOW, OFFER, done, edited
from tui.audits import Audits, Hiding
from tui.link import Link

NAMED = DraftCloud(platform="aws", region="us-west-2")
FAULTY = done(AWS, edited("load_balancers", deletion_protection=False))


class Here:
    """A cloud whose account is what the test says; ``during`` is called while it is looked at."""

    def __init__(self, seen: Inventory | CloudError, during: Callable[[], None] = lambda: None) -> None:
        self.seen = seen
        self.during = during
        self.asked: list[tuple[str | None, Detail]] = []

    def inventory(self, network: str | None, detail: Detail, on_progress: OnProgress) -> Inventory:
        self.asked.append((network, detail))
        on_progress(Progress(1, 2, "subnets", 3))
        self.during()
        if isinstance(self.seen, CloudError):
            raise self.seen
        return self.seen


@pytest.fixture
def audits(monkeypatch: pytest.MonkeyPatch) -> Callable[[Here], Audits]:
    """An audit of a cloud, whose jobs run at once."""

    def make(cloud: Here) -> Audits:
        monkeypatch.setattr(Link, "open", lambda *_: cloud)
        monkeypatch.setattr(Link, "identity", lambda *_: Identity("111122223333", "arn", "here", "host:1"))
        return Audits(offer=OFFER, clock=lambda: NOW, start=lambda _name, work: work(), changed=lambda: None)

    return make


def test_looking_reads_for_the_audit_and_checks_everything(audits: Any) -> None:
    cloud = Here(FAULTY)
    one = audits(cloud)
    cloud.during = lambda: seen.append(one.model.progress)
    seen: list[Progress | None] = []
    one.look(NAMED.model_copy(update={"network": "vpc-0aaa"}))
    assert cloud.asked == [("vpc-0aaa", "audit")]
    assert seen == [Progress(1, 2, "subnets", 3)]
    assert [found.check for found in one.model.report.findings] == ["aws-nlb-unprotected"]
    assert len(one.model.texts) == 1
    assert (one.model.progress, one.model.jobs, one.model.local) == (None, frozenset(), "host:1")


def test_a_failure_is_told_and_what_was_found_before_stays(audits: Any) -> None:
    cloud = Here(FAULTY)
    one = audits(cloud)
    one.look(NAMED)
    cloud.seen = CloudError("access-denied", "You may not.", "Ask for it.")
    one.again()
    assert one.model.failures["audit"].code == "access-denied"
    assert one.model.report.findings


def test_a_cancelled_look_tells_nothing(audits: Any) -> None:
    cloud = Here(FAULTY)
    one = audits(cloud)
    cloud.during = one.cancel
    one.look(NAMED)
    assert one.model.report is None
    assert one.model.jobs == frozenset()
    assert one.model.failures == {}


def test_one_check_is_made_again_on_a_new_look(audits: Any) -> None:
    cloud = Here(done(FAULTY, edited("endpoints", private_dns=True)))
    one = audits(cloud)
    one.look(NAMED)
    cloud.seen = AWS
    one.again("aws-nlb-unprotected")
    assert [found.check for found in one.model.report.findings] == ["aws-endpoint-private-dns"]
    one.again()
    assert one.model.report.findings == ()


def test_a_saved_inventory_needs_no_cloud(audits: Any, tmp_path: Path) -> None:
    cloud = Here(AWS)
    one = audits(cloud)
    path = tmp_path / "seen.json"
    path.write_bytes(saved.write([FAULTY]))
    one.open(str(path))
    assert [found.check for found in one.model.report.findings] == ["aws-nlb-unprotected"]
    path.write_bytes(saved.write([AWS]))
    one.again()
    assert one.model.report.findings == ()
    assert cloud.asked == []


@pytest.mark.parametrize("content", [None, b"\xff"])
def test_a_file_that_cannot_be_used_is_told(audits: Any, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "seen.json"
    if content is not None:
        path.write_bytes(content)
    one = audits(Here(AWS))
    one.open(str(path))
    assert str(path) in one.model.failures["audit"].message
    assert one.model.failures["audit"].remedy


def test_a_report_is_saved_once_for_its_owner_alone(audits: Any, tmp_path: Path) -> None:
    one = audits(Here(FAULTY))
    one.look(NAMED)
    path = tmp_path / "report.html"
    one.save("html", str(path))
    assert one.model.saved == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "aws-nlb-unprotected" in path.read_text()
    one.save("html", str(path))
    assert one.model.failures["save-report"].code == "unsafe-path"


SUPPRESSED = """
[[suppress]]
check = "aws-nlb-unprotected"
resource = "*"
reason = "CHG-1"
expires = 2026-03-02
"""


def test_what_the_files_know_is_counted_and_not_shown(audits: Any, tmp_path: Path) -> None:
    """Also after one check was made again; and the report that is saved is what is shown."""
    cloud = Here(done(FAULTY, edited("endpoints", private_dns=True)))
    one = audits(cloud)
    one.look(NAMED)
    one.save("json", str(tmp_path / "before.json"))
    (tmp_path / "known.toml").write_text(SUPPRESSED)

    one.look(NAMED, Hiding(suppress=str(tmp_path / "known.toml")))
    assert [found.check for found in one.model.report.findings] == ["aws-endpoint-private-dns"]
    assert [row.reason for row in one.model.report.suppressed] == ["CHG-1"]
    assert len(one.model.texts) == 1
    one.again("aws-nlb-unprotected")
    assert len(one.model.report.suppressed) == 1
    assert len(one.model.whole.findings) == 2

    one.look(NAMED, Hiding(str(tmp_path / "known.toml"), str(tmp_path / "before.json")))
    assert (one.model.report.findings, one.model.report.known) == ((), 1)
    cloud.seen = done(cloud.seen, edited("load_balancers", state="failed"))
    one.again()
    assert [found.check for found in one.model.report.findings] == ["aws-nlb-not-active"]


def test_a_suppression_that_is_over_hides_nothing_and_is_told(audits: Any, tmp_path: Path) -> None:
    (tmp_path / "known.toml").write_text(SUPPRESSED.replace("2026-03-02", "2026-03-01"))
    one = audits(Here(FAULTY))
    one.look(NAMED, Hiding(suppress=str(tmp_path / "known.toml")))
    assert len(one.model.report.findings) == 1
    assert "expired on 2026-03-01" in one.model.report.notes[0]


def test_without_a_region_nothing_is_looked_at_and_it_is_asked_for(audits: Any) -> None:
    one = audits(cloud := Here(FAULTY))
    one.look(DraftCloud(platform="aws"))
    assert (cloud.asked, set(one.model.refused), one.model.failures) == ([], {"region"}, {})
    one.look(NAMED)
    assert (one.model.refused, bool(one.model.report.findings)) == ({}, True)


def test_files_that_cannot_be_used_are_told_at_their_fields_before_anything_is_looked_at(
    audits: Any, tmp_path: Path
) -> None:
    (tmp_path / "known.toml").write_text("[[suppress]]\ncheck = 1\n")
    one = audits(cloud := Here(FAULTY))
    one.look(NAMED, Hiding(str(tmp_path / "known.toml"), str(tmp_path / "none.json")))
    assert cloud.asked == []
    assert one.model.refused["suppress"].startswith("suppress.0.check: ")
    assert one.model.refused["baseline"] == "No such file or directory"
    assert "known.toml: suppress.0.check: " in one.model.failures["audit"].message
    assert one.model.failures["audit"].code == "unusable-input", "as the command says"
    assert one.model.failures["audit"].remedy.startswith("Each [[suppress]]")
    one.look(NAMED, Hiding())
    assert (one.model.refused, one.model.failures) == ({}, {})
    assert one.model.report.findings

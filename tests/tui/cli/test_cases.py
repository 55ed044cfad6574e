"""``desk``, ``note``: five customers' files, the texts that go back, and what is kept."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.journal import transfer
from core.network import saved
from tests import nasty
from tests.core.audit.test_audit import everything
from tests.core.desk.test_cases import parted
from tests.e2e import requests
from tests.e2e.program import InProcess

VNET = (
    "/subscriptions/1a2b3c4d-1111-2222-3333-444455556666/resourceGroups/shop"
    "/providers/Microsoft.Network/virtualNetworks/shop"
)


def aws(project: str, template: str = requests.UNIDIRECTIONAL, named: str = "", **more: str) -> str:
    said = {"account": "444455556666", "network": "vpc-0123456789abcdef0", **more}
    return template.format(**said, service_name=named).replace("abcdefg123456", project)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """What five customers sent."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    azure = requests.AZURE_UNIDIRECTIONAL.format(account=VNET.split("/")[2], network=VNET)
    for name, text in {
        "acme.toml": aws("acme012345678"),
        "globex.toml": aws(
            "globex1234567",
            requests.BIDIRECTIONAL,
            'service_name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0"',
        ),
        "initech.toml": azure.replace("port = 80\n", "port = 443\n"),
        "umbrella.toml": aws("umbrella12345").replace('account = "444455556666"\n', ""),
        "hooli.toml": aws("hooli12345678", account="111122223333", network="vpc-0aaa"),
    }.items():
        (folder / name).write_text(text)
    (folder / "hooli.json").write_bytes(saved.write([everything()]))
    return folder


def by_name(found: Any) -> dict[str, Any]:
    return {Path(one["name"]).name: one for one in found}


def test_five_customers_files_are_judged_at_once(offline: InProcess, inbox: Path) -> None:
    before = {path.name: path.read_bytes() for path in inbox.iterdir()}
    found = by_name(offline.json("desk", str(inbox), code=1))
    assert {name: (one["state"], one["turn"]) for name, one in found.items()} == {
        "acme.toml": ("ready", "cta"),
        "globex.toml": ("incomplete", "customer"),
        "initech.toml": ("incomplete", "customer"),
        "umbrella.toml": ("incomplete", "customer"),
        "hooli.toml": ("ready", "cta"),
    }
    codes = {name: {problem["code"] for problem in one["problems"]} for name, one in found.items()}
    assert "service-name-region" in codes["globex.toml"]
    assert "port-refused" in codes["initech.toml"]
    assert "required" in codes["umbrella.toml"]
    assert found["hooli.toml"]["findings"]
    assert "reject-vpc-endpoint-connections" in found["hooli.toml"]["ask"]
    assert found["acme.toml"]["ticket"]["subject"] == "PrivateLink support for project acme012345678"
    assert {path.name: path.read_bytes() for path in inbox.iterdir()} == before


def test_as_lines_with_whose_turn_it_is(offline: InProcess, inbox: Path) -> None:
    told = offline("desk", str(inbox), code=1).out
    assert "acme012345678 · production · aws · us-west-2  to be filed" in told
    assert "Customer: Ask back: port 443 from Azure into Magento does not work." in told
    assert told.splitlines()[-1] == "5 cases: 2 with CTA, 3 with Customer; 0 overdue"


def test_the_texts_to_send(offline: InProcess, inbox: Path) -> None:
    one = offline("desk", str(inbox / "umbrella.toml"), "--ask", code=1).out
    assert one.startswith("Subject: PrivateLink for project umbrella12345: what we still need\n\nHello,\n")
    ticket = offline("desk", str(inbox / "acme.toml"), "--ticket", "--company", "Acme").out
    assert ticket.startswith("Subject: PrivateLink support for Acme\n\nPlease enable unidirectional")
    assert "nothing to ask" in offline("desk", str(inbox / "acme.toml"), "--ask").err


def test_a_case_is_kept_filed_noted_and_comes_back_late(offline: InProcess, inbox: Path) -> None:
    kept = offline("desk", str(inbox / "acme.toml"), "--keep").err
    id = kept.split()[-1]
    offline("note", id, "Called: [b]Monday[/b]")
    offline("filed", id, "--ticket", "4711")
    [one] = offline.json("desk", str(inbox / "acme.toml"))
    assert (one["name"], one["id"], one["filed"], one["turn"]) == (id, id, "4711", "magento")
    assert one["due"]
    assert [note["text"] for note in one["notes"]] == [
        f"Request received: {inbox / 'acme.toml'}",
        "Called: [b]Monday[/b]",
    ]
    assert one["files"] == [str(inbox / "acme.toml")]
    assert "Called: [b]Monday[/b]" in offline("note", id).out
    assert offline.json("note", id)[1]["text"] == "Called: [b]Monday[/b]"
    assert "1 to 2000 characters" in offline("note", id, " ", code=2).err
    assert offline("desk").out.splitlines()[-1] == "1 case: 1 with Magento; 0 overdue"
    other = inbox / "acme.toml"
    other.write_text(other.read_text().replace("us-west-2", "us-east-1").replace("US-3", "US"))
    [_, request] = offline.json("desk", str(other))
    assert (request["id"], request["differs"]) == (id, ["project.region", "cloud.region"])
    told = offline("desk", str(other), "--keep").err
    assert f"is kept as {id}, which said something else: project.region, cloud.region\n" in told


def test_two_histories_that_both_began_changes_are_joined_with_a_caution(
    offline: InProcess, tmp_path: Path
) -> None:
    home = Path(offline.environment["PRIVATELINK_HOME"])
    sent = tmp_path / "z.jsonl"
    parted(home, tmp_path / "theirs")
    sent.write_bytes(transfer.export(tmp_path / "theirs", "pl-1")[0])
    told = offline("desk", str(sent), "--keep").err
    assert f"privatelink: {sent} is kept as pl-1\n! both sides began changes in the cloud" in told


def test_of_none(offline: InProcess, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert offline.json("desk", str(tmp_path / "empty")) == []
    assert offline("desk").out == "0 cases; 0 overdue\n"


def test_a_folder_leads_nowhere_else(offline: InProcess, inbox: Path, tmp_path: Path) -> None:
    """No link of a customer's is followed, no pipe is waited for, and one bad file hides no other."""
    (tmp_path / "secret.toml").write_text(aws("secret1234567"))
    (inbox / "link.toml").symlink_to(tmp_path / "secret.toml")
    (inbox / "dangling.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(inbox / "pipe.toml")
    (inbox / "folder.toml").mkdir()
    (inbox / "notes.txt").write_text("not ours")
    (inbox / ".hidden.toml").write_text("[")
    (inbox / "huge.toml").write_bytes(b"#" * (2 << 20))
    told = offline("desk", str(inbox), "--format", "json", code=2)
    found = by_name(told.json)
    unreadable = {name for name, one in found.items() if one["state"] == "unreadable"}
    assert unreadable == {"link.toml", "dangling.json", "pipe.toml", "folder.toml", "huge.toml"}
    assert "secret1234567" not in told.out
    assert found["acme.toml"]["state"] == "ready"
    gone = offline.json("desk", str(tmp_path / "gone"), code=2)
    assert gone[0]["problems"][0]["message"] == "No such file or directory"


@pytest.mark.parametrize("trick", ["markup", "colour", "bidi", "unseen", "lines"])
def test_what_a_customer_wrote_is_text(offline: InProcess, tmp_path: Path, trick: str) -> None:
    text = nasty.TEXTS[trick]
    told = {
        "project": {"id": text, "plan": text, "environment": text, "region": text, "cluster": text},
        "cloud": {"platform": text, "account": text, "region": text, "network": text},
        "connection": {"type": text, "service_name": text},
        "services": [{"name": text, "protocol": text, "port": 80, "direction": text, "targets": [text]}],
        text: text,
    }
    file = tmp_path / "hostile.json"
    file.write_text(json.dumps(told))
    for options in ([], ["--ask"], ["--format", "json"]):
        ran = offline("desk", str(file), *options, code=1)
        assert nasty.obeyed(ran.out) == ""
        assert nasty.obeyed(ran.err) == ""

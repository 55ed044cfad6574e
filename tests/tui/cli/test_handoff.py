"""``ticket``, ``filed``, ``details``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import requests
from tests.e2e.program import InProcess, step

PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
OURS = "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0"
THEIRS = "com.amazonaws.vpce.us-west-2.vpce-svc-0fedcba9876543210"
ELSEWHERE = "com.amazonaws.vpce.eu-west-1.vpce-svc-0fedcba9876543210"


@pytest.fixture
def name(offline: InProcess, tmp_path: Path) -> str:
    """A new enablement whose endpoint service somebody else made."""
    return str(offline.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, PLACE, OURS))["id"])


def test_ticket_has_every_datum(offline: InProcess, name: str) -> None:
    told = offline.json("ticket", name, "--company", "Acme & <Sons>")
    assert set(told) == {"ok", "subject", "markdown", "plain"}
    assert told["subject"] == "PrivateLink support for Acme & <Sons>"
    for text in (told["markdown"], told["plain"]):
        assert all(
            datum in text for datum in ("111122223333", "us-west-2", "abcdefg123456", "80", "3306", OURS)
        )
    assert told["markdown"].strip() in offline("ticket", name, "--company", "Acme & <Sons>").out
    assert (
        told["plain"].strip() in offline("ticket", name, "--company", "Acme & <Sons>", "--style", "plain").out
    )


def test_ticket_that_cannot_be_filed_yet(offline: InProcess, tmp_path: Path) -> None:
    name = offline.json("new", requests.write(tmp_path, requests.BIDIRECTIONAL, PLACE))["id"]
    told = offline.json("ticket", name, code=1)
    assert told["ok"] is False
    assert [problem["field"] for problem in told["problems"]] == ["connection.service_name"]
    assert "cannot be filed yet, because" in offline("ticket", name, code=1).out


def test_filed_starts_the_clock(offline: InProcess, name: str) -> None:
    told = offline.json("filed", name, "--ticket", "  #200041 ")
    assert set(told) == {"ok", "ticket", "due"}
    assert told["ticket"] == "#200041"
    assert offline.json("status")[0]["due"] == told["due"]
    assert "#17" in offline("filed", name, "--ticket", "#17").out
    assert "#17" in str(offline.json("status"))


@pytest.mark.parametrize("number", ["", "   ", "x" * 201, "1\x1b[31m2", "1\n2", "1\u202e2", "1\u200b2"])
def test_filed_refuses_what_is_no_number(offline: InProcess, name: str, number: str) -> None:
    before = offline.json("status")
    told = offline("filed", name, "--ticket", number, "--format", "json", code=2)
    assert told.json["ok"] is False
    assert "ticket number" in told.err
    assert offline.json("status") == before


DETAILS = (
    ((THEIRS,), 0, [THEIRS], set()),
    ((THEIRS, THEIRS), 0, [THEIRS], set()),
    ((THEIRS.upper(),), 0, [THEIRS], set()),
    ((THEIRS, OURS), 0, [THEIRS], {"reply-own-service"}),
    ((ELSEWHERE,), 1, [], {"reply-wrong-region"}),
    ((THEIRS, ELSEWHERE), 1, [THEIRS], {"reply-wrong-region"}),
    (("vpce-svc-0fedcba9876543210",), 2, [], {"reply-no-service-name"}),
    (("good morning",), 2, [], {"reply-no-service-name"}),
)


@pytest.mark.parametrize(("names", "code", "found", "codes"), DETAILS)
def test_details(
    offline: InProcess,
    name: str,
    tmp_path: Path,
    names: tuple[str, ...],
    code: int,
    found: list[str],
    codes: set[str],
) -> None:
    typed = offline.json("details", name, *(f"--service-name={one}" for one in names), code=code)
    assert set(typed) == {"ok", "service_names", "subscriptions", "problems"}
    assert typed["ok"] is (code == 0)
    assert typed["service_names"] == found
    assert {problem["code"] for problem in typed["problems"]} == codes
    taken = step(offline.json("status")[0], "3") == "done"
    assert taken is (code == 0), "a reply with an error in it is not taken by half"
    reply = tmp_path / "reply.txt"
    reply.write_text("Dear customer,\n" + "\n".join(f"> * `{one}`," for one in names), encoding="utf-8")
    assert offline.json("details", name, "--reply", str(reply), code=code) == typed
    lines = offline("details", name, "--reply", "-", stdin=reply.read_bytes(), code=code).out
    assert all(one in lines for one in found)


@pytest.mark.parametrize("options", [(), ("--service-name", THEIRS, "--reply", "-")])
def test_details_from_one_place_only(offline: InProcess, name: str, options: tuple[str, ...]) -> None:
    assert "either" in offline("details", name, *options, code=2).err

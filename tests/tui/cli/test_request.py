"""``check``, ``new``, ``schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e import requests
from tests.e2e.program import InProcess

PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
PROBLEM = {"code", "field", "severity", "message", "remedy"}


def changed(folder: Path, *pairs: tuple[str, str]) -> str:
    """A good request with some of its text replaced."""
    file = Path(requests.write(folder, requests.BIDIRECTIONAL, PLACE))
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    return str(file)


CASES: tuple[tuple[tuple[tuple[str, str], ...], int, dict[str, str]], ...] = (
    ((), 0, {}),
    ((('"abcdefg123456"', '"abcdefg12"'),), 0, {"project.id": "warning"}),
    ((('"pro"', '"starter"'),), 1, {"project.plan": "error"}),
    (
        (("port = 80\n", "port = 22\n"), ("3306", "70000")),
        1,
        {"services.0.port": "error", "services.1.port": "error"},
    ),
    ((("[cloud]", "[clud]"),), 1, {"clud": "error"}),
    ((("[cloud]", "[cloud"),), 2, {"": "error"}),
)


@pytest.mark.parametrize(("pairs", "code", "fields"), CASES)
def test_check_tells_every_problem_at_once(
    offline: InProcess, tmp_path: Path, pairs: tuple[tuple[str, str], ...], code: int, fields: dict[str, str]
) -> None:
    file = changed(tmp_path, *pairs)
    told = offline.json("check", file, code=code)
    assert set(told) == {"ok", "problems"}
    assert told["ok"] is (code == 0)
    assert all(set(problem) == PROBLEM for problem in told["problems"])
    assert all(problem["remedy"] for problem in told["problems"])
    found = {problem["field"]: problem["severity"] for problem in told["problems"]}
    assert fields.items() <= found.items()
    lines = offline("check", file, code=code).out
    assert all(f"[{problem['code']}]" in lines for problem in told["problems"])


def test_check_reads_standard_input(offline: InProcess, tmp_path: Path) -> None:
    data = Path(changed(tmp_path)).read_bytes()
    assert offline.json("check", "-", stdin=data)["ok"]
    assert "standard input" in offline("check", "--help").out


def test_check_says_which_file_is_not_there(offline: InProcess) -> None:
    told = offline.json("check", "nowhere.toml", code=2)
    assert told["ok"] is False
    assert "nowhere.toml" in told["problems"][0]["message"]
    assert set(told["problems"][0]) == PROBLEM
    assert "nowhere.toml" in offline("check", "nowhere.toml", code=2).err


def test_new_answers_an_id_and_keeps_messages_apart(offline: InProcess, tmp_path: Path) -> None:
    file = changed(tmp_path, ('"abcdefg123456"', '"abcdefg12"'))
    told = offline("new", file, "--format", "json")
    assert set(told.json) == {"id"}
    assert "warning" in told.err
    plain = offline("new", file)
    assert plain.out.count("\n") == 1
    names = {told.json["id"], plain.out.strip()}
    assert {one["id"] for one in offline.json("status")} == names


def test_new_tells_of_one_that_is_there_for_the_same_project(offline: InProcess, tmp_path: Path) -> None:
    file = changed(tmp_path)
    first, second = offline("new", file), offline("new", file)
    assert "begun before" not in first.err
    assert f"begun before: {first.out.strip()}" in second.err


def test_new_starts_nothing_that_has_errors(offline: InProcess, tmp_path: Path) -> None:
    file = changed(tmp_path, ('"pro"', '"starter"'))
    told = offline("new", file, "--format", "json", code=1)
    assert told.json["ok"] is False
    assert "nothing was started" in told.err
    plain = offline("new", file, code=1)
    assert not plain.out
    assert "error" in plain.err
    assert offline.json("status") == []


def test_schema_in_both_forms(offline: InProcess) -> None:
    schema = offline.json("schema")
    assert set(schema["required"]) == {"project", "cloud", "connection", "services"}
    lines = offline("schema").out
    assert "services.N.port" in lines
    assert "cloud.profile" in lines
    assert json.dumps(schema).isascii()

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.request.model import Draft
from core.request.read import check_reading, read
from tests.growth import assert_linear

GOOD = b"""
[project]
id = "abcdefg123456"
plan = "pro"
environment = "production"
region = "US-3"

[cloud]
platform = "aws"
account = "111122223333"
region = "us-west-2"
network = "vpc-0abc"

[connection]
type = "bidirectional"
service_name = "com.amazonaws.vpce.us-west-2.vpce-svc-0abc"

[[services]]
name = "Webserver"
protocol = "HTTP"
port = 80
direction = "to-magento"

[[services]]
name = "Database"
protocol = "TCP"
port = 3306
direction = "from-magento"
targets = ["10.20.0.4", "i-0abc"]
"""


def problems_of(data: bytes, name: str = "") -> list[tuple[str, str]]:
    return [(problem.code, problem.field) for problem in check_reading(read(data, name))]


@pytest.mark.parametrize("name", ["request.toml", "request", "-", "REQUEST.TOML"])
def test_toml(name: str) -> None:
    reading = read(GOOD, name)
    assert reading.problems == ()
    assert reading.draft.cloud.account == "111122223333"
    assert reading.draft.services[1].targets == ("10.20.0.4", "i-0abc")
    assert check_reading(reading) == ()


@pytest.mark.parametrize("name", ["request.json", "request", "-"])
def test_json_says_the_same(name: str) -> None:
    data = json.dumps(tomllib.loads(GOOD.decode())).encode()
    assert read(data, name) == read(GOOD, "x.toml")
    assert read(b"\xef\xbb\xbf" + data, name) == read(GOOD, "x.toml")


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"a" * ((1 << 20) + 1), "file-too-large", "1,048,577 bytes"),
        (b'[cloud]\nx = "\xff"', "file-not-utf8", "byte 13 (line 2)"),
        (b"\xff\xfea\x00", "file-not-utf8", "byte 0 (line 1)"),
        (b"[cloud]\naccount = ", "file-syntax", "line 2"),
        (b"[cloud]\n[cloud]\n", "file-syntax", "line 2, column 7"),
        (b'{"cloud": }', "file-syntax", "line 1, column 11"),
        (b"a = " + b"9" * 5000, "file-syntax", "5,000 digits (line 1)"),
        (b"a" + b".a" * 400_000 + b" = 1", "file-too-deep", "line 1"),
        (b'x = """"""\ny = { a' + b".a" * 400_000 + b" = 1 }", "file-too-deep", "line 2"),
        (b"a = " + b"[" * 200_000, "file-too-deep", "nested"),
        (b'{"a":' * 200_000, "file-too-deep", "nested"),
    ],
)
def test_a_file_that_cannot_be_read_names_the_place(data: bytes, code: str, place: str) -> None:
    reading = read(data, "")
    assert reading.unusable
    (problem,) = reading.problems
    assert (problem.code, problem.field) == (code, "")
    assert place in problem.message
    assert check_reading(reading) == reading.problems


def test_json_that_is_no_object() -> None:
    assert problems_of(b"[]", "x.json") == [("file-syntax", "")]


@pytest.mark.parametrize(
    ("line", "code", "field", "remedy"),
    [
        ('port = "80"', "wrong-type", "services.0.port", "Write 80, without quotes."),
        ("port = 80.0", "wrong-type", "services.0.port", "Write a whole number from 1 to 65535."),
        ("port = true", "wrong-type", "services.0.port", "Write a whole number from 1 to 65535."),
        (f"port = {10**30}", "wrong-type", "services.0.port", "Write a whole number from 1 to 65535."),
        ("port = 1979-05-27", "wrong-type", "services.0.port", "Write a whole number from 1 to 65535."),
        ("name = 5", "wrong-type", "services.0.name", 'Put it in double quotes: "5".'),
        ("name = nan", "wrong-type", "services.0.name", "Write it as text, in double quotes."),
        ('target = ["x"]', "unknown-key", "services.0.target", "Did you mean targets?"),
        ("targets = [1]", "wrong-type", "services.0.targets.0", 'Put it in double quotes: "1".'),
        ('targets = "10.0.0.1"', "wrong-type", "services.0.targets", "Put it in brackets"),
    ],
)
def test_a_field_of_the_wrong_shape(line: str, code: str, field: str, remedy: str) -> None:
    (problem,) = read(f"[[services]]\n{line}".encode(), "x.toml").problems
    assert (problem.code, problem.field, problem.severity) == (code, field, "error")
    assert problem.remedy.startswith(remedy)


def test_an_account_without_quotes_is_told_to_be_quoted() -> None:
    (problem,) = read(b"[cloud]\naccount = 11122223333", "").problems
    assert problem.field == "cloud.account"
    assert '"011122223333"' in problem.remedy
    assert "leading zeros" in problem.remedy


def test_a_single_services_table_is_told_to_be_doubled() -> None:
    (problem,) = read(b"[services]\nname = 'x'", "").problems
    assert (problem.field, problem.remedy) == ("services", "Begin each service with [[services]].")


def test_what_has_a_wrong_shape_is_left_out_and_the_rest_kept() -> None:
    data = GOOD.replace(b'"111122223333"', b"111122223333").replace(b"port = 80", b'port = "80"')
    reading = read(data, "")
    assert reading.draft.cloud.account is None
    assert reading.draft.cloud.region == "us-west-2"
    assert problems_of(data) == [("wrong-type", "cloud.account"), ("wrong-type", "services.0.port")]


def test_shape_and_rules_are_told_together_and_nothing_twice() -> None:
    data = GOOD.replace(b'"pro"', b"3").replace(b'"10.20.0.4", "i-0abc"', b"7").replace(b"80", b"22")
    assert problems_of(data) == [
        ("wrong-type", "project.plan"),
        ("port-ssh", "services.0.port"),
        ("wrong-type", "services.1.targets.0"),
    ]


def test_a_service_that_is_no_table_keeps_its_place() -> None:
    values: dict[str, Any] = tomllib.loads(GOOD.decode())
    values["services"].insert(1, "x")
    values["services"][2]["port"] = 22
    data = json.dumps(values).encode()
    assert problems_of(data) == [("wrong-type", "services.1"), ("port-ssh", "services.2.port")]


def test_a_section_of_the_wrong_shape_is_told_once() -> None:
    assert problems_of(b"project = 3\n" + GOOD.partition(b"\n\n")[2]) == [("wrong-type", "project")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"project": {"id": "a", "id": "b"}}', [("duplicate-key", "project.id")]),
        (b'{"project": {}, "project": {}}', [("duplicate-key", "project")]),
        (b'{"project": {"id": NaN}}', [("wrong-type", "project.id")]),
        (b'{"project": {"id": Infinity}}', [("wrong-type", "project.id")]),
        (b'{"services": [{"port": ' + b"9" * 9000 + b"}]}", [("wrong-type", "services.0.port")]),
        (b'{"project": {"id": "x\\ud800"}}', [("broken-text", "project.id")]),
        (b'{"services": [null]}', [("wrong-type", "services.0")]),
        (b'{"project": null, "cloud": {"region": null, "subnets": null}}', []),
    ],
)
def test_json_of_the_wrong_shape(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert [(one.code, one.field) for one in read(data, "x.json").problems] == expected


def test_keys_full_of_control_characters_are_made_visible() -> None:
    for problem in read(b'"\\u001b[2J\\u202e" = 1', "x.toml").problems:
        assert problem.field == "␛[2J\\u202e"
        assert "\x1b" not in problem.message


def test_many_unknown_keys_are_counted() -> None:
    data = json.dumps({f"key{index}": 1 for index in range(10_000)}).encode()
    reading = read(data, "")
    assert len(reading.problems) == 21
    assert "9,980 more" in reading.problems[-1].message


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(), st.text().map(str.encode)), st.sampled_from(["x.toml", "x.json", ""]))
def test_any_bytes_are_read(data: bytes, name: str) -> None:
    reading = read(data, name)
    assert isinstance(reading.draft, Draft)
    assert all(problem.severity == "error" and problem.message for problem in reading.problems)
    assert not reading.unusable or reading.draft == Draft()


PIECES = ["[", "]", "{", "}", '"', "'", '"""', "=", ".", ",", "\n", "#", "\\", "a", "1", "services", ":", " "]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(["x.toml", "x.json"]))
def test_any_grammar_is_read(text: str, name: str) -> None:
    check_reading(read(text.encode(), name))


@pytest.mark.parametrize("most", [1 << 18, pytest.param(1 << 20, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "unit", ["a.", '"', "'", '"""', '\\"""', "a.a.a.a.a=1\n", "[a.b.c]\n", "1_", "[[services]]\n"]
)
def test_twice_as_much_of_anything_takes_twice_as_long_to_read(unit: str, most: int) -> None:
    assert_linear(lambda size: read((unit * (size // len(unit))).encode(), "x.toml"), most)

"""Any bytes wherever a person or another program supplies some: words and an exit code, nothing lost."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.e2e import requests
from tests.e2e.program import InProcess, Ran, clean_environment

PLACE = {"PRIVATELINK_SANDBOX_ACCOUNT": "111122223333", "PRIVATELINK_SANDBOX_VPC": "vpc-0abc1234"}
OWN = "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0"
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

NASTY = "\x1b]0;owned\x07\x1b[2J\u202e[red]x[/red]<b>{0}%s\u200b\r\n🧨"
DEEP_TOML = b"a=" + b"[" * 50_000
DEEP_JSON = b'{"project":' * 50_000
HUGE = b"a = " + b"9" * 5_000

# Text, near misses of the real thing, and bytes that are nothing at all.
PIECES = st.sampled_from(
    [
        b'[project]\nid = "',
        b"[[services]]\n",
        b'{"services": [',
        b"port = ",
        b"com.amazonaws.vpce.us-west-2.vpce-svc-",
        b"SQLite format 3\x00",
        b"[offer]\n",
        b"aws_account = ",
        b"\x1b[31m",
        b"\xff\xfe",
        b'"',
        b"\n",
        b"\x00",
        NASTY.encode(),
    ]
)
BYTES = st.lists(
    st.one_of(PIECES, st.binary(max_size=40), st.text(max_size=20).map(lambda one: one.encode()))
)
DATA = BYTES.map(b"".join)
ARGUMENT = st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=60).map(
    lambda text: text.lstrip("-")
)


@contextlib.contextmanager
def fresh() -> Iterator[tuple[InProcess, Path]]:
    """The program with an empty folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        yield InProcess(clean_environment(Path(folder))), Path(folder)


def started(program: InProcess, folder: Path) -> str:
    """A good enablement."""
    return str(program.json("new", requests.write(folder, requests.BIDIRECTIONAL, PLACE, OWN))["id"])


def both(program: InProcess, *arguments: str, stdin: bytes = b"") -> Ran:
    """Run it for a person and for a program; the same code, nothing raw for either. Answers the latter's."""
    text = program(*arguments, code=None, stdin=stdin)
    told = program(*arguments, "--format", "json", code=text.code, stdin=stdin)
    for shown in (text.out, text.err, told.err):
        assert UNSEEN.search(shown) is None, repr(shown)
    assert told.out.isascii()
    json.loads(told.out)
    assert told.code == 0 or text.err or text.out, "a failure has words"
    return told


@FEW
@given(data=DATA, ending=st.sampled_from(["toml", "json", "txt"]))
@example(data=b"", ending="toml")
@example(data=DEEP_TOML, ending="toml")
@example(data=DEEP_JSON, ending="json")
@example(data=HUGE, ending="toml")
@example(data=b'{"project": 1e999999, "project": NaN}', ending="json")
@example(data=b"x" * (1 << 20) + b"x", ending="toml")
def test_a_request_file(data: bytes, ending: str) -> None:
    with fresh() as (program, folder):
        file = folder / f"request.{ending}"
        file.write_bytes(data)
        told = both(program, "check", str(file))
        assert told.code in (1, 2)
        assert all(problem["code"] and problem["remedy"] for problem in told.json["problems"])
        assert told.json["problems"]
        assert both(program, "new", str(file)).code == told.code
        assert program.json("status") == []


@FEW
@given(data=DATA)
@example(data=b"\xe9")
@example(data=b"com.amazonaws.vpce." * 50_000)
@example(data=b"x" * (1 << 20) + b"x")
def test_a_reply(data: bytes) -> None:
    with fresh() as (program, folder):
        name = started(program, folder)
        before = program.json("status")
        told = both(program, "details", name, "--reply", "-", stdin=data)
        assert told.code in (1, 2)
        assert program.json("status") == before


@FEW
@given(data=st.binary(min_size=1, max_size=40).filter(lambda one: not _is_text(one)))
def test_pasted_output_that_is_no_text(data: bytes) -> None:
    with fresh() as (program, folder):
        name = started(program, folder)
        told = both(program, "verify", name, "--output", "-", stdin=data)
        assert told.code == 2
        assert "UTF-8" in told.err


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@FEW
@given(number=ARGUMENT)
@example(number="\x1b[31m1")
@example(number="\udc80")
@example(number="[red]1[/red] 🧨")
def test_a_ticket_number(number: str) -> None:
    with fresh() as (program, folder):
        name = started(program, folder)
        told = both(program, "filed", name, f"--ticket={number}")
        assert told.code in (0, 2)
        (row,) = program.json("status")
        assert (row["due"] is not None) is (told.code == 0)
        both(program, "status")


@FEW
@given(name=ARGUMENT.filter(bool))
@example(name="../../../etc/passwd")
@example(name="\udc80")
@example(name=".")
def test_an_id(name: str) -> None:
    with fresh() as (program, folder):
        for command in ("ticket", "status", "plan"):
            assert both(program, command, name).code == 2
        assert list(folder.iterdir()) == []


@FEW
@given(data=DATA)
@example(data=b"")
@example(data=b"SQLite format 3\x00" + b"\x00" * 4096)
def test_a_journal_that_is_none(data: bytes) -> None:
    """It is told, it hides no other enablement, and not one byte of it changes."""
    with fresh() as (program, folder):
        name = started(program, folder)
        bad = folder / "privatelink" / "enablements" / "pl-broken.db"
        bad.write_bytes(data)
        listed = both(program, "status")
        assert listed.code == 1
        assert [row["id"] for row in listed.json] == [name]
        assert "pl-broken" in listed.err
        for command in (("status",), ("ticket",), ("filed", "--ticket=1"), ("apply", "--yes")):
            told = both(program, command[0], "pl-broken", *command[1:])
            assert told.code == 2
            assert "pl-broken" in told.err
        assert bad.read_bytes() == data
        assert program.json("status", code=1)[0]["id"] == name


@FEW
@example(place=0.75, value=0, cut=True)
@given(place=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255), cut=st.booleans())
def test_a_journal_that_was_damaged(place: float, value: int, cut: bool) -> None:
    """One byte changed, or the end cut off: read as it was, or told; never written to."""
    with fresh() as (program, folder):
        name = started(program, folder)
        good = program.json("status")
        journal = folder / "privatelink" / "enablements" / f"{name}.db"
        data = bytearray(journal.read_bytes())
        position = int(place * len(data))
        if cut:
            del data[position:]
        else:
            data[position] = value
        journal.write_bytes(data)
        told = both(program, "status")
        assert told.code in (0, 1)
        if told.code == 0:
            assert told.json == good
            return
        assert told.json == []
        assert name in told.err
        assert both(program, "filed", name, "--ticket=1").code == 2
        assert journal.read_bytes() == data


@FEW
@given(data=DATA)
@example(data=b"\xff")
@example(data=DEEP_TOML)
@example(data=HUGE)
@example(data=b"[offer]\naws_account = 7")
@example(data=b"nonsense = true")
@example(data=f'"{NASTY!r}" = 1'.encode())
def test_settings(data: bytes) -> None:
    with fresh() as (program, folder):
        name = started(program, folder)
        (folder / "privatelink" / "config.toml").write_bytes(data)
        told = both(program, "ticket", name)
        assert told.code in (0, 2)
        if told.code:
            assert "config.toml" in told.err
        (folder / "privatelink" / "config.toml").unlink()
        assert program.json("status")[0]["id"] == name


FIELDS = (
    "project.id",
    "project.region",
    "cloud.account",
    "cloud.network",
    "cloud.profile",
    "services.0.name",
)


@pytest.mark.parametrize("field", FIELDS)
def test_what_no_eye_should_meet(field: str, tmp_path: Path) -> None:
    """Escape sequences, direction marks and line ends in a value: refused at the door, shown as pictures."""
    program = InProcess(clean_environment(tmp_path))
    told = both(program, "check", _with(tmp_path, field, NASTY))
    assert told.code == 1
    assert field in [problem["field"] for problem in told.json["problems"]]


def test_what_only_looks_like_markup(tmp_path: Path) -> None:
    """Brackets and emoji are somebody's name: kept as they are, everywhere."""
    name = "[red]Shop[/red] <b>{0}%s 🧨"
    program = InProcess(clean_environment(tmp_path))
    one = both(program, "new", _with(tmp_path, "services.0.name", name))
    assert one.code == 0
    for identity in {row["id"] for row in program.json("status")}:
        ticket = both(program, "ticket", identity)
        assert ticket.code == 0
        assert name in ticket.json["plain"]
        assert name in program("ticket", identity, "--style", "plain").out


def _with(folder: Path, field: str, value: str) -> str:
    """A good request, as JSON, with one value replaced."""
    import tomllib

    file = Path(requests.write(folder, requests.BIDIRECTIONAL, PLACE, OWN))
    root = tomllib.loads(file.read_text())
    *path, last = field.split(".")
    part = root
    for key in path:
        part = part[int(key)] if key.isdigit() else part[key]
    part[last] = value
    changed = folder / "request.json"
    changed.write_text(json.dumps(root), encoding="utf-8")
    return str(changed)

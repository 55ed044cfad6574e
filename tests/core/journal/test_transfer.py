"""A journal as one file: what comes out goes in again, and nothing else does."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.journal import database, files, transfer
from core.journal import events as e
from core.journal.recovery import recover
from core.journal.store import JournalError, create, open_to_read, open_to_write

NOON = datetime(2025, 11, 18, 12, tzinfo=UTC)
ID = "pl-1"


def note(text: str, minutes: int = 0) -> e.Noted:
    return e.Noted(at=NOON + timedelta(minutes=minutes), text=text)


def begin(home: Path, *texts: str) -> Path:
    with create(home, ID, "a test") as journal:
        for number, text in enumerate(texts):
            journal.append(note(text, number))
    return home


def texts(home: Path) -> list[str]:
    with open_to_read(home, ID) as journal:
        return [event.text for event in journal.events() if isinstance(event, e.Noted)]


def exported(home: Path) -> bytes:
    return transfer.export(home, ID)[0]


def take_in(home: Path, data: bytes) -> transfer.Taken:
    return transfer.take_in(home, transfer.unpack(data, "the file"), "a test")


def code(error: pytest.ExceptionInfo[JournalError]) -> str:
    assert error.value.message
    assert error.value.remedy
    return error.value.code


@given(st.lists(st.text(), max_size=5))
@example(["ünïcode [markup] \x1b[31m 🎉 \x00 \x9b \u202e \u2028", ""])
@settings(max_examples=8, deadline=None)
def test_what_is_exported_is_imported_again(
    tmp_path_factory: pytest.TempPathFactory, said: list[str]
) -> None:
    here = begin(tmp_path_factory.mktemp("here"), *said)
    there = tmp_path_factory.mktemp("there")
    data = exported(here)
    assert data.isascii()
    assert not set(data) & set(range(9)) | {0x1B, 0x7F} & set(data), "no terminal is tricked by it"
    assert take_in(there, data) == transfer.Taken(ID, len(said), len(said))
    assert texts(there) == said
    assert exported(there) == data
    assert transfer.verify(there, ID) == transfer.verify(here, ID)


def test_it_is_json_lines_with_a_head(tmp_path: Path) -> None:
    head, *rows = [json.loads(line) for line in exported(begin(tmp_path, "one", "two")).splitlines()]
    assert head | {"hash": ""} == {
        "format": "privatelink-journal",
        "version": 1,
        "journal": database.latest(),
        "id": ID,
        "events": 2,
        "hash": "",
    }
    assert [json.loads(row["event"])["text"] for row in rows] == ["one", "two"]
    assert head["hash"] == rows[-1]["hash"] == transfer.verify(tmp_path, ID).hash.hex()


def test_another_tool_may_write_it_anew(tmp_path: Path) -> None:
    """As jq does: the same JSON in another spelling."""
    data = exported(begin(tmp_path / "here", "ünïcode"))
    again = b"\n".join(
        json.dumps(json.loads(line), indent=None, ensure_ascii=False).encode() for line in data.splitlines()
    )
    assert again != data
    take_in(tmp_path / "there", again)
    assert texts(tmp_path / "there") == ["ünïcode"]


def _change(
    number: int, change: Callable[[dict[str, object]], object]
) -> Callable[[list[bytes]], list[bytes]]:
    def edit(rows: list[bytes]) -> list[bytes]:
        told = json.loads(rows[number])
        change(told)
        return [*rows[:number], json.dumps(told).encode(), *rows[number + 1 :]]

    return edit


def _forge(row: dict[str, object]) -> None:
    row["event"] = str(row["event"]).replace("two", "TWO")


EDITS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "an event's words": (_change(2, _forge), "event 2"),
    "a hash": (_change(3, lambda row: row.update(hash="0" * 64)), "event 3"),
    "an event is no text": (_change(1, lambda row: row.update(event={"at": 1})), "event 1"),
    "something is added": (_change(1, lambda row: row.update(more=1)), "event 1"),
    "a line is no object": (lambda rows: [*rows[:2], b"[]", *rows[3:]], "event 2"),
    "a line is deep": (lambda rows: [*rows[:2], b"[" * 100_000, *rows[3:]], "event 2"),
    "one is left out": (lambda rows: [*rows[:2], *rows[3:]], "event 2"),
    "two are swapped": (lambda rows: [rows[0], rows[2], rows[1], *rows[3:]], "event 1"),
    "the end is cut off": (lambda rows: rows[:-1], "it has 2 events and says that it has 3"),
    "one comes after the end": (lambda rows: [*rows, rows[-1]], "event 4"),
    "it goes by another name": (_change(0, lambda row: row.update(id="pl-2")), "event 1"),
    "its name is a path": (_change(0, lambda row: row.update(id="../x")), "first line"),
    "it counts otherwise": (_change(0, lambda row: row.update(events=4)), "says that it has 4"),
    "its last hash is another": (_change(0, lambda row: row.update(hash="0")), "3 events"),
    "it has no version": (_change(0, lambda row: row.pop("version")), "version"),
    "its version is no number": (_change(0, lambda row: row.update(version=True)), "version"),
}


@pytest.mark.parametrize(("edit", "words"), EDITS.values(), ids=EDITS.keys())
def test_an_edited_file_is_refused_and_the_place_is_named(
    tmp_path: Path, edit: Callable[[list[bytes]], list[bytes]], words: str
) -> None:
    data = exported(begin(tmp_path / "here", "one", "two", "three"))
    with pytest.raises(JournalError) as error:
        take_in(tmp_path / "there", b"\n".join(edit(data.splitlines())))
    assert code(error) == "damaged"
    assert words in error.value.message
    assert not (tmp_path / "there").exists(), "nothing is made of it"


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}", b"[1]", b"\xff\xfe", b'{"format": "other"}\n', b"[" * 100_000]
)
def test_what_is_no_export_is_named(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(JournalError) as error:
        take_in(tmp_path, data)
    assert code(error) == "not-a-journal"


@pytest.mark.parametrize("key", ["version", "journal"])
def test_a_newer_program_s_file_is_left_alone(tmp_path: Path, key: str) -> None:
    rows = _change(0, lambda row: row.update({key: 99}))(exported(begin(tmp_path / "here", "x")).splitlines())
    with pytest.raises(JournalError) as error:
        take_in(tmp_path / "there", b"\n".join(rows))
    assert code(error) == "future-version"
    assert "99" in error.value.message


def test_an_event_of_nobody_s_is_named(tmp_path: Path) -> None:
    unknown = b'{"type":"from-the-future","at":"2025-11-18T12:00:00Z"}'
    with pytest.raises(JournalError, match="event 2 is none") as error:
        take_in(tmp_path, transfer.pack(ID, (e.EVENT.dump_json(note("one")), unknown)))
    assert code(error) == "damaged"


DATA = transfer.pack(ID, [e.EVENT.dump_json(note(f"event {number}", number)) for number in range(3)])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255), st.booleans())
def test_no_flipped_bit_and_no_cut_goes_by_unnoticed(place: int, flip: int, cut: bool) -> None:
    changed = bytearray(DATA[:place] if cut else DATA)
    if not cut:
        changed[place] ^= flip
    result: object
    try:
        result = transfer.unpack(bytes(changed), "the file")
    except JournalError as error:
        result = error.code
    whole = transfer.unpack(DATA, "the file")  # only blanks and the spelling of JSON may differ
    assert result in (whole, "damaged", "not-a-journal", "future-version")


# -- where there is one already ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "file", "after", "added"),
    [
        (("a", "b"), ("a", "b"), ["a", "b"], 0),
        (("a", "b"), ("a", "b", "c", "d"), ["a", "b", "c", "d"], 2),
        (("a", "b", "c"), ("a",), ["a", "b", "c"], 0),
        ((), ("a",), ["a"], 1),
        (("a",), (), ["a"], 0),
    ],
    ids=["the same", "more", "less", "only begun", "nothing"],
)
def test_the_longer_of_two_copies_is_kept(
    tmp_path: Path, here: tuple[str, ...], file: tuple[str, ...], after: list[str], added: int
) -> None:
    begin(tmp_path / "here", *here)
    data = exported(begin(tmp_path / "there", *file))
    assert take_in(tmp_path / "here", data) == transfer.Taken(ID, added, len(after))
    assert texts(tmp_path / "here") == after
    with open_to_write(tmp_path / "here", ID, "a test") as journal:
        journal.append(note("going on"))


def test_two_histories_that_part_stay_two(tmp_path: Path) -> None:
    begin(tmp_path / "here", "a", "mine")
    data = exported(begin(tmp_path / "there", "a", "theirs", "more"))
    with pytest.raises(JournalError, match="part at event 2") as error:
        take_in(tmp_path / "here", data)
    assert code(error) == "other-history"
    assert texts(tmp_path / "here") == ["a", "mine"]


def test_one_that_another_process_writes_is_left_alone(tmp_path: Path) -> None:
    data = exported(begin(tmp_path, "a"))
    with open_to_write(tmp_path, ID, "another"), pytest.raises(JournalError) as error:
        take_in(tmp_path, data)
    assert code(error) == "held"


def test_a_full_disk_takes_all_or_nothing(tmp_path: Path) -> None:
    begin(tmp_path, "a")
    lines = [e.EVENT.dump_json(note("a")), *(e.EVENT.dump_json(note("x" * 9_000, n)) for n in range(20))]
    with open_to_write(tmp_path, ID, "a test") as journal:
        (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
        journal._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        with pytest.raises(JournalError) as error:
            journal.catch_up(lines)
        assert code(error) == "disk-full"
        assert len(journal.events()) == 1
        journal._connection.execute("PRAGMA max_page_count = 100000")
        assert journal.catch_up(lines).events == 20
    assert len(texts(tmp_path)) == 21


def test_a_reader_takes_nothing_in(tmp_path: Path) -> None:
    with open_to_read(begin(tmp_path, "a"), ID) as journal, pytest.raises(JournalError) as error:
        journal.catch_up([])
    assert code(error) == "read-only"


# -- the file ---------------------------------------------------------------------------------------------


def test_the_file_is_for_this_user_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files.write_new(tmp_path / "out", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "out").read_bytes() == b"x"
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for name in ("precious", "link", "dangling"):
        with pytest.raises(JournalError) as error:
            files.write_new(tmp_path / name, b"x")
        assert code(error) == "unsafe-path"
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert not (tmp_path / "nowhere").exists()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(JournalError) as error:
        files.write_new(tmp_path / "out", b"x")
    assert code(error) == "disk-full"
    assert list(tmp_path.iterdir()) == []


# -- the chain of the journal itself ----------------------------------------------------------------------


def test_the_first_broken_event_is_named(tmp_path: Path) -> None:
    begin(tmp_path, "one", "two", "three")
    assert transfer.verify(tmp_path, ID).broken is None
    with sqlite3.connect(tmp_path / "enablements" / f"{ID}.db") as raw:
        raw.execute("UPDATE events SET json = replace(json, 'two', 'TWO')")
    raw.close()
    found = transfer.verify(tmp_path, ID)
    assert found.events == 1
    assert found.broken is not None
    assert "event 2" in found.broken.message
    with pytest.raises(JournalError):
        transfer.export(tmp_path, ID)


def test_of_a_newer_program_s_journal_it_says_so(tmp_path: Path) -> None:
    with sqlite3.connect(begin(tmp_path, "one") / "enablements" / f"{ID}.db") as raw:
        raw.execute("PRAGMA user_version = 99")
    raw.close()
    broken = transfer.verify(tmp_path, ID).broken
    assert broken is not None
    assert broken.code == "future-version"


def test_one_that_is_not_there_is_missing(tmp_path: Path) -> None:
    for act in (transfer.verify, transfer.export):
        with pytest.raises(JournalError) as error:
            act(tmp_path, ID)
        assert code(error) == "missing"


# -- torn writes: what a machine that loses its power leaves of the write-ahead log -------------------------


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal as it lies on disk while it is being written: seven events, all of them in the log."""
    home, left = tmp_path_factory.mktemp("writing"), tmp_path_factory.mktemp("left")
    with create(home, ID, "a test") as journal:
        for number in range(7):
            journal.append(note("x" * 300, number))
        shutil.copytree(home / "enablements", left / "enablements")
    return left


def _sections(content: bytes, size: int) -> dict[str, tuple[int, int]]:
    """The classes of offsets in an SQLite file or its log, as (start, end)."""
    return {
        "file header": (0, min(100, len(content))),
        "first page": (0, min(size, len(content))),
        "middle": (len(content) // 3, 2 * len(content) // 3),
        "last page": (max(0, len(content) - size), len(content)),
        "last bytes": (max(0, len(content) - 40), len(content)),
    }


@pytest.mark.parametrize("suffix", ["", "-wal"], ids=["database", "log"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_torn_write_leaves_the_beginning_of_the_history_or_is_told(
    interrupted: Path, tmp_path_factory: pytest.TempPathFactory, suffix: str, data: st.DataObject
) -> None:
    home = tmp_path_factory.mktemp("torn")
    shutil.copytree(interrupted / "enablements", home / "enablements")
    (home / "enablements" / f"{ID}.db-shm").unlink()  # it never outlives a loss of power in one piece
    path = home / "enablements" / f"{ID}.db{suffix}"
    content = bytearray(path.read_bytes())
    sections = _sections(content, 4096)
    start, end = sections[data.draw(st.sampled_from(sorted(sections)), "where")]
    place = data.draw(st.integers(start, end - 1), "offset")
    kind = data.draw(st.sampled_from(["cut", "flip", "zeros"]), "how")
    if kind == "cut":
        del content[place:]
    elif kind == "flip":
        content[place] ^= 1 << data.draw(st.integers(0, 7), "bit")
    else:
        content[place : place + 512] = bytes(min(512, len(content) - place))
    path.write_bytes(content)
    expected = [note("x" * 300, number) for number in range(7)]
    code = "whole"
    try:
        with open_to_write(home, ID, "a test") as journal:
            found = list(journal.events())
            journal.append(note("going on"))
            assert list(journal.events()) == [*expected[: len(found)], note("going on")]
    except JournalError as error:
        code = error.code
    assert code in ("whole", "damaged", "not-a-journal", "future-version")
    if code in ("damaged", "not-a-journal"):
        recovered = recover(home, ID, "a test")
        with recovered.journal as journal:
            assert list(journal.events()) == expected[: recovered.kept]
        assert recovered.aside.exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda file: file.replace(b"json_extract", b"json_extras\xff"), id="a function that is no text"
        ),
        pytest.param(
            lambda file: file.replace(b"'$.type'", b"'&.type'"), id="a column that cannot be computed"
        ),
        pytest.param(lambda file: file[:52] + b"\x01" + file[53:], id="pages that are not there"),
        pytest.param(lambda file: file[:18] + b"\x03" + file[19:], id="a format that there is not"),
        pytest.param(lambda file: file[:63] + b"\x00" + file[64:], id="another version's tables"),
    ],
)
def test_tables_that_can_be_read_and_not_written_to_are_damage(
    interrupted: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "enablements" / f"{ID}.db"
    shutil.copytree(interrupted / "enablements", path.parent)
    path.write_bytes(change(path.read_bytes()))
    path.with_name(f"{ID}.db-shm").unlink()
    with pytest.raises(JournalError) as error:
        open_to_write(tmp_path, ID, "a test")
    assert code(error) == "damaged"
    with recover(tmp_path, ID, "a test").journal as journal:
        assert len(journal.events()) == 7

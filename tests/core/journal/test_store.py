"""The journal on disk: what it keeps, whom it lets in, and what it refuses."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.journal import database, store
from core.journal import events as e
from core.journal.recovery import recover
from core.journal.store import JournalError, create, names, new_id, open_to_read, open_to_write
from core.request.model import Draft, DraftProject
from tests.growth import assert_linear

NOON = datetime(2025, 11, 18, 12, tzinfo=UTC)


def note(text: str, minutes: int = 0) -> e.Noted:
    return e.Noted(at=NOON + timedelta(minutes=minutes), text=text)


def code(error: pytest.ExceptionInfo[JournalError]) -> str:
    assert error.value.message
    assert error.value.remedy
    return error.value.code


def raw(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A home with the enablement ``pl-1``, whose journal has five events and is closed."""
    with create(tmp_path, "pl-1", "a test") as journal:
        for number in range(5):
            journal.append(note(f"event {number}", number))
    return tmp_path


def test_what_was_appended_is_there_again(tmp_path: Path) -> None:
    events = (
        e.RequestSaved(at=NOON, request=Draft(project=DraftProject(id="abcdefg123456"))),
        note("ünïcode [markup] \x1b[31m 🎉 \x00"),
        e.DetailsReceived(at=NOON, service_names=("com.amazonaws.vpce.us-west-2.vpce-svc-0abc",)),
    )
    with create(tmp_path, "pl-1", "a test") as journal:
        assert journal.events() == ()
        for event in events:
            journal.append(event)
        assert journal.events() == events
        assert journal.writable
    with open_to_read(tmp_path, "pl-1") as journal:
        assert journal.events() == events
        assert not journal.writable
        assert journal.id == "pl-1"
        assert journal.path == tmp_path / "enablements" / "pl-1.db"
    with open_to_write(tmp_path, "pl-1", "a test") as journal:
        journal.append(note("more"))
    with open_to_read(tmp_path, "pl-1") as journal:
        assert journal.events() == (*events, note("more"))


def test_it_is_as_durable_as_sqlite_gets(written: Path) -> None:
    with open_to_write(written, "pl-1", "a test") as journal:
        connection = journal._connection
        assert connection.execute("PRAGMA journal_mode").fetchone() == (b"wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_a_reader_sees_what_is_appended_meanwhile(written: Path) -> None:
    with open_to_write(written, "pl-1", "a test") as writer, open_to_read(written, "pl-1") as reader:
        assert len(reader.events()) == 5
        writer.append(note("six"))
        assert reader.events()[-1] == note("six")


def test_a_reader_cannot_append(written: Path) -> None:
    with open_to_read(written, "pl-1") as reader, pytest.raises(JournalError) as error:
        reader.append(note("no"))
    assert code(error) == "read-only"


def test_several_threads_append_without_losing_one(tmp_path: Path) -> None:
    with create(tmp_path, "pl-1", "a test") as journal:
        threads = [
            threading.Thread(target=lambda n=n: [journal.append(note(f"{n}-{i}")) for i in range(20)])
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with open_to_read(tmp_path, "pl-1") as journal:
        texts = [event.text for event in journal.events() if isinstance(event, e.Noted)]
    assert sorted(texts) == sorted(f"{n}-{i}" for n in range(4) for i in range(20))


def test_closing_twice_is_no_error_and_using_it_after_is_a_typed_one(written: Path) -> None:
    journal = open_to_write(written, "pl-1", "a test")
    journal.close()
    journal.close()
    with pytest.raises(JournalError) as error:
        journal.append(note("late"))
    assert code(error) == "io-error"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_only_the_user_can_read_it_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    tmp_path.joinpath("home").mkdir()
    before = os.umask(umask)
    try:
        with create(tmp_path / "home", "pl-1", "a test") as journal:
            journal.append(note("secret"))
            folder = tmp_path / "home" / "enablements"
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {"pl-1.db", "pl-1.db-wal", "pl-1.db-shm", "pl-1.lock", "pl-1.holder.json"} == modes.keys()
    assert set(modes.values()) == {0o600}


def test_a_folder_that_others_could_enter_is_closed(tmp_path: Path) -> None:
    (tmp_path / "enablements").mkdir()
    (tmp_path / "enablements").chmod(0o777)
    create(tmp_path, "pl-1", "a test").close()
    assert stat.S_IMODE((tmp_path / "enablements").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "id", ["", "../x", "a/b", "A", "-a", "a.b", "a" * 64, "a\n", "a\x00", "pl-é", "pl_1", "/etc/passwd"]
)
def test_an_id_is_never_a_path(tmp_path: Path, id: str) -> None:
    for act in (lambda: create(tmp_path, id, "a test"), lambda: open_to_read(tmp_path, id)):
        with pytest.raises(JournalError) as error:
            act()
        assert code(error) == "unsafe-path"
    assert list(tmp_path.rglob("*.db")) == []


@pytest.mark.parametrize("suffix", [".db", ".db-wal", ".db-shm", ".lock", ".holder.json"])
def test_a_symbolic_link_is_not_followed(written: Path, tmp_path: Path, suffix: str) -> None:
    target = written / "elsewhere"
    target.write_bytes(b"precious")
    place = written / "enablements" / f"pl-1{suffix}"
    place.unlink(missing_ok=True)
    place.symlink_to(target)
    for act in (
        lambda: open_to_write(written, "pl-1", "a test"),
        lambda: open_to_read(written, "pl-1"),
        lambda: create(written, "pl-1", "a test"),
        lambda: recover(written, "pl-1", "a test"),
    ):
        with pytest.raises(JournalError) as error:
            act()
        assert code(error) == "unsafe-path"
    assert target.read_bytes() == b"precious"


def test_a_folder_in_the_place_of_a_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "enablements" / "pl-1.db").mkdir(parents=True)
    with pytest.raises(JournalError) as error:
        open_to_write(tmp_path, "pl-1", "a test")
    assert code(error) == "unsafe-path"


def test_a_file_in_the_place_of_the_home_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(JournalError) as error:
        create(tmp_path / "home", "pl-1", "a test")
    assert code(error) == "unsafe-path"
    with pytest.raises(JournalError) as error:
        open_to_read(tmp_path / "home", "pl-1")
    assert code(error) == "unsafe-path"


def test_one_that_is_not_there_is_missing_and_nothing_is_made(tmp_path: Path) -> None:
    for act in (
        lambda: open_to_write(tmp_path, "pl-1", "a test"),
        lambda: open_to_read(tmp_path, "pl-1"),
        lambda: recover(tmp_path, "pl-1", "a test"),
    ):
        with pytest.raises(JournalError) as error:
            act()
        assert code(error) == "missing"
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_there_is_not_made_again(written: Path) -> None:
    with pytest.raises(JournalError) as error:
        create(written, "pl-1", "a test")
    assert code(error) == "exists"
    with open_to_write(written, "pl-1", "a test") as journal:
        assert len(journal.events()) == 5


def test_names_are_the_journals_and_nothing_else(written: Path) -> None:
    assert names(written / "nowhere") == ()
    create(written, "a-2", "a test").close()
    for other in ("x.txt", "pl-1.damaged-1.db", "Bad.db", "half.new"):
        (written / "enablements" / other).write_bytes(b"")
    assert names(written) == ("a-2", "pl-1")


def test_a_journal_that_was_begun_and_not_finished_is_begun_anew(tmp_path: Path) -> None:
    folder = tmp_path / "enablements"
    folder.mkdir()
    (folder / "pl-1.new").write_bytes(b"half")
    (folder / "pl-1.db-wal").write_bytes(b"an orphan of a journal that was moved away")
    with create(tmp_path, "pl-1", "a test") as journal:
        journal.append(note("one"))
        assert journal.events() == (note("one"),)
    assert (folder / "pl-1.damaged-1.db-wal").exists()
    assert not (folder / "pl-1.new").exists()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"PRIVATELINK_HOME": "/somewhere/else"}, Path("/somewhere/else")),
        ({"PRIVATELINK_HOME": ""}, None),
        ({}, None),
    ],
)
def test_home_is_the_variable_or_the_users_data_folder(
    environ: dict[str, str], expected: Path | None
) -> None:
    found = store.home(environ)
    assert found.is_absolute()
    assert found == expected if expected else found.name == "privatelink"


@given(st.binary(min_size=4, max_size=16))
def test_a_new_id_is_a_valid_one_that_nobody_misreads(entropy: bytes) -> None:
    id = new_id(entropy)
    assert len(id) == 9
    assert id.startswith("pl-")
    assert not set(id[3:]) & set("ilou")
    assert store.paths(Path("/x"), id).id == id


def test_ids_differ_with_their_entropy_and_too_little_is_refused() -> None:
    assert len({new_id(number.to_bytes(4, "big")) for number in range(500)}) == 500
    with pytest.raises(ValueError, match="four"):
        new_id(b"abc")


# -- versions ----------------------------------------------------------------------------------------------


def test_a_journal_of_a_future_version_is_refused_and_left_alone(written: Path) -> None:
    path = written / "enablements" / "pl-1.db"
    with raw(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    for act in (lambda: open_to_write(written, "pl-1", "a test"), lambda: open_to_read(written, "pl-1")):
        with pytest.raises(JournalError) as error:
            act()
        assert code(error) == "future-version"
        assert "99" in error.value.message
    assert path.read_bytes() == before


def test_an_older_journal_is_brought_up_to_date(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    present = database.latest()
    step = {
        present: ("ALTER TABLE events ADD COLUMN remark TEXT", "CREATE INDEX by_remark ON events (remark)")
    }
    monkeypatch.setattr(database, "MIGRATIONS", {**database.MIGRATIONS, **step})
    with open_to_read(written, "pl-1") as journal:
        assert len(journal.events()) == 5
    with open_to_write(written, "pl-1", "a test") as journal:
        journal.append(note("six"))
        assert journal._connection.execute("PRAGMA user_version").fetchone() == (present + 1,)
        assert len(journal.events()) == 6
    with open_to_write(written, "pl-1", "a test") as journal:
        assert [event.text for event in journal.events() if isinstance(event, e.Noted)][-1] == "six"


def test_a_migration_that_fails_changes_nothing(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = {database.latest(): ("ALTER TABLE events ADD COLUMN remark TEXT", "CREATE NONSENSE")}
    present = database.MIGRATIONS
    monkeypatch.setattr(database, "MIGRATIONS", {**present, **step})
    with pytest.raises(JournalError):
        open_to_write(written, "pl-1", "a test")
    monkeypatch.setattr(database, "MIGRATIONS", present)
    with open_to_write(written, "pl-1", "a test") as journal:
        assert len(journal.events()) == 5
        columns = [row[1] for row in journal._connection.execute("PRAGMA table_info(events)")]
    assert b"remark" not in columns


# -- damage ------------------------------------------------------------------------------------------------


def test_another_programs_database_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / "enablements").mkdir()
    with raw(tmp_path / "enablements" / "pl-1.db") as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    connection.close()
    with pytest.raises(JournalError) as error:
        open_to_write(tmp_path, "pl-1", "a test")
    assert code(error) == "not-a-journal"


EDITS = {
    "text changed": "UPDATE events SET json = replace(json, 'event 2', 'event X') WHERE seq = 3",
    "one deleted": "DELETE FROM events WHERE seq = 3",
    "first deleted": "DELETE FROM events WHERE seq = 1",
    "two swapped": "UPDATE events SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3)",
    "one put in": "INSERT INTO events (seq, json, hash) SELECT 6, json, hash FROM events WHERE seq = 5",
    "hash gone": "UPDATE events SET hash = x'00' WHERE seq = 4",
    "no text": "UPDATE events SET json = 7 WHERE seq = 2",
    "no table": "ALTER TABLE events RENAME TO others",
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_history_is_noticed_and_left_as_it_is(written: Path, edit: str) -> None:
    path = written / "enablements" / "pl-1.db"
    with raw(path) as connection:
        connection.execute(edit)
    connection.close()
    before = path.read_bytes()
    for act in (lambda: open_to_write(written, "pl-1", "a test"), lambda: open_to_read(written, "pl-1")):
        with pytest.raises(JournalError) as error:
            act()
        assert code(error) == "damaged"
    assert path.read_bytes() == before


def test_a_journal_under_another_name_is_noticed(written: Path) -> None:
    folder = written / "enablements"
    (folder / "pl-1.db").rename(folder / "pl-2.db")
    with pytest.raises(JournalError) as error:
        open_to_read(written, "pl-2")
    assert code(error) == "damaged"


def test_an_event_that_is_none_is_named(written: Path) -> None:
    with open_to_write(written, "pl-1", "a test") as journal:
        line = b'{"type": "from-the-future", "at": "2025-11-18T12:00:00Z"}'
        link = store.next_link(journal._hash, line)
        journal._connection.execute(
            "INSERT INTO events (seq, json, hash) VALUES (6, ?, ?)", (line.decode(), link)
        )
    with pytest.raises(JournalError, match="event 6") as error:
        open_to_write(written, "pl-1", "a test")
    assert code(error) == "damaged"
    assert error.value.__cause__ is not None


@pytest.mark.parametrize("content", [b"", b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_any_bytes_are_reported_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "enablements" / "pl-1.db"
    path.parent.mkdir()
    path.write_bytes(content)
    for act in (lambda: open_to_write(tmp_path, "pl-1", "a test"), lambda: open_to_read(tmp_path, "pl-1")):
        with pytest.raises(JournalError) as error:
            act()
        assert code(error) in {"damaged", "not-a-journal"}
    assert path.read_bytes() == content


@pytest.mark.parametrize("left", [0.51, 0.75, 0.99])
def test_a_last_page_that_is_cut_is_damage_and_not_an_empty_history(tmp_path: Path, left: float) -> None:
    with create(tmp_path, "pl-1", "a test") as journal:
        journal.append(note("one"))
    path = tmp_path / "enablements" / "pl-1.db"
    content = path.read_bytes()
    cut = content[: int(len(content) * left)]
    path.write_bytes(cut)
    with pytest.raises(JournalError) as error:
        open_to_read(tmp_path, "pl-1")
    assert code(error) == "damaged"
    assert path.read_bytes() == cut


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_flipped_bit_goes_by_unnoticed_or_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    home = tmp_path_factory.mktemp("home")
    with create(home, "pl-1", "a test") as journal:
        for number in range(8):
            journal.append(note("x" * 200, number))
        expected = journal.events()
    path = home / "enablements" / "pl-1.db"
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans(), "truncate"):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
            content[position] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    found: str | bool
    try:
        with open_to_read(home, "pl-1") as journal:
            found = journal.events() == expected[: len(journal.events())]
    except JournalError as error:
        found = error.code
    assert found in {True, "damaged", "not-a-journal", "future-version"}
    assert path.read_bytes() == content


def test_a_schema_that_is_no_text_any_more_is_damage(written: Path) -> None:
    path = next((written / "enablements").glob("*.db"))
    whole = path.read_bytes()
    codes: list[str] = []
    for position in range(whole.index(b"CREATE TABLE"), 4096, 7):
        content = bytearray(whole)
        content[position] ^= 0x80
        path.write_bytes(content)
        try:
            open_to_read(written, path.stem).close()
        except JournalError as error:
            codes.append(error.code)
    assert len(codes) > 10
    assert set(codes) <= {"damaged", "not-a-journal"}


def test_a_damaged_journal_can_be_set_aside_again_and_again(written: Path) -> None:
    folder = written / "enablements"
    for number in (1, 2):
        (folder / "pl-1.db").write_bytes(b"damaged")
        (folder / "pl-1.db-wal").write_bytes(b"log")
        recovered = recover(written, "pl-1", "a test")
        recovered.journal.close()
        aside = recovered.aside
        assert recovered.kept == 0
        assert aside == folder / f"pl-1.damaged-{number}.db"
        assert aside.read_bytes() == b"damaged"
        assert aside.with_name(aside.name + "-wal").read_bytes() == b"log"
        assert names(written) == ("pl-1",)


def test_what_can_be_read_of_a_damaged_journal_is_recovered(written: Path) -> None:
    path = written / "enablements" / "pl-1.db"
    with raw(path) as connection:
        connection.execute(EDITS["text changed"])
    connection.close()
    before = path.read_bytes()
    recovered = recover(written, "pl-1", "a test")
    with recovered.journal as journal:
        assert recovered.kept == 2
        assert journal.events() == (note("event 0", 0), note("event 1", 1))
        journal.append(note("going on"))
    assert recovered.aside.read_bytes() == before
    with open_to_read(written, "pl-1") as journal:
        assert len(journal.events()) == 3


# -- a disk that refuses -----------------------------------------------------------------------------------


def test_a_full_disk_is_said_and_nothing_before_it_is_lost(written: Path) -> None:
    with open_to_write(written, "pl-1", "a test") as journal:
        (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(JournalError) as error:
            journal.append(note("x" * 50_000))
        assert code(error) == "disk-full"
        assert len(journal.events()) == 5
        journal._connection.execute("PRAGMA max_page_count = 100000")
        journal.append(note("room again"))
    with open_to_read(written, "pl-1") as journal:
        assert journal.events()[5:] == (note("room again"),)


def test_twice_as_many_events_take_twice_as_long_to_read(tmp_path: Path) -> None:
    from core.workflow.story import tell

    for count in (1_000, 8_000):
        with create(tmp_path, f"pl-{count}", "a test") as journal:
            journal._connection.execute("PRAGMA synchronous = OFF")
            journal._connection.execute("BEGIN")
            for number in range(count):
                fact = e.Fact(kind="endpoint", id=f"vpce-{number % 50}", state="available")
                journal.append(e.Observed(at=NOON + timedelta(seconds=number), facts=(fact,)))
            journal._connection.execute("COMMIT")

    def read(count: int) -> None:
        with open_to_read(tmp_path, f"pl-{count}") as journal:
            assert len(tell(journal.events()).seen) == 50

    assert_linear(read, 8_000)


@pytest.mark.parametrize("text", ["\ud800", "a\udcff\ude00b"])
def test_what_no_text_can_hold_is_kept_as_its_code_point(tmp_path: Path, text: str) -> None:
    """A cloud's JSON can spell lone surrogates."""
    shown = text.encode("utf-8", "backslashreplace").decode()
    with store.create(tmp_path, "pl-odd", "the test") as journal:
        journal.append(e.Noted(at=NOON, text=text))
        (here,) = [one.text for one in journal.events() if isinstance(one, e.Noted)]
    with store.open_to_read(tmp_path, "pl-odd") as journal:
        (read,) = [one.text for one in journal.events() if isinstance(one, e.Noted)]
    assert here == read == shown

"""Copies of one history that went on apart: joined, all tell the same, and no event of any is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.journal import events as e
from core.journal import transfer
from core.journal.chain import first_link, next_link
from core.journal.merging import gained, ordered
from core.journal.store import JournalError, create, open_to_read, open_to_write
from core.workflow.story import tell

NOON = datetime(2025, 11, 18, 12, tzinfo=UTC)
ID = "pl-1"
Lines = list[bytes]


def filed(ticket: str, minutes: int = 0) -> bytes:
    return e.written(e.TicketFiled(at=NOON + timedelta(minutes=minutes), ticket=ticket))[1]


def intended(key: str, minutes: int = 0) -> bytes:
    at = NOON + timedelta(minutes=minutes)
    return e.written(e.ChangeIntended(at=at, key=key, action="create", kind="endpoint", name=key, token=key))[
        1
    ]


def tickets(lines: Lines) -> list[str]:
    return [one.ticket for one in ordered(ID, lines) if isinstance(one, e.TicketFiled)]


def join(mine: Lines, theirs: Lines) -> Lines:
    return [*mine, *gained(ID, mine, theirs, NOON).lines]


# -- what a few people can do with their copies -------------------------------------------------------------

steps = st.lists(
    st.one_of(
        # Somebody's clock may be slow, or set back.
        st.tuples(st.integers(0, 2), st.integers(-30, 30)),
        st.tuples(st.integers(0, 2), st.sampled_from(["from 0", "from 1", "from 2"])),
    ),
    max_size=25,
)


def lived(acts: list[tuple[int, int | str]]) -> tuple[list[Lines], list[str], dict[str, set[str]]]:
    """Three copies after these steps, everything that anybody wrote, and what its writer knew before each."""
    copies: list[Lines] = [[filed("begun")] for _ in range(3)]
    wrote: list[str] = ["begun"]
    knew: dict[str, set[str]] = {"begun": set()}
    for number, (who, act) in enumerate(acts):
        if isinstance(act, str):
            copies[who] = join(copies[who], copies[int(act[-1])])
        else:
            knew[str(number)] = set(tickets(copies[who]))
            wrote.append(str(number))
            copies[who] = [*copies[who], filed(str(number), act)]
    return copies, wrote, knew


@given(steps)
@settings(max_examples=40, deadline=None)
def test_nothing_is_lost_and_nobody_s_order_is_turned_round(acts: list[tuple[int, int | str]]) -> None:
    copies, wrote, knew = lived(acts)
    for copy in copies:
        told = tickets(copy)
        assert len(told) == len(set(told)), "each event once"
        for place, ticket in enumerate(told):
            assert knew[ticket] <= set(told[:place]), "after all that its writer knew"
    whole = join(join(copies[0], copies[1]), copies[2])
    assert sorted(tickets(whole)) == sorted(wrote)


@given(steps, st.permutations([0, 1, 2]), st.permutations([0, 1, 2]))
@settings(max_examples=40, deadline=None)
def test_in_whatever_order_they_are_joined_they_tell_the_same(
    acts: list[tuple[int, int | str]], one: list[int], other: list[int]
) -> None:
    copies, _, _ = lived(acts)
    left, right = ([copies[who] for who in order] for order in (one, other))
    first = join(join(left[0], left[1]), left[2])
    second = join(right[0], join(right[1], right[2]))
    assert ordered(ID, first) == ordered(ID, second)
    assert tell(ordered(ID, first)) == tell(ordered(ID, second))
    assert gained(ID, first, second, NOON).events == 0, "they have the same"
    assert join(first, first) == first
    again = join(first, copies[other[0]])
    assert again == first, "what is known already adds nothing"
    assert first[: len(left[0])] == left[0], "only appended to"


def test_of_two_who_wrote_apart_time_decides() -> None:
    begun = [filed("a")]
    mine, theirs = [*begun, filed("early", 1), filed("late", 9)], [*begun, filed("between", 5)]
    assert tickets(join(mine, theirs)) == tickets(join(theirs, mine)) == ["a", "early", "between", "late"]


def test_a_clock_that_was_set_back_turns_nothing_round() -> None:
    begun = [filed("a")]
    mine = [*begun, filed("noon plus nine", 9), filed("then set back", -60)]
    assert tickets(join(mine, [*begun, filed("five", 5)])) == ["a", "five", "noon plus nine", "then set back"]


def test_one_event_holds_what_was_brought_and_both_ends() -> None:
    mine, theirs = [filed("a"), filed("b")], [filed("a"), filed("c", 1)]
    (line,) = gained(ID, mine, theirs, NOON).lines
    merged = e.EVENT.validate_json(line)
    assert isinstance(merged, e.Merged)

    def end(lines: Lines) -> str:
        link = first_link(ID)
        for one in lines:
            link = next_link(link, one)
        return link.hex()

    assert (merged.mine, merged.theirs) == (end(mine), end(theirs))
    assert [one.hash for one in merged.events] == [end(theirs)], "an event's name is its row's hash"


def test_what_is_gained_is_counted_in_events_not_in_rows() -> None:
    mine = [filed("a")]
    theirs = [*join([*mine, filed("b")], [*mine, filed("c", 1), filed("d", 2)]), filed("e", 3)]
    found = gained(ID, mine, theirs, None)
    assert (len(found.lines), found.events) == (3, 4)
    assert len(ordered(ID, theirs)) == len(ordered(ID, mine)) + found.events


def test_histories_stay_small_however_often_they_are_joined() -> None:
    """Each event is carried once, not once more with every exchange."""
    mine, theirs = [filed("a")], [filed("a")]
    for number in range(30):
        mine, theirs = [*mine, filed(f"m{number}")], [*theirs, filed(f"t{number}")]
        mine, theirs = join(mine, theirs), join(theirs, mine)
    assert ordered(ID, mine) == ordered(ID, theirs)
    assert sum(map(len, mine)) < 61 * 1_000


@pytest.mark.parametrize(
    ("mine", "theirs", "both"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_it_tells_where_both_began_to_change_the_cloud(mine: bool, theirs: bool, both: bool) -> None:
    begun = [filed("a"), intended("before")]
    here = [*begun, intended("here") if mine else filed("here")]
    there = [*begun, intended("there") if theirs else filed("there")]
    assert gained(ID, here, there, NOON).both_changed is both


def forged() -> Iterator[tuple[str, Lines, Lines]]:
    begun = [filed("a")]
    mine = [*begun, filed("b")]
    theirs = join([*begun, filed("c")], mine)
    merged = e.EVENT.validate_json(theirs[-1])
    assert isinstance(merged, e.Merged)
    (brought,) = merged.events
    for name, other in {
        "its words": brought.model_copy(update={"event": e.TicketFiled(at=NOON, ticket="forged")}),
        "its place": brought.model_copy(update={"place": 7}),
        "its time": brought.model_copy(update={"clock": NOON + timedelta(days=9)}),
    }.items():
        line = e.written(merged.model_copy(update={"events": (other,)}))[1]
        yield name, mine, [*theirs[:-1], line]


@pytest.mark.parametrize(("mine", "theirs"), [row[1:] for row in forged()], ids=[row[0] for row in forged()])
def test_what_was_brought_back_otherwise_than_it_was_written_is_refused(mine: Lines, theirs: Lines) -> None:
    with pytest.raises(JournalError, match="edited") as error:
        gained(ID, mine, theirs, NOON)
    assert error.value.code == "damaged"


# -- on disk ------------------------------------------------------------------------------------------------


def begin(home: Path, *lines: bytes) -> Path:
    create(home, ID, "a test", lines).close()
    return home


def test_a_merged_journal_is_read_written_and_handed_on(tmp_path: Path) -> None:
    here = begin(tmp_path / "here", filed("a"), filed("b", 3))
    there = begin(tmp_path / "there", filed("a"), filed("c", 1))

    def copy(home: Path) -> transfer.Packed:
        return transfer.unpack(transfer.export(home, ID)[0], "the file")

    with open_to_read(here, ID) as reader:
        assert transfer.take_in(here, copy(there), "a test", NOON) == transfer.Taken(ID, 1, 3, True)
        told = [one.ticket for one in reader.events() if isinstance(one, e.TicketFiled)]
        assert told == ["a", "c", "b"], "a reader that was open has it at its place"
    with open_to_write(here, ID, "a test") as journal:
        journal.append(e.Noted(at=NOON, text="going on"))
        events = journal.events()
    assert isinstance(events[-1], e.Noted)
    assert transfer.verify(here, ID).broken is None
    assert transfer.take_in(there, copy(here), "a test", NOON).added == 2
    assert transfer.take_in(here, copy(there), "a test", NOON) == transfer.Taken(ID, 0, 4, True)
    third = tmp_path / "third"
    assert transfer.take_in(third, copy(there), "a test").events == 4
    for home in (here, there, third):
        with open_to_read(home, ID) as journal:
            assert journal.events() == events

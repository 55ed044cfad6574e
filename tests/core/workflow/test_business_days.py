"""The clock of business days, by the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.workflow.business_days import (
    UnknownCountry,
    add_business_days,
    is_business_day,
    public_holidays,
    weekends_only,
)

NEW_YORK, BERLIN, KOLKATA = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
BEIRUT = ZoneInfo("Asia/Beirut")


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("country", "start", "days", "due"),
    [
        pytest.param("US", "2025-10-20 15:00", 5, "2025-10-27 15:00", id="Monday to Monday"),
        pytest.param("US", "2025-10-24 16:59", 1, "2025-10-27 16:59", id="over a weekend"),
        pytest.param("US", "2025-10-20 15:00", 0, "2025-10-20 15:00", id="no days"),
        pytest.param("US", "2025-10-18 11:00", 5, "2025-10-27 00:00", id="filed on Saturday"),
        pytest.param("US", "2025-10-19 23:59", 5, "2025-10-27 00:00", id="filed on Sunday"),
        pytest.param("US", "2025-10-18 11:00", 0, "2025-10-20 00:00", id="Saturday, no days"),
        pytest.param("US", "2025-11-24 09:30", 5, "2025-12-02 09:30", id="Thanksgiving between"),
        pytest.param("US", "2025-11-27 09:30", 5, "2025-12-05 00:00", id="filed on Thanksgiving"),
        pytest.param("DE", "2025-11-24 09:30", 5, "2025-12-01 09:30", id="Thanksgiving is none in Germany"),
        pytest.param("US", "2025-12-29 10:00", 5, "2026-01-06 10:00", id="over the year's change"),
        pytest.param(
            "US", "2026-07-01 10:00", 5, "2026-07-09 10:00", id="4 July on a Saturday, kept on Friday"
        ),
        pytest.param("US", "2026-03-05 15:00", 5, "2026-03-12 15:00", id="clocks put forward"),
        pytest.param("US", "2025-10-30 15:00", 5, "2025-11-06 15:00", id="clocks put back"),
    ],
)
def test_due(country: str, start: str, days: int, due: str) -> None:
    found = add_business_days(at(start), days, public_holidays(country), NEW_YORK)
    assert found == at(due)
    assert found.replace(tzinfo=None) == at(due).replace(tzinfo=None)


def test_the_day_is_the_one_of_the_zone_that_counts() -> None:
    friday_evening = at("2025-10-24 20:00")  # Saturday 5:30 in Kolkata
    assert add_business_days(friday_evening, 1, weekends_only, NEW_YORK) == at("2025-10-27 20:00")
    assert add_business_days(friday_evening, 1, weekends_only, KOLKATA) == at("2025-10-28 00:00", KOLKATA)


def test_clocks_changed_between_shift_the_hours_and_not_the_wall_clock() -> None:
    start = at("2025-10-30 15:00")
    due = add_business_days(start, 5, weekends_only, NEW_YORK)
    assert due.astimezone(UTC) - start.astimezone(UTC) == timedelta(days=7, hours=1)


def test_a_time_that_the_wall_clock_skips_becomes_one_that_it_shows() -> None:
    due = add_business_days(at("2025-03-28 02:30", BERLIN), 1, lambda day: day.day == 31, BERLIN)
    assert due == at("2025-04-01 02:30", BERLIN)
    skipped = add_business_days(at("2009-03-26 00:30", BEIRUT), 0, lambda day: False, BEIRUT)
    assert skipped.astimezone(UTC).astimezone(BEIRUT) == skipped


@pytest.mark.parametrize("country", ["XX", "", "Atlantis", "US-ZZ", "💥", "U" * 500])
def test_an_unknown_country_is_said_in_words(country: str) -> None:
    with pytest.raises(UnknownCountry, match="two letters"):
        public_holidays(country)
    assert issubclass(UnknownCountry, ValueError)


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    reformation_day_in_leipzig = date(2025, 10, 31)
    assert not is_business_day(reformation_day_in_leipzig, public_holidays("de-sn"))
    assert is_business_day(reformation_day_in_leipzig, public_holidays("DE-BY"))


@pytest.mark.parametrize(
    ("start", "days", "calendar", "words"),
    [
        (datetime(2025, 10, 20), 5, weekends_only, "time zone"),
        (at("2025-10-20 15:00"), -1, weekends_only, "forwards"),
        (at("2025-10-20 15:00"), 1, lambda day: True, "no business day"),
    ],
)
def test_what_cannot_be_counted_is_refused(start: datetime, days: int, calendar: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        add_business_days(start, days, calendar, NEW_YORK)


moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(moments, st.integers(0, 30), st.sampled_from([NEW_YORK, BERLIN, KOLKATA, BEIRUT]))
@settings(max_examples=60, deadline=None)
def test_a_due_date_is_a_business_day_and_one_more_day_is_later(
    start: datetime, days: int, zone: ZoneInfo
) -> None:
    calendar = public_holidays("US")
    due = add_business_days(start, days, calendar, zone)
    assert due >= start
    assert is_business_day(due.date(), calendar)
    assert add_business_days(start, days + 1, calendar, zone) > due

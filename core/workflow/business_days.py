"""Business days: neither weekends nor public holidays, in one time zone.

Source: "Enabling PrivateLink can take up to 5 business days" (PrivateLink page, "Request PrivateLink
enablement").
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

IsHoliday = Callable[[date], bool]

_DAY = timedelta(days=1)
_LONGEST_BREAK = 366


class UnknownCountry(ValueError):
    """There are no public holidays known for this country."""


@functools.lru_cache(maxsize=8)
def public_holidays(country: str) -> IsHoliday:
    """Answers whether a date is a public holiday of a country (ISO 3166: ``US``, or with its part ``US-CA``).

    Raises UnknownCountry.
    """
    # A tenth of a second; only whoever has a clock running pays it.
    import holidays

    name, _, part = country.strip().upper().partition("-")
    try:
        calendar = holidays.country_holidays(name, subdiv=part or None)
    except (NotImplementedError, KeyError) as error:
        raise UnknownCountry(
            f"{country!r} is no country whose public holidays are known: "
            "use its two letters (US, DE), with a part where it has its own (US-CA, DE-BY)"
        ) from error
    return lambda day: day in calendar


def weekends_only(day: date) -> bool:
    """A calendar without holidays."""
    return False


def is_business_day(day: date, is_holiday: IsHoliday) -> bool:
    """Whether people work on this day."""
    return day.weekday() < 5 and not is_holiday(day)


def add_business_days(start: datetime, days: int, is_holiday: IsHoliday, zone: tzinfo) -> datetime:
    """The moment that many business days after an aware moment, in ``zone``.

    The time of day stays the same on the wall clock: Monday 15:00 and five days is the next Monday 15:00,
    whether or not clocks are changed between. A start on a weekend or holiday counts from 0:00 of the next
    business day: Saturday 11:00 and five days is the Monday after next, 0:00. A time of day that does not
    exist on the last day, because clocks are put forward, is the one as long after the change.

    Raises ValueError for a naive start, for fewer than 0 days, and for a calendar without business days;
    OverflowError beyond the year 9999.
    """
    if start.tzinfo is None:
        raise ValueError("the start needs a time zone")
    if days < 0:
        raise ValueError("business days are counted forwards only")
    local = start.astimezone(zone)
    day, hour = local.date(), local.timetz().replace(tzinfo=None)
    if not is_business_day(day, is_holiday):
        day, hour = _next_business_day(day, is_holiday), time()
    for _ in range(days):
        day = _next_business_day(day, is_holiday)
    # Through UTC, so that a time that the wall clock skips becomes one that it shows.
    return datetime.combine(day, hour, zone).astimezone(UTC).astimezone(zone)


def _next_business_day(day: date, is_holiday: IsHoliday) -> date:
    for _ in range(_LONGEST_BREAK):
        day += _DAY
        if is_business_day(day, is_holiday):
            return day
    raise ValueError("the calendar has no business day within a year")

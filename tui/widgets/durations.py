"""Times in words: durations, and moments with their day named. Pure functions, English, no locale."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def count(number: int, noun: str) -> str:
    """``1 hour``, ``2 hours``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def duration(span: timedelta) -> str:
    """The span in its two largest units: ``2 hours 5 minutes``; seconds only below a minute.

    A span that is negative or shorter than a second is ``a moment``.
    """
    seconds = int(span.total_seconds())
    if seconds < 1:
        return "a moment"
    if seconds < 60:
        return count(seconds, "second")
    for at, (noun, size) in enumerate(_UNITS):
        whole, rest = divmod(seconds, size)
        if whole:
            smaller, smaller_size = _UNITS[at + 1]
            part = rest // smaller_size if smaller != "second" else 0
            return f"{count(whole, noun)} {count(part, smaller)}" if part else count(whole, noun)
    return "a moment"


def business_days(number: int) -> str:
    """``3 business days``."""
    return count(number, "business day")


def day(moment: datetime | date, zone: tzinfo | None = None) -> str:
    """``Mon 30 Nov``. ``zone`` is the person's (the machine's own where it is None)."""
    shown = moment.astimezone(zone) if isinstance(moment, datetime) else moment
    return f"{DAYS[shown.weekday()]} {shown.day} {MONTHS[shown.month - 1]}"


def clock(moment: datetime, zone: tzinfo | None = None, *, seconds: bool = False) -> str:
    """``14:02``, or ``14:02:09``."""
    return moment.astimezone(zone).strftime("%H:%M:%S" if seconds else "%H:%M")


def day_and_time(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """``Tue 14:02`` within six days of ``now``, ``Tue 3 Nov 14:02`` beyond, with the year in another one."""
    shown, today = moment.astimezone(zone), now.astimezone(zone)
    apart = abs((shown.date() - today.date()).days)
    if apart < 7:
        return f"{DAYS[shown.weekday()]} {clock(moment, zone)}"
    year = "" if shown.year == today.year else f" {shown.year}"
    return f"{day(shown, zone)}{year} {clock(moment, zone)}"

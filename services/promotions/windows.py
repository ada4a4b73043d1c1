"""Windows in UTC made from days of the shop's zone. A window is [start, end): the end itself is outside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def day_window(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """From the first moment of `first` to the first moment after `last`, both whole days of the shop's zone.

    A day with a clock change is 23 or 25 hours long, and the window with it.
    """
    if last < first:
        raise ValueError("the window ends before it begins")
    return day_start(first, zone), day_start(last + timedelta(days=1), zone)


def end_of_day_after(moment: datetime, days: int, zone: str) -> datetime:
    """The first moment after the day that lies `days` days after the day of `moment` in the shop's zone."""
    return day_start(moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=days + 1), zone)


def day_start(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)

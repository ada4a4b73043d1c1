"""When a parcel arrives, counted in working days of the shop's zone."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

_SATURDAY = 5


def arrival(start: datetime, days: int, zone: tzinfo) -> datetime:
    """The moment `days` working days (Monday to Friday) after `start`; 0 is the same day, or the next working day."""
    moment = start.astimezone(zone)
    left = days
    while left > 0 or moment.weekday() >= _SATURDAY:
        moment += timedelta(days=1)
        if moment.weekday() < _SATURDAY:
            left -= 1
    return moment

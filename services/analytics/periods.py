"""Stretches of whole days in the shop's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.analytics.types import Period
from services.shared.errors import InvalidInput

TODAY, YESTERDAY, WEEK, MONTH = "today", "yesterday", "week", "month"
NAMES = (TODAY, YESTERDAY, WEEK, MONTH)
CUSTOM = "custom"
MOST_DAYS = 92
# Name -> (days before today of the first day, of the last day).
_REACH = {TODAY: (0, 0), YESTERDAY: (1, 1), WEEK: (6, 0), MONTH: (29, 0)}
_DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


def named(name: str, now: datetime, zone: str) -> Period:
    """today, yesterday, week (the last seven days with today) or month (the last thirty). Raises InvalidInput."""
    if name not in _REACH:
        raise InvalidInput(field="period", reason="period")
    first, last = _REACH[name]
    today = now.astimezone(ZoneInfo(zone)).date()
    return _period(name, today - timedelta(days=first), today - timedelta(days=last), now, zone)


def typed(text: str, now: datetime, zone: str) -> Period:
    """"11-01 – 11-15", "2026-11-01" or "11月1日": a day, or first and last; without a year the latest past ones.

    Raises InvalidInput for what is no date, lies ahead, runs backwards or is longer than 92 days.
    """
    found = _DAY.findall(text)
    today = now.astimezone(ZoneInfo(zone)).date()
    if not 1 <= len(found) <= 2 or _DAY.sub("", text).strip(" \t-–—~～至到to"):
        raise InvalidInput(field="period", reason="period")
    days = [_day(year, month, day, today) for year, month, day in found]
    first, last = days[0], days[-1]
    if last < first or last > today or (last - first).days >= MOST_DAYS:
        raise InvalidInput(field="period", reason="period")
    return _period(CUSTOM, first, last, now, zone)


def edges(period: Period, zone: str) -> list[datetime]:
    """The midnights of the shop's zone in the period, the first and the last included, in UTC."""
    here = ZoneInfo(zone)
    first, last = period.since.astimezone(here).date(), period.until.astimezone(here).date()
    return [_midnight(first + timedelta(days=days), zone) for days in range((last - first).days + 1)]


def before(period: Period, now: datetime, zone: str) -> tuple[datetime, datetime]:
    """The stretch right before that is as long; for a period under way up to the same time of its last day."""
    here = ZoneInfo(zone)
    first, last = period.since.astimezone(here).date(), period.until.astimezone(here).date()
    length = last - first
    until = period.since
    if period.partial:
        at = now.astimezone(here)
        until = datetime.combine(at.date() - length, at.time(), here).astimezone(UTC)
    return _midnight(first - length, zone), until


def _period(name: str, first: date, last: date, now: datetime, zone: str) -> Period:
    until = _midnight(last + timedelta(days=1), zone)
    return Period(name, _midnight(first, zone), until, partial=until > now)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _day(year: str, month: str, day: str, today: date) -> date:
    try:
        if year:
            return date(int(year), int(month), int(day))
        this = date(today.year, int(month), int(day))
        return this if this <= today else date(today.year - 1, int(month), int(day))
    except ValueError as error:
        raise InvalidInput(field="period", reason="period") from error

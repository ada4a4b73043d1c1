"""When people may be written to: not in the night of where they are, and at an hour of their own day if wished."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from services.campaigns.types import LOCAL

MORNING, NIGHT = time(9), time(22)
# Countries with several zones: where most of their people live.
_MAIN = {
    "US": "America/New_York", "CA": "America/Toronto", "MX": "America/Mexico_City", "BR": "America/Sao_Paulo",
    "RU": "Europe/Moscow", "AU": "Australia/Sydney", "NZ": "Pacific/Auckland", "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty", "MN": "Asia/Ulaanbaatar", "CL": "America/Santiago", "EC": "America/Guayaquil",
    "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "DE": "Europe/Berlin", "UA": "Europe/Kyiv",
    "AR": "America/Argentina/Buenos_Aires", "MY": "Asia/Kuala_Lumpur", "CN": "Asia/Shanghai",
    "CD": "Africa/Kinshasa", "GL": "America/Nuuk", "PF": "Pacific/Tahiti", "KI": "Pacific/Tarawa",
    "FM": "Pacific/Pohnpei", "PG": "Pacific/Port_Moresby", "UZ": "Asia/Tashkent", "CY": "Asia/Nicosia",
}


@cache
def zone_of(country: str) -> str | None:
    """The IANA zone of a country (ISO code, any case), by its largest part where it has several; None if unknown."""
    code = country.upper()
    if code in _MAIN:
        return _MAIN[code]
    found = next((zone for zone, territory in get_global("zone_territories").items() if territory == code), None)
    return found if found in available_timezones() else None


def is_night(moment: datetime, zone: str) -> bool:
    """Whether it is between 22:00 and 9:00 there."""
    return not MORNING <= moment.astimezone(ZoneInfo(zone)).time() < NIGHT


def polite(moment: datetime, zone: str) -> datetime:
    """The moment, or the next 9:00 of the zone where it is night."""
    return next_at(moment, MORNING, zone) if is_night(moment, zone) else moment


def next_at(moment: datetime, hour: time, zone: str) -> datetime:
    """The first moment after `moment` at which clocks of the zone show `hour`."""
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1 if local.time() >= hour else 0)
    return _in_zone(day, hour, zone)


def begins(timing: str, send_at: datetime | None, local_hour: int | None, zone: str, now: datetime) -> datetime:
    """When somebody in `zone` gets a push that is sent now."""
    if timing == LOCAL and local_hour is not None:
        return next_at(now, time(local_hour), zone)
    return polite(max(now, send_at or now), zone)


_DATE = r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
_TIME = r"(?P<hour>\d{1,2})[:：](?P<minute>\d{2})"
_MOMENT = re.compile(rf"(?:{_DATE}|(?P<next>明天|tomorrow)|今天|today)?\s*{_TIME}", re.IGNORECASE)


def parse_moment(text: str, zone: str, now: datetime) -> datetime | None:
    """The moment of "11-28 10:00", "2026-11-28 10:00", "tomorrow 10:00" or "10:00" in the zone; None if unclear.

    A day without a year, or a time without a day, is the next one that comes.
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    local = now.astimezone(ZoneInfo(zone))
    try:
        at = time(int(found["hour"]), int(found["minute"]))
        if found["month"] is None:
            day = local.date() + timedelta(days=1 if found["next"] else 0)
            dated = bool(found["next"]) or at > local.time()
            return _in_zone(day + timedelta(days=0 if dated else 1), at, zone)
        day = date(int(found["year"] or local.year), int(found["month"]), int(found["day"]))
        moment = _in_zone(day, at, zone)
        return moment if found["year"] or moment > now else _in_zone(day.replace(year=day.year + 1), at, zone)
    except ValueError:
        return None


def _in_zone(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)

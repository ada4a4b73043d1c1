"""When people may be written to: not in the night of where they are, and at an hour of their own day if wished."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
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
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def begins(timing: str, send_at: datetime | None, local_hour: int | None, zone: str, now: datetime) -> datetime:
    """When somebody in `zone` gets a push that is sent now."""
    if timing == LOCAL and local_hour is not None:
        return next_at(now, time(local_hour), zone)
    return polite(max(now, send_at or now), zone)

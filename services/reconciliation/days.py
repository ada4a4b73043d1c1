"""Days of the providers' own calendars: a bill's day is not the shop's where its provider lives elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Providers in China close their day in Beijing; all others are taken to do so in UTC, as Stripe does.
_BEIJING = "Asia/Shanghai"
ZONES: Mapping[str, str] = {"wechat": _BEIJING, "alipay": _BEIJING, "unionpay": _BEIJING, "sandbox": _BEIJING}
# What has no bill that a machine could read.
WITHOUT_BILLS = frozenset({"sandbox", "telegram", "cryptopay", "unionpay"})
# Bills of the day before are there by now: WeChat Pay says after 10:00 of Beijing (known from memory, unverified).
_READY = time(10, 30)


def zone(provider: str) -> str:
    return ZONES.get(provider, "UTC")


def bounds(provider: str, day: date) -> tuple[datetime, datetime]:
    """[since, until) of a provider's day."""
    here = ZoneInfo(zone(provider))
    begins, ends = (datetime.combine(each, time(), here).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return begins, ends


def day_of(provider: str, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(zone(provider))).date()


def due(provider: str, now: datetime) -> date | None:
    """The day whose bill is to be fetched now: a provider's yesterday, as it was at 10:30 of Beijing today; None before
    that hour."""
    here = now.astimezone(ZoneInfo(_BEIJING))
    ready = datetime.combine(here.date(), _READY, ZoneInfo(_BEIJING))
    return day_of(provider, ready) - timedelta(days=1) if here >= ready else None

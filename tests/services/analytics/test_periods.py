"""Days of the shop's zone: named, typed, and the stretch before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.analytics import periods
from services.shared.errors import InvalidInput

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def at(day: int, hour: int = 16, month: int = 11) -> datetime:
    """A moment of 2026 in UTC; 16:00 is midnight in Shanghai."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(("name", "since", "until", "partial"), [
    ("today", at(23), at(24), True), ("yesterday", at(22), at(23), False), ("week", at(17), at(24), True),
    ("month", at(25, month=10), at(24), True),
])
def test_named_periods_are_whole_days_of_the_zone(name: str, since: datetime, until: datetime, partial: bool) -> None:
    period = periods.named(name, NOW, SHANGHAI)
    assert (period.since, period.until, period.partial) == (since, until, partial)


@pytest.mark.parametrize(("text", "since", "until"), [
    ("11-01 – 11-15", at(31, month=10), at(15)), ("11-11", at(10), at(11)), ("2026-11-11", at(10), at(11)),
    ("11月1日至11月2日", at(31, month=10), at(2)), ("11/1 to 11/2", at(31, month=10), at(2)),
    ("12-31", datetime(2025, 12, 30, 16, tzinfo=UTC), datetime(2025, 12, 31, 16, tzinfo=UTC)),
])
def test_days_can_be_typed(text: str, since: datetime, until: datetime) -> None:
    period = periods.typed(text, NOW, SHANGHAI)
    assert (period.name, period.since, period.until) == ("custom", since, until)


@pytest.mark.parametrize("text", [
    "", "soon", "11-15 – 11-01", "13-01", "2-30", "2026-11-25", "11-01 11-02 11-03", "2026-01-01 – 2026-11-01",
    "x11-01",
])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        periods.typed(text, NOW, SHANGHAI)


def test_a_day_under_way_is_compared_with_the_same_hours_of_the_day_before() -> None:
    today = periods.named("today", NOW, SHANGHAI)
    assert periods.before(today, NOW, SHANGHAI) == (at(22), at(23, 6))
    week = periods.named("week", NOW, SHANGHAI)
    assert periods.before(week, NOW, SHANGHAI) == (at(10), at(17, 6))
    yesterday = periods.named("yesterday", NOW, SHANGHAI)
    assert periods.before(yesterday, NOW, SHANGHAI) == (at(21), at(22))


@given(st.dates(date(2020, 1, 2), date(2030, 1, 1)), st.integers(0, 91), st.sampled_from([SHANGHAI, BERLIN]))
def test_days_join_without_gap_whatever_the_clocks_do(last: date, length: int, zone: str) -> None:
    now = datetime(2031, 1, 1, tzinfo=UTC)
    first = last - timedelta(days=length)
    period = periods.typed(f"{first} – {last}", now, zone)
    edges = periods.edges(period, zone)
    assert (edges[0], edges[-1], len(edges)) == (period.since, period.until, length + 2)
    here = [edge.astimezone(ZoneInfo(zone)) for edge in edges]
    assert [each.date() for each in here] == [first + timedelta(days=days) for days in range(length + 2)]
    assert {(each.hour, each.minute) for each in here} == {(0, 0)}

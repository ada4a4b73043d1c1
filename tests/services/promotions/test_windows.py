"""Days of the shop's zone as windows in UTC, also where clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.promotions.windows import day_window, end_of_day_after


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_last_day_counts_in_full() -> None:
    assert day_window(date(2026, 11, 21), date(2026, 12, 4), "Asia/Shanghai") == (
        utc(2026, 11, 20, 16), utc(2026, 12, 4, 16),
    )


@pytest.mark.parametrize(("day", "hours"), [
    (date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 7, 4), 24),
])
def test_a_day_is_as_long_as_the_zone_says(day: date, hours: int) -> None:
    starts_at, ends_at = day_window(day, day, "America/New_York")
    assert ends_at - starts_at == timedelta(hours=hours)


def test_a_zone_without_midnight_begins_its_day_at_one() -> None:
    starts_at, ends_at = day_window(date(2018, 11, 4), date(2018, 11, 4), "America/Sao_Paulo")
    assert (starts_at, ends_at) == (utc(2018, 11, 4, 3), utc(2018, 11, 5, 2))


def test_a_claim_lasts_to_the_end_of_its_last_day_across_a_clock_change() -> None:
    assert end_of_day_after(utc(2026, 10, 31, 22), 1, "America/New_York") == utc(2026, 11, 2, 5)
    assert end_of_day_after(utc(2026, 11, 24, 15, 59), 0, "Asia/Shanghai") == utc(2026, 11, 24, 16)
    assert end_of_day_after(utc(2026, 11, 24, 16), 0, "Asia/Shanghai") == utc(2026, 11, 25, 16)


def test_a_window_never_ends_before_it_begins() -> None:
    with pytest.raises(ValueError, match="ends before"):
        day_window(date(2026, 11, 2), date(2026, 11, 1), "UTC")

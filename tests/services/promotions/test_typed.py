"""What people type: benefits, tiers, windows in the shop's zone, and a coupon in one line, in both languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.promotions.typed import (
    Benefit,
    QuickCoupon,
    parse_benefit,
    parse_count,
    parse_percent,
    parse_quick,
    parse_tiers,
    parse_window,
)
from services.promotions.windows import day_window

ZONE, NOW = "Asia/Shanghai", datetime(2026, 11, 24, 6, tzinfo=UTC)
THIRTY = Benefit(20_000, 3_000)


@pytest.mark.parametrize(("text", "meant"), [
    ("满200减30 7天 500张", QuickCoupon(THIRTY, 7, 500)),
    ("30 off 200 7d x500", QuickCoupon(THIRTY, 7, 500)),
    ("满 ２００ 减 30", None),
    ("满200减30", QuickCoupon(THIRTY, None, None)),
    ("满２００减３０　７天", QuickCoupon(THIRTY, 7, None)),
    ("500张 满200减30 7天", QuickCoupon(THIRTY, 7, 500)),
    ("CN¥30 off CN¥200 30 days 500 coupons", QuickCoupon(THIRTY, 30, 500)),
    ("spend 200 save 30 x20", QuickCoupon(THIRTY, None, 20)),
    ("¥30 off on ¥1,000", QuickCoupon(Benefit(100_000, 3_000), None, None)),
    ("无门槛10 3天", QuickCoupon(Benefit(0, 1_000), 3, None)),
    ("10 off", QuickCoupon(Benefit(0, 1_000), None, None)),
    ("9折 满100 最高50 30天", QuickCoupon(Benefit(10_000, None, 1_000, 5_000), 30, None)),
    ("10% off from 100 cap 50 30d", QuickCoupon(Benefit(10_000, None, 1_000, 5_000), 30, None)),
    ("88折", QuickCoupon(Benefit(0, None, 1_200), None, None)),
    ("满200减30 满300减40", None),
    ("满200减30 9折", None),
    ("10 off cap 5", None),
    ("HELLO2026", None),
    ("7天 500张", None),
    ("满200减0", None),
    ("满200减30.005", None),
    ("", None),
])
def test_a_coupon_in_one_line(text: str, meant: QuickCoupon | None) -> None:
    assert parse_quick(text, "CNY") == meant


@given(low=st.integers(2, 99_999), off=st.integers(1, 99_999), days=st.integers(1, 999), total=st.integers(1, 999_999),
       order=st.permutations(range(3)), chinese=st.booleans())
def test_a_line_says_the_same_in_every_order(
    low: int, off: int, days: int, total: int, order: list[int], chinese: bool
) -> None:
    parts = [f"满{low}减{off}", f"{days}天", f"{total}张"] if chinese else [f"{off} off {low}", f"{days}d", f"x{total}"]
    text = " ".join(parts[place] for place in order)
    assert parse_quick(text, "CNY") == QuickCoupon(Benefit(low * 100, off * 100), days, total)


@given(st.text(max_size=40))
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    for parsed in (parse_quick(text, "CNY"), parse_tiers(text, "CNY"), parse_benefit(text, "CNY")):
        assert parsed is None or parsed
    assert parse_percent(text) is None or 0 < (parse_percent(text) or 0) < 10_000
    window = parse_window(text, ZONE, NOW)
    assert window is None or window[0] < window[1]


@pytest.mark.parametrize(("text", "meant"), [
    ("满300减40，满600减100", ((30_000, 4_000), (60_000, 10_000))),
    ("100 off 600; 40 off 300", ((30_000, 4_000), (60_000, 10_000))),
    ("300-40\n600-100", ((30_000, 4_000), (60_000, 10_000))),
    ("满1,000减100,满2,000减300", ((100_000, 10_000), (200_000, 30_000))),
    ("满300减40，9折", None),
    ("300", None),
])
def test_tiers(text: str, meant: tuple[tuple[int, int], ...] | None) -> None:
    assert parse_tiers(text, "CNY") == meant


@pytest.mark.parametrize(("text", "meant"), [
    ("10%", 1_000), ("12.5% off", 1_250), ("9折", 1_000), ("打8.5折", 1_500), ("88折", 1_200), ("10", None),
    ("0%", None), ("100%", None), ("折", None),
])
def test_percent(text: str, meant: int | None) -> None:
    assert parse_percent(text) == meant


def test_counts() -> None:
    assert [parse_count(text) for text in ("500", "500张", "x500", "1,000", "0", "-3", "½")] == [
        500, 500, 500, 1_000, None, None, None,
    ]


@pytest.mark.parametrize(("benefit", "wrong"), [
    (Benefit(30_000, 4_000), False), (Benefit(30_000, 15_001), True), (Benefit(0, 1_000), False),
    (Benefit(0, None, 5_000), False), (Benefit(0, None, 9_000), True),
])
def test_more_than_half_looks_like_a_slip(benefit: Benefit, wrong: bool) -> None:
    assert benefit.looks_wrong is wrong


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)  # type: ignore[misc]


@pytest.mark.parametrize(("text", "start", "end"), [
    ("12-11 00:00 – 12-12 00:00", utc(2026, 12, 11), utc(2026, 12, 12)),
    ("12-11 - 12-12", utc(2026, 12, 11), utc(2026, 12, 13)),
    ("12月11日 20:00 至 12月12日", utc(2026, 12, 11, 20), utc(2026, 12, 13)),
    ("2026-12-11 to 2026-12-12 12:30", utc(2026, 12, 11), utc(2026, 12, 12, 12, 30)),
    ("12-11", utc(2026, 12, 11), utc(2026, 12, 12)),
    ("12-11 20:00-22:00", utc(2026, 12, 11, 20), utc(2026, 12, 11, 22)),
    ("12-11 24:00 – 12-12 24:00", utc(2026, 12, 11), utc(2026, 12, 13)),
    ("12-30 ~ 1-2", utc(2026, 12, 30), utc(2027, 1, 3)),
    ("1-5 – 1-6", utc(2027, 1, 5), utc(2027, 1, 7)),
    ("11-24", utc(2026, 11, 24), utc(2026, 11, 25)),
    ("7天", NOW, utc(2026, 12, 2)),
    ("1 day", NOW, utc(2026, 11, 26)),
])
def test_a_window(text: str, start: datetime, end: datetime) -> None:
    assert parse_window(text, ZONE, NOW) == (start, end)


@pytest.mark.parametrize("text", [
    "", "tomorrow", "11-23", "02-30", "13-01", "12-11 25:00", "12-11 24:30", "12-12 00:00 – 12-12 00:00", "0天",
    "12-1 – 12-2 – 12-3", "2026-12-12 – 2026-12-11",
])
def test_what_is_no_window(text: str) -> None:
    assert parse_window(text, ZONE, NOW) is None


@given(
    first=st.dates(date(2026, 11, 24), date(2027, 8, 1)), length=st.integers(0, 90),
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Auckland"]),
    chinese=st.booleans(),
)
def test_days_are_whole_days_of_the_shops_zone(first: date, length: int, zone: str, chinese: bool) -> None:
    """Also across a change of the clock, and without a year across the end of one."""
    last = first + timedelta(days=length)
    text = (f"{first.month}月{first.day}日到{last.month}月{last.day}日" if chinese
            else f"{first:%m-%d} – {last:%m-%d}")
    assert parse_window(text, zone, NOW) == day_window(first, last, zone)

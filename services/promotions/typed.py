"""What people type about promotions and coupons: benefits, tiers, windows, and all of a coupon in one line.

Each function answers with what was meant, or None where that is not clear: nothing is guessed from half a line.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.numbers import get_currency_precision

from services.promotions.windows import day_start, end_of_day_after

_AMOUNT = r"(?:CN|US)?[¥$€£]?(\d{1,9}(?:,\d{3})*(?:\.\d+)?)(?:元|块|CNY|RMB)?"
_FREE = re.compile(rf"(?:无门槛|直减|立减|减){_AMOUNT}|{_AMOUNT}off", re.IGNORECASE)
_SPEND = re.compile(
    rf"满{_AMOUNT}[,，]?减{_AMOUNT}|{_AMOUNT}(?:-|减){_AMOUNT}|spend{_AMOUNT}save{_AMOUNT}", re.IGNORECASE,
)
_OFF = re.compile(rf"{_AMOUNT}off(?:on|over|from)?{_AMOUNT}", re.IGNORECASE)
_TENTHS = re.compile(r"(?:打)?(\d)(?:\.(\d))?折|(?:打)?(\d)(\d)折")
_PERCENT = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)%(?:off)?", re.IGNORECASE)
_FROM = re.compile(rf"满{_AMOUNT}(?:可用)?|(?:from|over|min){_AMOUNT}", re.IGNORECASE)
_CAP = re.compile(rf"(?:最高|最多|封顶)(?:减)?{_AMOUNT}|(?:cap|max|upto){_AMOUNT}", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,3})(?:天|日|days?|d)", re.IGNORECASE)
_PIECES = re.compile(r"(?:[x×*])(\d{1,7})|(\d{1,7})(?:张|份|个|pcs|coupons)", re.IGNORECASE)
_DATE = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_DASH = re.compile(r"\s*(?:–|—|~|～|至|到|\bto\b|\s-\s|(?<=:\d\d)-)\s*", re.IGNORECASE)
# A day without a year lies so far ahead at most: one that has just passed was hardly meant for next year.
_FAR_AHEAD = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Benefit:
    """`amount` off, or `basis_points` up to `cap`, once the goods come to `threshold`; in minor units."""

    threshold: int = 0
    amount: int | None = None
    basis_points: int = 0
    cap: int | None = None

    @property
    def looks_wrong(self) -> bool:
        """More than half is given away: more often a slip of the finger than meant."""
        share = self.amount * 2 > self.threshold if self.amount is not None and self.threshold else False
        return share or self.basis_points > 5_000


@dataclass(frozen=True, slots=True)
class QuickCoupon:
    """A coupon in one line: its benefit, how many days it lasts and how many there are, where that was said."""

    benefit: Benefit
    days: int | None
    total: int | None


def parse_count(text: str) -> int | None:
    """A whole number > 0 ("500", "500张", "x500")."""
    bare = _bare(text).replace(",", "")
    found = _PIECES.fullmatch(bare)
    digits = _group(found) if found else bare if bare.isdecimal() and bare.isascii() and len(bare) <= 7 else "0"
    return int(digits) or None


def parse_percent(text: str) -> int | None:
    """What is taken off, in basis points: "10%", "10% off", "9折", "88折". A bare number could mean either: None."""
    bare = _bare(text)
    if found := _TENTHS.fullmatch(bare):
        whole, rest = (found.group(1), found.group(2)) if found.group(1) else (found.group(3), found.group(4))
        left = int(whole) * 1_000 + int(rest or 0) * 100
        return 10_000 - left if 0 < left < 10_000 else None
    if found := _PERCENT.fullmatch(bare):
        whole, _, rest = found.group(1).partition(".")
        return int(whole) * 100 + int(rest.ljust(2, "0")) or None
    return None


def parse_tiers(text: str, currency: str) -> tuple[tuple[int, int], ...] | None:
    """(threshold, reduction) from the lowest on: "满300减40，满600减100", "40 off 300; 100 off 600", "300-40"."""
    tiers = []
    for part in re.split(r"[\n;；、]|[,，](?!\d{3}(?:\D|$))", unicodedata.normalize("NFKC", text)):
        if not part.strip():
            continue
        tier = _reduction(_bare(part), currency)
        if tier is None:
            return None
        tiers.append(tier)
    return tuple(sorted(tiers)) or None


def parse_benefit(text: str, currency: str) -> Benefit | None:
    """What a coupon does: "满200减30", "30 off 200", "无门槛10", "9折 满100 最高50", "10% off from 100 cap 50"."""
    quick = parse_quick(text, currency)
    return quick.benefit if quick is not None and quick.days is None and quick.total is None else None


def parse_quick(text: str, currency: str) -> QuickCoupon | None:
    """A whole coupon: "满200减30 7天 500张", "30 off 200 7d x500". None when anything of the line is not understood."""
    words = _joined(unicodedata.normalize("NFKC", text).split())
    found: dict[str, int] = {}
    for word in words:
        meant = _meant(word, currency)
        if meant is None or found.keys() & meant.keys():
            return None
        found |= meant
    if ("amount" in found) == ("basis_points" in found) or ("cap" in found and "amount" in found):
        return None
    benefit = Benefit(found.get("threshold", 0), found.get("amount"), found.get("basis_points", 0), found.get("cap"))
    return QuickCoupon(benefit, found.get("days"), found.get("total"))


def parse_window(text: str, zone: str, now: datetime) -> tuple[datetime, datetime] | None:
    """[start, end) of "11-11 00:00 – 11-12 00:00", "11-11 – 11-12", "2026-11-11", "7 days", in days of the shop's zone.

    A day without a time is meant whole, also as the last one; a time without a day is on the first day. A day without
    a year is the next that comes, unless it has just passed; an end before its start is in the year after.
    """
    folded = unicodedata.normalize("NFKC", text).strip()
    if found := _DAYS.fullmatch(_bare(folded)):
        days = int(found.group(1))
        return (now, end_of_day_after(now, days, zone)) if days else None
    parts = [part for part in _DASH.split(folded) if part.strip()]
    if not 1 <= len(parts) <= 2:
        return None
    if len(parts) == 2 and _TIME.fullmatch(parts[1].strip()) and (day := _DATE.match(parts[0].strip())):
        parts[1] = f"{day.group()} {parts[1]}"
    first, last = _moment(parts[0]), _moment(parts[-1])
    if first is None or last is None:
        return None
    today = now.astimezone(ZoneInfo(zone)).date()
    window = _placed(first, last, today.year, zone)
    if window is not None and first.year is None and last.year is None and window[1] <= now:
        window = _placed(first, last, today.year + 1, zone)
        if window is not None and window[0] > now + _FAR_AHEAD:
            return None
    return window


@dataclass(frozen=True, slots=True)
class _Moment:
    year: int | None
    month: int
    day: int
    time: time | None


def _moment(text: str) -> _Moment | None:
    text = text.strip()
    found = _DATE.match(text)
    if found is None:
        return None
    rest = text[found.end():].strip()
    clock = _TIME.fullmatch(rest)
    if rest and clock is None:
        return None
    year, month, day = found.groups()
    try:
        at = time(int(clock.group(1)) % 24, int(clock.group(2))) if clock and int(clock.group(1)) <= 24 else None
        date(int(year or 2028), int(month), int(day))
    except ValueError:
        return None
    if clock is not None and at is None:
        return None
    # 24:00 is the end of the day, as a day without a time is.
    if clock is not None and int(clock.group(1)) == 24:
        return None if at and at.minute else _Moment(_int(year), int(month), int(day), None)
    return _Moment(_int(year), int(month), int(day), at)


def _placed(first: _Moment, last: _Moment, year: int, zone: str) -> tuple[datetime, datetime] | None:
    start_year = first.year or last.year or year
    try:
        start = _start(first, start_year, zone)
        end = _end(last, last.year or start_year, zone)
        if last.year is None and (last.month, last.day) < (first.month, first.day):
            end = _end(last, start_year + 1, zone)
    except ValueError:
        return None
    return (start, end) if start < end else None


def _start(moment: _Moment, year: int, zone: str) -> datetime:
    return _at(date(year, moment.month, moment.day), moment.time or time(), zone)


def _end(moment: _Moment, year: int, zone: str) -> datetime:
    day = date(year, moment.month, moment.day)
    return day_start(day + timedelta(days=1), zone) if moment.time is None else _at(day, moment.time, zone)


def _at(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _joined(words: list[str]) -> list[str]:
    """Words of one meaning put together: "30 off 200", "20% off", "cap 50", "7 days"."""
    line = re.sub(r"(?<=\d)% ?off\b", "%", " ".join(words), flags=re.IGNORECASE)
    line = re.sub(r"(?<=[\d.%]) (?=off\b)|(?<=\boff) (?:on |over |from )?(?=[\d¥$€£C])", "", line, flags=re.IGNORECASE)
    line = re.sub(r"\b(cap|max|up to|from|over|min|spend) (?=[\d¥$€£C])", lambda each: each.group(1).replace(" ", ""),
                  line, flags=re.IGNORECASE)
    line = re.sub(r"(?<=\d) (?=save\b)|(?<=\bsave) ", "", line, flags=re.IGNORECASE)
    line = re.sub(r"(?<=\d) (?=(?:days?|coupons|pcs|d)\b)", "", line, flags=re.IGNORECASE)
    return [word for word in re.split(r"\s+|[,，;；](?!\d{3}(?:\D|$))", line) if word]


def _meant(word: str, currency: str) -> dict[str, int] | None:
    """The fields that one word fills in."""
    if tier := _reduction(word, currency):
        return {"threshold": tier[0], "amount": tier[1]}
    if (percent := parse_percent(word)) is not None:
        return {"basis_points": percent}
    for pattern, field in ((_FREE, "amount"), (_CAP, "cap"), (_FROM, "threshold")):
        if found := pattern.fullmatch(word):
            amount = _minor(_group(found), currency)
            return None if amount is None else {field: amount}
    for pattern, field in ((_DAYS, "days"), (_PIECES, "total")):
        if found := pattern.fullmatch(word):
            count = int(_group(found))
            return {field: count} if count else None
    return None


def _reduction(bare: str, currency: str) -> tuple[int, int] | None:
    """(threshold, reduction) of one tier."""
    if found := _SPEND.fullmatch(bare):
        low, off = (_minor(each, currency) for each in found.groups() if each is not None)
    elif found := _OFF.fullmatch(bare):
        off, low = (_minor(each, currency) for each in found.groups())
    else:
        return None
    return None if low is None or off is None else (low, off)


def _group(found: re.Match[str]) -> str:
    return next(each for each in found.groups() if each is not None)


def _minor(digits: str, currency: str) -> int | None:
    whole, _, rest = digits.replace(",", "").partition(".")
    precision = 0 if currency == "XTR" else get_currency_precision(currency)
    if len(rest) > precision:
        return None
    return int(whole + rest.ljust(precision, "0")) or None


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _int(digits: str | None) -> int | None:
    return None if digits is None else int(digits)

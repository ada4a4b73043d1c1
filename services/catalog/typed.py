"""What shopkeepers type: options, tables, lists and one amount per row. Both kinds of punctuation are read.

A text in two languages is written with a bar, Chinese first: "白|White".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from services.catalog.errors import BadTyped
from services.catalog.tokens import fold
from services.catalog.types import Axis, Disclosure, Row, Value, Words

T = TypeVar("T")

LONGEST_NAME, LONGEST_TEXT, LONGEST_LABEL = 120, 4_000, 60
MOST_AXES, MOST_VALUES, MOST_SKUS, MOST_ROWS = 3, 20, 60, 40
SECOND = {"zh": "en", "en": "zh"}

_AXIS_END = re.compile(r"\s*[/／\n;；]\s*")
_VALUE_END = re.compile(r"\s*[,，、]\s*")
_LABEL_END = re.compile(r"\s*[:：]\s*")
_BAR = re.compile(r"\s*[|｜]\s*")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9._-]{1,39}")
_MOMENT = re.compile(
    r"(?:(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?)?\s*"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
)
# A day of this year that lies further back was meant for the next year.
_JUST_PASSED = timedelta(days=90)
# "1.999" is an amount that is too fine, not the first row's 999.
_NUMBERED = re.compile(r"(\d{1,2})\s*(?:[:：、)]\s*|\.\s+|\s+)(\S.*)")


def words(text: str, language: str, longest: int = LONGEST_LABEL) -> Words:
    """"白|White" in both languages, a bare text in `language`. Raises BadTyped when it is empty or too long."""
    parts = [part.strip() for part in _BAR.split(text.strip())]
    if len(parts) > 2 or not all(parts):
        raise BadTyped(reason="bar" if len(parts) > 1 else "empty")
    if any(len(part) > longest for part in parts):
        raise BadTyped(reason="long", most=longest)
    return {language: parts[0]} if len(parts) == 1 else {"zh": parts[0], "en": parts[1]}


def axes(text: str, language: str, before: Sequence[Axis] = ()) -> tuple[Axis, ...]:
    """"颜色: 白,黑 / 版本: 标准,Pro" as options; those known from `before` keep their codes.

    Raises BadTyped: "axis" for a part without a name or values, "twice" for a name or value that repeats, "many" for
    more than 3 options, 20 values of one, or 60 combinations.
    """
    parts = [part for part in _AXIS_END.split(text.strip()) if part]
    if not parts:
        raise BadTyped(reason="axis")
    found: list[Axis] = []
    for place, part in enumerate(parts):
        name, *rest = _LABEL_END.split(part, maxsplit=1)
        if not name or not rest or not rest[0]:
            raise BadTyped(reason="axis")
        known = next((axis for axis in before if _same(axis.name, words(name, language))), None)
        values = _values(rest[0], language, known)
        found.append(Axis(known.code if known else f"o{place + 1}", words(name, language), values))
    found = _distinct_axes(found)
    _check(found)
    return tuple(found)


def rows(text: str, language: str) -> tuple[Row, ...]:
    """"键: 值" line by line. Raises BadTyped: "row" with the `line` that has no colon, "many" beyond 40."""
    found: list[Row] = []
    for number, line in _lines(text):
        label, *value = _LABEL_END.split(line, maxsplit=1)
        if not label or not value or not value[0]:
            raise BadTyped(reason="row", line=number)
        labels, shown = words(label, language), words(value[0], language, LONGEST_NAME)
        found.append(Row(labels, shown))
    return tuple(found)


def items(text: str, language: str) -> tuple[Words, ...]:
    """One thing a line. Raises BadTyped."""
    return tuple(words(line, language, LONGEST_NAME) for _, line in _lines(text))


def rules(text: str, language: str, before: Sequence[Disclosure] = ()) -> tuple[Disclosure, ...]:
    """One fact to disclose a line, "?" behind those that may be left out; known ones keep their keys.

    Raises BadTyped, "twice" for a name that repeats.
    """
    taken = {rule.key for rule in before}
    found: list[Disclosure] = []
    for _, line in _lines(text):
        name = words(line.rstrip("?？").rstrip(), language)
        if _repeats([name, *(rule.name for rule in found)]):
            raise BadTyped(reason="twice")
        old = next((rule for rule in before if _same(rule.name, name)), None)
        key, both = (old.key, old.name | name) if old else (_fresh(name, taken), name)
        found.append(Disclosure(key, both, not line.endswith(("?", "？"))))
    return tuple(found)


def by_row(text: str, codes: Sequence[str], read: Callable[[str], T | None]) -> dict[int, T]:
    """One value for all rows ("199"), or lines with the row's number or code ("2: 209", "QL-P3-WHT 209").

    Returns values by place. Raises BadTyped: "value" or "which" with the `line` that cannot be read.
    """
    lines = _lines(text)
    alone = read(lines[0][1]) if len(lines) == 1 else None
    if alone is not None:
        return dict.fromkeys(range(len(codes)), alone)
    found: dict[int, T] = {}
    for number, line in lines:
        place, rest = _place(line, codes)
        if place is None:
            raise BadTyped(reason="which" if len(codes) > 1 else "value", line=number)
        value = read(rest)
        if value is None:
            raise BadTyped(reason="value", line=number)
        found[place] = value
    return found


def code(text: str) -> str:
    """A product's or SKU's code: 2 to 40 of A–Z, 0–9, ".", "_", "-"; lower case is raised. Raises BadTyped."""
    found = unicodedata.normalize("NFKC", text).strip().upper()
    if not _CODE.fullmatch(found):
        raise BadTyped(reason="code")
    return found


def count(text: str, most: int = 999_999) -> int | None:
    """A whole number from 0 to `most`, or None."""
    bare = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) <= 9 and int(bare) <= most else None


def moment(text: str, zone: str, now: datetime) -> datetime | None:
    """"11-28 09:00", "2026-11-28", "11月28日 9:00" or "21:30" in the shop's zone, when it is still to come; else None.

    A day without a time begins at midnight; without a year it is the next that comes, unless it has just passed; a
    time without a day is today's.
    """
    found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None or not (found["day"] or found["hour"]):
        return None
    today = now.astimezone(ZoneInfo(zone))
    year, month, day = (int(found[part]) if found[part] else None for part in ("year", "month", "day"))
    try:
        at = datetime(year or today.year, month or today.month, day or today.day, int(found["hour"] or 0),
                      int(found["minute"] or 0), tzinfo=ZoneInfo(zone))
        if year is None and day is not None and now - at > _JUST_PASSED:
            at = at.replace(year=at.year + 1)
    except ValueError:
        return None
    return at.astimezone(UTC) if at > now else None


def axes_text(found: Sequence[Axis]) -> str:
    """Options as they are typed: what `axes` reads again."""
    return " / ".join(
        f"{barred(axis.name)}: {','.join(barred(value.name) for value in axis.values)}" for axis in found
    )


def _values(text: str, language: str, known: Axis | None) -> tuple[Value, ...]:
    found: list[Value] = []
    for typed in _VALUE_END.split(text):
        if not typed:
            continue
        name = words(typed, language)
        old = next((value for value in known.values if _same(value.name, name)), None) if known else None
        found.append(Value(old.code, old.name | name) if old else Value("", name))
    taken = {value.code for value in found if value.code} | {value.code for value in (known.values if known else ())}
    return tuple(value if value.code else replace(value, code=_fresh(value.name, taken)) for value in found)


def _fresh(name: Words, taken: set[str]) -> str:
    """A code made of the latin letters and digits of a name ("Pro" -> "pro"), else "v1", "v2" …"""
    slug = re.sub(r"[^a-z0-9]", "", fold(name.get("en") or next(iter(name.values()))))[:12]
    number, found = 1, slug or "v1"
    while found in taken:
        number += 1
        found = f"{slug or 'v'}{number}"
    taken.add(found)
    return found


def _distinct_axes(found: Sequence[Axis]) -> list[Axis]:
    """No two options under one code: a new one moves on to the next that is free."""
    taken: set[str] = set()
    distinct: list[Axis] = []
    for axis in found:
        number, code = 1, axis.code
        while code in taken:
            number += 1
            code = f"o{number}"
        taken.add(code)
        distinct.append(replace(axis, code=code))
    return distinct


def _check(found: Sequence[Axis]) -> None:
    combinations = 1
    for axis in found:
        if not axis.values:
            raise BadTyped(reason="axis")
        if _repeats([value.name for value in axis.values]):
            raise BadTyped(reason="twice")
        combinations *= len(axis.values)
    if _repeats([axis.name for axis in found]):
        raise BadTyped(reason="twice")
    if len(found) > MOST_AXES or combinations > MOST_SKUS or any(len(axis.values) > MOST_VALUES for axis in found):
        raise BadTyped(reason="many", most=MOST_SKUS)


def _repeats(names: Sequence[Words]) -> bool:
    return any(_same(name, other) for at, name in enumerate(names) for other in names[:at])


def _same(one: Words, other: Words) -> bool:
    return any(fold(text) == fold(other[language]) for language, text in one.items() if language in other)


def _lines(text: str) -> list[tuple[int, str]]:
    found = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not found:
        raise BadTyped(reason="empty")
    if len(found) > MOST_SKUS:
        raise BadTyped(reason="many", most=MOST_SKUS)
    return found


def _place(line: str, codes: Sequence[str]) -> tuple[int | None, str]:
    """The row that a line is for, and the rest of it."""
    for place, code in sorted(enumerate(codes), key=lambda each: -len(each[1])):
        if line.upper().startswith(code.upper()) and len(line) > len(code) and not line[len(code)].isalnum():
            return place, line[len(code):].lstrip(" :：=\t")
    numbered = _NUMBERED.fullmatch(line)
    if numbered and 1 <= int(numbered.group(1)) <= len(codes):
        return int(numbered.group(1)) - 1, numbered.group(2)
    return None, line


def barred(name: Words) -> str:
    """A text as it is typed: "白|White", or in the one language that it has."""
    return f"{name['zh']}|{name['en']}" if "zh" in name and "en" in name else next(iter(name.values()), "")

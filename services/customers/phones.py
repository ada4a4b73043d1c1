"""Telephone numbers: what people type to E.164 ("+8613800000000") and back to something readable."""

from __future__ import annotations

import re
import unicodedata

from services.shared.errors import InvalidInput

# Mainland mobile numbers begin with 13–19 and have 11 digits; fixed lines have an area code that begins with 0.
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"0\d{9,11}")
_MOBILE_DIGITS = 11


def parse(text: str) -> str:
    """The number in E.164. One without a country code counts as Chinese.

    Raises InvalidInput with the reason "phone-short", "phone-long" (fact `digits`: by how many) or "phone".
    """
    typed = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"[\s().\-–—]", "", typed)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not re.fullmatch(r"\+?\d+", digits):
        raise _wrong("phone")
    if digits.startswith("+") and not digits.startswith("+86"):
        return _international(digits)
    if len(digits) > _MOBILE_DIGITS or digits.startswith("+"):
        digits = digits.removeprefix("+").removeprefix("86")
    return "+86" + _chinese(digits)


def _international(digits: str) -> str:
    # E.164 allows 15 digits; the shortest subscriber numbers in use have 7 with their country code.
    if not 7 <= len(digits) - 1 <= 15 or digits[1] == "0":
        raise _wrong("phone")
    return digits


def _chinese(digits: str) -> str:
    if _MOBILE.fullmatch(digits):
        return digits
    if _FIXED.fullmatch(digits):
        return digits[1:]
    if digits[:1] == "1" and len(digits) < _MOBILE_DIGITS:
        raise _wrong("phone-short", digits=_MOBILE_DIGITS - len(digits))
    if digits[:1] == "1" and len(digits) > _MOBILE_DIGITS:
        raise _wrong("phone-long", digits=len(digits) - _MOBILE_DIGITS)
    raise _wrong("phone")


def _wrong(reason: str, **facts: object) -> InvalidInput:
    return InvalidInput(field="phone", reason=reason, **facts)


def shown(number: str) -> str:
    """For its owner: "138 0000 0000" for Chinese mobile numbers, "+1 2025550101" style is left as it is."""
    local = number.removeprefix("+86")
    if number.startswith("+86") and _MOBILE.fullmatch(local):
        return f"{local[:3]} {local[3:7]} {local[7:]}"
    return number


def masked(number: str) -> str:
    """For everybody else: "138****0000"; of any other number all but the last four digits are hidden."""
    local = number.removeprefix("+86")
    if number.startswith("+86") and _MOBILE.fullmatch(local):
        return f"{local[:3]}****{local[7:]}"
    return f"{number[:2]}****{number[-4:]}"

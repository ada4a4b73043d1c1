"""Amounts as people type them."""

from __future__ import annotations

import re
import unicodedata

from babel.numbers import get_currency_precision

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"\d{1,9}(\.\d+)?")
_SIGNS = re.compile(r"(CN|US|JP)?[¥$€£]|CNY|RMB|USD|EUR|JPY|XTR|⭐|元|円|\s", re.IGNORECASE)


def text(amount: int, currency: str) -> str:
    """Minor units as a plain decimal that `parse` reads again: 156200 CNY is "1562.00"."""
    precision = 0 if currency == "XTR" else get_currency_precision(currency)
    whole, fraction = divmod(amount, 10 ** precision)
    return f"{whole}.{fraction:0{precision}}" if precision else str(whole)


def parse(text: str, currency: str) -> int | None:
    """The amount ≥ 0 in `text` ("1,562.00", "¥199", "1562") in minor units; None when it is none, or finer than the
    currency."""
    bare = _SIGNS.sub("", unicodedata.normalize("NFKC", text))
    if not (_GROUPED.fullmatch(bare) or _PLAIN.fullmatch(bare)):
        return None
    whole, _, fraction = bare.replace(",", "").partition(".")
    precision = 0 if currency == "XTR" else get_currency_precision(currency)
    if len(fraction.rstrip("0")) > precision:
        return None
    return int(whole + fraction[:precision].ljust(precision, "0"))


def positive(text: str, currency: str) -> int | None:
    """Like `parse`, and nothing is no amount either."""
    return parse(text, currency) or None

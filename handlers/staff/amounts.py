"""Amounts as people type them."""

from __future__ import annotations

import re
import unicodedata

from babel.numbers import get_currency_precision

from services.shared.money import Money

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"\d{1,9}(\.\d+)?")
_SIGNS = re.compile(r"(CN|US)?[¥$€£]|CNY|RMB|USD|EUR|元|\s", re.IGNORECASE)


def parse_amount(text: str, currency: str) -> Money | None:
    """The amount > 0 in `text` ("1,562.00", "¥199", "1562"); None when it is none, or finer than the currency."""
    bare = _SIGNS.sub("", unicodedata.normalize("NFKC", text))
    if not (_GROUPED.fullmatch(bare) or _PLAIN.fullmatch(bare)):
        return None
    whole, _, fraction = bare.replace(",", "").partition(".")
    precision = 0 if currency == "XTR" else get_currency_precision(currency)
    if len(fraction) > precision:
        return None
    amount = int(whole + fraction.ljust(precision, "0"))
    return Money(amount, currency) if amount else None

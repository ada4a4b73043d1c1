"""Turns keys and facts into words, amounts and moments for one reader: a language and the shop's zone."""

from __future__ import annotations

import logging
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name, get_currency_precision
from markupsafe import Markup, escape

from locales.catalogues import load

# Language of the catalogue -> locale of the formats.
LANGUAGES = {"zh": "zh_CN", "en": "en"}
FALLBACK = "en"
# Currencies that CLDR does not know, with their exponents. XTR is Telegram Stars.
_EXPONENTS = {"XTR": 0}

log = logging.getLogger(__name__)


class MissingKey(KeyError):
    """No catalogue has this key: a defect, found by the tests."""


class Amount(Protocol):
    @property
    def amount(self) -> int: ...
    @property
    def currency(self) -> str: ...


class Translator:
    """Words and formats of one language. `t("key", name=value)` is HTML with values escaped; `t.plain` is bare text.

    Values of type `Markup` count as HTML already. Keys that one language lacks fall back to English and are logged.
    """

    def __init__(self, language: str, zone: tzinfo) -> None:
        self.language = language
        self.zone = zone
        self._catalogue = load(language)
        self._locale = Locale.parse(LANGUAGES[language])

    def __call__(self, key: str, **values: object) -> Markup:
        return self._filled(self._text(key, None), {name: escape(value) for name, value in values.items()})

    def n(self, key: str, count: int, **values: object) -> Markup:
        """The plural form for `count`, which is also the value `{count}`."""
        escaped: dict[str, object] = {name: escape(value) for name, value in values.items()}
        return self._filled(self._text(key, count), {"count": self.number(count)} | escaped)

    def plain(self, key: str, count: int | None = None, **values: object) -> str:
        """Text without HTML for labels, toasts and titles; with `count` its plural form."""
        filled = values if count is None else {"count": self.number(count)} | values
        return self._text(key, count).format_map(filled)

    def has(self, key: str) -> bool:
        return key in self._catalogue.texts

    def pick(self, words: dict[str, str]) -> str:
        """The reader's language out of a text that the merchant wrote in several; else English, else any."""
        return words.get(self.language) or words.get(FALLBACK) or next(iter(words.values()), "")

    def money(self, money: Amount) -> str:
        """"CN¥1,562.00" in English, "¥1,562.00" in Chinese; minor units as the currency has them."""
        return _money(self._locale, money.amount, money.currency)

    def currency(self, code: str) -> str:
        """What a currency is called: "US Dollar", "美元"."""
        return get_currency_name(code, locale=self._locale)

    def number(self, value: int) -> str:
        return _number(self._locale, value)

    def percent(self, basis_points: int) -> str:
        return format_percent(Decimal(basis_points) / 10_000, locale=self._locale, decimal_quantization=False)

    def date(self, moment: datetime) -> str:
        """Day and month in the shop's zone: "Dec 1", "12月1日"."""
        return format_skeleton("MMMd", moment.astimezone(self.zone), locale=self._locale)

    def day(self, moment: datetime) -> str:
        """Weekday, short: "Wed", "周三"."""
        return format_date(moment.astimezone(self.zone), format="EEE", locale=self._locale)

    def time(self, moment: datetime) -> str:
        return format_time(moment.astimezone(self.zone), format="HH:mm", locale=self._locale)

    def datetime(self, moment: datetime) -> str:
        """"11-22 14:05" in the shop's zone."""
        return format_datetime(moment.astimezone(self.zone), format="MM-dd HH:mm", locale=self._locale)

    def moment(self, moment: datetime, relative: bool = True) -> Markup:
        """A moment in the reader's own zone and language, with the shop's time for clients that cannot."""
        unix, style = int(moment.timestamp()), "r" if relative else "Dt"
        return Markup('<tg-time unix="{}" format="{}">{}</tg-time>').format(unix, style, self.datetime(moment))

    @staticmethod
    def _filled(text: str, escaped: dict[str, object]) -> Markup:
        """The catalogue is trusted and the values are escaped; filling them in as bare text is four times as fast."""
        return Markup(text.format_map(escaped))

    def _text(self, key: str, count: int | None) -> str:
        catalogue = self._catalogue
        forms = catalogue.texts.get(key)
        if forms is None:
            if self.language == FALLBACK:
                raise MissingKey(key)
            log.warning("key %s is missing in %s", key, self.language)
            return translator(FALLBACK, str(self.zone))._text(key, count)
        return forms[0] if count is None else forms[catalogue.plural(count)]


@cache
def translator(language: str, zone: str) -> Translator:
    """The translator for a language and an IANA zone name; made once."""
    return Translator(language, ZoneInfo(zone))


# The same prices are shown again and again, and formatting one takes longer than reading it from the database.
@lru_cache(maxsize=20_000)
def _money(locale: Locale, amount: int, currency: str) -> str:
    exponent = _EXPONENTS.get(currency)
    if exponent is None:
        exponent = get_currency_precision(currency)
    value = Decimal(amount).scaleb(-exponent)
    if currency == "XTR":
        return f"⭐\u00a0{format_decimal(value, locale=locale)}"
    return format_currency(value, currency, locale=locale)


@lru_cache(maxsize=20_000)
def _number(locale: Locale, value: int) -> str:
    return format_decimal(value, locale=locale)

"""Amounts as Stripe counts them, which is not always in the currency's own minor unit.

Source: docs.stripe.com/currencies, "Minor units in API amounts" and "Special cases". The list of currencies is
unverified: which of them an account may charge is for Stripe to say.
"""

from __future__ import annotations

from babel.numbers import get_currency_precision

from services.shared.money import Money

# One unit of Stripe's is one of the currency.
_WHOLE = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
})
# Sent with two decimals for old times' sake; the last two digits must be 0.
_WHOLE_SENT_AS_HUNDREDTHS = frozenset({"ISK", "UGX"})
# Sent with three decimals; the last digit must be 0, for Stripe's partners know only two.
_THOUSANDTHS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
# HUF and TWD among them: without decimals only when they are paid out to the shop's bank.
_HUNDREDTHS = frozenset({
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND",
    "BOB", "BRL", "BSD", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CNY", "COP", "CRC", "CVE", "CZK", "DKK", "DOP",
    "DZD", "EGP", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF",
    "IDR", "ILS", "INR", "JMD", "KES", "KGS", "KHR", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL",
    "MKD", "MMK", "MNT", "MOP", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD",
    "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SEK", "SGD", "SHP",
    "SLE", "SOS", "SRD", "SZL", "THB", "TJS", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "USD", "UYU", "UZS", "WST",
    "XCD", "XCG", "YER", "ZAR", "ZMW",
})
_DECIMALS = {
    **dict.fromkeys(_WHOLE, 0), **dict.fromkeys(_THOUSANDTHS, 3),
    **dict.fromkeys(_HUNDREDTHS | _WHOLE_SENT_AS_HUNDREDTHS, 2),
}
_STEPS = {**dict.fromkeys(_WHOLE_SENT_AS_HUNDREDTHS, 100), **dict.fromkeys(_THOUSANDTHS, 10)}

CURRENCIES = frozenset(_DECIMALS)
# Eight digits, whatever the currency.
MOST = 99_999_999


class NotPayableHere(ValueError):
    """Stripe cannot be asked for this amount: its currency is unknown, or it is too fine or too large."""


def to_stripe(money: Money) -> int:
    """The amount > 0 as the API wants it. Raises NotPayableHere."""
    decimals = _decimals(money.currency)
    amount = _shifted(money.amount, decimals - get_currency_precision(money.currency))
    if amount is None or amount % _STEPS.get(money.currency, 1) or not 0 < amount <= MOST:
        raise NotPayableHere("this amount cannot be asked for")
    return amount


def from_stripe(amount: int, currency: str) -> Money:
    """The amount that the API or a notice names, whose currency may be in small letters. Raises NotPayableHere."""
    code = currency.upper()
    units = _shifted(amount, get_currency_precision(code) - _decimals(code))
    if units is None:
        raise NotPayableHere("finer than the currency")
    return Money(units, code)


def _decimals(currency: str) -> int:
    if currency not in _DECIMALS:
        raise NotPayableHere("an unknown currency")
    return _DECIMALS[currency]


def _shifted(amount: int, places: int) -> int | None:
    """`amount` × 10^`places`, None where that is no whole number."""
    if places >= 0:
        return amount * 10 ** places
    whole, rest = divmod(amount, 10 ** -places)
    return None if rest else whole

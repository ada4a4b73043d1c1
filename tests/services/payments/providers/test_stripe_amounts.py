"""Amounts as Stripe counts them: known examples, and that nothing is lost or rounded on the way."""

from __future__ import annotations

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from services.payments.providers.stripe_amounts import CURRENCIES, MOST, NotPayableHere, from_stripe, to_stripe
from services.shared.money import Money

CODES = st.sampled_from(sorted(CURRENCIES))


@pytest.mark.parametrize(("money", "sent"), [
    (Money(1999, "USD"), 1999), (Money(1000, "CNY"), 1000), (Money(500, "JPY"), 500), (Money(500, "KRW"), 500),
    # docs.stripe.com/currencies: 5 ISK and 5 UGX are 500, 10.45 HUF are 1045, 800.45 TWD are 80045.
    (Money(5, "ISK"), 500), (Money(5, "UGX"), 500), (Money(1045, "HUF"), 1045), (Money(80045, "TWD"), 80045),
    (Money(5120, "KWD"), 5120), (Money(7, "MGA"), 7),
    # CLDR gives these no minor unit, Stripe gives them hundredths.
    (Money(250, "RSD"), 25000), (Money(9, "LAK"), 900),
    (Money(99_999_999, "USD"), 99_999_999), (Money(999_999, "ISK"), 99_999_900),
])
def test_known_amounts(money: Money, sent: int) -> None:
    assert to_stripe(money) == sent
    assert from_stripe(sent, money.currency.lower()) == money


@pytest.mark.parametrize("money", [
    Money(5124, "KWD"), Money(1, "TND"), Money(0, "USD"), Money(-5, "USD"), Money(100_000_000, "JPY"),
    Money(1_000_000, "UGX"), Money(10, "XTR"), Money(10, "BTC"),
])
def test_what_stripe_cannot_take_is_refused(money: Money) -> None:
    with pytest.raises(NotPayableHere):
        to_stripe(money)


@pytest.mark.parametrize(("amount", "currency"), [(550, "isk"), (1, "ugx"), (199, "lak"), (5, "xtr"), (5, "")])
def test_what_the_shop_cannot_count_is_refused(amount: int, currency: str) -> None:
    with pytest.raises(NotPayableHere):
        from_stripe(amount, currency)


@given(CODES, st.integers(1, 10**11))
def test_what_is_sent_comes_back_the_same(currency: str, amount: int) -> None:
    try:
        sent = to_stripe(Money(amount, currency))
    except NotPayableHere:
        # In the shop's own units it is too large, or finer than Stripe's partners know.
        too_large = amount * 100 > MOST
        assert too_large or (get_currency_precision(currency) == 3 and amount % 10)
        return
    assert from_stripe(sent, currency) == Money(amount, currency)
    assert 0 < sent <= MOST


@given(CODES, st.integers(1, MOST), st.integers(1, MOST))
def test_order_and_sums_survive(currency: str, one: int, other: int) -> None:
    try:
        sent = [to_stripe(Money(each, currency)) for each in (one, other, one + other)]
    except NotPayableHere:
        return
    assert sent[0] + sent[1] == sent[2]
    assert (sent[0] < sent[1]) == (one < other)


@given(CODES, st.integers(1, 5000))
def test_the_worth_is_the_same_in_both_counts(currency: str, whole: int) -> None:
    """Whole units of the currency, whatever its parts are called."""
    decimals = {"JPY": 0, "KRW": 0, "VND": 0}.get(currency)
    sent = to_stripe(Money(whole * 10 ** get_currency_precision(currency), currency))
    assert sent % whole == 0
    assert sent // whole in ((1,) if decimals == 0 else (1, 100, 1000))

"""Baskets of several currencies: each is counted in its own minor unit, and rules of another one stay out."""

from __future__ import annotations

from itertools import chain

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given, settings
from hypothesis import strategies as st

from services.pricing.rules import Coupon, FullReduction, PercentOff, Scope, Tier
from services.pricing.service import quote, savings
from services.pricing.types import Basket, Line, Refused, Rule, Standing
from services.shared.money import CurrencyMismatch, Money

CURRENCIES = ("CNY", "JPY", "USD", "XTR")
ALL = Scope()


def line(key: int, price: Money, quantity: int = 1) -> Line:
    return Line(key, key, key, (), (), quantity, price, 1_300)


def basket(*lines: Line, shipping: Money) -> Basket:
    return Basket(lines, shipping.currency, shipping)


@pytest.mark.parametrize(("currency", "price", "saved"), [
    ("JPY", 333, 50), ("JPY", 1, 0), ("JPY", 4, 1), ("USD", 1_999, 300), ("CNY", 1_999, 300), ("XTR", 7, 1),
])
def test_a_percentage_rounds_to_the_currencys_own_minor_unit(currency: str, price: int, saved: int) -> None:
    """15 % of ¥333 are ¥50, of $19.99 $3.00: half up in whole yen, whole cents, whole Stars."""
    assert get_currency_precision("JPY") == 0 and get_currency_precision("USD") == 2
    quoted = quote(basket(line(1, Money(price, currency)), shipping=Money.zero(currency)),
                   [PercentOff("promotion:1", {}, ALL, 1_500)])
    assert quoted.discount == Money(saved, currency)


@pytest.mark.parametrize("rule", [
    PercentOff("promotion:1", {}, ALL, 1_000, left=Money(500, "CNY")),
    FullReduction("promotion:1", {}, ALL, (Tier(Money(100, "CNY"), Money(10, "CNY")),)),
    Coupon("coupon:1", {}, ALL, Money(0, "CNY"), Money(10, "CNY")),
    Coupon("coupon:1", {}, ALL, Money(100, "CNY"), basis_points=1_000),
    Coupon("coupon:1", {}, ALL, Money(0, "CNY"), basis_points=1_000, cap=Money(10, "CNY")),
    Coupon("coupon:1", {}, ALL, Money(0, "CNY"), basis_points=1_000, left=Money(1_000, "CNY")),
])
def test_what_has_an_amount_applies_in_its_currency_alone(rule: Rule) -> None:
    assert rule.currency == "CNY"
    abroad = basket(line(1, Money(5_000, "USD")), shipping=Money(500, "USD"))
    quoted = quote(abroad, [rule])
    assert (quoted.discount, quoted.adjustments, quoted.hints) == (Money(0, "USD"), (), ())
    assert quoted.refused == (Refused(rule.source, {}, rule.stage, "other-currency", {"currency": "CNY"}),)
    # Were it asked all the same, the amounts would refuse to meet.
    with pytest.raises(CurrencyMismatch):
        rule.offer([Standing(each, each.subtotal) for each in abroad.lines], abroad.shipping)
    at_home = quote(basket(line(1, Money(5_000, "CNY")), shipping=Money(500, "CNY")), [rule])
    assert at_home.discount > Money(0, "CNY")


@pytest.mark.parametrize("rule", [
    PercentOff("promotion:1", {}, ALL, 1_000), Coupon("coupon:1", {}, ALL, Money(0, "CNY"), basis_points=1_000),
])
@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_plain_percentage_applies_in_every_currency(rule: Rule, currency: str) -> None:
    assert rule.currency is None
    quoted = quote(basket(line(1, Money(505, currency)), shipping=Money.zero(currency)), [rule])
    assert quoted.discount == Money(51, currency)


def money(currency: str, least: int = 0, most: int = 300_000) -> st.SearchStrategy[Money]:
    return st.integers(least, most).map(lambda amount: Money(amount, currency))


@st.composite
def rules_in(draw: st.DrawFn, number: int) -> Rule:
    currency = draw(st.sampled_from(CURRENCIES))
    kind = draw(st.sampled_from(["percent", "reduction", "coupon", "part"]))
    some, left = draw(money(currency, 1, 50_000)), draw(st.none() | money(currency, 0, 20_000))
    if kind == "percent":
        return PercentOff(f"promotion:{number}", {}, ALL, draw(st.integers(1, 10_000)), left=left)
    if kind == "reduction":
        return FullReduction(f"promotion:{number}", {}, ALL, (Tier(draw(money(currency)), some),), left=left)
    threshold = draw(money(currency, 0, 1_000))
    if kind == "coupon":
        return Coupon(f"coupon:{number}", {}, ALL, threshold, some, left=left)
    cap = draw(st.none() | money(currency, 1, 5_000))
    return Coupon(f"coupon:{number}", {}, ALL, threshold, None, draw(st.integers(1, 10_000)), cap, left=left)


@st.composite
def carts(draw: st.DrawFn) -> list[Line]:
    """Lines of any currency, as a cart holds them."""
    keys = draw(st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True))
    return [line(key, draw(st.sampled_from(CURRENCIES).flatmap(money)), draw(st.integers(1, 9))) for key in keys]


@settings(max_examples=300, deadline=None)
@given(carts(), st.integers(0, 6).flatmap(lambda count: st.tuples(*(rules_in(each) for each in range(count)))),
       st.integers(0, 5_000))
def test_each_currencys_part_of_a_cart_adds_up_and_nothing_mixes(
    cart: list[Line], rules: tuple[Rule, ...], fee: int
) -> None:
    for currency in {each.unit_price.currency for each in cart}:
        part = tuple(each for each in cart if each.unit_price.currency == currency)
        quoted, zero = quote(Basket(part, currency, Money(fee, currency)), rules), Money.zero(currency)
        # Money refuses to be added to another currency's: that these sums exist says that nothing is mixed.
        assert quoted.total == quoted.subtotal - quoted.discount + quoted.shipping
        assert quoted.subtotal == sum((each.subtotal for each in part), zero)
        assert quoted.discount == -sum(chain.from_iterable(each.shares for each in quoted.adjustments), zero)
        assert quoted.tax == sum((each.tax for each in quoted.lines), quoted.shipping_tax)
        for place, each in enumerate(quoted.lines):
            assert zero <= each.total == each.subtotal - each.discount
            assert each.discount == -sum((one.shares[place] for one in quoted.adjustments), zero)
        for each in quoted.adjustments:
            assert each.amount == sum(each.shares, each.shipping) < zero
        foreign = {rule.source for rule in rules if rule.currency not in (None, currency)}
        assert {no.source for no in quoted.refused if no.reason == "other-currency"} == foreign
        assert foreign.isdisjoint(each.source for each in quoted.adjustments)
        for rule, answer in zip(rules, savings(Basket(part, currency, zero), (), rules), strict=True):
            assert isinstance(answer, Refused) if rule.source in foreign else True


def test_a_basket_of_two_currencies_is_refused() -> None:
    with pytest.raises(ValueError, match="one currency"):
        basket(line(1, Money(100, "USD")), line(2, Money(100, "JPY")), shipping=Money.zero("USD"))

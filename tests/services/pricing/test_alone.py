"""Rules that stand alone, leave products out, or are at the end of their budget."""

from dataclasses import replace

import pytest

from services.pricing.rules import Coupon, FullReduction, PercentOff, Scope, Tier
from services.pricing.service import quote
from services.pricing.types import Basket, Line, Rule
from services.shared.money import Money


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


def line(key: int, price: int, product: int = 0) -> Line:
    return Line(key, key, product or key, (1,), (), 1, cny(price), 1_300)


FIRST = Scope("product", frozenset({1}))
TENTH = PercentOff("promotion:1", {"en": "tenth"}, FIRST, 1_000)
FORTY = FullReduction("promotion:2", {"en": "forty"}, Scope(), (Tier(cny(30_000), cny(4_000)),))
TEN = Coupon("coupon:3", {"en": "ten"}, Scope(), cny(0), cny(1_000))
BASKET = Basket((line(1, 20_000), line(2, 20_000)), "CNY", cny(0))


def taken(*rules: Rule) -> dict[str, int]:
    return {each.source: -each.amount.amount for each in quote(BASKET, rules).adjustments}


def shares(*rules: Rule) -> dict[str, list[int]]:
    return {each.source: [share.amount for share in each.shares] for each in quote(BASKET, rules).adjustments}


def refused(*rules: Rule) -> dict[str, str]:
    return {each.source: each.reason for each in quote(BASKET, rules).refused}


def alone(rule: Rule) -> Rule:
    return replace(rule, alone=True)  # type: ignore[type-var]


def test_what_combines_counts_one_after_the_other() -> None:
    assert taken(TENTH, FORTY, TEN) == {"promotion:1": 2_000, "promotion:2": 4_000, "coupon:3": 1_000}


def test_goods_of_a_promotion_that_stands_alone_take_nothing_else() -> None:
    # 200 are left for the others: too little for 40 off 300, enough for the coupon.
    assert taken(alone(TENTH), FORTY, TEN) == {"promotion:1": 2_000, "coupon:3": 1_000}
    assert shares(alone(TENTH), TEN) == {"promotion:1": [-2_000, 0], "coupon:3": [0, -1_000]}


def test_a_coupon_that_stands_alone_takes_goods_that_nothing_has_reduced() -> None:
    assert shares(TENTH, alone(TEN))["coupon:3"] == [0, -1_000]
    assert refused(FORTY, alone(TEN)) == {"coupon:3": "excluded"}
    assert refused(alone(FORTY), TEN) == {"coupon:3": "excluded"}


def test_products_left_out_are_left_out() -> None:
    without = Coupon("coupon:3", {}, Scope(excluded_ids=frozenset({1})), cny(0), None, 5_000)
    assert taken(without) == {"coupon:3": 10_000}
    nothing = Coupon("coupon:3", {}, Scope("product", frozenset({1}), excluded_ids=frozenset({1})), cny(0), cny(100))
    assert refused(nothing) == {"coupon:3": "excluded"}


@pytest.mark.parametrize(("left", "amounts", "reasons"), [
    (4_000, {"promotion:2": 4_000}, {}), (3_999, {}, {"promotion:2": "gone"}), (0, {}, {"promotion:2": "gone"}),
])
def test_a_reduction_within_its_budget_or_not_at_all(
    left: int, amounts: dict[str, int], reasons: dict[str, str]
) -> None:
    rule = FullReduction("promotion:2", {}, Scope(), FORTY.tiers, left=cny(left))
    assert (taken(rule), refused(rule)) == (amounts, reasons)


def test_a_tier_beyond_the_budget_gives_way_to_the_one_below() -> None:
    tiers = (*FORTY.tiers, Tier(cny(40_000), cny(8_000)))
    assert taken(FullReduction("promotion:2", {}, Scope(), tiers, left=cny(8_000))) == {"promotion:2": 8_000}
    assert taken(FullReduction("promotion:2", {}, Scope(), tiers, left=cny(7_999))) == {"promotion:2": 4_000}


def test_percent_and_coupons_keep_to_their_budgets_too() -> None:
    assert refused(PercentOff("promotion:1", {}, Scope(), 1_000, left=cny(3_999))) == {"promotion:1": "gone"}
    assert taken(PercentOff("promotion:1", {}, Scope(), 1_000, left=cny(4_000))) == {"promotion:1": 4_000}
    assert refused(Coupon("coupon:3", {}, Scope(), cny(0), cny(1_000), left=cny(999))) == {"coupon:3": "gone"}

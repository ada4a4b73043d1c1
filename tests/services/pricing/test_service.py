"""The engine on examples with exact values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from services.pricing.rules import ALL, CATEGORY, Coupon, FullReduction, PercentOff, Scope, Tier
from services.pricing.service import quote
from services.pricing.types import Basket, Line, Miss, Name, Offer, Stage, Standing
from services.shared.money import Money

FULL = {"zh": "满减", "en": "Full reduction"}


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


def line(
    key: int, price: int, quantity: int = 1, *, categories: tuple[int, ...] = (), tags: tuple[int, ...] = (),
    tax_bp: int = 1300, kind: str = "physical",
) -> Line:
    return Line(key, key, key, categories, tags, quantity, cny(price), tax_bp, kind)


def basket(*lines: Line, shipping: int = 0) -> Basket:
    return Basket(lines, "CNY", cny(shipping))


STORE_WIDE = FullReduction(
    "promotion:1", FULL, Scope(ALL, excluded_kinds=frozenset({"digital"})),
    (Tier(cny(100_000), cny(10_000)), Tier(cny(200_000), cny(20_000)), Tier(cny(500_000), cny(60_000))),
)
NEWCOMER = Coupon("coupon:1", {"zh": "新人券"}, Scope(), cny(20_000), cny(3_000))


def test_the_worked_example_of_the_shop() -> None:
    quoted = quote(basket(line(1, 129_900), line(2, 19_900, 2)), [NEWCOMER, STORE_WIDE])
    assert quoted.subtotal == cny(169_700)
    assert [(each.source, each.amount) for each in quoted.adjustments] == [
        ("promotion:1", cny(-10_000)), ("coupon:1", cny(-3_000)),
    ]
    assert quoted.adjustments[0].shares == (cny(-7_655), cny(-2_345))
    assert quoted.adjustments[1].shares == (cny(-2_296), cny(-704))
    assert [each.total for each in quoted.lines] == [cny(119_949), cny(36_751)]
    assert (quoted.discount, quoted.shipping, quoted.total) == (cny(13_000), cny(0), cny(156_700))
    assert quoted.tax == cny(18_027)
    assert [each.tax for each in quoted.lines] == [cny(13_799), cny(4_228)]
    assert [(hint.missing, hint.saving) for hint in quoted.hints] == [(cny(30_300), cny(20_000))]


def test_a_percentage_is_rounded_once_half_up() -> None:
    quarter = PercentOff("promotion:2", {}, Scope(), 2_500)
    assert quote(basket(line(1, 1_999)), [quarter]).total == cny(1_499)
    assert quote(basket(line(1, 1_999, 3)), [quarter]).total == cny(4_497)


def test_a_coupon_larger_than_the_goods_pays_nothing_and_leaves_shipping() -> None:
    ten = Coupon("coupon:4", {}, Scope(), cny(0), cny(1_000))
    assert quote(basket(line(1, 600)), [ten]).total == cny(0)
    quoted = quote(basket(line(1, 600), shipping=800), [ten])
    assert (quoted.discount, quoted.shipping, quoted.total) == (cny(600), cny(800), cny(800))


def test_a_threshold_is_reached_at_its_cent() -> None:
    coupon = Coupon("coupon:2", {}, Scope(), cny(30_000), cny(4_000))
    short = quote(basket(line(1, 29_999)), [coupon])
    assert (short.total, short.adjustments) == (cny(29_999), ())
    assert [(no.source, no.reason, no.facts) for no in short.refused] == [
        ("coupon:2", "not-reached", {"missing": cny(1)})
    ]
    assert quote(basket(line(1, 30_000)), [coupon]).total == cny(26_000)


def test_a_percent_coupon_stops_at_its_cap() -> None:
    coupon = Coupon("coupon:3", {}, Scope(), cny(0), basis_points=2_000, cap=cny(5_000))
    assert quote(basket(line(1, 100_000)), [coupon]).total == cny(95_000)
    assert quote(basket(line(1, 10_000)), [coupon]).total == cny(8_000)
    assert quote(basket(line(1, 25_000)), [coupon]).total == cny(20_000)


def test_the_scope_decides_what_counts_and_what_pays_less() -> None:
    accessories = Coupon("coupon:3", {}, Scope(CATEGORY, frozenset({7})), cny(5_000), cny(1_000))
    other, own = line(1, 90_000, categories=(3, 1)), line(2, 6_000, categories=(9, 7, 1))
    assert [each.discount for each in quote(basket(other, own), [accessories]).lines] == [cny(0), cny(1_000)]
    assert quote(basket(other), [accessories]).refused[0].reason == "wrong-scope"


def test_digital_goods_count_for_no_full_reduction() -> None:
    quoted = quote(basket(line(1, 120_000, kind="digital")), [STORE_WIDE])
    assert (quoted.total, quoted.refused[0].reason) == (cny(120_000), "excluded")
    mixed = quote(basket(line(1, 120_000, kind="digital"), line(2, 90_000)), [STORE_WIDE])
    assert (mixed.total, mixed.refused[0].facts) == (cny(210_000), {"missing": cny(10_000)})


def test_thresholds_read_what_earlier_stages_left() -> None:
    fifth = PercentOff("promotion:2", {}, Scope(), 2_000)
    assert quote(basket(line(1, 110_000)), [fifth, STORE_WIDE]).total == cny(88_000)
    assert quote(basket(line(1, 125_000)), [fifth, STORE_WIDE]).total == cny(90_000)


def test_of_two_unit_prices_each_line_takes_the_better_one() -> None:
    everywhere = PercentOff("promotion:2", {}, Scope(), 1_000)
    phones = PercentOff("promotion:3", {}, Scope(CATEGORY, frozenset({7})), 3_000)
    quoted = quote(basket(line(1, 1_000, categories=(7,)), line(2, 1_000)), [everywhere, phones])
    assert [(each.source, each.shares) for each in quoted.adjustments] == [
        ("promotion:2", (cny(0), cny(-100))), ("promotion:3", (cny(-300), cny(0))),
    ]


def test_of_two_full_reductions_a_line_takes_part_in_one() -> None:
    phones_only = Scope(CATEGORY, frozenset({7}))
    phones = FullReduction("promotion:9", {"en": "Phones"}, phones_only, (Tier(cny(50_000), cny(4_000)),))
    everything = FullReduction("promotion:8", {}, Scope(), (Tier(cny(50_000), cny(1_000)),))
    phone, rest = line(1, 60_000, categories=(7,)), line(2, 50_000)
    quoted = quote(basket(phone, rest), [phones, STORE_WIDE])
    assert [each.source for each in quoted.adjustments] == ["promotion:1"]
    assert [(no.source, no.reason, no.facts) for no in quoted.refused] == [
        ("promotion:9", "excluded", {"by": FULL})
    ]
    both = quote(basket(phone, rest), [phones, everything])
    assert [(each.source, each.shares) for each in both.adjustments] == [
        ("promotion:9", (cny(-4_000), cny(0))), ("promotion:8", (cny(0), cny(-1_000))),
    ]


def test_one_coupon_counts_and_the_other_names_the_winner() -> None:
    small = Coupon("coupon:5", {"en": "Small"}, Scope(), cny(0), cny(500))
    quoted = quote(basket(line(1, 50_000)), [small, NEWCOMER])
    assert quoted.total == cny(47_000)
    assert [(no.source, no.reason, no.facts["by"]) for no in quoted.refused] == [
        ("coupon:5", "excluded", NEWCOMER.name)
    ]


def test_shipping_is_taxed_at_the_rates_of_the_goods_that_are_sent() -> None:
    goods, service = line(1, 11_300), line(2, 10_600, tax_bp=600, kind="service")
    quoted = quote(basket(goods, service, shipping=1_130), [])
    assert (quoted.shipping_tax, [each.tax for each in quoted.lines]) == (cny(130), [cny(1_300), cny(600)])
    assert (quoted.tax, quoted.total) == (cny(2_030), cny(23_030))
    half_and_half = quote(basket(line(1, 10_000), line(2, 10_000, tax_bp=900), shipping=2_000), [])
    assert half_and_half.shipping_tax == cny(115 + 83)


@dataclass(frozen=True)
class Surcharge:
    source: str = "surcharge:1"
    name: Name = field(default_factory=dict)
    stage: Stage = Stage.ORDER_REDUCTION
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        return Offer({each.line.key: cny(-1) for each in standing})


def test_a_rule_never_adds_to_a_price() -> None:
    with pytest.raises(ValueError, match="never adds"):
        quote(basket(line(1, 100)), [Surcharge()])


def test_what_cannot_be_priced_is_a_defect() -> None:
    with pytest.raises(ValueError, match="same source"):
        quote(basket(line(1, 100)), [NEWCOMER, NEWCOMER])
    with pytest.raises(ValueError, match="same key"):
        basket(line(1, 100), line(1, 200))
    with pytest.raises(ValueError, match="one currency"):
        Basket((line(1, 100),), "USD", Money(0, "USD"))
    with pytest.raises(ValueError, match="quantity"):
        line(1, 100, 0)


def test_a_coupon_on_what_costs_nothing_is_not_used_up() -> None:
    free = quote(basket(line(1, 0)), [Coupon("coupon:4", {}, Scope(), cny(0), cny(1_000))])
    assert (free.adjustments, free.refused[0].reason) == ((), "nothing-left")


def test_an_empty_basket_costs_nothing() -> None:
    quoted = quote(basket(), [STORE_WIDE, NEWCOMER])
    assert (quoted.total, quoted.tax, quoted.lines, quoted.adjustments) == (cny(0), cny(0), (), ())


def test_stages_come_in_the_documented_order() -> None:
    assert [stage.name for stage in Stage] == [
        "UNIT_PRICE", "MULTI_BUY", "BUNDLE", "ORDER_REDUCTION", "GIFT", "COUPON", "POINTS", "SHIPPING",
    ]

"""Kinds of promotion that the shop does not have yet, each a small rule of this test: the engine takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.pricing.rules import Coupon, FullReduction, Scope, Tier, spread, total_of
from services.pricing.service import quote
from services.pricing.types import Basket, Gift, Line, Miss, Name, Offer, Stage, Standing
from services.shared.money import Money


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


def line(key: int, price: int, quantity: int = 1) -> Line:
    return Line(key, key, key, (), (), quantity, cny(price), 1300)


def basket(*lines: Line, shipping: int = 0) -> Basket:
    return Basket(lines, "CNY", cny(shipping))


@dataclass(frozen=True)
class FlashPrice:
    """A fixed low price for a SKU; also the shape of a group buy's price."""

    sku_id: int
    price: Money
    source: str = "flash:1"
    name: Name = field(default_factory=lambda: {"en": "Flash sale"})
    stage: Stage = Stage.UNIT_PRICE
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        mine = [each.line for each in standing if each.line.sku_id == self.sku_id]
        dearer = [line for line in mine if line.unit_price > self.price]
        off = {line.key: (line.unit_price - self.price) * line.quantity for line in dearer}
        return Offer(off) if off else Miss("wrong-scope")


@dataclass(frozen=True)
class MemberPrice:
    basis_points: int
    source: str = "level:gold"
    name: Name = field(default_factory=lambda: {"en": "Gold price"})
    stage: Stage = Stage.UNIT_PRICE
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        return Offer({
            each.line.key: each.line.unit_price.share(self.basis_points) * each.line.quantity for each in standing
        })


@dataclass(frozen=True)
class ThreeForTwo:
    """Of every three pieces the cheapest is free."""

    source: str = "multi:1"
    name: Name = field(default_factory=lambda: {"en": "3 for 2"})
    stage: Stage = Stage.MULTI_BUY
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        pieces = sorted(
            (each.total.amount // each.line.quantity, each.line.key)
            for each in standing for _ in range(each.line.quantity)
        )
        free = pieces[:len(pieces) // 3]
        if not free:
            return Miss("not-reached")
        off = {key: cny(sum(price for price, of in free if of == key)) for _, key in free}
        return Offer(off, took_part=frozenset(key for _, key in pieces))


@dataclass(frozen=True)
class Bundle:
    """Two SKUs together for one price."""

    sku_ids: frozenset[int]
    price: Money
    source: str = "bundle:1"
    name: Name = field(default_factory=lambda: {"en": "Air set"})
    stage: Stage = Stage.BUNDLE
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        parts = [each for each in standing if each.line.sku_id in self.sku_ids]
        if len(parts) < len(self.sku_ids):
            return Miss("not-reached")
        return Offer(spread(total_of(parts, "CNY") - self.price, parts))


@dataclass(frozen=True)
class GiftFrom:
    threshold: Money
    sku_id: int
    source: str = "gift:1"
    name: Name = field(default_factory=lambda: {"en": "A power bank for you"})
    stage: Stage = Stage.GIFT
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        missing = self.threshold - total_of(standing, "CNY")
        return Miss("not-reached", {"missing": missing}) if missing > cny(0) else Offer(gifts=(Gift(self.sku_id, 1),))


@dataclass(frozen=True)
class Points:
    """100 points are ¥1, up to half of what is left."""

    points: int
    source: str = "points"
    name: Name = field(default_factory=lambda: {"en": "Points"})
    stage: Stage = Stage.POINTS
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        return Offer(spread(min(cny(self.points), total_of(standing, "CNY").share(5_000)), standing))


@dataclass(frozen=True)
class FreeShippingFrom:
    threshold: Money
    source: str = "shipping:1"
    name: Name = field(default_factory=lambda: {"en": "Free delivery"})
    stage: Stage = Stage.SHIPPING
    currency: str | None = None

    def offer(self, standing: Sequence[Standing], shipping: Money) -> Offer | Miss:
        if total_of(standing, "CNY") < self.threshold:
            return Miss("not-reached")
        return Offer(shipping=shipping)


FULL = FullReduction("promotion:1", {}, Scope(), (Tier(cny(100_000), cny(10_000)),))
NEWCOMER = Coupon("coupon:1", {}, Scope(), cny(20_000), cny(3_000))


def test_the_worked_example_with_points() -> None:
    quoted = quote(basket(line(1, 129_900), line(2, 19_900, 2)), [Points(500), NEWCOMER, FULL])
    assert [each.amount for each in quoted.adjustments] == [cny(-10_000), cny(-3_000), cny(-500)]
    assert (quoted.total, quoted.tax) == (cny(156_200), cny(17_970))


def test_a_flash_price_beats_a_member_price_and_never_adds_to_it() -> None:
    quoted = quote(basket(line(1, 59_900, 2), line(2, 10_000)), [MemberPrice(400), FlashPrice(1, cny(39_900))])
    assert [(each.source, each.shares) for each in quoted.adjustments] == [
        ("flash:1", (cny(-40_000), cny(0))), ("level:gold", (cny(0), cny(-400))),
    ]


def test_of_three_pieces_the_cheapest_is_free_and_then_the_order_is_reduced() -> None:
    quoted = quote(basket(line(1, 50_000, 2), line(2, 30_000), line(3, 20_000)), [ThreeForTwo(), FULL])
    assert [(each.source, each.shares) for each in quoted.adjustments] == [
        ("multi:1", (cny(0), cny(0), cny(-20_000))), ("promotion:1", (cny(-7_692), cny(-2_308), cny(0))),
    ]


def test_a_bundle_comes_before_the_full_reduction() -> None:
    goods = basket(line(1, 129_900), line(2, 39_900), line(3, 5_000))
    quoted = quote(goods, [FULL, Bundle(frozenset({1, 2}), cny(149_900))])
    assert [(each.source, each.amount) for each in quoted.adjustments] == [
        ("bundle:1", cny(-19_900)), ("promotion:1", cny(-10_000)),
    ]
    assert quoted.total == cny(144_900)


def test_a_line_used_up_by_one_bundle_is_in_no_other() -> None:
    small, large = Bundle(frozenset({1, 2}), cny(9_000)), Bundle(frozenset({2, 3}), cny(5_000), source="bundle:2")
    quoted = quote(basket(line(1, 5_000), line(2, 5_000), line(3, 5_000)), [small, large])
    assert [(each.source, each.amount) for each in quoted.adjustments] == [("bundle:2", cny(-5_000))]
    assert [(no.source, no.reason) for no in quoted.refused] == [("bundle:1", "excluded")]


def test_a_gift_costs_nothing_and_is_named() -> None:
    quoted = quote(basket(line(1, 299_900)), [GiftFrom(cny(299_900), 77)])
    assert (quoted.total, quoted.gifts) == (cny(299_900), (Gift(77, 1),))
    short = quote(basket(line(1, 299_899)), [GiftFrom(cny(299_900), 77)])
    assert (short.gifts, short.refused[0].facts) == ((), {"missing": cny(1)})


def test_shipping_falls_away_by_what_is_left_after_all_discounts() -> None:
    rules = [NEWCOMER, FreeShippingFrom(cny(50_000))]
    reached = quote(basket(line(1, 53_000), shipping=800), rules)
    assert (reached.shipping, reached.total, reached.discount) == (cny(0), cny(50_000), cny(3_000))
    assert [(each.amount, each.shipping) for each in reached.adjustments] == [
        (cny(-3_000), cny(0)), (cny(-800), cny(-800)),
    ]
    short = quote(basket(line(1, 52_999), shipping=800), rules)
    assert (short.shipping, short.total) == (cny(800), cny(50_799))

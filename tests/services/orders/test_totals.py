"""Whatever is in the cart: the parts of an order add up to its total, to the minor unit."""

from hypothesis import given
from hypothesis import strategies as st

from services.catalog.types import SkuFacts
from services.delivery.types import DeliveryOption
from services.orders.assembly import Destination, Goods, assemble
from services.pricing.rules import Coupon, FullReduction, PercentOff, Scope, Tier
from services.shared.money import Money

NAME = {"zh": "商品", "en": "Goods"}


def cny(amount: int) -> Money:
    return Money(amount, "CNY")


def sku(sku_id: int, price: int, tax_bp: int) -> SkuFacts:
    return SkuFacts(
        sku_id=sku_id, product_id=sku_id, sku_code=f"S{sku_id}", product_name=NAME, options=(), price=cny(price),
        list_price=None, on_sale=True, kind="physical", category_ids=(1,), tag_ids=(), tax_bp=tax_bp, weight_g=100,
        picture_key="", most_per_order=None,
    )


lines = st.lists(
    st.tuples(st.integers(0, 2_000_000), st.integers(1, 99), st.sampled_from([0, 600, 1300])), min_size=1, max_size=8
)


@given(lines, st.integers(0, 20_000), st.integers(0, 9_999), st.integers(1, 500_000), st.integers(1, 300_000))
def test_lines_less_discounts_and_shipping_are_the_total(
    bought: list[tuple[int, int, int]], fee: int, percent: int, threshold: int, reduction: int
) -> None:
    sold = tuple(sku(number, price, tax) for number, (price, _, tax) in enumerate(bought, 1))
    wanted = {number: quantity for number, (_, quantity, _) in enumerate(bought, 1)}
    goods = Goods(wanted, {each.sku_id: each for each in sold}, sold, "CNY")
    way = DeliveryOption("standard", NAME, cny(fee), (1, 2))
    rules = (
        PercentOff("promotion:1", NAME, Scope(), percent),
        FullReduction("promotion:2", NAME, Scope(), (Tier(cny(threshold), cny(reduction)),)),
    )
    coupon = (9, Coupon("coupon:3", NAME, Scope(), cny(0), cny(reduction)))
    now = assemble(goods, Destination(True, None, (way,), way), rules, coupon, None, lambda *_: ("sandbox",))
    quoted = now.quote
    assert quoted.total == quoted.subtotal - quoted.discount + quoted.shipping
    assert quoted.subtotal == goods.subtotal
    assert sum(line.total.amount for line in quoted.lines) + quoted.shipping.amount == quoted.total.amount
    assert -sum(each.amount.amount - each.shipping.amount for each in quoted.adjustments) == quoted.discount.amount
    for index, line in enumerate(quoted.lines):
        assert line.discount.amount == -sum(each.shares[index].amount for each in quoted.adjustments)
        assert line.total.amount >= 0
    assert (now.method == "free") == (quoted.total.amount == 0)

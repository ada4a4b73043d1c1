"""What promotions and coupons brought is counted from the orders themselves, and equals the hand sum."""

import pytest
from sqlalchemy import update

from services.catalog.costs import costs
from services.orders import offers, steps
from services.orders.models import OrderLineRow
from services.orders.offers import NOTHING, Brought
from services.shared.actors import SYSTEM
from services.shared.db import Store
from services.shared.errors import NotAllowed
from tests.services.orders import shop
from tests.services.orders.test_budgets import put_reduction
from tests.services.orders.test_races import crowd
from tests.services.promotions.counter import put_goods
from tests.services.staff.roster import staff_actor

LINES = OrderLineRow.__table__


async def test_numbers_equal_the_orders(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    promotion = await any_store.write(put_reduction, None)
    coupon = await any_store.write(shop.put_coupon)
    first, second, third = await crowd(any_store, 3)
    await shop.give_coupon(any_store, first, coupon)
    # 1,299 + 199 − 300 − 30; 1,299 − 300; 199.
    await shop.carry(any_store, first, (stall.skus["P3"], 1), (stall.skus["F1"], 1))
    await shop.order_from_cart(any_store, first)
    await shop.order_now(any_store, second, stall.skus["P3"])
    await shop.order_now(any_store, third, stall.skus["F1"])
    cancelled = await shop.order_now(any_store, third, stall.skus["P3"])
    await any_store.write(steps.cancel, cancelled.order_id, third, "customer")
    sources = [f"promotion:{promotion}", f"coupon:{coupon}", "coupon:99"]
    assert await any_store.read(offers.brought, SYSTEM, dict.fromkeys(sources, "CNY")) == {
        sources[0]: Brought(2, 60_000, 116_800 + 99_900), sources[1]: Brought(1, 3_000, 116_800), sources[2]: NOTHING,
    }
    assert await any_store.read(offers.pieces, SYSTEM, sources[0], "CNY") == {stall.skus["P3"]: 2, stall.skus["F1"]: 1}


async def test_pieces_that_went_back_are_no_sales(any_store: Store) -> None:
    stall, actor = await shop.open_shop(any_store), await shop.buyer(any_store)
    promotion = await any_store.write(put_reduction, None)
    placed = await shop.order_now(any_store, actor, stall.skus["P3"], 3)
    one_back = update(LINES).where(LINES.c.order_id == placed.order_id).values(given_back=1)
    await any_store.write(lambda tx: tx.changed(one_back))
    source = f"promotion:{promotion}"
    # Three at 1,299 less 300 are 3,597; one of them was 1,199.
    assert await any_store.read(offers.brought, SYSTEM, {source: "CNY"}) == {
        source: Brought(1, 30_000, 359_700 - 119_900)}
    assert await any_store.read(offers.pieces, SYSTEM, source, "CNY") == {stall.skus["P3"]: 2}


async def test_a_margin_is_what_is_left_after_todays_costs(store: Store) -> None:
    dear, cheap = await store.write(put_goods, "A", 20_000, 12_000), await store.write(put_goods, "B", 5_000, 1_000)
    unknown = await store.write(put_goods, "C", 5_000)
    known = await store.read(costs, [dear, cheap, unknown])
    assert offers.margin(shop.yuan(400), {dear: 1, cheap: 2}, known) == shop.yuan(400 - 120 - 20)
    assert offers.margin(shop.yuan(100), {dear: 1}, known) == shop.yuan(-20)
    assert offers.margin(shop.yuan(400), {dear: 1, unknown: 1}, known) is None


async def test_who_may_not_see_promotions_learns_nothing_of_them(store: Store) -> None:
    products = staff_actor("products")
    with pytest.raises(NotAllowed):
        await store.read(offers.brought, products, {"coupon:1": "CNY"})
    with pytest.raises(NotAllowed):
        await store.read(offers.pieces, products, "coupon:1", "CNY")

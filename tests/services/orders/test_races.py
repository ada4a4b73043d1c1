"""Many buyers at once: what there is one of is sold once, and who was too late leaves no trace."""

import asyncio
from collections import Counter

import pytest

from services.inventory.errors import OutOfStock
from services.orders import checkout, service
from services.orders.errors import CheckoutChanged
from services.orders.types import CheckoutView, Placed
from services.promotions.errors import CouponGone
from services.shared.actors import Actor
from services.shared.db import Store
from services.shared.errors import Refusal
from tests.services.orders import rows, shop


async def crowd(store: Store, size: int) -> list[Actor]:
    return [await shop.buyer(store, 5000 + number) for number in range(size)]


async def all_look(store: Store, actors: list[Actor], sku_id: int, quantity: int) -> list[CheckoutView]:
    views = []
    for actor in actors:
        checkout_id = await store.write(checkout.open_buy_now, actor, sku_id, quantity)
        views.append(await shop.look(store, actor, checkout_id))
    return views


async def all_submit(store: Store, actors: list[Actor], views: list[CheckoutView]) -> list[Placed | BaseException]:
    # Connections are opened beforehand, so that all start at the same moment.
    await asyncio.gather(*(store.read(rows.traces) for _ in range(8)))
    tries = (shop.submit(store, actor, view) for actor, view in zip(actors, views, strict=True))
    return await asyncio.gather(*tries, return_exceptions=True)


def tally(results: list[Placed | BaseException]) -> Counter[type]:
    return Counter(type(result) for result in results)


async def test_the_last_unit_goes_to_one_of_twenty(any_store: Store) -> None:
    await shop.open_shop(any_store)
    sku_id = await any_store.write(shop.put_product, "LAST", shop.yuan(500), 1)
    actors = await crowd(any_store, 20)
    results = await all_submit(any_store, actors, await all_look(any_store, actors, sku_id, 1))
    assert tally(results) == {Placed: 1, OutOfStock: 19}
    assert await any_store.read(rows.traces) == {
        "orders": 1, "lines": 1, "history": 1, "reservations": 1, "uses": 0, "jobs": 1
    }
    assert await any_store.read(rows.stock, sku_id) == (1, 1)


async def test_ten_units_make_three_orders_of_three(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actors = await crowd(any_store, 10)
    results = await all_submit(any_store, actors, await all_look(any_store, actors, stall.skus["P3"], 3))
    assert tally(results) == {Placed: 3, OutOfStock: 7}
    assert await any_store.read(rows.stock, stall.skus["P3"]) == (10, 9)


async def test_five_submits_at_once_are_one_order(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    view = (await all_look(any_store, [actor], stall.skus["P3"], 1))[0]
    results = await all_submit(any_store, [actor] * 5, [view] * 5)
    assert tally(results) == {Placed: 5}
    assert len({result.number for result in results if isinstance(result, Placed)}) == 1
    assert await any_store.read(rows.traces) == {
        "orders": 1, "lines": 1, "history": 1, "reservations": 1, "uses": 0, "jobs": 1
    }
    assert await any_store.read(rows.stock, stall.skus["P3"]) == (10, 1)


async def test_a_coupon_for_three_serves_three_of_twelve(any_store: Store) -> None:
    """They buy four different things, so that nothing but the coupon stands between them."""
    await shop.open_shop(any_store)
    skus = [await any_store.write(shop.put_product, f"MANY{number}", shop.yuan(500), 100) for number in range(4)]
    coupon_id = await any_store.write(shop.put_coupon, limit_uses=3)
    actors, views = await crowd(any_store, 12), []
    for number, actor in enumerate(actors):
        await shop.give_coupon(any_store, actor, coupon_id)
        views += await all_look(any_store, [actor], skus[number % 4], 1)
    assert {view.total for view in views} == {shop.yuan(470)}
    results = await all_submit(any_store, actors, views)
    assert tally(results) == {Placed: 3, CouponGone: 9}
    assert await any_store.read(rows.coupon_uses, coupon_id) == (3, 3)
    assert (await any_store.read(rows.traces))["orders"] == 3


async def test_one_claim_serves_one_of_two_orders_placed_at_once(any_store: Store) -> None:
    """The cart and a purchase beside it, of different goods, with the only coupon that the person has."""
    stall = await shop.open_shop(any_store)
    coupon_id = await any_store.write(shop.put_coupon)
    actor = await shop.buyer(any_store)
    await shop.give_coupon(any_store, actor, coupon_id)
    await shop.carry(any_store, actor, (stall.skus["F1"], 1))
    views = await all_look(any_store, [actor], stall.skus["P3"], 1)
    views.append(await shop.look(any_store, actor, await any_store.write(checkout.open_cart, actor)))
    assert [view.discount for view in views] == [shop.yuan(30), shop.yuan(30)]
    results = await all_submit(any_store, [actor] * 2, views)
    assert tally(results) == {Placed: 1, CouponGone: 1}
    assert await any_store.read(rows.coupon_uses, coupon_id) == (1, 1)


async def test_eight_purchases_at_once_of_one_person_use_their_coupon_once(any_store: Store) -> None:
    """Eight times at once the same person opens, looks and submits."""
    await shop.open_shop(any_store)
    sku_id = await any_store.write(shop.put_product, "MANY", shop.yuan(500), 100)
    coupon_id = await any_store.write(shop.put_coupon)
    actor = await shop.buyer(any_store)
    await shop.give_coupon(any_store, actor, coupon_id)

    async def buy() -> Placed | None:
        try:
            return await shop.order_now(any_store, actor, sku_id)
        except Refusal:
            return None

    results = await asyncio.gather(*(buy() for _ in range(8)))
    placed = {result.order_id for result in results if result is not None}
    orders = [await any_store.read(service.get, actor, order_id) for order_id in placed]
    assert [order.total for order in orders if order.claim_id is not None] == [shop.yuan(470)]
    assert await any_store.read(rows.coupon_uses, coupon_id) == (1, 1)


async def test_forty_orders_have_forty_numbers(store: Store) -> None:
    await shop.open_shop(store)
    sku_id = await store.write(shop.put_product, "MANY", shop.yuan(500), 1000)
    actors = await crowd(store, 20)
    for _ in range(2):
        results = await all_submit(store, actors, await all_look(store, actors, sku_id, 1))
        assert tally(results) == {Placed: 20}
    assert len(set(await store.read(rows.numbers))) == 40


async def test_a_cart_with_two_sizes_of_crowd_never_deadlocks(any_store: Store) -> None:
    """Everybody wants the same two SKUs, in either order of putting them into the cart."""
    stall = await shop.open_shop(any_store)
    pair = (stall.skus["P3"], stall.skus["F1"])
    actors = await crowd(any_store, 12)
    views = []
    for number, actor in enumerate(actors):
        order = pair if number % 2 else pair[::-1]
        await shop.carry(any_store, actor, *((sku_id, 1) for sku_id in order))
        views.append(await shop.look(any_store, actor, await any_store.write(checkout.open_cart, actor)))
    results = await all_submit(any_store, actors, views)
    assert tally(results) == {Placed: 10, OutOfStock: 2}
    assert [await any_store.read(rows.stock, sku_id) for sku_id in pair] == [(10, 10), (10, 10)]


async def test_a_price_that_rises_between_look_and_submit_is_never_charged(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    view = (await all_look(any_store, [actor], stall.skus["P3"], 1))[0]
    await any_store.write(shop.put_product, "P3", shop.yuan(1399), 10)
    with pytest.raises(CheckoutChanged):
        await shop.submit(any_store, actor, view)
    assert (await any_store.read(rows.traces))["orders"] == 0

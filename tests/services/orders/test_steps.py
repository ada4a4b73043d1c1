"""An order's life after it was placed: money, time running out, shipping, and the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cart import service as cart
from services.inventory.errors import OutOfStock
from services.orders import arcs, service, steps
from services.orders.errors import AlreadyClaimed, WrongState
from services.orders.types import Order, Reordered, Terms
from services.shared.actors import SYSTEM, Actor, staff
from services.shared.db import Store
from tests.services.orders import rows, shop
from tests.services.orders.shop import Stall, yuan

WANG = staff(42, "小王", frozenset({"*"}))


async def placed(store: Store, code: str = "P3", quantity: int = 1) -> tuple[Stall, Actor, int]:
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    return stall, actor, (await shop.order_now(store, actor, stall.skus[code], quantity)).order_id


async def now(store: Store, actor: Actor, order_id: int) -> Order:
    return await store.read(service.get, actor, order_id)


def walked(order: Order) -> list[tuple[str, str | None, str]]:
    return [(entry.machine, entry.old, entry.new) for entry in order.history]


async def test_full_payment_keeps_the_goods_and_is_told_once(any_store: Store) -> None:
    stall, actor, order_id = await placed(any_store)
    assert await any_store.write(steps.mark_paid, order_id, SYSTEM, yuan(1299)) == "paid"
    order = await now(any_store, actor, order_id)
    assert (order.payment, order.paid, order.due, order.expires_at) == ("paid", yuan(1299), yuan(0), None)
    assert order.paid_at == any_store.clock.now()
    assert walked(order) == [("order", None, "placed"), ("payment", "unpaid", "paid")]
    any_store.clock.move(24 * 3600)  # type: ignore[attr-defined]
    assert await any_store.read(service.due_to_expire, 0, 10) == ()
    assert await any_store.read(rows.stock, stall.skus["P3"]) == (10, 1)
    assert await any_store.read(rows.jobs, "orders.paid") == [order_id]


async def test_a_part_of_the_price_stops_the_clock_and_tells_nobody(any_store: Store) -> None:
    _, actor, order_id = await placed(any_store)
    assert await any_store.write(steps.mark_paid, order_id, SYSTEM, yuan(1000)) == "partly_paid"
    order = await now(any_store, actor, order_id)
    assert (order.due, order.expires_at, order.paid_at) == (yuan(299), None, None)
    assert await any_store.read(rows.jobs, "orders.paid") == []
    assert await any_store.write(steps.mark_paid, order_id, SYSTEM, yuan(299)) == "paid"
    assert await any_store.read(rows.jobs, "orders.paid") == [order_id]


async def test_only_unpaid_orders_past_their_time_expire(any_store: Store) -> None:
    """One order of every kind; each is named by what became of it."""
    stall, actor, late = await placed(any_store)
    paid, partly, cash, confirmed, early = [
        (await shop.order_now(any_store, actor, stall.skus["S4"])).order_id for _ in range(5)
    ]
    await any_store.write(steps.mark_paid, paid, SYSTEM, yuan(59))
    await any_store.write(steps.mark_paid, partly, SYSTEM, yuan(10))
    await any_store.write(steps.set_method, cash, "cash_on_delivery", shop.TERMS)
    await any_store.write(steps.mark_paid, confirmed, SYSTEM, yuan(59))
    await any_store.write(steps.confirm, confirmed, WANG)
    await any_store.write(steps.set_method, early, "bank_transfer", shop.TERMS)
    any_store.clock.move(15 * 60 - 1)  # type: ignore[attr-defined]
    assert await any_store.read(service.due_to_expire, 0, 10) == ()
    any_store.clock.move(1)  # type: ignore[attr-defined]
    assert await any_store.read(service.due_to_expire, 0, 10) == (late,)
    done = [await any_store.write(service.expire, order_id)
            for order_id in (late, paid, partly, cash, confirmed, early, late)]
    assert done == [True, False, False, False, False, False, False]
    order = await now(any_store, actor, late)
    assert (order.state, order.cancel_reason) == ("cancelled", "expired")
    assert await any_store.read(rows.stock, stall.skus["P3"]) == (10, 0)
    assert await any_store.read(rows.stock, stall.skus["S4"]) == (10, 5)
    assert await any_store.read(rows.jobs, "orders.cancelled") == [late]
    any_store.clock.move(24 * 3600)  # type: ignore[attr-defined]
    assert await any_store.read(service.due_to_expire, 0, 10) == (early,)


async def test_cancelling_gives_stock_and_coupon_back_once(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    coupon_id = await any_store.write(shop.put_coupon)
    await shop.give_coupon(any_store, actor, coupon_id)
    order_id = (await shop.order_now(any_store, actor, stall.skus["P3"])).order_id
    assert await any_store.read(rows.coupon_uses, coupon_id) == (1, 1)
    await any_store.write(service.cancel_unpaid, actor, order_id)
    with pytest.raises(WrongState):
        await any_store.write(service.cancel_unpaid, actor, order_id)
    assert await any_store.read(rows.coupon_uses, coupon_id) == (0, 0)
    assert await any_store.read(rows.stock, stall.skus["P3"]) == (10, 0)
    again = await shop.order_now(any_store, actor, stall.skus["P3"])
    assert again.total == yuan(1269)


async def test_a_late_payment_revives_an_order_with_its_goods_and_coupon(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    coupon_id = await any_store.write(shop.put_coupon)
    await shop.give_coupon(any_store, actor, coupon_id)
    order_id = (await shop.order_now(any_store, actor, stall.skus["P3"])).order_id
    any_store.clock.move(1000)  # type: ignore[attr-defined]
    await any_store.write(service.expire, order_id)
    await any_store.write(steps.revive, order_id, SYSTEM)
    await any_store.write(steps.mark_paid, order_id, SYSTEM, yuan(1269))
    order = await now(any_store, actor, order_id)
    assert (order.state, order.payment, order.cancel_reason) == ("placed", "paid", None)
    assert await any_store.read(rows.stock, stall.skus["P3"]) == (10, 1)
    assert await any_store.read(rows.coupon_uses, coupon_id) == (1, 1)
    for machine, old, new in walked(order)[1:]:
        assert old is not None and arcs.allowed(machine, old, new)


async def test_an_order_whose_goods_are_gone_is_not_revived(any_store: Store) -> None:
    stall, actor, order_id = await placed(any_store, quantity=9)
    any_store.clock.move(1000)  # type: ignore[attr-defined]
    await any_store.write(service.expire, order_id)
    await shop.order_now(any_store, await shop.buyer(any_store, 2002), stall.skus["P3"], 2)
    with pytest.raises(OutOfStock):
        await any_store.write(steps.revive, order_id, SYSTEM)
    assert (await now(any_store, actor, order_id)).state == "cancelled"


async def test_the_way_from_payment_to_the_end(any_store: Store) -> None:
    _, actor, order_id = await placed(any_store)
    for step in (steps.confirm, steps.complete):
        with pytest.raises(WrongState):
            await any_store.write(step, order_id, WANG)
    await any_store.write(steps.mark_paid, order_id, SYSTEM, yuan(1299))
    await any_store.write(steps.claim, order_id, WANG)
    await any_store.write(steps.confirm, order_id, WANG)
    with pytest.raises(WrongState):
        await any_store.write(service.confirm_receipt, actor, order_id)
    await any_store.write(steps.set_fulfilment, order_id, WANG, "shipped")
    assert not await any_store.write(steps.cancel, order_id, WANG, "staff")
    await any_store.write(service.confirm_receipt, actor, order_id)
    order = await now(any_store, actor, order_id)
    assert walked(order) == [
        ("order", None, "placed"), ("payment", "unpaid", "paid"), ("claim", None, "小王"),
        ("order", "placed", "confirmed"), ("fulfilment", "unfulfilled", "shipped"),
        ("fulfilment", "shipped", "delivered"), ("order", "confirmed", "completed"),
    ]
    assert await any_store.read(rows.jobs, "orders.card") == [order_id] * 7
    assert await any_store.read(rows.jobs, "orders.completed") == [order_id]


async def test_one_of_two_who_take_an_order_has_it(any_store: Store) -> None:
    _, _, order_id = await placed(any_store)
    await any_store.write(steps.claim, order_id, WANG)
    with pytest.raises(AlreadyClaimed) as error:
        await any_store.write(steps.claim, order_id, staff(43, "小李", frozenset({"*"})))
    assert error.value.facts == {"name": "小王", "own": False}


async def test_ordering_again_takes_what_is_on_sale_and_names_the_rest(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    actor = await shop.buyer(any_store)
    await shop.carry(any_store, actor, (stall.skus["P3"], 2), (stall.skus["F1"], 10))
    order_id = (await shop.order_from_cart(any_store, actor)).order_id
    done = await any_store.write(service.reorder, actor, order_id)
    assert done == Reordered(1, ({"zh": "F1 商品", "en": "F1 goods"},))
    assert await any_store.read(cart.chosen, actor) == ((stall.skus["P3"], 2),)


def test_terms_hold_goods_as_long_as_the_way_to_pay_needs() -> None:
    moment = shop.LONG_AGO
    terms = Terms(zone="UTC")
    waits = {method: terms.expiry(method, moment) for method in ("sandbox", "bank_transfer", "free")}
    assert [until and (until - moment).total_seconds() for until in waits.values()] == [900, 86_400, None]


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_payment_state_can_be_left_for_every_later_one(total: int, paid: int, more: int) -> None:
    """Money that comes in, or goes back, moves the payment along an arc or leaves it."""
    before = arcs.payment_state(total, paid, 0)
    for after in (arcs.payment_state(total, paid + more, 0), arcs.payment_state(total, paid, min(paid, more))):
        assert after == before or arcs.allowed("payment", before, after)

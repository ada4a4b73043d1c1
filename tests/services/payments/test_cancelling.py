"""Calling an order off: the goods, the coupon and all money go back, once, and only before it has left the shop."""

import asyncio

import pytest

from services.inventory import service as inventory
from services.orders import arcs, standing, steps
from services.orders import service as orders
from services.orders.errors import WrongState
from services.orders.types import BANK_TRANSFER
from services.payments import by_hand, checking, repository
from services.payments.cancelling import cancel_order
from services.payments.events import apply_event
from services.shared.actors import SYSTEM, Actor, staff
from services.shared.db import Store
from services.shared.errors import NotAllowed, NotFound
from services.staff.types import ORDER_DESK, ORDERS_CANCEL
from tests.services.orders import shop
from tests.services.orders.shop import yuan
from tests.services.payments import money
from tests.services.payments.money import DESK, RecordingProvider, Sale


async def cancel(sale: Sale, actor: Actor | None = None, reason: str = "customer") -> None:
    await sale.store.write(cancel_order, actor or sale.actor, sale.order_id, reason)


async def free(sale: Sale) -> int:
    return (await sale.store.read(inventory.available, [sale.sku_id]))[sale.sku_id]


async def test_an_unpaid_order_gives_its_goods_back_and_closes_its_attempt(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    assert await free(sale) == 8
    await cancel(sale)
    assert await money.standing_of(sale) == ("cancelled", "unpaid", 0, 0)
    assert (await any_store.read(standing.read, sale.order_id)).cancel_reason == "customer"
    assert await free(sale) == 10
    assert await any_store.read(money.tried, sale.order_id) == [("sandbox", 39800, "closed")]
    assert await any_store.read(money.jobs, "payments.close") == [{"attempt_id": sale.attempt.id}]
    assert await any_store.read(money.jobs, "orders.cancelled") == [{"order_id": sale.order_id}]
    assert await money.refunds(sale) == []
    assert await any_store.read(checking.violations) == []


async def test_a_paid_order_gives_goods_and_money_back(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    await any_store.write(apply_event, money.event(sale.attempt))
    await cancel(sale, DESK, "staff")
    assert (await any_store.read(standing.read, sale.order_id)).cancel_reason == "staff"
    assert await money.standing_of(sale) == ("cancelled", "paid", 39800, 0)
    assert await money.refunds(sale) == [(39800, "cancelled", "requested")]
    assert len(await any_store.read(money.jobs, "payments.refund")) == 1
    assert await free(sale) == 10
    assert await any_store.read(checking.violations) == []


async def test_money_that_came_two_ways_goes_back_two_ways(store: Store) -> None:
    bank = RecordingProvider(BANK_TRANSFER, online=False)
    sale = await money.open_sale(store, provider=bank)
    slip = await store.write(by_hand.send_slip, sale.actor, sale.order_id, "file", "picture", False)
    await store.write(by_hand.confirm_transfer, DESK, slip.id, yuan(100))
    rest = await money.start(store, RecordingProvider(), sale.actor, sale.order_id)
    await store.write(apply_event, money.event(rest))
    await cancel(sale)
    given = await store.read(repository.refunds, sale.order_id)
    assert [(each.attempt.provider, each.amount) for each in given] == [
        (BANK_TRANSFER, yuan(100)), ("sandbox", yuan(298))]
    assert await store.read(checking.violations) == []


async def test_a_coupon_goes_back_too(store: Store) -> None:
    stall = await shop.open_shop(store)
    actor = await shop.buyer(store)
    await shop.give_coupon(store, actor, await store.write(shop.put_coupon))
    for _ in range(2):
        placed = await shop.order_now(store, actor, stall.skus["F1"])
        assert (await store.read(standing.read, placed.order_id)).total == yuan(169)
        await store.write(cancel_order, actor, placed.order_id)


@pytest.mark.parametrize("gone", [arcs.PARTLY_SHIPPED, arcs.SHIPPED, arcs.DELIVERED])
async def test_what_has_left_the_shop_is_not_called_off(store: Store, gone: str) -> None:
    sale = await money.open_sale(store)
    await store.write(apply_event, money.event(sale.attempt))
    await store.write(steps.set_fulfilment, sale.order_id, DESK, gone)
    for actor in (sale.actor, DESK, SYSTEM):
        with pytest.raises(WrongState):
            await cancel(sale, actor)
    assert await money.standing_of(sale) == ("placed", "paid", 39800, 0)
    assert (await money.refunds(sale), await free(sale)) == ([], 8)


async def test_another_s_order_does_not_exist(store: Store) -> None:
    sale = await money.open_sale(store)
    stranger = await shop.buyer(store, 2002)
    with pytest.raises(NotFound):
        await cancel(sale, stranger)
    with pytest.raises(NotFound):
        await store.write(cancel_order, sale.actor, sale.order_id + 1)
    assert await money.standing_of(sale) == ("placed", "unpaid", 0, 0)


async def test_staff_need_the_permission(store: Store) -> None:
    sale = await money.open_sale(store)
    with pytest.raises(NotAllowed) as refused:
        await cancel(sale, staff(44, "Zoe", ORDER_DESK - {ORDERS_CANCEL}))
    assert refused.value.facts == {"permission": "orders.cancel"}
    assert await money.standing_of(sale) == ("placed", "unpaid", 0, 0)


async def test_of_two_who_cancel_at_once_one_gives_the_money_back(any_store: Store) -> None:
    sale = await money.open_sale(any_store)
    await any_store.write(apply_event, money.event(sale.attempt))
    results = await asyncio.gather(cancel(sale), cancel(sale, DESK, "staff"), return_exceptions=True)
    assert [type(each) for each in results if each is not None] == [WrongState]
    assert await money.refunds(sale) == [(39800, "cancelled", "requested")]
    assert await free(sale) == 10
    assert await any_store.read(money.waiting, "orders.cancelled") == 1


async def test_without_its_guard_a_second_cancel_would_call_it_off_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = await money.open_sale(store)
    await cancel(sale)
    monkeypatch.setattr(arcs, "sources", lambda machine, new: tuple(arcs.ARCS[machine]))
    await cancel(sale)
    assert await store.read(money.waiting, "orders.cancelled") == 2


@pytest.mark.parametrize("notice_first", [True, False])
async def test_a_payment_at_the_same_moment_always_goes_back(any_store: Store, notice_first: bool) -> None:
    sale = await money.open_sale(any_store)
    both = [any_store.write(apply_event, money.event(sale.attempt)), cancel(sale)]
    await asyncio.gather(*(both if notice_first else reversed(both)))
    assert (await money.standing_of(sale))[0::2] == ("cancelled", 39800)
    ((amount, reason, status),) = await money.refunds(sale)
    assert (amount, reason in ("cancelled", "late"), status) == (39800, True, "requested")
    assert await free(sale) == 10
    assert await any_store.read(checking.violations) == []


async def test_what_was_called_off_is_not_brought_back_by_money(store: Store) -> None:
    sale = await money.open_sale(store)
    await cancel(sale)
    assert (await store.write(apply_event, money.event(sale.attempt))).word == "refunded-late"
    assert await money.refunds(sale) == [(39800, "late", "requested")]
    assert not await store.write(orders.expire, sale.order_id)
    assert await free(sale) == 10
    assert await store.read(checking.violations) == []

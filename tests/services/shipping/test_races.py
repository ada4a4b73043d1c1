from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from services.orders.errors import AlreadyClaimed, WrongState
from services.shared.db import Store
from services.shipping import desk, service
from services.shipping.errors import AlreadyDone
from tests.services.payments import money
from tests.services.shipping.counter import LI, NO_LIMIT, NUMBER, WANG, cash_order, order, paid_order, stock


async def test_of_two_who_take_at_once_one_is_told(any_store: Store) -> None:
    sale = await paid_order(any_store)
    won, lost = await _both(
        any_store.write(desk.take, WANG, sale.order_id), any_store.write(desk.take, LI, sale.order_id)
    )
    assert (won, type(lost)) == (None, AlreadyClaimed)
    taken = await order(any_store, sale.order_id)
    assert lost.facts == {"name": taken.claimed_name, "own": False}
    assert [entry.machine for entry in taken.history].count("claim") == 1


async def test_shipping_and_calling_off_exclude_each_other(any_store: Store) -> None:
    sale = await paid_order(any_store)
    _, lost = await _both(
        any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER),
        any_store.write(desk.call_off, LI, sale.order_id, NO_LIMIT),
    )
    assert isinstance(lost, (AlreadyDone, WrongState))
    after = await order(any_store, sale.order_id)
    shipped = after.fulfilment == "shipped"
    assert (after.state, after.fulfilment) == (("placed", "shipped") if shipped else ("cancelled", "unfulfilled"))
    assert len(await any_store.read(service.parcels, sale.order_id)) == (1 if shipped else 0)
    assert await money.refunds(sale) == ([] if shipped else [(39800, "cancelled", "requested")])
    assert await any_store.read(stock, sale.sku_id) == ((8, 0) if shipped else (10, 0))


async def test_two_parcels_at_once_become_one(any_store: Store) -> None:
    sale = await paid_order(any_store)
    _, lost = await _both(
        any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER),
        any_store.write(service.ship, LI, sale.order_id, "yuanzhou", "YZ1234567890123"),
    )
    assert isinstance(lost, AlreadyDone)
    assert len(await any_store.read(service.parcels, sale.order_id)) == 1
    assert await any_store.read(stock, sale.sku_id) == (8, 0)


async def test_two_who_hand_over_at_once_take_the_cash_once(any_store: Store) -> None:
    order_id = await cash_order(any_store)
    await any_store.write(service.ship, WANG, order_id, "qingli", "")
    _, lost = await _both(
        any_store.write(service.deliver, WANG, order_id), any_store.write(service.deliver, LI, order_id)
    )
    assert isinstance(lost, AlreadyDone)
    after = await order(any_store, order_id)
    assert (after.paid.amount, after.payment, after.fulfilment) == (129900, "paid", "delivered")


async def _both(*calls: Coroutine[Any, Any, Any]) -> tuple[Any, Any]:
    """What the one that went through returned, and the refusal of the other."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    lost = [result for result in results if isinstance(result, BaseException)]
    assert len(lost) == 1, results
    return next(result for result in results if result not in lost), lost[0]

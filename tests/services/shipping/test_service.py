from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.orders import service as orders
from services.payments import refunding, repository
from services.payments.events import apply_event
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import NotAllowed, NotFound
from services.shared.money import Money
from services.shipping import desk, service
from services.shipping.errors import AlreadyDone, BadNumber, NotReadyToShip, NumberUsed
from services.shipping.types import Delivered, ParcelItem, TrackingEvent
from tests.conftest import START
from tests.services.orders import shop
from tests.services.payments import money
from tests.services.shipping.counter import (
    LI,
    NO_LIMIT,
    NOBODY,
    NUMBER,
    WANG,
    cash_order,
    jobs,
    order,
    paid_order,
    stock,
)


async def test_a_paid_order_goes_out_in_one_parcel(any_store: Store) -> None:
    sale = await paid_order(any_store)
    parcel = await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", "sf 1234 5678 9012")
    shipped = await order(any_store, sale.order_id)
    assert (shipped.state, shipped.fulfilment) == ("placed", "shipped")
    assert [(e.machine, e.new, e.name) for e in shipped.history][-1] == ("fulfilment", "shipped", "小王")
    assert (parcel.carrier["en"], parcel.number) == ("Shunfeng (simulated)", NUMBER)
    assert parcel.items == (ParcelItem(shipped.lines[0].id, 2),)
    assert (parcel.shipped_at, parcel.delivered_at) == (START, None)
    assert parcel.events == (TrackingEvent("shipped", START),)
    assert await any_store.read(stock, sale.sku_id) == (8, 0)
    assert await any_store.read(jobs, "shipping.shipped") == [{"order_id": sale.order_id, "shipment_id": parcel.id}]


async def test_own_delivery_goes_by_the_number_of_the_order(any_store: Store) -> None:
    sale = await paid_order(any_store)
    parcel = await any_store.write(service.ship, WANG, sale.order_id, "qingli", "")
    assert parcel.number == (await order(any_store, sale.order_id)).number


async def test_arriving_is_noted_on_the_parcel(any_store: Store, clock: MovableClock) -> None:
    sale = await paid_order(any_store)
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    clock.move(3600)
    assert await any_store.write(service.deliver, LI, sale.order_id) == Delivered(sale.order_id, None)
    (parcel,) = await any_store.read(service.parcels, sale.order_id)
    later = START + timedelta(hours=1)
    assert parcel.delivered_at == later
    assert parcel.events == (TrackingEvent("delivered", later), TrackingEvent("shipped", START))
    assert (await order(any_store, sale.order_id)).fulfilment == "delivered"
    assert await any_store.read(jobs, "shipping.delivered") == [{"order_id": sale.order_id}]


async def test_the_second_to_ship_hears_who_was_first(store: Store) -> None:
    sale = await paid_order(store)
    await store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    with pytest.raises(AlreadyDone) as refused:
        await store.write(service.ship, LI, sale.order_id, "yuanzhou", "YZ1234567890123")
    assert refused.value.facts == {"reason": "shipped", "by": "小王"}
    assert len(await store.read(service.parcels, sale.order_id)) == 1
    assert await store.read(stock, sale.sku_id) == (8, 0)


async def test_a_number_names_one_parcel(any_store: Store) -> None:
    sale = await paid_order(any_store)
    await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    first = await order(any_store, sale.order_id)
    second = await shop.order_now(any_store, sale.actor, sale.sku_id, 1)
    await _pay(any_store, sale, second.order_id)
    with pytest.raises(NumberUsed) as refused:
        await any_store.write(service.ship, LI, second.order_id, "shunfeng", NUMBER)
    assert refused.value.facts == {"number": NUMBER, "order": first.number}
    assert (await order(any_store, second.order_id)).fulfilment == "unfulfilled"
    assert await any_store.read(stock, sale.sku_id) == (8, 1)


async def test_a_wrong_number_changes_nothing(store: Store) -> None:
    sale = await paid_order(store)
    with pytest.raises(BadNumber):
        await store.write(service.ship, WANG, sale.order_id, "shunfeng", "12345")
    assert (await order(store, sale.order_id)).fulfilment == "unfulfilled"


async def test_what_is_not_paid_stays(store: Store) -> None:
    sale = await money.open_sale(store)
    with pytest.raises(NotReadyToShip) as refused:
        await store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    assert refused.value.facts["reason"] == "unpaid"
    assert await store.read(stock, sale.sku_id) == (10, 2)


async def test_what_was_refunded_stays(store: Store) -> None:
    sale = await paid_order(store)
    await store.write(desk.refund_rest, WANG, sale.order_id, NO_LIMIT)
    with pytest.raises(NotReadyToShip) as asked:
        await store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    assert asked.value.facts["reason"] == "refunded"
    ((refund_id,),) = await store.read(lambda tx: [(each.id,) for each in repository.refunds(tx, sale.order_id)])
    await store.write(refunding.note_sent, refund_id, "succeeded", "rf_1")
    with pytest.raises(NotReadyToShip) as refused:
        await store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    assert refused.value.facts["reason"] == "refunded"


async def test_what_was_cancelled_stays(store: Store) -> None:
    sale = await money.open_sale(store)
    await store.write(orders.cancel_unpaid, sale.actor, sale.order_id)
    with pytest.raises(AlreadyDone) as refused:
        await store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    assert refused.value.facts == {"reason": "cancelled-elsewhere", "by": ""}


async def test_cash_is_taken_once_at_the_door(any_store: Store) -> None:
    order_id = await cash_order(any_store)
    await any_store.write(service.ship, WANG, order_id, "qingli", "")
    assert (await order(any_store, order_id)).payment == "unpaid"
    done = await any_store.write(service.deliver, LI, order_id)
    assert done == Delivered(order_id, Money(129900, "CNY"))
    with pytest.raises(AlreadyDone) as refused:
        await any_store.write(service.deliver, WANG, order_id)
    assert refused.value.facts == {"reason": "delivered", "by": "Li"}
    delivered = await order(any_store, order_id)
    assert (delivered.payment, delivered.paid) == ("paid", Money(129900, "CNY"))


async def test_goods_that_have_not_left_cannot_arrive(store: Store) -> None:
    sale = await paid_order(store)
    with pytest.raises(NotReadyToShip) as refused:
        await store.write(service.deliver, WANG, sale.order_id)
    assert refused.value.facts["reason"] == "not-shipped"


async def test_what_needs_no_parcel_is_done_instead(any_store: Store) -> None:
    stall = await shop.open_shop(any_store)
    sku_id = stall.skus["CODE"]
    buyer = await shop.buyer(any_store)
    placed = await shop.order_now(any_store, buyer, sku_id, 2)
    with pytest.raises(NotReadyToShip):
        await any_store.write(service.deliver, WANG, placed.order_id)
    provider = money.RecordingProvider()
    attempt = await money.start(any_store, provider, buyer, placed.order_id)
    await any_store.write(apply_event, money.event(attempt))
    with pytest.raises(NotReadyToShip) as refused:
        await any_store.write(service.ship, WANG, placed.order_id, "shunfeng", NUMBER)
    assert refused.value.facts["reason"] == "nothing-to-ship"
    card = await any_store.read(desk.card, WANG, placed.order_id)
    assert (card.can_ship, card.can_finish) == (False, True)
    await any_store.write(service.deliver, WANG, placed.order_id)
    assert (await order(any_store, placed.order_id)).fulfilment == "delivered"
    assert await any_store.read(stock, sku_id) == (8, 0)
    assert await any_store.read(service.parcels, placed.order_id) == ()


async def test_permission_is_asked_for(store: Store) -> None:
    sale = await paid_order(store)
    ways: list[tuple[Any, tuple[str, ...]]] = [(service.ship, ("shunfeng", NUMBER)), (service.deliver, ())]
    for use_case, more in ways:
        with pytest.raises(NotAllowed):
            await store.write(use_case, NOBODY, sale.order_id, *more)
        with pytest.raises(NotAllowed):
            await store.write(use_case, sale.actor, sale.order_id, *more)
        with pytest.raises(NotFound):
            await store.write(use_case, WANG, 999_999, *more)


async def _pay(store: Store, sale: money.Sale, order_id: int) -> None:
    attempt = await money.start(store, sale.provider, sale.actor, order_id)
    await store.write(apply_event, money.event(attempt))

"""Orders in several parcels: what is left, what is told, what can be put right."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.inventory import checking as stock_checking
from services.orders import checking
from services.orders.errors import OnHold, PiecesGone
from services.shared.clock import MovableClock
from services.shared.db import Store
from services.shared.errors import Stale
from services.shipping import claims, corrections, desk, drafts, service
from services.shipping.errors import AlreadyDone, NotReadyToShip, NumberUsed, OrderMoved, ParcelFixed
from services.shipping.types import ParcelItem
from tests.services.payments import money
from tests.services.shipping.counter import LI, NUMBER, WANG, cash_order, jobs, order, paid_order, staffed, stock

OTHER = "YZ1234567890123"


async def one_of_two(store: Store) -> tuple[money.Sale, ParcelItem]:
    """Two filters, paid, one of them sent."""
    sale = await paid_order(store)
    piece = ParcelItem((await order(store, sale.order_id)).lines[0].id, 1)
    await store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER, (piece,))
    return sale, piece


async def assert_sound(store: Store) -> None:
    assert await store.read(checking.violations) == []
    assert await store.read(stock_checking.violations) == []


async def test_two_parcels_one_after_the_other(any_store: Store) -> None:
    sale, piece = await one_of_two(any_store)
    half = await order(any_store, sale.order_id)
    assert (half.fulfilment, half.history[-1].name) == ("partly_shipped", "小王")
    assert await any_store.read(stock, sale.sku_id) == (9, 1)
    card = await any_store.read(desk.card, WANG, sale.order_id)
    assert (card.left, card.can_ship, card.can_finish) == ((piece,), True, False)
    with pytest.raises(NotReadyToShip) as refused:
        await any_store.write(service.deliver, WANG, sale.order_id)
    assert refused.value.facts["reason"] == "left-over"
    await any_store.write(service.ship, LI, sale.order_id, "yuanzhou", OTHER)
    assert (await order(any_store, sale.order_id)).fulfilment == "shipped"
    parcels = await any_store.read(service.parcels, sale.order_id)
    assert [(each.number, each.items) for each in parcels] == [(NUMBER, (piece,)), (OTHER, (piece,))]
    assert await any_store.read(stock, sale.sku_id) == (8, 0)
    assert [told["shipment_id"] for told in await any_store.read(jobs, "shipping.shipped")] == [1, 2]
    await assert_sound(any_store)


async def test_the_last_parcel_to_arrive_delivers_the_order(any_store: Store) -> None:
    sale, _ = await one_of_two(any_store)
    await any_store.write(service.deliver_parcel, WANG, 1)
    assert (await order(any_store, sale.order_id)).fulfilment == "partly_shipped"
    with pytest.raises(AlreadyDone):
        await any_store.write(service.deliver_parcel, WANG, 1)
    await any_store.write(service.ship, WANG, sale.order_id, "qingli", "")
    await any_store.write(service.deliver_parcel, LI, 2)
    done = await order(any_store, sale.order_id)
    assert done.fulfilment == "delivered"
    parcels = await any_store.read(service.parcels, sale.order_id)
    assert [each.number for each in parcels] == [NUMBER, f"{done.number}-2"]
    assert len(await any_store.read(jobs, "shipping.parcel-delivered")) == 1
    assert len(await any_store.read(jobs, "shipping.delivered")) == 1
    await assert_sound(any_store)


async def test_no_more_goes_out_than_is_left(store: Store) -> None:
    sale, piece = await one_of_two(store)
    for items in ((ParcelItem(piece.line_id, 2),), (ParcelItem(99, 1),), (ParcelItem(piece.line_id, 0),)):
        with pytest.raises(PiecesGone):
            await store.write(service.ship, LI, sale.order_id, "yuanzhou", OTHER, items)
    assert await store.read(stock, sale.sku_id) == (9, 1)


async def test_a_parcel_put_together_for_an_order_that_moved_is_not_sent(store: Store) -> None:
    sale = await paid_order(store)
    draft = await store.write(drafts.open_parcel, WANG, sale.order_id, "sf 1234 5678 9012")
    assert (draft.carrier, draft.number) == ("shunfeng", NUMBER)
    await store.write(desk.take, LI, sale.order_id)
    with pytest.raises(OrderMoved):
        await store.write(drafts.send, WANG, draft.id)
    await store.write(drafts.renew, WANG, draft.id)
    line = draft.items[0].line_id
    await store.write(drafts.step, WANG, draft.id, line, -1)
    await store.write(drafts.step, WANG, draft.id, line, -5)
    await store.write(drafts.step, WANG, draft.id, line, 1)
    parcel = await store.write(drafts.send, WANG, draft.id)
    assert parcel.items == (ParcelItem(line, 1),)
    with pytest.raises(Stale):
        await store.write(drafts.send, WANG, draft.id)


async def test_a_wrong_number_is_corrected_and_the_old_one_kept(any_store: Store) -> None:
    sale, _ = await one_of_two(any_store)
    second = await any_store.write(service.ship, WANG, sale.order_id, "yuanzhou", OTHER)
    with pytest.raises(NumberUsed):
        await any_store.write(corrections.correct, LI, second.id, "shunfeng", NUMBER)
    changed = await any_store.write(corrections.correct, LI, second.id, "shunfeng", "SF000000000009")
    assert (changed.carrier_code, changed.number) == ("shunfeng", "SF000000000009")
    assert await any_store.read(jobs, "shipping.corrected") == [{"order_id": sale.order_id, "shipment_id": second.id}]
    await any_store.write(service.deliver_parcel, WANG, second.id)
    with pytest.raises(ParcelFixed):
        await any_store.write(corrections.correct, LI, second.id, "shunfeng", "SF000000000010")


async def test_what_never_left_is_taken_back_within_ten_minutes(any_store: Store, clock: MovableClock) -> None:
    sale = await paid_order(any_store)
    parcel = await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    clock.move(599)
    await any_store.write(corrections.undo, WANG, parcel.id)
    back = await order(any_store, sale.order_id)
    assert (back.fulfilment, await any_store.read(service.parcels, sale.order_id)) == ("unfulfilled", ())
    assert await any_store.read(stock, sale.sku_id) == (10, 2)
    again = await any_store.write(service.ship, WANG, sale.order_id, "shunfeng", NUMBER)
    clock.move(600)
    with pytest.raises(ParcelFixed) as refused:
        await any_store.write(corrections.undo, WANG, again.id)
    assert refused.value.facts == {"reason": "late"}
    assert await any_store.read(stock, sale.sku_id) == (8, 0)
    await assert_sound(any_store)


async def test_an_order_on_hold_stays(any_store: Store) -> None:
    sale = await paid_order(any_store)
    await any_store.write(claims.hold, WANG, sale.order_id, "stock")
    ways: list[tuple[Any, tuple[str, ...]]] = [
        (service.ship, ("shunfeng", NUMBER)), (desk.confirm, ()), (claims.hold, ("payment",)),
    ]
    for use_case, more in ways:
        with pytest.raises(OnHold) as refused:
            await any_store.write(use_case, LI, sale.order_id, *more)
        assert (refused.value.facts["by"], refused.value.facts["reason"]) == ("小王", "stock")
    assert not (await any_store.read(desk.card, WANG, sale.order_id)).can_ship
    await any_store.write(claims.resume, LI, sale.order_id)
    await any_store.write(service.ship, LI, sale.order_id, "shunfeng", NUMBER)


async def test_cash_is_taken_with_the_last_parcel(store: Store) -> None:
    await staffed(store)
    order_id = await cash_order(store)
    parcel = await store.write(service.ship, WANG, order_id, "qingli", "")
    done = await store.write(service.deliver_parcel, WANG, parcel.id)
    assert done.cash is not None and done.cash.amount == 129900


async def test_two_who_send_the_same_piece_at_once_send_it_once(any_store: Store) -> None:
    sale, piece = await one_of_two(any_store)
    results = await asyncio.gather(
        any_store.write(service.ship, WANG, sale.order_id, "yuanzhou", OTHER, (piece,)),
        any_store.write(service.ship, LI, sale.order_id, "shunfeng", "SF000000000002", (piece,)),
        return_exceptions=True,
    )
    assert [type(each) for each in results if isinstance(each, BaseException)] == [AlreadyDone]
    assert await any_store.read(stock, sale.sku_id) == (8, 0)
    await assert_sound(any_store)


async def test_without_its_count_of_what_is_left_a_piece_would_be_in_two_parcels(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale, piece = await one_of_two(store)
    monkeypatch.setattr(service, "goods_left", lambda order, parcels: {piece.line_id: 9})
    monkeypatch.setattr(service.inventory, "ship", lambda tx, order_id, skus: None)
    await store.write(service.ship, WANG, sale.order_id, "yuanzhou", OTHER, (ParcelItem(piece.line_id, 2),))
    parcels = await store.read(service.parcels, sale.order_id)
    assert sum(item.quantity for parcel in parcels for item in parcel.items) == 3

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.catalog import browsing
from services.catalog.lists import Filters, ListQuery
from services.inventory import service as inventory
from services.inventory.errors import NotReserved, OutOfStock, StockTooLow
from services.inventory.models import ReservationRow, StockMovementRow, StockRow
from services.inventory.storefront import storefront
from services.shared.actors import SYSTEM, customer
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import InvalidInput, NotAllowed, NotFound

STOCK, RESERVATIONS, MOVEMENTS = StockRow.__table__, ReservationRow.__table__, StockMovementRow.__table__
HOLD = timedelta(minutes=15)


def counters(tx: Tx, sku_id: int) -> tuple[int, int]:
    """(on hand, reserved)"""
    row = tx.first(select(STOCK).where(STOCK.c.sku_id == sku_id))
    assert row is not None
    return row.on_hand, row.reserved


def states(tx: Tx, order_id: int) -> dict[int, str]:
    rows = tx.rows(select(RESERVATIONS).where(RESERVATIONS.c.order_id == order_id))
    return {row.sku_id: row.state for row in rows}


async def free(store: Store, sku_id: int) -> int:
    return (await store.read(inventory.available, [sku_id]))[sku_id]


async def test_a_reservation_takes_all_or_nothing_and_names_every_shortage(any_store: Store, stocked) -> None:
    first, second, third = await stocked(5, 1, 0)
    until = any_store.clock.now() + HOLD
    with pytest.raises(OutOfStock) as refused:
        await any_store.write(inventory.reserve, 1, {third: 2, first: 5, second: 3}, until)
    assert refused.value.shortages == ((second, 3, 1), (third, 2, 0))
    assert await any_store.read(inventory.available, [first, second, third]) == {first: 5, second: 1, third: 0}
    assert await any_store.read(states, 1) == {}


async def test_a_refusal_that_is_caught_inside_a_transaction_leaves_nothing_behind(any_store: Store, stocked) -> None:
    first, second = await stocked(5, 0)

    def try_both(tx: Tx) -> None:
        with pytest.raises(OutOfStock):
            inventory.reserve(tx, 1, {first: 2, second: 1}, None)

    await any_store.write(try_both)
    assert await any_store.read(counters, first) == (5, 0)


async def test_reserving_twice_for_one_order_holds_once(any_store: Store, stocked) -> None:
    [sku] = await stocked(5)
    until = any_store.clock.now() + HOLD
    await any_store.write(inventory.reserve, 1, {sku: 3}, until)
    await any_store.write(inventory.reserve, 1, {sku: 3}, until)
    assert await any_store.read(counters, sku) == (5, 3)


async def test_an_expired_hold_is_free_again_without_any_job(
    any_store: Store, stocked, clock: MovableClock
) -> None:
    [sku] = await stocked(2)
    await any_store.write(inventory.reserve, 1, {sku: 2}, clock.now() + HOLD)
    shelf, in_stock = storefront(any_store), ListQuery(filters=Filters(in_stock=True))
    clock.move(HOLD.total_seconds() - 1)
    assert await free(any_store, sku) == 0
    assert (await shelf.page(in_stock, None, 1)).total == 0
    clock.move(1)
    assert await free(any_store, sku) == 2
    assert (await shelf.page(in_stock, None, 1)).total == 1
    await any_store.write(inventory.reserve, 2, {sku: 2}, None)
    assert await any_store.read(states, 1) == {sku: "released"}
    assert await any_store.read(counters, sku) == (2, 2)


async def test_the_cleaner_gives_expired_holds_back_and_spares_the_live_ones(
    any_store: Store, stocked, clock: MovableClock
) -> None:
    first, second = await stocked(4, 4)
    await any_store.write(inventory.reserve, 1, {first: 1, second: 1}, clock.now() + HOLD)
    await any_store.write(inventory.reserve, 2, {second: 2}, clock.now() + 2 * HOLD)
    clock.move(HOLD.total_seconds())
    assert await any_store.write(inventory.tidy) == 2
    assert await any_store.write(inventory.tidy) == 0
    assert await any_store.read(counters, first) == (4, 0)
    assert await any_store.read(counters, second) == (4, 2)


async def test_releasing_twice_gives_back_once(any_store: Store, stocked) -> None:
    [sku] = await stocked(5)
    await any_store.write(inventory.reserve, 1, {sku: 2}, any_store.clock.now() + HOLD)
    await any_store.write(inventory.reserve, 2, {sku: 3}, None)
    await any_store.write(inventory.release, 1)
    await any_store.write(inventory.release, 1)
    assert await any_store.read(counters, sku) == (5, 3)
    await any_store.write(inventory.release, 2)
    assert await any_store.read(counters, sku) == (5, 0)


async def test_committing_keeps_a_hold_for_good_and_may_be_done_twice(
    any_store: Store, stocked, clock: MovableClock
) -> None:
    [sku] = await stocked(2)
    await any_store.write(inventory.reserve, 1, {sku: 2}, clock.now() + HOLD)
    await any_store.write(inventory.commit, 1)
    await any_store.write(inventory.commit, 1)
    clock.move(HOLD.total_seconds() * 10)
    assert await free(any_store, sku) == 0
    assert await any_store.write(inventory.tidy) == 0
    assert await any_store.read(states, 1) == {sku: "committed"}


async def test_committing_a_lost_hold_reserves_it_anew_or_refuses(
    any_store: Store, stocked, clock: MovableClock
) -> None:
    [sku] = await stocked(3)
    for order_id in (1, 2):
        await any_store.write(inventory.reserve, order_id, {sku: 1}, clock.now() + HOLD)
    clock.move(HOLD.total_seconds())
    await any_store.write(inventory.reserve, 3, {sku: 2}, None)
    await any_store.write(inventory.commit, 1)
    assert await any_store.read(states, 1) == {sku: "committed"}
    with pytest.raises(OutOfStock) as refused:
        await any_store.write(inventory.commit, 2)
    assert refused.value.shortages == ((sku, 1, 0),)
    assert await any_store.read(counters, sku) == (3, 3)


async def test_shipping_in_parts_takes_pieces_out_of_the_house_and_releases_the_rest(any_store: Store, stocked) -> None:
    [sku] = await stocked(5)
    await any_store.write(inventory.reserve, 1, {sku: 3}, None)
    await any_store.write(inventory.ship, 1, {sku: 1})
    assert await any_store.read(counters, sku) == (4, 2)
    with pytest.raises(NotReserved):
        await any_store.write(inventory.ship, 1, {sku: 3})
    await any_store.write(inventory.release, 1)
    assert await any_store.read(counters, sku) == (4, 0)
    await any_store.write(inventory.restock, 1, {sku: 1})
    assert await any_store.read(counters, sku) == (5, 0)


async def test_what_was_only_held_cannot_be_shipped(any_store: Store, stocked) -> None:
    [sku] = await stocked(5)
    await any_store.write(inventory.reserve, 1, {sku: 3}, any_store.clock.now() + HOLD)
    with pytest.raises(NotReserved):
        await any_store.write(inventory.ship, 1, {sku: 1})
    assert await any_store.read(counters, sku) == (5, 3)


@pytest.mark.parametrize("quantity", [0, -5])
async def test_quantities_below_one_are_refused(any_store: Store, stocked, quantity: int) -> None:
    [sku] = await stocked(5)
    await any_store.write(inventory.reserve, 2, {sku: 2}, None)
    for attempt in (
        lambda tx: inventory.reserve(tx, 1, {sku: quantity}, None),
        lambda tx: inventory.ship(tx, 2, {sku: quantity}),
        lambda tx: inventory.restock(tx, 2, {sku: quantity}),
    ):
        with pytest.raises(InvalidInput):
            await any_store.write(attempt)
    assert await any_store.read(counters, sku) == (5, 2)


async def test_an_adjustment_needs_the_right_a_reason_and_leaves_what_is_owed(any_store: Store, stocked) -> None:
    [sku] = await stocked(5)
    await any_store.write(inventory.reserve, 1, {sku: 3}, None)
    with pytest.raises(NotAllowed):
        await any_store.write(inventory.adjust, customer(1), sku, 5, "found")
    with pytest.raises(StockTooLow) as refused:
        await any_store.write(inventory.adjust, SYSTEM, sku, -3, "broken")
    assert refused.value.facts == {"sku_id": sku, "available": 2}
    with pytest.raises(NotFound):
        await any_store.write(inventory.adjust, SYSTEM, sku + 1, 1, "found")
    assert await any_store.write(inventory.adjust, SYSTEM, sku, -2, "broken") == 0
    assert await any_store.read(counters, sku) == (3, 3)


async def test_on_hand_is_the_opening_and_all_movements(any_store: Store, stocked) -> None:
    [sku] = await stocked(10)
    await any_store.write(inventory.set_opening, sku, 99)
    await any_store.write(inventory.reserve, 1, {sku: 4}, None)
    await any_store.write(inventory.ship, 1, {sku: 4})
    await any_store.write(inventory.restock, 1, {sku: 1})
    await any_store.write(inventory.adjust, SYSTEM, sku, 7, "delivery")

    def moved(tx: Tx) -> int:
        return tx.scalar(select(func.sum(MOVEMENTS.c.delta)).where(MOVEMENTS.c.sku_id == sku))

    assert await any_store.read(counters, sku) == (14, 0)
    assert await any_store.read(moved) == 4


async def test_a_counter_that_lost_pieces_does_not_stop_the_cleaner(
    any_store: Store, stocked, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = await stocked(5, 5)
    await any_store.write(inventory.reserve, 1, {first: 2, second: 2}, clock.now() + HOLD)
    await any_store.write(lambda tx: tx.execute(STOCK.update().where(STOCK.c.sku_id == first).values(reserved=1)))
    clock.move(HOLD.total_seconds())
    assert await any_store.write(inventory.tidy) == 2
    assert await any_store.read(counters, first) == (5, 0)
    assert await any_store.read(counters, second) == (5, 0)
    assert [record.getMessage() for record in caplog.records] == [
        f"SKU {first}: 1 pieces given back that were not reserved"
    ]


async def test_lists_put_a_product_last_when_its_last_sku_is_taken_and_back_when_one_returns(
    any_store: Store, stocked
) -> None:
    first, second = await stocked(1, 1)

    async def in_stock() -> int:
        return len(await any_store.read(browsing.popular, SYSTEM, 5))

    await any_store.write(inventory.reserve, 1, {first: 1}, None)
    assert await in_stock() == 1
    await any_store.write(inventory.reserve, 2, {second: 1}, None)
    assert await in_stock() == 0
    await any_store.write(inventory.release, 1)
    assert await in_stock() == 1

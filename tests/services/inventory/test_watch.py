"""Low stock: told once per crossing, decided with the sale that crosses, and what the sales say of the days to come."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from services.inventory import counting, watch, watch_repository
from services.inventory import service as inventory
from services.inventory.checking import violations
from services.inventory.models import LowStockRow
from services.outbox.models import JobRow
from services.shared.clock import MovableClock
from services.shared.db import Store, Tx
from services.shared.errors import NotAllowed, NotFound
from tests.services.inventory.conftest import put_product
from tests.services.staff.roster import staff_actor

JOBS, TIMES = JobRow.__table__, LowStockRow.__table__
LI = staff_actor("products", 51, "小李")


def jobs(tx: Tx, kind: str = "inventory.low-stock") -> list[int]:
    rows = tx.rows(select(JOBS.c.payload).where(JOBS.c.kind == kind).order_by(JOBS.c.id))
    return [row.payload.get("time_id", row.payload.get("sku_id")) for row in rows]


def times(tx: Tx) -> list[tuple[int, bool]]:
    """Each time of being low, and whether it is over."""
    return [(row.id, row.ended_at is not None) for row in tx.rows(select(TIMES).order_by(TIMES.c.id))]


async def test_the_card_is_for_the_crossing_and_not_for_the_order(any_store: Store, stocked) -> None:
    [sku] = await stocked(10)
    await any_store.write(counting.set_safety, LI, sku, 5)
    for order_id, pieces in ((1, 4), (2, 1), (3, 1), (4, 2)):
        await any_store.write(inventory.reserve, order_id, {sku: pieces}, None)
    assert (await any_store.read(jobs), await any_store.read(times)) == ([1], [(1, False)])
    await any_store.write(inventory.release, 1)
    assert (await any_store.read(jobs), await any_store.read(times)) == ([1, 1], [(1, True)])
    await any_store.write(counting.move, LI, sku, -1)
    assert await any_store.read(times) == [(1, True), (2, False)]
    await any_store.write(counting.set_safety, LI, sku, 0)
    assert (await any_store.read(jobs), await any_store.read(times)) == ([1, 1, 2, 2], [(1, True), (2, True)])
    assert await any_store.read(violations) == []


async def test_a_reservation_that_fails_crosses_nothing(any_store: Store, stocked) -> None:
    first, second = await stocked(6, 0)
    await any_store.write(counting.set_safety, LI, first, 5)

    def try_both(tx: Tx) -> None:
        with pytest.raises(inventory.OutOfStock):
            inventory.reserve(tx, 1, {first: 2, second: 1}, None)

    await any_store.write(try_both)
    assert (await any_store.read(jobs), await any_store.read(times)) == ([], [])


async def rush(store: Store, sku: int) -> list[object]:
    """Twenty orders at once."""
    return list(await asyncio.gather(
        *(store.write(inventory.reserve, order_id, {sku: 1}, None) for order_id in range(1, 21)),
        return_exceptions=True,
    ))


async def test_twenty_orders_at_once_cross_once(any_store: Store, stocked) -> None:
    [sku] = await stocked(30)
    await any_store.write(counting.set_safety, LI, sku, 20)
    assert await rush(any_store, sku) == [None] * 20
    assert (await any_store.read(jobs), await any_store.read(times)) == ([1], [(1, False)])


async def test_without_the_guard_only_the_database_itself_would_keep_it_at_one(
    any_store: Store, stocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    [sku] = await stocked(30)
    await any_store.write(counting.set_safety, LI, sku, 20)
    stock = watch_repository.STOCK
    monkeypatch.setattr(watch_repository, "TURN", (
        update(stock).where(stock.c.sku_id == bindparam("sku"), stock.c.on_hand - stock.c.reserved <= stock.c.safety)
        .values(low=False).returning(stock.c.safety.label("low"))
    ))
    answers = await rush(any_store, sku)
    refused = [each for each in answers if isinstance(each, IntegrityError)]
    assert (answers.count(None), len(refused)) == (10, 10)
    assert "low_stock" in str(refused[0])


async def test_pieces_that_are_back_are_said_once_per_return(any_store: Store, stocked, clock: MovableClock) -> None:
    [sku] = await stocked(1)
    await any_store.write(inventory.reserve, 1, {sku: 1}, clock.now() + timedelta(minutes=15))
    assert await any_store.read(jobs, "inventory.back") == []
    clock.move(900)
    await any_store.write(inventory.tidy)
    await any_store.write(counting.move, LI, sku, 4)
    assert await any_store.read(jobs, "inventory.back") == [sku]


async def test_the_forecast_is_the_last_thirty_days_spread_evenly(any_store: Store, clock: MovableClock) -> None:
    [sku] = await any_store.write(put_product, "S", [200])
    await any_store.write(inventory.reserve, 1, {sku: 50}, None)
    clock.move(timedelta(days=31).total_seconds())
    for order_id, pieces in ((2, 100), (3, 20)):
        await any_store.write(inventory.reserve, order_id, {sku: pieces}, None)
    await any_store.write(inventory.ship, 2, {sku: 100})
    await any_store.write(inventory.reserve, 4, {sku: 9}, clock.now() + timedelta(minutes=15))
    await any_store.write(inventory.reserve, 5, {sku: 5}, None)
    await any_store.write(inventory.release, 5)
    await any_store.write(counting.set_safety, LI, sku, 40)
    low = await any_store.read(watch.low_stock, LI, 1)
    # 200 − 50 − 100 − 20 − 9; 120 sold in 30 days are 4 a day, so 21 last 6 days; 120 + 40 − 21 must come.
    assert (low.free, low.safety) == (21, 40)
    assert (low.forecast.sold, low.forecast.days, low.forecast.order) == (120, 6, 139)
    clock.move(timedelta(days=31).total_seconds())
    quiet = (await any_store.read(watch.low_stock, LI, 1)).forecast
    assert (quiet.sold, quiet.days) == (0, None)


async def test_a_reminder_comes_after_seven_days_and_once(any_store: Store, stocked, clock: MovableClock) -> None:
    [sku] = await stocked(3)
    await any_store.write(counting.set_safety, LI, sku, 5)
    for who in (LI, staff_actor("orders")):
        low = await any_store.write(watch.sleep, who, 1)
    assert low.asleep_until == clock.now() + timedelta(days=7)
    due = await any_store.read(lambda tx: [row.due_at for row in tx.rows(
        select(JOBS.c.due_at).where(JOBS.c.kind == "inventory.remind")
    )])
    assert due == [clock.now() + timedelta(days=7)]
    with pytest.raises(NotAllowed):
        await any_store.write(watch.sleep, staff_actor("marketing"), 1)
    with pytest.raises(NotFound):
        await any_store.write(watch.sleep, LI, 99)


async def test_cards_that_show_another_number_are_found(any_store: Store, stocked) -> None:
    [sku] = await stocked(5)
    await any_store.write(counting.set_safety, LI, sku, 5)
    assert await any_store.read(watch.outdated, 10) == ()
    await any_store.write(watch.note_shown, 1, 5)
    assert await any_store.read(watch.outdated, 10) == ()
    await any_store.write(inventory.reserve, 1, {sku: 2}, None)
    assert await any_store.read(watch.outdated, 10) == (1,)


async def test_a_mark_that_is_wrong_is_found(any_store: Store, stocked) -> None:
    [sku] = await stocked(5)
    await any_store.write(counting.set_safety, LI, sku, 5)
    assert await any_store.read(violations) == []
    stock = watch_repository.STOCK
    await any_store.write(lambda tx: tx.execute(update(stock).where(stock.c.sku_id == sku).values(low=False)))
    assert [each.rule for each in await any_store.read(violations)] == ["low = free ≤ safety"]

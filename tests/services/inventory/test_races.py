"""Many people want the same pieces at once. Each race is also run without the guard, to show that it can be lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.exc import IntegrityError

from services.inventory import repository
from services.inventory import service as inventory
from services.inventory.errors import OutOfStock
from services.inventory.models import StockRow
from services.shared.db import Store, Tx

STOCK = StockRow.__table__
HOLD = timedelta(minutes=15)
UNGUARDED = (
    update(STOCK).where(STOCK.c.sku_id == bindparam("sku")).values(reserved=STOCK.c.reserved + bindparam("pieces"))
    .returning(*repository.ANSWER)
)


async def race(store: Store, sku: int, buyers: int, pieces: int) -> tuple[int, list[int]]:
    """Everybody reserves at once; returns how many got it, and what the others were told is left."""
    until = store.clock.now() + HOLD
    answers = await asyncio.gather(
        *(store.write(inventory.reserve, order_id, {sku: pieces}, until) for order_id in range(1, buyers + 1)),
        return_exceptions=True,
    )
    left = [answer.shortages[0][2] for answer in answers if isinstance(answer, OutOfStock)]
    assert [answer for answer in answers if answer is not None and not isinstance(answer, OutOfStock)] == []
    return answers.count(None), left


@pytest.mark.parametrize(("pieces", "each", "winners", "left"), [(1, 1, 1, 0), (10, 3, 3, 1)])
async def test_no_piece_is_sold_twice(
    any_store: Store, stocked, pieces: int, each: int, winners: int, left: int
) -> None:
    [sku] = await stocked(pieces)
    assert await race(any_store, sku, 50, each) == (winners, [left] * (50 - winners))
    assert await any_store.read(inventory.available, [sku]) == {sku: left}


@pytest.mark.parametrize(("pieces", "each"), [(1, 1), (10, 3)])
async def test_without_the_guard_only_the_database_itself_would_refuse(
    any_store: Store, stocked, monkeypatch: pytest.MonkeyPatch, pieces: int, each: int
) -> None:
    [sku] = await stocked(pieces)
    monkeypatch.setattr(repository, "TAKE", UNGUARDED)
    with pytest.raises(IntegrityError, match="reserved"):
        for order_id in range(1, 6):
            await any_store.write(inventory.reserve, order_id, {sku: each}, None)


async def test_without_guard_and_constraint_the_race_oversells(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.services.inventory.conftest import put_product

    [sku] = await store.write(put_product, "S", [1])
    monkeypatch.setattr(repository, "TAKE", UNGUARDED)

    def reserve_unchecked(tx: Tx, order_id: int) -> None:
        tx.execute(text("PRAGMA ignore_check_constraints = ON"))
        inventory.reserve(tx, order_id, {sku: 1}, None)

    for order_id in range(1, 51):
        await store.write(reserve_unchecked, order_id)
    assert await store.read(inventory.available, [sku]) == {sku: -49}


async def test_reserving_and_releasing_all_at_once_ends_where_it_began(any_store: Store, stocked) -> None:
    first, second = await stocked(1000, 1000)
    for order_id in range(1, 51):
        await any_store.write(inventory.reserve, order_id, {first: 1, second: 1}, None)
    # Half of the buyers name the SKUs in the other order: locks are taken in key order all the same.
    await asyncio.gather(*(
        work
        for at in range(1, 51)
        for work in (
            any_store.write(inventory.release, at),
            any_store.write(
                inventory.reserve, 100 + at, {first: 1, second: 1} if at % 2 else {second: 1, first: 1}, None
            ),
        )
    ))
    assert await any_store.read(inventory.available, [first, second]) == {first: 950, second: 950}
    await asyncio.gather(*(any_store.write(inventory.release, 100 + at) for at in range(1, 51)))
    rows = await any_store.read(lambda tx: [tuple(row) for row in tx.rows(
        select(STOCK.c.on_hand, STOCK.c.reserved).order_by(STOCK.c.sku_id)
    )])
    assert rows == [(1000, 0), (1000, 0)]


async def test_the_last_pieces_of_two_skus_taken_at_once_mark_their_product_sold_out(
    any_store: Store, stocked
) -> None:
    first, second = await stocked(1, 1)
    await asyncio.gather(
        any_store.write(inventory.reserve, 1, {first: 1}, None),
        any_store.write(inventory.reserve, 2, {second: 1}, None),
    )
    marks = await any_store.read(lambda tx: [row[0] for row in tx.rows(text("SELECT sold_out FROM listings"))])
    assert [bool(mark) for mark in marks] == [True, True]

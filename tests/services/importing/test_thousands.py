"""Five thousand rows with 37 faults among them: found, the rest written, cut off half-way, done again, taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from services.catalog.models import ProductRow
from services.importing import running, service
from services.importing.types import DONE, RUNNING, UNDONE
from services.invariants import violations
from services.inventory.models import StockMovementRow, StockRow
from services.shared.db import Store, Tx
from services.staff.models import AuditEntryRow
from tests.services.catalog import shelf
from tests.services.importing import files
from tests.services.importing.files import LI

COLUMNS = ("product", "sku", "name_zh", "name_en", "category", "price", "cost", "stock", "tags", "shelf")
# Column, bad cell, reason. Each kind is planted several times, 37 in all.
FAULTS = (
    ("price", "19.999", "amount"), ("price", "-5", "amount"), ("price", "贵", "amount"), ("price", "", "missing"),
    ("category", "nowhere", "unknown"), ("name_zh", "长" * 121, "long"), ("stock", "1.5", "count"),
    ("sku", "", "missing"), ("sku", "A B!", "code"), ("tags", "nothing", "unknown"), ("shelf", "maybe", "shelf"),
    ("cost", "=1+1", "amount"),
)
PLANTED = 37


def _rows(count: int) -> tuple[list[list[str]], dict[int, tuple[str, str]]]:
    """The file's rows and, by row number, the column and reason of each planted fault."""
    rows = [
        ["", f"BULK-{number:05}", f"批量商品 {number}", f"Bulk {number}", ("filters", "phones")[number % 2],
         f"{number % 900 + 1}.50", "1.00", str(number % 50), "new" if number % 3 else "", "yes" if number % 2 else ""]
        for number in range(count)
    ]
    planted: dict[int, tuple[str, str]] = {}
    step = count // PLANTED
    for place in range(PLANTED):
        column, cell, reason = FAULTS[place % len(FAULTS)]
        at = place * step + 5
        rows[at][COLUMNS.index(column)] = cell
        # A product without an English name and with one too long in Chinese has the fault all the same.
        planted[at + 2] = (column, reason)
    return rows, planted


@pytest.mark.parametrize("count", [1_000, pytest.param(5_000, marks=pytest.mark.long)])
async def test_thousands_on_sqlite(store: Store, count: int) -> None:
    await _whole_story(store, count)


@pytest.mark.postgresql
async def test_hundreds_on_postgresql(postgres_store: Store) -> None:
    await _whole_story(postgres_store, 400)


async def _whole_story(store: Store, count: int) -> None:
    await files.open_shop(store)
    await store.write(lambda tx: shelf.put(tx, "OLD", "air", price=9_900, stock=7))
    rows, planted = _rows(count)
    rows[0] = ["OLD", "OLD-W", "旧货新名", "", "phones", "88.00", "", "12", "", ""]
    before = await store.read(files.snapshot)
    data = files.csv(COLUMNS, rows)

    batch, review = await files.check(store, data)
    found = {row.record.number: (row.fault.column, row.fault.reason) for row in review.rows if row.fault}
    assert found == planted
    assert (batch.rows, batch.faults) == (count, PLANTED)
    assert dict(batch.planned) == {"changed": 1, "new": count - PLANTED - 1}
    assert await store.read(files.snapshot) == before  # the dry run wrote nothing

    await store.write(service.start, LI, batch.id)
    while batch.finished < batch.total // 2:
        batch = await store.write(running.step, LI, batch.id, "CNY")
    assert batch.state == RUNNING
    # The worker dies inside a step: nothing of it remains, and another begins where the last one ended.
    halfway = await store.read(files.snapshot)
    with pytest.raises(Died):
        await store.write(_step_and_die, batch.id)
    assert await store.read(files.snapshot) == halfway
    while batch.state == RUNNING:
        batch = await store.write(running.step, LI, batch.id, "CNY")
    assert (batch.state, dict(batch.done)) == (DONE, {"changed": 1, "new": count - PLANTED - 1})
    assert await store.read(_products) == count - PLANTED
    assert await store.read(_on_hand, "OLD-W") == 12
    assert await store.read(violations) == []

    after, books = await store.read(files.snapshot), await store.read(_books)
    again, _ = await files.check(store, data)
    assert dict(again.planned) == {"same": count - PLANTED}
    again = await files.run(store, again)
    assert dict(again.done) == {"same": count - PLANTED}
    assert await store.read(files.snapshot) == after
    assert await store.read(_books) == books

    batch = await files.take_back(store, batch)
    assert (batch.state, batch.kept) == (UNDONE, 0)
    assert await store.read(files.snapshot) == before
    assert await store.read(violations) == []


class Died(BaseException):
    """The process is gone."""


def _step_and_die(tx: Tx, batch_id: int) -> None:
    running.step(tx, LI, batch_id, "CNY")
    raise Died()


def _products(tx: Tx) -> int:
    return tx.scalar(select(func.count()).select_from(ProductRow.__table__))


def _on_hand(tx: Tx, code: str) -> int:
    from services.catalog import bulk, repository

    ids = bulk.sku_ids(tx, repository.id_by_code(tx, "product", code.removesuffix("-W")) or 0)
    stock = StockRow.__table__
    return tx.scalar(select(stock.c.on_hand).where(stock.c.sku_id == ids[code]))


def _books(tx: Tx) -> tuple[Any, ...]:
    """How many movements there are, and how often products and their stock were written about in the log."""
    movements, entries = StockMovementRow.__table__, AuditEntryRow.__table__
    return (
        tx.scalar(select(func.count()).select_from(movements)),
        tx.scalar(select(func.count()).where(entries.c.act.not_like("import.%"))),
        tx.scalar(select(func.sum(ProductRow.__table__.c.version))),
    )



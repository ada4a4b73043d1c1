"""Files of products for tests: a heading and rows, taken through check and import the way the job does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from services.importing import files, running, service
from services.importing.types import CHECKED, COLUMNS, RUNNING, UNDOING, Batch, Review
from services.shared import sheets
from services.shared.actors import Actor
from services.shared.db import Store, Tx
from services.tables import metadata
from tests.services.catalog import shelf
from tests.services.staff.roster import staff_actor

LI = staff_actor("products", 51, "小李")
HEADINGS = {column: column for column in COLUMNS}
# What an import that was taken back leaves behind: its own books, and the ledgers that never forget.
_BOOKS = ("import_", "audit_", "stock_movements", "jobs", "search_index", "uploads", "staff_")
_TIDES = {"version", "updated_at", "updated_by"}


async def open_shop(store: Store) -> None:
    await store.write(shelf.furnish)


def csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return sheets.write_csv([columns, *rows])


async def check(store: Store, data: bytes, name: str = "goods.csv", actor: Actor = LI) -> tuple[Batch, Review]:
    """The file after its check."""
    batch, _ = await store.write(service.begin, actor, data, name, "zh")
    rows, pictures = files.open_file(data, name)
    records = files.records(rows, HEADINGS)
    keys = {name: f"photo/{files.picture_name(picture)}" for name, picture in pictures.items()}
    await store.write(service.keep_pictures, actor, [
        (files.picture_name(picture), name, picture) for name, picture in pictures.items()
    ])
    review = await store.read(service.review, actor, records, keys, "CNY", "zh")
    await store.write(service.begin_staging, batch.id)
    await store.write(service.stage, batch.id, review.rows)
    batch = await store.write(service.end_staging, batch.id, review, keys)
    assert batch.state == CHECKED
    return batch, review


async def run(store: Store, batch: Batch, actor: Actor = LI) -> Batch:
    """Sets the import going and sees it through."""
    batch = await store.write(service.start, actor, batch.id)
    while batch.state == RUNNING:
        batch = await store.write(running.step, actor, batch.id, "CNY")
    return batch


async def take_back(store: Store, batch: Batch, actor: Actor = LI) -> Batch:
    batch = await store.write(service.undo, actor, batch.id)
    while batch.state == UNDOING:
        batch = await store.write(running.undo_step, actor, batch.id)
    return batch


def snapshot(tx: Tx) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the books, without what counts changes."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata().sorted_tables:
        if table.name.startswith(_BOOKS):
            continue
        rows = tx.rows(select(table).order_by(*table.primary_key.columns))
        found[table.name] = [
            {name: value for name, value in row._mapping.items() if name not in _TIDES} for row in rows
        ]
    return found

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from services.importing.models import ImportBatchRow, ImportItemRow, ImportRowRow
from services.importing.types import Batch, Checked, Fault, Record
from services.shared.db import Tx

BATCHES, ROWS, ITEMS = ImportBatchRow.__table__, ImportRowRow.__table__, ImportItemRow.__table__
_SHOWN = [column for column in BATCHES.c if column.name not in ("data", "digest", "line")]

_ADD = insert(BATCHES)
_FIND = select(*_SHOWN).where(BATCHES.c.id == bindparam("batch"))
_LOCK = _FIND.with_for_update()
_FILE = select(BATCHES.c.data, BATCHES.c.file_name).where(BATCHES.c.id == bindparam("batch"))
_SAME_FILE = (
    select(*_SHOWN)
    .where(BATCHES.c.digest == bindparam("digest"), BATCHES.c.state.in_(("running", "paused", "stopped", "done")))
    .order_by(BATCHES.c.id.desc()).limit(1)
)
_DIGEST = select(BATCHES.c.digest).where(BATCHES.c.id == bindparam("batch"))
_ACTIVE = select(*_SHOWN).where(BATCHES.c.state.in_(("running", "paused", "undoing")))
_RECENT = (
    select(*_SHOWN).where(BATCHES.c.state.in_(("running", "paused", "stopped", "done", "undoing", "undone")))
    .order_by(BATCHES.c.id.desc()).limit(bindparam("most"))
)
_CLEAR_ROWS = delete(ROWS).where(ROWS.c.batch_id == bindparam("batch"))
_CLEAR_ITEMS = delete(ITEMS).where(ITEMS.c.batch_id == bindparam("batch"))
_ADD_ROWS, _ADD_ITEMS = insert(ROWS), insert(ITEMS)
_ROWS_OF = (
    select(ROWS.c.number, ROWS.c.product, ROWS.c.cells)
    .where(ROWS.c.batch_id == bindparam("batch"), ROWS.c.product.in_(bindparam("products", expanding=True)),
           ~ROWS.c.at_fault)
    .order_by(ROWS.c.number)
)
_RIGHT = select(ROWS.c.number, ROWS.c.cells).where(ROWS.c.batch_id == bindparam("batch"), ~ROWS.c.at_fault)
_FAULTS = (
    select(ROWS).where(ROWS.c.batch_id == bindparam("batch"), ROWS.c.at_fault).order_by(ROWS.c.number)
)
_WAITING = (
    select(ITEMS).where(ITEMS.c.batch_id == bindparam("batch"), ITEMS.c.outcome.is_(None))
    .order_by(ITEMS.c.position).limit(bindparam("most"))
)
_TO_RESTORE = (
    select(ITEMS)
    .where(ITEMS.c.batch_id == bindparam("batch"), ITEMS.c.outcome.in_(("new", "changed")), ITEMS.c.restored.is_(None))
    .order_by(ITEMS.c.position.desc()).limit(bindparam("most"))
)
_KEPT = (
    select(ITEMS.c.product, ITEMS.c.reason)
    .where(ITEMS.c.batch_id == bindparam("batch"), ITEMS.c.restored.is_(False)).order_by(ITEMS.c.position)
)
_FAILED = (
    select(ITEMS.c.product, ITEMS.c.reason)
    .where(ITEMS.c.batch_id == bindparam("batch"), ITEMS.c.outcome == "failed").order_by(ITEMS.c.position)
)
_CLOSE = (
    update(ITEMS).where(ITEMS.c.batch_id == bindparam("batch"), ITEMS.c.position == bindparam("at"))
    .values(outcome=bindparam("new_outcome"), reason=bindparam("new_reason"), product_id=bindparam("new_product"),
            version=bindparam("new_version"), before=bindparam("new_before"))
)
_RESTORED = (
    update(ITEMS).where(ITEMS.c.batch_id == bindparam("batch"), ITEMS.c.position == bindparam("at"))
    .values(restored=bindparam("new_restored"), reason=bindparam("new_reason"))
)
_COUNTS = (
    select(ITEMS.c.planned, ITEMS.c.outcome, func.count().label("items"))
    .where(ITEMS.c.batch_id == bindparam("batch")).group_by(ITEMS.c.planned, ITEMS.c.outcome)
)


def add(tx: Tx, values: dict[str, Any]) -> int:
    return tx.insert(_ADD, values)


def find(tx: Tx, batch_id: int) -> Batch | None:
    return _batch(tx, tx.first(_FIND, {"batch": batch_id}))


def lock(tx: Tx, batch_id: int) -> Batch | None:
    """The import, which nobody else moves until this transaction ends."""
    return _batch(tx, tx.first(_LOCK, {"batch": batch_id}))


def file(tx: Tx, batch_id: int) -> tuple[bytes, str] | None:
    row = tx.first(_FILE, {"batch": batch_id})
    return None if row is None else (bytes(row.data), row.file_name)


def same_file(tx: Tx, digest: str) -> Batch | None:
    return _batch(tx, tx.first(_SAME_FILE, {"digest": digest}))


def digest(tx: Tx, batch_id: int) -> str | None:
    return tx.scalar(_DIGEST, {"batch": batch_id})


def active(tx: Tx) -> Batch | None:
    """The import that runs, pauses or is being taken back."""
    return _batch(tx, tx.first(_ACTIVE))


def recent(tx: Tx, most: int) -> tuple[Batch, ...]:
    found = (_batch(tx, row) for row in tx.rows(_RECENT, {"most": most}))
    return tuple(batch for batch in found if batch is not None)


def change(tx: Tx, batch_id: int, states: Collection[str], **values: Any) -> bool:
    """Changes an import that is in one of `states`; False when it is in another."""
    wanted = update(BATCHES).where(BATCHES.c.id == batch_id, BATCHES.c.state.in_(states)).values(**values)
    return tx.changed(wanted) == 1


def clear(tx: Tx, batch_id: int) -> None:
    tx.execute(_CLEAR_ROWS, {"batch": batch_id})
    tx.execute(_CLEAR_ITEMS, {"batch": batch_id})


def add_rows(tx: Tx, batch_id: int, rows: Sequence[Checked]) -> None:
    if rows:
        tx.execute(_ADD_ROWS, [
            {"batch_id": batch_id, "number": row.record.number, "product": row.product,
             "cells": dict(row.record.cells), "at_fault": row.fault is not None, "fault": _fault_json(row.fault)}
            for row in rows
        ])


def add_items(tx: Tx, batch_id: int, items: Iterable[tuple[int, str, str]]) -> None:
    rows = [
        {"batch_id": batch_id, "position": position, "product": product, "planned": planned}
        for position, product, planned in items
    ]
    if rows:
        tx.execute(_ADD_ITEMS, rows)


def records(tx: Tx, batch_id: int, products: Collection[str]) -> dict[str, list[Record]]:
    """The rows without a fault of these products."""
    found: dict[str, list[Record]] = {}
    for row in tx.rows(_ROWS_OF, {"batch": batch_id, "products": list(products)}):
        found.setdefault(row.product, []).append(Record(row.number, row.cells))
    return found


def rows(tx: Tx, batch_id: int) -> list[Record]:
    """All rows without a fault."""
    return [Record(row.number, row.cells) for row in tx.rows(_RIGHT, {"batch": batch_id})]


def faults(tx: Tx, batch_id: int) -> list[Checked]:
    return [
        Checked(Record(row.number, row.cells), row.product, Fault(**row.fault))
        for row in tx.rows(_FAULTS, {"batch": batch_id})
    ]


def waiting(tx: Tx, batch_id: int, most: int) -> Sequence[Row[Any]]:
    """Products that nothing was done about yet."""
    return tx.rows(_WAITING, {"batch": batch_id, "most": most})


def to_restore(tx: Tx, batch_id: int, most: int) -> Sequence[Row[Any]]:
    """Products that were written and not taken back yet, the last first."""
    return tx.rows(_TO_RESTORE, {"batch": batch_id, "most": most})


def close(
    tx: Tx, batch_id: int, position: int, outcome: str, *, reason: str | None = None, product_id: int | None = None,
    version: int | None = None, before: dict[str, Any] | None = None,
) -> None:
    tx.execute(_CLOSE, {
        "batch": batch_id, "at": position, "new_outcome": outcome, "new_reason": reason, "new_product": product_id,
        "new_version": version, "new_before": before,
    })


def note_restored(tx: Tx, batch_id: int, position: int, restored: bool, reason: str | None) -> None:
    tx.execute(_RESTORED, {"batch": batch_id, "at": position, "new_restored": restored, "new_reason": reason})


def kept(tx: Tx, batch_id: int) -> list[tuple[str, str]]:
    """Products that could not be taken back, with the reason."""
    return [(row.product, row.reason) for row in tx.rows(_KEPT, {"batch": batch_id})]


def failed(tx: Tx, batch_id: int) -> list[tuple[str, str]]:
    """Products that could not be written any more, with the reason."""
    return [(row.product, row.reason) for row in tx.rows(_FAILED, {"batch": batch_id})]


def _fault_json(fault: Fault | None) -> dict[str, Any]:
    return {} if fault is None else {"column": fault.column, "reason": fault.reason, "facts": dict(fault.facts)}


def _batch(tx: Tx, row: Row[Any] | None) -> Batch | None:
    if row is None:
        return None
    planned: dict[str, int] = {}
    done: dict[str, int] = {}
    for count in tx.rows(_COUNTS, {"batch": row.id}):
        planned[count.planned] = planned.get(count.planned, 0) + count.items
        if count.outcome is not None:
            done[count.outcome] = done.get(count.outcome, 0) + count.items
    return Batch(**row._mapping, planned=planned, done=done)

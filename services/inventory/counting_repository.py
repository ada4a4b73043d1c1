"""Stock rows locked for people, and the movements that people made."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select, update

from services.inventory.models import StockMovementRow, StockRow
from services.shared.db import Tx

STOCK, MOVEMENTS = StockRow.__table__, StockMovementRow.__table__

_LOCK = select(STOCK).where(STOCK.c.sku_id == bindparam("sku")).with_for_update()
_MOVEMENT = select(MOVEMENTS).where(MOVEMENTS.c.id == bindparam("movement"))
_LATER = (
    select(MOVEMENTS.c.name, MOVEMENTS.c.created_at)
    .where(
        MOVEMENTS.c.sku_id == bindparam("sku"), MOVEMENTS.c.id > bindparam("movement"),
        MOVEMENTS.c.kind == "adjustment",
    )
    .order_by(MOVEMENTS.c.id.desc()).limit(1)
)
_NOTE_UNDONE = update(MOVEMENTS).where(MOVEMENTS.c.id == bindparam("movement")).values(undone_by=bindparam("by"))
_SET_SAFETY = update(STOCK).where(STOCK.c.sku_id == bindparam("sku")).values(safety=bindparam("pieces"))


def lock(tx: Tx, sku_id: int) -> Row[Any] | None:
    """The stock of a SKU; nobody else changes it until this transaction ends."""
    return tx.first(_LOCK, {"sku": sku_id})


def sku_of(tx: Tx, movement_id: int) -> int | None:
    row = tx.first(_MOVEMENT, {"movement": movement_id})
    return None if row is None else row.sku_id


def movement(tx: Tx, movement_id: int) -> Row[Any]:
    row = tx.first(_MOVEMENT, {"movement": movement_id})
    assert row is not None, "movements are never deleted"
    return row


def changed_after(tx: Tx, sku_id: int, movement_id: int) -> Row[Any] | None:
    """The latest change by hand after a movement."""
    return tx.first(_LATER, {"sku": sku_id, "movement": movement_id})


def note_undone(tx: Tx, movement_id: int, by: int) -> None:
    tx.execute(_NOTE_UNDONE, {"movement": movement_id, "by": by})


def set_safety(tx: Tx, sku_id: int, pieces: int) -> None:
    tx.execute(_SET_SAFETY, {"sku": sku_id, "pieces": pieces})

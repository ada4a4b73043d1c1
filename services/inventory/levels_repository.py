from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, delete, exists, or_, select

from services.inventory.models import LowStockRow, ReservationRow, StockMovementRow, StockRow
from services.shared.db import Tx

STOCK, RESERVATIONS, MOVEMENTS, TIMES = (
    StockRow.__table__, ReservationRow.__table__, StockMovementRow.__table__, LowStockRow.__table__
)
_SKUS = bindparam("skus", expanding=True)

_LEVELS = select(STOCK.c.sku_id, STOCK.c.on_hand, STOCK.c.safety).where(STOCK.c.sku_id.in_(_SKUS))
_TOUCHED = select(or_(
    exists().where(RESERVATIONS.c.sku_id.in_(_SKUS)), exists().where(MOVEMENTS.c.sku_id.in_(_SKUS)),
))
_FORGET_TIMES = delete(TIMES).where(TIMES.c.sku_id.in_(_SKUS))
_FORGET = delete(STOCK).where(STOCK.c.sku_id.in_(_SKUS))


def levels(tx: Tx, sku_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    return {row.sku_id: (row.on_hand, row.safety) for row in tx.rows(_LEVELS, {"skus": list(sku_ids)})}


def touched(tx: Tx, sku_ids: Collection[int]) -> bool:
    return bool(tx.scalar(_TOUCHED, {"skus": list(sku_ids)}))


def forget(tx: Tx, sku_ids: Collection[int]) -> None:
    tx.execute(_FORGET_TIMES, {"skus": list(sku_ids)})
    tx.execute(_FORGET, {"skus": list(sku_ids)})

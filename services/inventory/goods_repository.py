from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, or_, select

from services.inventory.models import StockRow
from services.shared.db import Tx

STOCK = StockRow.__table__
_OPENED = select(STOCK.c.sku_id).where(STOCK.c.sku_id.in_(bindparam("skus", expanding=True)))
_LOW = select(STOCK.c.sku_id).where(or_(STOCK.c.low, STOCK.c.on_hand <= STOCK.c.reserved))


def opened(tx: Tx, sku_ids: Collection[int]) -> frozenset[int]:
    """Those of the SKUs that have a stock."""
    return frozenset(row.sku_id for row in tx.rows(_OPENED, {"skus": list(sku_ids)})) if sku_ids else frozenset()


def short(tx: Tx) -> list[int]:
    """The SKUs that are low or have nothing free."""
    return [row.sku_id for row in tx.rows(_LOW)]

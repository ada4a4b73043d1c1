"""Stock must add up: on hand = opening + movements; reserved = what live reservations still hold.

A SKU is marked low exactly while no more than its safety stock is free, and then a time of being low is open.
"""

from __future__ import annotations

from sqlalchemy import func, select

from services.inventory.models import LowStockRow, ReservationRow, StockMovementRow, StockRow
from services.shared.db import Tx
from services.shared.violations import Violation

STOCK, RESERVATIONS, MOVEMENTS = StockRow.__table__, ReservationRow.__table__, StockMovementRow.__table__
TIMES = LowStockRow.__table__

_MOVED = select(func.coalesce(func.sum(MOVEMENTS.c.delta), 0)).where(MOVEMENTS.c.sku_id == STOCK.c.sku_id)
_LIVE = select(func.coalesce(func.sum(RESERVATIONS.c.quantity - RESERVATIONS.c.shipped), 0)).where(
    RESERVATIONS.c.sku_id == STOCK.c.sku_id, RESERVATIONS.c.state.in_(["held", "committed"])
)
_OPEN = select(func.count()).where(TIMES.c.sku_id == STOCK.c.sku_id, TIMES.c.ended_at.is_(None))
_ALL = select(
    STOCK.c.sku_id, STOCK.c.opening, STOCK.c.on_hand, STOCK.c.reserved, STOCK.c.safety, STOCK.c.low,
    _OPEN.scalar_subquery().label("times"),
    _MOVED.scalar_subquery().label("moved"), _LIVE.scalar_subquery().label("live"),
)


def violations(tx: Tx) -> list[Violation]:
    found = []
    for row in tx.rows(_ALL):
        if row.on_hand != row.opening + row.moved:
            found.append(Violation("on hand = opening + movements", f"sku {row.sku_id}",
                                   f"{row.on_hand} ≠ {row.opening} + {row.moved}"))
        if row.reserved != row.live:
            found.append(Violation("reserved = live reservations", f"sku {row.sku_id}", f"{row.reserved} ≠ {row.live}"))
        if row.on_hand < row.reserved:
            found.append(Violation("available ≥ 0", f"sku {row.sku_id}", f"{row.on_hand} < {row.reserved}"))
        is_low = row.safety > 0 and row.on_hand - row.reserved <= row.safety
        if (row.low, row.times) != (is_low, int(is_low)):
            found.append(Violation("low = free ≤ safety", f"sku {row.sku_id}",
                                   f"marked {row.low}, {row.times} open, is {is_low}"))
    return found

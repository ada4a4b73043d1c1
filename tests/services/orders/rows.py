"""What the tables say, for asserting that nothing was left behind."""

from __future__ import annotations

from sqlalchemy import func, select

from services.inventory.models import ReservationRow, StockRow
from services.orders.models import OrderHistoryRow, OrderLineRow, OrderRow
from services.outbox.models import JobRow
from services.promotions.models import CouponRow, CouponUseRow
from services.shared.db import Tx

ORDERS, LINES, HISTORY = OrderRow.__table__, OrderLineRow.__table__, OrderHistoryRow.__table__
STOCK, RESERVATIONS, JOBS = StockRow.__table__, ReservationRow.__table__, JobRow.__table__
COUPONS, USES = CouponRow.__table__, CouponUseRow.__table__


def traces(tx: Tx) -> dict[str, int]:
    """How many rows orders have left in the tables around them."""
    counted = {"orders": ORDERS, "lines": LINES, "history": HISTORY, "reservations": RESERVATIONS, "uses": USES}
    found = {name: tx.scalar(select(func.count()).select_from(table)) for name, table in counted.items()}
    return found | {"jobs": tx.scalar(select(func.count()).where(JOBS.c.kind.startswith("orders.")))}


def stock(tx: Tx, sku_id: int) -> tuple[int, int]:
    """On hand and reserved."""
    row = tx.first(select(STOCK.c.on_hand, STOCK.c.reserved).where(STOCK.c.sku_id == sku_id))
    assert row is not None
    return row.on_hand, row.reserved


def coupon_uses(tx: Tx, coupon_id: int) -> tuple[int, int]:
    """The coupon's own count, and the live uses that it should count."""
    live = select(func.count()).where(USES.c.coupon_id == coupon_id, USES.c.live)
    return tx.scalar(select(COUPONS.c.used).where(COUPONS.c.id == coupon_id)), tx.scalar(live)


def jobs(tx: Tx, kind: str) -> list[int]:
    """The orders that jobs of this kind are about."""
    rows = tx.rows(select(JOBS.c.payload).where(JOBS.c.kind == kind).order_by(JOBS.c.id))
    return [row.payload["order_id"] for row in rows]


def numbers(tx: Tx) -> list[str]:
    return [row.number for row in tx.rows(select(ORDERS.c.number).order_by(ORDERS.c.id))]

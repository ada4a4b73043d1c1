from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, func, select

from services.orders import arcs
from services.orders.models import OrderAdjustmentRow, OrderLineRow, OrderRow
from services.shared.db import Tx

ORDERS, LINES, ADJUSTMENTS = OrderRow.__table__, OrderLineRow.__table__, OrderAdjustmentRow.__table__

# What the lines of an order came to, less the pieces whose price went back.
_KEPT = (
    select(func.sum(LINES.c.total - LINES.c.total * LINES.c.given_back // LINES.c.quantity))
    .where(LINES.c.order_id == ORDERS.c.id).scalar_subquery()
)
# An order has at most one adjustment of a source.
_BROUGHT = (
    select(
        ADJUSTMENTS.c.source, ORDERS.c.currency, func.count().label("orders"),
        func.sum(-ADJUSTMENTS.c.amount).label("discount"), func.sum(_KEPT).label("sales"),
    )
    .join_from(ADJUSTMENTS, ORDERS, ORDERS.c.id == ADJUSTMENTS.c.order_id)
    .where(ADJUSTMENTS.c.source.in_(bindparam("sources", expanding=True)), ORDERS.c.state != arcs.CANCELLED)
    .group_by(ADJUSTMENTS.c.source, ORDERS.c.currency)
)
_PIECES = (
    select(LINES.c.sku_id, func.sum(LINES.c.quantity - LINES.c.given_back).label("pieces"))
    .join_from(ADJUSTMENTS, ORDERS, ORDERS.c.id == ADJUSTMENTS.c.order_id)
    .join(LINES, LINES.c.order_id == ORDERS.c.id)
    .where(
        ADJUSTMENTS.c.source == bindparam("source"), ORDERS.c.state != arcs.CANCELLED,
        ORDERS.c.currency == bindparam("sold_in"),
    )
    .group_by(LINES.c.sku_id)
)


def brought(tx: Tx, sources: Collection[str]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(orders, discount, sales) by source and currency; those without orders are absent."""
    return {
        (row.source, row.currency): (row.orders, int(row.discount), int(row.sales))
        for row in tx.rows(_BROUGHT, {"sources": list(sources)})
    }


def pieces(tx: Tx, source: str, currency: str) -> dict[int, int]:
    return {row.sku_id: int(row.pieces) for row in tx.rows(_PIECES, {"source": source, "sold_in": currency})}

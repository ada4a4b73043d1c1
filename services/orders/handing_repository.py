from __future__ import annotations

from sqlalchemy import bindparam, select, update

from services.orders.models import OrderLineRow
from services.shared.db import Tx

LINES = OrderLineRow.__table__

_UNHANDED = (
    select(LINES.c.id, LINES.c.sku_id, (LINES.c.quantity - LINES.c.called_off - LINES.c.handed).label("pieces"))
    .where(LINES.c.order_id == bindparam("of_order"), LINES.c.kind == "digital")
    .where(LINES.c.quantity - LINES.c.called_off > LINES.c.handed).order_by(LINES.c.id)
)
_NOTE_HANDED = (
    update(LINES).where(LINES.c.id == bindparam("line_id")).values(handed=LINES.c.handed + bindparam("pieces"))
)


def unhanded(tx: Tx, order_id: int) -> list[tuple[int, int, int]]:
    """Digital lines (line, SKU, pieces) whose goods the customer does not have."""
    return [(row.id, row.sku_id, row.pieces) for row in tx.rows(_UNHANDED, {"of_order": order_id})]


def note_handed(tx: Tx, line_id: int, pieces: int) -> None:
    tx.execute(_NOTE_HANDED, {"line_id": line_id, "pieces": pieces})

"""A paid digital line has reached its customer, or is noted as owed; what was handed over is what the codes say."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from services.digital.models import DigitalDueRow
from services.orders import arcs
from services.orders.models import OrderLineRow, OrderRow
from services.shared.db import Tx
from services.shared.violations import Violation

ORDERS, LINES, DUES = OrderRow.__table__, OrderLineRow.__table__, DigitalDueRow.__table__

_LINES = (
    select(
        ORDERS.c.number, ORDERS.c.paid_at, ORDERS.c.state, ORDERS.c.fulfilment, LINES.c.id, LINES.c.handed,
        (LINES.c.quantity - LINES.c.called_off).label("wanted"), DUES.c.state.label("due"),
        DUES.c.quantity.label("owed"),
    )
    .join_from(LINES, ORDERS, ORDERS.c.id == LINES.c.order_id)
    .outerjoin(DUES, DUES.c.line_id == LINES.c.id)
    .where(LINES.c.kind == "digital")
)


def violations(tx: Tx) -> Iterator[Violation]:
    """Every line where codes and order disagree."""
    for row in tx.rows(_LINES):
        subject = f"order {row.number}, line {row.id}"
        handed = row.owed if row.due in ("filled", "by-hand") else 0
        if row.handed != handed:
            yield Violation("what was handed over is on the line", subject, f"{row.handed} ≠ {handed}")
        gone = row.fulfilment in (arcs.SHIPPED, arcs.DELIVERED, arcs.RETURNED)
        served = row.due is not None or row.wanted == 0 or gone
        if row.paid_at is not None and row.state != arcs.CANCELLED and not served:
            yield Violation("a paid digital line is owed its codes", subject, row.fulfilment)
        if row.state == arcs.CANCELLED and row.due == "waiting":
            yield Violation("a cancelled order waits for no codes", subject, str(row.owed))

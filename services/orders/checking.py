"""An order's sums add up to the minor unit; its history walks along the arcs and ends where the order stands."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import func, select

from services.orders import arcs, handing_checking
from services.orders.models import OrderAdjustmentRow, OrderHistoryRow, OrderLineRow, OrderRow
from services.shared.db import Tx
from services.shared.violations import Violation

ORDERS, LINES = OrderRow.__table__, OrderLineRow.__table__
ADJUSTMENTS, HISTORY = OrderAdjustmentRow.__table__, OrderHistoryRow.__table__

_SUMS = select(
    ORDERS.c.id, ORDERS.c.number, ORDERS.c.subtotal, ORDERS.c.discount, ORDERS.c.shipping, ORDERS.c.total,
    func.sum(LINES.c.subtotal).label("lines_subtotal"), func.sum(LINES.c.discount).label("lines_discount"),
).join_from(ORDERS, LINES, LINES.c.order_id == ORDERS.c.id, isouter=True).group_by(ORDERS.c.id)
_REDUCED = select(ADJUSTMENTS.c.order_id, ADJUSTMENTS.c.amount, ADJUSTMENTS.c.shares, ADJUSTMENTS.c.shipping)
_WALKS = (
    select(HISTORY.c.order_id, HISTORY.c.machine, HISTORY.c.old, HISTORY.c.new)
    .where(HISTORY.c.machine.in_(list(arcs.ARCS)))
    .order_by(HISTORY.c.order_id, HISTORY.c.machine, HISTORY.c.id)
)
_NOW = select(ORDERS.c.id, ORDERS.c.state, ORDERS.c.payment, ORDERS.c.fulfilment)


def violations(tx: Tx) -> list[Violation]:
    return [*_sums(tx), *_reductions(tx), *_history(tx), *handing_checking.violations(tx)]


def _sums(tx: Tx) -> list[Violation]:
    found = []
    for row in tx.rows(_SUMS):
        if row.total != row.subtotal - row.discount + row.shipping:
            found.append(Violation("total = lines − discounts + shipping", row.number, str(row.total)))
        if row.lines_subtotal != row.subtotal or row.lines_discount != row.discount:
            found.append(Violation("an order's sums are its lines'", row.number,
                                   f"{row.lines_subtotal} − {row.lines_discount}"))
    return found


def _reductions(tx: Tx) -> list[Violation]:
    return [
        Violation("shares add up to the discount", f"order {row.order_id}",
                  f"{row.shares} + {row.shipping} ≠ {row.amount}")
        for row in tx.rows(_REDUCED) if sum(row.shares) + row.shipping != row.amount
    ]


def _history(tx: Tx) -> list[Violation]:
    found = []
    reached: dict[tuple[int, str], str] = {}
    for (order_id, machine), rows in groupby(tx.rows(_WALKS), key=lambda row: (row.order_id, row.machine)):
        at: str | None = None if machine == arcs.ORDER else arcs.FIRST[machine]
        for row in rows:
            legal = row.old == at and (row.old is None or arcs.allowed(machine, row.old, row.new))
            if not legal:
                found.append(Violation("history walks along the arcs", f"order {order_id} ({machine})",
                                       f"{row.old} → {row.new} after {at}"))
            at = row.new
        reached[order_id, machine] = at or ""
    for row in tx.rows(_NOW):
        states = {arcs.ORDER: row.state, arcs.PAYMENT: row.payment, arcs.FULFILMENT: row.fulfilment}
        for machine, state in states.items():
            if reached.get((row.id, machine), arcs.FIRST[machine]) != state:
                found.append(Violation("history ends where the order stands", f"order {row.id} ({machine})", state))
    return found

"""The queue of all orders: one statement for the counts of its tabs, one for a page, one for what the page's orders are
of. Which tab an order is in is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, false, func, or_, select, true

from services.orders import arcs
from services.orders.models import OrderLineRow, OrderRow
from services.orders.types import CASH_ON_DELIVERY
from services.shared.db import Tx

ORDERS, LINES = OrderRow.__table__, OrderLineRow.__table__

TO_CONFIRM, TO_SHIP, ON_THE_WAY, HOLD, TO_PAY = "to-confirm", "to-ship", "on-the-way", "hold", "to-pay"
DONE, CANCELLED, MINE, UNCLAIMED, REFUND, ALL = "done", "cancelled", "mine", "unclaimed", "refund", "all"
# An order stands in exactly one of these.
STATES = (TO_CONFIRM, TO_SHIP, ON_THE_WAY, HOLD, TO_PAY, DONE, CANCELLED)
TABS = (*STATES, MINE, UNCLAIMED, REFUND, ALL)

# The same rule as services.shipping.guards.is_ready.
_READY = ((ORDERS.c.payment_method == CASH_ON_DELIVERY) & (ORDERS.c.payment == arcs.UNPAID)) | (
    ORDERS.c.paid_at.is_not(None) & (ORDERS.c.payment != arcs.REFUNDED)
)
_OPEN = ORDERS.c.state.in_([arcs.PLACED, arcs.CONFIRMED]) & ORDERS.c.fulfilment.not_in([arcs.DELIVERED, arcs.RETURNED])
_STATE = case(
    (ORDERS.c.state == arcs.CANCELLED, CANCELLED),
    (~_OPEN, DONE),
    (ORDERS.c.hold_reason.is_not(None), HOLD),
    (ORDERS.c.fulfilment == arcs.SHIPPED, ON_THE_WAY),
    ((ORDERS.c.fulfilment == arcs.PARTLY_SHIPPED) & _READY, TO_SHIP),
    (ORDERS.c.fulfilment == arcs.PARTLY_SHIPPED, ON_THE_WAY),
    (_READY & (ORDERS.c.state == arcs.PLACED), TO_CONFIRM),
    (_READY, TO_SHIP),
    # Everything that was paid has gone back: nobody waits for it any more.
    (ORDERS.c.payment == arcs.REFUNDED, CANCELLED),
    else_=TO_PAY,
)
_COLUMNS = (
    ORDERS.c.id, ORDERS.c.number, ORDERS.c.total, ORDERS.c.currency, ORDERS.c.placed_at, ORDERS.c.paid_at,
    ORDERS.c.claimed_name, _STATE.label("tab"),
)
_NAMES = (
    select(LINES.c.order_id, LINES.c.name, LINES.c.sku_code, LINES.c.quantity, LINES.c.called_off, LINES.c.kind)
    .where(LINES.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(LINES.c.id)
)


def among(method: str, since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    """Orders to be paid by `method` ("" for any) that were placed in [since, until)."""
    parts: list[ColumnElement[bool]] = [ORDERS.c.payment_method == method] if method else []
    if since is not None:
        parts.append(ORDERS.c.placed_at >= since)
    if until is not None:
        parts.append(ORDERS.c.placed_at < until)
    return and_(*parts) if parts else true()


def in_tab(tab: str, staff_id: int, refunds: Sequence[Select[Any]]) -> ColumnElement[bool]:
    """`refunds` select the ids of orders with a refund that waits."""
    if tab == ALL:
        return true()
    if tab == MINE:
        return _OPEN & (ORDERS.c.claimed_by == staff_id)
    if tab == UNCLAIMED:
        return _OPEN & ORDERS.c.claimed_by.is_(None) & _STATE.in_([TO_CONFIRM, TO_SHIP, HOLD])
    if tab == REFUND:
        return _waits_for_refund(refunds)
    return _STATE.in_([tab])


def counts(tx: Tx, where: ColumnElement[bool], staff_id: int, refunds: Sequence[Select[Any]]) -> dict[str, int]:
    """How many orders are in each tab; orders are counted in every tab in which they stand."""
    row = tx.first(select(*(
        func.coalesce(func.sum(case((in_tab(tab, staff_id, refunds), 1), else_=0)), 0).label(tab) for tab in TABS
    )).where(where))
    assert row is not None
    return {tab: int(row._mapping[tab]) for tab in TABS}


def count(tx: Tx, where: ColumnElement[bool]) -> int:
    return tx.scalar(select(func.count()).select_from(ORDERS).where(where))


def page(
    tx: Tx, where: ColumnElement[bool], refunds: Sequence[Select[Any]], edge: int | None, most: int, *, downwards: bool
) -> Sequence[Row[Any]]:
    """Up to `most` orders with smaller ids than `edge` (`downwards`), or larger ones, nearest first."""
    column = ORDERS.c.id
    found = select(*_COLUMNS, _waits_for_refund(refunds).label("refund")).where(where).limit(most)
    if edge is not None:
        found = found.where(column < edge if downwards else column > edge)
    return tx.rows(found.order_by(column.desc() if downwards else column))


def lines(tx: Tx, order_ids: Sequence[int]) -> Sequence[Row[Any]]:
    return tx.rows(_NAMES, {"order_ids": list(order_ids)}) if order_ids else ()


def _waits_for_refund(refunds: Sequence[Select[Any]]) -> ColumnElement[bool]:
    return or_(false(), *(ORDERS.c.id.in_(each) for each in refunds))

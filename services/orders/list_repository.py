from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable, Row, bindparam, case, func, select, text

from services.orders import arcs
from services.orders.models import OrderLineRow, OrderRow
from services.orders.types import CASH_ON_DELIVERY, OrderSummary, Waiting
from services.shared.db import Tx
from services.shared.money import Money

ORDERS, LINES = OrderRow.__table__, OrderLineRow.__table__

# The same rule as Order.tab, for counting and paging in the database.
_TAB = case(
    (ORDERS.c.state == arcs.CANCELLED, "cancelled"),
    (ORDERS.c.state == arcs.COMPLETED, "done"),
    (
        ORDERS.c.payment.in_([arcs.UNPAID, arcs.PARTLY_PAID]) & (ORDERS.c.payment_method != CASH_ON_DELIVERY),
        "to-pay",
    ),
    (ORDERS.c.fulfilment == arcs.UNFULFILLED, "to-ship"),
    else_="on-the-way",
).label("tab")
_OF_CUSTOMER = (
    select(
        _TAB, ORDERS.c.id, ORDERS.c.number, ORDERS.c.state, ORDERS.c.payment, ORDERS.c.fulfilment, ORDERS.c.total,
        ORDERS.c.currency, ORDERS.c.placed_at, ORDERS.c.expires_at,
    )
    .where(ORDERS.c.customer_id == bindparam("customer_id"))
    .limit(bindparam("most"))
)
_OLDER = _OF_CUSTOMER.where(ORDERS.c.id < bindparam("edge")).order_by(ORDERS.c.id.desc())
_NEWER = _OF_CUSTOMER.where(ORDERS.c.id > bindparam("edge")).order_by(ORDERS.c.id)
_IN_TAB = _TAB.element == bindparam("wanted")
_OLDER_OF_TAB, _NEWER_OF_TAB = _OLDER.where(_IN_TAB), _NEWER.where(_IN_TAB)
_NAMES = (
    select(LINES.c.order_id, LINES.c.name, LINES.c.quantity)
    .where(LINES.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(LINES.c.id)
)
# Grouped outside of a part of its own: a database must see that both expressions are the same one.
_TABS = select(_TAB).where(ORDERS.c.customer_id == bindparam("customer_id")).subquery()
_COUNTS = select(_TABS.c.tab, func.count().label("orders")).group_by(_TABS.c.tab)
_GROUPS = (
    select(
        _TAB, func.count().label("orders"), func.max(ORDERS.c.id).label("newest"),
        func.min(ORDERS.c.expires_at).label("first_end"),
    )
    .where(ORDERS.c.customer_id == bindparam("customer_id"))
    .group_by(text("1"))
    .subquery()
)
_WAITING = (
    select(_GROUPS, ORDERS.c.total, ORDERS.c.paid, ORDERS.c.currency)
    .join_from(_GROUPS, ORDERS, ORDERS.c.id == _GROUPS.c.newest)
    .where(_GROUPS.c.tab.in_(["to-pay", "on-the-way"]))
)
_NEWEST = 2**62


def older(tx: Tx, customer_id: int, tab: str, before: int | None, most: int) -> tuple[OrderSummary, ...]:
    """Orders of a tab placed before the order `before`, or the newest, newest first."""
    values = {"customer_id": customer_id, "edge": before or _NEWEST, "most": most}
    return _summaries(tx, _rows(tx, tab, _OLDER, _OLDER_OF_TAB, values))


def newer(tx: Tx, customer_id: int, tab: str, after: int, most: int) -> tuple[OrderSummary, ...]:
    """The orders of a tab that were placed next after the order `after`, newest first."""
    values = {"customer_id": customer_id, "edge": after, "most": most}
    return _summaries(tx, _rows(tx, tab, _NEWER, _NEWER_OF_TAB, values))[::-1]


def counts(tx: Tx, customer_id: int) -> dict[str, int]:
    return {row.tab: row.orders for row in tx.rows(_COUNTS, {"customer_id": customer_id})}


def waiting(tx: Tx, customer_id: int) -> Waiting:
    """What waits for the customer, in one statement."""
    tabs = {row.tab: row for row in tx.rows(_WAITING, {"customer_id": customer_id})}
    unpaid, coming = tabs.get("to-pay"), tabs.get("on-the-way")
    return Waiting(
        to_pay=0 if unpaid is None else unpaid.orders,
        pay_until=None if unpaid is None else unpaid.first_end,
        newest_to_pay=None if unpaid is None else unpaid.newest,
        newest_due=None if unpaid is None else Money(unpaid.total - unpaid.paid, unpaid.currency),
        on_the_way=0 if coming is None else coming.orders,
    )


def _rows(tx: Tx, tab: str, of_all: Executable, of_tab: Executable, values: dict[str, Any]) -> Sequence[Row[Any]]:
    return tx.rows(of_all, values) if tab == "all" else tx.rows(of_tab, values | {"wanted": tab})


def _summaries(tx: Tx, rows: Sequence[Row[Any]]) -> tuple[OrderSummary, ...]:
    lines: dict[int, list[Row[Any]]] = {row.id: [] for row in rows}
    for line in tx.rows(_NAMES, {"order_ids": list(lines)}) if rows else ():
        lines[line.order_id].append(line)
    return tuple(_summary(row, lines[row.id]) for row in rows)


def _summary(row: Row[Any], lines: list[Row[Any]]) -> OrderSummary:
    return OrderSummary(
        id=row.id, number=row.number, tab=row.tab, state=row.state, payment=row.payment, fulfilment=row.fulfilment,
        first=lines[0].name, products=len(lines), pieces=sum(line.quantity for line in lines),
        total=Money(row.total, row.currency), placed_at=row.placed_at, expires_at=row.expires_at,
    )

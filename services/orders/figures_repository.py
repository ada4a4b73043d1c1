from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, case, distinct, func, select

from services.orders import arcs
from services.orders.figure_types import Bestseller, Placed, Waits
from services.orders.models import OrderLineRow, OrderRow
from services.orders.types import CASH_ON_DELIVERY
from services.shared.db import Tx
from services.shared.money import Money

ORDERS, LINES = OrderRow.__table__, OrderLineRow.__table__

_IN_PERIOD = (
    (ORDERS.c.placed_at >= bindparam("since")) & (ORDERS.c.placed_at < bindparam("until"))
    & (ORDERS.c.state != arcs.CANCELLED) & (ORDERS.c.currency == bindparam("currency"))
)
_PLACED = select(
    func.count().label("orders"), func.count(distinct(ORDERS.c.customer_id)).label("buyers"),
    func.coalesce(func.sum(ORDERS.c.total), 0).label("total"),
).where(_IN_PERIOD)
_IN_OTHERS = (
    select(ORDERS.c.currency, func.count().label("orders"), func.sum(ORDERS.c.total).label("total"))
    .where(ORDERS.c.placed_at >= bindparam("since"), ORDERS.c.placed_at < bindparam("until"),
           ORDERS.c.state != arcs.CANCELLED, ORDERS.c.currency != bindparam("currency"))
    .group_by(ORDERS.c.currency).order_by(ORDERS.c.currency)
)
_PIECES = select(func.coalesce(func.sum(LINES.c.quantity), 0)).join(ORDERS, ORDERS.c.id == LINES.c.order_id).where(
    _IN_PERIOD
)
_NUMBERS = select(ORDERS.c.id, ORDERS.c.number).where(ORDERS.c.id.in_(bindparam("ids", expanding=True)))
_SALES = func.sum(LINES.c.total).label("sales")
_BEST = (
    select(
        LINES.c.product_id, func.max(LINES.c.id).label("line_id"), func.sum(LINES.c.quantity).label("pieces"), _SALES,
    )
    .join(ORDERS, ORDERS.c.id == LINES.c.order_id).where(_IN_PERIOD)
    .group_by(LINES.c.product_id).order_by(_SALES.desc(), LINES.c.product_id).limit(bindparam("most")).subquery()
)
# The name as it was ordered last.
_BESTSELLERS = (
    select(_BEST, LINES.c.name).join(LINES, LINES.c.id == _BEST.c.line_id)
    .order_by(_BEST.c.sales.desc(), _BEST.c.product_id)
)
_OPEN = ORDERS.c.state.in_([arcs.PLACED, arcs.CONFIRMED])
_READY = (
    _OPEN & (ORDERS.c.fulfilment == arcs.UNFULFILLED)
    & (ORDERS.c.payment.in_([arcs.PAID, arcs.PARTLY_REFUNDED]) | (ORDERS.c.payment_method == CASH_ON_DELIVERY))
)
_TO_PAY = (
    _OPEN & ORDERS.c.payment.in_([arcs.UNPAID, arcs.PARTLY_PAID]) & (ORDERS.c.payment_method != CASH_ON_DELIVERY)
)
_WAITS = select(
    func.coalesce(func.sum(case((_READY, 1), else_=0)), 0).label("to_ship"),
    func.coalesce(func.sum(case((_READY & ORDERS.c.claimed_by.is_(None), 1), else_=0)), 0).label("unclaimed"),
    func.coalesce(func.sum(case((_TO_PAY, 1), else_=0)), 0).label("to_pay"),
).where(_OPEN)


def placed(tx: Tx, currency: str, since: datetime, until: datetime) -> Placed:
    period = {"currency": currency, "since": since, "until": until}
    row = tx.first(_PLACED, period)
    assert row is not None
    return Placed(row.orders, row.buyers, int(tx.scalar(_PIECES, period)), Money(int(row.total), currency))


def placed_in_others(tx: Tx, currency: str, since: datetime, until: datetime) -> tuple[tuple[int, Money], ...]:
    rows = tx.rows(_IN_OTHERS, {"currency": currency, "since": since, "until": until})
    return tuple((row.orders, Money(int(row.total), row.currency)) for row in rows)


def bestsellers(tx: Tx, currency: str, since: datetime, until: datetime, most: int) -> tuple[Bestseller, ...]:
    rows = tx.rows(_BESTSELLERS, {"currency": currency, "since": since, "until": until, "most": most})
    return tuple(Bestseller(row.product_id, row.name, int(row.pieces), Money(int(row.sales), currency)) for row in rows)


def waits(tx: Tx) -> Waits:
    row = tx.first(_WAITS)
    assert row is not None
    return Waits(int(row.to_ship), int(row.unclaimed), int(row.to_pay))


def numbers(tx: Tx, order_ids: Collection[int]) -> dict[int, str]:
    return {row.id: row.number for row in tx.rows(_NUMBERS, {"ids": sorted(set(order_ids))})}

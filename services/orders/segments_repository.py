"""Which customers bought what, as sub-queries, and what a group of people ordered. Bought is what was paid for and
neither cancelled nor wholly refunded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from services.orders import arcs
from services.orders.models import OrderLineRow, OrderRow
from services.shared.db import Tx

ORDERS, LINES = OrderRow.__table__, OrderLineRow.__table__

_BOUGHT = (ORDERS.c.state != arcs.CANCELLED) & ORDERS.c.payment.in_((arcs.PAID, arcs.PARTLY_REFUNDED))

# How many values one statement names.
_AT_ONCE = 5_000
_BY_NUMBERS = select(ORDERS.c.number, ORDERS.c.customer_id).where(
    ORDERS.c.number.in_(bindparam("numbers", expanding=True))
)


def by_numbers(tx: Tx, numbers: Sequence[str]) -> dict[str, int]:
    """Whose orders these are: number -> customer's id."""
    found: dict[str, int] = {}
    for at in range(0, len(numbers), _AT_ONCE):
        found |= {row.number: row.customer_id for row in tx.rows(_BY_NUMBERS, {"numbers": numbers[at:at + _AT_ONCE]})}
    return found


def buyers(products: Select[Any] | Collection[int] | None, since: datetime | None) -> Select[Any]:
    """Who bought one of `products` (anything, if None) in an order placed at `since` or later (ever, if None)."""
    found = select(ORDERS.c.customer_id).where(_BOUGHT)
    if since is not None:
        found = found.where(ORDERS.c.placed_at >= since)
    if products is not None:
        found = found.join(LINES, LINES.c.order_id == ORDERS.c.id).where(LINES.c.product_id.in_(products))
    return found


def spenders(amount: int, currency: str, since: datetime | None) -> Select[Any]:
    """Who spent `amount` minor units or more, refunds taken off, in orders placed at `since` or later."""
    found = select(ORDERS.c.customer_id).where(_BOUGHT, ORDERS.c.currency == currency)
    if since is not None:
        found = found.where(ORDERS.c.placed_at >= since)
    return found.group_by(ORDERS.c.customer_id).having(func.sum(ORDERS.c.paid - ORDERS.c.refunded) >= amount)


def delivered_to(region: str) -> Select[Any]:
    """Who ever ordered to `region`."""
    return select(ORDERS.c.customer_id).where(ORDERS.c.region == region)


def regions_abroad() -> Select[Any, Any]:
    """(customer_id, region) of each person whose newest order that went anywhere went abroad: a country's code."""
    newest = (
        select(func.max(ORDERS.c.id)).where(ORDERS.c.region.is_not(None)).group_by(ORDERS.c.customer_id)
    )
    return select(ORDERS.c.customer_id, ORDERS.c.region).where(
        ORDERS.c.id.in_(newest), func.length(ORDERS.c.region) == 2
    )


def sales(windows: Any) -> Select[Any, Any, Any]:
    """How many orders were bought within `windows` (a sub-query of customer_id, begins, ends), and what they brought.

    A row for each currency: orders, amount in minor units with refunds taken off. An order counts once.
    """
    inside = select(windows.c.customer_id).where(
        windows.c.customer_id == ORDERS.c.customer_id, ORDERS.c.placed_at >= windows.c.begins,
        ORDERS.c.placed_at < windows.c.ends,
    ).exists()
    amount = func.sum(ORDERS.c.paid - ORDERS.c.refunded).label("amount")
    orders = func.count().label("orders")
    return select(ORDERS.c.currency, orders, amount).where(_BOUGHT, inside).group_by(ORDERS.c.currency)

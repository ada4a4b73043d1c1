"""Permissions of people behind the counter. A permission is "area.act"; roles are sets of them."""

from __future__ import annotations

ORDERS_VIEW = "orders.view"
ORDERS_HANDLE = "orders.handle"
ORDERS_SHIP = "orders.ship"
ORDERS_CANCEL = "orders.cancel"
ORDERS_REFUND = "orders.refund"
PAYMENTS_CONFIRM = "payments.confirm"

# What the members of the staff group may do.
ORDER_DESK = frozenset(
    {ORDERS_VIEW, ORDERS_HANDLE, ORDERS_SHIP, ORDERS_CANCEL, ORDERS_REFUND, PAYMENTS_CONFIRM}
)
OWNER = frozenset({"*"})

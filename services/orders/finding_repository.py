from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, false, func, insert, or_, select

from services.customers import finding_repository as customers
from services.orders.models import OrderKeyRow, OrderLineRow, OrderRow
from services.shared.db import Tx

ORDERS, LINES, KEYS = OrderRow.__table__, OrderLineRow.__table__, OrderKeyRow.__table__

_FORGET = delete(KEYS).where(KEYS.c.order_id == bindparam("of_order"))
_ADD = insert(KEYS)
_WITHOUT = (
    select(ORDERS.c.id, ORDERS.c.number, ORDERS.c.recipient)
    .where(ORDERS.c.id > bindparam("after"), ORDERS.c.recipient.is_not(None))
    .where(~select(KEYS.c.key).where(KEYS.c.order_id == ORDERS.c.id).exists())
    .order_by(ORDERS.c.id)
    .limit(bindparam("most"))
)


def put(tx: Tx, order_id: int, keys: Collection[str]) -> None:
    tx.execute(_FORGET, {"of_order": order_id})
    add(tx, order_id, keys)


def add(tx: Tx, order_id: int, keys: Collection[str]) -> None:
    tx.execute(_ADD, [{"key": key, "order_id": order_id} for key in sorted(keys)])


def without(tx: Tx, after: int, most: int) -> Sequence[Row[Any]]:
    """Orders with a recipient and no fingerprint, oldest first."""
    return tx.rows(_WITHOUT, {"after": after, "most": most})


def fitting(
    number: str, code: str, name: Sequence[str], phone: Sequence[str], also: Select[Any] | None
) -> ColumnElement[bool]:
    """Whether an order's number ends in `number`, a SKU of it is `code`, or its recipient or customer has the
    fingerprints: all of `name`, or one of `phone`. `also` are the ids of orders that fit for another reason."""
    parts: list[ColumnElement[bool]] = []
    if number:
        parts.append(ORDERS.c.number.endswith(number))
    if code:
        parts.append(ORDERS.c.id.in_(select(LINES.c.order_id).where(LINES.c.sku_code == code)))
    if name:
        found = select(KEYS.c.order_id).where(KEYS.c.key.in_(name)).group_by(KEYS.c.order_id)
        parts += [ORDERS.c.id.in_(found.having(func.count() == len(name))),
                  ORDERS.c.customer_id.in_(customers.with_all(name))]
    if phone:
        parts += [ORDERS.c.id.in_(select(KEYS.c.order_id).where(KEYS.c.key.in_(phone))),
                  ORDERS.c.customer_id.in_(customers.with_any(phone))]
    if also is not None:
        parts.append(ORDERS.c.id.in_(also))
    return or_(*parts) if parts else false()

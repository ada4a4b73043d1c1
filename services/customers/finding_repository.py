from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, func, insert, select

from services.customers.models import CustomerKeyRow, CustomerRow
from services.shared.db import Tx

KEYS, CUSTOMERS = CustomerKeyRow.__table__, CustomerRow.__table__

_FORGET = delete(KEYS).where(KEYS.c.customer_id == bindparam("of_customer"))
_ADD = insert(KEYS)
_WITHOUT = (
    select(CUSTOMERS.c.id, CUSTOMERS.c.profile)
    .where(CUSTOMERS.c.id > bindparam("after"), CUSTOMERS.c.profile != "")
    .where(~select(KEYS.c.key).where(KEYS.c.customer_id == CUSTOMERS.c.id).exists())
    .order_by(CUSTOMERS.c.id)
    .limit(bindparam("most"))
)


def put(tx: Tx, customer_id: int, keys: Collection[str]) -> None:
    tx.execute(_FORGET, {"of_customer": customer_id})
    if keys:
        tx.execute(_ADD, [{"key": key, "customer_id": customer_id} for key in sorted(keys)])


def with_all(keys: Sequence[str]) -> Select[Any]:
    """The ids of people who have every one of these fingerprints."""
    found = select(KEYS.c.customer_id).where(KEYS.c.key.in_(keys)).group_by(KEYS.c.customer_id)
    return found.having(func.count() == len(keys))


def with_any(keys: Sequence[str]) -> Select[Any]:
    return select(KEYS.c.customer_id).where(KEYS.c.key.in_(keys))


def without(tx: Tx, after: int, most: int) -> Sequence[Row[Any]]:
    """People with a profile and no fingerprint, in the order of their ids: id and sealed profile."""
    return tx.rows(_WITHOUT, {"after": after, "most": most})

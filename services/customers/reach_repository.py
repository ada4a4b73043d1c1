from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select, union

from services.customers.models import AddressRow, CustomerRow
from services.shared.db import Tx

CUSTOMERS, ADDRESSES = CustomerRow.__table__, AddressRow.__table__

_CONSENTING = select(CUSTOMERS.c.id).where(
    CUSTOMERS.c.id.in_(bindparam("customers", expanding=True)), CUSTOMERS.c.marketing_at.is_not(None),
    CUSTOMERS.c.blocked_at.is_(None),
)
_REACHABLE = select(CUSTOMERS.c.id).where(
    CUSTOMERS.c.id.in_(bindparam("customers", expanding=True)), CUSTOMERS.c.blocked_at.is_(None)
)
_INDEX = bindparam("phone_index")
_BY_PHONE = union(
    select(CUSTOMERS.c.id).where(CUSTOMERS.c.phone_index == _INDEX),
    select(ADDRESSES.c.customer_id).where(ADDRESSES.c.phone_index == _INDEX),
)


def consenting(tx: Tx, customer_ids: Collection[int]) -> frozenset[int]:
    return frozenset(row.id for row in tx.rows(_CONSENTING, {"customers": list(customer_ids)}))


def reachable(tx: Tx, customer_ids: Collection[int]) -> frozenset[int]:
    return frozenset(row.id for row in tx.rows(_REACHABLE, {"customers": list(customer_ids)}))


def by_phone_index(tx: Tx, phone_index: str) -> tuple[int, ...]:
    return tuple(sorted(row.id for row in tx.rows(_BY_PHONE, {"phone_index": phone_index})))

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

from services.customers.models import CustomerRow
from services.shared.db import Tx

CUSTOMERS = CustomerRow.__table__

_NEWCOMERS = select(func.count()).where(
    CUSTOMERS.c.created_at >= bindparam("since"), CUSTOMERS.c.created_at < bindparam("until")
)
_FIRST = select(func.min(CUSTOMERS.c.created_at))


def newcomers(tx: Tx, since: datetime, until: datetime) -> int:
    return tx.scalar(_NEWCOMERS, {"since": since, "until": until})


def first_contact(tx: Tx) -> datetime | None:
    return tx.scalar(_FIRST)

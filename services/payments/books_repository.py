from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from services.payments import repository
from services.payments.models import PaymentAttemptRow, RefundRow
from services.payments.types import Refund
from services.shared.db import Tx
from services.shared.money import Money

REFUNDS, ATTEMPTS = RefundRow.__table__, PaymentAttemptRow.__table__

# For people first: those of others, those to be paid out; then what is under way.
_WAITING = ("external", "manual", "pending", "requested")

_BEGUN = select(REFUNDS.c.created_at).where(REFUNDS.c.number.in_(bindparam("numbers", expanding=True)))
_OUTSTANDING: Select[Any] = (
    select(REFUNDS).where(REFUNDS.c.status.in_(_WAITING))
    .order_by(case({status: place for place, status in enumerate(_WAITING)}, value=REFUNDS.c.status), REFUNDS.c.id)
    .offset(bindparam("skipped")).limit(bindparam("most"))
)
_ATTEMPTS = select(ATTEMPTS).where(ATTEMPTS.c.id.in_(bindparam("ids", expanding=True)))
_COUNTS = select(
    func.count(case((REFUNDS.c.status == "external", REFUNDS.c.id))).label("external"), func.count().label("all"),
).where(REFUNDS.c.status.in_(_WAITING))
_AT_ONCE = 500


def begun(tx: Tx, numbers: Sequence[str]) -> tuple[datetime, ...]:
    return tuple(
        row.created_at for start in range(0, len(numbers), _AT_ONCE)
        for row in tx.rows(_BEGUN, {"numbers": list(numbers[start:start + _AT_ONCE])})
    )


def outstanding(tx: Tx, skipped: int, most: int) -> tuple[Refund, ...]:
    rows = tx.rows(_OUTSTANDING, {"skipped": skipped, "most": most})
    found = tx.rows(_ATTEMPTS, {"ids": sorted({row.attempt_id for row in rows})}) if rows else ()
    attempts = {row.id: repository.read_attempt(row) for row in found}
    return tuple(
        Refund(row.id, row.number, row.order_id, attempts[row.attempt_id], Money(row.amount, row.currency), row.reason,
               row.status, row.created_at, row.settled_by, row.reference, row.note)
        for row in rows
    )


def outstanding_counts(tx: Tx) -> tuple[int, int]:
    row = tx.first(_COUNTS)
    assert row is not None
    return row.external, row.all

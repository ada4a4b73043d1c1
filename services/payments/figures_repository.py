from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import bindparam, case, func, select

from services.payments.models import LedgerRow
from services.shared.db import Tx
from services.shared.money import Money

LEDGER = LedgerRow.__table__

_KEPT = case((LEDGER.c.kind == "fee", LEDGER.c.amount), else_=-LEDGER.c.amount)
_FEES = select(func.coalesce(func.sum(_KEPT), 0)).where(
    LEDGER.c.kind.in_(("fee", "fee-return")), LEDGER.c.currency == bindparam("currency"),
    LEDGER.c.at >= bindparam("since"), LEDGER.c.at < bindparam("until"),
)


_IN_OTHERS = (
    select(
        LEDGER.c.currency,
        *(func.sum(case((LEDGER.c.kind == kind, LEDGER.c.amount), else_=0)).label(kind)
          for kind in ("capture", "refund")),
    )
    .where(LEDGER.c.kind.in_(("capture", "refund")), LEDGER.c.currency != bindparam("currency"),
           LEDGER.c.at >= bindparam("since"), LEDGER.c.at < bindparam("until"))
    .group_by(LEDGER.c.currency).order_by(LEDGER.c.currency)
)


def takings_in_others(
    tx: Tx, currency: str, since: datetime, until: datetime
) -> tuple[tuple[Money, Money], ...]:
    rows = tx.rows(_IN_OTHERS, {"currency": currency, "since": since, "until": until})
    return tuple((Money(int(row.capture), row.currency), Money(int(row.refund), row.currency)) for row in rows)


def takings(tx: Tx, currency: str, edges: Sequence[datetime]) -> tuple[tuple[Money, Money], ...]:
    """(captured, refunded) in each stretch between two neighbouring `edges`, the first inside, the second outside."""
    columns = [
        func.coalesce(func.sum(case(
            ((LEDGER.c.kind == kind) & (LEDGER.c.at >= since) & (LEDGER.c.at < until), LEDGER.c.amount), else_=0,
        )), 0)
        for since, until in pairwise(edges) for kind in ("capture", "refund")
    ]
    row = tx.first(
        select(*(column.label(f"c{number}") for number, column in enumerate(columns)))
        .where(LEDGER.c.at >= edges[0], LEDGER.c.at < edges[-1], LEDGER.c.currency == currency)
    )
    assert row is not None
    sums = [Money(int(amount), currency) for amount in row]
    return tuple(zip(sums[::2], sums[1::2], strict=True))


def fees(tx: Tx, currency: str, since: datetime, until: datetime) -> Money:
    """What providers kept in [since, until), less what they gave back."""
    return Money(int(tx.scalar(_FEES, {"currency": currency, "since": since, "until": until})), currency)

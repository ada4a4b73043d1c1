from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import case, func, select

from services.payments.models import LedgerRow, PaymentAttemptRow
from services.shared.db import Tx
from services.shared.money import Money

LEDGER, ATTEMPTS = LedgerRow.__table__, PaymentAttemptRow.__table__


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
        .join(ATTEMPTS, ATTEMPTS.c.id == LEDGER.c.attempt_id)
        .where(LEDGER.c.at >= edges[0], LEDGER.c.at < edges[-1], ATTEMPTS.c.currency == currency)
    )
    assert row is not None
    sums = [Money(int(amount), currency) for amount in row]
    return tuple(zip(sums[::2], sums[1::2], strict=True))

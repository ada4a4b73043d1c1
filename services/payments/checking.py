"""The books agree with themselves and with the orders: no money was counted twice, lost, or given back too much of.

What is compared are the books of two areas, so this module alone reads the orders' sums for itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, ColumnElement, ScalarSelect, cast, func, select

from services.orders import arcs
from services.orders.models import OrderRow
from services.orders.types import BANK_TRANSFER
from services.payments import ledger_checking
from services.payments.models import LedgerRow, PaymentAttemptRow, PaymentEventRow, RefundRow
from services.payments.repository import LIVE_REFUNDS
from services.shared.db import Tx
from services.shared.violations import Violation

ORDERS, ATTEMPTS, EVENTS = OrderRow.__table__, PaymentAttemptRow.__table__, PaymentEventRow.__table__
LEDGER, REFUNDS = LedgerRow.__table__, RefundRow.__table__


def _sum(amounts: Column[int]) -> ColumnElement[int]:
    """PostgreSQL adds up to a decimal, which reads as 1E+4."""
    return cast(func.coalesce(func.sum(amounts), 0), BigInteger)


def _moved(kind: str) -> ScalarSelect[int]:
    of_order = select(_sum(LEDGER.c.amount)).where(LEDGER.c.order_id == ORDERS.c.id, LEDGER.c.kind == kind)
    return of_order.scalar_subquery()


_RETURNING = select(_sum(REFUNDS.c.amount)).where(
    REFUNDS.c.order_id == ORDERS.c.id, REFUNDS.c.status.in_(LIVE_REFUNDS)
)
_FAILED = select(func.count()).where(REFUNDS.c.order_id == ORDERS.c.id, REFUNDS.c.status == "failed")
_ORDERS = select(
    ORDERS.c.number, ORDERS.c.state, ORDERS.c.paid, ORDERS.c.refunded, _moved("capture").label("captured"),
    _moved("refund").label("returned"), _RETURNING.scalar_subquery().label("going_back"),
    _FAILED.scalar_subquery().label("failed"), (_moved("dispute") - _moved("dispute-return")).label("disputed"),
)
_CAPTURED = select(_sum(LEDGER.c.amount)).where(
    LEDGER.c.attempt_id == ATTEMPTS.c.id, LEDGER.c.kind == "capture"
)
_GIVEN_BACK = select(_sum(REFUNDS.c.amount)).where(
    REFUNDS.c.attempt_id == ATTEMPTS.c.id, REFUNDS.c.status.in_(LIVE_REFUNDS)
)
_ATTEMPTS = select(
    ATTEMPTS.c.number, ATTEMPTS.c.provider, ATTEMPTS.c.status, _CAPTURED.scalar_subquery().label("captured"),
    _GIVEN_BACK.scalar_subquery().label("given_back"),
)
_BOOKED = select(_sum(LEDGER.c.amount)).where(
    LEDGER.c.attempt_id == REFUNDS.c.attempt_id, LEDGER.c.kind == "refund", LEDGER.c.reference == REFUNDS.c.number
)
_REFUNDS = select(REFUNDS.c.number, REFUNDS.c.status, REFUNDS.c.amount, _BOOKED.scalar_subquery().label("booked"))
_BOOKED_EVENT = select(_sum(LEDGER.c.amount)).where(
    LEDGER.c.attempt_id == EVENTS.c.attempt_id, LEDGER.c.kind == "capture",
    LEDGER.c.reference == EVENTS.c.provider_payment_id,
)
_EVENTS = (
    select(EVENTS.c.event_id, EVENTS.c.kind, EVENTS.c.status, EVENTS.c.outcome, EVENTS.c.amount,
           (EVENTS.c.currency == ORDERS.c.currency).label("countable"), _BOOKED_EVENT.scalar_subquery().label("booked"))
    .join_from(EVENTS, ATTEMPTS, ATTEMPTS.c.id == EVENTS.c.attempt_id)
    .join(ORDERS, ORDERS.c.id == ATTEMPTS.c.order_id)
)


def violations(tx: Tx) -> list[Violation]:
    """What does not hold; empty is good."""
    return [*_orders(tx), *_attempts(tx), *_refunds(tx), *_events(tx), *ledger_checking.violations(tx)]


def _orders(tx: Tx) -> Iterator[Violation]:
    for row in tx.rows(_ORDERS):
        if row.captured != row.paid:
            yield Violation("an order's paid = captures", row.number, f"{row.paid} ≠ {row.captured}")
        if row.returned != row.refunded:
            yield Violation("an order's refunded = refunds", row.number, f"{row.refunded} ≠ {row.returned}")
        # A refund that failed waits for people; until then its money is held rightly.
        kept = row.captured - row.going_back
        if row.state == arcs.CANCELLED and kept not in (0, row.disputed) and not row.failed:
            yield Violation("a cancelled order keeps no money", row.number, f"{row.captured} − {row.going_back}")


def _attempts(tx: Tx) -> Iterator[Violation]:
    for row in tx.rows(_ATTEMPTS):
        subject = f"payment {row.number}"
        if row.given_back > row.captured:
            yield Violation("refunds ≤ captures", subject, f"{row.given_back} > {row.captured}")
        if row.status == "succeeded" and not row.captured:
            yield Violation("a payment that succeeded was captured", subject, row.provider)
        # A transfer may come in parts, and the rest another way.
        settled = row.status in ("succeeded", "mismatch") or (row.provider == BANK_TRANSFER and row.status != "failed")
        if row.captured and not settled:
            yield Violation("a payment that was captured succeeded", subject, f"{row.status}, {row.captured}")


def _refunds(tx: Tx) -> Iterator[Violation]:
    for row in tx.rows(_REFUNDS):
        if row.booked != (row.amount if row.status == "succeeded" else 0):
            yield Violation("a refund is booked when done", f"refund {row.number}", f"{row.status}, {row.booked}")


def _events(tx: Tx) -> Iterator[Violation]:
    for row in tx.rows(_EVENTS):
        if not row.outcome:
            yield Violation("an event has an outcome", f"event {row.event_id}", f"{row.kind}.{row.status}")
        if row.kind == "payment" and row.status == "succeeded" and row.countable and row.booked != row.amount:
            yield Violation("a success is booked once", f"event {row.event_id}", f"{row.booked} ≠ {row.amount}")

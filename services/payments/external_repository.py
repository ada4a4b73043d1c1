from __future__ import annotations

from sqlalchemy import bindparam, select, update

from services.payments import repository
from services.payments.models import PaymentEventRow, RefundRow
from services.payments.types import PaymentEvent, Refund
from services.shared.db import Tx

EVENTS, REFUNDS = PaymentEventRow.__table__, RefundRow.__table__

_UNNAMED = (
    select(REFUNDS.c.id)
    .where(REFUNDS.c.attempt_id == bindparam("attempt"), REFUNDS.c.status == "requested",
           REFUNDS.c.reference.is_(None), REFUNDS.c.amount == bindparam("of_amount"),
           REFUNDS.c.currency == bindparam("of_currency"))
    .order_by(REFUNDS.c.id).limit(1)
)
_ASSUMED = select(EVENTS.c.id).where(
    EVENTS.c.attempt_id == bindparam("attempt"), EVENTS.c.provider_payment_id == bindparam("named"),
    EVENTS.c.kind == "refund", EVENTS.c.outcome == "assumed",
)
_NEWS_OF = select(EVENTS.c.status).where(
    EVENTS.c.attempt_id == bindparam("attempt"), EVENTS.c.provider_payment_id == bindparam("named"),
    EVENTS.c.kind == bindparam("of_kind"),
)
_SET_NOTE = update(REFUNDS).where(REFUNDS.c.id == bindparam("refund_id")).values(note=bindparam("new"))


def unnamed(tx: Tx, event: PaymentEvent, attempt_id: int) -> Refund | None:
    """The oldest refund of an event's amount whose number at the provider is not known yet."""
    values = {"attempt": attempt_id, "of_amount": event.amount.amount, "of_currency": event.amount.currency}
    refund_id = tx.scalar(_UNNAMED, values)
    return None if refund_id is None else repository.refund(tx, refund_id)


def was_assumed(tx: Tx, refund: Refund) -> bool:
    """Whether an event without a number of ours was taken for the refund, and gave it its reference."""
    values = {"attempt": refund.attempt.id, "named": refund.reference or ""}
    return tx.first(_ASSUMED, values) is not None


def news_of(tx: Tx, kind: str, attempt_id: int, provider_payment_id: str) -> set[str]:
    """The statuses that a provider has told of a movement."""
    values = {"attempt": attempt_id, "named": provider_payment_id, "of_kind": kind}
    return {row.status for row in tx.rows(_NEWS_OF, values)}


def set_note(tx: Tx, refund_id: int, note: str) -> None:
    tx.execute(_SET_NOTE, {"refund_id": refund_id, "new": note})

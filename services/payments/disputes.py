"""Money that a payer's bank takes back (a chargeback) until it is decided whose it is."""

from __future__ import annotations

from services.orders import arcs
from services.orders.standing import Standing
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import external_repository, ledger, refunding
from services.payments.types import Attempt, PaymentEvent
from services.shared.actors import SYSTEM
from services.shared.db import Tx


def hear(tx: Tx, event: PaymentEvent, order: Standing, paid: Attempt) -> str:
    """A provider's event about a dispute of `paid`; the event is stored, the order is locked.

    A fold over what was told, in whatever order: opened or lost takes the money, won brings it back. What comes back
    for an order that is off goes back to its customer.
    """
    facts = {"order_id": order.id, "attempt_id": paid.id, "amount": event.amount.amount,
             "currency": event.amount.currency, "status": event.status}
    outbox.enqueue(tx, "payments.dispute", facts, lane=URGENT)
    if event.amount.currency != paid.amount.currency:
        return "disputed"
    told = external_repository.news_of(tx, "dispute", paid.id, event.provider_payment_id)
    if told & {"opened", "lost"}:
        ledger.dispute(tx, paid, event)
    if "won" in told and ledger.dispute_won(tx, paid, event) and order.state == arcs.CANCELLED:
        refunding.give_back_all(tx, SYSTEM, order.id, "cancelled")
    return "disputed"

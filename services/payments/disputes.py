"""Money that a payer's bank takes back (a chargeback) until it is decided whose it is."""

from __future__ import annotations

from services.orders import arcs
from services.orders.standing import Standing
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import external_repository, ledger, refunding
from services.payments.disputes_holding import keep_back
from services.payments.types import Attempt, PaymentEvent
from services.shared.actors import SYSTEM
from services.shared.db import Tx

# The furthest of what was told is how a dispute stands, whatever came last: the bank asked, took the money, kept it,
# or gave it back.
_FURTHEST = ("won", "lost", "opened", "asked")


def hear(tx: Tx, event: PaymentEvent, order: Standing, paid: Attempt) -> str:
    """A provider's event about a dispute of `paid`; the event is stored, the order is locked.

    A fold over what was told, in whatever order: opened or lost takes the money, won brings it back; a bank that only
    asks moves none. Until it is won the order does not leave by mistake. What comes back for an order that is off goes
    back to its customer.
    """
    told = external_repository.news_of(tx, "dispute", paid.id, event.provider_payment_id)
    facts = {"order_id": order.id, "attempt_id": paid.id, "amount": event.amount.amount,
             "currency": event.amount.currency, "status": next(word for word in _FURTHEST if word in told)}
    outbox.enqueue(tx, "payments.dispute", facts, lane=URGENT)
    if "won" not in told:
        keep_back(tx, order.id)
    if event.amount.currency != paid.amount.currency:
        return "disputed"
    if told & {"opened", "lost"}:
        ledger.dispute(tx, paid, event)
    if "won" in told and ledger.dispute_won(tx, paid, event) and order.state == arcs.CANCELLED:
        refunding.give_back_all(tx, SYSTEM, order.id, "cancelled")
    return "disputed"

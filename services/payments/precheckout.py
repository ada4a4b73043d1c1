"""The last question before money moves inside Telegram: may this invoice be paid, by this person, now?

Telegram asks within the payment and cancels it unless it is answered in ten seconds. What is refused here costs nobody
anything; what slips through later is caught where money is received.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.customers import service as customers
from services.inventory import service as inventory
from services.inventory.errors import OutOfStock
from services.orders import standing, steps
from services.orders.arcs import CANCELLED
from services.orders.standing import Standing
from services.payments import repository
from services.payments.errors import InvoiceRefused
from services.payments.providers.telegram_invoices import provider_of
from services.payments.receiving import owed
from services.payments.types import Attempt
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money

# Between our yes and the word that it is paid: an order that would run out meanwhile has its time made longer, once.
GRACE = timedelta(minutes=2)
# So long after a yes another try of the same invoice waits: two devices must not both pay.
UNDER_WAY = timedelta(seconds=15)
# In the attempt's facts: when a question was answered with yes, and which.
_AT, _QUERY = "approved_at", "approved_query"


def approve(tx: Tx, query_id: str, payer: int, number: str, amount: Money) -> None:
    """Agrees that the person with the Telegram id `payer` pays the attempt `number`; the order is kept for them.

    Only who ordered may pay: a link can be forwarded, and a refund would reach somebody who bought nothing.
    Asked again about the same question it agrees again. Raises InvoiceRefused with a reason: unknown, not-yours, paid,
    over, changed, under-way, sold-out.
    """
    attempt, order = _locked(tx, number, amount)
    if customers.require(tx, order.customer_id).telegram_id != payer:
        raise InvoiceRefused(reason="not-yours")
    if attempt.facts.get(_QUERY) == query_id:
        return
    _require_open(tx, order)
    _require_newest(tx, attempt, order, amount)
    if _AT in attempt.facts and tx.now < datetime.fromisoformat(attempt.facts[_AT]) + UNDER_WAY:
        raise InvoiceRefused(reason="under-way")
    try:
        _keep(tx, order, again=_AT in attempt.facts)
    except OutOfStock:
        raise InvoiceRefused(reason="sold-out") from None
    repository.add_facts(tx, attempt, {_AT: tx.now.isoformat(), _QUERY: query_id})


def order_behind(tx: Tx, actor: Actor, number: str) -> int:
    """The own order that an invoice is about. Raises NotFound for another's, and where there is none."""
    found = repository.attempt_by_number(tx, number)
    if found is None:
        raise NotFound()
    actor.require_own(standing.read(tx, found.order_id).customer_id)
    return found.order_id


def _locked(tx: Tx, number: str, amount: Money) -> tuple[Attempt, Standing]:
    found = repository.attempt_by_number(tx, number)
    if found is None or found.provider != provider_of(amount.currency):
        raise InvoiceRefused(reason="unknown")
    order = standing.lock(tx, found.order_id)
    attempt = repository.attempt(tx, found.id)
    assert attempt is not None
    return attempt, order


def _require_open(tx: Tx, order: Standing) -> None:
    if order.state == CANCELLED or (order.expires_at is not None and order.expires_at <= tx.now):
        raise InvoiceRefused(reason="over", number=order.number)
    if owed(tx, order).amount <= 0:
        raise InvoiceRefused(reason="paid", number=order.number)


def _require_newest(tx: Tx, attempt: Attempt, order: Standing, amount: Money) -> None:
    """The invoice is the one that the pay screen shows now, and asks for exactly what is due."""
    newest = repository.attempts(tx, order.id)[-1]
    if attempt.status != "pending" or newest.id != attempt.id or not amount == attempt.amount == owed(tx, order):
        raise InvoiceRefused(reason="changed", number=order.number)


def _keep(tx: Tx, order: Standing, *, again: bool) -> None:
    """The goods stay reserved as long as the order stands. Raises OutOfStock when they are gone."""
    soon = tx.now + GRACE
    if order.expires_at is None or order.expires_at >= soon or again:
        inventory.commit(tx, order.id)
        return
    steps.stop_clock(tx, order.id)
    steps.restart_clock(tx, order.id, soon)

"""A provider's event, applied once: stored, acted on and answered for in one transaction.

The status of an attempt is a fold over its events: a failure never beats a success, order of arrival does not matter.
"""

from __future__ import annotations

from services.orders import standing
from services.orders.standing import Standing
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import disputes, external, receiving, refunding, repository
from services.payments.types import Attempt, Outcome, PaymentEvent
from services.shared.actors import SYSTEM
from services.shared.db import Tx
from services.shared.errors import NotFound


def apply_event(tx: Tx, event: PaymentEvent, notice: bytes = b"") -> Outcome:
    """Stores and applies `event`; one that is known already, or the same news under another id, changes nothing.

    `notice` is kept sealed as it came, where the event did not come as an answer to a question of ours. Raises NotFound
    when no attempt has its number, TooEarly when its payment must be heard of first: nothing is stored then.
    """
    paid = repository.attempt_by_number(tx, event.number)
    if paid is None or paid.provider != event.provider:
        raise NotFound()
    order = standing.lock(tx, paid.order_id)
    stored = repository.add_event(tx, event, paid.id)
    if stored is None:
        return Outcome("repeat", order.id)
    if notice:
        repository.set_raw(tx, stored, notice)
    repository.add_facts(tx, paid, event.facts)
    word = _act(tx, event, order, paid)
    repository.set_outcome(tx, stored, word)
    return Outcome(word, order.id)


def _act(tx: Tx, event: PaymentEvent, order: Standing, paid: Attempt) -> str:
    if event.kind == "refund":
        return _refund(tx, event, order, paid)
    if event.kind == "dispute":
        return disputes.hear(tx, event, order, paid)
    if event.status == "succeeded":
        return receiving.receive(tx, SYSTEM, order, paid, event.amount, event.provider_payment_id, event=event)
    if repository.set_status(tx, paid.id, "failed", ("pending",)):
        outbox.enqueue(tx, "payments.tell-failed", {"order_id": order.id, "attempt_id": paid.id}, lane=URGENT)
    elif paid.status == "closed":
        repository.set_poll(tx, paid.id, None)
    return "failed"


def _refund(tx: Tx, event: PaymentEvent, order: Standing, paid: Attempt) -> str:
    refund = repository.refund_behind(tx, event, order.id, paid.id)
    if refund is None:
        return external.hear(tx, event, paid)
    if not refunding.fits(tx, refund, event):
        refunding.tell_foreign(tx, paid, event.amount)
        return "foreign-refund"
    if refund.reason == refunding.EXTERNAL:
        return external.follow(tx, refund, event)
    if refunding.settle(tx, SYSTEM, refund, event.status, event):
        return "settled"
    if (refund.status, event.status) == ("succeeded", "failed"):
        # The payer's bank would not take it, days later: a person must find another way.
        refunding.tell(tx, refund, "payments.refund-bounced")
        return "bounced"
    return "known"

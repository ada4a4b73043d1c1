"""Refunds that nobody here asked for: made in the provider's own console, they wait for a person.

Such a refund takes its part of what was captured from the moment it is heard of, so that the money does not go back
twice; the books have it when a person says so.
"""

from __future__ import annotations

from services.orders import standing, steps
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import external_repository, refunding, repository
from services.payments.errors import AlreadyDecided, NotManual, TooEarly
from services.payments.refunding import EXTERNAL
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput
from services.staff import audit
from services.staff.types import ORDERS_REFUND

CARD_JOB = "payments.external-refund"
_LONGEST_NOTE = 300
# An attempt in one of these has brought no money yet: what goes back of it cannot be told from too much.
_NOT_PAID = ("pending", "closed", "failed")


def hear(tx: Tx, event: PaymentEvent, paid: Attempt) -> str:
    """A provider's event about a refund of `paid` that it names by no number of ours; the order is locked.

    Where it names none at all it may be faster than the answer to our own call: it is then taken for the oldest refund
    of this amount that waits for one, and told apart when the answer comes (`refunding.note_sent`).
    Raises TooEarly when the payment itself has not been heard of.
    """
    ours = external_repository.unnamed(tx, event, paid.id) if not event.refund_number else None
    if ours is not None:
        repository.set_refund_reference(tx, ours.id, event.provider_payment_id)
        refunding.settle(tx, SYSTEM, ours, event.status, event)
        return "assumed"
    if event.status == "failed":
        return "known"
    if paid.status in _NOT_PAID:
        raise TooEarly()
    if event.amount.currency != paid.amount.currency or event.amount > repository.refundable(tx, paid):
        refunding.tell_foreign(tx, paid, event.amount)
        return "foreign-refund"
    status = EXTERNAL if event.status == "succeeded" else "pending"
    refund = repository.add_refund(
        tx, paid, event.amount, EXTERNAL, SYSTEM.label, status, event.provider_payment_id)
    _draw(tx, refund)
    return "external"


def follow(tx: Tx, refund: Refund, event: PaymentEvent) -> str:
    """More news of such a refund: it has gone through, or failed and its money is there again. A failure never beats a
    success, and neither beats what a person decided."""
    decided = ("pending",) if refund.settled_by else ("pending", "failed")
    leaves = {"succeeded": decided, "failed": ("pending",)}.get(event.status, ())
    status = EXTERNAL if event.status == "succeeded" else event.status
    if not repository.settle_refund(tx, refund.id, status, leaves):
        return "known"
    _draw(tx, refund)
    return "external"


def book(tx: Tx, actor: Actor, refund_id: int) -> Refund:
    """A person says that the refund is the shop's: into the books it goes.

    Raises NotAllowed, NotFound, AlreadyDecided, NotManual when it is not (yet) to be decided.
    """
    actor.require(ORDERS_REFUND)
    refund = _decide(tx, actor, refund_id, "succeeded")
    refunding.book(tx, actor, refund)
    audit.record(tx, actor, "payments.book-refund", f"order:{refund.order_id}", {"amount": refund.amount.amount})
    return refunding.require(tx, refund_id)


def ignore(tx: Tx, actor: Actor, refund_id: int, note: str) -> Refund:
    """A person says that no money of this order went back, and why. Raises what `book` raises, InvalidInput."""
    actor.require(ORDERS_REFUND)
    why = " ".join(note.split())
    if not 0 < len(why) <= _LONGEST_NOTE:
        raise InvalidInput(field="note", reason="explanation")
    refund = _decide(tx, actor, refund_id, "failed")
    external_repository.set_note(tx, refund_id, why)
    facts = {"amount": refund.amount.amount, "reason": why}
    audit.record(tx, actor, "payments.ignore-refund", f"order:{refund.order_id}", facts)
    steps.draw(tx, refund.order_id)
    return refunding.require(tx, refund_id)


def _decide(tx: Tx, actor: Actor, refund_id: int, status: str) -> Refund:
    standing.lock(tx, refunding.require(tx, refund_id).order_id)
    refund = refunding.require(tx, refund_id)
    if refund.settled_by:
        raise AlreadyDecided(by=refund.settled_by)
    if not repository.settle_refund(tx, refund_id, status, (EXTERNAL,), refunding.signature(actor)):
        raise NotManual()
    outbox.enqueue(tx, CARD_JOB, {"refund_id": refund_id}, lane=URGENT)
    return refund


def _draw(tx: Tx, refund: Refund) -> None:
    outbox.enqueue(tx, CARD_JOB, {"refund_id": refund.id}, lane=URGENT)
    steps.draw(tx, refund.order_id)

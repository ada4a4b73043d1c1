"""Money on its way back. The row is written under the order's lock before anybody is asked to move money."""

from __future__ import annotations

from datetime import timedelta

from services.orders import standing, steps
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import external_repository, ledger, repository
from services.payments.errors import AlreadyDecided, NotManual, RefundTooLarge
from services.payments.types import Attempt, PaymentEvent, Refund
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money
from services.staff import audit
from services.staff.types import ORDERS_REFUND

# A provider may tell of a failure before the success that follows it: a failure never beats a success.
_BEFORE = {"succeeded": ("requested", "pending", "manual", "failed"), "failed": ("requested", "pending", "manual")}
# Both the reason and the status of a refund made in the provider's console, until people have decided about it.
EXTERNAL = "external"
# How long after a refund the same number is asked about again: at double its age, between these.
_SOONEST, _LATEST = timedelta(seconds=10), timedelta(hours=6)


def request(tx: Tx, actor: Actor, paid: Attempt, amount: Money, reason: str) -> Refund:
    """Reserves `amount` of what `paid` captured and hands it to the refund job. The order must be locked.

    Raises RefundTooLarge when less than `amount` is left, or when it is not positive.
    """
    left = repository.refundable(tx, paid)
    if amount.amount <= 0 or amount > left:
        raise RefundTooLarge(left=left)
    refund = repository.add_refund(tx, paid, amount, reason, actor.label)
    outbox.enqueue(tx, "payments.refund", {"refund_id": refund.id}, key=f"payments.refund:{refund.id}", lane=URGENT)
    return refund


def give_back_all(tx: Tx, actor: Actor, order_id: int, reason: str) -> tuple[Refund, ...]:
    """Requests everything back that the shop still holds for a locked order, each part the way it came."""
    return tuple(
        request(tx, actor, paid, left, reason)
        for paid in repository.attempts(tx, order_id)
        if (left := repository.refundable(tx, paid)).amount > 0
    )


def refund_by_staff(tx: Tx, actor: Actor, order_id: int, amount: Money) -> tuple[Refund, ...]:
    """Gives back `amount` of a paid order, from its newest payment first. Raises RefundTooLarge, NotAllowed."""
    actor.require(ORDERS_REFUND)
    return give_back(tx, actor, order_id, amount, "staff")


def give_back(tx: Tx, actor: Actor, order_id: int, amount: Money, reason: str) -> tuple[Refund, ...]:
    """Requests `amount` back, from the order's newest payment first; the caller has checked the actor's right.

    Raises RefundTooLarge when less is held, or nothing is asked for.
    """
    standing.lock(tx, order_id)
    parts, missing = [], amount
    for paid in reversed(repository.attempts(tx, order_id)):
        part = min(missing, repository.refundable(tx, paid))
        if part.amount > 0:
            parts.append((paid, part))
            missing = missing - part
    if amount.amount <= 0 or missing.amount > 0:
        raise RefundTooLarge(left=amount - missing)
    return tuple(request(tx, actor, paid, part, reason) for paid, part in parts)


def note_sent(tx: Tx, refund_id: int, status: str, reference: str) -> None:
    """The provider took the refund: it is done, under way, refused, or left to people ("manual")."""
    standing.lock(tx, require(tx, refund_id).order_id)
    refund = require(tx, refund_id)
    if refund.reference not in (None, reference) and external_repository.was_assumed(tx, refund):
        # The event that was taken for this refund told of another one of the same amount, made in the console.
        if status == "failed":
            # That one did what this one could not.
            return
        _keep_apart(tx, refund)
    repository.set_refund_reference(tx, refund_id, reference)
    if status in ("succeeded", "failed"):
        settle(tx, SYSTEM, require(tx, refund_id), status)
        return
    repository.settle_refund(tx, refund_id, status, ("requested",))
    if status == "pending":
        ask_again(tx, refund_id)
    else:
        outbox.enqueue(tx, "payments.refund-by-hand", {"refund_id": refund_id}, key=f"refund-by-hand:{refund_id}")


def ask_again(tx: Tx, refund_id: int) -> None:
    """The refund's fate is not known yet: the same number will be sent again, however long that takes."""
    refund = require(tx, refund_id)
    if refund.status in ("requested", "pending"):
        at = tx.now + min(max(tx.now - refund.created_at, _SOONEST), _LATEST)
        key = f"payments.refund:{refund_id}:{at.isoformat()}"
        outbox.enqueue(tx, "payments.refund", {"refund_id": refund_id}, key=key, at=at)


def settle(tx: Tx, actor: Actor, refund: Refund, status: str, event: PaymentEvent | None = None) -> bool:
    """The refund's fate is known, or that it is under way; the order is locked. False when nothing new was heard, as
    from an echo of our own call. `event` is the provider's word about it."""
    if status == "pending":
        repository.settle_refund(tx, refund.id, status, ("requested",))
        return False
    if not repository.settle_refund(tx, refund.id, status, _BEFORE[status], signature(actor)):
        return False
    if status == "succeeded":
        book(tx, actor, refund, event)
    else:
        tell(tx, refund, "payments.refund-failed")
    return True


def book(tx: Tx, actor: Actor, refund: Refund, event: PaymentEvent | None = None) -> None:
    """The money of a refund has gone: into the books and onto the order, and its customer is told."""
    ledger.refund(tx, refund, actor.label, event)
    steps.record_money(tx, refund.order_id, actor, refunded=refund.amount)
    tell(tx, refund, "payments.tell-refunded")


def tell(tx: Tx, refund: Refund, kind: str) -> None:
    """Asks for a job about the refund, once."""
    outbox.enqueue(tx, kind, {"refund_id": refund.id}, key=f"{kind}:{refund.id}", lane=URGENT)


def signature(actor: Actor) -> str:
    """Who decided by hand; "" where nobody did."""
    return (actor.name or actor.label) if actor.kind == "staff" else ""


def _keep_apart(tx: Tx, refund: Refund) -> None:
    """What was heard under the number that the refund had till now was about another one."""
    told = external_repository.news_of(tx, "refund", refund.attempt.id, refund.reference or "")
    if "succeeded" not in told and "failed" in told:
        return
    if refund.amount > repository.refundable(tx, refund.attempt):
        tell_foreign(tx, refund.attempt, refund.amount)
        return
    status = EXTERNAL if "succeeded" in told else "pending"
    other = repository.add_refund(tx, refund.attempt, refund.amount, EXTERNAL, SYSTEM.label, status, refund.reference)
    outbox.enqueue(tx, "payments.external-refund", {"refund_id": other.id}, lane=URGENT)


def tell_foreign(tx: Tx, paid: Attempt, amount: Money) -> None:
    """More went back than there was, or another sum than was asked for: nothing is kept of it, people must look."""
    facts = {"order_id": paid.order_id, "attempt_id": paid.id, "amount": amount.amount, "currency": amount.currency}
    outbox.enqueue(tx, "payments.foreign-refund", facts)


def fits(tx: Tx, refund: Refund, event: PaymentEvent) -> bool:
    """Whether a provider's word about a refund can be believed: the amount is ours, and the money was still there."""
    if event.amount != refund.amount:
        return False
    known = refund.status != "failed" or event.status != "succeeded"
    return known or repository.refundable(tx, refund.attempt) >= refund.amount


def confirm_by_hand(tx: Tx, actor: Actor, refund_id: int) -> Refund:
    """A member of staff has paid out a refund that was left to people. Raises AlreadyDecided, NotManual."""
    actor.require(ORDERS_REFUND)
    standing.lock(tx, require(tx, refund_id).order_id)
    refund = require(tx, refund_id)
    if refund.settled_by:
        raise AlreadyDecided(by=refund.settled_by)
    if refund.status != "manual":
        raise NotManual()
    settle(tx, actor, refund, "succeeded")
    audit.record(tx, actor, "payments.paid-out", f"order:{refund.order_id}", {"amount": refund.amount.amount})
    return require(tx, refund_id)


def require(tx: Tx, refund_id: int) -> Refund:
    """Raises NotFound."""
    refund = repository.refund(tx, refund_id)
    if refund is None:
        raise NotFound()
    return refund

"""Money on its way back. The row is written under the order's lock before anybody is asked to move money."""

from __future__ import annotations

from services.orders import standing, steps
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import repository
from services.payments.errors import AlreadyDecided, RefundTooLarge
from services.payments.types import Attempt, Refund
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money
from services.staff.types import ORDERS_REFUND

_OPEN = ("requested", "pending", "manual")


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
    standing.lock(tx, order_id)
    parts, missing = [], amount
    for paid in reversed(repository.attempts(tx, order_id)):
        part = min(missing, repository.refundable(tx, paid))
        if part.amount > 0:
            parts.append((paid, part))
            missing = missing - part
    if amount.amount <= 0 or missing.amount > 0:
        raise RefundTooLarge(left=amount - missing)
    return tuple(request(tx, actor, paid, part, "staff") for paid, part in parts)


def note_sent(tx: Tx, refund_id: int, status: str, reference: str) -> None:
    """The provider took the refund: it is done, under way, refused, or left to people ("manual")."""
    refund = require(tx, refund_id)
    standing.lock(tx, refund.order_id)
    repository.set_refund_reference(tx, refund_id, reference)
    if status in ("succeeded", "failed"):
        settle(tx, refund, status)
    elif repository.settle_refund(tx, refund_id, status, ("requested",)) and status == "manual":
        outbox.enqueue(tx, "payments.refund-by-hand", {"refund_id": refund_id}, key=f"refund-by-hand:{refund_id}")


def settle(tx: Tx, refund: Refund, status: str) -> bool:
    """The refund's fate is known; the order is locked. False when it was known before (an echo of our own call)."""
    if not repository.settle_refund(tx, refund.id, status, _OPEN):
        return False
    if status == "succeeded":
        repository.add_to_ledger(tx, "refund", refund.attempt, refund.amount, refund.number, SYSTEM.label)
        steps.record_money(tx, refund.order_id, SYSTEM, refunded=refund.amount)
    kind = "payments.tell-refunded" if status == "succeeded" else "payments.refund-failed"
    outbox.enqueue(tx, kind, {"refund_id": refund.id}, key=f"{kind}:{refund.id}", lane=URGENT)
    return True


def confirm_by_hand(tx: Tx, actor: Actor, refund_id: int) -> Refund:
    """A member of staff has paid a refund out. Raises AlreadyDecided when it is settled."""
    actor.require(ORDERS_REFUND)
    refund = require(tx, refund_id)
    standing.lock(tx, refund.order_id)
    if not settle(tx, refund, "succeeded"):
        raise AlreadyDecided(by="")
    return require(tx, refund_id)


def require(tx: Tx, refund_id: int) -> Refund:
    refund = repository.refund(tx, refund_id)
    if refund is None:
        raise NotFound()
    return refund

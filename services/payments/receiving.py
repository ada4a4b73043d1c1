"""Money has come: into the ledger, onto the order, and what follows from it.

Every way of receiving ends here, under the order's lock: a provider's event, a confirmed transfer, cash at the door.
"""

from __future__ import annotations

from services.orders import arcs, steps
from services.orders.standing import Standing
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import refunding, repository
from services.payments.types import Attempt
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import Refusal
from services.shared.money import Money

# A success is believed whatever was believed before: events arrive in any order.
_BEFORE_SUCCESS = ("pending", "failed", "closed", "mismatch")


def receive(
    tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, reference: str, *, in_parts: bool = False
) -> str:
    """Records `amount` for the locked `order`; `reference` names this movement of money once for the attempt.

    Without `in_parts` the amount must be the attempt's to the minor unit; another one is recorded and goes to people.
    Returns the word of the outcome (`types.Outcome`).
    """
    if amount.currency != order.total.currency:
        # Of no use to the order's sums; the stored event and the staff's card have it.
        return _mismatch(tx, order, paid, amount)
    due = order.total - held(tx, order)
    repository.add_to_ledger(tx, "capture", paid, amount, reference, actor.label)
    if amount != paid.amount and not in_parts:
        _keep_wrong(tx, actor, order, amount, due)
        return _mismatch(tx, order, paid, amount)
    if not in_parts or amount >= due:
        repository.set_status(tx, paid.id, "succeeded", _BEFORE_SUCCESS)
    if order.state == arcs.CANCELLED:
        return _late(tx, actor, order, paid, amount)
    if due.amount <= 0:
        return _give_back(tx, actor, order, paid, amount, "double")
    return _settle(tx, actor, order, paid, amount, due)


def held(tx: Tx, order: Standing) -> Money:
    """What the shop holds for an order: captures less refunds that did not fail."""
    captured = repository.moved(tx, order.id, "capture")
    return Money(captured - repository.returning(tx, order.id), order.total.currency)


def _settle(tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, due: Money) -> str:
    try:
        with tx.savepoint():
            steps.mark_paid(tx, order.id, actor, amount)
    except Refusal:
        # The hold had run out and the goods are gone: money without goods is never kept.
        steps.cancel(tx, order.id, SYSTEM, "sold-out")
        return _give_back(tx, actor, order, paid, amount, "late")
    if amount > due:
        refunding.request(tx, SYSTEM, paid, amount - due, "overpaid")
    return "paid" if amount >= due else "part"


def _keep_wrong(tx: Tx, actor: Actor, order: Standing, amount: Money, due: Money) -> None:
    """Books an amount that was not asked for; the goods stay reserved until people have decided about it."""
    try:
        with tx.savepoint():
            if order.state != arcs.CANCELLED and Money.zero(due.currency) < due <= amount:
                steps.mark_paid(tx, order.id, actor, amount)
                return
            steps.stop_clock(tx, order.id)
    except Refusal:
        pass
    steps.record_money(tx, order.id, actor, captured=amount)


def _late(tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money) -> str:
    """An order that ran out of time lives again if all of it can be had; one that somebody cancelled does not."""
    if order.cancel_reason == "expired":
        try:
            with tx.savepoint():
                steps.revive(tx, order.id, SYSTEM)
                steps.mark_paid(tx, order.id, actor, amount)
            return "revived"
        except Refusal:
            pass
    return _give_back(tx, actor, order, paid, amount, "late")


def _give_back(tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, reason: str) -> str:
    steps.record_money(tx, order.id, actor, captured=amount)
    refund = refunding.request(tx, SYSTEM, paid, amount, reason)
    for kind in ("payments.returned", "payments.tell-returned"):
        outbox.enqueue(tx, kind, {"refund_id": refund.id}, key=f"{kind}:{refund.id}", lane=URGENT)
    return f"refunded-{reason}"


def _mismatch(tx: Tx, order: Standing, paid: Attempt, amount: Money) -> str:
    repository.set_status(tx, paid.id, "mismatch", ("pending", "failed", "closed"))
    facts = {"order_id": order.id, "attempt_id": paid.id, "amount": amount.amount, "currency": amount.currency}
    outbox.enqueue(tx, "payments.mismatch", facts, lane=URGENT)
    return "mismatch"

"""Money has come: into the ledger, onto the order, and what follows from it.

Every way of receiving ends here, under the order's lock: a provider's event, a confirmed transfer, cash at the door.
Money without goods is never kept: what comes for an order that is off goes back by itself.
"""

from __future__ import annotations

from services.orders import arcs, steps
from services.orders.standing import Standing
from services.orders.types import EXPIRED
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import closing, ledger, refunding, repository
from services.payments.types import Attempt, PaymentEvent
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import Refusal
from services.shared.money import Money

# A success is believed whatever was believed before: events arrive in any order.
_BEFORE_SUCCESS = ("pending", "failed", "closed", "mismatch")
_BEFORE_MISMATCH = ("pending", "failed", "closed")


def receive(
    tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, reference: str, *, in_parts: bool = False,
    event: PaymentEvent | None = None,
) -> str:
    """Records `amount` for the locked `order`; `reference` names this movement of money once for the attempt, `event`
    is the provider's word about it, None where a person says so.

    Without `in_parts` the amount must be the attempt's to the minor unit; another one is recorded and goes to people.
    Returns the word of the outcome (`types.Outcome`).
    """
    if amount.currency != order.total.currency:
        # Of no use to the order's sums; the stored event and the staff's card have it.
        repository.set_status(tx, paid.id, "mismatch", _BEFORE_MISMATCH)
        return _mismatch(tx, order, paid, amount)
    due, exact = owed(tx, order), in_parts or amount == paid.amount
    ledger.capture(tx, paid, amount, reference, actor.label, event)
    if exact and (not in_parts or amount >= due):
        repository.set_status(tx, paid.id, "succeeded", _BEFORE_SUCCESS)
    elif not exact:
        repository.set_status(tx, paid.id, "mismatch", _BEFORE_MISMATCH)
    if order.state == arcs.CANCELLED:
        return _late(tx, actor, order, paid, amount, due, exact=exact)
    if not exact:
        return _keep_wrong(tx, actor, order, paid, amount, due)
    if due.amount <= 0:
        return _give_back(tx, actor, order, paid, amount, "double")
    return _settle(tx, actor, order, paid, amount, due)


def held(tx: Tx, order: Standing) -> Money:
    """What the shop holds for an order: captures less refunds that did not fail and what disputes have taken."""
    captured = repository.moved(tx, order.id, "capture")
    gone = repository.returning(tx, order.id) + repository.disputed(tx, order.id)
    return Money(max(captured - gone, 0), order.total.currency)


def owed(tx: Tx, order: Standing) -> Money:
    """What is still to be paid: nothing once the price was complete, whatever people gave back afterwards."""
    if order.paid_at is not None:
        return Money.zero(order.total.currency)
    return max(order.total - held(tx, order), Money.zero(order.total.currency))


def _settle(tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, due: Money) -> str:
    """The right amount for an open order: all of what is due, a part of it, or more (the rest goes back)."""
    if not _book(tx, actor, order, amount):
        return _give_back(tx, actor, order, paid, amount, "late")
    if amount < due:
        return "part"
    closing.close_all(tx, order.id)
    _return_surplus(tx, paid, amount, due)
    return "paid"


def _keep_wrong(tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, due: Money) -> str:
    """Another amount than was asked for: too little keeps the goods, enough pays the order; people decide the rest."""
    if due.amount <= 0:
        steps.record_money(tx, order.id, actor, captured=amount)
    elif not _book(tx, actor, order, amount):
        return _give_back(tx, actor, order, paid, amount, "late")
    elif amount >= due:
        closing.close_all(tx, order.id)
    else:
        facts = {"order_id": order.id, "amount": amount.amount}
        outbox.enqueue(tx, "payments.tell-part", facts, lane=URGENT)
    return _mismatch(tx, order, paid, amount)


def _book(tx: Tx, actor: Actor, order: Standing, amount: Money) -> bool:
    """Adds money to an open order; False, and the order is off, when its hold had run out and the goods are gone."""
    try:
        with tx.savepoint():
            steps.mark_paid(tx, order.id, actor, amount)
    except Refusal:
        steps.cancel(tx, order.id, SYSTEM, "sold-out")
        closing.close_all(tx, order.id)
        return False
    return True


def _late(
    tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, due: Money, *, exact: bool
) -> str:
    """An order that ran out of time lives again if all of it can be had for its whole price; one that somebody
    cancelled, or whose money went back once, does not."""
    if exact and amount >= due and order.cancel_reason == EXPIRED and not order.paid:
        try:
            with tx.savepoint():
                steps.revive(tx, order.id, SYSTEM)
                steps.mark_paid(tx, order.id, actor, amount)
        except Refusal:
            pass
        else:
            outbox.enqueue(tx, "payments.tell-revived", {"order_id": order.id}, lane=URGENT)
            closing.close_all(tx, order.id)
            _return_surplus(tx, paid, amount, due)
            return "revived"
    return _give_back(tx, actor, order, paid, amount, "late")


def _give_back(tx: Tx, actor: Actor, order: Standing, paid: Attempt, amount: Money, reason: str) -> str:
    steps.record_money(tx, order.id, actor, captured=amount)
    refund = refunding.request(tx, SYSTEM, paid, amount, reason)
    for kind in ("payments.returned", "payments.tell-returned"):
        outbox.enqueue(tx, kind, {"refund_id": refund.id}, key=f"{kind}:{refund.id}", lane=URGENT)
    return f"refunded-{reason}"


def _return_surplus(tx: Tx, paid: Attempt, amount: Money, due: Money) -> None:
    """A part had come another way meanwhile: that much of a payment in full was paid twice."""
    if amount > due:
        refunding.request(tx, SYSTEM, paid, amount - due, "overpaid")


def _mismatch(tx: Tx, order: Standing, paid: Attempt, amount: Money) -> str:
    facts = {"order_id": order.id, "attempt_id": paid.id, "amount": amount.amount, "currency": amount.currency}
    outbox.enqueue(tx, "payments.mismatch", facts, lane=URGENT)
    return "mismatch"

"""Money that people confirm: bank transfers with their slips, and cash at the door."""

from __future__ import annotations

from services.inventory.errors import OutOfStock
from services.orders import standing, steps
from services.orders.types import BANK_TRANSFER, CASH_ON_DELIVERY, Terms
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import attempts, receiving, repository
from services.payments.errors import AlreadyDecided, NotPayable
from services.payments.types import Attempt, Outcome, Slip
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.shared.money import Money
from services.staff import audit
from services.staff.types import ORDERS_SHIP, PAYMENTS_CONFIRM


def send_slip(tx: Tx, actor: Actor, order_id: int, file_id: str, unique_id: str, is_document: bool) -> Slip:
    """Keeps the picture of a transfer for an own order and shows it to staff. Raises NotFound, NotPayable.

    An order that ran out of time or goods meanwhile still takes it: whether the money came is for people to say.
    """
    order = standing.lock(tx, order_id)
    actor.require_own(order.customer_id)
    waiting = [a for a in repository.attempts(tx, order_id) if a.provider == BANK_TRANSFER and a.status == "pending"]
    if not waiting:
        raise NotPayable(number=order.number)
    slip_id = repository.add_slip(tx, waiting[-1].id, file_id, unique_id, is_document)
    _wait_for_bank(tx, order_id)
    outbox.enqueue(tx, "payments.slip", {"slip_id": slip_id}, key=f"payments.slip:{slip_id}", lane=URGENT)
    return _require(tx, slip_id)


def confirm_transfer(tx: Tx, actor: Actor, slip_id: int, amount: Money) -> Outcome:
    """The money of a slip is on the account: `amount` of it, which may be a part. Raises AlreadyDecided."""
    actor.require(PAYMENTS_CONFIRM)
    slip = _require(tx, slip_id)
    if amount.amount <= 0 or amount.currency != slip.attempt.amount.currency:
        raise InvalidInput(field="amount")
    order = standing.lock(tx, slip.attempt.order_id)
    _decide(tx, actor, slip, "confirmed")
    audit.record(tx, actor, "payments.confirm-slip", f"order:{order.id}", {"slip": slip_id, "amount": amount.amount})
    word = receiving.receive(tx, actor, order, slip.attempt, amount, f"slip:{slip_id}", in_parts=True)
    if word == "part":
        for kind in ("payments.part", "payments.tell-part"):
            outbox.enqueue(tx, kind, {"order_id": order.id, "amount": amount.amount}, lane=URGENT)
    return Outcome(word, order.id)


def reject_slip(tx: Tx, actor: Actor, slip_id: int, terms: Terms) -> Slip:
    """The money is not there: the customer is asked again, and has the time of a transfer anew. Raises AlreadyDecided.

    Without a clock any picture would hold the goods for ever.
    """
    actor.require(PAYMENTS_CONFIRM)
    slip = _require(tx, slip_id)
    standing.lock(tx, slip.attempt.order_id)
    _decide(tx, actor, slip, "rejected")
    audit.record(tx, actor, "payments.reject-slip", f"order:{slip.attempt.order_id}", {"slip": slip_id})
    if not any(other.status == "waiting" for other in repository.slips(tx, slip.attempt.id)):
        steps.restart_clock(tx, slip.attempt.order_id, tx.now + terms.transfer_within)
    outbox.enqueue(tx, "payments.tell-slip-rejected", {"order_id": slip.attempt.order_id}, lane=URGENT)
    return slip


def slip(tx: Tx, actor: Actor, slip_id: int) -> Slip:
    """A slip for staff. Raises NotAllowed, NotFound."""
    actor.require(PAYMENTS_CONFIRM)
    return _require(tx, slip_id)


def collect_cash(tx: Tx, actor: Actor, order_id: int) -> Attempt | None:
    """Cash was taken at the door for an order on delivery; None when nothing was due. Raises NotAllowed, NotFound."""
    actor.require(ORDERS_SHIP)
    order = standing.lock(tx, order_id)
    due = receiving.owed(tx, order)
    if order.payment_method != CASH_ON_DELIVERY or due.amount <= 0:
        return None
    paid = repository.add_attempt(tx, order_id, CASH_ON_DELIVERY, due, None, None)
    receiving.receive(tx, actor, order, paid, due, "door")
    return attempts.require(tx, paid.id)


def _wait_for_bank(tx: Tx, order_id: int) -> None:
    """The money is on its way and banks are slow: the order stands still until staff have decided, unless its goods
    are gone; then it ends in its time, and the money goes back."""
    try:
        with tx.savepoint():
            steps.stop_clock(tx, order_id)
    except OutOfStock:
        return


def _decide(tx: Tx, actor: Actor, slip: Slip, status: str) -> None:
    if not repository.decide_slip(tx, slip.id, status, actor.name or actor.label):
        raise AlreadyDecided(by=repository.decider(tx, slip.id))


def _require(tx: Tx, slip_id: int) -> Slip:
    found = repository.slip(tx, slip_id)
    if found is None:
        raise NotFound()
    return found

"""Steps of an order's life, for use cases of this area and of those above it, each inside their open transaction.

A step names the states that it leaves in SQL. Where nobody may be refused it raises WrongState when the order is past
them, and has then changed nothing. The use case that calls a step has checked the actor's right to it. Every change
writes history and asks for the staff's card to be drawn anew.
"""

from __future__ import annotations

from services.inventory import service as inventory
from services.inventory.errors import OutOfStock
from services.orders import arcs, repository
from services.orders.errors import AlreadyClaimed, WrongState
from services.orders.types import EXPIRED, Standing, Terms
from services.outbox import service as outbox
from services.promotions import service as promotions
from services.shared import actors
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Stale
from services.shared.money import Money


def read(tx: Tx, order_id: int) -> Standing:
    """Where the order stands. Raises NotFound."""
    return _known(repository.standing(tx, order_id))


def lock(tx: Tx, order_id: int) -> Standing:
    """`read`, and nobody else changes the order until this transaction ends."""
    return _known(repository.lock(tx, order_id))


def record_money(tx: Tx, actor: Actor, order_id: int, captured: Money, refunded: Money) -> str:
    """Sets the sums of captures and of refunds that did not fail; returns the payment state that follows.

    Works in every state of the order: money that came for a closed order is booked before it goes back. A first part
    of the price stops the clock.
    """
    order = lock(tx, order_id)
    state = arcs.payment_state(order.total.amount, captured.amount, refunded.amount)
    if not repository.set_money(tx, order, state, captured, refunded):
        raise Stale()
    if state != order.payment:
        _note(tx, order_id, arcs.PAYMENT, order.payment, state, actor)
    if state == arcs.PARTLY_PAID:
        _stop_clock(tx, order)
    return state


def mark_paid(tx: Tx, actor: Actor, order_id: int) -> None:
    """The money is complete: the goods are the customer's for good, and people are told. Doing it again does nothing.

    What was held and has run out meanwhile is reserved anew: raises OutOfStock when it is gone, and WrongState for an
    order that is cancelled or not fully paid.
    """
    order = lock(tx, order_id)
    if order.state == arcs.CANCELLED or order.payment != arcs.PAID:
        raise WrongState(number=order.number, state=order.state)
    if order.paid_at is not None:
        return
    if order.fulfilment == arcs.UNFULFILLED:
        inventory.commit(tx, order_id)
    repository.hold_for_good(tx, order_id, tx.now)
    outbox.enqueue(tx, "orders.paid", {"order_id": order_id}, key=f"orders.paid:{order_id}")


def stop_clock(tx: Tx, actor: Actor, order_id: int) -> None:
    """The order no longer runs out: money is on its way, and people will decide."""
    order = lock(tx, order_id)
    if order.expires_at is not None:
        _stop_clock(tx, order)
        _note(tx, order_id, "clock", None, "stopped", actor)


def set_method(tx: Tx, actor: Actor, order_id: int, method: str, terms: Terms | None = None) -> None:
    """Another way to pay was chosen. The time to pay may grow with it, and never shrinks. Raises WrongState."""
    order = lock(tx, order_id)
    if method == order.payment_method:
        return
    until = (terms or Terms()).expiry(method, order.placed_at)
    if order.expires_at is None or until is None:
        until = None
    else:
        until = max(until, order.expires_at)
    if not repository.set_method(tx, order_id, method, until):
        raise WrongState(number=order.number, state=order.state)
    if until != order.expires_at:
        inventory.extend(tx, order_id, until)
    _note(tx, order_id, "method", order.payment_method, method, actor)


def confirm(tx: Tx, actor: Actor, order_id: int) -> None:
    """The shop accepts an order that is paid or will be paid at the door. Raises WrongState."""
    order = lock(tx, order_id)
    if not repository.confirm(tx, order_id, arcs.sources(arcs.ORDER, arcs.CONFIRMED)):
        raise WrongState(number=order.number, state=order.state)
    _note(tx, order_id, arcs.ORDER, order.state, arcs.CONFIRMED, actor)


def claim(tx: Tx, actor: Actor, order_id: int) -> None:
    """A member of staff takes the order. Raises AlreadyClaimed with the name of whoever was first."""
    order = lock(tx, order_id)
    if not repository.claim(tx, order_id, actor.id, actor.name):
        raise AlreadyClaimed(name=order.claimed_name, own=order.claimed_by == actor.id)
    _note(tx, order_id, "claim", None, actor.name, actor)


def set_fulfilment(tx: Tx, actor: Actor, order_id: int, state: str) -> None:
    """Moves how far the goods have got. Raises WrongState."""
    order = lock(tx, order_id)
    if not repository.move_fulfilment(tx, order_id, arcs.sources(arcs.FULFILMENT, state), state):
        raise WrongState(number=order.number, state=order.state)
    _note(tx, order_id, arcs.FULFILMENT, order.fulfilment, state, actor)


def complete(tx: Tx, actor: Actor, order_id: int) -> None:
    """The order is over: everything arrived. Raises WrongState unless it is delivered."""
    order = lock(tx, order_id)
    if not repository.complete(tx, order_id, arcs.sources(arcs.ORDER, arcs.COMPLETED)):
        raise WrongState(number=order.number, state=order.state)
    _note(tx, order_id, arcs.ORDER, order.state, arcs.COMPLETED, actor)
    outbox.enqueue(tx, "orders.completed", {"order_id": order_id}, key=f"orders.completed:{order_id}")


def cancel(tx: Tx, actor: Actor, order_id: int, reason: str) -> None:
    """Calls the order off before anything was shipped: stock and coupon go back.

    `reason` is a word for history and notices: customer, staff, sold-out… What was paid is not this step's concern.
    Raises WrongState.
    """
    order = lock(tx, order_id)
    if not repository.cancel(tx, order_id, arcs.sources(arcs.ORDER, arcs.CANCELLED), reason):
        raise WrongState(number=order.number, state=order.state)
    _give_back(tx, order, actor, reason)


def expire(tx: Tx, order_id: int) -> bool:
    """Cancels the order if it is unpaid and its time is over; any other order is left as it is."""
    order = lock(tx, order_id)
    if not repository.expire(tx, order_id, arcs.sources(arcs.ORDER, arcs.CANCELLED), EXPIRED):
        return False
    _give_back(tx, order, actors.SYSTEM, EXPIRED)
    return True


def revive(tx: Tx, actor: Actor, order_id: int) -> None:
    """Brings a cancelled order back for a payment that came late.

    Raises WrongState, and OutOfStock or a coupon's refusal when it cannot be as it was: what was done so far must then
    be rolled back.
    """
    order = lock(tx, order_id)
    if not repository.revive(tx, order_id):
        raise WrongState(number=order.number, state=order.state)
    _note(tx, order_id, arcs.ORDER, order.state, arcs.PLACED, actor, "late-payment")
    inventory.commit(tx, order_id)
    if order.claim_id is not None:
        promotions.redeem(tx, actors.customer(order.customer_id), order.claim_id, order_id)


def note_placed(tx: Tx, actor: Actor, order_id: int) -> None:
    """The first line of an order's history."""
    _note(tx, order_id, arcs.ORDER, None, arcs.PLACED, actor)


def _known(order: Standing | None) -> Standing:
    if order is None:
        raise NotFound()
    return order


def _stop_clock(tx: Tx, order: Standing) -> None:
    if order.expires_at is None:
        return
    try:
        with tx.savepoint():
            inventory.commit(tx, order.id)
    except OutOfStock:
        # The hold ran out and somebody else was quicker: staff will see it when the money is decided upon.
        pass
    repository.hold_for_good(tx, order.id, None)


def _give_back(tx: Tx, order: Standing, actor: Actor, reason: str) -> None:
    inventory.release(tx, order.id)
    promotions.give_back(tx, order.id)
    history = _note(tx, order.id, arcs.ORDER, order.state, arcs.CANCELLED, actor, reason)
    # A revived order may be cancelled again, and is told again.
    outbox.enqueue(tx, "orders.cancelled", {"order_id": order.id}, key=f"orders.cancelled:{history}")


def _note(
    tx: Tx, order_id: int, machine: str, old: str | None, new: str, actor: Actor, reason: str | None = None
) -> int:
    name = actor.name if actor.kind == "staff" else ""
    history = repository.add_history(tx, order_id, machine, old, new, actor.label, name, reason)
    outbox.enqueue(tx, "orders.card", {"order_id": order_id}, key=f"orders.card:{history}")
    return history

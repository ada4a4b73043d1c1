"""Steps of an order's life, for use cases of this area and of those above it, each inside their open transaction.

A step names in SQL the states that it leaves. The use case that calls one has checked the actor's right to it. Every
change writes history and asks for the staff's card to be drawn anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.digital import service as digital
from services.inventory import service as inventory
from services.orders import arcs, handing, repository
from services.orders.errors import AlreadyClaimed, OnHold, WrongState
from services.orders.moving import complete, draw, note, set_fulfilment
from services.orders.standing import lock, read
from services.orders.types import EXPIRED, Standing, Terms
from services.outbox import service as outbox
from services.promotions import budgets
from services.promotions import service as promotions
from services.shared import actors
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import Stale
from services.shared.money import Money

# A claimed order that has not moved for so long is offered to the others.
IDLE_AFTER = timedelta(minutes=30)

__all__ = [
    "cancel", "claim", "complete", "confirm", "draw", "expire", "lock", "mark_paid", "note_act", "note_placed", "read",
    "record_money", "restart_clock", "revive", "set_fulfilment", "set_method", "stop_clock", "watch_idle",
]


def mark_paid(tx: Tx, order_id: int, actor: Actor, amount: Money) -> str:
    """Adds a capture to an order that is not cancelled; returns the payment state that follows.

    The first money keeps the goods for good: what was held and has run out meanwhile is reserved anew, and OutOfStock
    is raised when it is gone. Once the price is complete people are told, and digital goods change hands. Raises
    WrongState for a cancelled order (see `revive`). After a refusal what was done so far must be rolled back.
    """
    order = lock(tx, order_id)
    if order.state == arcs.CANCELLED:
        raise WrongState(number=order.number, state=order.state)
    if order.payment == arcs.UNPAID and order.fulfilment == arcs.UNFULFILLED:
        inventory.commit(tx, order_id)
    state = _record(tx, order, actor, order.paid + amount, order.refunded)
    full = state == arcs.PAID and order.payment != arcs.PAID
    repository.hold_for_good(tx, order_id, tx.now if full else None)
    if full:
        key = f"orders.paid:{order_id}:{order.paid.amount + amount.amount}"
        outbox.enqueue(tx, "orders.paid", {"order_id": order_id}, key=key)
        handing.begin(tx, order_id)
    return state


def record_money(
    tx: Tx, order_id: int, actor: Actor, *, captured: Money | None = None, refunded: Money | None = None
) -> str:
    """Adds to the sums of captures and of refunds (less when a refund failed after all); returns the payment state.

    Books only, in every state of the order: money that came for a closed order is booked before it goes back.
    """
    order = lock(tx, order_id)
    zero = Money.zero(order.total.currency)
    return _record(tx, order, actor, order.paid + (captured or zero), order.refunded + (refunded or zero))


def stop_clock(tx: Tx, order_id: int) -> None:
    """The order no longer runs out: money is on its way, and people will decide.

    Raises OutOfStock when the hold had run out and the goods are gone.
    """
    order = lock(tx, order_id)
    if order.expires_at is not None:
        inventory.commit(tx, order_id)
        repository.hold_for_good(tx, order_id, None)
        draw(tx, order_id)


def restart_clock(tx: Tx, order_id: int, until: datetime) -> None:
    """The money that the clock stopped for did not come: an order still unpaid runs out at `until`.

    Its goods stay kept till then.
    """
    lock(tx, order_id)
    if repository.run_out_at(tx, order_id, until):
        draw(tx, order_id)


def set_method(tx: Tx, order_id: int, method: str, terms: Terms) -> None:
    """Another way to pay was chosen. The time to pay may grow with it, and never shrinks.

    Raises WrongState, and OutOfStock when the hold had run out and the goods are gone.
    """
    order = lock(tx, order_id)
    until = terms.expiry(method, order.placed_at)
    if until is not None:
        until = None if order.expires_at is None else max(until, order.expires_at)
    if not repository.set_method(tx, order_id, method, until):
        raise WrongState(number=order.number, state=order.state)
    if until != order.expires_at:
        # The hold ends with the order from now on, which gives it back itself, and not at a moment of its own.
        inventory.commit(tx, order_id)
    draw(tx, order_id)


def confirm(tx: Tx, order_id: int, actor: Actor) -> None:
    """The shop accepts an order that is paid or will be paid at the door. Raises WrongState."""
    order = lock(tx, order_id)
    if order.hold_reason is not None:
        raise OnHold(number=order.number, by=repository.holder(tx, order_id), reason=order.hold_reason)
    if not repository.confirm(tx, order_id, arcs.sources(arcs.ORDER, arcs.CONFIRMED)):
        raise WrongState(number=order.number, state=order.state)
    note(tx, order_id, arcs.ORDER, order.state, arcs.CONFIRMED, actor)


def claim(tx: Tx, order_id: int, actor: Actor) -> None:
    """A member of staff takes the order. Raises AlreadyClaimed with the name of whoever was first."""
    order = lock(tx, order_id)
    if not repository.claim(tx, order_id, actor.id, actor.name):
        raise AlreadyClaimed(name=order.claimed_name, own=order.claimed_by == actor.id)
    watch_idle(tx, order_id, note(tx, order_id, "claim", None, actor.name, actor))


def watch_idle(tx: Tx, order_id: int, claim: int) -> None:
    """After a while somebody looks whether the order has moved since the history's line `claim`."""
    facts = {"order_id": order_id, "claim": claim}
    outbox.enqueue(tx, "staff.idle", facts, key=f"staff.idle:{claim}", at=tx.now + IDLE_AFTER)


def cancel(tx: Tx, order_id: int, actor: Actor, reason: str) -> bool:
    """Calls the order off before anything was shipped: stock and coupon go back. False when it is too late.

    `reason` is a word for history and notices: customer, staff, sold-out… What was paid is not this step's concern.
    """
    order = lock(tx, order_id)
    if not repository.cancel(tx, order_id, arcs.sources(arcs.ORDER, arcs.CANCELLED), reason):
        return False
    _give_back(tx, order, actor, reason)
    return True


def expire(tx: Tx, order_id: int) -> bool:
    """Cancels the order if it is unpaid and its time is over; False, and nothing done, for any other."""
    order = lock(tx, order_id)
    if not repository.expire(tx, order_id, arcs.sources(arcs.ORDER, arcs.CANCELLED), EXPIRED):
        return False
    _give_back(tx, order, actors.SYSTEM, EXPIRED)
    return True


def revive(tx: Tx, order_id: int, actor: Actor) -> None:
    """Brings a cancelled order back for a payment that came late.

    Raises WrongState, and OutOfStock or a coupon's refusal when it cannot be as it was: what was done so far must then
    be rolled back.
    """
    order = lock(tx, order_id)
    if not repository.revive(tx, order_id):
        raise WrongState(number=order.number, state=order.state)
    note(tx, order_id, arcs.ORDER, order.state, arcs.PLACED, actor, "late-payment")
    inventory.commit(tx, order_id)
    if order.claim_id is not None:
        promotions.redeem(tx, actors.customer(order.customer_id), order.claim_id, order_id)
    budgets.spend_again(tx, order_id)


def note_placed(tx: Tx, order_id: int, actor: Actor) -> None:
    """The first line of an order's history."""
    note(tx, order_id, arcs.ORDER, None, arcs.PLACED, actor)


def _record(tx: Tx, order: Standing, actor: Actor, paid: Money, refunded: Money) -> str:
    state = arcs.payment_state(order.total.amount, paid.amount, refunded.amount)
    if not repository.set_money(tx, order, state, paid, refunded):
        raise Stale()
    if state != order.payment:
        note(tx, order.id, arcs.PAYMENT, order.payment, state, actor)
        if state == arcs.REFUNDED and order.state != arcs.CANCELLED:
            _warn_claimer(tx, order, actor, state)
    return state


def note_act(
    tx: Tx, order_id: int, actor: Actor, machine: str, new: str, old: str | None = None, reason: str | None = None
) -> int:
    """A line of the order's history about what is no state of it (a claim, a hold, a parcel); its card follows.

    `machine` must be none of those in `arcs`. Returns the line's id.
    """
    return note(tx, order_id, machine, old, new, actor, reason)


def _give_back(tx: Tx, order: Standing, actor: Actor, reason: str) -> None:
    inventory.release(tx, order.id)
    promotions.give_back(tx, order.id)
    digital.close(tx, order.id, "off")
    history = note(tx, order.id, arcs.ORDER, order.state, arcs.CANCELLED, actor, reason)
    # A revived order may be cancelled again, and is told again.
    outbox.enqueue(tx, "orders.cancelled", {"order_id": order.id}, key=f"orders.cancelled:{history}")
    _warn_claimer(tx, order, actor, arcs.CANCELLED)


def _warn_claimer(tx: Tx, order: Standing, actor: Actor, what: str) -> None:
    """Whoever has the order in hand is told that it is off, unless it was they who did it."""
    if order.claimed_by is not None and (actor.kind, actor.id) != ("staff", order.claimed_by):
        facts = {"order_id": order.id, "telegram_id": order.claimed_by, "what": what}
        outbox.enqueue(tx, "staff.warn", facts, key=f"staff.warn:{order.id}:{what}:{order.claimed_by}")

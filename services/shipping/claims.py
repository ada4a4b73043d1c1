"""Whose order it is: passed on, let go, taken over when it lies idle; and orders that are kept back."""

from __future__ import annotations

from services.orders import claims, steps
from services.orders.errors import ClaimMoved
from services.orders.types import Order
from services.outbox import service as outbox
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.shipping.errors import NotYourClaim, StillBusy
from services.shipping.guards import locked
from services.staff import audit, roster
from services.staff.types import ORDERS_HANDLE, STAFF_MANAGE, Member


def take(tx: Tx, actor: Actor, order_id: int) -> None:
    """The actor looks after this order from now on. Raises AlreadyClaimed with the name of whoever was first."""
    actor.require(ORDERS_HANDLE)
    steps.claim(tx, order_id, actor)
    audit.record(tx, actor, "orders.claim", f"order:{order_id}")


def colleagues(tx: Tx, actor: Actor, order_id: int) -> tuple[Member, ...]:
    """To whom the order can be passed on: everybody who may handle orders and does not have it. Raises NotFound."""
    actor.require(ORDERS_HANDLE)
    held_by = steps.read(tx, order_id).claimed_by
    return tuple(each for each in roster.colleagues(tx, ORDERS_HANDLE) if each.telegram_id != held_by)


def pass_on(tx: Tx, actor: Actor, order_id: int, to_id: int) -> str:
    """The order is a colleague's from now on, who is told; returns their name.

    By whoever has it, or runs the team. Raises NotAllowed, NotFound for somebody who may not handle orders,
    NotYourClaim, ClaimMoved.
    """
    actor.require(ORDERS_HANDLE)
    order = locked(tx, actor, order_id)
    _require_hands_on(actor, order)
    to = next((each for each in roster.colleagues(tx, ORDERS_HANDLE) if each.telegram_id == to_id), None)
    if to is None:
        raise NotFound()
    claims.hand_on(tx, actor, order_id, to_id, to.name)
    audit.record(tx, actor, "orders.pass-on", f"order:{order_id}", {"to": to_id})
    _tell(tx, actor, order_id, to_id, "handed")
    if order.claimed_by is not None and order.claimed_by != actor.id:
        _tell(tx, actor, order_id, order.claimed_by, "taken")
    return to.name


def let_go(tx: Tx, actor: Actor, order_id: int) -> None:
    """The order is anybody's again. By whoever has it, or runs the team.

    Raises NotAllowed, NotYourClaim, ClaimMoved.
    """
    actor.require(ORDERS_HANDLE)
    order = locked(tx, actor, order_id)
    _require_hands_on(actor, order)
    claims.let_go(tx, actor, order_id)
    audit.record(tx, actor, "orders.let-go", f"order:{order_id}")
    if order.claimed_by is not None and order.claimed_by != actor.id:
        _tell(tx, actor, order_id, order.claimed_by, "taken")


def take_over(tx: Tx, actor: Actor, order_id: int, from_id: int) -> None:
    """The actor takes an idle order out of the hands of `from_id`, who is told.

    Raises NotAllowed, StillBusy when something happened within the last half hour, and ClaimMoved: of two who take it
    over at once the second hears who has it.
    """
    actor.require(ORDERS_HANDLE)
    order = locked(tx, actor, order_id)
    if order.claimed_by == from_id and order.claimed_by != actor.id and not is_idle(tx, order):
        minutes = int(steps.IDLE_AFTER.total_seconds() // 60)
        raise StillBusy(name=order.claimed_name or "", minutes=minutes)
    if order.claimed_by == actor.id:
        raise ClaimMoved(reason="own", name=actor.name)
    claims.take_over(tx, actor, order_id, from_id)
    audit.record(tx, actor, "orders.take-over", f"order:{order_id}", {"from": from_id})
    _tell(tx, actor, order_id, from_id, "taken")


def is_idle(tx: Tx, order: Order) -> bool:
    """Whether the order is somebody's, waits for them, and nothing has happened for half an hour."""
    if order.claimed_by is None or not claims.waits(order):
        return False
    return tx.now >= claims.moved_at(tx, order) + steps.IDLE_AFTER


def look_again(tx: Tx, actor: Actor, order_id: int, claim: int) -> Order | None:
    """Half an hour after the history's line `claim`: the order when it is idle in the same hands; None otherwise. While
    it is merely held back, or has moved, somebody looks again later."""
    actor.require(ORDERS_HANDLE)
    order = locked(tx, actor, order_id)
    lines = [entry.id for entry in order.history if entry.machine == "claim"]
    if order.claimed_by is None or not order.open or lines[-1:] != [claim]:
        return None
    if is_idle(tx, order):
        return order
    if claims.waits(order) or order.hold_reason is not None:
        at = max(claims.moved_at(tx, order), tx.now if order.hold_reason else order.placed_at) + steps.IDLE_AFTER
        facts = {"order_id": order_id, "claim": claim}
        outbox.enqueue(tx, "staff.idle", facts, key=f"staff.idle:{claim}:{at.isoformat()}", at=at)
    return None


def hold(tx: Tx, actor: Actor, order_id: int, reason: str) -> None:
    """Keeps the order back for a reason (payment, stock, customer): it is neither confirmed nor sent until it is
    resumed. Its customer sees nothing new. Raises NotAllowed, InvalidInput, OnHold, WrongState."""
    actor.require(ORDERS_HANDLE)
    if reason not in claims.HOLD_REASONS:
        raise InvalidInput(field="reason")
    claims.hold(tx, actor, order_id, reason)
    audit.record(tx, actor, "orders.hold", f"order:{order_id}", {"reason": reason})


def resume(tx: Tx, actor: Actor, order_id: int) -> None:
    """The order may go on. Raises NotAllowed, WrongState when it was not held."""
    actor.require(ORDERS_HANDLE)
    claims.resume(tx, actor, order_id)
    audit.record(tx, actor, "orders.resume", f"order:{order_id}")


def _require_hands_on(actor: Actor, order: Order) -> None:
    """Raises NotYourClaim unless the actor has the order, nobody does, or the actor runs the team."""
    manages = bool({"*", STAFF_MANAGE} & actor.permissions)
    if order.claimed_by not in (None, actor.id) and not manages:
        raise NotYourClaim(name=order.claimed_name or "")


def _tell(tx: Tx, actor: Actor, order_id: int, telegram_id: int, what: str) -> None:
    facts = {"order_id": order_id, "telegram_id": telegram_id, "what": what, "name": actor.name}
    outbox.enqueue(tx, "staff.tell-claim", facts)

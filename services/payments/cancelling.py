"""Calling an order off, with the money that came for it."""

from __future__ import annotations

from services.orders import standing, steps
from services.orders.errors import WrongState
from services.payments import closing, refunding
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.staff.types import ORDERS_CANCEL


def cancel_order(tx: Tx, actor: Actor, order_id: int, reason: str = "customer") -> None:
    """Cancels an order that has not left the shop: stock and coupon go back, and so does all money.

    By its customer or by staff. Raises NotFound for another's, WrongState when it is too late.
    """
    order = standing.lock(tx, order_id)
    if actor.kind == "customer":
        if actor.id != order.customer_id:
            raise NotFound()
    else:
        actor.require(ORDERS_CANCEL)
    cancel_locked(tx, actor, order_id, reason)


def cancel_locked(tx: Tx, actor: Actor, order_id: int, reason: str) -> None:
    """The same for a locked order, by an actor whose right to it the caller has checked. Raises WrongState."""
    order = standing.read(tx, order_id)
    if not steps.cancel(tx, order_id, actor, reason):
        raise WrongState(number=order.number, state=order.state)
    closing.close_all(tx, order_id)
    refunding.give_back_all(tx, actor, order_id, "cancelled")

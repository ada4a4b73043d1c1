"""What stands between a member of staff's tap and an order: the lock, who was first, and whether it may go out."""

from __future__ import annotations

from services.orders import arcs, service, standing
from services.orders.types import CASH_ON_DELIVERY, Order
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shipping.errors import AlreadyDone, NotReadyToShip

_PAST = {
    arcs.CONFIRMED: frozenset({arcs.CONFIRMED}),
    arcs.SHIPPED: frozenset({arcs.SHIPPED, arcs.DELIVERED, arcs.RETURNED}),
    arcs.DELIVERED: frozenset({arcs.DELIVERED, arcs.RETURNED}),
    arcs.CANCELLED: frozenset({arcs.SHIPPED, arcs.DELIVERED, arcs.RETURNED}),
}


def locked(tx: Tx, actor: Actor, order_id: int) -> Order:
    """The whole order, which nobody else changes until this transaction ends. Raises NotFound."""
    standing.lock(tx, order_id)
    return service.get(tx, actor, order_id)


def refuse_if_done(order: Order, wanted: str) -> None:
    """Raises AlreadyDone when the order is over, or is already where a tap wants to bring it."""
    over = {order.state} & {arcs.CANCELLED, arcs.COMPLETED}
    reached = over or ({order.state, order.fulfilment} & _PAST[wanted])
    if reached:
        state = reached.pop()
        by = _who_did(order, state)
        raise AlreadyDone(reason=state if by else f"{state}-elsewhere", by=by)


def _who_did(order: Order, state: str) -> str:
    """The member of staff who brought the order into `state` last; "" when it was the customer or the shop itself."""
    for entry in reversed(order.history):
        if entry.new == state and entry.machine in (arcs.ORDER, arcs.FULFILMENT):
            return entry.name
    return ""


def is_ready(order: Order) -> bool:
    """Whether an order may leave the shop: it is paid and money for it is still here, or is paid at the door."""
    if order.payment_method == CASH_ON_DELIVERY and order.payment == arcs.UNPAID:
        return True
    return order.paid_at is not None and order.payment != arcs.REFUNDED


def require_ready(order: Order) -> None:
    """Raises NotReadyToShip with the reason."""
    if not is_ready(order):
        reason = "refunded" if order.payment == arcs.REFUNDED else "unpaid"
        raise NotReadyToShip(number=order.number, reason=reason)


def has_goods(order: Order) -> bool:
    """Whether there is anything to put into a parcel."""
    return any(line.kind == "physical" for line in order.lines)

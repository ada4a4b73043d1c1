"""What stands between a member of staff's tap and an order: the lock, who was first, and whether it may go out."""

from __future__ import annotations

from collections.abc import Iterable

from services.orders import arcs, service, standing
from services.orders.errors import OnHold
from services.orders.types import CASH_ON_DELIVERY, Order
from services.payments import receiving
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shipping.errors import AlreadyDone, NotReadyToShip
from services.shipping.types import Parcel

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


def require_money(tx: Tx, order: Order) -> None:
    """Raises NotReadyToShip when all that came for the order is on its way back."""
    if order.paid_at is not None and order.total and not receiving.held(tx, standing.read(tx, order.id)):
        raise NotReadyToShip(number=order.number, reason="refunded")


def refuse_if_held(order: Order) -> None:
    """Raises OnHold while staff keep the order back."""
    if order.hold_reason is not None:
        raise OnHold(number=order.number, by=order.held_by or "", reason=order.hold_reason)


def has_goods(order: Order) -> bool:
    """Whether there is anything to put into a parcel."""
    return any(line.kind == "physical" and line.wanted for line in order.lines)


def left(order: Order, parcels: Iterable[Parcel]) -> dict[int, int]:
    """Pieces by line that are wanted and were not sent or handed over; of services, all until the order has left."""
    sent: dict[int, int] = {}
    for item in (item for parcel in parcels for item in parcel.items):
        sent[item.line_id] = sent.get(item.line_id, 0) + item.quantity
    rest = {}
    for line in order.lines:
        if line.kind == "physical":
            rest[line.id] = line.wanted - sent.get(line.id, 0)
        elif line.kind == "digital":
            rest[line.id] = line.wanted - line.handed
        elif order.fulfilment in (arcs.UNFULFILLED, arcs.PARTLY_SHIPPED):
            rest[line.id] = line.wanted
    return {line_id: pieces for line_id, pieces in rest.items() if pieces > 0}


def goods_left(order: Order, parcels: Iterable[Parcel]) -> dict[int, int]:
    """Of what is left, that which goes into parcels."""
    goods = {line.id for line in order.lines if line.kind == "physical"}
    return {line_id: pieces for line_id, pieces in left(order, parcels).items() if line_id in goods}

"""Sending orders out and handing them over. The whole order goes in one parcel."""

from __future__ import annotations

from services.inventory import service as inventory
from services.orders import arcs, standing, steps
from services.orders.types import OrderLine
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import by_hand
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shipping import carriers, repository
from services.shipping.errors import NotReadyToShip, NumberUsed
from services.shipping.guards import has_goods, locked, refuse_if_done, require_ready
from services.shipping.types import Delivered, Parcel
from services.staff.types import ORDERS_SHIP


def ship(tx: Tx, actor: Actor, order_id: int, carrier: str, number: str) -> Parcel:
    """Sends everything that can be sent of an order with `carrier` under its `number` ("" for own delivery).

    Raises NotAllowed, NotFound, BadNumber, NumberUsed, NotReadyToShip, and AlreadyDone with the name of whoever
    shipped or cancelled first.
    """
    actor.require(ORDERS_SHIP)
    order = locked(tx, actor, order_id)
    refuse_if_done(order, arcs.SHIPPED)
    goods = [line for line in order.lines if line.kind == "physical"]
    if not goods:
        raise NotReadyToShip(number=order.number, reason="nothing-to-ship")
    require_ready(order)
    firm = carriers.require(carrier)
    written = carriers.check(firm, number) if firm.numbered else order.number
    steps.set_fulfilment(tx, order_id, actor, arcs.SHIPPED)
    inventory.ship(tx, order_id, _quantities(order.lines))
    shipment_id = repository.add(tx, order_id, firm.code, written, actor.label, goods)
    if shipment_id is None:
        other = repository.order_behind(tx, firm.code, written)
        assert other is not None
        raise NumberUsed(number=written, order=standing.read(tx, other).number)
    outbox.enqueue(tx, "shipping.shipped", {"order_id": order_id}, key=f"shipping.shipped:{shipment_id}", lane=URGENT)
    return repository.parcels(tx, order_id)[-1]


def deliver(tx: Tx, actor: Actor, order_id: int) -> Delivered:
    """The order has arrived; for cash on delivery the money was taken at the door, once.

    An order without goods is done with this. Raises NotAllowed, NotFound, NotReadyToShip, and AlreadyDone with the
    name of whoever was first.
    """
    actor.require(ORDERS_SHIP)
    order = locked(tx, actor, order_id)
    refuse_if_done(order, arcs.DELIVERED)
    if order.fulfilment == arcs.UNFULFILLED:
        if has_goods(order):
            raise NotReadyToShip(number=order.number, reason="not-shipped")
        require_ready(order)
        inventory.ship(tx, order_id, _quantities(order.lines))
    steps.set_fulfilment(tx, order_id, actor, arcs.DELIVERED)
    repository.arrive(tx, order_id)
    taken = by_hand.collect_cash(tx, actor, order_id)
    key = f"shipping.delivered:{order_id}"
    outbox.enqueue(tx, "shipping.delivered", {"order_id": order_id}, key=key, lane=URGENT)
    return Delivered(order_id, None if taken is None else taken.amount)


def parcels(tx: Tx, order_id: int) -> tuple[Parcel, ...]:
    """The parcels of an order, oldest first, for whoever may see the order: the caller has checked that."""
    return repository.parcels(tx, order_id)


def _quantities(lines: tuple[OrderLine, ...]) -> dict[int, int]:
    return {line.sku_id: line.quantity for line in lines}

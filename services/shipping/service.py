"""Sending orders out, in one parcel or several, and handing them over."""

from __future__ import annotations

from collections.abc import Mapping

from services.inventory import service as inventory
from services.orders import arcs, handing, standing, steps
from services.orders.errors import PiecesGone
from services.orders.types import Order
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.payments import by_hand
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shipping import carriers, repository
from services.shipping.errors import AlreadyDone, NotReadyToShip, NumberUsed, OrderMoved
from services.shipping.guards import (
    goods_left,
    has_goods,
    left,
    locked,
    refuse_if_done,
    refuse_if_held,
    require_money,
    require_ready,
)
from services.shipping.types import Delivered, Parcel, ParcelItem
from services.staff import audit
from services.staff.types import ORDERS_SHIP


def ship(
    tx: Tx, actor: Actor, order_id: int, carrier: str, number: str, items: tuple[ParcelItem, ...] | None = None,
    version: int | None = None,
) -> Parcel:
    """Sends `items` of an order, or all that is left of it, with `carrier` under its `number` ("" for own delivery).

    `version` is the order's when the actor looked. Raises NotAllowed, NotFound, BadNumber, NumberUsed, NotReadyToShip,
    OnHold, PiecesGone, OrderMoved, and AlreadyDone with the name of whoever shipped or cancelled first.
    """
    actor.require(ORDERS_SHIP)
    order = locked(tx, actor, order_id)
    refuse_if_done(order, arcs.SHIPPED)
    if version is not None and order.version != version:
        raise OrderMoved(number=order.number)
    sent = repository.parcels(tx, order_id)
    rest = goods_left(order, sent)
    pieces = rest if items is None else {item.line_id: item.quantity for item in items}
    if not rest or not pieces:
        raise NotReadyToShip(number=order.number, reason="nothing-to-ship")
    if any(not 0 < count <= rest.get(line_id, 0) for line_id, count in pieces.items()):
        raise PiecesGone(number=order.number)
    refuse_if_held(order)
    require_ready(order)
    require_money(tx, order)
    parcel = _send(tx, actor, order, carrier, number, pieces, len(sent))
    _move(tx, actor, order, pieces, last=pieces == rest)
    return parcel


def deliver(tx: Tx, actor: Actor, order_id: int) -> Delivered:
    """The order has arrived; for cash on delivery the money was taken at the door, once.

    An order without goods is done with this. Raises NotAllowed, NotFound, NotReadyToShip, OnHold, and AlreadyDone with
    the name of whoever was first.
    """
    actor.require(ORDERS_SHIP)
    order = locked(tx, actor, order_id)
    refuse_if_done(order, arcs.DELIVERED)
    if order.fulfilment in (arcs.UNFULFILLED, arcs.PARTLY_SHIPPED):
        if has_goods(order):
            reason = "not-shipped" if order.fulfilment == arcs.UNFULFILLED else "left-over"
            raise NotReadyToShip(number=order.number, reason=reason)
        refuse_if_held(order)
        require_ready(order)
        require_money(tx, order)
        inventory.ship(tx, order_id, _skus(order, left(order, ())))
        handing.by_hand(tx, order_id)
    return _arrive(tx, actor, order)


def deliver_parcel(tx: Tx, actor: Actor, shipment_id: int) -> Delivered:
    """One parcel has arrived. With the last one of an order of which all was sent, the order has: see `deliver`.

    Raises NotAllowed, NotFound, AlreadyDone.
    """
    actor.require(ORDERS_SHIP)
    order = parcels_order(tx, actor, shipment_id)
    refuse_if_done(order, arcs.DELIVERED)
    under_way = [each for each in repository.parcels(tx, order.id) if each.delivered_at is None]
    if order.fulfilment == arcs.SHIPPED and [each.id for each in under_way] == [shipment_id]:
        return _arrive(tx, actor, order)
    if not repository.arrive_one(tx, shipment_id):
        raise AlreadyDone(reason="delivered-elsewhere", by="")
    steps.note_act(tx, order.id, actor, "parcel", "delivered")
    audit.record(tx, actor, "orders.deliver", f"order:{order.id}", {"parcel": shipment_id})
    facts = {"order_id": order.id, "shipment_id": shipment_id}
    outbox.enqueue(tx, "shipping.parcel-delivered", facts, key=f"shipping.parcel-delivered:{shipment_id}", lane=URGENT)
    return Delivered(order.id, None)


def parcels(tx: Tx, order_id: int) -> tuple[Parcel, ...]:
    """The parcels of an order, oldest first, for whoever may see the order: the caller has checked that."""
    return repository.parcels(tx, order_id)


def parcels_order(tx: Tx, actor: Actor, shipment_id: int) -> Order:
    """The locked order of a parcel. Raises NotFound."""
    order_id = repository.order_of(tx, shipment_id)
    if order_id is None:
        raise NotFound()
    order = locked(tx, actor, order_id)
    if repository.order_of(tx, shipment_id) is None:
        raise NotFound()
    return order


def _send(
    tx: Tx, actor: Actor, order: Order, carrier: str, number: str, pieces: Mapping[int, int], before: int
) -> Parcel:
    """The parcel itself; `before` it so many went out."""
    firm = carriers.require(carrier)
    own = order.number if before == 0 else f"{order.number}-{before + 1}"
    written = carriers.check(firm, number) if firm.numbered else own
    shipment_id = repository.add(tx, order.id, firm.code, written, actor.label, pieces)
    if shipment_id is None:
        other = repository.order_behind(tx, firm.code, written)
        assert other is not None
        raise NumberUsed(number=written, order=standing.read(tx, other).number)
    facts = {"carrier": firm.code, "number": written, "pieces": sum(pieces.values())}
    audit.record(tx, actor, "orders.ship", f"order:{order.id}", facts)
    told = {"order_id": order.id, "shipment_id": shipment_id}
    outbox.enqueue(tx, "shipping.shipped", told, key=f"shipping.shipped:{shipment_id}", lane=URGENT)
    return repository.parcels(tx, order.id)[-1]


def _move(tx: Tx, actor: Actor, order: Order, pieces: Mapping[int, int], *, last: bool) -> None:
    """The pieces leave the house; services go with the last parcel, codes by themselves."""
    state = arcs.SHIPPED if last else arcs.PARTLY_SHIPPED
    if order.fulfilment == state:
        steps.note_act(tx, order.id, actor, "parcel", "sent")
    else:
        steps.set_fulfilment(tx, order.id, actor, state)
    others = {line.id: line.wanted for line in order.lines if line.kind == "service" and line.wanted}
    inventory.ship(tx, order.id, _skus(order, {**pieces, **others} if last else pieces))


def _arrive(tx: Tx, actor: Actor, order: Order) -> Delivered:
    steps.set_fulfilment(tx, order.id, actor, arcs.DELIVERED)
    repository.arrive(tx, order.id)
    taken = by_hand.collect_cash(tx, actor, order.id)
    audit.record(tx, actor, "orders.deliver", f"order:{order.id}")
    key = f"shipping.delivered:{order.id}"
    outbox.enqueue(tx, "shipping.delivered", {"order_id": order.id}, key=key, lane=URGENT)
    return Delivered(order.id, None if taken is None else taken.amount)


def _skus(order: Order, pieces: Mapping[int, int]) -> dict[int, int]:
    """Pieces by line as pieces by SKU: an order has one line of each SKU."""
    return {line.sku_id: pieces[line.id] for line in order.lines if line.id in pieces}

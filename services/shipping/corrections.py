"""Putting a parcel right after it was entered: another number, or not sent after all."""

from __future__ import annotations

from datetime import timedelta

from services.inventory import parts
from services.orders import arcs, standing, steps
from services.orders.types import Order
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shipping import carriers, repository
from services.shipping.errors import NumberUsed, ParcelFixed
from services.shipping.service import parcels_order
from services.shipping.types import SHIPPED, Parcel
from services.staff import audit
from services.staff.types import ORDERS_SHIP

UNDO_WITHIN = timedelta(minutes=10)


def correct(tx: Tx, actor: Actor, shipment_id: int, carrier: str, number: str) -> Parcel:
    """The parcel goes with `carrier` under `number`; what it was called before is kept and its customer is told.

    Raises NotAllowed, NotFound, BadNumber, NumberUsed, and ParcelFixed once it has arrived.
    """
    actor.require(ORDERS_SHIP)
    order = parcels_order(tx, actor, shipment_id)
    parcel = _parcel(tx, order.id, shipment_id)
    if parcel.delivered_at is not None:
        raise ParcelFixed(reason="delivered")
    firm = carriers.require(carrier)
    written = carriers.check(firm, number) if firm.numbered else order.number
    other = repository.order_behind(tx, firm.code, written)
    if other is not None:
        raise NumberUsed(number=written, order=standing.read(tx, other).number)
    repository.rename(tx, parcel, firm.code, written, actor.label)
    line = steps.note_act(tx, order.id, actor, "parcel", "corrected")
    facts = {"from": [parcel.carrier_code, parcel.number], "to": [firm.code, written]}
    audit.record(tx, actor, "orders.correct-parcel", f"order:{order.id}", facts)
    told = {"order_id": order.id, "shipment_id": shipment_id}
    outbox.enqueue(tx, "shipping.corrected", told, key=f"shipping.corrected:{line}", lane=URGENT)
    return _parcel(tx, order.id, shipment_id)


def undo(tx: Tx, actor: Actor, shipment_id: int) -> Order:
    """The parcel was never sent: its pieces are back and its customer is told. Returns the order as it was before.

    Within ten minutes and before the carrier has said anything. Raises NotAllowed, NotFound, ParcelFixed.
    """
    actor.require(ORDERS_SHIP)
    order = parcels_order(tx, actor, shipment_id)
    parcels = repository.parcels(tx, order.id)
    parcel = _parcel(tx, order.id, shipment_id)
    _require_undoable(tx, order, parcel)
    others = [each for each in parcels if each.id != shipment_id]
    pieces = {item.line_id: item.quantity for item in parcel.items}
    if order.fulfilment == arcs.SHIPPED:
        pieces |= {line.id: line.wanted for line in order.lines if line.kind == "service" and line.wanted}
    if not repository.remove(tx, shipment_id):
        raise ParcelFixed(reason="delivered")
    begun = others or any(line.handed for line in order.lines)
    state = arcs.PARTLY_SHIPPED if begun else arcs.UNFULFILLED
    if order.fulfilment == state:
        steps.note_act(tx, order.id, actor, "parcel", "undone")
    else:
        steps.set_fulfilment(tx, order.id, actor, state)
    parts.unship(tx, order.id, {line.sku_id: pieces[line.id] for line in order.lines if line.id in pieces})
    audit.record(tx, actor, "orders.undo-parcel", f"order:{order.id}", {"number": parcel.number})
    told = {"order_id": order.id, "number": parcel.number}
    outbox.enqueue(tx, "shipping.undone", told, key=f"shipping.undone:{shipment_id}", lane=URGENT)
    return order


def can_undo(tx: Tx, parcel: Parcel) -> bool:
    """Whether the parcel can still be taken back."""
    moved = any(event.kind != SHIPPED for event in parcel.events)
    return not moved and parcel.delivered_at is None and tx.now < parcel.shipped_at + UNDO_WITHIN


def _require_undoable(tx: Tx, order: Order, parcel: Parcel) -> None:
    if not order.open or parcel.delivered_at is not None:
        raise ParcelFixed(reason="delivered")
    if any(event.kind != SHIPPED for event in parcel.events):
        raise ParcelFixed(reason="moved")
    if tx.now >= parcel.shipped_at + UNDO_WITHIN:
        raise ParcelFixed(reason="late")


def _parcel(tx: Tx, order_id: int, shipment_id: int) -> Parcel:
    for parcel in repository.parcels(tx, order_id):
        if parcel.id == shipment_id:
            return parcel
    raise NotFound()

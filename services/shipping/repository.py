from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.orders.types import OrderLine
from services.shared.db import Tx
from services.shipping import carriers
from services.shipping.models import RecipientViewRow, ShipmentItemRow, ShipmentRow, TrackingEventRow
from services.shipping.types import DELIVERED, SHIPPED, Parcel, ParcelItem, TrackingEvent

SHIPMENTS, ITEMS, EVENTS = ShipmentRow.__table__, ShipmentItemRow.__table__, TrackingEventRow.__table__

_NEW = {
    True: sqlite.insert(SHIPMENTS).on_conflict_do_nothing(index_elements=["carrier", "number"]).returning(
        SHIPMENTS.c.id
    ),
    False: postgresql.insert(SHIPMENTS).on_conflict_do_nothing(index_elements=["carrier", "number"]).returning(
        SHIPMENTS.c.id
    ),
}
_NEW_ITEM, _NEW_EVENT, _NEW_VIEW = insert(ITEMS), insert(EVENTS), insert(RecipientViewRow.__table__)
_ORDER_OF = select(SHIPMENTS.c.order_id).where(
    SHIPMENTS.c.carrier == bindparam("carrier"), SHIPMENTS.c.number == bindparam("number")
)
_OF_ORDER = select(SHIPMENTS).where(SHIPMENTS.c.order_id == bindparam("order_id")).order_by(SHIPMENTS.c.id)
_ITEMS_OF = (
    select(ITEMS)
    .where(ITEMS.c.shipment_id.in_(select(SHIPMENTS.c.id).where(SHIPMENTS.c.order_id == bindparam("order_id"))))
    .order_by(ITEMS.c.id)
)
_EVENTS_OF = (
    select(EVENTS)
    .where(EVENTS.c.shipment_id.in_(select(SHIPMENTS.c.id).where(SHIPMENTS.c.order_id == bindparam("order_id"))))
    .order_by(EVENTS.c.at.desc(), EVENTS.c.id.desc())
)
_ARRIVE = (
    update(SHIPMENTS)
    .where(SHIPMENTS.c.order_id == bindparam("of_order"), SHIPMENTS.c.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"))
    .returning(SHIPMENTS.c.id)
)


def add(tx: Tx, order_id: int, carrier: str, number: str, shipped_by: str, lines: Iterable[OrderLine]) -> int | None:
    """A new parcel with all of `lines` in it and its first event; None when its number was used before."""
    row = {"order_id": order_id, "carrier": carrier, "number": number, "shipped_by": shipped_by,
           "shipped_at": tx.now, "delivered_at": None}
    shipment_id = tx.scalar(_NEW[tx.sqlite], row)
    if shipment_id is not None:
        tx.execute(_NEW_ITEM, [
            {"shipment_id": shipment_id, "order_line_id": line.id, "quantity": line.quantity} for line in lines
        ])
        _note(tx, shipment_id, SHIPPED)
    return shipment_id


def order_behind(tx: Tx, carrier: str, number: str) -> int | None:
    return tx.scalar(_ORDER_OF, {"carrier": carrier, "number": number})


def arrive(tx: Tx, order_id: int) -> None:
    """All parcels of an order that are still under way have arrived."""
    for row in tx.rows(_ARRIVE, {"of_order": order_id, "now": tx.now}):
        _note(tx, row.id, DELIVERED)


def parcels(tx: Tx, order_id: int) -> tuple[Parcel, ...]:
    values = {"order_id": order_id}
    shipments = tx.rows(_OF_ORDER, values)
    items = tx.rows(_ITEMS_OF, values) if shipments else ()
    events = tx.rows(_EVENTS_OF, values) if shipments else ()
    return tuple(
        Parcel(
            id=row.id, carrier=carriers.require(row.carrier).name, number=row.number,
            items=tuple(ParcelItem(i.order_line_id, i.quantity) for i in items if i.shipment_id == row.id),
            events=tuple(TrackingEvent(e.kind, e.at) for e in events if e.shipment_id == row.id),
            shipped_at=row.shipped_at, delivered_at=row.delivered_at,
        )
        for row in shipments
    )


def note_view(tx: Tx, order_id: int, staff_id: int, staff_name: str) -> None:
    tx.execute(_NEW_VIEW, {"order_id": order_id, "staff_id": staff_id, "staff_name": staff_name, "at": tx.now})


def _note(tx: Tx, shipment_id: int, kind: str) -> None:
    tx.execute(_NEW_EVENT, {"shipment_id": shipment_id, "kind": kind, "at": tx.now})

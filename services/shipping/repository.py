from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.shared.db import Tx
from services.shipping import carriers
from services.shipping.models import (
    RecipientViewRow,
    ShipmentCorrectionRow,
    ShipmentItemRow,
    ShipmentRow,
    TrackingEventRow,
)
from services.shipping.types import DELIVERED, SHIPPED, Parcel, ParcelItem, TrackingEvent

SHIPMENTS, ITEMS, EVENTS = ShipmentRow.__table__, ShipmentItemRow.__table__, TrackingEventRow.__table__
CORRECTIONS = ShipmentCorrectionRow.__table__

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
_ORDER_OF_ID = select(SHIPMENTS.c.order_id).where(SHIPMENTS.c.id == bindparam("shipment_id"))
_NEW_CORRECTION = insert(CORRECTIONS)
_RENAME = (
    update(SHIPMENTS).where(SHIPMENTS.c.id == bindparam("shipment_id_"))
    .values(carrier=bindparam("to_carrier"), number=bindparam("to_number"))
)
_REMOVE_PARTS = [
    delete(table).where(table.c.shipment_id == bindparam("shipment_id")) for table in (ITEMS, EVENTS, CORRECTIONS)
]
_REMOVE = delete(SHIPMENTS).where(SHIPMENTS.c.id == bindparam("shipment_id"), SHIPMENTS.c.delivered_at.is_(None))
_ARRIVE_ONE = (
    update(SHIPMENTS)
    .where(SHIPMENTS.c.id == bindparam("shipment_id_"), SHIPMENTS.c.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"))
)
_ARRIVE = (
    update(SHIPMENTS)
    .where(SHIPMENTS.c.order_id == bindparam("of_order"), SHIPMENTS.c.delivered_at.is_(None))
    .values(delivered_at=bindparam("now"))
    .returning(SHIPMENTS.c.id)
)


def add(
    tx: Tx, order_id: int, carrier: str, number: str, shipped_by: str, pieces: Mapping[int, int]
) -> int | None:
    """A new parcel with so many pieces of lines in it and its first event; None when its number was used before."""
    row = {"order_id": order_id, "carrier": carrier, "number": number, "shipped_by": shipped_by,
           "shipped_at": tx.now, "delivered_at": None}
    shipment_id = tx.scalar(_NEW[tx.sqlite], row)
    if shipment_id is not None:
        tx.execute(_NEW_ITEM, [
            {"shipment_id": shipment_id, "order_line_id": line_id, "quantity": quantity}
            for line_id, quantity in sorted(pieces.items())
        ])
        _note(tx, shipment_id, SHIPPED)
    return shipment_id


def order_behind(tx: Tx, carrier: str, number: str) -> int | None:
    return tx.scalar(_ORDER_OF, {"carrier": carrier, "number": number})


def order_of(tx: Tx, shipment_id: int) -> int | None:
    return tx.scalar(_ORDER_OF_ID, {"shipment_id": shipment_id})


def rename(tx: Tx, parcel: Parcel, carrier: str, number: str, by: str) -> None:
    """Gives a parcel another carrier and number, which are free, and keeps what it was called before."""
    tx.execute(_NEW_CORRECTION, {"shipment_id": parcel.id, "carrier": parcel.carrier_code, "number": parcel.number,
                                 "corrected_by": by, "at": tx.now})
    tx.execute(_RENAME, {"shipment_id_": parcel.id, "to_carrier": carrier, "to_number": number})


def remove(tx: Tx, shipment_id: int) -> bool:
    """Removes a parcel that has not arrived, with all that belongs to it; False when somebody did before."""
    for statement in _REMOVE_PARTS:
        tx.execute(statement, {"shipment_id": shipment_id})
    return tx.changed(_REMOVE, {"shipment_id": shipment_id}) == 1


def arrive_one(tx: Tx, shipment_id: int) -> bool:
    """One parcel has arrived; False when it had before."""
    if not tx.changed(_ARRIVE_ONE, {"shipment_id_": shipment_id, "now": tx.now}):
        return False
    _note(tx, shipment_id, DELIVERED)
    return True


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
            shipped_at=row.shipped_at, delivered_at=row.delivered_at, order_id=row.order_id, carrier_code=row.carrier,
        )
        for row in shipments
    )


def note_view(tx: Tx, order_id: int, staff_id: int, staff_name: str) -> None:
    tx.execute(_NEW_VIEW, {"order_id": order_id, "staff_id": staff_id, "staff_name": staff_name, "at": tx.now})


def _note(tx: Tx, shipment_id: int, kind: str) -> None:
    tx.execute(_NEW_EVENT, {"shipment_id": shipment_id, "kind": kind, "at": tx.now})

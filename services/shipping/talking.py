"""Notes among staff about an order, words to its customer and their answers, and another address for it."""

from __future__ import annotations

from services.customers import fields, reach
from services.customers.types import AddressFields
from services.orders import arcs, notes, readdress
from services.orders import service as orders
from services.orders.errors import WrongState
from services.orders.note_types import OrderNote
from services.orders.types import Recipient
from services.outbox import service as outbox
from services.outbox.types import URGENT
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shipping.guards import locked
from services.staff import audit
from services.staff.types import ORDERS_HANDLE, ORDERS_PERSONAL, ORDERS_VIEW


def note(tx: Tx, actor: Actor, order_id: int, text: str) -> OrderNote:
    """Writes something down about the order, for staff alone. Raises NotAllowed, NotFound, InvalidInput."""
    actor.require(ORDERS_VIEW)
    added = notes.add(tx, actor, order_id, notes.NOTE, text)
    audit.record(tx, actor, "orders.note", f"order:{order_id}", {"note": added.id})
    return added


def tell(tx: Tx, actor: Actor, order_id: int, text: str) -> OrderNote:
    """Sends the order's customer a message through the bot; what became of it, the card says.

    Raises NotAllowed, NotFound, InvalidInput.
    """
    actor.require(ORDERS_HANDLE)
    added = notes.add(tx, actor, order_id, notes.TOLD, text)
    audit.record(tx, actor, "orders.message", f"order:{order_id}", {"note": added.id})
    outbox.enqueue(tx, "orders.tell", {"note_id": added.id}, key=f"orders.tell:{added.id}", lane=URGENT)
    return added


def answer(tx: Tx, actor: Actor, order_id: int, text: str) -> OrderNote:
    """The customer's words about an own order, for its card and whoever has it. Raises NotFound, InvalidInput."""
    order = orders.get(tx, actor, order_id)
    actor.require_own(order.customer_id)
    added = notes.add(tx, actor, order_id, notes.HEARD, text)
    outbox.enqueue(tx, "staff.heard", {"note_id": added.id}, key=f"staff.heard:{added.id}", lane=URGENT)
    return added


def is_blocked(tx: Tx, customer_id: int) -> bool:
    """Whether the customer has blocked the bot."""
    return customer_id not in reach.reachable(tx, [customer_id])


def change_address(tx: Tx, actor: Actor, order_id: int, given: AddressFields) -> None:
    """Another recipient or place in the same country for an order that has not left yet; its customer is told.

    Raises NotAllowed, NotFound, InvalidInput with the field at fault, WrongState when it is too late.
    """
    actor.require(ORDERS_HANDLE)
    actor.require(ORDERS_PERSONAL)
    order = locked(tx, actor, order_id)
    if not order.open or order.fulfilment != arcs.UNFULFILLED:
        raise WrongState(number=order.number, state=order.state)
    clean = fields.address(given)
    readdress.send_elsewhere(tx, actor, order, Recipient(
        name=clean.name, phone=clean.phone, country=clean.country, region=clean.region, city=clean.city,
        district=clean.district, street=clean.street, postcode=clean.postcode,
    ))
    audit.record(tx, actor, "orders.address", f"order:{order_id}")
    outbox.enqueue(tx, "orders.tell-address", {"order_id": order_id}, lane=URGENT)

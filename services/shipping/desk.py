"""The counter: what staff do with an order besides sending it, and the card on which they see it."""

from __future__ import annotations

from services.customers import regions
from services.customers import service as customers
from services.orders import arcs, notes, service, standing, steps
from services.orders.types import Order
from services.payments import receiving
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.db import Tx
from services.shipping import refunds, repository
from services.shipping.claims import hold, let_go, pass_on, resume, take, take_over
from services.shipping.guards import goods_left, has_goods, is_ready, locked, refuse_if_done, refuse_if_held
from services.shipping.refunds import call_off, refund_approved, refund_lines, refund_part, refund_rest
from services.shipping.talking import is_blocked
from services.shipping.types import Card, ParcelItem
from services.staff import audit
from services.staff.types import ORDERS_HANDLE, ORDERS_PERSONAL, ORDERS_VIEW

__all__ = [
    "call_off", "card", "confirm", "hold", "let_go", "mask", "open_fully", "pass_on", "refund_approved",
    "refund_lines", "refund_part", "refund_rest", "resume", "take", "take_over",
]

_NOTES_SHOWN = 3


def confirm(tx: Tx, actor: Actor, order_id: int) -> None:
    """The shop accepts the order. Raises AlreadyDone, OnHold, and WrongState while it is not paid."""
    actor.require(ORDERS_HANDLE)
    order = locked(tx, actor, order_id)
    refuse_if_done(order, arcs.CONFIRMED)
    refuse_if_held(order)
    steps.confirm(tx, order_id, actor)
    audit.record(tx, actor, "orders.confirm", f"order:{order_id}")


def open_fully(tx: Tx, actor: Actor, order_id: int) -> Order:
    """The order with the recipient's name, phone and street; that the actor saw them is noted, and audited."""
    actor.require(ORDERS_PERSONAL)
    order = service.get(tx, actor, order_id)
    repository.note_view(tx, order_id, actor.id, actor.name)
    audit.record(tx, actor, "orders.see-recipient", f"order:{order_id}")
    return order


def card(tx: Tx, actor: Actor, order_id: int) -> Card:
    """The order for the staff group. Raises NotAllowed, NotFound."""
    actor.require(ORDERS_VIEW)
    order = service.get(tx, SYSTEM, order_id)
    parcels = repository.parcels(tx, order_id)
    goods, ready, rest = has_goods(order), is_ready(order), goods_left(order, parcels)
    waits = order.open and order.fulfilment in (arcs.UNFULFILLED, arcs.PARTLY_SHIPPED)
    under_way = order.open and order.fulfilment == arcs.SHIPPED
    name = order.address.name if order.address else customers.require(tx, order.customer_id).first_name
    return Card(
        order=order, customer=mask(name), region=_region(order),
        orders=service.counts(tx, customer(order.customer_id))["all"],
        refundable=receiving.held(tx, standing.read(tx, order_id)), parcels=parcels,
        ready=ready, can_ship=waits and ready and bool(rest) and order.hold_reason is None,
        can_finish=under_way or (waits and ready and not goods and order.hold_reason is None),
        left=tuple(ParcelItem(line_id, pieces) for line_id, pieces in rest.items()),
        notes=notes.newest(tx, order_id, _NOTES_SHOWN), waiting=refunds.waiting(tx, order_id),
        blocked=is_blocked(tx, order.customer_id), ready_at=(order.paid_at or order.placed_at) if ready else None,
    )


def mask(name: str) -> str:
    """The first character of a name; the rest is not the group's concern."""
    return f"{name[:1]}**"


def _region(order: Order) -> dict[str, str] | None:
    return None if order.address is None else regions.region_name(order.address.country, order.address.region)

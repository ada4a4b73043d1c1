"""The counter: what staff do with an order besides sending it. Taking, confirming, calling off, giving money back."""

from __future__ import annotations

from services.customers import regions
from services.customers import service as customers
from services.orders import arcs, service, standing, steps
from services.orders.types import Order
from services.payments import cancelling, receiving, refunding
from services.payments.types import Refund
from services.shared.actors import SYSTEM, Actor, customer
from services.shared.db import Tx
from services.shipping import repository
from services.shipping.guards import has_goods, is_ready, locked, refuse_if_done
from services.shipping.types import Card
from services.staff.types import ORDERS_CANCEL, ORDERS_HANDLE, ORDERS_REFUND, ORDERS_VIEW


def take(tx: Tx, actor: Actor, order_id: int) -> None:
    """The actor looks after this order from now on. Raises AlreadyClaimed with the name of whoever was first."""
    actor.require(ORDERS_HANDLE)
    steps.claim(tx, order_id, actor)


def confirm(tx: Tx, actor: Actor, order_id: int) -> None:
    """The shop accepts the order. Raises AlreadyDone, and WrongState while it is not paid."""
    actor.require(ORDERS_HANDLE)
    refuse_if_done(locked(tx, actor, order_id), arcs.CONFIRMED)
    steps.confirm(tx, order_id, actor)


def call_off(tx: Tx, actor: Actor, order_id: int) -> None:
    """Cancels an order that has not left the shop and gives all money back. Raises AlreadyDone when it has."""
    actor.require(ORDERS_CANCEL)
    refuse_if_done(locked(tx, actor, order_id), arcs.CANCELLED)
    cancelling.cancel_order(tx, actor, order_id, "staff")


def refund_rest(tx: Tx, actor: Actor, order_id: int) -> tuple[Refund, ...]:
    """Gives back everything that the shop still holds for the order. Raises RefundTooLarge when that is nothing."""
    actor.require(ORDERS_REFUND)
    rest = receiving.held(tx, standing.lock(tx, order_id))
    return refunding.refund_by_staff(tx, actor, order_id, rest)


def open_fully(tx: Tx, actor: Actor, order_id: int) -> Order:
    """The order with the recipient's name, phone and street; that the actor saw them is noted."""
    actor.require(ORDERS_VIEW)
    order = service.get(tx, actor, order_id)
    repository.note_view(tx, order_id, actor.id, actor.name)
    return order


def card(tx: Tx, actor: Actor, order_id: int) -> Card:
    """The order for the staff group. Raises NotAllowed, NotFound."""
    actor.require(ORDERS_VIEW)
    order = service.get(tx, SYSTEM, order_id)
    goods, ready = has_goods(order), is_ready(order)
    waits = order.open and order.fulfilment == arcs.UNFULFILLED
    under_way = order.open and order.fulfilment in (arcs.PARTLY_SHIPPED, arcs.SHIPPED)
    name = order.address.name if order.address else customers.require(tx, order.customer_id).first_name
    return Card(
        order=order, customer=mask(name), region=_region(order),
        orders=service.counts(tx, customer(order.customer_id))["all"],
        refundable=receiving.held(tx, standing.read(tx, order_id)), parcels=repository.parcels(tx, order_id),
        ready=ready, can_ship=waits and goods and ready,
        can_finish=under_way or (waits and ready and not goods),
    )


def mask(name: str) -> str:
    """The first character of a name; the rest is not the group's concern."""
    return f"{name[:1]}**"


def _region(order: Order) -> dict[str, str] | None:
    return None if order.address is None else regions.region_name(order.address.country, order.address.region)

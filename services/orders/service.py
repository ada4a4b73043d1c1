"""Orders as their customers and staff see them, and what a customer does with an order of their own."""

from __future__ import annotations

from services.cart import service as cart
from services.orders import arcs, list_repository, numbers, repository, steps
from services.orders.errors import WrongState
from services.orders.types import TABS, Order, OrderPage, Reordered, Waiting
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound, Refusal
from services.staff.types import ORDERS_VIEW

PAGE = 6


def get(tx: Tx, actor: Actor, order_id: int) -> Order:
    """An order with everything in it, for its customer or for staff who may see orders. Raises NotFound."""
    row = repository.find_row(tx, order_id)
    if row is None:
        raise NotFound()
    _require_reader(actor, row.customer_id)
    return repository.open_order(tx, row)


def by_token(tx: Tx, token: str) -> Order:
    """The order behind the link of its page: whoever has the link may see it. Raises NotFound."""
    row = repository.by_token(tx, token)
    if row is None:
        raise NotFound()
    return repository.open_order(tx, row)


def by_number(tx: Tx, actor: Actor, typed: str) -> Order:
    """The order with this number. Customers find their own by its last four symbols too. Raises NotFound."""
    ending = numbers.ending(typed)
    if ending is None:
        raise NotFound()
    if actor.kind == "customer":
        row = repository.by_ending(tx, actor.id, ending)
    else:
        row = repository.by_number(tx, ending)
    if row is None:
        raise NotFound()
    _require_reader(actor, row.customer_id)
    return repository.open_order(tx, row)


def page(tx: Tx, actor: Actor, tab: str, before: int | None = None, after: int | None = None) -> OrderPage:
    """A page of the customer's own orders under a tab, newest first: those placed before the order `before`, those
    placed next after the order `after`, or the newest.

    Raises NotFound for a tab that does not exist.
    """
    customer_id = actor.require_customer()
    if tab not in TABS:
        raise NotFound()
    if after is not None:
        found = list_repository.newer(tx, customer_id, tab, after, PAGE + 1)
        shown, is_newer, is_older = found[-PAGE:], len(found) > PAGE, True
    else:
        found = list_repository.older(tx, customer_id, tab, before, PAGE + 1)
        shown, is_newer, is_older = found[:PAGE], before is not None, len(found) > PAGE
    return OrderPage(
        tab, shown, previous=shown[0].id if shown and is_newer else None,
        next=shown[-1].id if shown and is_older else None, counts=counts(tx, actor),
    )


def counts(tx: Tx, actor: Actor) -> dict[str, int]:
    """How many orders stand under each tab, zeros included."""
    found = list_repository.counts(tx, actor.require_customer())
    return {"all": sum(found.values())} | {tab: found.get(tab, 0) for tab in TABS[1:]}


def waiting(tx: Tx, actor: Actor) -> Waiting:
    """What the home screen leads to first."""
    return list_repository.waiting(tx, actor.require_customer())


def cancel_unpaid(tx: Tx, actor: Actor, order_id: int) -> None:
    """The customer calls off an order that no money has come for. Raises NotFound, WrongState."""
    order = steps.lock(tx, order_id)
    actor.require_own(order.customer_id)
    if order.payment != arcs.UNPAID:
        raise WrongState(number=order.number, state=order.state)
    if not steps.cancel(tx, order_id, actor, "customer"):
        raise WrongState(number=order.number, state=order.state)


def confirm_receipt(tx: Tx, actor: Actor, order_id: int) -> None:
    """The customer has everything: the order is complete. Raises NotFound, WrongState."""
    row = repository.find_row(tx, order_id)
    if row is None:
        raise NotFound()
    actor.require_own(row.customer_id)
    order = repository.open_order(tx, row)
    if not order.receivable:
        raise WrongState(number=order.number, state=order.state)
    if order.fulfilment != arcs.DELIVERED:
        steps.set_fulfilment(tx, order_id, actor, arcs.DELIVERED)
    steps.complete(tx, order_id, actor)


def reorder(tx: Tx, actor: Actor, order_id: int) -> Reordered:
    """Puts what can still be had of an own order into the cart and names what cannot. Raises NotFound."""
    order = get(tx, actor, order_id)
    actor.require_own(order.customer_id)
    added, missing = 0, []
    for line in order.lines:
        try:
            cart.add(tx, actor, line.sku_id, line.quantity)
            added += 1
        except Refusal:
            # Gone, too few, or the cart is full: the customer is told by name.
            missing.append(line.name)
    return Reordered(added, tuple(missing))


def due_to_expire(tx: Tx, after: int, most: int) -> tuple[int, ...]:
    """Unpaid orders whose time is over, by id from `after` on: each is then expired in a transaction of its own."""
    return repository.due(tx, after, most)


def expire(tx: Tx, order_id: int) -> bool:
    """Cancels one order whose time to pay is over; False when it was paid or cancelled meanwhile."""
    return steps.expire(tx, order_id)


def _require_reader(actor: Actor, customer_id: int) -> None:
    if actor.kind == "customer":
        actor.require_own(customer_id)
    else:
        actor.require(ORDERS_VIEW)

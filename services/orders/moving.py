"""The smallest steps of an order, which the others are made of: a line of history, the card, and the arcs of goods."""

from __future__ import annotations

from services.orders import arcs, repository
from services.orders.errors import WrongState
from services.orders.standing import lock
from services.outbox import service as outbox
from services.shared.actors import Actor
from services.shared.db import Tx


def set_fulfilment(tx: Tx, order_id: int, actor: Actor, state: str) -> None:
    """Moves how far the goods have got. Raises WrongState."""
    order = lock(tx, order_id)
    if not repository.move_fulfilment(tx, order_id, arcs.sources(arcs.FULFILMENT, state), state):
        raise WrongState(number=order.number, state=order.state)
    note(tx, order_id, arcs.FULFILMENT, order.fulfilment, state, actor)


def complete(tx: Tx, order_id: int, actor: Actor) -> None:
    """The order is over. Raises WrongState unless everything was delivered."""
    order = lock(tx, order_id)
    if not repository.complete(tx, order_id, arcs.sources(arcs.ORDER, arcs.COMPLETED)):
        raise WrongState(number=order.number, state=order.state)
    note(tx, order_id, arcs.ORDER, order.state, arcs.COMPLETED, actor)
    outbox.enqueue(tx, "orders.completed", {"order_id": order_id}, key=f"orders.completed:{order_id}")


def note(
    tx: Tx, order_id: int, machine: str, old: str | None, new: str, actor: Actor, reason: str | None = None
) -> int:
    """A line of history, and the card follows; returns the line's id."""
    name = actor.name if actor.kind == "staff" else ""
    history = repository.add_history(tx, order_id, machine, old, new, actor.label, name, reason)
    draw(tx, order_id, history)
    return history


def draw(tx: Tx, order_id: int, history: int | None = None) -> None:
    """What the staff's card of an order shows has changed."""
    key = None if history is None else f"orders.card:{history}"
    outbox.enqueue(tx, "orders.card", {"order_id": order_id}, key=key)

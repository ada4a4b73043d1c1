"""Whose order it is, and whether it is kept back: steps for the counter's use cases, which have checked the actor."""

from __future__ import annotations

from datetime import datetime

from services.orders import arcs, desk_repository, handing, repository, steps
from services.orders.errors import ClaimMoved, OnHold, WrongState
from services.orders.standing import lock
from services.orders.types import Order, Standing
from services.shared.actors import Actor
from services.shared.db import Tx

HOLD_REASONS = ("payment", "stock", "customer")

# What a line of history about a claim says in `reason`.
HANDED, TAKEN_OVER, LET_GO = "handed", "taken-over", "let-go"


def hand_on(tx: Tx, actor: Actor, order_id: int, to_id: int, to_name: str) -> None:
    """The order goes from whoever has it to a colleague. Raises ClaimMoved when nobody, or they, have it."""
    order = lock(tx, order_id)
    if order.claimed_by == to_id:
        raise ClaimMoved(reason="taken", name=order.claimed_name)
    _move(tx, actor, order, order.claimed_by, to_id, to_name, HANDED)


def take_over(tx: Tx, actor: Actor, order_id: int, from_id: int) -> None:
    """The actor has the order from now on, in the place of `from_id`. Raises ClaimMoved: of two at once one is told."""
    _move(tx, actor, lock(tx, order_id), from_id, actor.id, actor.name, TAKEN_OVER)


def let_go(tx: Tx, actor: Actor, order_id: int) -> None:
    """Nobody has the order from now on. Raises ClaimMoved when nobody has it."""
    order = lock(tx, order_id)
    _move(tx, actor, order, order.claimed_by, None, None, LET_GO)


def hold(tx: Tx, actor: Actor, order_id: int, reason: str) -> None:
    """The order goes no further until it is resumed; its customer sees nothing new. Raises OnHold, WrongState."""
    order = lock(tx, order_id)
    if not desk_repository.hold(tx, order_id, reason, actor.name):
        if order.hold_reason is not None:
            raise OnHold(number=order.number, by=repository.holder(tx, order_id), reason=order.hold_reason)
        raise WrongState(number=order.number, state=order.state)
    steps.note_act(tx, order_id, actor, "hold", "on", reason=reason)


def resume(tx: Tx, actor: Actor, order_id: int) -> None:
    """The order may go on. Raises WrongState when it was not held."""
    order = lock(tx, order_id)
    if not desk_repository.resume(tx, order_id):
        raise WrongState(number=order.number, state=order.state)
    steps.note_act(tx, order_id, actor, "hold", "off")
    # Codes were kept back too.
    handing.fill(tx, order_id)


def waits(order: Order) -> bool:
    """Whether there is still something for its claimer to do before the goods have left."""
    return order.open and order.hold_reason is None and order.fulfilment in (arcs.UNFULFILLED, arcs.PARTLY_SHIPPED)


def moved_at(tx: Tx, order: Order) -> datetime:
    """When anything happened to the order last, notes included."""
    notes = desk_repository.newest_notes(tx, order.id, 1)
    return max([order.placed_at, *(entry.at for entry in order.history[-1:]), *(note.at for note in notes)])


def _move(
    tx: Tx, actor: Actor, order: Standing, from_id: int | None, to_id: int | None, to_name: str | None, how: str
) -> None:
    if from_id is None or not desk_repository.move_claim(tx, order.id, from_id, to_id, to_name):
        raise ClaimMoved(reason="free" if order.claimed_by is None else "taken", name=order.claimed_name or "")
    claim = steps.note_act(tx, order.id, actor, "claim", to_name or "", order.claimed_name, how)
    if to_id is not None:
        steps.watch_idle(tx, order.id, claim)

"""Digital goods of a paid order: their codes change hands in the transaction that made it paid.

An order of digital goods alone is delivered and over by that. One with other goods counts as partly sent: it can no
longer be called off as a whole.
"""

from __future__ import annotations

from services.digital import service as digital
from services.digital.types import Handed
from services.inventory import service as inventory
from services.orders import arcs, handing_repository, moving, repository, service
from services.orders.standing import lock
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx

DIGITAL = "digital"


def begin(tx: Tx, order_id: int) -> None:
    """What a locked order that has just been paid is owed in codes, handed over as far as there are any."""
    lines = handing_repository.unhanded(tx, order_id)
    if lines:
        digital.owe(tx, order_id, lines)
        fill(tx, order_id)


def fill(tx: Tx, order_id: int) -> None:
    """Hands over what an order still waits for, unless it is off, kept back or its money went back."""
    order = lock(tx, order_id)
    paid = order.paid_at is not None and order.payment != arcs.REFUNDED
    if order.state == arcs.CANCELLED or order.hold_reason is not None or not paid:
        return
    filled = digital.fill(tx, order_id)
    if not filled.lines:
        return
    for line_id, pieces in filled.lines.items():
        handing_repository.note_handed(tx, line_id, pieces)
    inventory.ship(tx, order_id, filled.skus)
    moving.note(tx, order_id, "codes", None, str(sum(filled.lines.values())), SYSTEM)
    settle(tx, order_id, SYSTEM)


def settle(tx: Tx, order_id: int, actor: Actor) -> None:
    """Moves a locked order to where its handed codes have brought it; nothing for one without any."""
    row = repository.find_row(tx, order_id)
    assert row is not None
    lines = [line for line in repository.open_order(tx, row).lines if line.wanted]
    if not any(line.handed for line in lines) or row.state not in (arcs.PLACED, arcs.CONFIRMED):
        return
    if all(line.kind == DIGITAL and line.handed == line.wanted for line in lines):
        if row.fulfilment != arcs.DELIVERED:
            moving.set_fulfilment(tx, order_id, actor, arcs.DELIVERED)
        moving.complete(tx, order_id, actor)
    elif row.fulfilment == arcs.UNFULFILLED:
        moving.set_fulfilment(tx, order_id, actor, arcs.PARTLY_SHIPPED)


def by_hand(tx: Tx, order_id: int) -> None:
    """Staff handed everything over themselves: nothing of a locked order waits for codes any more."""
    for line_id, pieces in digital.close(tx, order_id, "by-hand"):
        handing_repository.note_handed(tx, line_id, pieces)


def codes(tx: Tx, actor: Actor, order_id: int) -> tuple[Handed, ...]:
    """The codes of an own order, as often as its customer wants to see them. Raises NotFound for another's."""
    actor.require_own(service.get(tx, actor, order_id).customer_id)
    return digital.codes(tx, order_id)

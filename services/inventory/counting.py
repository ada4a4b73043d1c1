"""Stock under the hands of people: moved, counted, taken back, and how much of it is to be kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from services.inventory import counting_repository as repository
from services.inventory import repository as stock
from services.inventory import service, watch
from services.inventory.types import Moved
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import ChangedSince, InvalidInput, NotFound
from services.staff import audit
from services.staff.types import STOCK_EDIT

# Why people change a stock. UNDO takes another change back.
MOVE, COUNT, RESTOCK, UNDO = "move", "count", "restock", "undo"
# The stock of digital goods follows the number of their codes.
CODES = "codes"
MOST_PIECES = 1_000_000
LONGEST_REASON = 200


def move(tx: Tx, actor: Actor, sku_id: int, delta: int, reason: str = "", cause: str = MOVE) -> Moved:
    """Adds pieces to what is on hand, or takes them off.

    Raises NotAllowed, InvalidInput for no or too many pieces, NotFound for a SKU without stock, StockTooLow when that
    would take what is owed to orders.
    """
    actor.require(STOCK_EDIT)
    if not 0 < abs(delta) <= MOST_PIECES:
        raise InvalidInput(field="pieces", reason="pieces")
    return _change(tx, actor, _lock(tx, sku_id), delta, reason, cause)


def count(tx: Tx, actor: Actor, sku_id: int, counted: int, reason: str = "") -> Moved:
    """Sets what is on hand to what was counted; a count that agrees is noted as well. Raises like `move`."""
    actor.require(STOCK_EDIT)
    if not 0 <= counted <= MOST_PIECES:
        raise InvalidInput(field="pieces", reason="pieces")
    row = _lock(tx, sku_id)
    return _change(tx, actor, row, counted - row.on_hand, reason, COUNT)


def undo(tx: Tx, actor: Actor, movement_id: int) -> Moved:
    """Takes back what somebody changed; a second time answers like the first.

    Raises NotAllowed, NotFound for what no person changed, ChangedSince when the stock was changed by hand after it,
    StockTooLow when the pieces are owed to orders by now.
    """
    actor.require(STOCK_EDIT)
    sku_id = repository.sku_of(tx, movement_id)
    if sku_id is None:
        raise NotFound()
    row = _lock(tx, sku_id)
    movement = repository.movement(tx, movement_id)
    if movement.undone_by is not None:
        return Moved(movement.undone_by, sku_id, row.on_hand, row.on_hand, row.on_hand - row.reserved)
    if movement.cause not in (MOVE, COUNT, RESTOCK):
        raise NotFound()
    if (later := repository.changed_after(tx, sku_id, movement_id)) is not None:
        raise ChangedSince(name=later.name or "", at=later.created_at)
    moved = _change(tx, actor, row, -movement.delta, movement.reason or "", UNDO)
    repository.note_undone(tx, movement_id, moved.movement_id)
    return moved


def follow(tx: Tx, actor: Actor, sku_id: int, pieces: int) -> None:
    """Sets what is on hand to `pieces` that are counted elsewhere, such as codes; never below what orders are owed.

    The caller has checked the actor's right. A SKU without stock gets one.
    """
    service.set_opening(tx, sku_id, 0)
    row = _lock(tx, sku_id)
    delta = max(pieces, row.reserved) - row.on_hand
    if delta:
        service.move(tx, sku_id, delta)
        stock.note_movement(tx, sku_id, "adjustment", delta, actor, cause=CODES)


def set_safety(tx: Tx, actor: Actor, sku_id: int, pieces: int) -> int:
    """Says from how many free pieces on the SKU is low, 0 for never; returns what it was before.

    Raises NotAllowed, InvalidInput, NotFound for a SKU without stock.
    """
    actor.require(STOCK_EDIT)
    if not 0 <= pieces <= MOST_PIECES:
        raise InvalidInput(field="pieces", reason="pieces")
    row = _lock(tx, sku_id)
    if pieces != row.safety:
        repository.set_safety(tx, sku_id, pieces)
        watch.turn(tx, [sku_id])
        audit.record(tx, actor, "stock.safety", f"sku:{sku_id}", {"was": row.safety, "now": pieces})
    return row.safety


def _lock(tx: Tx, sku_id: int) -> Row[Any]:
    row = repository.lock(tx, sku_id)
    if row is None:
        raise NotFound()
    return row


def _change(tx: Tx, actor: Actor, row: Row[Any], delta: int, reason: str, cause: str) -> Moved:
    reason = reason.strip()[:LONGEST_REASON]
    free = service.move(tx, row.sku_id, delta) if delta else row.on_hand - row.reserved
    movement_id = stock.note_movement(
        tx, row.sku_id, "adjustment", delta, actor, reason=reason or None, cause=cause
    )
    audit.record(tx, actor, f"stock.{cause}", f"sku:{row.sku_id}",
                 {"was": row.on_hand, "now": row.on_hand + delta, "reason": reason, "movement": movement_id})
    return Moved(movement_id, row.sku_id, row.on_hand, row.on_hand + delta, free)

"""Reserving, keeping, releasing and shipping stock.

A reservation needs no job to expire: availability subtracts only live holds, and reserving first releases what has
expired for its SKUs. Reservations are locked before stock rows, and stock rows in the order of their keys.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from datetime import datetime

from services.catalog import shelf
from services.inventory import repository, watch
from services.inventory.errors import NotReserved, OutOfStock, StockTooLow
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import InvalidInput, NotFound
from services.staff import audit
from services.staff.types import STOCK_EDIT

log = logging.getLogger(__name__)


def available(tx: Tx, sku_ids: Collection[int]) -> dict[int, int]:
    """How many pieces of each SKU can be bought now, ≥ 0; expired holds count as free, unknown SKUs have none."""
    return repository.available(tx, sku_ids) if sku_ids else {}


def reserve(tx: Tx, order_id: int, demand: Mapping[int, int], until: datetime | None) -> None:
    """Holds the demand (SKU -> pieces) for the order until a moment, or for good with None. All of it or nothing.

    What the order holds live already is not held twice. Raises OutOfStock naming every SKU that falls short.
    """
    if any(quantity < 1 for quantity in demand.values()):
        raise InvalidInput(field="quantity", reason="quantity")
    rows = repository.of_order(tx, order_id)
    live = {row.sku_id for row in rows if row.state in ("held", "committed")}
    wanted = {sku_id: quantity for sku_id, quantity in demand.items() if sku_id not in live}
    _take(tx, wanted)
    repository.put(tx, order_id, wanted, {row.sku_id for row in rows}, until)


def commit(tx: Tx, order_id: int) -> None:
    """Keeps for good what the order holds. A hold that was released meanwhile is reserved anew.

    Raises OutOfStock when that cannot be had any more; then nothing has changed.
    """
    rows = repository.of_order(tx, order_id)
    lost = {row.sku_id: row.quantity - row.shipped for row in rows if row.state == "released"}
    _take(tx, lost)
    repository.put(tx, order_id, lost, lost, None)
    repository.keep(tx, order_id)


def release(tx: Tx, order_id: int) -> None:
    """Gives back what the order holds or keeps and has not shipped. Doing it twice gives back once."""
    give_back(tx, repository.release(tx, order_id))


def ship(tx: Tx, order_id: int, quantities: Mapping[int, int]) -> None:
    """Takes committed pieces out of the house. Raises NotReserved when the order does not hold that many."""
    for sku_id, pieces in sorted(quantities.items()):
        if pieces < 1:
            raise InvalidInput(field="quantity", reason="quantity")
        if not repository.ship(tx, order_id, sku_id, pieces) or not repository.leave(tx, sku_id, pieces):
            raise NotReserved(order_id=order_id, sku_id=sku_id, quantity=pieces)
        repository.note_movement(tx, sku_id, "sale", -pieces, SYSTEM, order_id=order_id)
    shelf.count_sales(tx, quantities)


def restock(tx: Tx, order_id: int, quantities: Mapping[int, int]) -> None:
    """Puts returned pieces of an order back on hand."""
    for sku_id, pieces in sorted(quantities.items()):
        if pieces < 1:
            raise InvalidInput(field="quantity", reason="quantity")
        move(tx, sku_id, pieces)
        repository.note_movement(tx, sku_id, "return", pieces, SYSTEM, order_id=order_id)


def adjust(tx: Tx, actor: Actor, sku_id: int, delta: int, reason: str) -> int:
    """Corrects what is on hand by `delta` and returns how many are free then.

    Raises NotAllowed, NotFound for a SKU without stock, StockTooLow when that would take what is owed to orders.
    """
    actor.require(STOCK_EDIT)
    free = move(tx, sku_id, delta)
    repository.note_movement(tx, sku_id, "adjustment", delta, actor, reason=reason)
    audit.record(tx, actor, "stock.adjust", f"sku:{sku_id}", {"delta": delta, "reason": reason})
    return free


def set_opening(tx: Tx, sku_id: int, quantity: int) -> None:
    """Opens the stock of a SKU; one that is open already stays as it is."""
    if repository.open_stock(tx, sku_id, quantity):
        shelf.mark_skus(tx, {sku_id: quantity <= 0})


def tidy(tx: Tx, most: int = 500) -> int:
    """Ends expired holds of at most `most` SKUs and returns how many SKUs got pieces back. Nothing relies on it."""
    skus = repository.overdue_skus(tx, most)
    if skus:
        give_back(tx, repository.release_expired(tx, skus))
    return len(skus)


def _take(tx: Tx, wanted: Mapping[int, int]) -> None:
    """Reserves all of `wanted` or raises OutOfStock with everything as it was."""
    if not wanted:
        return
    give_back(tx, repository.release_expired(tx, wanted))
    left: dict[int, repository.Free] = {}
    short: list[int] = []
    for sku_id, pieces in sorted(wanted.items()):
        free = repository.take(tx, sku_id, pieces)
        if free is None:
            short.append(sku_id)
        else:
            left[sku_id] = free
    if short:
        for sku_id in left:
            repository.give_back(tx, sku_id, wanted[sku_id])
        free_now = repository.available(tx, short)
        raise OutOfStock(shortages=tuple((sku_id, wanted[sku_id], free_now[sku_id]) for sku_id in short))
    shelf.mark_skus(tx, {sku_id: True for sku_id, free in left.items() if free.pieces == 0})
    watch.turn(tx, [sku_id for sku_id, free in left.items() if free.turned])


def give_back(tx: Tx, pieces: Mapping[int, int]) -> None:
    """The step that frees reserved pieces by SKU, with all that follows from it."""
    returned: list[int] = []
    turned: list[int] = []
    for sku_id, quantity in sorted(pieces.items()):
        free, unknown = repository.give_back(tx, sku_id, quantity)
        if unknown:
            # The other orders must still be served; the invariants' check names the SKU.
            log.error("SKU %s: %s pieces given back that were not reserved", sku_id, unknown)
        if free.pieces == quantity:
            returned.append(sku_id)
        if free.turned:
            turned.append(sku_id)
    shelf.mark_skus(tx, dict.fromkeys(returned, False))
    watch.back(tx, returned)
    watch.turn(tx, turned)


def move(tx: Tx, sku_id: int, delta: int) -> int:
    """The step that changes what is on hand, with all that follows from it; returns how many are free then.

    Raises NotFound for a SKU without stock, StockTooLow when that would take what is owed to orders.
    """
    free = repository.move(tx, sku_id, delta)
    if free is None:
        before = repository.free(tx, sku_id)
        if before is None:
            raise NotFound()
        raise StockTooLow(sku_id=sku_id, available=before)
    if (free.pieces == 0) != (free.pieces - delta == 0):
        shelf.mark_skus(tx, {sku_id: free.pieces == 0})
        watch.back(tx, [sku_id] if free.pieces else [])
    watch.turn(tx, [sku_id] if free.turned else [])
    return free.pieces

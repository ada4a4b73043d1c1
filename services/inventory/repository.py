from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, case, func, insert, select, update

from services.inventory.models import ReservationRow, StockMovementRow, StockRow
from services.shared.actors import Actor
from services.shared.db import Tx

STOCK, RESERVATIONS, MOVEMENTS = StockRow.__table__, ReservationRow.__table__, StockMovementRow.__table__
_LIVE = ("held", "committed")

_EXPIRED = (
    select(RESERVATIONS.c.sku_id, func.sum(RESERVATIONS.c.quantity - RESERVATIONS.c.shipped).label("pieces"))
    .where(
        RESERVATIONS.c.sku_id.in_(bindparam("skus", expanding=True)), RESERVATIONS.c.state == "held",
        RESERVATIONS.c.expires_at <= bindparam("now"),
    )
    .group_by(RESERVATIONS.c.sku_id)
)
_EXPIRED_PART = _EXPIRED.subquery()
_AVAILABLE = (
    select(
        STOCK.c.sku_id, (STOCK.c.on_hand - STOCK.c.reserved + func.coalesce(_EXPIRED_PART.c.pieces, 0)).label("free")
    )
    .outerjoin_from(STOCK, _EXPIRED_PART, _EXPIRED_PART.c.sku_id == STOCK.c.sku_id)
    .where(STOCK.c.sku_id.in_(bindparam("skus", expanding=True)))
)
_OVERDUE_SKUS = (
    select(RESERVATIONS.c.sku_id).where(RESERVATIONS.c.state == "held", RESERVATIONS.c.expires_at <= bindparam("now"))
    .distinct().order_by(RESERVATIONS.c.sku_id).limit(bindparam("most"))
)

# What every change of a stock answers: how many pieces are free now, and whether that turns the SKU low or back.
_FREE_NOW = STOCK.c.on_hand - STOCK.c.reserved
_IS_LOW = and_(STOCK.c.safety > 0, STOCK.c.safety >= _FREE_NOW)
ANSWER = (_FREE_NOW.label("free"), (STOCK.c.low != _IS_LOW).label("turned"))

# The one guard against overselling: no row changes unless so many pieces are free at this very moment.
TAKE = (
    update(STOCK)
    .where(STOCK.c.sku_id == bindparam("sku"), STOCK.c.on_hand - STOCK.c.reserved >= bindparam("pieces"))
    .values(reserved=STOCK.c.reserved + bindparam("pieces"))
    .returning(*ANSWER)
)
_GIVE_BACK = (
    update(STOCK).where(STOCK.c.sku_id == bindparam("sku"))
    .values(reserved=case((STOCK.c.reserved >= bindparam("pieces"), STOCK.c.reserved - bindparam("pieces")), else_=0))
    .returning(*ANSWER)
)
_RESERVED = select(STOCK.c.reserved).where(STOCK.c.sku_id == bindparam("sku")).with_for_update()
_LEAVE = (
    update(STOCK)
    .where(
        STOCK.c.sku_id == bindparam("sku"), STOCK.c.on_hand >= bindparam("pieces"),
        STOCK.c.reserved >= bindparam("pieces"),
    )
    .values(on_hand=STOCK.c.on_hand - bindparam("pieces"), reserved=STOCK.c.reserved - bindparam("pieces"))
)
_MOVE = (
    update(STOCK)
    .where(STOCK.c.sku_id == bindparam("sku"), STOCK.c.on_hand - STOCK.c.reserved + bindparam("delta") >= 0)
    .values(on_hand=STOCK.c.on_hand + bindparam("delta"))
    .returning(*ANSWER)
)
_FREE = select(_FREE_NOW).where(STOCK.c.sku_id == bindparam("sku"))
_OPEN = insert(STOCK)
_NOTE_MOVEMENT = insert(MOVEMENTS)

_RELEASE_EXPIRED = (
    update(RESERVATIONS)
    .where(
        RESERVATIONS.c.sku_id.in_(bindparam("skus", expanding=True)), RESERVATIONS.c.state == "held",
        RESERVATIONS.c.expires_at <= bindparam("now"),
    )
    .values(state="released")
    .returning(RESERVATIONS.c.sku_id, (RESERVATIONS.c.quantity - RESERVATIONS.c.shipped).label("pieces"))
)
_RELEASE = (
    update(RESERVATIONS)
    .where(RESERVATIONS.c.order_id == bindparam("order"), RESERVATIONS.c.state.in_(_LIVE))
    .values(state="released")
    .returning(RESERVATIONS.c.sku_id, (RESERVATIONS.c.quantity - RESERVATIONS.c.shipped).label("pieces"))
)
_KEEP = (
    update(RESERVATIONS).where(RESERVATIONS.c.order_id == bindparam("order"), RESERVATIONS.c.state == "held")
    .values(state="committed", expires_at=None)
)
_OF_ORDER = (
    select(RESERVATIONS).where(RESERVATIONS.c.order_id == bindparam("order")).order_by(RESERVATIONS.c.sku_id)
    .with_for_update()
)
_ADD = insert(RESERVATIONS)
_RENEW = (
    update(RESERVATIONS)
    .where(RESERVATIONS.c.order_id == bindparam("order"), RESERVATIONS.c.sku_id == bindparam("sku"))
    .values(quantity=bindparam("pieces"), shipped=0, state=bindparam("new_state"), expires_at=bindparam("until"))
)
_SHIP = (
    update(RESERVATIONS)
    .where(
        RESERVATIONS.c.order_id == bindparam("order"), RESERVATIONS.c.sku_id == bindparam("sku"),
        RESERVATIONS.c.state == "committed", RESERVATIONS.c.quantity - RESERVATIONS.c.shipped >= bindparam("pieces"),
    )
    .values(
        shipped=RESERVATIONS.c.shipped + bindparam("pieces"),
        state=case(
            (RESERVATIONS.c.shipped + bindparam("pieces") == RESERVATIONS.c.quantity, "shipped"), else_="committed"
        ),
    )
)


class Free(NamedTuple):
    """Pieces that are free after a change, and whether it turned the SKU low or back."""

    pieces: int
    turned: bool


def available(tx: Tx, sku_ids: Collection[int]) -> dict[int, int]:
    rows = tx.rows(_AVAILABLE, {"skus": list(sku_ids), "now": tx.now})
    found: dict[int, int] = {row.sku_id: int(row.free) for row in rows}
    return {sku_id: found.get(sku_id, 0) for sku_id in sku_ids}


def overdue_skus(tx: Tx, most: int) -> tuple[int, ...]:
    return tuple(row.sku_id for row in tx.rows(_OVERDUE_SKUS, {"now": tx.now, "most": most}))


def take(tx: Tx, sku_id: int, pieces: int) -> Free | None:
    """Reserves so many pieces; None when there are not enough."""
    row = tx.first(TAKE, {"sku": sku_id, "pieces": pieces})
    return None if row is None else Free(row.free, row.turned)


def give_back(tx: Tx, sku_id: int, pieces: int) -> tuple[Free, int]:
    """Frees pieces; with how many of them the counter did not know of: 0 unless it was damaged."""
    reserved = tx.scalar(_RESERVED, {"sku": sku_id})
    row = tx.first(_GIVE_BACK, {"sku": sku_id, "pieces": pieces})
    assert row is not None, "a reservation's SKU has stock"
    return Free(row.free, row.turned), max(0, pieces - reserved)


def leave(tx: Tx, sku_id: int, pieces: int) -> bool:
    return tx.changed(_LEAVE, {"sku": sku_id, "pieces": pieces}) == 1


def move(tx: Tx, sku_id: int, delta: int) -> Free | None:
    """Changes what is on hand; None when that would take what is owed."""
    row = tx.first(_MOVE, {"sku": sku_id, "delta": delta})
    return None if row is None else Free(row.free, row.turned)


def free(tx: Tx, sku_id: int) -> int | None:
    """Pieces that no reservation holds, expired ones included; None for a SKU without stock."""
    return tx.scalar(_FREE, {"sku": sku_id})


def open_stock(tx: Tx, sku_id: int, quantity: int) -> bool:
    """False when the SKU has stock already."""
    if free(tx, sku_id) is not None:
        return False
    tx.execute(_OPEN, {"sku_id": sku_id, "opening": quantity, "on_hand": quantity, "reserved": 0})
    return True


def note_movement(
    tx: Tx, sku_id: int, kind: str, delta: int, actor: Actor, *, order_id: int | None = None,
    reason: str | None = None, cause: str | None = None,
) -> int:
    return tx.insert(_NOTE_MOVEMENT, {
        "sku_id": sku_id, "kind": kind, "delta": delta, "order_id": order_id, "actor": actor.label, "reason": reason,
        "cause": cause, "name": actor.name or None, "created_at": tx.now,
    })


def release_expired(tx: Tx, sku_ids: Iterable[int]) -> dict[int, int]:
    """Ends the expired holds of these SKUs; returns the pieces to give back per SKU."""
    return _pieces(tx.rows(_RELEASE_EXPIRED, {"skus": list(sku_ids), "now": tx.now}))


def release(tx: Tx, order_id: int) -> dict[int, int]:
    """Ends the live reservations of an order; returns the pieces to give back per SKU."""
    return _pieces(tx.rows(_RELEASE, {"order": order_id}))


def keep(tx: Tx, order_id: int) -> None:
    tx.execute(_KEEP, {"order": order_id})


def of_order(tx: Tx, order_id: int) -> Sequence[Row[Any]]:
    """The order's reservations in SKU order, locked."""
    return tx.rows(_OF_ORDER, {"order": order_id})


def put(tx: Tx, order_id: int, pieces: dict[int, int], known: Collection[int], until: datetime | None) -> None:
    """Writes live reservations; those of `known` SKUs have a row that ended already."""
    state = "committed" if until is None else "held"
    for sku_id in pieces.keys() & set(known):
        tx.execute(_RENEW, {
            "order": order_id, "sku": sku_id, "pieces": pieces[sku_id], "new_state": state, "until": until,
        })
    rows = [
        {"order_id": order_id, "sku_id": sku_id, "quantity": quantity, "shipped": 0, "state": state,
         "expires_at": until, "created_at": tx.now}
        for sku_id, quantity in sorted(pieces.items()) if sku_id not in known
    ]
    if rows:
        tx.execute(_ADD, rows)


def ship(tx: Tx, order_id: int, sku_id: int, pieces: int) -> bool:
    return tx.changed(_SHIP, {"order": order_id, "sku": sku_id, "pieces": pieces}) == 1


def _pieces(rows: Sequence[Row[Any]]) -> dict[int, int]:
    pieces: dict[int, int] = {}
    for row in rows:
        pieces[row.sku_id] = pieces.get(row.sku_id, 0) + row.pieces
    return pieces

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.digital.models import DigitalBatchRow, DigitalCodeRow, DigitalDeliveryRow, DigitalDueRow
from services.shared.db import Tx

BATCHES, CODES = DigitalBatchRow.__table__, DigitalCodeRow.__table__
DUES, DELIVERIES = DigitalDueRow.__table__, DigitalDeliveryRow.__table__

_NEW_BATCH = insert(BATCHES)
_SET_COUNTS = (
    update(BATCHES).where(BATCHES.c.id == bindparam("batch"))
    .values(loaded=bindparam("new_count"), known=bindparam("known_count"))
)
_NEW_CODE = {
    True: sqlite.insert(CODES).on_conflict_do_nothing(index_elements=["fingerprint"]),
    False: postgresql.insert(CODES).on_conflict_do_nothing(index_elements=["fingerprint"]),
}
_NEW_DUE = {
    True: sqlite.insert(DUES).on_conflict_do_nothing(index_elements=["line_id"]),
    False: postgresql.insert(DUES).on_conflict_do_nothing(index_elements=["line_id"]),
}
_OF_BATCH = select(func.count()).where(CODES.c.batch_id == bindparam("batch"))
_BATCH = select(BATCHES).where(BATCHES.c.id == bindparam("batch")).with_for_update()
_FREE_OF_BATCH = delete(CODES).where(CODES.c.batch_id == bindparam("batch"), CODES.c.line_id.is_(None))
_FREE = select(func.count()).where(CODES.c.sku_id == bindparam("sku"), CODES.c.line_id.is_(None))
_HANDED = select(func.count()).where(CODES.c.sku_id == bindparam("sku"), CODES.c.line_id.is_not(None))
_WAITING_PIECES = select(func.coalesce(func.sum(DUES.c.quantity), 0)).where(
    DUES.c.sku_id == bindparam("sku"), DUES.c.state == "waiting"
)
_FREE_HERE = select(func.count()).where(CODES.c.batch_id == BATCHES.c.id, CODES.c.line_id.is_(None))
_BATCHES_OF = (
    select(BATCHES, _FREE_HERE.scalar_subquery().label("free"))
    .where(BATCHES.c.sku_id == bindparam("sku")).order_by(BATCHES.c.id.desc()).limit(bindparam("most"))
)
_WAITING_OF = (
    select(DUES).where(DUES.c.order_id == bindparam("of_order"), DUES.c.state == "waiting")
    .order_by(DUES.c.sku_id, DUES.c.line_id).with_for_update()
)
_DUE = select(DUES).where(DUES.c.line_id == bindparam("line"))
# Those that another order is just taking are passed over: nobody waits, and nobody gets the same one.
_TAKE = (
    select(CODES.c.id).where(CODES.c.sku_id == bindparam("sku"), CODES.c.line_id.is_(None))
    .order_by(CODES.c.id).limit(bindparam("pieces")).with_for_update(skip_locked=True)
)
# The one guard against handing a code out twice: it changes hands only while it is nobody's.
_HAND = (
    update(CODES)
    .where(CODES.c.id.in_(bindparam("ids", expanding=True)), CODES.c.line_id.is_(None))
    .values(line_id=bindparam("line"), delivery_id=bindparam("delivery"))
)
_SETTLE = (
    update(DUES)
    .where(DUES.c.line_id == bindparam("line"), DUES.c.state == "waiting")
    .values(state=bindparam("new_state"), settled_at=bindparam("now"))
)
_SHRINK = (
    update(DUES)
    .where(DUES.c.line_id == bindparam("line"), DUES.c.state == "waiting", DUES.c.quantity > bindparam("pieces"))
    .values(quantity=DUES.c.quantity - bindparam("pieces"))
)
_NEW_DELIVERY = insert(DELIVERIES)
_DELIVERY = select(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery"))
_BEGIN = (
    update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery"), DELIVERIES.c.begun_at.is_(None))
    .values(begun_at=bindparam("now"))
)
_NOT_SENT = (
    update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery"), DELIVERIES.c.told_at.is_(None))
    .values(begun_at=None)
)
_TOLD = update(DELIVERIES).where(DELIVERIES.c.id == bindparam("delivery")).values(told_at=bindparam("now"))
_OF_DELIVERY = (
    select(CODES.c.line_id, CODES.c.sealed, CODES.c.fingerprint).where(CODES.c.delivery_id == bindparam("delivery"))
    .order_by(CODES.c.line_id, CODES.c.id)
)
_OF_ORDER = (
    select(CODES.c.line_id, CODES.c.sealed, CODES.c.fingerprint)
    .join_from(CODES, DUES, DUES.c.line_id == CODES.c.line_id).where(DUES.c.order_id == bindparam("of_order"))
    .order_by(CODES.c.line_id, CODES.c.id)
)
_ENOUGH = select(func.count()).where(CODES.c.sku_id == DUES.c.sku_id, CODES.c.line_id.is_(None))
_SERVABLE = (
    select(DUES.c.order_id, func.min(DUES.c.created_at).label("since"))
    .where(DUES.c.state == "waiting", _ENOUGH.scalar_subquery() >= DUES.c.quantity)
    .group_by(DUES.c.order_id).order_by("since", DUES.c.order_id).limit(bindparam("most"))
)


def add_batch(tx: Tx, sku_id: int, actor: str, name: str) -> int:
    return tx.insert(_NEW_BATCH, {"sku_id": sku_id, "loaded": 0, "known": 0, "actor": actor, "name": name,
                                  "created_at": tx.now})


def add_codes(tx: Tx, sku_id: int, batch_id: int, codes: Iterable[tuple[str, str]]) -> int:
    """Stores (fingerprint, sealed code) pairs; returns how many of them were new."""
    rows = [{"sku_id": sku_id, "batch_id": batch_id, "sealed": sealed, "fingerprint": fingerprint, "line_id": None,
             "delivery_id": None} for fingerprint, sealed in codes]
    tx.execute(_NEW_CODE[tx.sqlite], rows)
    return int(tx.scalar(_OF_BATCH, {"batch": batch_id}))


def set_counts(tx: Tx, batch_id: int, loaded: int, known: int) -> None:
    tx.execute(_SET_COUNTS, {"batch": batch_id, "new_count": loaded, "known_count": known})


def batch(tx: Tx, batch_id: int) -> Row[Any] | None:
    return tx.first(_BATCH, {"batch": batch_id})


def remove_free(tx: Tx, batch_id: int) -> int:
    return tx.changed(_FREE_OF_BATCH, {"batch": batch_id})


def free(tx: Tx, sku_id: int) -> int:
    return int(tx.scalar(_FREE, {"sku": sku_id}))


def handed(tx: Tx, sku_id: int) -> int:
    return int(tx.scalar(_HANDED, {"sku": sku_id}))


def waiting_pieces(tx: Tx, sku_id: int) -> int:
    return int(tx.scalar(_WAITING_PIECES, {"sku": sku_id}))


def batches(tx: Tx, sku_id: int, most: int) -> Sequence[Row[Any]]:
    """The newest batches first, each with how many of its codes are free."""
    return tx.rows(_BATCHES_OF, {"sku": sku_id, "most": most})


def add_due(tx: Tx, order_id: int, line_id: int, sku_id: int, quantity: int) -> None:
    """What the line is owed; said before, nothing changes."""
    tx.execute(_NEW_DUE[tx.sqlite], {"line_id": line_id, "order_id": order_id, "sku_id": sku_id, "quantity": quantity,
                                     "state": "waiting", "created_at": tx.now, "settled_at": None})


def due(tx: Tx, line_id: int) -> Row[Any] | None:
    return tx.first(_DUE, {"line": line_id})


def waiting(tx: Tx, order_id: int) -> Sequence[Row[Any]]:
    """The lines of an order that wait for codes, in the order of their SKUs, locked."""
    return tx.rows(_WAITING_OF, {"of_order": order_id})


def take(tx: Tx, sku_id: int, pieces: int) -> list[int]:
    """Free codes, locked; fewer than `pieces` when there are no more."""
    return [row.id for row in tx.rows(_TAKE, {"sku": sku_id, "pieces": pieces})]


def hand(tx: Tx, ids: Collection[int], line_id: int, delivery_id: int) -> int:
    """Gives codes to a line; returns how many were still free."""
    return tx.changed(_HAND, {"ids": list(ids), "line": line_id, "delivery": delivery_id})


def settle(tx: Tx, line_id: int, state: str) -> bool:
    return tx.changed(_SETTLE, {"line": line_id, "new_state": state, "now": tx.now}) == 1


def shrink(tx: Tx, line_id: int, pieces: int) -> bool:
    """A waiting line is owed so many less; False when that is all of it."""
    return tx.changed(_SHRINK, {"line": line_id, "pieces": pieces}) == 1


def add_delivery(tx: Tx, order_id: int) -> int:
    return tx.insert(_NEW_DELIVERY, {"order_id": order_id, "created_at": tx.now, "begun_at": None, "told_at": None})


def delivery(tx: Tx, delivery_id: int) -> Row[Any] | None:
    return tx.first(_DELIVERY, {"delivery": delivery_id})


def begin(tx: Tx, delivery_id: int) -> bool:
    return tx.changed(_BEGIN, {"delivery": delivery_id, "now": tx.now}) == 1


def note_not_sent(tx: Tx, delivery_id: int) -> None:
    tx.execute(_NOT_SENT, {"delivery": delivery_id})


def note_told(tx: Tx, delivery_id: int) -> None:
    tx.execute(_TOLD, {"delivery": delivery_id, "now": tx.now})


def of_delivery(tx: Tx, delivery_id: int) -> Sequence[Row[Any]]:
    return tx.rows(_OF_DELIVERY, {"delivery": delivery_id})


def of_order(tx: Tx, order_id: int) -> Sequence[Row[Any]]:
    return tx.rows(_OF_ORDER, {"of_order": order_id})


def servable(tx: Tx, most: int) -> tuple[int, ...]:
    """Orders with a waiting line for which there are enough codes now, the longest waiting first."""
    return tuple(row.order_id for row in tx.rows(_SERVABLE, {"most": most}))

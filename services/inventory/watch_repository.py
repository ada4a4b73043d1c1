"""When SKUs turned low and back, and what of them was sold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, or_, select, update

from services.inventory.models import LowStockRow, ReservationRow, StockRow
from services.shared.db import Tx
from services.shared.models import UtcDateTime

STOCK, TIMES, RESERVATIONS = StockRow.__table__, LowStockRow.__table__, ReservationRow.__table__
_FREE = STOCK.c.on_hand - STOCK.c.reserved
_IS_LOW = and_(STOCK.c.safety > 0, STOCK.c.safety >= _FREE)

# The guard of the one card: whoever finds the mark as it should be says nothing.
TURN = (
    update(STOCK).where(STOCK.c.sku_id == bindparam("sku"), STOCK.c.low != _IS_LOW).values(low=~STOCK.c.low)
    .returning(STOCK.c.low)
)
_LOW_COUNT = select(func.count()).where(TIMES.c.ended_at.is_(None))
_BEGIN = insert(TIMES)
_END = (
    update(TIMES).where(TIMES.c.sku_id == bindparam("sku"), TIMES.c.ended_at.is_(None))
    .values(ended_at=bindparam("now")).returning(TIMES.c.id)
)
_TIME = (
    select(TIMES, STOCK.c.on_hand, STOCK.c.reserved, STOCK.c.safety)
    .join_from(TIMES, STOCK, STOCK.c.sku_id == TIMES.c.sku_id).where(TIMES.c.id == bindparam("time"))
)
_SLEEP = (
    update(TIMES)
    .where(
        TIMES.c.id == bindparam("time"), TIMES.c.ended_at.is_(None),
        or_(TIMES.c.asleep_until.is_(None), TIMES.c.asleep_until <= bindparam("now", type_=UtcDateTime())),
    )
    .values(asleep_until=bindparam("until"))
)
_OUTDATED = (
    select(TIMES.c.id).join_from(TIMES, STOCK, STOCK.c.sku_id == TIMES.c.sku_id)
    .where(TIMES.c.ended_at.is_(None), TIMES.c.shown.is_not(None), TIMES.c.shown != _FREE)
    .order_by(TIMES.c.id).limit(bindparam("most"))
)
_NOTE_SHOWN = update(TIMES).where(TIMES.c.id == bindparam("time")).values(shown=bindparam("free"))
_SOLD = select(func.coalesce(func.sum(RESERVATIONS.c.quantity), 0)).where(
    RESERVATIONS.c.sku_id == bindparam("sku"), RESERVATIONS.c.state.in_(["committed", "shipped"]),
    RESERVATIONS.c.created_at >= bindparam("since", type_=UtcDateTime()),
)


def turn(tx: Tx, sku_ids: Sequence[int]) -> list[tuple[int, bool]]:
    """The SKUs that turned, each with whether it is low now."""
    turned = ((sku_id, tx.first(TURN, {"sku": sku_id})) for sku_id in sorted(sku_ids))
    return [(sku_id, row.low) for sku_id, row in turned if row is not None]


def begin(tx: Tx, sku_id: int) -> int:
    return tx.insert(_BEGIN, {"sku_id": sku_id, "began_at": tx.now})


def end(tx: Tx, sku_id: int) -> int | None:
    return tx.scalar(_END, {"sku": sku_id, "now": tx.now})


def time(tx: Tx, time_id: int) -> Row[Any] | None:
    return tx.first(_TIME, {"time": time_id})


def sleep(tx: Tx, time_id: int, until: datetime) -> bool:
    return tx.changed(_SLEEP, {"time": time_id, "until": until, "now": tx.now}) == 1


def outdated(tx: Tx, most: int) -> tuple[int, ...]:
    return tuple(row.id for row in tx.rows(_OUTDATED, {"most": most}))


def note_shown(tx: Tx, time_id: int, free: int) -> None:
    tx.execute(_NOTE_SHOWN, {"time": time_id, "free": free})


def sold_since(tx: Tx, sku_id: int, since: datetime) -> int:
    return int(tx.scalar(_SOLD, {"sku": sku_id, "since": since}))


def low_count(tx: Tx) -> int:
    return tx.scalar(_LOW_COUNT)

"""Reading stock for people: pages of SKUs by how little is left, one SKU's numbers, and its movements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select

from services.inventory.models import ReservationRow, StockMovementRow, StockRow
from services.inventory.types import ALL, DAYS, LOW, OUT, SLOW, TABS
from services.shared.db import Tx
from services.shared.models import UtcDateTime

STOCK, RESERVATIONS, MOVEMENTS = StockRow.__table__, ReservationRow.__table__, StockMovementRow.__table__
Line = Row[Any]
_FREE = STOCK.c.on_hand - STOCK.c.reserved
# SKUs of which orders since a moment hold or have got something.
_SELLING = select(RESERVATIONS.c.sku_id).where(
    RESERVATIONS.c.state.in_(["committed", "shipped"]),
    RESERVATIONS.c.created_at >= bindparam("since", type_=UtcDateTime()),
)


def _inside(tab: str, stock: Any) -> Any:
    """What a tab shows; "slow" is what nobody bought for a month although it was there."""
    free = stock.c.on_hand - stock.c.reserved
    return {
        LOW: and_(stock.c.low, free > 0), OUT: free <= 0, ALL: stock.c.sku_id > 0,
        SLOW: and_(free > 0, stock.c.sku_id.not_in(_SELLING)),
    }[tab]


def _count(tab: str) -> Any:
    others = STOCK.alias(f"of_{tab}")
    counted = select(func.count()).select_from(others).where(_inside(tab, others))
    return counted.scalar_subquery().label(f"in_{tab}")


_COLUMNS = (STOCK.c.sku_id, STOCK.c.on_hand, STOCK.c.reserved, STOCK.c.safety, STOCK.c.low)
_COUNTED = tuple(_count(tab) for tab in TABS)
_FREE_AT, _SKU_AT = bindparam("free_at"), bindparam("sku_at")
_MORE = or_(_FREE > _FREE_AT, and_(_FREE == _FREE_AT, STOCK.c.sku_id > _SKU_AT))
_FEWER = or_(_FREE < _FREE_AT, and_(_FREE == _FREE_AT, STOCK.c.sku_id < _SKU_AT))


def _page(tab: str, edge: str) -> Any:
    """The page behind ("a") or before ("b") a position, else the first; of slow SKUs the most pieces come first."""
    downwards = (edge == "b") != (tab == SLOW)
    statement = select(*_COLUMNS, *_COUNTED).where(_inside(tab, STOCK))
    if edge:
        statement = statement.where(_FEWER if downwards else _MORE)
    order = (_FREE.desc(), STOCK.c.sku_id.desc()) if downwards else (_FREE, STOCK.c.sku_id)
    return statement.order_by(*order).limit(bindparam("most"))


_PAGES = {(tab, edge): _page(tab, edge) for tab in TABS for edge in ("", "a", "b")}
_COUNTS = select(*_COUNTED)
_SOME = select(*_COLUMNS).where(STOCK.c.sku_id.in_(bindparam("skus", expanding=True))).order_by(_FREE, STOCK.c.sku_id)


def _live(*conditions: Any) -> Any:
    return select(func.coalesce(func.sum(RESERVATIONS.c.quantity - RESERVATIONS.c.shipped), 0)).where(
        RESERVATIONS.c.sku_id == STOCK.c.sku_id, *conditions
    ).scalar_subquery()


_NUMBERS = select(
    STOCK.c.on_hand, STOCK.c.safety,
    _live(RESERVATIONS.c.state == "held",
          or_(RESERVATIONS.c.expires_at.is_(None), RESERVATIONS.c.expires_at > bindparam("now", type_=UtcDateTime()))
          ).label("held"),
    _live(RESERVATIONS.c.state == "committed").label("committed"),
).where(STOCK.c.sku_id == bindparam("sku"))
_MOVEMENTS = select(MOVEMENTS).where(MOVEMENTS.c.sku_id == bindparam("sku"))
_NEWEST = _MOVEMENTS.order_by(MOVEMENTS.c.id.desc()).limit(bindparam("most"))
_OLDER = (
    _MOVEMENTS.where(MOVEMENTS.c.id < bindparam("before")).order_by(MOVEMENTS.c.id.desc()).limit(bindparam("most"))
)


def page(tx: Tx, tab: str, at: tuple[int, int, bool] | None, most: int) -> Sequence[Line]:
    """SKUs by how many pieces are free, each row with the number of SKUs in every tab; backwards in reverse order."""
    values = {"most": most, "since": _since(tx)}
    if at is None:
        return tx.rows(_PAGES[tab, ""], values)
    free, sku_id, backwards = at
    return tx.rows(_PAGES[tab, "b" if backwards else "a"], values | {"free_at": free, "sku_at": sku_id})


def counts(tx: Tx) -> dict[str, int]:
    row = tx.first(_COUNTS, {"since": _since(tx)})
    assert row is not None
    return counts_of(row)


def counts_of(row: Row[Any]) -> dict[str, int]:
    """The number of SKUs in every tab, as each row of a page has it."""
    return {tab: row._mapping[f"in_{tab}"] for tab in TABS}


def some(tx: Tx, sku_ids: Sequence[int]) -> Sequence[Line]:
    return tx.rows(_SOME, {"skus": list(sku_ids)})


def numbers(tx: Tx, sku_id: int) -> Row[Any] | None:
    return tx.first(_NUMBERS, {"sku": sku_id, "now": tx.now})


def movements(tx: Tx, sku_id: int, before: int | None, most: int) -> Sequence[Row[Any]]:
    if before is None:
        return tx.rows(_NEWEST, {"sku": sku_id, "most": most})
    return tx.rows(_OLDER, {"sku": sku_id, "most": most, "before": before})


def _since(tx: Tx) -> datetime:
    return tx.now - timedelta(days=DAYS)

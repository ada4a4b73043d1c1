"""Reading stock for people: pages of SKUs by how little is left, one SKU's numbers, and its movements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select

from services.inventory.models import ReservationRow, StockMovementRow, StockRow
from services.inventory.types import ALL, LOW, OUT
from services.shared.db import Tx
from services.shared.models import UtcDateTime

STOCK, RESERVATIONS, MOVEMENTS = StockRow.__table__, ReservationRow.__table__, StockMovementRow.__table__
Line = Row[Any]
_FREE = STOCK.c.on_hand - STOCK.c.reserved
_IN_TAB = {LOW: and_(STOCK.c.low, _FREE > 0), OUT: _FREE <= 0, ALL: STOCK.c.sku_id > 0}


def _count(tab: str) -> Any:
    others = STOCK.alias(f"of_{tab}")
    free = others.c.on_hand - others.c.reserved
    inside = {LOW: and_(others.c.low, free > 0), OUT: free <= 0, ALL: others.c.sku_id > 0}[tab]
    return select(func.count()).select_from(others).where(inside).scalar_subquery().label(f"in_{tab}")


_COLUMNS = (STOCK.c.sku_id, STOCK.c.on_hand, STOCK.c.reserved, STOCK.c.safety, STOCK.c.low)
_FREE_AT, _SKU_AT = bindparam("free_at"), bindparam("sku_at")
_AFTER = or_(_FREE > _FREE_AT, and_(_FREE == _FREE_AT, STOCK.c.sku_id > _SKU_AT))
_BEFORE = or_(_FREE < _FREE_AT, and_(_FREE == _FREE_AT, STOCK.c.sku_id < _SKU_AT))


def _page(tab: str, where: Any, backwards: bool) -> Any:
    statement = select(*_COLUMNS, _count(LOW), _count(OUT), _count(ALL)).where(_IN_TAB[tab])
    if where is not None:
        statement = statement.where(where)
    order = (_FREE.desc(), STOCK.c.sku_id.desc()) if backwards else (_FREE, STOCK.c.sku_id)
    return statement.order_by(*order).limit(bindparam("most"))


_PAGES = {
    (tab, direction): _page(tab, where, direction == "b")
    for tab in (LOW, OUT, ALL) for direction, where in (("", None), ("a", _AFTER), ("b", _BEFORE))
}
_COUNTS = select(_count(LOW), _count(OUT), _count(ALL))
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
    if at is None:
        return tx.rows(_PAGES[tab, ""], {"most": most})
    free, sku_id, backwards = at
    return tx.rows(_PAGES[tab, "b" if backwards else "a"], {"most": most, "free_at": free, "sku_at": sku_id})


def counts(tx: Tx) -> dict[str, int]:
    row = tx.first(_COUNTS)
    assert row is not None
    return counts_of(row)


def counts_of(row: Row[Any]) -> dict[str, int]:
    """The number of SKUs in every tab, as each row of a page has it."""
    return {LOW: row.in_low, OUT: row.in_out, ALL: row.in_all}


def some(tx: Tx, sku_ids: Sequence[int]) -> Sequence[Line]:
    return tx.rows(_SOME, {"skus": list(sku_ids)})


def numbers(tx: Tx, sku_id: int) -> Row[Any] | None:
    return tx.first(_NUMBERS, {"sku": sku_id, "now": tx.now})


def movements(tx: Tx, sku_id: int, before: int | None, most: int) -> Sequence[Row[Any]]:
    if before is None:
        return tx.rows(_NEWEST, {"sku": sku_id, "most": most})
    return tx.rows(_OLDER, {"sku": sku_id, "most": most, "before": before})

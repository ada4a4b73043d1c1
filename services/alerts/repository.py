"""Who waits for what. Telling takes a row away, or moves its threshold, in the same statement that finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.alerts.models import PriceAlertRow, RestockAlertRow
from services.shared.db import Tx

RESTOCK, PRICES = RestockAlertRow.__table__, PriceAlertRow.__table__
_DIALECTS = ((True, sqlite), (False, postgresql))
_CUSTOMER = bindparam("customer")

_WAIT = {is_sqlite: dialect.insert(RESTOCK).on_conflict_do_nothing().returning(RESTOCK.c.id)
         for is_sqlite, dialect in _DIALECTS}
_WATCH = {is_sqlite: dialect.insert(PRICES).on_conflict_do_nothing().returning(PRICES.c.id)
          for is_sqlite, dialect in _DIALECTS}
_STOP_WAITING = delete(RESTOCK).where(RESTOCK.c.customer_id == _CUSTOMER, RESTOCK.c.sku_id == bindparam("sku"))
_STOP_WATCHING = delete(PRICES).where(PRICES.c.customer_id == _CUSTOMER, PRICES.c.product_id == bindparam("product"))
_WAITED_FOR = (
    select(RESTOCK.c.sku_id).where(RESTOCK.c.customer_id == _CUSTOMER).order_by(RESTOCK.c.id.desc())
)
_WATCHED_BY = select(PRICES).where(PRICES.c.customer_id == _CUSTOMER).order_by(PRICES.c.id.desc())
_WAITS = select(
    select(RESTOCK.c.id).where(RESTOCK.c.customer_id == _CUSTOMER, RESTOCK.c.sku_id == bindparam("sku")).exists()
    .label("restock"),
    select(PRICES.c.id).where(PRICES.c.customer_id == _CUSTOMER, PRICES.c.product_id == bindparam("product")).exists()
    .label("price"),
)
_WAITING = (
    select(RESTOCK.c.sku_id).where(RESTOCK.c.sku_id > bindparam("after")).distinct().order_by(RESTOCK.c.sku_id)
    .limit(bindparam("most"))
)
_NEXT = (
    select(RESTOCK.c.id).where(RESTOCK.c.sku_id == bindparam("sku")).order_by(RESTOCK.c.id).limit(bindparam("most"))
)
# The guard of "told once": of two workers only the one whose DELETE finds the row tells.
CLAIM = delete(RESTOCK).where(RESTOCK.c.id.in_(_NEXT)).returning(RESTOCK.c.customer_id)
_WATCHED = (
    select(
        PRICES.c.product_id, func.max(PRICES.c.below).label("below"),
        func.min(case((PRICES.c.below < PRICES.c.saved, PRICES.c.saved))).label("back_at"),
    )
    .where(PRICES.c.product_id > bindparam("after")).group_by(PRICES.c.product_id).order_by(PRICES.c.product_id)
    .limit(bindparam("most"))
)
FALL = (
    update(PRICES).where(PRICES.c.product_id == bindparam("product"), PRICES.c.below > bindparam("price"))
    .values(below=bindparam("price"))
    .returning(PRICES.c.customer_id)
)
_RISE = (
    update(PRICES)
    .where(PRICES.c.product_id == bindparam("product"),
           and_(PRICES.c.saved <= bindparam("price"), PRICES.c.below < PRICES.c.saved))
    .values(below=PRICES.c.saved)
)


def wait(tx: Tx, customer_id: int, sku_id: int) -> bool:
    row = {"customer_id": customer_id, "sku_id": sku_id, "created_at": tx.now}
    return tx.first(_WAIT[tx.sqlite], row) is not None


def stop_waiting(tx: Tx, customer_id: int, sku_id: int) -> bool:
    return tx.changed(_STOP_WAITING, {"customer": customer_id, "sku": sku_id}) == 1


def watch(tx: Tx, customer_id: int, product_id: int, saved: int) -> bool:
    row = {"customer_id": customer_id, "product_id": product_id, "saved": saved, "below": saved, "created_at": tx.now}
    return tx.first(_WATCH[tx.sqlite], row) is not None


def stop_watching(tx: Tx, customer_id: int, product_id: int) -> bool:
    return tx.changed(_STOP_WATCHING, {"customer": customer_id, "product": product_id}) == 1


def waited_for(tx: Tx, customer_id: int) -> list[int]:
    """SKUs, the latest first."""
    return [row.sku_id for row in tx.rows(_WAITED_FOR, {"customer": customer_id})]


def watched_by(tx: Tx, customer_id: int) -> Sequence[Row[Any]]:
    """The latest first."""
    return tx.rows(_WATCHED_BY, {"customer": customer_id})


def waits(tx: Tx, customer_id: int, sku_id: int, product_id: int) -> tuple[bool, bool]:
    row = tx.first(_WAITS, {"customer": customer_id, "sku": sku_id, "product": product_id})
    assert row is not None
    return bool(row.restock), bool(row.price)


def waiting(tx: Tx, after: int, most: int) -> list[int]:
    """SKUs that somebody waits for, in the order of their ids."""
    return [row.sku_id for row in tx.rows(_WAITING, {"after": after, "most": most})]


def claim(tx: Tx, sku_id: int, most: int) -> Sequence[Row[Any]]:
    """Takes those who waited longest for a SKU off the list."""
    return tx.rows(CLAIM, {"sku": sku_id, "most": most})


def watched(tx: Tx, after: int, most: int) -> Sequence[Row[Any]]:
    """Products that somebody watches: under which price the first is told, from which on somebody's alert is new."""
    return tx.rows(_WATCHED, {"after": after, "most": most})


def fall(tx: Tx, product_id: int, price: int) -> Sequence[Row[Any]]:
    """Those who are to be told of this price; their threshold is this price now."""
    return tx.rows(FALL, {"product": product_id, "price": price})


def rise(tx: Tx, product_id: int, price: int) -> None:
    tx.execute(_RISE, {"product": product_id, "price": price})

"""Batches of products on their way on or off the shelf, and what is off it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, insert, or_, select, update

from services.catalog.models import (
    CategoryRow,
    ProductRow,
    ProductTagRow,
    ShelfBatchRow,
    ShelfChangeRow,
    SkuRow,
    TagRow,
)
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.models import UtcDateTime

BATCHES, CHANGES, PRODUCTS = ShelfBatchRow.__table__, ShelfChangeRow.__table__, ProductRow.__table__
SKUS, PRODUCT_TAGS, CATEGORIES, TAGS = (
    SkuRow.__table__, ProductTagRow.__table__, CategoryRow.__table__, TagRow.__table__
)
_NOW = bindparam("now", type_=UtcDateTime())
_SELLS = select(SKUS.c.id).where(SKUS.c.product_id == PRODUCTS.c.id, SKUS.c.active).exists()
# What a batch would change: on the shelf now or planned to be, or off it (or not yet on) with something to sell.
_WOULD_CHANGE = {
    False: PRODUCTS.c.published_at.is_not(None),
    True: and_(or_(PRODUCTS.c.published_at.is_(None), PRODUCTS.c.published_at > _NOW), _SELLS),
}


def _to_change(on: bool) -> Any:
    return (
        select(PRODUCTS.c.id, PRODUCTS.c.published_at, PRODUCTS.c.off_reason)
        .where(PRODUCTS.c.id.in_(bindparam("products", expanding=True)), _WOULD_CHANGE[on]).order_by(PRODUCTS.c.code)
    )


_TO_CHANGE = {on: _to_change(on) for on in (True, False)}
_TAGGED = select(PRODUCT_TAGS.c.product_id).where(PRODUCT_TAGS.c.tag_id == bindparam("tag"))
_ADD = insert(BATCHES)
_ADD_CHANGES = insert(CHANGES)
_BATCH = select(BATCHES).where(BATCHES.c.id == bindparam("batch"))
_LATEST = (
    select(BATCHES).where(BATCHES.c.state.in_(["planned", "done", "undone"])).order_by(BATCHES.c.id.desc())
    .limit(bindparam("most"))
)
_CHANGES = (
    select(CHANGES, PRODUCTS.c.code, PRODUCTS.c.name)
    .join_from(CHANGES, PRODUCTS, PRODUCTS.c.id == CHANGES.c.product_id)
    .where(CHANGES.c.batch_id == bindparam("batch")).order_by(PRODUCTS.c.code)
)


def _turn(leaves: Sequence[str], /, **values: Any) -> Any:
    """Each change of state names the states that it may leave."""
    return update(BATCHES).where(BATCHES.c.id == bindparam("batch"), BATCHES.c.state.in_(leaves)).values(values)


_SET_REASON = _turn(["draft"], reason=bindparam("why"))
_BEGIN = {state: _turn([state], state="done", done_at=_NOW) for state in ("draft", "planned")}
_PLAN = _turn(["draft"], state="planned", due_at=bindparam("due"))
_DROP = _turn(["draft", "planned"], state="dropped")
_BEGIN_UNDO = _turn(["done"], state="undone", undone_at=_NOW)

# Locked in the order of their keys: two batches may share products.
_LOCK = (
    select(PRODUCTS.c.id, PRODUCTS.c.published_at, PRODUCTS.c.shelf_batch, CHANGES.c.was_published_at,
           CHANGES.c.was_reason)
    .join_from(CHANGES, PRODUCTS, PRODUCTS.c.id == CHANGES.c.product_id)
    .where(CHANGES.c.batch_id == bindparam("batch")).order_by(PRODUCTS.c.id).with_for_update(of=PRODUCTS)
)
_SHELVE = (
    update(PRODUCTS).where(PRODUCTS.c.id == bindparam("product"))
    .values(
        published_at=bindparam("since"), off_reason=bindparam("why"), updated_by=bindparam("by"),
        updated_at=bindparam("moment"), shelf_batch=bindparam("in_batch"), version=PRODUCTS.c.version + 1,
    )
)
_MARK = {
    name: update(CHANGES)
    .where(CHANGES.c.batch_id == bindparam("batch"), CHANGES.c.product_id.in_(bindparam("products", expanding=True)))
    .values({name: True})
    for name in ("changed", "restored")
}
_REASON = case(
    (PRODUCTS.c.off_reason.in_(bindparam("named", expanding=True)), PRODUCTS.c.off_reason), else_="other"
)
_OFF = select(PRODUCTS.c.id, PRODUCTS.c.code, PRODUCTS.c.name, PRODUCTS.c.off_reason, PRODUCTS.c.updated_at).where(
    PRODUCTS.c.published_at.is_(None)
)
_OFF_COUNTS = (
    select(_REASON.label("why"), func.count().label("products")).where(PRODUCTS.c.published_at.is_(None))
    .group_by("why")
)
_NAMES = {
    kind: select(table.c.id, table.c.name).where(table.c.id.in_(bindparam("rows", expanding=True)))
    for kind, table in (("category", CATEGORIES), ("tag", TAGS))
}


def to_change(tx: Tx, product_ids: Collection[int], on: bool) -> Sequence[Row[Any]]:
    """Those of the products that putting them on (or off) would change, in the order of their codes."""
    return tx.rows(_TO_CHANGE[on], {"products": list(product_ids)} | ({"now": tx.now} if on else {}))


def tagged(tx: Tx, tag_id: int) -> list[int]:
    return [row.product_id for row in tx.rows(_TAGGED, {"tag": tag_id})]


def add(tx: Tx, actor: Actor, on: bool, scope: dict[str, Any], rows: Sequence[Row[Any]]) -> int:
    batch_id = tx.insert(_ADD, {
        "on_shelf": on, "scope": scope, "reason": "", "state": "draft", "actor": actor.label, "name": actor.name,
        "created_at": tx.now,
    })
    if rows:
        tx.execute(_ADD_CHANGES, [
            {"batch_id": batch_id, "product_id": row.id, "was_published_at": row.published_at,
             "was_reason": row.off_reason, "changed": False, "restored": False}
            for row in rows
        ])
    return batch_id


def batch(tx: Tx, batch_id: int) -> Row[Any] | None:
    return tx.first(_BATCH, {"batch": batch_id})


def latest(tx: Tx, most: int) -> Sequence[Row[Any]]:
    return tx.rows(_LATEST, {"most": most})


def changes(tx: Tx, batch_id: int) -> Sequence[Row[Any]]:
    return tx.rows(_CHANGES, {"batch": batch_id})


def set_reason(tx: Tx, batch_id: int, reason: str) -> bool:
    return tx.changed(_SET_REASON, {"batch": batch_id, "why": reason}) == 1


def begin(tx: Tx, batch_id: int, state: str) -> bool:
    """Whether the batch was in this state and is this caller's to do now."""
    return tx.changed(_BEGIN[state], {"batch": batch_id, "now": tx.now}) == 1


def plan(tx: Tx, batch_id: int, at: datetime) -> bool:
    return tx.changed(_PLAN, {"batch": batch_id, "due": at}) == 1


def drop(tx: Tx, batch_id: int) -> bool:
    return tx.changed(_DROP, {"batch": batch_id}) == 1


def begin_undo(tx: Tx, batch_id: int) -> bool:
    return tx.changed(_BEGIN_UNDO, {"batch": batch_id, "now": tx.now}) == 1


def apply(tx: Tx, batch_id: int, on: bool, reason: str, by: str) -> list[int]:
    """Puts the batch's products on the shelf from now on, or takes them off; leaves alone what has changed since."""
    rows = [row for row in tx.rows(_LOCK, {"batch": batch_id}) if row.published_at == row.was_published_at]
    since = tx.now if on else None
    for row in rows:
        _shelve(tx, row.id, since, "" if on else reason, by, batch_id)
    return _mark(tx, "changed", batch_id, [row.id for row in rows])


def restore(tx: Tx, batch_id: int, on: bool, by: str) -> list[int]:
    """Puts back what the batch did, where it is still this batch that did it last."""
    rows = [
        row for row in tx.rows(_LOCK, {"batch": batch_id})
        if row.shelf_batch == batch_id and (row.published_at is not None) == on
    ]
    for row in rows:
        _shelve(tx, row.id, row.was_published_at, row.was_reason, by, None)
    return _mark(tx, "restored", batch_id, [row.id for row in rows])


def off_counts(tx: Tx, named: Collection[str]) -> dict[str, int]:
    return {row.why: row.products for row in tx.rows(_OFF_COUNTS, {"named": list(named)})}


def off_shelf(tx: Tx, reason: str, named: Collection[str], skipped: int, most: int) -> Sequence[Row[Any]]:
    statement = _OFF.order_by(PRODUCTS.c.updated_at.desc(), PRODUCTS.c.id.desc()).limit(most).offset(skipped)
    if reason:
        return tx.rows(statement.where(_REASON.in_([reason])), {"named": list(named)})
    return tx.rows(statement)


def scope_names(tx: Tx, scopes: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], dict[str, str]]:
    """The names of the categories and tags by which batches were chosen, by kind and id."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for kind, statement in _NAMES.items():
        ids = {scope["ids"][0] for scope in scopes if scope["kind"] == kind}
        if ids:
            found |= {(kind, row.id): row.name for row in tx.rows(statement, {"rows": sorted(ids)})}
    return found


def _shelve(tx: Tx, product_id: int, since: datetime | None, reason: str, by: str, batch_id: int | None) -> None:
    tx.execute(_SHELVE, {
        "product": product_id, "since": since, "why": reason, "by": by, "moment": tx.now, "in_batch": batch_id,
    })


def _mark(tx: Tx, name: str, batch_id: int, product_ids: list[int]) -> list[int]:
    if product_ids:
        tx.execute(_MARK[name], {"batch": batch_id, "products": product_ids})
    return product_ids

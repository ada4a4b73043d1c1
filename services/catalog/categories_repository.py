"""The category tree as rows: locked as a whole by whoever changes its shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Update, bindparam, delete, exists, func, insert, select, update

from services.catalog.models import CategoryDisclosureRow, CategoryRow, ProductRow
from services.shared.db import Tx
from services.shared.models import UtcDateTime

CATEGORIES, PRODUCTS, DISCLOSURES = CategoryRow.__table__, ProductRow.__table__, CategoryDisclosureRow.__table__
CategoryFacts = Row[Any]

# The guard against cycles: two people who change the shape at once would each check the tree as it was before.
LOCK = select(CATEGORIES.c.id).order_by(CATEGORIES.c.id).with_for_update()
_PARENTS = select(CATEGORIES.c.id, CATEGORIES.c.parent_id)
_CODES = select(CATEGORIES.c.code)
_ONE = select(CATEGORIES).where(CATEGORIES.c.id == bindparam("category"))
_CHILDREN = select(CATEGORIES).order_by(CATEGORIES.c.position, CATEGORIES.c.id)
_ROOTS = _CHILDREN.where(CATEGORIES.c.parent_id.is_(None))
_BELOW = _CHILDREN.where(CATEGORIES.c.parent_id == bindparam("parent"))
_IN_IT = select(func.count()).where(PRODUCTS.c.category_id == CATEGORIES.c.id)
_EVERY = select(
    CATEGORIES, _IN_IT.scalar_subquery().label("products"),
    _IN_IT.where(PRODUCTS.c.published_at <= bindparam("now", type_=UtcDateTime())).scalar_subquery().label("on_shelf"),
).order_by(CATEGORIES.c.position, CATEGORIES.c.id)
_IS_USED = select(exists().where(PRODUCTS.c.category_id == bindparam("category")))
_ADD = insert(CATEGORIES)
_FORGET_RULES = delete(DISCLOSURES).where(DISCLOSURES.c.category_id == bindparam("category"))
_REMOVE = delete(CATEGORIES).where(CATEGORIES.c.id == bindparam("category"))
_PUT: dict[tuple[str, ...], Update] = {
    names: update(CATEGORIES).where(CATEGORIES.c.id == bindparam("category"))
    .values({name: bindparam(f"new_{name}") for name in names})
    for names in (("name",), ("icon",), ("hidden",), ("position",), ("parent_id", "position"))
}


def lock_tree(tx: Tx) -> None:
    """Lets nobody else change the shape of the tree until this transaction ends."""
    tx.execute(LOCK)


def parents(tx: Tx) -> dict[int, int | None]:
    return {row.id: row.parent_id for row in tx.rows(_PARENTS)}


def codes(tx: Tx) -> frozenset[str]:
    return frozenset(row.code for row in tx.rows(_CODES))


def category(tx: Tx, category_id: int) -> CategoryFacts | None:
    return tx.first(_ONE, {"category": category_id})


def children(tx: Tx, parent_id: int | None) -> Sequence[CategoryFacts]:
    """In their order; of None the first level."""
    return tx.rows(_ROOTS) if parent_id is None else tx.rows(_BELOW, {"parent": parent_id})


def every(tx: Tx) -> Sequence[Row[Any]]:
    """All categories in order, each with how many products stand in it and how many of them are on the shelf."""
    return tx.rows(_EVERY, {"now": tx.now})


def is_used(tx: Tx, category_id: int) -> bool:
    return bool(tx.scalar(_IS_USED, {"category": category_id}))


def add(tx: Tx, code: str, name: dict[str, str], parent_id: int | None, position: int) -> int:
    return tx.insert(_ADD, {
        "code": code, "name": name, "parent_id": parent_id, "position": position, "hidden": False, "icon": "",
    })


def put(tx: Tx, category_id: int, **values: Any) -> bool:
    """Changes columns of a category: its name, icon, hidden, position, or parent_id and position."""
    named = {f"new_{name}": value for name, value in values.items()}
    return tx.changed(_PUT[tuple(values)], {"category": category_id, **named}) == 1


def remove(tx: Tx, category_id: int) -> None:
    tx.execute(_FORGET_RULES, {"category": category_id})
    tx.execute(_REMOVE, {"category": category_id})

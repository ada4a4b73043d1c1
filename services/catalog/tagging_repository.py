"""Tags as rows, and which products carry them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.catalog.models import ProductRow, ProductTagRow, TagRow
from services.shared.db import Tx

TAGS, PRODUCT_TAGS, PRODUCTS = TagRow.__table__, ProductTagRow.__table__, ProductRow.__table__

_CARRIED = select(func.count()).where(PRODUCT_TAGS.c.tag_id == TAGS.c.id).scalar_subquery()
_EVERY = select(TAGS, _CARRIED.label("products")).order_by(TAGS.c.position, TAGS.c.id)
_ONE = select(TAGS).where(TAGS.c.id == bindparam("tag"))
_SLUGS = select(TAGS.c.slug)
_COUNT = select(func.count()).where(PRODUCT_TAGS.c.tag_id == bindparam("tag"))
_PRODUCT_IDS = (
    select(PRODUCT_TAGS.c.product_id).where(PRODUCT_TAGS.c.tag_id == bindparam("tag"))
    .order_by(PRODUCT_TAGS.c.product_id)
)
_PRODUCTS = (
    select(PRODUCTS.c.id, PRODUCTS.c.code, PRODUCTS.c.name, PRODUCTS.c.published_at)
    .join_from(PRODUCT_TAGS, PRODUCTS, PRODUCTS.c.id == PRODUCT_TAGS.c.product_id)
    .where(PRODUCT_TAGS.c.tag_id == bindparam("tag")).order_by(PRODUCTS.c.code)
    .limit(bindparam("most")).offset(bindparam("skipped"))
)
_KNOWN = select(func.count()).where(PRODUCTS.c.id.in_(bindparam("products", expanding=True)))
_LAST = select(func.coalesce(func.max(TAGS.c.position), -1))
_ADD = insert(TAGS)
_RENAME = update(TAGS).where(TAGS.c.id == bindparam("tag")).values(name=bindparam("new_name"))
_SET_FACET = update(TAGS).where(TAGS.c.id == bindparam("tag")).values(facet=bindparam("new_facet"))
# Somebody else may put the same tag on the same product at the same moment.
_ATTACH = {
    is_sqlite: dialect.insert(PRODUCT_TAGS).on_conflict_do_nothing().returning(PRODUCT_TAGS.c.product_id)
    for is_sqlite, dialect in ((True, sqlite), (False, postgresql))
}
_DETACH = (
    delete(PRODUCT_TAGS)
    .where(PRODUCT_TAGS.c.tag_id == bindparam("tag"), PRODUCT_TAGS.c.product_id == bindparam("product"))
)
_REMOVE = delete(TAGS).where(TAGS.c.id == bindparam("tag"))


def every(tx: Tx) -> Sequence[Row[Any]]:
    return tx.rows(_EVERY)


def tag(tx: Tx, tag_id: int) -> Row[Any] | None:
    return tx.first(_ONE, {"tag": tag_id})


def slugs(tx: Tx) -> frozenset[str]:
    return frozenset(row.slug for row in tx.rows(_SLUGS))


def count(tx: Tx, tag_id: int) -> int:
    return tx.scalar(_COUNT, {"tag": tag_id})


def product_ids(tx: Tx, tag_id: int) -> list[int]:
    return [row.product_id for row in tx.rows(_PRODUCT_IDS, {"tag": tag_id})]


def products(tx: Tx, tag_id: int, skipped: int, most: int) -> Sequence[Row[Any]]:
    return tx.rows(_PRODUCTS, {"tag": tag_id, "skipped": skipped, "most": most})


def known(tx: Tx, product_ids: Sequence[int]) -> int:
    """How many of these products there are."""
    return tx.scalar(_KNOWN, {"products": list(product_ids)}) if product_ids else 0


def add(tx: Tx, slug: str, name: dict[str, str], facet: str) -> int:
    return tx.insert(_ADD, {"slug": slug, "name": name, "facet": facet, "position": tx.scalar(_LAST) + 1})


def rename(tx: Tx, tag_id: int, name: dict[str, str]) -> bool:
    return tx.changed(_RENAME, {"tag": tag_id, "new_name": name}) == 1


def set_facet(tx: Tx, tag_id: int, facet: str) -> bool:
    return tx.changed(_SET_FACET, {"tag": tag_id, "new_facet": facet}) == 1


def attach(tx: Tx, tag_id: int, product_ids: Sequence[int]) -> list[int]:
    """The products that did not carry the tag yet."""
    statement = _ATTACH[tx.sqlite]
    return [
        product_id for product_id in product_ids
        if tx.first(statement, {"product_id": product_id, "tag_id": tag_id}) is not None
    ]


def detach(tx: Tx, tag_id: int, product_ids: Sequence[int]) -> list[int]:
    """The products that carried the tag."""
    return [
        product_id for product_id in product_ids if tx.changed(_DETACH, {"tag": tag_id, "product": product_id})
    ]


def remove(tx: Tx, tag_id: int) -> None:
    tx.execute(_REMOVE, {"tag": tag_id})

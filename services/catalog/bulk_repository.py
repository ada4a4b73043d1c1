from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, func, select, union

from services.catalog import listing_repository, search_index
from services.catalog.models import (
    CategoryRow,
    MediaRow,
    ProductRow,
    ProductTagRow,
    RecentlyViewedRow,
    SkuPriceRow,
    SkuRow,
    TagRow,
    UploadRow,
)
from services.catalog.types import Tag, Words
from services.shared.db import Tx

CATEGORIES, PRODUCTS, SKUS, TAGS = CategoryRow.__table__, ProductRow.__table__, SkuRow.__table__, TagRow.__table__
PRODUCT_TAGS, MEDIA, UPLOADS = ProductTagRow.__table__, MediaRow.__table__, UploadRow.__table__
VIEWED, PRICES = RecentlyViewedRow.__table__, SkuPriceRow.__table__
# SQLite takes at most 32,766 parameters; shorter statements are also planned faster.
_AT_ONCE = 500

_CATEGORIES = select(CATEGORIES.c.id, CATEGORIES.c.code, CATEGORIES.c.parent_id, CATEGORIES.c.name)
_TAGS = select(TAGS.c.slug, TAGS.c.name)
_EVERY_TAG = select(TAGS).order_by(TAGS.c.position, TAGS.c.id)
_OWNERS = (
    select(func.upper(SKUS.c.code).label("sku"), func.upper(PRODUCTS.c.code).label("product"))
    .join_from(SKUS, PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id)
    .where(func.upper(SKUS.c.code).in_(bindparam("codes", expanding=True)))
)
_PICTURES = union(
    select(MEDIA.c.key), select(SKUS.c.picture_key), select(UPLOADS.c.key).where(UPLOADS.c.kind == "photo")
)
_SKU_IDS = select(SKUS.c.id, SKUS.c.code).where(SKUS.c.product_id == bindparam("product"))
_REMOVE = [
    delete(table).where(column == bindparam("product"))
    for table, column in (
        (VIEWED, VIEWED.c.product_id), (PRODUCT_TAGS, PRODUCT_TAGS.c.product_id), (MEDIA, MEDIA.c.product_id),
        (SKUS, SKUS.c.product_id),
        (PRODUCTS, PRODUCTS.c.id),
    )
]

_REMOVE_PRICES_OF = delete(PRICES).where(
    PRICES.c.sku_id.in_(select(SKUS.c.id).where(SKUS.c.product_id == bindparam("product")))
)
_REMOVE_PRICES = delete(PRICES).where(PRICES.c.sku_id.in_(bindparam("skus", expanding=True)))
_REMOVE_SKUS = delete(SKUS).where(SKUS.c.id.in_(bindparam("skus", expanding=True)))


class CategoryName(NamedTuple):
    id: int
    code: str
    parent_id: int | None
    name: Words


def categories(tx: Tx) -> tuple[CategoryName, ...]:
    return tuple(CategoryName(*row) for row in tx.rows(_CATEGORIES))


def tags(tx: Tx) -> dict[str, Words]:
    return {row.slug: row.name for row in tx.rows(_TAGS)}


def owners(tx: Tx, sku_codes: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(sku_codes), _AT_ONCE):
        rows = tx.rows(_OWNERS, {"codes": list(sku_codes[start:start + _AT_ONCE])})
        found |= {row.sku: row.product for row in rows}
    return found


def picture_keys(tx: Tx) -> frozenset[str]:
    return frozenset(row[0] for row in tx.rows(_PICTURES))


def sku_ids(tx: Tx, product_id: int) -> dict[str, int]:
    return {row.code.upper(): row.id for row in tx.rows(_SKU_IDS, {"product": product_id})}


def page(
    tx: Tx, after: int, most: int, category_id: int | None, on_shelf: bool | None, tag_id: int | None
) -> list[int]:
    wanted = select(PRODUCTS.c.id).where(PRODUCTS.c.id > after).order_by(PRODUCTS.c.id).limit(most)
    return [row.id for row in tx.rows(_narrowed(tx, wanted, category_id, on_shelf, tag_id))]


def count(tx: Tx, category_id: int | None, on_shelf: bool | None, tag_id: int | None) -> int:
    return tx.scalar(_narrowed(tx, select(func.count(PRODUCTS.c.id)), category_id, on_shelf, tag_id))


def every_tag(tx: Tx) -> tuple[Tag, ...]:
    return tuple(Tag(row.id, row.slug, row.name, row.facet) for row in tx.rows(_EVERY_TAG))


def _narrowed(
    tx: Tx, wanted: Select[Any], category_id: int | None, on_shelf: bool | None, tag_id: int | None
) -> Select[Any]:
    if category_id is not None:
        wanted = wanted.where(PRODUCTS.c.id.in_(listing_repository.products_below(tx, category_id)))
    if on_shelf is not None:
        wanted = wanted.where(PRODUCTS.c.published_at.is_not(None) if on_shelf else PRODUCTS.c.published_at.is_(None))
    if tag_id is not None:
        wanted = wanted.where(PRODUCTS.c.id.in_(
            select(PRODUCT_TAGS.c.product_id).where(PRODUCT_TAGS.c.tag_id == tag_id)
        ))
    return wanted


def remove(tx: Tx, product_id: int) -> None:
    listing_repository.clear(tx, [product_id])
    search_index.remove(tx, product_id)
    tx.execute(_REMOVE_PRICES_OF, {"product": product_id})
    for statement in _REMOVE:
        tx.execute(statement, {"product": product_id})


def remove_skus(tx: Tx, sku_ids: Sequence[int]) -> None:
    tx.execute(_REMOVE_PRICES, {"skus": list(sku_ids)})
    tx.execute(_REMOVE_SKUS, {"skus": list(sku_ids)})

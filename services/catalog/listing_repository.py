"""Writing the lists: the places of products in categories, and their sort keys."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, delete, exists, func, insert, select, update

from services.catalog.models import WHOLE_SHOP, CategoryRow, ListingRow, ProductRow, SkuRow
from services.shared.db import Tx

CATEGORIES, PRODUCTS, SKUS, LISTINGS = (
    CategoryRow.__table__, ProductRow.__table__, SkuRow.__table__, ListingRow.__table__
)

_MARK_SKU = update(SKUS).where(SKUS.c.id == bindparam("sku")).values(sold_out=bindparam("gone"))
# Two last units of one product may go at the same moment: the second to come waits here and then sees the first.
_LOCK_PRODUCTS = (
    select(PRODUCTS.c.id)
    .where(PRODUCTS.c.id.in_(
        select(SKUS.c.product_id).where(SKUS.c.id.in_(bindparam("skus", expanding=True)))
    ))
    .order_by(PRODUCTS.c.id).with_for_update()
)
_MARK_PRODUCTS = (
    update(PRODUCTS).where(PRODUCTS.c.id.in_(bindparam("products", expanding=True)))
    .values(sold_out=~exists().where(SKUS.c.product_id == PRODUCTS.c.id, SKUS.c.active, ~SKUS.c.sold_out))
)
_MARK_LISTINGS = (
    update(LISTINGS).where(LISTINGS.c.product_id.in_(bindparam("products", expanding=True)))
    .values(
        sold_out=select(PRODUCTS.c.sold_out).where(PRODUCTS.c.id == LISTINGS.c.product_id).scalar_subquery()
    )
)
_PRODUCT_OF = select(SKUS.c.id, SKUS.c.product_id).where(SKUS.c.id.in_(bindparam("skus", expanding=True)))
_COUNT_SALES = (
    update(PRODUCTS).where(PRODUCTS.c.id == bindparam("product")).values(sold=PRODUCTS.c.sold + bindparam("pieces"))
)
_SHOW_SALES = (
    update(LISTINGS).where(LISTINGS.c.product_id == bindparam("product"))
    .values(sold=LISTINGS.c.sold + bindparam("pieces"))
)
_CLEAR = delete(LISTINGS).where(LISTINGS.c.product_id.in_(bindparam("products", expanding=True)))
_ADD = insert(LISTINGS)
_ENTRIES = (
    select(
        PRODUCTS.c.id, PRODUCTS.c.category_id, PRODUCTS.c.sold_out, PRODUCTS.c.rank, PRODUCTS.c.sold,
        PRODUCTS.c.published_at, func.min(SKUS.c.price).label("price"),
    )
    .join_from(PRODUCTS, SKUS, SKUS.c.product_id == PRODUCTS.c.id)
    .where(
        PRODUCTS.c.id.in_(bindparam("products", expanding=True)), SKUS.c.active, PRODUCTS.c.published_at.is_not(None)
    )
    .group_by(PRODUCTS.c.id)
)
_TREE = select(CATEGORIES.c.id, CATEGORIES.c.parent_id, CATEGORIES.c.hidden)
_PRODUCTS_IN = select(PRODUCTS.c.id).where(PRODUCTS.c.category_id.in_(bindparam("categories", expanding=True)))


def mark_skus(tx: Tx, sold_out: Mapping[int, bool]) -> None:
    products = [row.id for row in tx.rows(_LOCK_PRODUCTS, {"skus": list(sold_out)})]
    for sku_id, gone in sorted(sold_out.items()):
        tx.execute(_MARK_SKU, {"sku": sku_id, "gone": gone})
    tx.execute(_MARK_PRODUCTS, {"products": products})
    tx.execute(_MARK_LISTINGS, {"products": products})


def count_sales(tx: Tx, pieces: Mapping[int, int]) -> None:
    per_product: dict[int, int] = {}
    for row in tx.rows(_PRODUCT_OF, {"skus": list(pieces)}):
        per_product[row.product_id] = per_product.get(row.product_id, 0) + pieces[row.id]
    for product_id, sold in sorted(per_product.items()):
        tx.execute(_COUNT_SALES, {"product": product_id, "pieces": sold})
        tx.execute(_SHOW_SALES, {"product": product_id, "pieces": sold})


def rebuild(tx: Tx, product_ids: Collection[int]) -> None:
    """Writes the places of these products anew: none for what is off the shelf or below a hidden category."""
    tx.execute(_MARK_PRODUCTS, {"products": list(product_ids)})
    tx.execute(_CLEAR, {"products": list(product_ids)})
    chains = _chains(tx)
    places = [
        {"category_id": category_id, "product_id": entry.id, "sold_out": entry.sold_out, "rank": entry.rank,
         "price": entry.price, "sold": entry.sold, "listed_at": int(entry.published_at.timestamp())}
        for entry in tx.rows(_ENTRIES, {"products": list(product_ids)})
        for category_id in chains.get(entry.category_id, ())
    ]
    if places:
        tx.execute(_ADD, places)


def clear(tx: Tx, product_ids: Collection[int]) -> None:
    """Takes these products out of all lists."""
    tx.execute(_CLEAR, {"products": list(product_ids)})


def products_below(tx: Tx, category_id: int) -> tuple[int, ...]:
    """The products of a category and all below it."""
    parents = {row.id: row.parent_id for row in tx.rows(_TREE)}
    below = [each for each in parents if category_id in _up(parents, each)]
    return tuple(row.id for row in tx.rows(_PRODUCTS_IN, {"categories": below}))


def _chains(tx: Tx) -> dict[int, tuple[int, ...]]:
    """Each visible category with its ancestors and the whole shop; those that are hidden somewhere are absent."""
    rows = tx.rows(_TREE)
    parents = {row.id: row.parent_id for row in rows}
    hidden = {row.id for row in rows if row.hidden}
    chains = {each: _up(parents, each) for each in parents}
    return {each: (WHOLE_SHOP, *chain) for each, chain in chains.items() if hidden.isdisjoint(chain)}


def _up(parents: Mapping[int, int | None], category_id: int) -> tuple[int, ...]:
    chain: list[int] = []
    current: int | None = category_id
    while current is not None and current not in chain:
        chain.append(current)
        current = parents.get(current)
    return tuple(chain)

"""Reading lists: pages by keyset, counts, and the entries of a set of products."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, Row, and_, bindparam, func, or_, select

from services.catalog.lists import SORTS, Entry, ListQuery, Position
from services.catalog.models import ListingRow, ProductRow, ProductTagRow, TagRow
from services.catalog.types import ListItem, Tag
from services.shared.db import Tx
from services.shared.money import Money

LISTINGS, PRODUCTS, TAGS, PRODUCT_TAGS = (
    ListingRow.__table__, ProductRow.__table__, TagRow.__table__, ProductTagRow.__table__
)

_SHOWN = select(
    LISTINGS.c.product_id, LISTINGS.c.sold_out, LISTINGS.c.rank, LISTINGS.c.price, LISTINGS.c.sold,
    LISTINGS.c.listed_at, PRODUCTS.c.code, PRODUCTS.c.name, PRODUCTS.c.teaser, PRODUCTS.c.currency,
    PRODUCTS.c.category_id, PRODUCTS.c.kind,
).join_from(LISTINGS, PRODUCTS, PRODUCTS.c.id == LISTINGS.c.product_id)
_IN_CATEGORY = and_(LISTINGS.c.category_id == bindparam("category"), LISTINGS.c.listed_at <= bindparam("now"))
_ALL = _SHOWN.where(_IN_CATEGORY).order_by(LISTINGS.c.rank, LISTINGS.c.product_id)
_SOME = _SHOWN.where(_IN_CATEGORY, LISTINGS.c.product_id.in_(bindparam("products", expanding=True)))
_TAGS = select(TAGS).order_by(TAGS.c.position)
_TAG_IDS = select(PRODUCT_TAGS).where(PRODUCT_TAGS.c.product_id.in_(bindparam("products", expanding=True)))
_TAG_IDS_IN = (
    select(PRODUCT_TAGS).join_from(PRODUCT_TAGS, LISTINGS, LISTINGS.c.product_id == PRODUCT_TAGS.c.product_id)
    .where(_IN_CATEGORY)
)


class _Shape(NamedTuple):
    """Which conditions a list has; each shape's statements are built once."""

    price_from: bool
    price_to: bool
    groups: int
    only_back: bool = False


def entries(tx: Tx, query: ListQuery, groups: Sequence[Sequence[int]], position: Position | None,
            most: int, back: Collection[int]) -> list[Entry]:
    """At most `most` entries of a list in its order from `position` on (before it, nearest first, when backwards)."""
    backwards = position is not None and position.backwards
    found: list[Entry] = []
    for sold_out in (True, False) if backwards else (False, True):
        if len(found) == most or (sold_out and query.filters.in_stock and not back):
            continue
        if position is not None and (position.sold_out != sold_out) and (position.sold_out != backwards):
            continue
        edge = position if position is not None and position.sold_out == sold_out else None
        shape = _shape(query, groups, only_back=sold_out and query.filters.in_stock)
        statement = _segment(query.sort, backwards, edge is not None, shape)
        parameters = _parameters(tx, query, groups, back) | {"gone": sold_out, "most": most - len(found)}
        if edge is not None:
            parameters |= {"key": edge.key, "product": edge.product_id}
        found += [_entry(row) for row in tx.rows(statement, parameters)]
    return found


def count(tx: Tx, query: ListQuery, groups: Sequence[Sequence[int]], back: Collection[int]) -> int:
    """How many products a list has in all."""
    statement = _count(query.filters.in_stock, _shape(query, groups, only_back=False))
    return tx.scalar(statement, _parameters(tx, query, groups, back))


def some(tx: Tx, category_id: int, product_ids: Collection[int]) -> dict[int, Entry]:
    """Those of the products that are on the shelf in a category."""
    if not product_ids:
        return {}
    ids = list(product_ids)
    rows = tx.rows(_SOME, {"category": category_id, "now": int(tx.now.timestamp()), "products": ids})
    tags = _gathered(tx.rows(_TAG_IDS, {"products": ids}))
    return {row.product_id: _entry(row, tags.get(row.product_id, ())) for row in rows}


def everything(tx: Tx, category_id: int) -> list[Entry]:
    """All entries of a category, with their tags."""
    parameters = {"category": category_id, "now": int(tx.now.timestamp())}
    tags = _gathered(tx.rows(_TAG_IDS_IN, parameters))
    return [_entry(row, tags.get(row.product_id, ())) for row in tx.rows(_ALL, parameters)]


def tags(tx: Tx) -> dict[int, Tag]:
    """All tags in their order."""
    return {row.id: Tag(row.id, row.slug, row.name, row.facet) for row in tx.rows(_TAGS)}


def _gathered(rows: Sequence[Row[Any]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.product_id, set()).add(row.tag_id)
    return found


def _entry(row: Row[Any], tag_ids: Collection[int] = ()) -> Entry:
    teaser = row.teaser
    list_price = None if teaser["list_price"] is None else Money(teaser["list_price"], row.currency)
    item = ListItem(
        row.product_id, row.code, row.name, Money(row.price, row.currency), teaser["varies"], list_price,
        tuple(teaser["sku_ids"]), teaser["picture_key"], row.category_id,
    )
    return Entry(
        item, row.sold_out, row.rank, row.sold, row.listed_at, frozenset(tag_ids), row.kind, teaser.get("prices", {})
    )


def _shape(query: ListQuery, groups: Sequence[Sequence[int]], *, only_back: bool) -> _Shape:
    filters = query.filters
    return _Shape(filters.price_from is not None, filters.price_to is not None, len(groups), only_back)


def _parameters(
    tx: Tx, query: ListQuery, groups: Sequence[Sequence[int]], back: Collection[int]
) -> dict[str, Any]:
    filters = query.filters
    return {
        "category": query.category_id, "now": int(tx.now.timestamp()), "low": filters.price_from,
        "high": filters.price_to, "back": list(back), **{f"tags{at}": list(group) for at, group in enumerate(groups)},
    }


def _conditions(shape: _Shape) -> list[Any]:
    conditions: list[Any] = [_IN_CATEGORY]
    if shape.price_from:
        conditions.append(LISTINGS.c.price >= bindparam("low"))
    if shape.price_to:
        conditions.append(LISTINGS.c.price <= bindparam("high"))
    conditions += [
        LISTINGS.c.product_id.in_(
            select(PRODUCT_TAGS.c.product_id).where(PRODUCT_TAGS.c.tag_id.in_(bindparam(f"tags{at}", expanding=True)))
        )
        for at in range(shape.groups)
    ]
    if shape.only_back:
        conditions.append(LISTINGS.c.product_id.in_(bindparam("back", expanding=True)))
    return conditions


@cache
def _segment(sort: str, backwards: bool, bounded: bool, shape: _Shape) -> Executable:
    """The available or the sold-out part of a list: one range of the sort's index, read in one direction."""
    column, descending = SORTS[sort]
    key, product = LISTINGS.c[column], LISTINGS.c.product_id
    down = descending != backwards
    statement = _SHOWN.where(*_conditions(shape), LISTINGS.c.sold_out == bindparam("gone"))
    if bounded:
        edge_key, edge_product = bindparam("key"), bindparam("product")
        beyond = (key < edge_key, product < edge_product) if down else (key > edge_key, product > edge_product)
        statement = statement.where(or_(beyond[0], and_(key == edge_key, beyond[1])))
    order = (key.desc(), product.desc()) if down else (key, product)
    return statement.order_by(*order).limit(bindparam("most"))


@cache
def _count(in_stock: bool, shape: _Shape) -> Executable:
    conditions = _conditions(shape)
    if in_stock:
        conditions.append(
            or_(~LISTINGS.c.sold_out, LISTINGS.c.product_id.in_(bindparam("back", expanding=True)))
        )
    return select(func.count()).select_from(LISTINGS).where(*conditions)

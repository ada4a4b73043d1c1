"""Reading products and SKUs by their ids, and the category tree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import and_, bindparam, func, select

from services.catalog import disclosures_repository as disclosures
from services.catalog import prices_repository
from services.catalog.models import (
    WHOLE_SHOP,
    CategoryRow,
    ListingRow,
    MediaRow,
    ProductRow,
    ProductTagRow,
    SkuRow,
    TagRow,
)
from services.catalog.types import Axis, Card, Node, Picture, Row, SkuFacts, Tag, Tree, Value, Variant
from services.shared.db import Tx
from services.shared.price_lists import BASE, PriceList

CATEGORIES, PRODUCTS, SKUS = CategoryRow.__table__, ProductRow.__table__, SkuRow.__table__
TAGS, PRODUCT_TAGS = TagRow.__table__, ProductTagRow.__table__
MEDIA, LISTINGS = MediaRow.__table__, ListingRow.__table__
_PARENTS = CATEGORIES.alias("parents")

_SKU_FACTS = (
    select(
        SKUS.c.id, SKUS.c.product_id, SKUS.c.code, SKUS.c.option_values, SKUS.c.price, SKUS.c.list_price, SKUS.c.active,
        SKUS.c.picture_key, PRODUCTS.c.name, PRODUCTS.c.options, PRODUCTS.c.currency, PRODUCTS.c.kind,
        PRODUCTS.c.published_at, PRODUCTS.c.tax_bp, PRODUCTS.c.weight_g, PRODUCTS.c.most_per_order,
        PRODUCTS.c.category_id, CATEGORIES.c.parent_id, _PARENTS.c.parent_id.label("grandparent_id"),
        *prices_repository.ASKED_COLUMNS,
    )
    .join_from(SKUS, PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id)
    .join(CATEGORIES, CATEGORIES.c.id == PRODUCTS.c.category_id)
    .outerjoin(_PARENTS, _PARENTS.c.id == CATEGORIES.c.parent_id)
    .outerjoin(prices_repository.ASKED, prices_repository.IS_ASKED)
    .where(SKUS.c.id.in_(bindparam("skus", expanding=True)))
)
_TAGS_OF = (
    select(PRODUCT_TAGS.c.product_id, TAGS)
    .join_from(PRODUCT_TAGS, TAGS, TAGS.c.id == PRODUCT_TAGS.c.tag_id)
    .where(PRODUCT_TAGS.c.product_id.in_(bindparam("products", expanding=True)))
    .order_by(TAGS.c.position)
)
# A card is the product's columns beside each of its SKUs: one statement instead of two.
_CARD = (
    select(
        PRODUCTS, SKUS.c.id.label("sku_id"), SKUS.c.code.label("sku_code"), SKUS.c.option_values, SKUS.c.price,
        SKUS.c.list_price, *prices_repository.ASKED_COLUMNS,
    )
    .outerjoin_from(PRODUCTS, SKUS, and_(SKUS.c.product_id == PRODUCTS.c.id, SKUS.c.active))
    .outerjoin(prices_repository.ASKED, prices_repository.IS_ASKED)
    .where(PRODUCTS.c.id == bindparam("product")).order_by(SKUS.c.position)
)
_MEDIA_OF = (
    select(MEDIA).where(MEDIA.c.product_id == bindparam("product")).order_by(MEDIA.c.position)
)


def _count_in(category: Any) -> Any:
    return select(func.count()).where(
        LISTINGS.c.category_id == category, LISTINGS.c.listed_at <= bindparam("now")
    ).scalar_subquery()


_TREE = (
    select(
        CATEGORIES.c.id, CATEGORIES.c.code, CATEGORIES.c.name, CATEGORIES.c.parent_id, CATEGORIES.c.icon,
        _count_in(CATEGORIES.c.id).label("products"), _count_in(WHOLE_SHOP).label("whole_shop"),
    )
    .where(~CATEGORIES.c.hidden).order_by(CATEGORIES.c.position, CATEGORIES.c.id)
)
_ID_BY_CODE = {
    "category": select(CATEGORIES.c.id).where(CATEGORIES.c.code == bindparam("code")),
    "product": select(PRODUCTS.c.id).where(PRODUCTS.c.code == bindparam("code")),
    "tag": select(TAGS.c.id).where(TAGS.c.slug == bindparam("code")),
}
_PRODUCT_OF_SKU_CODE = select(SKUS.c.product_id).where(func.upper(SKUS.c.code) == bindparam("code"))


def sku_facts(tx: Tx, sku_ids: Collection[int], prices: PriceList = BASE) -> dict[int, SkuFacts]:
    rows = tx.rows(_SKU_FACTS, {"skus": list(sku_ids), **prices_repository.asked(prices)})
    tags = tags_of(tx, {row.product_id for row in rows})
    return {row.id: _facts(row, tags.get(row.product_id, ()), tx.now, prices) for row in rows}


def _facts(row: SqlRow[Any], tags: Sequence[Tag], now: datetime, prices: PriceList) -> SkuFacts:
    price, list_price = prices_repository.price_of(row)
    barred = prices.bars(row.kind, price.currency)
    return SkuFacts(
        sku_id=row.id,
        product_id=row.product_id,
        sku_code=row.code,
        product_name=row.name,
        options=labels(row.options, row.option_values),
        price=price,
        list_price=list_price,
        on_sale=row.active and row.published_at is not None and row.published_at <= now and not barred,
        kind=row.kind,
        category_ids=tuple(
            each for each in (row.category_id, row.parent_id, row.grandparent_id) if each is not None
        ),
        tag_ids=tuple(tag.id for tag in tags),
        tax_bp=row.tax_bp,
        weight_g=row.weight_g,
        picture_key=row.picture_key,
        most_per_order=row.most_per_order,
        barred=barred,
    )


def labels(options: Sequence[Mapping[str, Any]], codes: Iterable[str]) -> tuple[dict[str, str], ...]:
    """The names of a SKU's values, from the options as they are stored."""
    return tuple(
        value["name"]
        for option, code in zip(options, codes, strict=False)
        for value in option["values"] if value["code"] == code
    )


def tags_of(tx: Tx, product_ids: Collection[int]) -> dict[int, list[Tag]]:
    found: dict[int, list[Tag]] = {}
    for row in tx.rows(_TAGS_OF, {"products": list(product_ids)}) if product_ids else ():
        found.setdefault(row.product_id, []).append(Tag(row.id, row.slug, row.name, row.facet))
    return found


def id_by_code(tx: Tx, what: str, code: str) -> int | None:
    """The id of a "category", "product" or "tag"."""
    return tx.scalar(_ID_BY_CODE[what], {"code": code})


def product_of_sku_code(tx: Tx, code: str) -> int | None:
    return tx.scalar(_PRODUCT_OF_SKU_CODE, {"code": code.upper()})


def card(tx: Tx, product_id: int, prices: PriceList = BASE) -> Card | None:
    """A product on the shelf or off it, with its active SKUs and pictures."""
    rows = tx.rows(_CARD, {"product": product_id, **prices_repository.asked(prices)})
    if not rows:
        return None
    row = rows[0]
    return Card(
        product_id=row.id,
        code=row.code,
        category_id=row.category_id,
        kind=row.kind,
        name=row.name,
        brand=row.brand,
        description=row.description,
        axes=tuple(
            Axis(axis["code"], axis["name"], tuple(Value(value["code"], value["name"]) for value in axis["values"]))
            for axis in row.options
        ),
        variants=tuple(_variant(each, prices) for each in rows if each.sku_id is not None),
        gallery=tuple(Picture(each.key, each.value_code) for each in tx.rows(_MEDIA_OF, {"product": product_id})),
        specs=tuple(Row(each["label"], each["value"]) for each in row.specs),
        box=tuple(Row(each["label"]) for each in row.box),
        warranty_months=row.warranty_months,
        sold=row.sold,
        most_per_order=row.most_per_order,
        published_at=row.published_at,
        model=row.model,
        material=row.material,
        points=tuple(row.points),
        video=row.video,
        manual=row.manual,
        facts=disclosures.shown(tx, row.category_id, row.disclosures) if row.disclosures else (),
        version=row.version,
    )


def _variant(row: SqlRow[Any], prices: PriceList) -> Variant:
    price, list_price = prices_repository.price_of(row)
    barred = prices.bars(row.kind, price.currency)
    return Variant(row.sku_id, row.sku_code, tuple(row.option_values), price, list_price, barred)


def tree(tx: Tx) -> Tree:
    rows = tx.rows(_TREE, {"now": int(tx.now.timestamp())})
    below: dict[int | None, list[int]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row.id)
    by_id = {row.id: row for row in rows}
    nodes: dict[int, Node] = {}

    def add(category_id: int) -> None:
        row, children = by_id[category_id], tuple(below.get(category_id, ()))
        nodes[category_id] = Node(row.id, row.code, row.name, row.parent_id, children, row.products, row.icon)
        for child in children:
            add(child)

    roots = tuple(below.get(None, ()))
    for root in roots:
        add(root)
    return Tree(nodes, roots, rows[0].whole_shop if rows else 0)

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import bindparam, func, select, union_all

from services.catalog import prices_repository, repository
from services.catalog.models import CategoryRow, MediaRow, ProductRow, SkuRow
from services.catalog.teasers import Offer
from services.catalog.types import Axis, NewProduct, NewSku, Picture, Row, Value, Words
from services.shared.db import Tx

PRODUCTS, SKUS, MEDIA, CATEGORIES = ProductRow.__table__, SkuRow.__table__, MediaRow.__table__, CategoryRow.__table__

_PRODUCT = (
    select(PRODUCTS, CATEGORIES.c.code.label("category"))
    .join_from(PRODUCTS, CATEGORIES, CATEGORIES.c.id == PRODUCTS.c.category_id)
    .where(PRODUCTS.c.id == bindparam("product"))
)
_SKUS = select(SKUS).where(SKUS.c.product_id == bindparam("product"), SKUS.c.active).order_by(SKUS.c.position)
_CODES = select(SKUS.c.id, SKUS.c.code).where(SKUS.c.product_id == bindparam("product"))
_PRODUCTS_OF = (
    select(SKUS.c.product_id).where(SKUS.c.id.in_(bindparam("skus", expanding=True)), SKUS.c.active).distinct()
)
_MEDIA = select(MEDIA).where(MEDIA.c.product_id == bindparam("product")).order_by(MEDIA.c.position)
_STATE = (
    select(PRODUCTS.c.version, PRODUCTS.c.updated_by, PRODUCTS.c.updated_at, PRODUCTS.c.off_reason)
    .where(PRODUCTS.c.id == bindparam("product"))
)
_PARENTS, _GRANDPARENTS = CATEGORIES.alias("parents"), CATEGORIES.alias("grandparents")
_PATH = (
    select(_GRANDPARENTS.c.name.label("top"), _PARENTS.c.name.label("middle"), CATEGORIES.c.name)
    .join_from(CATEGORIES, _PARENTS, _PARENTS.c.id == CATEGORIES.c.parent_id, isouter=True)
    .join(_GRANDPARENTS, _GRANDPARENTS.c.id == _PARENTS.c.parent_id, isouter=True)
    .where(CATEGORIES.c.code == bindparam("code"))
)
_CATEGORY_CODE = select(CATEGORIES.c.code).where(CATEGORIES.c.id == bindparam("category"))
_OWNER = union_all(
    select(PRODUCTS.c.id).where(func.upper(PRODUCTS.c.code) == bindparam("code")),
    select(SKUS.c.product_id).where(func.upper(SKUS.c.code) == bindparam("code")),
)


def product(tx: Tx, product_id: int) -> NewProduct | None:
    row = tx.first(_PRODUCT, {"product": product_id})
    if row is None:
        return None
    prices = prices_repository.of_product(tx, product_id)
    return NewProduct(
        code=row.code, category=row.category, kind=row.kind, name=row.name, brand=row.brand,
        description=row.description, currency=row.currency,
        skus=tuple(_sku(each, prices.get(each.id, {})) for each in tx.rows(_SKUS, {"product": product_id})),
        tags=tuple(tag.slug for tag in repository.tags_of(tx, [product_id]).get(product_id, ())),
        axes=tuple(
            Axis(axis["code"], axis["name"], tuple(Value(value["code"], value["name"]) for value in axis["values"]))
            for axis in row.options
        ),
        specs=tuple(Row(each["label"], each["value"]) for each in row.specs),
        box=tuple(Row(each["label"]) for each in row.box),
        gallery=tuple(Picture(each.key, each.value_code) for each in tx.rows(_MEDIA, {"product": product_id})),
        warranty_months=row.warranty_months, tax_bp=row.tax_bp, weight_g=row.weight_g,
        most_per_order=row.most_per_order, rank=row.rank, published_at=row.published_at, model=row.model,
        material=row.material, points=tuple(row.points), video=row.video, manual=row.manual,
        disclosures=row.disclosures,
    )


def state(tx: Tx, product_id: int) -> SqlRow[Any] | None:
    """Its `version`, who changed it last and when (`updated_by`, `updated_at`), and `off_reason`."""
    return tx.first(_STATE, {"product": product_id})


def category_path(tx: Tx, code: str) -> tuple[Words, ...]:
    row = tx.first(_PATH, {"code": code})
    return () if row is None else tuple(name for name in (row.top, row.middle, row.name) if name)


def category_code(tx: Tx, category_id: int) -> str | None:
    return tx.scalar(_CATEGORY_CODE, {"category": category_id})


def owner_of_code(tx: Tx, code: str) -> int | None:
    return tx.scalar(_OWNER, {"code": code.upper()})


def codes(tx: Tx, product_id: int) -> dict[str, int]:
    """The ids of its SKUs by code, retired ones too."""
    return {row.code: row.id for row in tx.rows(_CODES, {"product": product_id})}


def products_of(tx: Tx, sku_ids: Collection[int]) -> list[int]:
    """The products of these SKUs, as far as they are active."""
    return [row.product_id for row in tx.rows(_PRODUCTS_OF, {"skus": list(sku_ids)})] if sku_ids else []


def _sku(row: Any, prices: dict[str, Offer]) -> NewSku:
    return NewSku(row.code, tuple(row.option_values), row.price, row.list_price, row.picture_key, row.cost, prices)

"""The codes of everything that is sold."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from services.catalog.models import ProductRow, SkuRow
from services.catalog.types import Words
from services.shared.db import Tx

PRODUCTS, SKUS = ProductRow.__table__, SkuRow.__table__

_SKUS = select(SKUS.c.id, SKUS.c.code, SKUS.c.product_id).where(SKUS.c.active).order_by(SKUS.c.code)
_PRODUCTS = select(PRODUCTS.c.id, PRODUCTS.c.code, PRODUCTS.c.name).order_by(PRODUCTS.c.code)
_PRODUCT_OF = select(SKUS.c.product_id).where(SKUS.c.id == bindparam("sku"))


@dataclass(frozen=True, slots=True)
class Named:
    """A product with its code and name, and the ids of its SKUs."""

    product_id: int
    code: str
    name: Words
    sku_ids: tuple[int, ...]


def sku_codes(tx: Tx) -> dict[str, int]:
    return {row.code: row.id for row in tx.rows(_SKUS)}


def products(tx: Tx) -> list[Named]:
    skus: dict[int, list[int]] = {}
    for row in tx.rows(_SKUS):
        skus.setdefault(row.product_id, []).append(row.id)
    return [Named(row.id, row.code, row.name, tuple(skus.get(row.id, ()))) for row in tx.rows(_PRODUCTS)]


def products_by_sku_code(tx: Tx) -> dict[str, int]:
    return {row.code: row.product_id for row in tx.rows(_SKUS)}


def product_of(tx: Tx, sku_id: int) -> int | None:
    return tx.scalar(_PRODUCT_OF, {"sku": sku_id})

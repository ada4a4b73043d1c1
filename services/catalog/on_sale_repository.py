from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from services.catalog.models import ProductRow, SkuRow
from services.shared.db import Tx
from services.shared.models import UtcDateTime

SKUS, PRODUCTS = SkuRow.__table__, ProductRow.__table__

_IDS = (
    select(SKUS.c.id).join_from(SKUS, PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id)
    .where(SKUS.c.active, PRODUCTS.c.published_at <= bindparam("now", type_=UtcDateTime()))
    .order_by(SKUS.c.id)
)
_NAMES = select(PRODUCTS.c.id, PRODUCTS.c.name).where(PRODUCTS.c.id.in_(bindparam("products", expanding=True)))


def ids(tx: Tx) -> list[int]:
    return [row.id for row in tx.rows(_IDS, {"now": tx.now})]


def names(tx: Tx, product_ids: Collection[int]) -> dict[int, dict[str, str]]:
    return {row.id: row.name for row in tx.rows(_NAMES, {"products": list(product_ids)})}

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select

from services.catalog.models import ProductRow, SkuRow
from services.shared.db import Tx
from services.shared.money import Money

SKUS, PRODUCTS = SkuRow.__table__, ProductRow.__table__
_COSTS = (
    select(SKUS.c.id, SKUS.c.cost, PRODUCTS.c.currency)
    .join_from(SKUS, PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id)
    .where(SKUS.c.id.in_(bindparam("skus", expanding=True)), SKUS.c.cost.is_not(None))
)


def costs(tx: Tx, sku_ids: Collection[int]) -> dict[int, Money]:
    return {row.id: Money(row.cost, row.currency) for row in tx.rows(_COSTS, {"skus": list(sku_ids)})}

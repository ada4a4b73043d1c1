"""Which products, and which customers looked at them, as sub-queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from services.catalog.models import CategoryRow, ProductRow, RecentlyViewedRow
from services.shared.db import Tx

CATEGORIES, PRODUCTS, VIEWED = CategoryRow.__table__, ProductRow.__table__, RecentlyViewedRow.__table__


def products_in(tx: Tx, category_ids: Collection[int]) -> Select[Any]:
    """The products of these categories and of all below them, on the shelf or not."""
    parents = {row.id: row.parent_id for row in tx.rows(select(CATEGORIES.c.id, CATEGORIES.c.parent_id))}
    wanted = set(category_ids)
    # Three levels at most: two steps down reach the last.
    for _ in range(2):
        wanted |= {child for child, parent in parents.items() if parent in wanted}
    return select(PRODUCTS.c.id).where(PRODUCTS.c.category_id.in_(sorted(wanted)))


def viewers(products: Select[Any] | Collection[int] | None, since: datetime | None) -> Select[Any]:
    """Who looked at one of `products` (anything, if None) at `since` or later (ever, if None)."""
    found = select(VIEWED.c.customer_id)
    if since is not None:
        found = found.where(VIEWED.c.seen_at >= since)
    return found if products is None else found.where(VIEWED.c.product_id.in_(products))

"""What the shop pays for its goods."""

from __future__ import annotations

from collections.abc import Collection

from services.catalog import costs_repository
from services.shared.db import Tx
from services.shared.money import Money


def costs(tx: Tx, sku_ids: Collection[int]) -> dict[int, Money]:
    """The cost of a piece by SKU; those without a known cost are absent.

    Nobody's right is checked: whoever shows the amounts has required "costs.view", a warning needs none.
    """
    return costs_repository.costs(tx, sku_ids) if sku_ids else {}

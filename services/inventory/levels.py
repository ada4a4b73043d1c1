"""Stock in bulk: what is on hand of many SKUs, and SKUs that are taken out of the house for good."""

from __future__ import annotations

from collections.abc import Collection

from services.inventory import levels_repository as repository
from services.shared.db import Tx


def levels(tx: Tx, sku_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(on hand, safety stock) of those of the SKUs that have a stock."""
    return repository.levels(tx, sku_ids) if sku_ids else {}


def untouched(tx: Tx, sku_ids: Collection[int]) -> bool:
    """Whether nothing but the opening ever happened to these SKUs: no order asked for them, nobody moved them."""
    return not sku_ids or not repository.touched(tx, sku_ids)


def forget(tx: Tx, sku_ids: Collection[int]) -> None:
    """Drops the stock of untouched SKUs."""
    if sku_ids:
        repository.forget(tx, sku_ids)

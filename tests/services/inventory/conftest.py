from __future__ import annotations

from collections.abc import Callable

import pytest

from services.catalog import editing
from services.catalog.types import NewProduct, NewSku
from services.inventory import service as inventory
from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx

WORDS = {"zh": "样品", "en": "Sample"}


def put_product(tx: Tx, code: str, stocks: list[int]) -> list[int]:
    """A product on the shelf with one SKU per stock; returns their ids."""
    editing.put_category(tx, SYSTEM, "all", WORDS, None, 0)
    ids = editing.put_product(tx, SYSTEM, NewProduct(
        code=code, category="all", kind="physical", name=WORDS, brand=WORDS, description=WORDS, currency="CNY",
        skus=tuple(NewSku(f"{code}-{at}", (), 1000 + at, None, "placeholder") for at in range(len(stocks))),
        published_at=tx.now,
    ))
    for sku_id, pieces in zip(ids.values(), stocks, strict=True):
        inventory.set_opening(tx, sku_id, pieces)
    return list(ids.values())


@pytest.fixture
def stocked(any_store: Store) -> Callable[..., object]:
    """Puts SKUs with these stocks into the store: `await stocked(1, 5)`; returns their ids."""

    async def put(*stocks: int) -> list[int]:
        return await any_store.write(put_product, "S", list(stocks))

    return put

"""Codes for the demo's digital goods: as many as its catalogue says there are pieces."""

from __future__ import annotations

from bot.demo.catalogue import load_catalogue
from services.catalog import codes
from services.digital import loading
from services.inventory import service as inventory
from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx


async def seed(store: Store) -> None:
    """Loads each SKU once."""
    await store.write(_seed)


def _seed(tx: Tx) -> None:
    for product in load_catalogue().products:
        for sku in product.skus if product.kind == loading.DIGITAL else ():
            sku_id = codes.sku(tx, sku.code)
            if not loading.sheet(tx, SYSTEM, sku_id).batches:
                pieces = inventory.available(tx, [sku_id])[sku_id]
                loading.load(tx, SYSTEM, sku_id, [f"DEMO-{sku.code}-{number:04}" for number in range(1, pieces + 1)])

"""Safety stock for the demo's SKUs, as its catalogue has it, and three SKUs that are low from the first day."""

from __future__ import annotations

from bot.demo.catalogue import load_catalogue
from services.catalog import codes
from services.inventory import counting
from services.inventory import service as inventory
from services.shared.actors import SYSTEM
from services.shared.db import Store, Tx

_LOW = ("HY-P3M", "QL-TV98", "HY-A72")


async def seed(store: Store) -> None:
    """After the past was written: what is low today is told today."""
    await store.write(_seed)


def _seed(tx: Tx) -> None:
    for product in load_catalogue().products:
        share = -(-product.safety_stock // len(product.skus))
        for sku in product.skus:
            sku_id = codes.sku(tx, sku.code)
            free = inventory.available(tx, [sku_id])[sku_id]
            low = product.code in _LOW and free > 0
            counting.set_safety(tx, SYSTEM, sku_id, max(share, free) if low else min(share, max(0, free - 1)))

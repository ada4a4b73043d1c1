"""Safety stock for the demo's SKUs, as its catalogue has it, three SKUs that are low from the first day, and what a
customer waits for."""

from __future__ import annotations

from bot.demo.catalogue import load_catalogue
from services.alerts import service as alerts
from services.catalog import codes, favourites
from services.customers import service as customers
from services.inventory import counting
from services.inventory import service as inventory
from services.shared.actors import SYSTEM, customer
from services.shared.db import Store, Tx

_LOW = ("HY-P3M", "QL-TV98", "HY-A72")
_XIAOMAN = 9_000_000_001
_SOLD_OUT = "QL-A4S-WHITE"


async def seed(store: Store) -> None:
    """After the past was written: what is low today is told today."""
    await store.write(_seed)
    await store.write(_wait)


def _seed(tx: Tx) -> None:
    for product in load_catalogue().products:
        share = -(-product.safety_stock // len(product.skus))
        for sku in product.skus:
            sku_id = codes.sku(tx, sku.code)
            free = inventory.available(tx, [sku_id])[sku_id]
            low = product.code in _LOW and free > 0
            counting.set_safety(tx, SYSTEM, sku_id, max(share, free) if low else min(share, max(0, free - 1)))


def _wait(tx: Tx) -> None:
    """林小满 waits for earphones that are sold out, and for lower prices of what she saved."""
    known = customers.find(tx, _XIAOMAN)
    sku_id = codes.sku(tx, _SOLD_OUT)
    if known is None:
        return
    xiaoman = customer(known[0].id)
    if inventory.available(tx, [sku_id])[sku_id] == 0:
        alerts.wait(tx, xiaoman, sku_id)
    for product_id in favourites.prices(tx, xiaoman):
        alerts.watch(tx, xiaoman, product_id)

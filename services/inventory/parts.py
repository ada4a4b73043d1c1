"""Single pieces of what an order holds: given up before they were sent, or back from a parcel that never left."""

from __future__ import annotations

from collections.abc import Mapping

from services.catalog import shelf
from services.inventory import parts_repository, repository
from services.inventory.errors import NotReserved
from services.inventory.service import give_back
from services.shared.actors import SYSTEM
from services.shared.db import Tx


def give_up(tx: Tx, order_id: int, quantities: Mapping[int, int]) -> None:
    """Frees pieces (by SKU) that an order keeps and has not sent; the rest stays. Raises NotReserved."""
    for sku_id, pieces in sorted(quantities.items()):
        if not parts_repository.shrink(tx, order_id, sku_id, pieces):
            raise NotReserved(order_id=order_id, sku_id=sku_id, quantity=pieces)
    give_back(tx, quantities)


def unship(tx: Tx, order_id: int, quantities: Mapping[int, int]) -> None:
    """The pieces (by SKU) are in the house after all, and still belong to the order. Raises NotReserved."""
    for sku_id, pieces in sorted(quantities.items()):
        if not parts_repository.unship(tx, order_id, sku_id, pieces):
            raise NotReserved(order_id=order_id, sku_id=sku_id, quantity=pieces)
        parts_repository.come_back(tx, sku_id, pieces)
        repository.note_movement(tx, sku_id, "sale", pieces, SYSTEM, order_id=order_id)
    shelf.count_sales(tx, {sku_id: -pieces for sku_id, pieces in quantities.items()})

"""What anybody may know of the catalogue: SKUs for the other areas, cards and the category tree for the browser."""

from __future__ import annotations

from collections.abc import Collection

from services.catalog import repository
from services.catalog.types import Card, SkuFacts, Tree
from services.shared.actors import Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.price_lists import BASE, PriceList


def sku_facts(tx: Tx, sku_ids: Collection[int], prices: PriceList = BASE) -> dict[int, SkuFacts]:
    """The facts of SKUs by id, with what is asked of who buys from `prices`.

    Ids that do not exist are absent; SKUs off the shelf are there, not `on_sale`.
    """
    return repository.sku_facts(tx, sku_ids, prices) if sku_ids else {}


def card(tx: Tx, actor: Actor, product_id: int) -> Card:
    """A product as its card shows it, also when it is off the shelf. Raises NotFound."""
    found = repository.card(tx, product_id, actor.prices)
    if found is None:
        raise NotFound()
    return found


def tree(tx: Tx, actor: Actor) -> Tree:
    """The visible categories with the number of products on the shelf now."""
    return repository.tree(tx)

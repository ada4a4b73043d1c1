"""Finding out who is to be told, once each, and whether it is still true when their turn comes."""

from __future__ import annotations

from collections.abc import Iterable

from services.alerts import repository
from services.alerts.types import Cheaper
from services.catalog import browsing, favourites
from services.catalog import service as catalog
from services.catalog.types import SkuFacts
from services.customers import reach
from services.inventory import service as inventory
from services.outbox import service as outbox
from services.outbox.types import BULK
from services.shared.actors import SYSTEM, customer
from services.shared.db import Tx
from services.shared.money import Money

# So many people, SKUs or products in one transaction.
AT_ONCE = 200


def back(tx: Tx, sku_id: int) -> int:
    """The SKU may be back: those who waited longest for it are taken off the list and put into the outbox.

    Returns how many were taken off; AT_ONCE means that more may wait. Who blocked the bot is taken off unheard.
    Nothing happens while it is sold out or off the shelf.
    """
    if not _can_be_had(tx, sku_id):
        return 0
    rows = repository.claim(tx, sku_id, AT_ONCE)
    reachable = reach.reachable(tx, [row.customer_id for row in rows])
    for row in rows:
        if row.customer_id in reachable:
            outbox.enqueue(tx, "alerts.back", {"customer_id": row.customer_id, "sku_id": sku_id}, lane=BULK)
    return len(rows)


def still_back(tx: Tx, customer_id: int, sku_id: int) -> SkuFacts | None:
    """What to tell a person who waited; None when it was sold out again before: then they go on waiting."""
    if _can_be_had(tx, sku_id):
        return catalog.sku_facts(tx, [sku_id])[sku_id]
    repository.wait(tx, customer_id, sku_id)
    return None


def waiting(tx: Tx, after: int) -> tuple[int, ...]:
    """Up to AT_ONCE SKUs that somebody waits for, with ids above `after`."""
    return tuple(repository.waiting(tx, after, AT_ONCE))


def can_be_had(tx: Tx, sku_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the SKUs that are on the shelf and in stock."""
    ids = list(sku_ids)
    facts, free = catalog.sku_facts(tx, ids), inventory.available(tx, ids)
    return tuple(sku_id for sku_id in ids if sku_id in facts and facts[sku_id].on_sale and free[sku_id] > 0)


def fallen(tx: Tx, after: int) -> tuple[int, tuple[int, ...]]:
    """Looks at up to AT_ONCE watched products with ids above `after`: the last one looked at (0: none), and those whose
    price makes somebody hear of it, or makes an alert new again."""
    rows = repository.watched(tx, after, AT_ONCE)
    prices = _prices(tx, [row.product_id for row in rows])
    moved = tuple(
        row.product_id for row in rows if row.product_id in prices and (
            prices[row.product_id].amount < row.below
            or (row.back_at is not None and prices[row.product_id].amount >= row.back_at)
        )
    )
    return (rows[-1].product_id if rows else 0), moved


def fall(tx: Tx, product_id: int) -> int:
    """Puts those into the outbox who are to hear of the product's price, once for each drop; returns how many."""
    price = _prices(tx, [product_id]).get(product_id)
    if price is None:
        return 0
    repository.rise(tx, product_id, price.amount)
    rows = repository.fall(tx, product_id, price.amount)
    reachable = reach.reachable(tx, [row.customer_id for row in rows])
    told = [row for row in rows if row.customer_id in reachable]
    for row in told:
        payload = {"customer_id": row.customer_id, "product_id": product_id}
        outbox.enqueue(tx, "alerts.cheaper", payload, lane=BULK)
    return len(told)


def still_cheaper(tx: Tx, customer_id: int, product_id: int) -> Cheaper | None:
    """What to tell; None when the price has risen again, or the person has not saved the product any more."""
    saved = favourites.prices(tx, customer(customer_id)).get(product_id)
    items = browsing.items(tx, SYSTEM, [product_id])
    if saved is None or not items or items[0].price.amount >= saved:
        return None
    return Cheaper(items[0], Money(saved - items[0].price.amount, items[0].price.currency))


def _prices(tx: Tx, product_ids: list[int]) -> dict[int, Money]:
    """What the products on the shelf cost now."""
    return {item.product_id: item.price for item in browsing.items(tx, SYSTEM, product_ids)}


def _can_be_had(tx: Tx, sku_id: int) -> bool:
    return bool(can_be_had(tx, [sku_id]))

"""Asking to be told, and taking that back. Asking is the consent."""

from __future__ import annotations

from services.alerts import repository
from services.alerts.types import MOST, Alerts, AlreadyBack, PriceAlert, TooManyAlerts, Waits
from services.catalog import browsing, favourites
from services.catalog import service as catalog
from services.inventory import service as inventory
from services.shared.actors import SYSTEM, Actor
from services.shared.db import Tx
from services.shared.errors import NotFound
from services.shared.money import Money


def wait(tx: Tx, actor: Actor, sku_id: int) -> bool:
    """Tells the person once when the SKU can be had again; False when they asked already.

    Raises NotFound for what is not on the shelf, AlreadyBack while it can be had, TooManyAlerts.
    """
    customer_id = actor.require_customer()
    facts = catalog.sku_facts(tx, [sku_id])
    if sku_id not in facts or not facts[sku_id].on_sale:
        raise NotFound()
    if inventory.available(tx, [sku_id])[sku_id] > 0:
        raise AlreadyBack(sku_id=sku_id)
    if len(repository.waited_for(tx, customer_id)) >= MOST:
        raise TooManyAlerts(most=MOST)
    return repository.wait(tx, customer_id, sku_id)


def stop_waiting(tx: Tx, actor: Actor, sku_id: int) -> bool:
    """Takes it back; False when there was nothing to take back."""
    return repository.stop_waiting(tx, actor.require_customer(), sku_id)


def watch(tx: Tx, actor: Actor, product_id: int) -> bool:
    """Tells the person each time the saved product falls below what it cost when saved; False when they asked already.

    Raises NotFound for a product that they have not saved, TooManyAlerts.
    """
    customer_id = actor.require_customer()
    saved = favourites.prices(tx, actor).get(product_id)
    if saved is None:
        raise NotFound()
    if len(repository.watched_by(tx, customer_id)) >= MOST:
        raise TooManyAlerts(most=MOST)
    return repository.watch(tx, customer_id, product_id, saved)


def stop_watching(tx: Tx, actor: Actor, product_id: int) -> bool:
    """Takes it back; False when there was nothing to take back."""
    return repository.stop_watching(tx, actor.require_customer(), product_id)


def waits(tx: Tx, actor: Actor, sku_id: int, product_id: int) -> Waits:
    """What the person asked for of a card."""
    return Waits(*repository.waits(tx, actor.require_customer(), sku_id, product_id))


def mine(tx: Tx, actor: Actor) -> Alerts:
    """Everything that the person waits for. What they no longer save is not watched either."""
    customer_id = actor.require_customer()
    sku_ids = repository.waited_for(tx, customer_id)
    facts = catalog.sku_facts(tx, sku_ids)
    saved = favourites.prices(tx, actor)
    rows = [row for row in repository.watched_by(tx, customer_id) if row.product_id in saved]
    items = {item.product_id: item for item in browsing.items(tx, SYSTEM, [row.product_id for row in rows])}
    return Alerts(tuple(facts[sku_id] for sku_id in sku_ids if sku_id in facts), tuple(
        PriceAlert(row.product_id, item, None if item is None else Money(row.saved, item.price.currency))
        for row in rows for item in [items.get(row.product_id)]
    ))
